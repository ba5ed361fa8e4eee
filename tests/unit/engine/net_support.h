// A net's forward pass in double precision by the reference, and the seeded run that is pinned.
#pragma once

#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "engine/kernels/reference.h"
#include "engine/trainer.h"
#include "tests/unit/engine/engine_support.h"

namespace engine_test {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

inline nn::Sequential make_net(const nn::Shape& input, std::vector<nn::Layer> layers, uint64_t seed) {
  nn::Sequential net;
  const nn::Error error = nn::Sequential::make(net, input, std::move(layers), seed);
  REQUIRE_MESSAGE(!error, error.text);
  return net;
}

inline nn::Layer conv(int filters, int kernel, int stride = 1, int padding = 0, bool bias = true) {
  return nn::Conv2d{filters, kernel, kernel, stride, padding, bias};
}
inline nn::Layer linear(int features, bool bias = true) { return nn::Linear{features, bias}; }

using Doubles = std::vector<double>;

inline Doubles double_values(const nn::Tensor& tensor) { return {tensor.begin(), tensor.end()}; }

// The output of one sample; `parameters` in the net's order.
inline Doubles reference_forward(const nn::Sequential& net, const std::vector<Doubles>& parameters,
                                 Doubles x) {
  namespace ref = nn::reference;
  int next = 0;
  for (int i = 0; i < net.layer_count(); ++i) {
    const nn::Shape &in = net.shape(i), &out = net.shape(i + 1);
    Doubles y(out.numel());
    const auto pool = [&](const auto& l) {
      return nn::Pool2dShape{in[0],    in[1], in[2], l.kernel_size, l.stride ? l.stride : l.kernel_size,
                             l.padding};
    };
    const double *weight = nullptr, *bias = nullptr;
    if (const nn::Params* params = params_of(net.layer(i))) {
      weight = parameters[next++].data();
      if (!params->bias.empty()) bias = parameters[next++].data();
    }
    std::visit(
        Overloaded{
            [&](const nn::Conv2d& l) {
              ref::conv2d_forward(y.data(), x.data(), weight, bias,
                                  {in[0], in[1], in[2], l.out_channels, l.kernel_height, l.kernel_width,
                                   l.stride, l.padding});
            },
            [&](const nn::Linear& l) {
              ref::linear_forward(y.data(), x.data(), weight, bias, 1, in[0], l.out_features);
            },
            [&](const nn::MaxPool2d& l) { ref::max_pool2d_forward(y.data(), nullptr, x.data(), pool(l)); },
            [&](const nn::AvgPool2d& l) { ref::avg_pool2d_forward(y.data(), x.data(), pool(l)); },
            [&](const nn::ReLU&) { ref::relu_forward(y.data(), x.data(), int(x.size())); },
            [&](const nn::Flatten&) { y = x; },
            [&](const nn::Softmax&) { ref::softmax_forward(y.data(), x.data(), 1, in[0]); },
        },
        net.layer(i));
    x = std::move(y);
  }
  return x;
}

// The pinned run: a small convolutional net and 12 samples of three classes. tests/engine has it in
// JavaScript.
struct SmallRun {
  nn::Trainer trainer;
  Floats x;
  std::vector<int32_t> labels;
  static constexpr int kBatch = 12;

  SmallRun() : labels(kBatch) {
    trainer = nn::Trainer(make_net({2, 9, 8},
                                   {conv(5, 3, 1, 1), nn::ReLU{}, nn::MaxPool2d(2), conv(7, 3), nn::ReLU{},
                                    nn::AvgPool2d(2, 1), nn::Flatten{}, linear(3)},
                                   5));
    nn::Pcg32 rng(19);
    x = random_floats(kBatch * 144, rng);
    for (int b = 0; b < kBatch; ++b) {  // a class has a brighter third of the rows
      labels[b] = b % 3;
      for (int i = 0; i < 144; ++i)
        if (i / 8 % 9 / 3 == labels[b]) x[b * 144 + i] += 0.5f;
    }
  }
  void begin(const nn::OptimizerOptions& options) {
    nn::Error error = trainer.reserve(kBatch, options);
    REQUIRE_MESSAGE(!error, error.text);
    std::copy(x.begin(), x.end(), trainer.net().input(kBatch));
    error = trainer.begin(labels.data(), kBatch, options);
    REQUIRE_MESSAGE(!error, error.text);
  }
  void step(const nn::OptimizerOptions& options = nn::SgdOptions{0.1f, 0.9f, 1e-3f}) {
    begin(options);
    REQUIRE(trainer.advance(1e30));
  }
  uint64_t hash() const {
    uint64_t hash = fnv1a64(nullptr, 0);
    for (int i = 0; i < trainer.net().parameter_count(); ++i) {
      const nn::Tensor& p = trainer.net().parameter(i);
      hash = fnv1a64(p.data(), p.size() * sizeof(float), hash);
    }
    return hash;
  }
};

}  // namespace engine_test
