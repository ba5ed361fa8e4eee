#include "engine/kernels/conv2d_pack.h"

#include <algorithm>
#include <cstring>

#include "engine/kernels/matmul_tile.h"

namespace nn {

FramedShape framed_input(const Conv2dShape& s) {
  return {s.in_channels, s.in_height, s.in_width, s.kernel_height, s.kernel_width,
          s.stride,      s.padding,   s.padding,  s.out_height(),  s.out_width()};
}

// to[phase · width + i] = from[i · stride + phase] for i < count, four at a time, the last four perhaps for
// the second time. For strides 2 and 4, and four columns at least; false for others.
static bool split_columns(float* to, int width, const float* from, int count, int stride) {
  using namespace simd;
  if (count < 4 || (stride != 2 && stride != 4)) return false;
  for (int next = 0; next < count; next += 4) {
    const int i = std::min(next, count - 4);
    const float* at = from + int64_t(i) * stride;
    f32x4 a = load(at), b = load(at + 4);
    if (stride == 2) {
      store(to + i, evens(a, b));
      store(to + width + i, odds(a, b));
    } else {
      f32x4 c = load(at + 8), d = load(at + 12);
      transpose(a, b, c, d);
      store(to + i, a);
      store(to + width + i, b);
      store(to + 2 * width + i, c);
      store(to + 3 * width + i, d);
    }
  }
  return true;
}

void frame_image(float* framed, const float* in, const FramedShape& s) {
  const int width = s.phase_width(), phases = s.phases(), stride = s.stride, padding = s.padding_x;
  // Columns of the phases, in all of which the image is: [begin, end).
  const int begin = std::min((padding + stride - 1) / stride, width);
  const int end = std::clamp((s.in_width + padding) / stride, begin, width);
  for (int c = 0; c < s.channels; ++c) {
    for (int row = 0; row < s.height(); ++row, framed += s.pitch()) {
      const int y = row - s.padding_y;
      if (y < 0 || y >= s.in_height) {
        std::memset(framed, 0, size_t(s.pitch()) * sizeof(float));
        continue;
      }
      const float* pixels = in + (int64_t(c) * s.in_height + y) * s.in_width - padding;
      int done = begin;
      if (stride == 1) {
        std::memcpy(framed + begin, pixels + begin, size_t(end - begin) * sizeof(float));
        done = end;
      } else if (phases == stride && split_columns(framed + begin, width, pixels + int64_t(begin) * stride,
                                                   end - begin, stride)) {
        done = end;
      }
      for (int phase = 0; phase < phases; ++phase) {
        float* to = framed + phase * width;
        const auto copy = [&](int from, int until) {
          for (int i = from; i < until; ++i) {
            const int x = i * stride + phase;
            to[i] = x >= padding && x < s.in_width + padding ? pixels[x] : 0;
          }
        };
        copy(0, begin);
        copy(done, width);
      }
    }
  }
}

// Calls copy(where output 0 sees it) for each tap in order; a Place is a pointer or the index of a float.
template <class Place, class F>
static void each_tap(Place framed, const FramedShape& s, const F& copy) {
  int column[kMaxKernelWidth];
  for (int kx = 0; kx < s.kernel_width; ++kx) column[kx] = s.column(kx);
  const int64_t plane = s.plane(), pitch = s.pitch();
  for (int c = 0; c < s.channels; ++c, framed += plane) {
    Place row = framed;
    for (int ky = s.kernel_height; ky > 0; --ky, row += pitch)
      for (int kx = 0; kx < s.kernel_width; ++kx) copy(row + column[kx]);
  }
}

void tap_places(int32_t* place, const FramedShape& s) {
  each_tap(int64_t(0), s, [&](int64_t at) { *place++ = int32_t(at); });
}

template <int V>
void pack_panel(float* panel, const float* framed, int64_t first, int columns, const FramedShape& s) {
  using namespace simd;
  const int64_t x = first % s.out_width, row_step = int64_t(s.stride) * s.pitch();
  const float* start = framed + first / s.out_width * row_step + x;
  const int here = s.out_width - int(x);  // outputs left in the row
  if (columns < 4 * V || here + s.out_width < 4 * V) {
    int64_t offset[4 * V];
    for (int i = 0; i < columns; ++i) {
      const int64_t at = first + i;
      offset[i] = at / s.out_width * row_step + at % s.out_width;
    }
    each_tap(framed, s, [&](const float* from) {
      for (int i = 0; i < columns; ++i) panel[i] = from[offset[i]];
      for (int i = columns; i < 4 * V; ++i) panel[i] = 0;
      panel += 4 * V;
    });
  } else if (here >= 4 * V) {
    each_tap(start, s, [&](const float* from) {
      for (int v = 0; v < V; ++v) store(panel + 4 * v, load(from + 4 * v));
      panel += 4 * V;
    });
  } else {
    // The rest of the row, and from lane `here` on the beginning of the next.
    mask4 in_row[V];
    for (int v = 0; v < V; ++v) {
      const float lane = float(4 * v);
      in_row[v] = greater(splat(float(here)), set(lane, lane + 1, lane + 2, lane + 3));
    }
    const int64_t next = row_step - x - here;
    each_tap(start, s, [&](const float* from) {
      for (int v = 0; v < V; ++v, from += 4)
        store(panel + 4 * v, select(in_row[v], load(from), load(from + next)));
      panel += 4 * V;
    });
  }
}
template void pack_panel<2>(float*, const float*, int64_t, int, const FramedShape&);
template void pack_panel<4>(float*, const float*, int64_t, int, const FramedShape&);
template void pack_panel<8>(float*, const float*, int64_t, int, const FramedShape&);

// 0 · x is NaN for infinity and NaN, and a sum with a NaN is one.
bool all_finite(const float* v, int64_t n) {
  using namespace simd;
  f32x4 check[4] = {zero(), zero(), zero(), zero()};
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int k = 0; k < 4; ++k) check[k] = add(check[k], mul(zero(), load(v + i + 4 * k)));
  float rest = 0;
  for (; i < n; ++i) rest += 0 * v[i];
  return hsum(add(add(check[0], check[1]), add(check[2], check[3]))) + rest == 0;
}

bool pack_filters(float* packed, const float* weight, int filters, int taps) {
  each_row_block(RowBlocks(filters), [&](int first, int rows) {
    const float* from = weight + int64_t(first) * taps;
    for (int t = 0; t < taps; ++t, packed += rows)
      for (int o = 0; o < rows; ++o) packed[o] = from[int64_t(o) * taps + t];
  });
  return all_finite(weight, int64_t(filters) * taps);
}

bool pack_filters_turned(float* packed, const float* weight, int out_channels, int in_channels, int kernel) {
  each_row_block(RowBlocks(in_channels), [&](int first, int rows) {
    for (int o = 0; o < out_channels; ++o) {
      const float* from = weight + (int64_t(o) * in_channels + first) * kernel;
      for (int t = kernel - 1; t >= 0; --t, packed += rows)
        for (int c = 0; c < rows; ++c) packed[c] = from[int64_t(c) * kernel + t];
    }
  });
  return all_finite(weight, int64_t(out_channels) * in_channels * kernel);
}

}  // namespace nn
