// CONTRACT: on the grids of the built-in data every order of summation gives the same bits.
#include <doctest/doctest.h>

#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

TEST_CASE("pixels of 1/256 and weights of 1/1024 with bounded sums: any order gives the same bits") {
  nn::Pcg32 rng(14);
  for (int round = 0; round < 20; ++round) {
    const int n = 784;
    Floats pixels(n);
    for (float& x : pixels) x = float(rng.below(256)) / 256;
    const Floats weight = grid_floats(n, 1024, 0.08f, rng), bias = grid_floats(1, 1024, 1, rng);
    double magnitude = std::abs(bias[0]);
    for (int i = 0; i < n; ++i) magnitude += std::abs(double(pixels[i]) * weight[i]);
    REQUIRE(magnitude < 64);

    float plain, lanes, convolved, shuffled = bias[0];
    nn::reference::linear_forward(&plain, pixels.data(), weight.data(), bias.data(), 1, n, 1);
    nn::linear_forward(&lanes, pixels.data(), weight.data(), bias.data(), 1, n, 1);
    nn::conv2d_forward(&convolved, pixels.data(), weight.data(), bias.data(), {1, 28, 28, 1, 28, 28});
    for (int i : nn::permutation(n, rng)) shuffled += pixels[i] * weight[i];
    const Floats all{plain, lanes, convolved, shuffled};
    CHECK(first_difference(all, Floats(4, plain)) < 0);

    double exact = bias[0];
    for (int i = 0; i < n; ++i) exact += double(pixels[i]) * weight[i];
    CHECK(double(plain) == exact);
  }
}
