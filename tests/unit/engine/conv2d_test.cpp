#include <doctest/doctest.h>

#include <string>

#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

namespace {

struct Case {
  nn::Conv2dShape shape;
  Floats in, weight, bias, out;
  Case(const nn::Conv2dShape& s, nn::Pcg32& rng)
      : shape(s),
        in(random_floats(s.in_channels * s.in_height * s.in_width, rng)),
        weight(random_floats(s.out_channels * s.in_channels * s.kernel_height * s.kernel_width, rng)),
        bias(random_floats(s.out_channels, rng)),
        out(size_t(s.out_channels) * s.out_height() * s.out_width(), -7.0f) {}
};

// Against the reference to the bit, with and without bias.
void check(const nn::Conv2dShape& s, nn::Pcg32& rng) {
  Case c(s, rng);
  for (const float* bias : {(const float*)c.bias.data(), (const float*)nullptr}) {
    Floats expected(c.out.size());
    nn::reference::conv2d_forward(expected.data(), c.in.data(), c.weight.data(), bias, s);
    nn::conv2d_forward(c.out.data(), c.in.data(), c.weight.data(), bias, s);
    const int where = first_difference(c.out, expected);
    CHECK_MESSAGE(where < 0, text(s), std::string(bias ? " with" : " without"), " bias: differs at output ",
                  where);
  }
}

}  // namespace

TEST_CASE("conv2d_output_size is PyTorch's") {
  CHECK(nn::conv2d_output_size(28, 5, 1, 2) == 28);
  CHECK(nn::conv2d_output_size(28, 5, 1, 0) == 24);
  CHECK(nn::conv2d_output_size(7, 3, 2, 0) == 3);
  CHECK(nn::conv2d_output_size(8, 3, 2, 0) == 3);
  CHECK(nn::conv2d_output_size(8, 3, 2, 1) == 4);
  CHECK(nn::conv2d_output_size(5, 5, 3, 0) == 1);
  CHECK(nn::conv2d_output_size(4, 5, 1, 0) == 0);
  CHECK(nn::conv2d_output_size(1, 7, 2, 0) == 0);
  CHECK(nn::conv2d_output_size(1, 7, 2, 3) == 1);
}

TEST_CASE("conv2d_forward: one by hand") {
  // A 2×3 image under a 2×2 kernel: the kernel is not turned round.
  const Floats in{1, 2, 3, 4, 5, 6}, weight{1, 10, 100, 1000}, bias{0.5f};
  Floats out(2);
  nn::conv2d_forward(out.data(), in.data(), weight.data(), bias.data(), {1, 2, 3, 1, 2, 2});
  CHECK(out == Floats{1 + 20 + 400 + 5000 + 0.5f, 2 + 30 + 500 + 6000 + 0.5f});
}

TEST_CASE("conv2d_forward is the reference to the bit: images of every size") {
  nn::Pcg32 rng(1);
  for (int height : kSizes)
    for (int width : kSizes)
      for (int kernel : {1, 2, 3, 5})
        for (int stride : {1, 2, 3})
          for (int padding : {0, 1, 2, 4}) check({2, height, width, 5, kernel, kernel, stride, padding}, rng);
}

TEST_CASE("conv2d_forward is the reference to the bit: channels") {
  nn::Pcg32 rng(2);
  for (int in_channels : kSizes)
    for (int out_channels : kSizes)
      for (int stride : {1, 2}) check({in_channels, 6, 13, out_channels, 3, 3, stride, 1}, rng);
}

TEST_CASE("conv2d_forward is the reference to the bit: oblong and image-sized kernels") {
  nn::Pcg32 rng(3);
  for (int kernel_height : kSizes)
    for (int kernel_width : kSizes)
      for (int padding : {0, 3}) check({1, 9, 13, 4, kernel_height, kernel_width, 1, padding}, rng);
  check({1, 28, 28, 10, 28, 28, 1, 0}, rng);
  check({3, 28, 28, 8, 5, 5, 1, 2}, rng);
  check({1, 2, 2, 3, 1, 1, 1, 5}, rng);  // a frame of outputs that see padding alone
  check({1, 2, 2, 3, 1, 1, 7, 5}, rng);
}

TEST_CASE("conv2d_forward skips the padding instead of multiplying it by zero") {
  const float infinity = 1.0f / 0.0f;
  const Floats in{2}, weight{infinity, 1, infinity, 1, 1, 1, infinity, 1, infinity};
  Floats out(1);
  nn::conv2d_forward(out.data(), in.data(), weight.data(), nullptr, {1, 1, 1, 1, 3, 3, 1, 1});
  CHECK(out[0] == 2);
}

