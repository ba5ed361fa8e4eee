// For the kernels' own use: which part of a sliding window falls on the image, in one direction.
#pragma once

#include <algorithm>

namespace nn {

struct Range {
  int begin, end;
};

// The kernel rows (or columns) of output row `out` that fall on the n rows of the image.
inline Range taps_inside(int out, int n, int kernel, int stride, int padding) {
  const int first = out * stride - padding;
  return {std::clamp(-first, 0, kernel), std::clamp(n - first, 0, kernel)};
}

// The outputs of `outs` whose whole window falls on the image.
inline Range windows_inside(int n, int outs, int kernel, int stride, int padding) {
  const int begin = std::min((padding + stride - 1) / stride, outs), room = n + padding - kernel;
  return {begin, std::clamp(room >= 0 ? room / stride + 1 : 0, begin, outs)};
}

// The outputs of `outs` for which kernel row (or column) `tap` falls on the image.
inline Range windows_with_tap(int tap, int n, int outs, int stride, int padding) {
  const int first = padding - tap;  // output · stride ≥ first, and < first + n
  const int begin = first > 0 ? (first + stride - 1) / stride : 0, room = n - 1 + first;
  return {std::min(begin, outs), std::clamp(room >= 0 ? room / stride + 1 : 0, std::min(begin, outs), outs)};
}

}  // namespace nn
