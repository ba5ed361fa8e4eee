// Seeded random numbers that are the same on every machine: no <random> distributions, no libm but sqrt.
//
// PCG32 (XSH RR 64/32): M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
// Algorithms for Random Number Generation", Harvey Mudd College HMC-CS-2014-0905, 2014; pcg-random.org.
#pragma once

#include <cassert>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "engine/elementary.h"

namespace nn {

class Pcg32 {
 public:
  // Two generators of one seed but different streams (63 bits count) have nothing in common.
  explicit Pcg32(uint64_t seed, uint64_t stream = 54) : increment_(stream << 1 | 1) {
    next();
    state_ += seed;
    next();
  }

  // 32 random bits.
  uint32_t next() {
    const uint64_t old = state_;
    state_ = old * 6364136223846793005u + increment_;
    const uint32_t xorshifted = uint32_t((old >> 18 ^ old) >> 27);
    const uint32_t rotation = uint32_t(old >> 59);
    return xorshifted >> rotation | xorshifted << (-rotation & 31);
  }

  // A multiple of 2^-24 in [0, 1); one draw.
  float uniform() { return float(next() >> 8) * 0x1p-24f; }
  float uniform(float low, float high) { return low + (high - low) * uniform(); }

  // An integer in [0, n), each equally likely; n > 0. Draws below 2^32 mod n are thrown away, so that
  // what is left is a whole number of rounds.
  uint32_t below(uint32_t n) {
    assert(n > 0);
    const uint32_t threshold = -n % n;
    for (;;)
      if (const uint32_t r = next(); r >= threshold) return r % n;
  }

  // Normally distributed, mean 0, standard deviation 1. Marsaglia's polar method (G. Marsaglia, T. A. Bray,
  // "A Convenient Method for Generating Normal Variables", SIAM Review 6, 1964). The second number of each
  // pair is thrown away, so that the state is all there is to copy.
  float normal() {
    for (;;) {
      const double x = 2.0 * uniform() - 1.0, y = 2.0 * uniform() - 1.0;
      const double square = x * x + y * y;
      if (square > 0 && square < 1) return float(x * std::sqrt(-2.0 * log(square) / square));
    }
  }

 private:
  uint64_t state_ = 0, increment_;
};

// Puts v[0 … n) into a random order, each equally likely. R. A. Fisher, F. Yates, 1938, in the form of
// R. Durstenfeld, "Algorithm 235: Random permutation", CACM 7, 1964: n − 1 draws.
template <class T>
void shuffle(T* v, int n, Pcg32& rng) {
  for (int i = n - 1; i > 0; --i) std::swap(v[i], v[rng.below(uint32_t(i) + 1)]);
}

// 0 … n−1 in a random order.
inline std::vector<int> permutation(int n, Pcg32& rng) {
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  shuffle(order.data(), n, rng);
  return order;
}

}  // namespace nn