TEST_CASE("conv2d_forward is within 1e-5 of double precision") {
  nn::Pcg32 rng(4);
  const nn::Conv2dShape s{16, 9, 13, 5, 5, 5, 1, 2};
  Case c(s, rng);
  nn::conv2d_forward(c.out.data(), c.in.data(), c.weight.data(), c.bias.data(), s);
  auto in = doubles(c.in), weight = doubles(c.weight), bias = doubles(c.bias);
  std::vector<double> expected(c.out.size()), bound(c.out.size());
  nn::reference::conv2d_forward(expected.data(), in.data(), weight.data(), bias.data(), s);
  for (auto* v : {&in, &weight, &bias})
    for (double& x : *v) x = std::abs(x);
  nn::reference::conv2d_forward(bound.data(), in.data(), weight.data(), bias.data(), s);
  for (size_t i = 0; i < expected.size(); ++i)
    CHECK_MESSAGE(std::abs(c.out[i] - expected[i]) <= 1e-5 * bound[i], text(s), " output ", i);
}

TEST_CASE("conv2d_forward of a batch with scratch memory has the same bits") {
  nn::Pcg32 rng(26);
  const auto check_batch = [&](const nn::Conv2dShape& s) {
    const int batch = 2;
    const Case c(s, rng);
    const Floats in = random_floats(batch * int(c.in.size()), rng);
    Floats scratch(size_t(nn::conv2d_scratch(s)), -7.0f), out(batch * c.out.size(), -7.0f),
        expected(c.out.size());
    nn::conv2d_forward(out.data(), in.data(), c.weight.data(), c.bias.data(), batch, s,
                       scratch.empty() ? nullptr : scratch.data());
    for (int b = 0; b < batch; ++b) {
      nn::reference::conv2d_forward(expected.data(), in.data() + b * c.in.size(), c.weight.data(),
                                    c.bias.data(), s);
      const Floats part(out.begin() + long(b * expected.size()),
                        out.begin() + long((b + 1) * expected.size()));
      CHECK_MESSAGE(first_difference(part, expected) < 0, text(s), " image ", b);
    }
  };
  for (int height : {1, 4, 9})
    for (int width : kSizes)
      for (int kernel : {1, 2, 3, 5})
        for (int stride : {1, 2, 3})
          for (int padding : {0, 1, 2, 4})
            check_batch({2, height, width, 5, kernel, kernel, stride, padding});
  for (int in_channels : kSizes)
    for (int out_channels : kSizes)
      for (int kernel : {1, 3})
        check_batch({in_channels, 6, 13, out_channels, kernel, kernel, 1, kernel / 2});
  for (int kernel_height : kSizes)
    for (int kernel_width : kSizes)
      for (int stride : {1, 2}) check_batch({2, 13, 43, 7, kernel_height, kernel_width, stride, 3});
  // Few filters read the framed image, many a panel; one and two have wider tiles. Rows break anywhere in
  // them.
  for (int filters : {1, 2, 3, 14})
    for (int width : {1, 2, 4, 6, 7, 8, 9, 11, 12, 17, 33, 43})
      for (int stride : {1, 2, 4})
        for (int padding : {0, 2}) check_batch({2, 9, width, filters, 3, width < 3 ? 1 : 3, stride, padding});
  for (int filters : {5, 6, 16, 17, 20, 23}) check_batch({3, 7, 10, filters, 5, 5, 1, 2});
  for (int filters : {8, 10}) check_batch({9, 32, 32, filters, 1, 1, 1, 0});  // taps 4 KiB apart
  check_batch({1, 1, 200, 3, 1, 70, 1, 0});
  check_batch({150, 3, 150, 5, 3, 3, 1, 1});  // more columns than are kept in the cache at a time

  // What the frame of zeros could change.
  const nn::Conv2dShape s{1, 4, 4, 1, 3, 3, 1, 1};
  const float infinity = 1.0f / 0.0f;
  for (float odd : {infinity, -infinity}) {
    const Floats in(16, 1.0f), weight{odd, 0, 0, 0, 1, 0, 0, 0, 0}, bias{0.5f};
    Floats scratch(size_t(nn::conv2d_scratch(s))), out(16);
    nn::conv2d_forward(out.data(), in.data(), weight.data(), bias.data(), 1, s, scratch.data());
    CHECK(out[0] == 1.5f);
    CHECK(out[5] == odd);
  }
  const Floats none(16, -0.0f), ones(9, 1.0f), bias{-0.0f};
  Floats scratch(size_t(nn::conv2d_scratch(s))), out(16), expected(16);
  nn::conv2d_forward(out.data(), none.data(), ones.data(), bias.data(), 1, s, scratch.data());
  nn::reference::conv2d_forward(expected.data(), none.data(), ones.data(), bias.data(), s);
  CHECK(first_difference(out, expected) < 0);
}
