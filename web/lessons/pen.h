// Drawing a digit by hand, and what was done to MNIST's digits before anybody learned from them.
//
// Places are in cells: the middle of cell (r, c) is at (r + 0.5, c + 0.5). All values are multiples of 1/256
// in [0, 1), so that what is drawn is as exact as a built-in digit and is short in a URL.
#pragma once

#include "engine/tensor.h"

namespace lessons {

// A place in a picture, in cells.
struct Spot {
  float row, col;
};

// How far from its middle a soft pen paints: full ink within a cell, none from here on.
constexpr float kPenReach = 1.7f;

// Draws the line from `from` to `to` into the one plane of `picture` [1, H, W]: each cell becomes as dark as
// the pen makes it, unless it is darker already. Soft: dark in the middle, pale at its edges. Not soft: the
// cells on the line become `ink`.
void draw_line(nn::Tensor& picture, Spot from, Spot to, bool soft, float ink);

// Where the ink of a picture [1, H, W] is.
struct Placement {
  int top = 0, left = 0, rows = 0, cols = 0;  // of the box around what is clearly dark; 0 rows: nothing is
  Spot middle = {0, 0};                       // the centre of mass of all ink
};
Placement placement_of(const nn::Tensor& picture);

// MNIST's digits were scaled, keeping their proportions, into a box of this side, and moved so that their
// centre of mass is the middle of the picture.
constexpr int kFittedSide = 20;
// Whether that is so to within a cell; nothing can be said of an empty picture, which is as it should be.
bool is_fitted(const nn::Tensor& picture);
// The same done to `picture`; one that is fitted already, or empty, stays as it is.
nn::Tensor fitted(const nn::Tensor& picture);

}  // namespace lessons
