// How a view asks for a tensor to be drawn without knowing OpenGL. The renderer implements it with a
// shader; the headless tests with a list of what was asked for.
#pragma once

#include <string>

#include "imgui.h"
#include "web/views/theme.h"

namespace views {

// The colours of a heatmap: images run from low to high, signed tensors from negative over low to high.
struct HeatmapColours {
  Lab low, high, negative;
  Lab empty, paper, line;  // not computed yet; what pale cells fade to; between cells
};

// A plane seen in perspective: what lies at (x, y) on it, in logical pixels, is seen at (X / W, Y / W) with
// (X, Y, W) = m · (x, y, 1); m row by row.
struct Projection {
  float m[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  ImVec2 seen(ImVec2 at) const;
  // What of the plane is seen at `at`; the plane is not seen from its edge or from behind.
  ImVec2 lying(ImVec2 at) const;
};

struct HeatmapDraw {
  const std::string* key;  // one texture a key; uploaded again when `revision` moves on
  unsigned revision;
  const float* values;  // `count` of them: the whole tensor
  size_t count;
  int offset, rows, cols;  // the part to show: rows × cols values from `offset` on, three times that for Rgb
  int computed;            // cells shown in raster order; −1: all
  ImVec2 min, max;         // where, in logical pixels
  lessons::Scale scale;
  float limit;
  float strength;  // 1: full colours, less: paler
  int keep;        // every keep-th row and column at this strength, the others much paler
  HeatmapColours colours;
  ImVec2 part_min, part_max;  // the part of it that is drawn
  float opacity = 1;
  const Projection* projection = nullptr;  // min, max and the part lie on a plane seen like that
};

class TextureSink {
 public:
  virtual ~TextureSink() = default;
  // Adds the picture to `list` at this place in the drawing order.
  virtual void heatmap(ImDrawList& list, const HeatmapDraw& draw) = 0;
};

}  // namespace views
