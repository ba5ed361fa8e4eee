#include "engine/kernels/add_scaled.h"
#include "engine/kernels/conv2d_pack.h"
#include "engine/kernels/kernels.h"
#include "engine/kernels/window.h"
#include "engine/simd/f32x4.h"

namespace nn {
namespace {

using namespace simd;

// d_in of one filter and channel. Whole rows at a time, kernel columns from the right: then what reaches a
// pixel comes from the output columns from the left.
void backward_to_input(float* d_in, const float* d_out, const float* weight, const Conv2dShape& s) {
  const int out_height = s.out_height(), out_width = s.out_width();
  for (int y = 0; y < out_height; ++y, d_out += out_width) {
    const Range rows = taps_inside(y, s.in_height, s.kernel_height, s.stride, s.padding);
    for (int ky = rows.begin; ky < rows.end; ++ky) {
      float* row = d_in + int64_t(y * s.stride - s.padding + ky) * s.in_width;
      for (int kx = s.kernel_width - 1; kx >= 0; --kx) {
        const Range xs = windows_with_tap(kx, s.in_width, out_width, s.stride, s.padding);
        const float w = weight[int64_t(ky) * s.kernel_width + kx];
        const int shift = kx - s.padding;
        if (s.stride == 1) {
          add_scaled(row + xs.begin + shift, w, d_out + xs.begin, xs.end - xs.begin);
        } else {
          for (int x = xs.begin; x < xs.end; ++x) row[x * s.stride + shift] += w * d_out[x];
        }
      }
    }
  }
}

// N neighbouring columns, from kx on, of kernel row ky of F ≤ 4 filters; lanes are filters. `in` is one
// channel.
template <int F, int N>
void backward_to_weights(float* d_weight, int64_t weight_step, const float* d_out, const float* in, int ky,
                         int kx, const Conv2dShape& s) {
  const auto gather = [](const float* p, int64_t step) {
    return set(p[0], F > 1 ? p[step] : 0, F > 2 ? p[2 * step] : 0, F > 3 ? p[3 * step] : 0);
  };
  const int out_height = s.out_height(), out_width = s.out_width();
  const int64_t plane = int64_t(out_height) * out_width;
  f32x4 sum[N];
  for (int k = 0; k < N; ++k) sum[k] = gather(d_weight + k, weight_step);
  for (int y = 0; y < out_height; ++y) {
    const int row = y * s.stride - s.padding + ky;
    if (row < 0 || row >= s.in_height) continue;
    const float* pixels = in + int64_t(row) * s.in_width;
    for (int x = 0; x < out_width; ++x) {
      const f32x4 d = gather(d_out + int64_t(y) * out_width + x, plane);
      const int column = x * s.stride - s.padding + kx;
      for (int k = 0; k < N; ++k)
        if (column + k >= 0 && column + k < s.in_width)
          sum[k] = add(sum[k], mul(d, splat(pixels[column + k])));
    }
  }
  for (int k = 0; k < N; ++k) {
    float lanes[4];
    store(lanes, sum[k]);
    for (int o = 0; o < F; ++o) d_weight[o * weight_step + k] = lanes[o];
  }
}

template <int F>
void backward_to_filters(float* d_weight, float* d_bias, const float* d_out, const float* in,
                         const Conv2dShape& s) {
  const int64_t weight_step = int64_t(s.in_channels) * s.kernel_height * s.kernel_width;
  const int64_t out_plane = int64_t(s.out_height()) * s.out_width();
  for (int c = 0; c < s.in_channels; ++c, in += int64_t(s.in_height) * s.in_width) {
    for (int ky = 0; ky < s.kernel_height; ++ky, d_weight += s.kernel_width) {
      int kx = 0;
      for (; kx + 4 <= s.kernel_width; kx += 4)
        backward_to_weights<F, 4>(d_weight + kx, weight_step, d_out, in, ky, kx, s);
      for (; kx < s.kernel_width; ++kx)
        backward_to_weights<F, 1>(d_weight + kx, weight_step, d_out, in, ky, kx, s);
    }
  }
  if (!d_bias) return;
  for (int o = 0; o < F; ++o) {
    float sum = d_bias[o];
    for (int64_t i = 0; i < out_plane; ++i) sum += d_out[o * out_plane + i];
    d_bias[o] = sum;
  }
}

void backward_to_all_inputs(float* d_in, const float* d_out, const float* weight, const Conv2dShape& s) {
  const int64_t kernel = int64_t(s.kernel_height) * s.kernel_width,
                in_plane = int64_t(s.in_height) * s.in_width;
  const int64_t out_plane = int64_t(s.out_height()) * s.out_width();
  for (int o = 0; o < s.out_channels; ++o, d_out += out_plane)
    for (int c = 0; c < s.in_channels; ++c, weight += kernel)
      backward_to_input(d_in + c * in_plane, d_out, weight, s);
}

void backward_to_all_filters(float* d_weight, float* d_bias, const float* d_out, const float* in,
                             const Conv2dShape& s) {
  const int64_t weight_step = int64_t(s.in_channels) * s.kernel_height * s.kernel_width;
  const int64_t out_plane = int64_t(s.out_height()) * s.out_width();
  for (int o = 0; o < s.out_channels;) {
    float* bias = d_bias ? d_bias + o : nullptr;
    if (o + 4 <= s.out_channels) {
      backward_to_filters<4>(d_weight + o * weight_step, bias, d_out + o * out_plane, in, s);
      o += 4;
    } else {
      backward_to_filters<1>(d_weight + o * weight_step, bias, d_out + o * out_plane, in, s);
      o += 1;
    }
  }
}

}  // namespace

void conv2d_backward(float* d_in, float* d_weight, float* d_bias, const float* d_out, const float* in,
                     const float* weight, const Conv2dShape& s) {
  if (d_in) backward_to_all_inputs(d_in, d_out, weight, s);
  backward_to_all_filters(d_weight, d_bias, d_out, in, s);
}

void conv2d_backward(float* d_in, float* d_weight, float* d_bias, const float* d_out, const float* in,
                     const float* weight, int batch, const Conv2dShape& s, float* scratch) {
  const int64_t in_size = int64_t(s.in_channels) * s.in_height * s.in_width;
  const int64_t out_size = int64_t(s.out_channels) * s.out_height() * s.out_width();
  if (conv2d_scratch(s) == 0) scratch = nullptr;
  if (d_in && conv2d_backward_to_input(d_in, d_out, weight, batch, s, scratch)) d_in = nullptr;
  for (int b = 0; b < batch; ++b, d_out += out_size, in += in_size) {
    if (!scratch || !conv2d_backward_to_weights(d_weight, d_bias, d_out, in, s, scratch))
      backward_to_all_filters(d_weight, d_bias, d_out, in, s);
    if (d_in) backward_to_all_inputs(d_in + b * in_size, d_out, weight, s);
  }
}

}  // namespace nn
