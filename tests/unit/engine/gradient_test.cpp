// The backward kernels against finite differences of the reference's forward functions in double precision.
#include <doctest/doctest.h>

#include <string>

#include "engine/kernels/kernels.h"
#include "engine/kernels/reference.h"
#include "tests/unit/engine/engine_support.h"
#include "tests/unit/engine/gradient_support.h"

using namespace engine_test;

namespace {

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

TEST_CASE("gradient of conv2d") {
  nn::Pcg32 rng(31);
  const nn::Conv2dShape shapes[] = {{2, 5, 7, 3, 3, 3, 1, 1}, {1, 4, 9, 5, 2, 4, 2, 0},
                                    {3, 4, 4, 4, 1, 1, 1, 0}, {2, 5, 5, 1, 5, 5, 1, 0},
                                    {1, 3, 8, 2, 3, 2, 3, 2}, {2, 1, 13, 5, 3, 5, 1, 2}};
  for (const nn::Conv2dShape& s : shapes) {
    const Floats in = random_floats(s.in_channels * s.in_height * s.in_width, rng);
    const Floats weight =
        random_floats(s.out_channels * s.in_channels * s.kernel_height * s.kernel_width, rng);
    const Floats bias = random_floats(s.out_channels, rng);
    const Floats d_out = random_floats(s.out_channels * s.out_height() * s.out_width(), rng);
    Floats d_in(in.size()), d_weight(weight.size()), d_bias(bias.size());
    nn::conv2d_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), in.data(), weight.data(),
                        s);
    auto x = doubles(in), w = doubles(weight), b = doubles(bias);
    const auto loss = [&] {
      std::vector<double> y(d_out.size());
      nn::reference::conv2d_forward(y.data(), x.data(), w.data(), b.data(), s);
      return weighted_sum(y, d_out);
    };
    check_gradient(text(s) + " d_in", x, d_in, loss);
    check_gradient(text(s) + " d_weight", w, d_weight, loss);
    check_gradient(text(s) + " d_bias", b, d_bias, loss);
  }
}

TEST_CASE("gradient of pooling") {
  nn::Pcg32 rng(32);
  const nn::Pool2dShape shapes[] = {
      {2, 6, 8, 2, 2}, {1, 7, 9, 3, 2, 1}, {3, 5, 5, 5, 5}, {1, 4, 13, 3, 1, 1}};
  for (const nn::Pool2dShape& s : shapes) {
    // A permutation: no ties, where the maximum has no derivative, and none nearer than finite differences
    // reach.
    const int n = s.channels * s.in_height * s.in_width;
    Floats in(n);
    const std::vector<int> order = nn::permutation(n, rng);
    for (int i = 0; i < n; ++i) in[i] = float(order[i]) / 16;
    const Floats d_out = random_floats(s.channels * s.out_height() * s.out_width(), rng);
    Floats out(d_out.size()), d_max(n), d_avg(n);
    std::vector<int32_t> argmax(d_out.size());
    nn::max_pool2d_forward(out.data(), argmax.data(), in.data(), s);
    nn::max_pool2d_backward(d_max.data(), d_out.data(), argmax.data(), s);
    nn::avg_pool2d_backward(d_avg.data(), d_out.data(), s);
    auto x = doubles(in);
    std::vector<double> y(d_out.size());
    check_gradient(text(s) + " max", x, d_max, [&] {
      nn::reference::max_pool2d_forward(y.data(), nullptr, x.data(), s);
      return weighted_sum(y, d_out);
    });
    check_gradient(text(s) + " avg", x, d_avg, [&] {
      nn::reference::avg_pool2d_forward(y.data(), x.data(), s);
      return weighted_sum(y, d_out);
    });
  }
}

TEST_CASE("gradient of softmax") {
  nn::Pcg32 rng(33);
  for (int columns : kSizes) {
    const int rows = 2;
    const Floats in = random_floats(rows * columns, rng), d_out = random_floats(rows * columns, rng);
    Floats out(in.size()), d_in(in.size());
    nn::softmax_forward(out.data(), in.data(), rows, columns);
    nn::softmax_backward(d_in.data(), d_out.data(), out.data(), rows, columns);
    auto x = doubles(in);
    check_gradient(nn::Shape{rows, columns}.str(), x, d_in, [&] {
      std::vector<double> y(x.size());
      nn::reference::softmax_forward(y.data(), x.data(), rows, columns);
      return weighted_sum(y, d_out);
    });
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
