#include "web/lessons/pen.h"

#include <algorithm>
#include <cmath>

namespace lessons {
namespace {

constexpr float kUnit = 1 / 256.0f, kInk = 255 * kUnit;
constexpr float kClear = 0.25f;  // darker than this is clearly dark

float quantised(float value) { return std::clamp(std::round(value / kUnit) * kUnit, 0.0f, kInk); }

float distance(Spot p, Spot from, Spot to) {
  const float down = to.row - from.row, right = to.col - from.col, length = down * down + right * right;
  float t = 0;
  if (length > 0) t = ((p.row - from.row) * down + (p.col - from.col) * right) / length;
  t = std::clamp(t, 0.0f, 1.0f);
  const float y = p.row - from.row - t * down, x = p.col - from.col - t * right;
  return std::sqrt(y * y + x * x);
}

// Between the middles of the cells linear, outside of the picture 0.
float value_at(const nn::Tensor& picture, Spot at) {
  const int height = picture.shape()[1], width = picture.shape()[2];
  const float row = at.row - 0.5f, col = at.col - 0.5f;
  const int r = int(std::floor(row)), c = int(std::floor(col));
  const auto cell = [&](int i, int k) {
    return i < 0 || k < 0 || i >= height || k >= width ? 0.0f : picture[size_t(i * width + k)];
  };
  const float y = row - float(r), x = col - float(c);
  return (1 - y) * ((1 - x) * cell(r, c) + x * cell(r, c + 1)) +
         y * ((1 - x) * cell(r + 1, c) + x * cell(r + 1, c + 1));
}

}  // namespace

void draw_line(nn::Tensor& picture, Spot from, Spot to, bool soft, float ink) {
  const int height = picture.shape()[1], width = picture.shape()[2];
  if (!soft) {
    const int pieces = 1 + int(2 * std::max(std::fabs(to.row - from.row), std::fabs(to.col - from.col)));
    for (int i = 0; i <= pieces; ++i) {
      const float t = float(i) / float(pieces);
      const int row = int(std::floor(from.row + t * (to.row - from.row)));
      const int col = int(std::floor(from.col + t * (to.col - from.col)));
      if (row >= 0 && col >= 0 && row < height && col < width) picture[size_t(row * width + col)] = ink;
    }
    return;
  }
  for (int row = 0; row < height; ++row)
    for (int col = 0; col < width; ++col) {
      const float away = distance({float(row) + 0.5f, float(col) + 0.5f}, from, to);
      float& cell = picture[size_t(row * width + col)];
      cell = std::max(cell, quantised(kPenReach - away));
    }
}

Placement placement_of(const nn::Tensor& picture) {
  const int height = picture.shape()[1], width = picture.shape()[2];
  int top = height, left = width, bottom = -1, right = -1;
  double all = 0, down = 0, across = 0;
  for (int row = 0; row < height; ++row)
    for (int col = 0; col < width; ++col) {
      const float value = std::max(0.0f, picture[size_t(row * width + col)]);
      all += value;
      down += value * (row + 0.5);
      across += value * (col + 0.5);
      if (value < kClear) continue;
      top = std::min(top, row);
      left = std::min(left, col);
      bottom = std::max(bottom, row);
      right = std::max(right, col);
    }
  if (bottom < 0) return {};
  return {top, left, bottom - top + 1, right - left + 1, {float(down / all), float(across / all)}};
}

bool is_fitted(const nn::Tensor& picture) {
  const Placement p = placement_of(picture);
  if (p.rows == 0) return true;
  const float off_row = p.middle.row - float(picture.shape()[1]) / 2,
              off_col = p.middle.col - float(picture.shape()[2]) / 2;
  return std::abs(std::max(p.rows, p.cols) - kFittedSide) <= 1 && std::fabs(off_row) <= 1 &&
         std::fabs(off_col) <= 1;
}

nn::Tensor fitted(const nn::Tensor& picture) {
  if (is_fitted(picture)) return picture;
  const int height = picture.shape()[1], width = picture.shape()[2];
  const auto placed = [&](float cell, Spot middle) {
    // Each cell is the mean over a grid of points in it.
    constexpr int kPoints = 4;
    nn::Tensor made(picture.shape());
    for (int row = 0; row < height; ++row)
      for (int col = 0; col < width; ++col) {
        float sum = 0;
        for (int i = 0; i < kPoints * kPoints; ++i) {
          const float y = float(row) + (float(i / kPoints) + 0.5f) / kPoints - float(height) / 2;
          const float x = float(col) + (float(i % kPoints) + 0.5f) / kPoints - float(width) / 2;
          sum += value_at(picture, {middle.row + y * cell, middle.col + x * cell});
        }
        made[size_t(row * width + col)] = quantised(sum / (kPoints * kPoints));
      }
    return made;
  };
  // Drawing anew moves the edge of what is clearly dark and what the picture cuts off: correct for it.
  const Placement p = placement_of(picture);
  float cell = float(std::max(p.rows, p.cols)) / kFittedSide;
  Spot middle = p.middle;
  nn::Tensor made = placed(cell, middle);
  for (int again = 0; again < 4 && !is_fitted(made); ++again) {
    const Placement now = placement_of(made);
    if (now.rows == 0) break;
    middle = {middle.row + (now.middle.row - float(height) / 2) * cell,
              middle.col + (now.middle.col - float(width) / 2) * cell};
    cell *= float(std::max(now.rows, now.cols)) / kFittedSide;
    made = placed(cell, middle);
  }
  return made;
}

}  // namespace lessons
