#include "engine/kernels/conv2d_pack.h"

#include <algorithm>
#include <cstring>

namespace nn {

FramedShape framed_input(const Conv2dShape& s) {
  return {s.in_channels, s.in_height, s.in_width, s.kernel_height, s.kernel_width,
          s.stride,      s.padding,   s.padding,  s.out_height(),  s.out_width()};
}

void frame_image(float* framed, const float* in, const FramedShape& s) {
  const int width = s.phase_width();
  for (int c = 0; c < s.channels; ++c) {
    for (int row = 0; row < s.height(); ++row, framed += s.pitch()) {
      const int y = row - s.padding_y;
      if (y < 0 || y >= s.in_height) {
        std::memset(framed, 0, size_t(s.pitch()) * sizeof(float));
        continue;
      }
      const float* pixels = in + (int64_t(c) * s.in_height + y) * s.in_width;
      for (int phase = 0; phase < s.phases(); ++phase) {
        // Column i of the phase is image column i · stride + phase − padding_x.
        const int first = s.padding_x - phase, room = s.in_width - 1 + first;
        const int begin = std::min(first > 0 ? (first + s.stride - 1) / s.stride : 0, width);
        const int end = std::clamp(room >= 0 ? room / s.stride + 1 : 0, begin, width);
        float* to = framed + phase * width;
        for (int i = 0; i < begin; ++i) to[i] = 0;
        if (s.stride == 1) {
          std::memcpy(to + begin, pixels + begin - first, size_t(end - begin) * sizeof(float));
        } else {
          for (int i = begin; i < end; ++i) to[i] = pixels[i * s.stride - first];
        }
        for (int i = end; i < width; ++i) to[i] = 0;
      }
    }
  }
  std::memset(framed, 0, FramedShape::kOverRead * sizeof(float));
}

// 0 · x is NaN for infinity and NaN, and a sum with a NaN is one.
bool pack_filters(float* packed, const float* weight, int filters, int taps) {
  float check = 0;
  for (int first = 0; first < filters; first += 4) {
    const int block = std::min(4, filters - first);
    for (int o = 0; o < block; ++o) {
      const float* from = weight + int64_t(first + o) * taps;
      for (int t = 0; t < taps; ++t) {
        packed[int64_t(t) * block + o] = from[t];
        check += 0 * from[t];
      }
    }
    packed += int64_t(block) * taps;
  }
  return check == 0;
}

bool pack_filters_turned(float* packed, const float* weight, int out_channels, int in_channels, int kernel) {
  float check = 0;
  for (int first = 0; first < in_channels; first += 4) {
    const int block = std::min(4, in_channels - first);
    for (int o = 0; o < out_channels; ++o) {
      const float* from = weight + (int64_t(o) * in_channels + first) * kernel;
      for (int t = kernel - 1; t >= 0; --t, packed += block)
        for (int c = 0; c < block; ++c) {
          packed[c] = from[int64_t(c) * kernel + t];
          check += 0 * packed[c];
        }
    }
  }
  return check == 0;
}

}  // namespace nn
