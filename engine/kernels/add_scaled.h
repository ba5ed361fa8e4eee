// For the kernels' own use.
#pragma once

#include "engine/simd/f32x4.h"

namespace nn {

// y += a·x for n numbers. Elements don't depend on each other, so the order is the caller's alone.
inline void add_scaled(float* y, float a, const float* x, int n) {
  using namespace simd;
  const f32x4 factor = splat(a);
  int i = 0;
  for (; i + 4 <= n; i += 4) store(y + i, madd(load(y + i), factor, load(x + i)));
  for (; i < n; ++i) y[i] += a * x[i];
}

}  // namespace nn
