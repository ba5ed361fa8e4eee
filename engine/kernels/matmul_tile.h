// For the kernels' own use: the piece of a matrix product that is kept in registers while its sums grow. All
// heavy kernels bring their operands into the order in which it reads them, and then spend their time here.
//
// K. Goto, R. A. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34, 2008.
#pragma once

#include <cstdint>

#include "engine/simd/f32x4.h"

namespace nn {

// How many rows (filters) × columns (outputs) fit into the registers, measured in browsers: a separate
// product needs a register more than a fused one, and one row more would spill.
#if defined(__wasm_relaxed_simd__)
inline constexpr int kTileRows = 6;
#else
inline constexpr int kTileRows = 5;
#endif
inline constexpr int kTileColumns = 8;

// Where a tile's sums begin: at 0, at bias [row], or at what `out` holds.
enum class Start { zero, bias, out };

// Rows × 4·V columns of `out`, rows `out_step` apart:
//   out[r][i] = start + Σ_k left[k·R + r] · right[at(k) + i], k ascending: one chain of additions for each
// where at(k) is k·4·V, or place[k] if that is there.
struct Tile {
  float* out;
  int64_t out_step;
  Start start;
  const float* bias;
  const float *left, *right;
  const int32_t* place;
  int depth;
};

// A function of its own each, the loop left rolled: anything else makes compilers spill.
template <int R, int V, bool kPlaces>
[[gnu::noinline]] void tile_of(const Tile& tile) {
  using namespace simd;
  float* out = tile.out;
  const int64_t out_step = tile.out_step;
  f32x4 sum[R][V];
  for (int r = 0; r < R; ++r) {
    const f32x4 first = splat(tile.start == Start::bias ? tile.bias[r] : 0.0f);
    for (int v = 0; v < V; ++v)
      sum[r][v] = tile.start == Start::out ? load(out + r * out_step + 4 * v) : first;
  }
  const float *left = tile.left, *right = tile.right;
  const int32_t* place = tile.place;
#pragma GCC unroll 1
  for (int k = tile.depth; k > 0; --k, left += R) {
    const float* from = right;
    if constexpr (kPlaces)
      from += *place++;
    else
      right += 4 * V;
    if constexpr (V <= R) {
      f32x4 x[V];
      for (int v = 0; v < V; ++v) x[v] = load(from + 4 * v);
      for (int r = 0; r < R; ++r) {
        const f32x4 w = splat(left[r]);
        for (int v = 0; v < V; ++v) sum[r][v] = madd(sum[r][v], x[v], w);
      }
    } else {
      f32x4 w[R];
      for (int r = 0; r < R; ++r) w[r] = splat(left[r]);
      for (int v = 0; v < V; ++v) {
        const f32x4 x = load(from + 4 * v);
        for (int r = 0; r < R; ++r) sum[r][v] = madd(sum[r][v], x, w[r]);
      }
    }
  }
  for (int r = 0; r < R; ++r, out += out_step)
    for (int v = 0; v < V; ++v) store(out + 4 * v, sum[r][v]);
}

// Two vectors across are best; more are for so few rows that the adders would be idle.
template <int V, bool kPlaces>
void run_tile(const Tile& tile, int rows) {
  if constexpr (V == 8) {
    tile_of<1, V, kPlaces>(tile);
  } else if constexpr (V == 4) {
    tile_of<2, V, kPlaces>(tile);
  } else {
    switch (rows) {
      case 1:
        return tile_of<1, V, kPlaces>(tile);
      case 2:
        return tile_of<2, V, kPlaces>(tile);
      case 3:
        return tile_of<3, V, kPlaces>(tile);
      case 4:
        return tile_of<4, V, kPlaces>(tile);
      case 5:
        return tile_of<5, V, kPlaces>(tile);
      default:
        return tile_of<kTileRows, V, kPlaces>(tile);
    }
  }
}

// Any number of rows is cut into blocks, as even as can be: 16 rows are 4 + 4 + 4 + 4, not 5 + 5 + 5 + 1.
// `left` is block after block, [k][row] in each.
struct RowBlocks {
  int count, each, more;  // the first `more` have a row more than each
  explicit RowBlocks(int rows)
      : count((rows + kTileRows - 1) / kTileRows), each(rows / count), more(rows % count) {}
};

// Calls block(first row, rows) for each.
template <class F>
void each_row_block(const RowBlocks& blocks, const F& block) {
  for (int i = 0, first = 0; i < blocks.count; ++i) {
    const int here = blocks.each + (i < blocks.more);
    block(first, here);
    first += here;
  }
}

// The tiles of all rows under one panel; tile.left, out and bias are those of row 0.
template <int V, bool kPlaces>
void tiles_of_rows(Tile tile, const RowBlocks& blocks) {
  each_row_block(blocks, [&](int, int here) {
    run_tile<V, kPlaces>(tile, here);
    tile.out += here * tile.out_step;
    tile.left += int64_t(here) * tile.depth;
    if (tile.bias) tile.bias += here;
  });
}

}  // namespace nn
