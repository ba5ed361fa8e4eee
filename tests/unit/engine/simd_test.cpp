// The names of f32x4.h, lane by lane, against plain C++.
#include <doctest/doctest.h>

#include "engine/simd/f32x4.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;
using namespace nn::simd;

namespace {

Floats lanes(f32x4 a) {
  Floats v(4);
  store(v.data(), a);
  return v;
}

}  // namespace

TEST_CASE("f32x4: max and min are comparisons, so that NaN and the sign of zero agree everywhere") {
  const float nan = std::nanf(""), kOdd[] = {nan, -0.0f, 0.0f, 1, -1, 1.0f / 0.0f, -1.0f / 0.0f, 3e-45f};
  for (float x : kOdd)
    for (float y : kOdd) {
      const float greater = x > y ? x : y, less = x < y ? x : y;
      CHECK(bits(lanes(max(splat(x), splat(y)))[2]) == bits(greater));
      CHECK(bits(lanes(min(splat(x), splat(y)))[1]) == bits(less));
    }
}

TEST_CASE("f32x4: evens, odds and transpose") {
  f32x4 a = set(0, 1, 2, 3), b = set(4, 5, 6, 7), c = set(8, 9, 10, 11), d = set(12, 13, 14, 15);
  CHECK(lanes(evens(a, b)) == Floats{0, 2, 4, 6});
  CHECK(lanes(odds(a, b)) == Floats{1, 3, 5, 7});
  transpose(a, b, c, d);
  CHECK(lanes(a) == Floats{0, 4, 8, 12});
  CHECK(lanes(b) == Floats{1, 5, 9, 13});
  CHECK(lanes(c) == Floats{2, 6, 10, 14});
  CHECK(lanes(d) == Floats{3, 7, 11, 15});
}

TEST_CASE("f32x4: madd rounds the product before it adds") {
  const float x = 1 + 0x1p-12f;  // x² = 1 + 2^-11 + 2^-24, which rounds to 1 + 2^-11
  CHECK(lanes(madd(splat(-1 - 0x1p-11f), splat(x), splat(x)))[3] == 0);
}
