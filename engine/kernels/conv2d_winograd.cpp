#include <algorithm>

#include "engine/kernels/conv2d_pack.h"
#include "engine/kernels/kernels.h"
#include "engine/kernels/matmul_tile.h"

// F(4×4, 3×3): a tile of 4×4 outputs comes from 6×6 pixels. Pixels and kernels are transformed to 6×6 numbers
// each, in which a convolution is a product number by number, summed over the channels: 36 multiplications
// instead of 144. The sums over channels are products of matrices, one for each of the 36 places; a panel is
// eight tiles. S. Winograd, "Arithmetic Complexity of Computations", 1980; A. Lavin, S. Gray, "Fast
// Algorithms for Convolutional Neural Networks", CVPR 2016, whose matrices Bᵀ, G and Aᵀ these are.

namespace nn {
namespace {

using namespace simd;

constexpr int kVectors = kTileColumns / 4;
constexpr int kIn = 6, kOut = 4, kPlaces = kIn * kIn;

// y = Bᵀ x
inline void transform_pixels(f32x4 (&y)[kIn], const f32x4 (&x)[kIn]) {
  const f32x4 a = madd(x[4], x[2], splat(-4)), b = madd(x[3], x[1], splat(-4));
  const f32x4 c = sub(x[4], x[2]), d = sub(x[3], x[1]);
  y[0] = madd(madd(x[4], x[2], splat(-5)), x[0], splat(4));
  y[1] = add(a, b);
  y[2] = sub(a, b);
  y[3] = madd(c, d, splat(2));
  y[4] = madd(c, d, splat(-2));
  y[5] = madd(madd(x[5], x[3], splat(-5)), x[1], splat(4));
}

// y = G x
inline void transform_kernel(f32x4 (&y)[kIn], f32x4 x0, f32x4 x1, f32x4 x2) {
  const f32x4 sixth = splat(1.0f / 6), ends = mul(add(x0, x2), sixth), middle = mul(x1, sixth);
  const f32x4 far = madd(mul(x2, sixth), x0, splat(1.0f / 24)), near = mul(x1, splat(1.0f / 12));
  y[0] = mul(x0, splat(0.25f));
  y[1] = sub(zero(), add(ends, middle));
  y[2] = sub(middle, ends);
  y[3] = add(far, near);
  y[4] = sub(far, near);
  y[5] = x2;
}

// y = Aᵀ x
inline void transform_sums(f32x4 (&y)[kOut], const f32x4 (&x)[kIn]) {
  const f32x4 a = add(x[1], x[2]), b = sub(x[1], x[2]), c = add(x[3], x[4]), d = sub(x[3], x[4]);
  y[0] = add(add(x[0], a), c);
  y[1] = madd(b, d, splat(2));
  y[2] = madd(a, c, splat(4));
  y[3] = add(madd(b, d, splat(8)), x[5]);
}

// The image in a frame, its columns sorted modulo 4: neighbouring tiles are neighbouring numbers.
FramedShape framed_tiles(const Conv2dShape& s) {
  return {s.in_channels,
          s.in_height,
          s.in_width,
          kIn,
          kIn,
          kOut,
          s.padding,
          s.padding,
          (s.out_height() + kOut - 1) / kOut,
          (s.out_width() + kOut - 1) / kOut};
}

int64_t aligned(int64_t floats) { return (floats + 15) / 16 * 16; }

// The parts of the scratch memory: transformed kernels [place][filter][channel] in row blocks, packed pixels
// [channel][place][8], transformed pixels [place][channel][8], sums [place][filter][8], framed image.
struct Room {
  // From one place to the next. A cache line more than there is, or powers of two would fall on each other.
  int64_t kernel_step, pixel_step, sum_step;
  int64_t packed, pixels, sums, framed, size;
  explicit Room(const Conv2dShape& s) {
    constexpr int64_t kLine = 16;
    kernel_step = aligned(int64_t(s.out_channels) * s.in_channels) + kLine;
    pixel_step = int64_t(s.in_channels) * kTileColumns + kLine;
    sum_step = int64_t(s.out_channels) * kTileColumns + kLine;
    packed = kPlaces * kernel_step;
    pixels = packed + kPlaces * pixel_step;
    sums = pixels + kPlaces * pixel_step;
    framed = sums + kPlaces * sum_step;
    size = framed + framed_tiles(s).size();
  }
};

// Four channels of a filter at a time.
void transform_filters(float* transformed, int64_t step, const float* weight, const Conv2dShape& s) {
  const int channels = s.in_channels;
  each_row_block(RowBlocks(s.out_channels), [&](int, int rows) {
    for (int row = 0; row < rows; ++row)
      for (int c = 0, count; c < channels; c += count, weight += 9 * count) {
        count = std::min(4, channels - c);
        float kernels[36] = {};
        std::copy(weight, weight + 9 * count, kernels);
        f32x4 half[3][kIn], whole[kIn];
        for (int kx = 0; kx < 3; ++kx)
          transform_kernel(half[kx], load_strided(kernels + kx, 9), load_strided(kernels + 3 + kx, 9),
                           load_strided(kernels + 6 + kx, 9));
        for (int y = 0; y < kIn; ++y) {
          transform_kernel(whole, half[0][y], half[1][y], half[2][y]);
          for (int x = 0; x < kIn; ++x) {
            float lanes[4];
            store(lanes, whole[x]);
            float* to = transformed + (y * kIn + x) * step + int64_t(c) * rows + row;
            for (int i = 0; i < count; ++i) to[i * rows] = lanes[i];
          }
        }
      }
    transformed += int64_t(rows) * channels;
  });
}

// Eight tiles of one channel: pixels at from[row · row_step + column[kx]] to `to`, `step` apart.
[[gnu::noinline]] void transform_tiles(float* to, int64_t step, const float* from, int64_t row_step,
                                       const int* column) {
  for (int v = 0; v < kVectors; ++v) {
    f32x4 half[kIn][kIn];
    for (int y = 0; y < kIn; ++y) {
      f32x4 x[kIn];
      for (int kx = 0; kx < kIn; ++kx) x[kx] = load(from + y * row_step + column[kx] + 4 * v);
      transform_pixels(half[y], x);
    }
    for (int x = 0; x < kIn; ++x) {
      f32x4 in[kIn], out[kIn];
      for (int y = 0; y < kIn; ++y) in[y] = half[y][x];
      transform_pixels(out, in);
      for (int y = 0; y < kIn; ++y) store(to + (y * kIn + x) * step + 4 * v, out[y]);
    }
  }
}

// Where up to eight tiles are in an output plane, and how much of them is inside.
struct Tiles {
  int count;
  int64_t at[kTileColumns];
  int rows[kTileColumns], columns[kTileColumns];
};
Tiles tiles_from(int64_t first, const FramedShape& t, const Conv2dShape& s) {
  const int width = s.out_width();
  int y = int(first / t.out_width), x = int(first % t.out_width);
  Tiles tiles{};
  for (; tiles.count < kTileColumns && y < t.out_height; ++tiles.count) {
    tiles.at[tiles.count] = int64_t(y) * kOut * width + x * kOut;
    tiles.rows[tiles.count] = std::min(kOut, s.out_height() - y * kOut);
    tiles.columns[tiles.count] = std::min(kOut, width - x * kOut);
    if (++x == t.out_width) x = 0, ++y;
  }
  return tiles;
}

// The sums of one filter to its output plane.
[[gnu::noinline]] void untransform_tiles(float* out, int width, const float* sums, int64_t step, float bias,
                                         const Tiles& tiles) {
  for (int v = 0; 4 * v < tiles.count; ++v) {
    f32x4 half[kIn][kOut];
    for (int x = 0; x < kIn; ++x) {
      f32x4 in[kIn];
      for (int k = 0; k < kIn; ++k) in[k] = load(sums + (k * kIn + x) * step + 4 * v);
      transform_sums(half[x], in);
    }
    f32x4 tile[kOut][4];  // [row][tile of the four], its columns
    for (int row = 0; row < kOut; ++row) {
      f32x4 in[kIn], y[kOut];
      for (int x = 0; x < kIn; ++x) in[x] = half[x][row];
      transform_sums(y, in);
      for (int x = 0; x < 4; ++x) tile[row][x] = add(y[x], splat(bias));
      transpose(tile[row][0], tile[row][1], tile[row][2], tile[row][3]);
    }
    for (int i = 0; i < 4 && 4 * v + i < tiles.count; ++i) {
      float* to = out + tiles.at[4 * v + i];
      const int columns = tiles.columns[4 * v + i];
      for (int row = 0; row < tiles.rows[4 * v + i]; ++row, to += width) {
        if (columns == 4)
          store(to, tile[row][i]);
        else
          store_first(to, tile[row][i], columns);
      }
    }
  }
}

// Measured: below, the transformations cost more than the multiplications that they save.
constexpr int kFewestChannels = 8, kLeastWork = 512;

}  // namespace

bool conv2d_winograd_applies(const Conv2dShape& s) {
  if (s.kernel_height != 3 || s.kernel_width != 3 || s.stride != 1) return false;
  const FramedShape t = framed_tiles(s);
  const int64_t channels = std::min(s.in_channels, s.out_channels);
  return channels >= kFewestChannels && channels * t.out_height * t.out_width >= kLeastWork;
}

int64_t conv2d_winograd_scratch(const Conv2dShape& s) { return Room(s).size; }

void conv2d_winograd_forward(float* out, const float* in, const float* weight, const float* bias, int batch,
                             const Conv2dShape& s, float* scratch) {
  const Room room(s);
  const FramedShape t = framed_tiles(s);
  const int64_t tiles = int64_t(t.out_height) * t.out_width,
                out_plane = int64_t(s.out_height()) * s.out_width();
  const int channels = s.in_channels, filters = s.out_channels;
  const RowBlocks blocks(filters);
  float *kernels = scratch, *packed = scratch + room.packed, *pixels = scratch + room.pixels,
        *sums = scratch + room.sums, *framed = scratch + room.framed;
  int in_frame[kIn], in_panel[kIn];
  for (int kx = 0; kx < kIn; ++kx) {
    in_frame[kx] = t.column(kx);
    in_panel[kx] = kx * kTileColumns;
  }
  transform_filters(kernels, room.kernel_step, weight, s);
  for (int b = 0; b < batch;
       ++b, in += int64_t(channels) * s.in_height * s.in_width, out += filters * out_plane) {
    frame_image(framed, in, t);
    for (int64_t first = 0; first < tiles; first += kTileColumns) {
      const Tiles placed = tiles_from(first, t, s);
      const int64_t x = first % t.out_width;
      const bool in_row = x + kTileColumns <= t.out_width;
      if (!in_row) pack_panel<kVectors>(packed, framed, first, placed.count, t);
      const float* from = in_row ? framed + first / t.out_width * kOut * t.pitch() + x : packed;
      const int64_t plane = in_row ? t.plane() : kPlaces * kTileColumns;
      for (int c = 0; c < channels; ++c)
        transform_tiles(pixels + c * kTileColumns, room.pixel_step, from + c * plane,
                        in_row ? t.pitch() : kIn * kTileColumns, in_row ? in_frame : in_panel);
      each_row_block(blocks, [&](int o, int rows) {
        Tile tile{sums + o * kTileColumns,         kTileColumns, Start::zero, nullptr,
                  kernels + int64_t(o) * channels, pixels,       nullptr,     channels};
        for (int place = 0; place < kPlaces; ++place) {
          run_tile<kVectors, false>(tile, rows);
          tile.out += room.sum_step;
          tile.left += room.kernel_step;
          tile.right += room.pixel_step;
        }
      });
      for (int o = 0; o < filters; ++o)
        untransform_tiles(out + o * out_plane, s.out_width(), sums + o * kTileColumns, room.sum_step,
                          bias ? bias[o] : 0.0f, placed);
    }
  }
}

}  // namespace nn
