// One deterministic number that every build must reproduce: SSE2, NEON, WebAssembly SIMD128 and plain C++.
// If a kernel's order of additions is changed on purpose, its pinned numbers change everywhere at once.
#include <doctest/doctest.h>

#include "engine/kernels/kernels.h"
#include "engine/optim.h"
#include "engine/simd/f32x4.h"
#include "tests/unit/engine/engine_support.h"

using namespace engine_test;

TEST_CASE("every kernel gives the same bits everywhere") {
  nn::Pcg32 rng(16);
  uint64_t hash = fnv1a64(nullptr, 0);
  for (int size : kSizes)
    for (int stride : {1, 2})
      for (int padding : {0, 2}) {
        const nn::Conv2dShape s{3, size + 2, size + 4, 6, 3, 5, stride, padding};
        const Floats in = random_floats(s.in_channels * s.in_height * s.in_width, rng);
        const Floats weight = random_floats(s.out_channels * s.in_channels * 15, rng);
        const Floats bias = random_floats(s.out_channels, rng);
        Floats out(size_t(s.out_channels) * s.out_height() * s.out_width());
        nn::conv2d_forward(out.data(), in.data(), weight.data(), bias.data(), s);
        hash = fnv1a64(out, hash);
      }
  for (int in_features : kSizes)
    for (int classes : kSizes) {
      const int batch = 3, features = in_features * 7;
      const Floats in = random_floats(batch * features, rng), weight = random_floats(classes * features, rng);
      Floats bias(classes), out(batch * classes), active(out.size()), prob(out.size()), d(out.size());
      Floats d_active(out.size()), d_in(in.size()), d_weight(weight.size()), d_bias(classes);
      for (float& b : bias) b = rng.normal();
      std::vector<int32_t> label(batch);
      for (int32_t& l : label) l = int32_t(rng.below(classes));
      float loss;
      nn::linear_forward(out.data(), in.data(), weight.data(), bias.data(), batch, features, classes);
      nn::relu_forward(active.data(), out.data(), int(out.size()));
      nn::cross_entropy_forward(&loss, prob.data(), active.data(), label.data(), batch, classes);
      nn::cross_entropy_backward(d_active.data(), prob.data(), label.data(), batch, classes);
      nn::relu_backward(d.data(), d_active.data(), out.data(), int(out.size()));
      nn::linear_backward(d_in.data(), d_weight.data(), d_bias.data(), d.data(), in.data(), weight.data(),
                          batch, features, classes);
      for (const Floats& v : {out, active, prob, d, d_in, d_weight, d_bias, Floats{loss}})
        hash = fnv1a64(v, hash);
    }
  INFO("f32x4 is " NN_SIMD_NAME);
  CHECK(hash == 0x94de27473e7932au);
}

TEST_CASE("convolution backward, pooling and softmax backward give the same bits everywhere") {
  nn::Pcg32 rng(18);
  uint64_t hash = fnv1a64(nullptr, 0);
  for (int size : kSizes)
    for (int stride : {1, 2})
      for (int padding : {0, 2}) {
        const nn::Conv2dShape s{3, size + 2, size + 4, 6, 3, 5, stride, padding};
        const int outs = s.out_channels * s.out_height() * s.out_width();
        const Floats in = random_floats(s.in_channels * s.in_height * s.in_width, rng);
        const Floats weight = random_floats(s.out_channels * s.in_channels * 15, rng);
        const Floats d_out = random_floats(outs, rng);
        Floats d_in(in.size()), d_weight(weight.size()), d_bias(s.out_channels);
        nn::conv2d_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), in.data(),
                            weight.data(), s);
        for (const Floats& v : {d_in, d_weight, d_bias}) hash = fnv1a64(v, hash);

        const nn::Pool2dShape p{3, s.in_height, s.in_width, 3, stride, padding / 2};
        const size_t pooled = size_t(p.channels) * p.out_height() * p.out_width();
        Floats max(pooled), avg(pooled), soft(pooled), d_soft(pooled), d_max(in.size()), d_avg(in.size());
        std::vector<int32_t> argmax(pooled);
        nn::max_pool2d_forward(max.data(), argmax.data(), in.data(), p);
        nn::avg_pool2d_forward(avg.data(), in.data(), p);
        nn::softmax_forward(soft.data(), avg.data(), p.channels, int(pooled) / p.channels);
        nn::softmax_backward(d_soft.data(), max.data(), soft.data(), p.channels, int(pooled) / p.channels);
        nn::max_pool2d_backward(d_max.data(), d_soft.data(), argmax.data(), p);
        nn::avg_pool2d_backward(d_avg.data(), max.data(), p);
        for (const Floats& v : {max, avg, soft, d_soft, d_max, d_avg}) hash = fnv1a64(v, hash);
        hash = fnv1a64(argmax.data(), argmax.size() * sizeof(int32_t), hash);
      }
  CHECK(hash == 0x68410f2ee7ab3fc2u);
}

