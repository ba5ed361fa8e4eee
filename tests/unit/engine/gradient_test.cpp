// The backward kernels against finite differences of the reference's forward functions in double precision.
#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

namespace {

// Central differences of `loss`, a function of `x` in place, against `gradient`.
void check_gradient(const std::string& what, std::vector<double>& x, const Floats& gradient,
                    const std::function<double()>& loss) {
  const double h = 1e-5;
  for (size_t i = 0; i < x.size(); ++i) {
    const double old = x[i];
    x[i] = old + h;
    const double above = loss();
    x[i] = old - h;
    const double below = loss();
    x[i] = old;
    const double numeric = (above - below) / (2 * h);
    CHECK_MESSAGE(std::abs(numeric - gradient[i]) <= 2e-6 + 1e-5 * std::abs(numeric), what, " element ", i,
                  ": ", gradient[i], " instead of ", numeric);
  }
}

double weighted_sum(const std::vector<double>& y, const Floats& d) {
  double sum = 0;
  for (size_t i = 0; i < y.size(); ++i) sum += y[i] * d[i];
  return sum;
}

// Away from 0, where ReLU has no derivative.
Floats off_zero(Floats v) {
  for (float& x : v) x += x < 0 ? -0.01f : 0.01f;
  return v;
}

}  // namespace

TEST_CASE("gradient of linear") {
  nn::Pcg32 rng(11);
  for (int in_features : {1, 4, 5, 9})
    for (int out_features : {1, 3, 8}) {
      const int batch = 3;
      const Floats in = random_floats(batch * in_features, rng);
      const Floats weight = random_floats(out_features * in_features, rng);
      const Floats bias = random_floats(out_features, rng), d_out = random_floats(batch * out_features, rng);
      Floats d_in(in.size()), d_weight(weight.size()), d_bias(bias.size());
      nn::linear_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), in.data(), weight.data(),
                          batch, in_features, out_features);
      auto x = doubles(in), w = doubles(weight), b = doubles(bias);
      const auto loss = [&] {
        std::vector<double> y(d_out.size());
        nn::reference::linear_forward(y.data(), x.data(), w.data(), b.data(), batch, in_features,
                                      out_features);
        return weighted_sum(y, d_out);
      };
      const std::string shape = nn::Shape{batch, in_features, out_features}.str();
      check_gradient(shape + " d_in", x, d_in, loss);
      check_gradient(shape + " d_weight", w, d_weight, loss);
      check_gradient(shape + " d_bias", b, d_bias, loss);
    }
}

TEST_CASE("gradient of relu") {
  nn::Pcg32 rng(12);
  for (int n : kSizes) {
    const Floats in = off_zero(random_floats(n, rng)), d_out = random_floats(n, rng);
    Floats d_in(n);
    nn::relu_backward(d_in.data(), d_out.data(), in.data(), n);
    auto x = doubles(in);
    check_gradient("n = " + std::to_string(n), x, d_in, [&] {
      std::vector<double> y(n);
      nn::reference::relu_forward(y.data(), x.data(), n);
      return weighted_sum(y, d_out);
    });
  }
}

TEST_CASE("gradient of cross-entropy") {
  nn::Pcg32 rng(13);
  for (int batch : {1, 3})
    for (int classes : {2, 5, 10}) {
      const Floats in = random_floats(batch * classes, rng);
      std::vector<int32_t> label(batch);
      for (int32_t& l : label) l = int32_t(rng.below(classes));
      Floats prob(in.size()), d_in(in.size());
      float value;
      nn::cross_entropy_forward(&value, prob.data(), in.data(), label.data(), batch, classes);
      nn::cross_entropy_backward(d_in.data(), prob.data(), label.data(), batch, classes);
      auto x = doubles(in);
      check_gradient(nn::Shape{batch, classes}.str(), x, d_in, [&] {
        std::vector<double> p(x.size());
        double loss;
        nn::reference::cross_entropy_forward(&loss, p.data(), x.data(), label.data(), batch, classes);
        return loss;
      });
    }
}
