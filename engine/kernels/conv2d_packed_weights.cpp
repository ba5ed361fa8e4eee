#include <algorithm>
#include <cmath>

#include "engine/kernels/conv2d_pack.h"
#include "engine/kernels/kernels.h"
#include "engine/simd/f32x4.h"

// The gradient by weights is a sum over output pixels. Lanes are filters: the output's gradient is turned
// into [pixel][filter], in blocks of eight filters and perhaps a last one of four, and the sums into
// [tap][filter] of the same blocks. A tile is four taps × eight filters, or eight × four.

namespace nn {
namespace {

using namespace simd;

int64_t aligned(int64_t floats) { return (floats + 15) / 16 * 16; }
int lanes_of(const Conv2dShape& s) { return (s.out_channels + 3) / 4 * 4; }
int64_t taps_of(const Conv2dShape& s) { return int64_t(s.in_channels) * s.kernel_height * s.kernel_width; }
int64_t pixels_of(const Conv2dShape& s) { return int64_t(s.out_height()) * s.out_width(); }

// Calls block(first filter, lanes) for each block of filters.
template <class F>
void each_block(int lanes, const F& block) {
  int o = 0;
  for (; o + 8 <= lanes; o += 8) block(o, 8);
  if (o < lanes) block(o, 4);
}

// sum [T][4·V] += d [rows · columns][4·V] · px, where px[t] is the pixel under tap t of the first window.
template <int T, int V>
[[gnu::noinline]] void add_pixels(float* sums, const float* d, const float* const* taps, int rows,
                                  int columns, int64_t row_step) {
  const float* px[T];
  f32x4 sum[T][V];
  for (int t = 0; t < T; ++t) {
    px[t] = taps[t];
    for (int v = 0; v < V; ++v) sum[t][v] = load(sums + 4 * (t * V + v));
  }
  for (int y = 0; y < rows; ++y) {
    const int64_t row = y * row_step;
    for (int64_t x = row; x < row + columns; ++x, d += 4 * V) {
      f32x4 gradient[V];
      for (int v = 0; v < V; ++v) gradient[v] = load(d + 4 * v);
      for (int t = 0; t < T; ++t) {
        const f32x4 pixel = splat(px[t][x]);
        for (int v = 0; v < V; ++v) sum[t][v] = madd(sum[t][v], gradient[v], pixel);
      }
    }
  }
  for (int t = 0; t < T; ++t)
    for (int v = 0; v < V; ++v) store(sums + 4 * (t * V + v), sum[t][v]);
}

// As many taps at a time as there are registers for.
template <int V>
int add_some_taps(float* sums, const float* d, const float* const* taps, int64_t left, int rows, int columns,
                  int64_t row_step) {
  if constexpr (V == 1) {
    if (left >= 8) return add_pixels<8, V>(sums, d, taps, rows, columns, row_step), 8;
  }
  if (left >= 4) return add_pixels<4, V>(sums, d, taps, rows, columns, row_step), 4;
  if (left == 3) return add_pixels<3, V>(sums, d, taps, rows, columns, row_step), 3;
  if (left == 2) return add_pixels<2, V>(sums, d, taps, rows, columns, row_step), 2;
  return add_pixels<1, V>(sums, d, taps, rows, columns, row_step), 1;
}

// d_out [filter][pixel] to [block][pixel][filter]; false if a number is not finite.
bool turn_gradient(float* turned, const float* d_out, const Conv2dShape& s) {
  const int64_t pixels = pixels_of(s);
  float check = 0;
  each_block(lanes_of(s), [&](int first, int lanes) {
    for (int l = 0; l < lanes; ++l) {
      float* to = turned + first * pixels + l;
      if (first + l >= s.out_channels) {
        for (int64_t p = 0; p < pixels; ++p) to[p * lanes] = 0;
        continue;
      }
      const float* from = d_out + (first + l) * pixels;
      for (int64_t p = 0; p < pixels; ++p) {
        to[p * lanes] = from[p];
        check += 0 * from[p];
      }
    }
  });
  return check == 0;
}

void add_image(float* sums, const float* turned, const float* framed, const FramedShape& f,
               const Conv2dShape& s) {
  const int64_t pixels = pixels_of(s), taps = taps_of(s), row_step = int64_t(f.stride) * f.pitch();
  const int columns = s.out_width(), height = s.out_height();
  const int stretch = std::max(1, 512 / columns);  // rows whose gradients stay in the cache
  for (int y = 0; y < height; y += stretch) {
    const int rows = std::min(stretch, height - y);
    each_block(lanes_of(s), [&](int first, int lanes) {
      const float* d = turned + first * pixels + int64_t(y) * columns * lanes;
      const float* start = framed + y * row_step;
      float* to = sums + first * taps;
      const float* under[8];
      int c = 0, ky = 0, kx = 0;
      for (int64_t tap = 0; tap < taps;) {
        const int wanted = int(std::min<int64_t>(8, taps - tap));
        int nc = c, nky = ky, nkx = kx;
        const auto next = [&](int& a, int& b, int& e) {
          if (++e == s.kernel_width) e = 0, ++b;
          if (b == s.kernel_height) b = 0, ++a;
        };
        for (int t = 0; t < wanted; ++t, next(nc, nky, nkx))
          under[t] = start + nc * f.plane() + int64_t(nky) * f.pitch() + f.column(nkx);
        const int done = lanes == 8 ? add_some_taps<2>(to, d, under, wanted, rows, columns, row_step)
                                    : add_some_taps<1>(to, d, under, wanted, rows, columns, row_step);
        for (int t = 0; t < done; ++t) next(c, ky, kx);
        tap += done;
        to += int64_t(done) * lanes;
      }
    });
  }
}

void add_bias(float* d_bias, const float* turned, const Conv2dShape& s) {
  const int64_t pixels = pixels_of(s);
  each_block(lanes_of(s), [&](int first, int lanes) {
    for (int o = first; o < std::min(first + lanes, s.out_channels); o += 4) {
      const float* d = turned + first * pixels + (o - first);
      const int filters = std::min(4, s.out_channels - o);
      float lane[4] = {};
      std::copy(d_bias + o, d_bias + o + filters, lane);
      f32x4 sum = load(lane);
      for (int64_t p = 0; p < pixels; ++p) sum = add(sum, load(d + p * lanes));
      store(lane, sum);
      std::copy(lane, lane + filters, d_bias + o);
    }
  });
}

}  // namespace

int64_t weights_scratch(const Conv2dShape& s) {
  return aligned(lanes_of(s) * taps_of(s)) + aligned(lanes_of(s) * pixels_of(s)) + framed_input(s).size();
}

bool conv2d_backward_to_weights(float* d_weight, float* d_bias, const float* d_out, const float* in,
                                const Conv2dShape& s, float* scratch) {
  const int64_t taps = taps_of(s);
  float *sums = scratch, *turned = sums + aligned(lanes_of(s) * taps);
  float* framed = turned + aligned(lanes_of(s) * pixels_of(s));
  if (!turn_gradient(turned, d_out, s)) return false;
  bool negative_zero = false;
  each_block(lanes_of(s), [&](int first, int lanes) {
    for (int l = 0; l < lanes; ++l)
      for (int64_t t = 0; t < taps; ++t) {
        const float start = first + l < s.out_channels ? d_weight[(first + l) * taps + t] : 0;
        sums[first * taps + t * lanes + l] = start;
        negative_zero = negative_zero || (start == 0 && std::signbit(start));
      }
  });
  if (negative_zero) return false;
  frame_image(framed, in, framed_input(s));
  add_image(sums, turned, framed, framed_input(s), s);
  each_block(lanes_of(s), [&](int first, int lanes) {
    for (int l = 0; l < lanes && first + l < s.out_channels; ++l)
      for (int64_t t = 0; t < taps; ++t)
        d_weight[(first + l) * taps + t] = sums[first * taps + t * lanes + l];
  });
  if (d_bias) add_bias(d_bias, turned, s);
  return true;
}

}  // namespace nn
