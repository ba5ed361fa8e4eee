#include "web/training/data.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "engine/rng.h"

namespace training {
namespace {

constexpr uint32_t kVersion = 1, kClasses = 10, kSide = 28, kPixels = kSide * kSide;
constexpr uint32_t kMostOfAClass = 100000;  // so that no product overflows
constexpr size_t kHead = 7 * 4, kTail = 4;

uint32_t read_u32(const uint8_t* p) {
  return uint32_t(p[0]) | uint32_t(p[1]) << 8 | uint32_t(p[2]) << 16 | uint32_t(p[3]) << 24;
}

uint32_t fnv1a(const uint8_t* bytes, size_t size) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

// From class by class, as the file has them, to the classes taking turns.
Samples take_turns(const uint8_t* bytes, int of_a_class) {
  Samples samples;
  samples.shape = {1, int(kSide), int(kSide)};
  samples.pixels.resize(size_t(kClasses) * size_t(of_a_class) * kPixels);
  uint8_t* out = samples.pixels.data();
  for (int i = 0; i < of_a_class; ++i)
    for (int c = 0; c < int(kClasses); ++c, out += kPixels) {
      std::memcpy(out, bytes + (size_t(c) * size_t(of_a_class) + size_t(i)) * kPixels, kPixels);
      samples.labels.push_back(uint8_t(c));
    }
  return samples;
}

}  // namespace

Error read_digits(Data& data, const uint8_t* bytes, size_t size) {
  if (size < 8 || std::memcmp(bytes, "CVPT", 4) != 0 || read_u32(bytes + 4) != kVersion)
    return {"error.digits.foreign", {}};
  if (size < kHead + kTail || read_u32(bytes + 8) != size)
    return {"error.digits.cut",
            {{"value", std::to_string(size)},
             {"allowed", size < 12 ? "…" : std::to_string(read_u32(bytes + 8))}}};
  const uint32_t train = read_u32(bytes + 20), test = read_u32(bytes + 24);
  const Error damaged = {"error.digits.damaged", {}};
  if (read_u32(bytes + size - kTail) != fnv1a(bytes, size - kTail)) return damaged;
  if (read_u32(bytes + 12) != kClasses || read_u32(bytes + 16) != kSide || train < 1 || test < 1 ||
      train > kMostOfAClass || test > kMostOfAClass ||
      uint64_t(size) != kHead + uint64_t(train + test) * kClasses * kPixels + kTail)
    return damaged;
  Data read;
  read.classes = int(kClasses);
  read.train = take_turns(bytes + kHead, int(train));
  read.test = take_turns(bytes + kHead + size_t(train) * kClasses * kPixels, int(test));
  data = std::move(read);
  return {};
}

Samples rearranged(const Samples& samples, const std::vector<int>& permutation) {
  const size_t plane = size_t(samples.shape[1]) * size_t(samples.shape[2]);
  assert(permutation.size() == plane);
  Samples out = samples;
  for (size_t begin = 0; begin < samples.pixels.size(); begin += plane)
    for (size_t p = 0; p < plane; ++p) out.pixels[begin + p] = samples.pixels[begin + size_t(permutation[p])];
  return out;
}

Data with_shuffled_pixels(const Data& data, uint64_t seed) {
  nn::Pcg32 rng(seed);
  const std::vector<int> permutation = nn::permutation(data.train.shape[1] * data.train.shape[2], rng);
  return {rearranged(data.train, permutation), rearranged(data.test, permutation), data.classes};
}

void gather(float* x, const Samples& samples, const int* indices, int count, int dx, int dy) {
  const int channels = samples.shape[0], height = samples.shape[1], width = samples.shape[2];
  const int first = std::clamp(dx, 0, width), last = std::clamp(width + dx, 0, width);
  for (int i = 0; i < count; ++i) {
    assert(indices[i] >= 0 && indices[i] < samples.count());
    const uint8_t* picture = samples.pixels.data() + size_t(indices[i]) * samples.shape.numel();
    for (int c = 0; c < channels; ++c, picture += height * width)
      for (int row = 0; row < height; ++row, x += width) {
        std::fill(x, x + width, 0.0f);
        const int from = row - dy;
        if (from < 0 || from >= height) continue;
        for (int col = first; col < last; ++col) x[col] = float(picture[from * width + col - dx]) / 256.0f;
      }
  }
}

}  // namespace training
