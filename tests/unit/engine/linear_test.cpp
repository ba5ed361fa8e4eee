#include <doctest/doctest.h>

#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

namespace {

struct Case {
  int batch, in_features, out_features;
  Floats in, weight, bias, out;
  Case(int batch, int in_features, int out_features, nn::Pcg32& rng)
      : batch(batch),
        in_features(in_features),
        out_features(out_features),
        in(random_floats(batch * in_features, rng)),
        weight(random_floats(out_features * in_features, rng)),
        bias(random_floats(out_features, rng)),
        out(batch * out_features, -7.0f) {}
  std::string text() const {
    return nn::Shape{batch, in_features}.str() + " weight " + nn::Shape{out_features, in_features}.str();
  }
};

void check_forward(Case c) {
  auto in = doubles(c.in), weight = doubles(c.weight), bias = doubles(c.bias);
  for (bool biased : {true, false}) {
    nn::linear_forward(c.out.data(), c.in.data(), c.weight.data(), biased ? c.bias.data() : nullptr, c.batch,
                       c.in_features, c.out_features);
    for (int b = 0; b < c.batch; ++b)
      for (int o = 0; o < c.out_features; ++o) {
        double expected = biased ? bias[o] : 0, bound = std::abs(expected);
        for (int i = 0; i < c.in_features; ++i) {
          const double product = in[b * c.in_features + i] * weight[o * c.in_features + i];
          expected += product;
          bound += std::abs(product);
        }
        CHECK_MESSAGE(std::abs(c.out[b * c.out_features + o] - expected) <= 1e-5 * bound, c.text(), " row ",
                      b, " output ", o);
      }
  }
}

void check_backward(Case c, nn::Pcg32& rng) {
  const Floats d_out = random_floats(int(c.out.size()), rng);
  // They start with something in them: gradients are added.
  Floats d_in = random_floats(int(c.in.size()), rng), d_weight = random_floats(int(c.weight.size()), rng);
  Floats d_bias = random_floats(c.out_features, rng);
  Floats r_in = d_in, r_weight = d_weight, r_bias = d_bias;
  nn::reference::linear_backward(r_in.data(), r_weight.data(), r_bias.data(), d_out.data(), c.in.data(),
                                 c.weight.data(), c.batch, c.in_features, c.out_features);
  nn::linear_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), c.in.data(), c.weight.data(),
                      c.batch, c.in_features, c.out_features);
  CHECK_MESSAGE(first_difference(d_in, r_in) < 0, c.text(), " d_in");
  CHECK_MESSAGE(first_difference(d_weight, r_weight) < 0, c.text(), " d_weight");
  CHECK_MESSAGE(first_difference(d_bias, r_bias) < 0, c.text(), " d_bias");

  const Floats before = d_in;
  nn::linear_backward(nullptr, d_weight.data(), nullptr, d_out.data(), c.in.data(), c.weight.data(), c.batch,
                      c.in_features, c.out_features);
  CHECK_MESSAGE(first_difference(d_in, before) < 0, c.text(), " without d_in");
}

}  // namespace

TEST_CASE("linear_forward is within 1e-5 of double precision") {
  nn::Pcg32 rng(5);
  for (int batch : {1, 3})
    for (int in_features : kSizes)
      for (int out_features : kSizes) check_forward(Case(batch, in_features, out_features, rng));
  check_forward(Case(2, 784, 10, rng));
  check_forward(Case(1, 4099, 3, rng));
}

TEST_CASE("linear_forward adds in the order that the header says") {
  nn::Pcg32 rng(6);
  for (int n : kSizes) {
    const Case c(1, n, 1, rng);
    float sum[4] = {0, 0, 0, 0}, out;
    for (int i = 0; i < n; ++i) sum[i % 4] += c.in[i] * c.weight[i];
    const float expected = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + c.bias[0];
    nn::linear_forward(&out, c.in.data(), c.weight.data(), c.bias.data(), 1, n, 1);
    CHECK_MESSAGE(out == expected, c.text());
  }
}

TEST_CASE("linear_backward is the reference to the bit and adds") {
  nn::Pcg32 rng(7);
  for (int batch : {1, 3})
    for (int in_features : kSizes)
      for (int out_features : kSizes) check_backward(Case(batch, in_features, out_features, rng), rng);
}
