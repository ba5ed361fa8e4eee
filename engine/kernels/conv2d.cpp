#include "engine/kernels/kernels.h"
#include "engine/kernels/window.h"
#include "engine/simd/f32x4.h"

// An output row is the inside, where every kernel column falls on the image, and a border at each end. The
// inside is computed by tiles of filters × columns held in registers; every lane is one output with its own
// chain of additions, so the order of each is the reference's. At the border, lanes are filters instead.

namespace nn {
namespace {

using namespace simd;

// Where F filters begin, and how far apart.
struct Filters {
  const float *weight, *bias;
  float* out;
  int64_t weight_step, out_step;
};

// F filters × 4·V columns from column `x` on. `in` points at the image column under kernel column 0.
template <int F, int V, bool kStride1>
void inside_tile(const Filters& f, const float* in, int x, Range rows, const Conv2dShape& s) {
  f32x4 sum[F][V];
  for (int o = 0; o < F; ++o)
    for (int v = 0; v < V; ++v) sum[o][v] = splat(f.bias ? f.bias[o] : 0.0f);
  const int64_t plane = int64_t(s.in_height) * s.in_width;
  for (int c = 0; c < s.in_channels; ++c) {
    for (int ky = rows.begin; ky < rows.end; ++ky) {
      const float* taps = in + c * plane + int64_t(ky) * s.in_width;
      const float* weight = f.weight + (int64_t(c) * s.kernel_height + ky) * s.kernel_width;
      for (int kx = 0; kx < s.kernel_width; ++kx) {
        f32x4 pixels[V];
        for (int v = 0; v < V; ++v)
          pixels[v] =
              kStride1 ? load(taps + kx + 4 * v) : load_strided(taps + kx + 4 * v * s.stride, s.stride);
        for (int o = 0; o < F; ++o) {
          const f32x4 w = splat(weight[o * f.weight_step + kx]);
          for (int v = 0; v < V; ++v) sum[o][v] = add(sum[o][v], mul(pixels[v], w));
        }
      }
    }
  }
  for (int o = 0; o < F; ++o)
    for (int v = 0; v < V; ++v) store(f.out + o * f.out_step + x + 4 * v, sum[o][v]);
}

// F ≤ 4 filters × one column. `in` as above; it may lie outside the row, the taps read don't.
template <int F>
void border_column(const Filters& f, const float* in, int x, Range rows, Range columns,
                   const Conv2dShape& s) {
  const auto gather = [](const float* p, int64_t step) {
    return set(p[0], F > 1 ? p[step] : 0, F > 2 ? p[2 * step] : 0, F > 3 ? p[3 * step] : 0);
  };
  f32x4 sum = f.bias ? gather(f.bias, 1) : zero();
  const int64_t plane = int64_t(s.in_height) * s.in_width;
  for (int c = 0; c < s.in_channels; ++c) {
    for (int ky = rows.begin; ky < rows.end; ++ky) {
      const float* taps = in + c * plane + int64_t(ky) * s.in_width;
      const float* weight = f.weight + (int64_t(c) * s.kernel_height + ky) * s.kernel_width;
      for (int kx = columns.begin; kx < columns.end; ++kx)
        sum = add(sum, mul(splat(taps[kx]), gather(weight + kx, f.weight_step)));
    }
  }
  float result[4];
  store(result, sum);
  for (int o = 0; o < F; ++o) f.out[o * f.out_step + x] = result[o];
}

// One output row of F filters; inside = [inside_begin, inside_end).
template <int F, bool kStride1>
void output_row(const Filters& f, const float* in, Range rows, int inside_begin, int inside_end,
                const Conv2dShape& s) {
  const auto under = [&](int x) { return in + (int64_t(x) * s.stride - s.padding); };
  const auto border = [&](int begin, int end) {
    for (int x = begin; x < end; ++x)
      border_column<F>(f, under(x), x, rows, taps_inside(x, s.in_width, s.kernel_width, s.stride, s.padding),
                       s);
  };
  if (inside_end - inside_begin < 4) return border(0, s.out_width());
  border(0, inside_begin);
  int x = inside_begin;
  for (; x + 8 <= inside_end; x += 8) inside_tile<F, 2, kStride1>(f, under(x), x, rows, s);
  for (; x + 4 <= inside_end; x += 4) inside_tile<F, 1, kStride1>(f, under(x), x, rows, s);
  // The last few columns as a tile that overlaps the one before: it computes some of them again.
  if (x < inside_end) inside_tile<F, 1, kStride1>(f, under(inside_end - 4), inside_end - 4, rows, s);
  border(inside_end, s.out_width());
}

template <int F>
void filters_forward(Filters f, const float* in, const Conv2dShape& s) {
  const int out_height = s.out_height(), out_width = s.out_width();
  const auto [inside_begin, inside_end] =
      windows_inside(s.in_width, out_width, s.kernel_width, s.stride, s.padding);
  for (int y = 0; y < out_height; ++y, f.out += out_width) {
    const Range rows = taps_inside(y, s.in_height, s.kernel_height, s.stride, s.padding);
    const float* row = in + (int64_t(y) * s.stride - s.padding) * s.in_width;
    if (s.stride == 1)
      output_row<F, true>(f, row, rows, inside_begin, inside_end, s);
    else
      output_row<F, false>(f, row, rows, inside_begin, inside_end, s);
  }
}

}  // namespace

int conv2d_output_size(int n, int kernel, int stride, int padding) {
  const int room = n + 2 * padding - kernel;
  return room < 0 ? 0 : room / stride + 1;
}

void conv2d_forward(float* out, const float* in, const float* weight, const float* bias,
                    const Conv2dShape& s) {
  const int64_t weight_step = int64_t(s.in_channels) * s.kernel_height * s.kernel_width;
  const int64_t out_step = int64_t(s.out_height()) * s.out_width();
  for (int o = 0; o < s.out_channels;) {
    const Filters f{weight + o * weight_step, bias ? bias + o : nullptr, out + o * out_step, weight_step,
                    out_step};
    if (o + 4 <= s.out_channels) {
      filters_forward<4>(f, in, s);
      o += 4;
    } else {
      filters_forward<1>(f, in, s);
      o += 1;
    }
  }
}

}  // namespace nn
