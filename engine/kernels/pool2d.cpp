#include <cassert>

#include "engine/kernels/kernels.h"
#include "engine/kernels/window.h"
#include "engine/simd/f32x4.h"

// As in conv2d.cpp: inside, lanes are four neighbouring outputs; at the border, outputs one by one.

namespace nn {
namespace {

using namespace simd;

// A window's position: `in` points at the pixel under its first row and column (which may lie outside).
struct Window {
  const float* in;
  Range rows, columns;
};

// The pixels under kernel column kx of four neighbouring windows. `p` is the first; nothing beyond the
// windows is read.
inline f32x4 load_tap(const float* p, int kx, const Pool2dShape& s) {
  if (s.stride == 1) return load(p);
  if (s.stride != 2) return load_strided(p, s.stride);
  if (kx % 2 == 1) return odds(load(p - 1), load(p + 3));
  return kx + 1 < s.kernel ? evens(load(p), load(p + 4)) : load_strided(p, 2);
}

// Calls cell(x, window) at the border and tile(x, window) for four outputs from x on, for every output row;
// row(y, first) comes before, `first` being the index in the channel of the pixel under column 0's corner.
template <class Row, class Cell, class Tile>
void each_window(const float* in, const Pool2dShape& s, const Row& row, const Cell& cell, const Tile& tile) {
  const int out_height = s.out_height(), out_width = s.out_width();
  const Range inside = windows_inside(s.in_width, out_width, s.kernel, s.stride, s.padding);
  for (int y = 0; y < out_height; ++y) {
    const Range rows = taps_inside(y, s.in_height, s.kernel, s.stride, s.padding);
    const int64_t first = int64_t(y * s.stride - s.padding) * s.in_width - s.padding;
    row(y, first);
    for (int x = 0; x < out_width;) {
      const float* under = in + first + int64_t(x) * s.stride;
      if (x >= inside.begin && x + 4 <= inside.end) {
        tile(x, Window{under, rows, {0, s.kernel}});
        x += 4;
      } else {
        cell(x, Window{under, rows, taps_inside(x, s.in_width, s.kernel, s.stride, s.padding)});
        x += 1;
      }
    }
  }
}

// The usual case, 2×2 with stride 2: a cell is looked at once, so it goes as fast as memory does.
void max_pool2d_halve(float* out, const float* in, const Pool2dShape& s) {
  const int width = s.out_width();
  for (int c = 0; c < s.channels; ++c, in += int64_t(s.in_height) * s.in_width)
    for (int y = 0; y < s.out_height(); ++y, out += width) {
      const float *above = in + int64_t(2 * y) * s.in_width, *below = above + s.in_width;
      int x = 0;
      for (; x + 4 <= width; x += 4, above += 8, below += 8) {
        const f32x4 a0 = load(above), a1 = load(above + 4), b0 = load(below), b1 = load(below + 4);
        const f32x4 a = max(odds(a0, a1), evens(a0, a1));
        store(out + x, max(odds(b0, b1), max(evens(b0, b1), a)));
      }
      for (; x < width; ++x, above += 2, below += 2) {
        float best = above[0];
        for (float other : {above[1], below[0], below[1]})
          if (other > best) best = other;
        out[x] = best;
      }
    }
}

}  // namespace

void max_pool2d_forward(float* out, int32_t* argmax, const float* in, const Pool2dShape& s) {
  assert(s.padding <= s.kernel / 2);
  if (!argmax && s.kernel == 2 && s.stride == 2 && s.padding == 0) return max_pool2d_halve(out, in, s);
  const int64_t in_plane = int64_t(s.in_height) * s.in_width;
  const int64_t out_plane = int64_t(s.out_height()) * s.out_width();
  // Places in a window are kept in float lanes, which count to 2^24.
  const bool lanes_count = int64_t(s.kernel) * s.in_width < 1 << 24;
  for (int c = 0; c < s.channels; ++c, in += in_plane) {
    int64_t corner = 0, to = 0;
    const auto row = [&](int y, int64_t first) {
      corner = c * in_plane + first;
      to = c * out_plane + int64_t(y) * s.out_width();
    };
    const auto cell = [&](int x, const Window& w) {
      int64_t where = int64_t(w.rows.begin) * s.in_width + w.columns.begin;
      float best = w.in[where];
      for (int ky = w.rows.begin; ky < w.rows.end; ++ky)
        for (int kx = w.columns.begin; kx < w.columns.end; ++kx) {
          const int64_t i = int64_t(ky) * s.in_width + kx;
          if (w.in[i] > best) best = w.in[where = i];
        }
      out[to + x] = best;
      if (argmax) argmax[to + x] = int32_t(corner + int64_t(x) * s.stride + where);
    };
    const auto tile = [&](int x, const Window& w) {
      if (argmax && !lanes_count) {
        for (int i = 0; i < 4; ++i) cell(x + i, {w.in + int64_t(i) * s.stride, w.rows, w.columns});
        return;
      }
      const int first = w.rows.begin * s.in_width;
      f32x4 best = load_strided(w.in + first, s.stride), where = splat(float(first));
      for (int ky = w.rows.begin; ky < w.rows.end; ++ky)
        for (int kx = 0; kx < s.kernel; ++kx) {
          const int i = ky * s.in_width + kx;
          const f32x4 pixels = load_tap(w.in + i, kx, s);
          const mask4 better = greater(pixels, best);
          best = select(better, pixels, best);
          where = select(better, splat(float(i)), where);
        }
      store(out + to + x, best);
      if (!argmax) return;
      float places[4];
      store(places, where);
      for (int i = 0; i < 4; ++i)
        argmax[to + x + i] = int32_t(corner + int64_t(x + i) * s.stride + int(places[i]));
    };
    each_window(in, s, row, cell, tile);
  }
}

void max_pool2d_backward(float* d_in, const float* d_out, const int32_t* argmax, const Pool2dShape& s) {
  const int64_t n = int64_t(s.channels) * s.out_height() * s.out_width();
  for (int64_t i = 0; i < n; ++i) d_in[argmax[i]] += d_out[i];
}

void avg_pool2d_forward(float* out, const float* in, const Pool2dShape& s) {
  const float area = float(s.kernel) * float(s.kernel);
  const int64_t out_plane = int64_t(s.out_height()) * s.out_width();
  for (int c = 0; c < s.channels; ++c, in += int64_t(s.in_height) * s.in_width, out += out_plane) {
    float* to = out;
    const auto row = [&](int y, int64_t) { to = out + int64_t(y) * s.out_width(); };
    const auto cell = [&](int x, const Window& w) {
      float sum = 0;
      for (int ky = w.rows.begin; ky < w.rows.end; ++ky)
        for (int kx = w.columns.begin; kx < w.columns.end; ++kx) sum += w.in[int64_t(ky) * s.in_width + kx];
      to[x] = sum / area;
    };
    const auto tile = [&](int x, const Window& w) {
      f32x4 sum = zero();
      for (int ky = w.rows.begin; ky < w.rows.end; ++ky)
        for (int kx = 0; kx < s.kernel; ++kx)
          sum = add(sum, load_tap(w.in + int64_t(ky) * s.in_width + kx, kx, s));
      store(to + x, div(sum, splat(area)));
    };
    each_window(in, s, row, cell, tile);
  }
}

void avg_pool2d_backward(float* d_in, const float* d_out, const Pool2dShape& s) {
  const float area = float(s.kernel) * float(s.kernel);
  const int out_height = s.out_height(), out_width = s.out_width();
  for (int c = 0; c < s.channels; ++c, d_in += int64_t(s.in_height) * s.in_width)
    for (int y = 0; y < out_height; ++y, d_out += out_width) {
      const Range rows = taps_inside(y, s.in_height, s.kernel, s.stride, s.padding);
      for (int x = 0; x < out_width; ++x) {
        const Range columns = taps_inside(x, s.in_width, s.kernel, s.stride, s.padding);
        const float d = d_out[x] / area;
        float* corner = d_in + int64_t(y * s.stride - s.padding) * s.in_width + x * s.stride - s.padding;
        for (int ky = rows.begin; ky < rows.end; ++ky)
          for (int kx = columns.begin; kx < columns.end; ++kx) corner[int64_t(ky) * s.in_width + kx] += d;
      }
    }
}

}  // namespace nn
