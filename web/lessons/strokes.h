// Patterns of five cells in a 5×5 window, the filters that look for them, and pictures in which one is
// painted cell by cell.
#pragma once

#include <string>
#include <vector>

#include "engine/tensor.h"

namespace lessons {

constexpr int kStrokes = 6, kStrokeCells = 5, kStrokeSide = 5;

// Their ids in the order of the filters: "plus", "cross", …
const std::vector<std::string>& stroke_names();

// One filter a pattern, a weight [6, 1, 5, 5]: +0.4 on the five cells of its pattern, −0.1 on the twenty
// others. Its weights sum to exactly 0, so that brightness alone earns nothing, and its norm is 1 to within
// 1e-5. The unit is a multiple of 2^-19: in a picture of zeros and ones every sum of products is exact.
nn::Tensor stroke_weight();

// The picture [1, 16, 16] of a pattern after so many steps: first the pattern is painted cell by cell, then
// the same again so far away that no window sees both, then the second window is filled with light.
constexpr int kStrokePictureSide = 16, kStrokeSteps = 12;
constexpr int kFirstPainted = kStrokeCells, kBothPainted = 2 * kStrokeCells, kAllBright = kBothPainted + 1;
nn::Tensor stroke_picture(int stroke, int step);
// The row, and the column, where the window that is painted into at this step begins.
int stroke_origin(int step);

}  // namespace lessons
