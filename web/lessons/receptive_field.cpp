#include "web/lessons/receptive_field.h"

#include <algorithm>

#include "engine/kernels/kernels.h"
#include "web/lessons/sliding.h"

namespace lessons {
namespace {

// Numbers as large as the user's own may be, layer upon layer, would leave the range of a float.
void bound(nn::Tensor& map) {
  constexpr float kLargest = 1e15f;
  for (float& value : map) value = std::clamp(value, -kLargest, kLargest);
}

// How much the cell (row, col), `layers` layers deep, gains when a pixel grows by 1; for every pixel, by the
// engine's backward pass.
nn::Tensor influence(const LessonState& state, int row, int col, int layers) {
  const Settings& s = state.settings;
  nn::Tensor d_out(nn::Shape{1, map_side(state, layers), map_side(state, layers)});
  d_out[size_t(row * d_out.shape()[2] + col)] = 1;
  nn::Tensor d_weight(state.tensors.at("weight").shape());  // not asked for, but part of the pass
  float d_bias = 0;
  for (int layer = layers - 1; layer >= 0; --layer) {
    const int side = map_side(state, layer);
    const nn::Conv2dShape shape{1, side, side, 1, s.kernel_size, s.kernel_size, 1, s.padding};
    nn::Tensor d_in(nn::Shape{1, side, side}), in(d_in.shape());
    nn::conv2d_backward(d_in.data(), d_weight.data(), &d_bias, d_out.data(), in.data(),
                        state.tensors.at("weight").data(), shape);
    bound(d_in);
    d_out = std::move(d_in);
  }
  return d_out;
}

}  // namespace

int map_side(const LessonState& state, int layer) {
  const Settings& s = state.settings;
  return state.tensors.at("input").shape()[1] + layer * (2 * s.padding - s.kernel_size + 1);
}

std::string map_name(const LessonState& state, int layer, bool erased) {
  const std::string end = erased ? "_erased" : "";
  if (layer == 0) return "input" + end;
  return (layer == state.settings.layers ? "output" : "layer_" + std::to_string(layer)) + end;
}

void run_layers(LessonState& state, bool erased) {
  const int layers = state.settings.layers;
  for (int layer = 1; layer <= layers; ++layer) {
    nn::Tensor map = convolved(state, state.tensors.at(map_name(state, layer - 1, erased)), 1);
    if (layer < layers) bound(map);
    state.tensors[map_name(state, layer, erased)] = std::move(map);
  }
}

CellRect field(const LessonState& state, int layers) {
  const Settings& s = state.settings;
  const int side = 1 + layers * (s.kernel_size - 1);
  return {s.step / state.out_cols - layers * s.padding, s.step % state.out_cols - layers * s.padding, side,
          side};
}

std::optional<CellRect> inside(const CellRect& rect, int side) {
  const int row = std::max(rect.row, 0), col = std::max(rect.col, 0);
  const int rows = std::min(rect.row + rect.rows, side) - row,
            cols = std::min(rect.col + rect.cols, side) - col;
  if (rows <= 0 || cols <= 0) return std::nullopt;
  return CellRect{row, col, rows, cols};
}

nn::Tensor influences(const LessonState& state) {
  const Settings& s = state.settings;
  const nn::Shape& input = state.tensors.at("input").shape();
  nn::Tensor all(nn::Shape{kMostLayers, input[1], input[2]});
  for (int layers = 1; layers <= kMostLayers; ++layers) {
    // Each layer moves a place by its padding less half of what the kernel adds to a side.
    const int more = layers - s.layers, moved = more * s.padding - more * (s.kernel_size - 1) / 2;
    const int last = map_side(state, layers) - 1;
    const nn::Tensor one = influence(state, std::clamp(s.step / state.out_cols + moved, 0, last),
                                     std::clamp(s.step % state.out_cols + moved, 0, last), layers);
    std::copy(one.begin(), one.end(), all.data() + size_t(layers - 1) * one.size());
  }
  return all;
}

Reach reach(const LessonState& state, int layers) {
  const nn::Tensor& all = state.tensors.at("influence");
  const int side = all.shape()[2];
  Reach found;
  int top = side, left = side, bottom = -1, right = -1;
  for (int i = 0; i < side * side; ++i) {
    if (all[size_t((layers - 1) * side * side + i)] == 0) continue;
    ++found.count;
    top = std::min(top, i / side);
    bottom = std::max(bottom, i / side);
    left = std::min(left, i % side);
    right = std::max(right, i % side);
  }
  if (found.count > 0) found.box = CellRect{top, left, bottom - top + 1, right - left + 1};
  return found;
}

}  // namespace lessons
