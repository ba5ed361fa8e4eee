#include <doctest/doctest.h>

#include <string>

#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

namespace {

// Against the reference to the bit; the gradients start with something in them, since they are added to.
void check(const nn::Conv2dShape& s, nn::Pcg32& rng) {
  const Floats in = random_floats(s.in_channels * s.in_height * s.in_width, rng);
  const Floats weight = random_floats(s.out_channels * s.in_channels * s.kernel_height * s.kernel_width, rng);
  const Floats d_out = random_floats(s.out_channels * s.out_height() * s.out_width(), rng);
  Floats d_in = random_floats(int(in.size()), rng), d_weight = random_floats(int(weight.size()), rng);
  Floats d_bias = random_floats(s.out_channels, rng);
  Floats r_in = d_in, r_weight = d_weight, r_bias = d_bias;
  nn::reference::conv2d_backward(r_in.data(), r_weight.data(), r_bias.data(), d_out.data(), in.data(),
                                 weight.data(), s);
  nn::conv2d_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), in.data(), weight.data(), s);
  CHECK_MESSAGE(first_difference(d_in, r_in) < 0, text(s), " d_in");
  CHECK_MESSAGE(first_difference(d_weight, r_weight) < 0, text(s), " d_weight");
  CHECK_MESSAGE(first_difference(d_bias, r_bias) < 0, text(s), " d_bias");

  const Floats before = d_in;
  nn::conv2d_backward(nullptr, d_weight.data(), nullptr, d_out.data(), in.data(), weight.data(), s);
  nn::reference::conv2d_backward<float>(nullptr, r_weight.data(), nullptr, d_out.data(), in.data(),
                                        weight.data(), s);
  CHECK_MESSAGE(first_difference(d_in, before) < 0, text(s), " without d_in");
  CHECK_MESSAGE(first_difference(d_weight, r_weight) < 0, text(s), " d_weight alone");
}

}  // namespace

TEST_CASE("conv2d_backward is the reference to the bit: images of every size") {
  nn::Pcg32 rng(21);
  for (int height : kSizes)
    for (int width : kSizes)
      for (int kernel : {1, 2, 3, 5})
        for (int stride : {1, 2, 3})
          for (int padding : {0, 1, 2, 4}) check({2, height, width, 5, kernel, kernel, stride, padding}, rng);
}

TEST_CASE("conv2d_backward is the reference to the bit: channels") {
  nn::Pcg32 rng(22);
  for (int in_channels : kSizes)
    for (int out_channels : kSizes)
      for (int stride : {1, 2}) check({in_channels, 6, 13, out_channels, 3, 3, stride, 1}, rng);
}

TEST_CASE("conv2d_backward is the reference to the bit: oblong and image-sized kernels") {
  nn::Pcg32 rng(23);
  for (int kernel_height : kSizes)
    for (int kernel_width : kSizes)
      for (int padding : {0, 3}) check({1, 9, 13, 4, kernel_height, kernel_width, 1, padding}, rng);
  check({1, 28, 28, 10, 28, 28, 1, 0}, rng);
  check({3, 28, 28, 8, 5, 5, 1, 2}, rng);
  check({1, 2, 2, 3, 1, 1, 1, 5}, rng);
  check({1, 2, 2, 3, 1, 1, 7, 5}, rng);
}

TEST_CASE("conv2d_backward: one by hand") {
  // The 2×3 image and 2×2 kernel of the forward test; two outputs, of gradients 1 and 10.
  const Floats in{1, 2, 3, 4, 5, 6}, weight{1, 10, 100, 1000}, d_out{1, 10};
  Floats d_in(6), d_weight(4), d_bias(1);
  nn::conv2d_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), in.data(), weight.data(),
                      {1, 2, 3, 1, 2, 2});
  CHECK(d_in == Floats{1, 20, 100, 100, 2000, 10000});
  CHECK(d_weight == Floats{21, 32, 54, 65});
  CHECK(d_bias == Floats{11});
}

TEST_CASE("conv2d_backward of a batch with scratch memory has the same bits") {
  nn::Pcg32 rng(27);
  // `odd` takes the place of one weight, one output's gradient, and the first sum by weight.
  struct Odd {
    float weight = 1, d_out = 1, d_weight = 1;
  };
  const auto check_batch = [&](const nn::Conv2dShape& s, Odd odd = {}) {
    const int batch = 2, in_size = s.in_channels * s.in_height * s.in_width;
    const int out_size = s.out_channels * s.out_height() * s.out_width();
    Floats in = random_floats(batch * in_size, rng), d_out = random_floats(batch * out_size, rng);
    Floats weight = random_floats(s.out_channels * s.in_channels * s.kernel_height * s.kernel_width, rng);
    Floats d_in = random_floats(batch * in_size, rng), d_weight = random_floats(int(weight.size()), rng);
    if (odd.weight != 1) weight[0] = odd.weight;
    if (odd.d_out != 1 && out_size > 0) d_out[0] = odd.d_out;
    if (odd.d_weight != 1) {
      d_weight[0] = odd.d_weight;
      std::fill(in.begin(), in.end(), -0.0f);
      std::fill(d_out.begin(), d_out.end(), 1.0f);
    }
    Floats d_bias = random_floats(s.out_channels, rng), r_in = d_in, r_weight = d_weight, r_bias = d_bias;
    Floats scratch(size_t(nn::conv2d_scratch(s)), -7.0f);
    nn::conv2d_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), in.data(), weight.data(),
                        batch, s, scratch.empty() ? nullptr : scratch.data());
    for (int b = 0; b < batch; ++b)
      nn::reference::conv2d_backward(r_in.data() + b * in_size, r_weight.data(), r_bias.data(),
                                     d_out.data() + b * out_size, in.data() + b * in_size, weight.data(), s);
    CHECK_MESSAGE(first_difference(d_in, r_in) < 0, text(s), " d_in");
    CHECK_MESSAGE(first_difference(d_weight, r_weight) < 0, text(s), " d_weight");
    CHECK_MESSAGE(first_difference(d_bias, r_bias) < 0, text(s), " d_bias");
  };
  for (int height : {1, 4, 9})
    for (int width : kSizes)
      for (int kernel : {1, 2, 3, 5})
        for (int stride : {1, 2})
          for (int padding : {0, 1, 2, 4})
            check_batch({2, height, width, 5, kernel, kernel, stride, padding});
  for (int in_channels : kSizes)
    for (int out_channels : kSizes)
      for (int kernel : {1, 3})
        check_batch({in_channels, 6, 10, out_channels, kernel, kernel, 1, kernel / 2});
  for (int kernel_height : {1, 3, 8})
    for (int kernel_width : {1, 4, 9}) check_batch({3, 9, 43, 7, kernel_height, kernel_width, 1, 0});
  for (float infinity : {1.0f / 0.0f, -1.0f / 0.0f}) {
    check_batch({2, 5, 6, 3, 3, 3, 1, 1}, {.weight = infinity});
    check_batch({2, 5, 6, 3, 3, 3, 1, 1}, {.d_out = infinity});
  }
  check_batch({1, 5, 6, 3, 3, 3, 1, 1}, {.d_weight = -0.0f});
}
