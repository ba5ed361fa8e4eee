#include <doctest/doctest.h>

#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

namespace {

// A batch of two against the reference in double precision: the largest |Δ| / (|b| + Σ|w·x|), where the sum
// is the largest of the 4×4 outputs that are computed together.
double worst(const nn::Conv2dShape& s, bool has_bias, nn::Pcg32& rng) {
  const int batch = 2, ins = s.in_channels * s.in_height * s.in_width;
  const int outs = s.out_channels * s.out_height() * s.out_width();
  const Floats in = random_floats(batch * ins, rng);
  const Floats weight = random_floats(s.out_channels * s.in_channels * 9, rng);
  const Floats bias = random_floats(s.out_channels, rng);
  Floats out(size_t(batch) * outs, -7.0f), scratch(size_t(nn::conv2d_winograd_scratch(s)), -7.0f);
  nn::conv2d_winograd_forward(out.data(), in.data(), weight.data(), has_bias ? bias.data() : nullptr, batch,
                              s, scratch.data());
  double most = 0;
  for (int b = 0; b < batch; ++b) {
    std::vector<double> x(in.begin() + b * ins, in.begin() + (b + 1) * ins),
        w = doubles(weight), c = doubles(bias), y(outs), size(outs);
    if (!has_bias) std::fill(c.begin(), c.end(), 0.0);
    nn::reference::conv2d_forward(y.data(), x.data(), w.data(), c.data(), s);
    for (auto* v : {&x, &w, &c})
      for (double& number : *v) number = std::abs(number);
    nn::reference::conv2d_forward(size.data(), x.data(), w.data(), c.data(), s);
    const int height = s.out_height(), width = s.out_width();
    for (int o = 0; o < s.out_channels; ++o)
      for (int top = 0; top < height; top += 4)
        for (int left = 0; left < width; left += 4) {
          double largest = 0, difference = 0;
          for (int row = top; row < std::min(top + 4, height); ++row)
            for (int column = left; column < std::min(left + 4, width); ++column) {
              const int i = (o * height + row) * width + column;
              largest = std::max(largest, size[i]);
              difference = std::max(difference, std::abs(double(out[size_t(b) * outs + i]) - y[i]));
            }
          if (difference > 0) most = std::max(most, difference / largest);
        }
  }
  return most;
}

}  // namespace

TEST_CASE("Winograd's convolution is within 1e-5 of double precision") {
  nn::Pcg32 rng(31);
  for (int height : kSizes)
    for (int width : kSizes)
      for (int padding : {0, 1, 2, 4}) {
        const nn::Conv2dShape s{3, height, width, 7, 3, 3, 1, padding};
        if (s.out_height() < 1 || s.out_width() < 1) continue;
        const double most = worst(s, padding != 2, rng);
        CHECK_MESSAGE(most < 1e-5, text(s), ": ", most);
      }
  for (int in_channels : kSizes)
    for (int out_channels : kSizes) {
      const nn::Conv2dShape s{in_channels, 6, 13, out_channels, 3, 3, 1, 1};
      const double most = worst(s, true, rng);
      CHECK_MESSAGE(most < 1e-5, text(s), ": ", most);
    }
  // More tiles than a panel in a row, rows that end in the middle of a panel, and many channels.
  for (const nn::Conv2dShape& s :
       {nn::Conv2dShape{8, 35, 70, 9, 3, 3, 1, 1}, nn::Conv2dShape{150, 10, 45, 20, 3, 3, 1, 1}}) {
    const double most = worst(s, true, rng);
    CHECK_MESSAGE(most < 1e-5, text(s), ": ", most);
  }
}

TEST_CASE("Winograd's convolution is for 3x3 kernels, stride 1 and enough to do") {
  CHECK(nn::conv2d_winograd_applies({64, 56, 56, 64, 3, 3, 1, 1}));
  CHECK_FALSE(nn::conv2d_winograd_applies({64, 56, 56, 64, 3, 3, 2, 1}));
  CHECK_FALSE(nn::conv2d_winograd_applies({64, 56, 56, 64, 5, 5, 1, 1}));
  CHECK_FALSE(nn::conv2d_winograd_applies({64, 56, 56, 64, 3, 1, 1, 1}));
  CHECK_FALSE(nn::conv2d_winograd_applies({3, 56, 56, 64, 3, 3, 1, 1}));
  CHECK_FALSE(nn::conv2d_winograd_applies({16, 4, 4, 16, 3, 3, 1, 1}));
}
