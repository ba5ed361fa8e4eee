#include "engine/kernels/kernels.h"
#include "engine/kernels/window.h"
#include "engine/simd/f32x4.h"

// An output row is the inside, where every kernel column falls on the image, and a border at each end. The
// inside is computed by tiles of filters × columns held in registers; every lane is one output with its own
// chain of additions, so the order of each is the reference's. At the border, and where the inside is narrow
// (a kernel as large as the image), lanes are filters instead.

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
          for (int v = 0; v < V; ++v) sum[o][v] = madd(sum[o][v], pixels[v], w);
        }
      }
    }
  }
  for (int o = 0; o < F; ++o)
    for (int v = 0; v < V; ++v) store(f.out + o * f.out_step + x + 4 * v, sum[o][v]);
}

// Up to 4·G filters × one column, in which many taps are neighbours.
template <int G>
void narrow_column(const Filters& f, int filters, const float* in, int x, Range rows, Range columns,
                   const Conv2dShape& s) {
  const float* weight[4 * G];
  float lanes[4 * G];
  for (int o = 0; o < 4 * G; ++o) {
    const int one = std::min(o, filters - 1);  // what is too much is computed, but not written
    weight[o] = f.weight + one * f.weight_step;
    lanes[o] = f.bias ? f.bias[one] : 0;
  }
  f32x4 sum[G];
  for (int g = 0; g < G; ++g) sum[g] = load(lanes + 4 * g);
  const int64_t plane = int64_t(s.in_height) * s.in_width;
  for (int c = 0; c < s.in_channels; ++c)
    for (int ky = rows.begin; ky < rows.end; ++ky) {
      const float* taps = in + c * plane + int64_t(ky) * s.in_width;
      const int64_t first = (int64_t(c) * s.kernel_height + ky) * s.kernel_width;
      int kx = columns.begin;
      for (; kx + 4 <= columns.end; kx += 4)
        for (int g = 0; g < G; ++g) {
          const float* const* four = weight + 4 * g;
          const int64_t at = first + kx;
          f32x4 a = load(four[0] + at), b = load(four[1] + at), d = load(four[2] + at),
                e = load(four[3] + at);
          transpose(a, b, d, e);
          sum[g] = madd(madd(sum[g], splat(taps[kx]), a), splat(taps[kx + 1]), b);
          sum[g] = madd(madd(sum[g], splat(taps[kx + 2]), d), splat(taps[kx + 3]), e);
        }
      for (; kx < columns.end; ++kx)
        for (int g = 0; g < G; ++g) {
          const float* const* four = weight + 4 * g;
          const int64_t at = first + kx;
          sum[g] = madd(sum[g], splat(taps[kx]), set(four[0][at], four[1][at], four[2][at], four[3][at]));
        }
    }
  for (int g = 0; g < G; ++g) store(lanes + 4 * g, sum[g]);
  for (int o = 0; o < filters; ++o) f.out[o * f.out_step + x] = lanes[o];
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
        sum = madd(sum, splat(taps[kx]), gather(weight + kx, f.weight_step));
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

template <int G>
void narrow_forward(Filters f, int filters, const float* in, const Conv2dShape& s) {
  for (int y = 0; y < s.out_height(); ++y, f.out += s.out_width()) {
    const Range rows = taps_inside(y, s.in_height, s.kernel_height, s.stride, s.padding);
    const float* row = in + (int64_t(y) * s.stride - s.padding) * s.in_width - s.padding;
    for (int x = 0; x < s.out_width(); ++x)
      narrow_column<G>(f, filters, row + int64_t(x) * s.stride, x, rows,
                       taps_inside(x, s.in_width, s.kernel_width, s.stride, s.padding), s);
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
  const Range inside = windows_inside(s.in_width, s.out_width(), s.kernel_width, s.stride, s.padding);
  const bool narrow = inside.end - inside.begin < 4;
  for (int o = 0; o < s.out_channels;) {
    const Filters f{weight + o * weight_step, bias ? bias + o : nullptr, out + o * out_step, weight_step,
                    out_step};
    if (const int left = s.out_channels - o; narrow) {
      const int filters = std::min(left, 16);
      const auto forward = left > 12  ? narrow_forward<4>
                           : left > 8 ? narrow_forward<3>
                           : left > 4 ? narrow_forward<2>
                                      : narrow_forward<1>;
      forward(f, filters, in, s);
      o += filters;
    } else if (left >= 4) {
      filters_forward<4>(f, in, s);
      o += 4;
    } else {
      filters_forward<1>(f, in, s);
      o += 1;
    }
  }
}

}  // namespace nn
