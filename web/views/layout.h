// Solves a lessons::Layout for the largest size that fits: in a row all boxes are as high, in a column as
// wide, and pictures keep their proportions. Each box's width is an affine function of its height, and so
// is a row's and a column's; the solution is exact and needs no iteration.
#pragma once

#include <vector>

#include "imgui.h"
#include "web/lessons/scene.h"

namespace views {

struct Box {
  ImVec2 min, max;
  float width() const { return max.x - min.x; }
  float height() const { return max.y - min.y; }
};

// Heights and widths that do not scale with the picture, in logical pixels.
struct Metrics {
  float gap = 10, caption = 24, operator_width = 20, bars_width = 108, strip = 18, lens = 28, note = 84;
};

constexpr float kNoMap = 1e9f;
struct Solution {
  std::vector<Box> boxes;  // one a figure; empty (min == max) for figures that the layout leaves out
  ImVec2 size;
  float picture_sides = 0;      // the sum of the heatmaps' sides (√area): large when none is small
  float smallest_map = kNoMap;  // the shortest side of a plane of Maps, or less where a caption has no room
};

// Places `layout` into `available`; nothing is wider or higher than that.
Solution solve(const lessons::Pane& pane, const lessons::Layout& layout, ImVec2 available,
               const Metrics& metrics);
// The best of the pane's layouts: the first unless another shows clearly larger pictures. One whose Maps are
// too small to be told apart comes last.
// What is returned holds until the next call: its memory is used again.
const Solution& solve_best(const lessons::Pane& pane, ImVec2 available, const Metrics& metrics);

}  // namespace views