TEST_CASE("a seeded training run gives the same bits everywhere") {
  nn::Pcg32 rng(17);
  const int samples = 30, features = 13, hidden = 18, classes = 3, steps = 120;
  // Each class is a cloud round a centre of its own.
  const Floats centre = random_floats(classes * features, rng);
  Floats in(samples * features);
  std::vector<int32_t> label(samples);
  for (int i = 0; i < samples; ++i) {
    label[i] = i % classes;
    for (int k = 0; k < features; ++k)
      in[i * features + k] = centre[label[i] * features + k] + 0.5f * rng.normal();
  }
  struct Parameter {
    Floats value, gradient, velocity;
    explicit Parameter(int n) : value(n), gradient(n), velocity(n) {}
  };
  Parameter w1(hidden * features), b1(hidden), w2(classes * hidden), b2(classes);
  for (Parameter* p : {&w1, &w2})
    for (float& x : p->value) x = 0.3f * rng.normal();

  Floats z(samples * hidden), h(z.size()), scores(samples * classes), prob(scores.size());
  float first_loss = 0, loss = 0;
  for (int step = 0; step < steps; ++step) {
    nn::linear_forward(z.data(), in.data(), w1.value.data(), b1.value.data(), samples, features, hidden);
    nn::relu_forward(h.data(), z.data(), int(z.size()));
    nn::linear_forward(scores.data(), h.data(), w2.value.data(), b2.value.data(), samples, hidden, classes);
    nn::cross_entropy_forward(&loss, prob.data(), scores.data(), label.data(), samples, classes);
    if (step == 0) first_loss = loss;
    Floats d_scores(scores.size()), d_h(h.size()), d_z(z.size());
    for (Parameter* p : {&w1, &b1, &w2, &b2}) std::fill(p->gradient.begin(), p->gradient.end(), 0.0f);
    nn::cross_entropy_backward(d_scores.data(), prob.data(), label.data(), samples, classes);
    nn::linear_backward(d_h.data(), w2.gradient.data(), b2.gradient.data(), d_scores.data(), h.data(),
                        w2.value.data(), samples, hidden, classes);
    nn::relu_backward(d_z.data(), d_h.data(), z.data(), int(z.size()));
    nn::linear_backward(nullptr, w1.gradient.data(), b1.gradient.data(), d_z.data(), in.data(),
                        w1.value.data(), samples, features, hidden);
    for (Parameter* p : {&w1, &b1, &w2, &b2})
      nn::sgd_step(p->value.data(), p->velocity.data(), p->gradient.data(), int(p->value.size()),
                   {0.05f, 0.9f, 1e-3f});
  }
  uint64_t hash = fnv1a64(nullptr, 0);
  for (const Parameter* p : {&w1, &b1, &w2, &b2}) hash = fnv1a64(p->value, hash);
  CHECK(loss < 0.2f * first_loss);
  CHECK(bits(loss) == 0x3ba23b20u);
  CHECK(hash == 0xe0648ce4c1e8b384u);
}
