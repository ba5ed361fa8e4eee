// What a cell of a map reads, when convolutions with the same kernel stand on one another (the settings'
// `layers`, stride 1): where its receptive field lies, and how much each pixel of the picture counts.
#pragma once

#include <optional>
#include <string>

#include "web/lessons/lesson.h"

namespace lessons {

constexpr int kMostLayers = 3;

// The name of the map `layer` layers deep: 0 is the picture, the deepest is the output; `erased`: of the
// picture that is erased outside the field.
std::string map_name(const LessonState& state, int layer, bool erased);
// Its side.
int map_side(const LessonState& state, int layer);
// Fills the maps, each from the one before it. Between layers they are kept to what the user's own numbers
// may be, so that nothing leaves the range of a float.
void run_layers(LessonState& state, bool erased);

// What the step's cell reads `layers` layers further up; may reach into the padding.
CellRect field(const LessonState& state, int layers);
// The part of it that lies on a map of this side; nothing when all of it is padding.
std::optional<CellRect> inside(const CellRect& rect, int side);

// How much the cell that stands where the step's does gains when a pixel grows by 1, for each depth from 1 to
// kMostLayers and every pixel: [depths, height, width], by the engine's backward pass.
nn::Tensor influences(const LessonState& state);

// The pixels that alter the cell, as tensor `influence` says: how many, and the box around them.
struct Reach {
  int count = 0;
  std::optional<CellRect> box;
};
Reach reach(const LessonState& state, int layers);

}  // namespace lessons
