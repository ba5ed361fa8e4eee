#include <cstdlib>

#include "engine/rng.h"
#include "web/training/data.h"

namespace training {
namespace {

constexpr int kSide = 32;
constexpr int kUnit = 8;                              // lengths in eighths of a pixel
constexpr int kLeastRadius = 4 * kUnit, kRadii = 13;  // up to 5.5 pixels

// Whether a point is inside a shape of radius r around the origin. The areas are about equal, so that
// brightness alone tells nothing; no shape reaches farther than 1.2 r.
bool inside(ShapeClass shape, int x, int y, int r) {
  const int across = std::abs(x), down = std::abs(y);
  switch (shape) {
    case ShapeClass::Disk:
      return x * x + y * y <= r * r;
    case ShapeClass::Square:
      return 8 * across <= 7 * r && 8 * down <= 7 * r;
    case ShapeClass::Triangle:  // as wide as it is high above its base
      return 10 * down <= 11 * r && 22 * across <= 12 * (y + 11 * r / 10);
    case ShapeClass::Cross:
      return (10 * across <= 4 * r && 10 * down <= 11 * r) || (10 * down <= 4 * r && 10 * across <= 11 * r);
  }
  return false;
}

// How many of the 16 points of a pixel are inside.
int coverage(ShapeClass shape, int row, int col, int center_x, int center_y, int r) {
  int count = 0;
  for (int i = 1; i < kUnit; i += 2)
    for (int j = 1; j < kUnit; j += 2)
      count += inside(shape, col * kUnit + j - center_x, row * kUnit + i - center_y, r);
  return count;
}

}  // namespace

Samples make_shapes(int count, Half half, uint64_t seed) {
  // Bits of red, green and blue: every bright colour but white.
  constexpr int kColours[] = {1, 2, 4, 3, 5, 6};
  Samples samples;
  samples.shape = {3, kSide, kSide};
  samples.pixels.reserve(size_t(count) * samples.shape.numel());
  nn::Pcg32 rng(seed);
  const auto from = [&](int low, int high) { return low + int(rng.below(uint32_t(high - low + 1))); };
  for (int i = 0; i < count; ++i) {
    const ShapeClass shape = ShapeClass(i % kShapeClasses);
    const int r = kLeastRadius + from(0, kRadii - 1), reach = r * 6 / 5 + 1;
    const bool right = half == Half::Right || (half == Half::Both && from(0, 1) == 1);
    const int x = from(reach, kSide * kUnit / 2 - reach) + (right ? kSide * kUnit / 2 : 0);
    const int y = from(reach, kSide * kUnit - reach);
    const int colour = kColours[from(0, 5)];
    for (int channel = 0; channel < 3; ++channel) {
      const int ground = from(10, 60), paint = colour >> channel & 1 ? from(190, 240) : from(10, 60);
      for (int row = 0; row < kSide; ++row)
        for (int col = 0; col < kSide; ++col) {
          const int share = coverage(shape, row, col, x, y, r);
          samples.pixels.push_back(uint8_t((ground * (16 - share) + paint * share) / 16 + from(-10, 15)));
        }
    }
    samples.labels.push_back(uint8_t(shape));
  }
  return samples;
}

}  // namespace training
