// ReLU, softmax, cross-entropy, and the exp and log below them.
#include <doctest/doctest.h>

#include <limits>

#include "engine/elementary.h"
#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

TEST_CASE("exp and log are as accurate as they say") {
  double worst_exp = 0, worst_log = 0;
  for (double x = -708; x < 709; x += 0.0917) {
    worst_exp = std::max(worst_exp, std::abs(nn::exp(x) / std::exp(x) - 1));
    const double y = std::exp(x);
    worst_log = std::max(worst_log, std::abs(nn::log(y) - std::log(y)) - 1e-15 * std::abs(std::log(y)));
  }
  CHECK(worst_exp < 1e-11);
  CHECK(worst_log < 1e-12);
  for (double x = 0.5; x < 2; x += 0.0011)
    worst_log = std::max(worst_log, std::abs(nn::log(x) - std::log(x)));
  CHECK(worst_log < 1e-12);
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(nn::exp(0) == 1);
  CHECK(nn::log(1) == 0);
  CHECK(nn::exp(-infinity) == 0);
  CHECK(nn::exp(infinity) == infinity);
  CHECK(std::isnan(nn::exp(std::nan(""))));
  CHECK(nn::log(0) == -infinity);
  CHECK(nn::log(infinity) == infinity);
  CHECK(std::isnan(nn::log(-1)));
}

TEST_CASE("relu is the reference to the bit") {
  nn::Pcg32 rng(8);
  for (int n : kSizes) {
    Floats in = random_floats(n, rng), out(n), expected(n);
    in[0] = -0.0f;
    if (n > 4) in[4] = std::nanf("");
    nn::reference::relu_forward(expected.data(), in.data(), n);
    nn::relu_forward(out.data(), in.data(), n);
    CHECK_MESSAGE(first_difference(out, expected) < 0, "n = ", n);
    for (float y : out) CHECK_MESSAGE((y >= 0 && !std::signbit(y)), "n = ", n);

    const Floats d_out = random_floats(n, rng);
    Floats d_in = random_floats(n, rng);
    d_in[0] = -0.0f;
    Floats expected_d_in = d_in;
    nn::reference::relu_backward(expected_d_in.data(), d_out.data(), in.data(), n);
    nn::relu_backward(d_in.data(), d_out.data(), in.data(), n);
    CHECK_MESSAGE(first_difference(d_in, expected_d_in) < 0, "n = ", n);

    nn::relu_forward(in.data(), in.data(), n);
    CHECK_MESSAGE(first_difference(in, expected) < 0, "in place, n = ", n);
  }
}

TEST_CASE("softmax against libm in double precision") {
  nn::Pcg32 rng(9);
  for (int columns : kSizes)
    for (float range : {1.0f, 30.0f, 1e4f}) {
      const int rows = 3;
      Floats in = random_floats(rows * columns, rng), out(in.size()), expected(in.size());
      for (float& x : in) x *= range;
      nn::softmax_forward(out.data(), in.data(), rows, columns);
      for (int r = 0; r < rows; ++r) {
        double top = -1e30, sum = 0;
        for (int i = 0; i < columns; ++i) top = std::max(top, double(in[r * columns + i]));
        for (int i = 0; i < columns; ++i) sum += std::exp(in[r * columns + i] - top);
        for (int i = 0; i < columns; ++i) {
          const double truth = std::exp(in[r * columns + i] - top) / sum;
          CHECK_MESSAGE(std::abs(out[r * columns + i] - truth) <= 1e-7 * truth + 1e-44,
                        nn::Shape{rows, columns}.str(), " range ", range);
        }
      }
      nn::reference::softmax_forward(expected.data(), in.data(), rows, columns);
      CHECK_MESSAGE(first_difference(out, expected) < 0, nn::Shape{rows, columns}.str());
      const Floats d_out = random_floats(rows * columns, rng);
      Floats d_in = random_floats(rows * columns, rng), expected_d_in = d_in;
      nn::softmax_backward(d_in.data(), d_out.data(), out.data(), rows, columns);
      nn::reference::softmax_backward(expected_d_in.data(), d_out.data(), out.data(), rows, columns);
      CHECK_MESSAGE(first_difference(d_in, expected_d_in) < 0, "backward ", nn::Shape{rows, columns}.str());

      nn::softmax_forward(in.data(), in.data(), rows, columns);
      CHECK_MESSAGE(first_difference(in, expected) < 0, "in place ", nn::Shape{rows, columns}.str());
    }
}

TEST_CASE("cross-entropy against libm in double precision") {
  nn::Pcg32 rng(10);
  for (int batch : {1, 4})
    for (int classes : kSizes)
      for (float range : {1.0f, 1e4f}) {
        Floats in = random_floats(batch * classes, rng), prob(in.size()), expected_prob(in.size());
        for (float& x : in) x *= range;
        std::vector<int32_t> label(batch);
        double truth = 0;
        for (int b = 0; b < batch; ++b) {
          label[b] = int32_t(rng.below(classes));
          double top = -1e30, sum = 0;
          for (int i = 0; i < classes; ++i) top = std::max(top, double(in[b * classes + i]));
          for (int i = 0; i < classes; ++i) sum += std::exp(in[b * classes + i] - top);
          truth += (std::log(sum) + top - in[b * classes + label[b]]) / batch;
        }
        float loss;
        nn::cross_entropy_forward(&loss, prob.data(), in.data(), label.data(), batch, classes);
        CHECK_MESSAGE(std::abs(loss - truth) <= 1e-6 * truth + 1e-9, nn::Shape{batch, classes}.str());
        nn::softmax_forward(expected_prob.data(), in.data(), batch, classes);
        CHECK_MESSAGE(first_difference(prob, expected_prob) < 0, nn::Shape{batch, classes}.str());

        Floats d_in = random_floats(batch * classes, rng), expected = d_in;
        nn::cross_entropy_backward(d_in.data(), prob.data(), label.data(), batch, classes);
        nn::reference::cross_entropy_backward(expected.data(), prob.data(), label.data(), batch, classes);
        CHECK_MESSAGE(first_difference(d_in, expected) < 0, nn::Shape{batch, classes}.str());
      }
}
