#include <doctest/doctest.h>

#include <string>

#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

namespace {

// Both poolings against the reference to the bit, forward and backward. The numbers come from a small grid,
// so that there are ties.
void check(const nn::Pool2dShape& s, nn::Pcg32& rng) {
  const Floats in = grid_floats(s.channels * s.in_height * s.in_width, 2, 1, rng);
  const size_t outs = size_t(s.channels) * s.out_height() * s.out_width();
  const Floats d_out = random_floats(int(outs), rng);
  Floats out(outs, -7.0f), expected(outs);
  std::vector<int32_t> argmax(outs, -7), expected_argmax(outs);
  nn::max_pool2d_forward(out.data(), argmax.data(), in.data(), s);
  nn::reference::max_pool2d_forward(expected.data(), expected_argmax.data(), in.data(), s);
  CHECK_MESSAGE(first_difference(out, expected) < 0, text(s), " max");
  CHECK_MESSAGE(argmax == expected_argmax, text(s), " argmax");
  Floats alone(outs, -7.0f);
  nn::max_pool2d_forward(alone.data(), nullptr, in.data(), s);
  CHECK_MESSAGE(first_difference(alone, expected) < 0, text(s), " max without argmax");

  Floats d_in = random_floats(int(in.size()), rng), expected_d_in = d_in;
  nn::max_pool2d_backward(d_in.data(), d_out.data(), argmax.data(), s);
  nn::reference::max_pool2d_backward(expected_d_in.data(), d_out.data(), argmax.data(), s);
  CHECK_MESSAGE(first_difference(d_in, expected_d_in) < 0, text(s), " max backward");

  const Floats fine = random_floats(int(in.size()), rng);
  nn::avg_pool2d_forward(out.data(), fine.data(), s);
  nn::reference::avg_pool2d_forward(expected.data(), fine.data(), s);
  CHECK_MESSAGE(first_difference(out, expected) < 0, text(s), " avg");
  nn::avg_pool2d_backward(d_in.data(), d_out.data(), s);
  nn::reference::avg_pool2d_backward(expected_d_in.data(), d_out.data(), s);
  CHECK_MESSAGE(first_difference(d_in, expected_d_in) < 0, text(s), " avg backward");
}

}  // namespace

TEST_CASE("pooling is the reference to the bit") {
  nn::Pcg32 rng(24);
  for (int height : kSizes)
    for (int width : kSizes)
      for (int kernel : {1, 2, 3, 5})
        for (int stride : {1, 2, 3, 5})
          for (int padding = 0; padding <= kernel / 2; ++padding)
            check({2, height, width, kernel, stride, padding}, rng);
  for (int channels : kSizes) check({channels, 6, 13, 2, 2}, rng);
  check({3, 28, 28, 28, 28}, rng);
}

TEST_CASE("pooling by hand: the first on a tie, the padding never the maximum but part of the mean") {
  const Floats in{-1, -1, -2, -4, -3, -3, -1, -4};  // 2×4
  Floats out(2);
  std::vector<int32_t> argmax(2);
  nn::max_pool2d_forward(out.data(), argmax.data(), in.data(), {1, 2, 4, 2, 2});
  CHECK(out == Floats{-1, -1});
  CHECK(argmax == std::vector<int32_t>{0, 6});
  nn::avg_pool2d_forward(out.data(), in.data(), {1, 2, 4, 2, 2});
  CHECK(out == Floats{-2, -2.75f});

  Floats framed(6), mean(6);
  std::vector<int32_t> where(6);
  nn::max_pool2d_forward(framed.data(), where.data(), in.data(), {1, 2, 4, 2, 2, 1});
  CHECK(framed == Floats{-1, -1, -4, -3, -1, -4});
  CHECK(where == std::vector<int32_t>{0, 1, 3, 4, 6, 7});
  nn::avg_pool2d_forward(mean.data(), in.data(), {1, 2, 4, 2, 2, 1});
  CHECK(mean == Floats{-0.25f, -0.75f, -1, -0.75f, -1, -1});
}

TEST_CASE("max pooling's argmax stays in the window whatever the numbers") {
  const float nan = std::nanf(""), infinity = 1.0f / 0.0f;
  nn::Pcg32 rng(25);
  for (int width : {5, 8, 13}) {
    const nn::Pool2dShape s{1, 7, width, 3, 2, 1};
    Floats in(7 * width);
    const float odd[] = {nan, -infinity, -infinity, infinity};
    for (float& x : in) x = odd[rng.below(4)];
    const size_t outs = size_t(s.out_height()) * s.out_width();
    Floats out(outs), expected(outs);
    std::vector<int32_t> argmax(outs), expected_argmax(outs);
    nn::max_pool2d_forward(out.data(), argmax.data(), in.data(), s);
    nn::reference::max_pool2d_forward(expected.data(), expected_argmax.data(), in.data(), s);
    CHECK_MESSAGE(argmax == expected_argmax, text(s));
  }
}

TEST_CASE(
    "pooling: a NaN wins only where it is a window's first, and so does -0 against 0, with and without "
    "lanes") {
  nn::Pcg32 rng(32);
  const float odd[] = {std::nanf(""), -0.0f, 0.0f, -0.0f, 0.0f, 1};
  const nn::Pool2dShape s{1, 8, 22, 2, 2};
  Floats in(8 * 22);
  for (float& x : in) x = odd[rng.below(6)];
  Floats out(4 * 11), alone(4 * 11), expected(4 * 11);
  std::vector<int32_t> argmax(4 * 11);
  nn::reference::max_pool2d_forward(expected.data(), argmax.data(), in.data(), s);
  nn::max_pool2d_forward(out.data(), argmax.data(), in.data(), s);
  nn::max_pool2d_forward(alone.data(), nullptr, in.data(), s);
  CHECK(first_difference(out, expected) < 0);
  CHECK(first_difference(alone, expected) < 0);
}
