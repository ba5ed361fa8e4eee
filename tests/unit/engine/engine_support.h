// What the engine's tests share: seeded numbers, hashes and comparisons.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "engine/kernels/kernels.h"
#include "engine/rng.h"
#include "engine/tensor.h"

namespace engine_test {

// Around, below and above the four lanes and the eight-column tile.
inline constexpr int kSizes[] = {1, 3, 4, 5, 7, 8, 9, 13};

using Floats = std::vector<float>;

// `n` numbers from [−1, 1). The vector is exactly as large as it has to be, so that a sanitizer sees any
// reading beyond its end.
inline Floats random_floats(int n, nn::Pcg32& rng) {
  Floats v(n);
  for (float& x : v) x = rng.uniform(-1, 1);
  return v;
}
// Multiples of 1/unit from −range to +range.
inline Floats grid_floats(int n, int unit, float range, nn::Pcg32& rng) {
  const int steps = int(range * float(unit));
  Floats v(n);
  for (float& x : v) x = float(int(rng.below(2 * steps + 1)) - steps) / float(unit);
  return v;
}

inline std::vector<double> doubles(const Floats& v) { return {v.begin(), v.end()}; }

inline uint32_t bits(float x) {
  uint32_t u;
  std::memcpy(&u, &x, sizeof u);
  return u;
}

// The first place where the bits differ, or −1.
inline int first_difference(const Floats& a, const Floats& b) {
  if (a.size() != b.size()) return 0;
  for (size_t i = 0; i < a.size(); ++i)
    if (bits(a[i]) != bits(b[i])) return int(i);
  return -1;
}

// A shape in words, for messages.
inline std::string text(const nn::Conv2dShape& s) {
  return nn::Shape{s.in_channels, s.in_height, s.in_width}.str() + " kernel " +
         nn::Shape{s.out_channels, s.in_channels, s.kernel_height, s.kernel_width}.str() + " stride " +
         std::to_string(s.stride) + " padding " + std::to_string(s.padding);
}
inline std::string text(const nn::Pool2dShape& s) {
  return nn::Shape{s.channels, s.in_height, s.in_width}.str() + " kernel " + std::to_string(s.kernel) +
         " stride " + std::to_string(s.stride) + " padding " + std::to_string(s.padding);
}

// FNV-1a, 64 bits, of the bytes; chain by passing the last hash (all our machines are little-endian).
inline uint64_t fnv1a64(const void* data, size_t size, uint64_t hash = 14695981039346656037u) {
  const unsigned char* bytes = static_cast<const unsigned char*>(data);
  for (size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 1099511628211u;
  return hash;
}
inline uint64_t fnv1a64(const Floats& v, uint64_t hash) {
  return fnv1a64(v.data(), v.size() * sizeof(float), hash);
}

}  // namespace engine_test
