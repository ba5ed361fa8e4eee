// The maths of the kernels once more, written here as plain loops in double precision and from the
// definitions, not from engine/: each operation as the list of the products that it adds up. What is added to
// which output, read the other way round, is the gradient.
#pragma once

#include <doctest/doctest.h>

#include <limits>

#include "tests/unit/engine/engine_support.h"

namespace engine_test {

// Calls product(output, input, weight) with flat indices for every product of a convolution, padding left
// out.
template <class Product>
void each_product(const nn::Conv2dShape& s, const Product& product) {
  const int out_height = s.out_height(), out_width = s.out_width();
  for (int o = 0; o < s.out_channels; ++o)
    for (int y = 0; y < out_height; ++y)
      for (int x = 0; x < out_width; ++x)
        for (int c = 0; c < s.in_channels; ++c)
          for (int ky = 0; ky < s.kernel_height; ++ky)
            for (int kx = 0; kx < s.kernel_width; ++kx) {
              const int row = y * s.stride + ky - s.padding, col = x * s.stride + kx - s.padding;
              if (row < 0 || row >= s.in_height || col < 0 || col >= s.in_width) continue;
              product((o * out_height + y) * out_width + x, (c * s.in_height + row) * s.in_width + col,
                      ((o * s.in_channels + c) * s.kernel_height + ky) * s.kernel_width + kx);
            }
}

// Calls seen(output, input) for every number under every window, in raster order.
template <class Seen>
void each_seen(const nn::Pool2dShape& s, const Seen& seen) {
  const int out_height = s.out_height(), out_width = s.out_width();
  for (int c = 0; c < s.channels; ++c)
    for (int y = 0; y < out_height; ++y)
      for (int x = 0; x < out_width; ++x)
        for (int ky = 0; ky < s.kernel; ++ky)
          for (int kx = 0; kx < s.kernel; ++kx) {
            const int row = y * s.stride + ky - s.padding, col = x * s.stride + kx - s.padding;
            if (row < 0 || row >= s.in_height || col < 0 || col >= s.in_width) continue;
            seen((c * out_height + y) * out_width + x, (c * s.in_height + row) * s.in_width + col);
          }
}

// Sums in double, with the sums of the magnitudes, which bound what rounding may do.
struct Sums {
  std::vector<double> value, magnitude;
  explicit Sums(const Floats& start) : value(doubles(start)), magnitude(value) {
    for (double& x : magnitude) x = std::abs(x);
  }
  void add(int at, double x) {
    value[size_t(at)] += x;
    magnitude[size_t(at)] += std::abs(x);
  }
  // Within 1e-5 of the magnitude (or some of the smallest numbers that there are); where a sum is infinite
  // or no number, the same.
  void check(const Floats& got, const std::string& what) const {
    REQUIRE(got.size() == value.size());
    int wrong = -1;
    for (size_t i = 0; i < got.size() && wrong < 0; ++i) {
      const bool same = std::isnan(value[i])   ? std::isnan(got[i])
                        : std::isinf(value[i]) ? double(got[i]) == value[i]
                                               : std::abs(got[i] - value[i]) <= 1e-5 * magnitude[i] + 1e-42;
      if (!same) wrong = int(i);
    }
    CHECK_MESSAGE(wrong < 0, what, " ", wrong, ": ", wrong < 0 ? 0 : got[size_t(wrong)], " instead of ",
                  wrong < 0 ? 0 : value[size_t(wrong)]);
  }
};

// What a tensor is filled with: numbers from [−1, 1), the smallest that there are, or a few among the others
// that are infinite or none.
enum class Numbers { Usual, Denormal, Odd };
inline constexpr Numbers kNumbers[] = {Numbers::Usual, Numbers::Denormal, Numbers::Odd};

inline Floats floats(int n, Numbers kind, nn::Pcg32& rng) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float odd[] = {infinity, -infinity, std::nanf(""), 0, -0.0f, 1e-45f};
  Floats numbers = random_floats(n, rng);
  for (float& x : numbers) {
    if (kind == Numbers::Denormal && rng.below(2)) x *= 1e-40f;
    if (kind == Numbers::Odd && rng.below(16) == 0) x = odd[rng.below(6)];
  }
  return numbers;
}

// From 1 to `most`, small ones and 1 itself often.
inline int size_up_to(int most, nn::Pcg32& rng) {
  return rng.below(4) == 0 ? 1 : 1 + int(rng.below(1 + rng.below(uint32_t(most))));
}

}  // namespace engine_test
