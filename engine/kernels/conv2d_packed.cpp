#include <algorithm>
#include <cmath>

#include "engine/kernels/conv2d_pack.h"
#include "engine/kernels/kernels.h"
#include "engine/kernels/matmul_tile.h"

// A convolution as a product of matrices: filters × taps times taps × outputs, of which a panel of a few
// outputs is made at a time and goes under all filters while it is in the cache. Each lane is one output with
// its own chain of additions in the reference's order; taps in the frame multiply by zero, which changes no
// bit.

namespace nn {
namespace {

constexpr int kFewFilters = 12;

// What a convolution computes with. `place` is there where the tiles of few filters read the framed image
// itself, since a panel would not be read often enough to pay for its making.
struct Work {
  float* out;
  Start start;
  const float *bias, *packed, *framed;
  int filters;
  const int32_t* place;
  float *panel, *edge;  // [tap][columns], [filter][columns]
};

template <int V>
void convolve_panels(const Work& w, const FramedShape& s) {
  const int64_t pixels = int64_t(s.out_height) * s.out_width;
  Tile tile{w.out, pixels, w.start, w.bias, w.packed, w.panel, w.place, int(s.taps())};
  const RowBlocks blocks(w.filters);
  for (int64_t first = 0, x = 0, row = 0; first + 4 * V <= pixels; first += 4 * V, tile.out += 4 * V) {
    if (w.place && x + 4 * V <= s.out_width) {
      tile.right = w.framed + row + x;
      tiles_of_rows<V, true>(tile, blocks);
    } else {
      tile.right = w.panel;
      pack_panel<V>(w.panel, w.framed, first, 4 * V, s);
      tiles_of_rows<V, false>(tile, blocks);
    }
    for (x += 4 * V; x >= s.out_width; x -= s.out_width) row += int64_t(s.stride) * s.pitch();
  }
  const int columns = int(pixels % (4 * V));
  if (columns == 0) return;
  float* out = tile.out;
  for (int o = 0; o < w.filters && w.start == Start::out; ++o)
    std::copy(out + o * pixels, out + o * pixels + columns, w.edge + o * 4 * V);
  pack_panel<V>(w.panel, w.framed, pixels - columns, columns, s);
  tile.out = w.edge;
  tile.out_step = 4 * V;
  tile.right = w.panel;
  tiles_of_rows<V, false>(tile, blocks);
  for (int o = 0; o < w.filters; ++o)
    std::copy(w.edge + o * 4 * V, w.edge + o * 4 * V + columns, out + o * pixels);
}

// Two vectors across; more where there are too few filters to keep the adders busy.
void convolve(const Work& w, const FramedShape& s) {
  if (w.filters == 1)
    convolve_panels<8>(w, s);
  else if (w.filters == 2)
    convolve_panels<4>(w, s);
  else
    convolve_panels<2>(w, s);
}
int columns_of(int filters) { return filters == 1 ? 32 : filters == 2 ? 16 : 8; }

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

// Enough outputs that few lanes are wasted on columns that aren't there.
bool worth_packing(const Conv2dShape& s) {
  return int64_t(s.out_height()) * s.out_width() >= 5 && s.kernel_width <= kMaxKernelWidth;
}
bool can_turn(const Conv2dShape& s) {
  return s.stride == 1 && s.padding < s.kernel_height && s.padding < s.kernel_width && s.in_width >= 3;
}

// An image without a frame is where it is; and a 1×1 kernel sees each channel as one long row, all of them as
// one channel of as many rows.
bool is_framed(const FramedShape& s) { return s.stride > 1 || s.padding_x > 0 || s.padding_y > 0; }
FramedShape flattened(const FramedShape& s) {
  if (is_framed(s) || s.kernel_height > 1 || s.kernel_width > 1) return s;
  const int n = s.in_height * s.in_width;
  return {1, s.channels, n, s.channels, 1, 1, 0, 0, 1, n};
}

// The parts of the scratch memory: packed filters, panel, edge, places, framed image.
struct Room {
  int64_t panel, edge, places, framed, size;
  Room(const Conv2dShape& s, int filters, const FramedShape& image) {
    panel = aligned(weight_size(s));
    edge = panel + aligned(image.taps() * columns_of(filters));
    places = edge + aligned(int64_t(filters) * columns_of(filters));
    framed = places + aligned(image.taps());
    size = framed + (is_framed(image) ? image.size() : 0);
  }
};

// Whether the taps of a window are a multiple of 4 KiB apart, where a cache holds but eight of them at a
// time, and the tiles too low to wait for that behind their work: then each tap is better read once, into a
// panel.
bool taps_collide(const FramedShape& s, int filters) {
  constexpr int kFloats = 1024, kWays = 8, kLow = 4;
  const bool collide = (s.channels > kWays && s.plane() % kFloats == 0) ||
                       (s.kernel_height > kWays && s.pitch() % kFloats == 0);
  return collide && RowBlocks(filters).each <= kLow;
}

// The convolution of a batch of images [in_size] to outputs [out_size], whose filters are packed in
// `scratch`.
void convolve_batch(float* out, Start start, const float* bias, const float* in, int filters, int batch,
                    int64_t in_size, int64_t out_size, const Conv2dShape& s, const FramedShape& framed_shape,
                    float* scratch) {
  const FramedShape image = flattened(framed_shape);
  const Room room(s, filters, image);
  float* framed = scratch + room.framed;
  int32_t* place = nullptr;
  if (filters <= kFewFilters && !taps_collide(image, filters) && image.size() < INT32_MAX)
    tap_places(place = reinterpret_cast<int32_t*>(scratch + room.places), image);
  for (int b = 0; b < batch; ++b, out += out_size, in += in_size) {
    if (is_framed(image)) frame_image(framed, in, image);
    convolve({out, start, bias, scratch, is_framed(image) ? framed : in, filters, place, scratch + room.panel,
              scratch + room.edge},
             image);
  }
}

bool has_negative_zero(const float* v, int n) {
  for (int i = 0; i < n; ++i)
    if (v[i] == 0 && std::signbit(v[i])) return true;
  return false;
}

}  // namespace

int64_t conv2d_scratch(const Conv2dShape& s) {
  if (!worth_packing(s)) return 0;
  const int64_t forward = Room(s, s.out_channels, framed_input(s)).size;
  const int64_t backward = can_turn(s) ? Room(s, s.in_channels, framed_gradient(s)).size : 0;
  return std::max({forward, backward, weights_scratch(s)});
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
  convolve_batch(out, bias ? Start::bias : Start::zero, bias, in, s.out_channels, batch, in_size, out_size, s,
                 framed_input(s), scratch);
}

bool conv2d_backward_to_input(float* d_in, const float* d_out, const float* weight, int batch,
                              const Conv2dShape& s, float* scratch) {
  if (!scratch || !can_turn(s) ||
      !pack_filters_turned(scratch, weight, s.out_channels, s.in_channels, s.kernel_height * s.kernel_width))
    return false;
  const int64_t in_size = int64_t(s.in_channels) * s.in_height * s.in_width;
  const int64_t out_size = int64_t(s.out_channels) * s.out_height() * s.out_width();
  convolve_batch(d_in, Start::out, nullptr, d_out, s.in_channels, batch, out_size, in_size, s,
                 framed_gradient(s), scratch);
  return true;
}

}  // namespace nn
