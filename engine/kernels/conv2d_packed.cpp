#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/kernels/conv2d_pack.h"
#include "engine/kernels/kernels.h"
#include "engine/simd/f32x4.h"

// A tile is F filters × 4·V columns held in registers: as many as fit, 4 × 8 or the like. Each lane is one
// output with its own chain of additions in the reference's order; taps in the frame multiply by zero, which
// changes no bit.

namespace nn {
namespace {

using namespace simd;

constexpr int kMaxKernelWidth = 64;

struct Work {
  FramedShape image;
  int64_t plane, pitch, out_step;
  const int* column;  // [kernel_width]
};

// One tap: px is the pixel under the tile's first column.
template <int F, int V>
inline void add_tap(f32x4 (&sum)[F][V], const float* px, const float* weight) {
  if constexpr (V <= F) {
    f32x4 pixels[V];
    for (int v = 0; v < V; ++v) pixels[v] = load(px + 4 * v);
    for (int o = 0; o < F; ++o) {
      const f32x4 w = splat(weight[o]);
      for (int v = 0; v < V; ++v) sum[o][v] = add(sum[o][v], mul(pixels[v], w));
    }
  } else {
    f32x4 w[F];
    for (int o = 0; o < F; ++o) w[o] = splat(weight[o]);
    for (int v = 0; v < V; ++v) {
      const f32x4 pixels = load(px + 4 * v);
      for (int o = 0; o < F; ++o) sum[o][v] = add(sum[o][v], mul(pixels, w[o]));
    }
  }
}

// The first `columns` of a tile's columns. Sums start at bias [F], at 0 without one, or at what `out` holds.
enum class Start { zero, bias, out };

// Where a kernel's columns are: there is one; they are neighbours (stride 1); work.column tells.
enum class Columns { one, neighbours, table };

// A function of its own each: compilers allocate registers badly in one that has them all.
template <int F, int V, Columns kColumns>
[[gnu::noinline]] void tile(float* out, int columns, Start start, const float* bias, const float* weight,
                            const float* px, const Work& work) {
  f32x4 sum[F][V];
  float edge[4 * V] = {};
  const bool whole = columns == 4 * V;
  for (int o = 0; o < F; ++o) {
    const float* from = out + o * work.out_step;
    if (start == Start::out && !whole) {
      std::memcpy(edge, from, size_t(columns) * sizeof(float));
      from = edge;
    }
    for (int v = 0; v < V; ++v)
      sum[o][v] = start == Start::out ? load(from + 4 * v) : splat(start == Start::bias ? bias[o] : 0.0f);
  }
  const int rows = work.image.kernel_height, channels = work.image.channels;
  // The innermost loops are left rolled: unrolled, they need more registers than there are.
  if constexpr (kColumns == Columns::one) {
    const int64_t step = rows == 1 ? work.plane : work.pitch;
    for (int c = 0; c < (rows == 1 ? 1 : channels); ++c, px += work.plane) {
      const float* row = px;
      for (int i = rows == 1 ? channels : rows; i > 0; --i, row += step, weight += F)
        add_tap<F, V>(sum, row, weight);
    }
  } else {
    const int kernel_width = work.image.kernel_width;
    for (int c = 0; c < channels; ++c, px += work.plane) {
      const float* row = px;
      for (int ky = 0; ky < rows; ++ky, row += work.pitch)
        for (int kx = 0; kx < kernel_width; ++kx, weight += F)
          add_tap<F, V>(sum, row + (kColumns == Columns::neighbours ? kx : work.column[kx]), weight);
    }
  }
  for (int o = 0; o < F; ++o) {
    float* to = out + o * work.out_step;
    for (int v = 0; v < V; ++v) store((whole ? to : edge) + 4 * v, sum[o][v]);
    if (!whole) std::memcpy(to, edge, size_t(columns) * sizeof(float));
  }
}

// Columns of one output row of F filters, by tiles of V vectors and what is left by narrower ones. Reads no
// more than three numbers beyond the last column's.
template <int F, int V, Columns kColumns>
void row_of(float* out, int columns, Start start, const float* bias, const float* weight, const float* px,
            const Work& work) {
  for (; columns >= 4 * V; columns -= 4 * V, out += 4 * V, px += 4 * V)
    tile<F, V, kColumns>(out, 4 * V, start, bias, weight, px, work);
  if (columns == 0) return;
  if constexpr (V > 1)
    row_of<F, V / 2, kColumns>(out, columns, start, bias, weight, px, work);
  else
    tile<F, 1, kColumns>(out, columns, start, bias, weight, px, work);
}

template <Columns kColumns>
void rows_of(float* out, Start start, const float* bias, const float* packed, const float* framed,
             int filters, const Work& work) {
  const FramedShape& s = work.image;
  const int64_t taps = int64_t(s.channels) * s.kernel_height * s.kernel_width;
  // What a stretch of outputs needs of the image stays in the cache while all filters go over it.
  const int stretch = int(std::max<int64_t>(64, 8192 / (int64_t(s.channels) * s.kernel_height) / 32 * 32));
  for (int y = 0; y < s.out_height; ++y)
    for (int x = 0; x < s.out_width; x += stretch) {
      const float *px = framed + int64_t(y) * s.stride * work.pitch + x, *weight = packed;
      const int columns = std::min(stretch, s.out_width - x);
      float* to = out + int64_t(y) * s.out_width + x;
      for (int o = 0; o < filters; o += 4, weight += 4 * taps, to += 4 * work.out_step) {
        const float* b = bias ? bias + o : nullptr;
        switch (filters - o) {
          case 1:
            row_of<1, 8, kColumns>(to, columns, start, b, weight, px, work);
            break;
          case 2:
            row_of<2, 4, kColumns>(to, columns, start, b, weight, px, work);
            break;
          case 3:
            row_of<3, 2, kColumns>(to, columns, start, b, weight, px, work);
            break;
          default:
            row_of<4, 2, kColumns>(to, columns, start, b, weight, px, work);
        }
      }
    }
}

void convolve(float* out, Start start, const float* bias, const float* packed, const float* framed,
              int filters, const FramedShape& s) {
  int column[kMaxKernelWidth];
  for (int kx = 0; kx < s.kernel_width; ++kx) column[kx] = s.column(kx);
  const Work work{s, s.plane(), s.pitch(), int64_t(s.out_height) * s.out_width, column};
  if (s.kernel_width == 1)
    rows_of<Columns::one>(out, start, bias, packed, framed, filters, work);
  else if (s.stride == 1)
    rows_of<Columns::neighbours>(out, start, bias, packed, framed, filters, work);
  else
    rows_of<Columns::table>(out, start, bias, packed, framed, filters, work);
}

// The output's gradient as the input of the turned convolution; for stride 1.
FramedShape framed_gradient(const Conv2dShape& s) {
  return {s.out_channels,
          s.out_height(),
          s.out_width(),
          s.kernel_height,
          s.kernel_width,
          1,
          s.kernel_height - 1 - s.padding,
          s.kernel_width - 1 - s.padding,
          s.in_height,
          s.in_width};
}

int64_t weight_size(const Conv2dShape& s) {
  return int64_t(s.out_channels) * s.in_channels * s.kernel_height * s.kernel_width;
}
int64_t aligned(int64_t floats) { return (floats + 15) / 16 * 16; }

// Wide enough that lanes are not wasted on columns that aren't there.
bool worth_packing(const Conv2dShape& s) {
  return s.out_height() >= 1 && s.out_width() >= 3 && s.kernel_width <= kMaxKernelWidth;
}
bool can_turn(const Conv2dShape& s) {
  return s.stride == 1 && s.padding < s.kernel_height && s.padding < s.kernel_width && s.in_width >= 3;
}

// A 1×1 kernel sees the image as one long row, just where it is.
bool is_flat(const Conv2dShape& s) {
  return s.kernel_height == 1 && s.kernel_width == 1 && s.stride == 1 && s.padding == 0 &&
         int64_t(s.in_height) * s.in_width % 4 == 0;
}
FramedShape flat(int channels, const Conv2dShape& s) {
  const int n = s.in_height * s.in_width;
  return {channels, 1, n, 1, 1, 1, 0, 0, 1, n};
}

bool has_negative_zero(const float* v, int n) {
  for (int i = 0; i < n; ++i)
    if (v[i] == 0 && std::signbit(v[i])) return true;
  return false;
}

}  // namespace

int64_t conv2d_scratch(const Conv2dShape& s) {
  if (!worth_packing(s)) return 0;
  const int64_t images =
      std::max(framed_input(s).size(), can_turn(s) ? framed_gradient(s).size() : int64_t(0));
  return std::max(aligned(weight_size(s)) + images, weights_scratch(s));
}

void conv2d_forward(float* out, const float* in, const float* weight, const float* bias, int batch,
                    const Conv2dShape& s, float* scratch) {
  const int64_t in_size = int64_t(s.in_channels) * s.in_height * s.in_width;
  const int64_t out_size = int64_t(s.out_channels) * s.out_height() * s.out_width();
  const int taps = int(weight_size(s) / s.out_channels);
  // What a zero in the frame could change: a product with what is not finite, and the sign of a sum that
  // starts at −0.
  if (!scratch || !worth_packing(s) || (bias && has_negative_zero(bias, s.out_channels)) ||
      !pack_filters(scratch, weight, s.out_channels, taps)) {
    for (int b = 0; b < batch; ++b) conv2d_forward(out + b * out_size, in + b * in_size, weight, bias, s);
    return;
  }
  float* framed = scratch + aligned(weight_size(s));
  const Start start = bias ? Start::bias : Start::zero;
  for (int b = 0; b < batch; ++b, out += out_size, in += in_size) {
    if (is_flat(s)) {
      convolve(out, start, bias, scratch, in, s.out_channels, flat(s.in_channels, s));
      continue;
    }
    frame_image(framed, in, framed_input(s));
    convolve(out, start, bias, scratch, framed, s.out_channels, framed_input(s));
  }
}

bool conv2d_backward_to_input(float* d_in, const float* d_out, const float* weight, int batch,
                              const Conv2dShape& s, float* scratch) {
  if (!scratch || !can_turn(s) ||
      !pack_filters_turned(scratch, weight, s.out_channels, s.in_channels, s.kernel_height * s.kernel_width))
    return false;
  const int64_t in_size = int64_t(s.in_channels) * s.in_height * s.in_width;
  const int64_t out_size = int64_t(s.out_channels) * s.out_height() * s.out_width();
  float* framed = scratch + aligned(weight_size(s));
  for (int b = 0; b < batch; ++b, d_out += out_size, d_in += in_size) {
    if (is_flat(s)) {
      convolve(d_in, Start::out, nullptr, scratch, d_out, s.in_channels, flat(s.out_channels, s));
      continue;
    }
    frame_image(framed, d_out, framed_gradient(s));
    convolve(d_in, Start::out, nullptr, scratch, framed, s.in_channels, framed_gradient(s));
  }
  return true;
}

}  // namespace nn
