#include "engine/trainer.h"

#include <doctest/doctest.h>

#include "engine/data.h"
#include "tests/unit/engine/gradient_support.h"
#include "tests/unit/engine/net_support.h"

using namespace engine_test;

TEST_CASE("gradient of whole nets") {
  struct Net {
    nn::Shape input;
    std::vector<nn::Layer> layers;
  };
  const Net nets[] = {
      {{2, 7, 8},
       {conv(3, 3, 1, 1), nn::ReLU{}, nn::MaxPool2d(2), conv(4, 2), nn::ReLU{}, nn::Flatten{}, linear(3)}},
      {{1, 9, 6}, {nn::ReLU{}, conv(3, 3, 2, 1, false), nn::AvgPool2d(2, 1), nn::Flatten{}, linear(4)}},
      {{5}, {linear(6), nn::Softmax{}, linear(3, false), nn::Softmax{}}},
      {{3, 4, 4}, {nn::MaxPool2d(3, 1, 1), conv(5, 1), nn::ReLU{}, conv(3, 4), nn::Flatten{}}}};
  nn::Pcg32 rng(51);
  for (const Net& n : nets) {
    const int batch = 3;
    nn::Trainer trainer(make_net(n.input, n.layers, 7));
    nn::Sequential& net = trainer.net();
    const nn::SgdOptions still{0, 0, 0};
    REQUIRE(!trainer.reserve(batch, still));
    const Floats x = random_floats(batch * int(n.input.numel()), rng);
    std::copy(x.begin(), x.end(), net.input(batch));
    const std::vector<int32_t> labels{2, 0, 1};
    REQUIRE(!trainer.begin(labels.data(), batch, still));
    REQUIRE(trainer.advance(1e30));

    std::vector<Doubles> parameters;
    for (int i = 0; i < net.parameter_count(); ++i) parameters.push_back(double_values(net.parameter(i)));
    // The last Softmax is the loss's own.
    nn::Sequential scores = net;
    const bool softmax = std::string(nn::type_of(n.layers.back())) == "Softmax";
    if (softmax) scores = make_net(n.input, {n.layers.begin(), n.layers.end() - 1}, 7);
    const auto loss = [&] {
      double total = 0;
      for (int b = 0; b < batch; ++b) {
        const size_t size = n.input.numel();
        const Doubles y = reference_forward(scores, parameters, Doubles(&x[b * size], &x[b * size] + size));
        Doubles prob(y.size());
        double one;
        nn::reference::cross_entropy_forward(&one, prob.data(), y.data(), &labels[b], 1, int(y.size()));
        total += one / batch;
      }
      return total;
    };
    CHECK(std::abs(trainer.loss() - loss()) < 1e-6);
    for (int i = 0; i < net.parameter_count(); ++i) {
      const nn::Tensor& gradient = net.parameter_gradient(i);
      check_gradient(n.input.str() + " " + net.parameter_name(i), parameters[i],
                     {gradient.begin(), gradient.end()}, loss, 2e-6, 2e-5);
    }
  }
}

TEST_CASE("a seeded training run of a small convolutional net gives the same bits everywhere") {
  SmallRun run;
  run.step();
  const float first = run.trainer.loss();
  CHECK(run.trainer.accuracy() < 0.6f);
  for (int i = 1; i < 60; ++i) run.step();
  CHECK(run.trainer.steps() == 60);
  CHECK(first > 1);
  CHECK(run.trainer.loss() < 0.1f);
  CHECK(run.trainer.accuracy() == 1);
  CHECK(bits(run.trainer.loss()) == 0x3695317bu);
  CHECK(run.hash() == 0xc811abeedc2a76fau);
}

TEST_CASE("the same with Adam") {
  SmallRun run;
  for (int i = 0; i < 60; ++i) run.step(nn::AdamOptions{.lr = 0.01f});
  CHECK(run.trainer.loss() < 0.1f);
  CHECK(run.hash() == 0xec182a94ee5b4484u);
}

TEST_CASE("a step cut into slices, and a copy in the middle of one, give the same bits") {
  for (const nn::OptimizerOptions& options :
       {nn::OptimizerOptions(nn::SgdOptions{0.1f, 0.9f, 0}), nn::OptimizerOptions(nn::AdamOptions{})}) {
    SmallRun whole, sliced;
    for (int i = 0; i < 3; ++i) {
      whole.step(options);
      sliced.begin(options);
      int slices = 1;
      for (; !sliced.trainer.advance(1); ++slices)
        if (slices % 5 == 0) sliced.trainer = nn::Trainer(sliced.trainer);
      CHECK(slices > 10);
      CHECK(whole.hash() == sliced.hash());
      CHECK(bits(whole.trainer.loss()) == bits(sliced.trainer.loss()));
    }
  }
}

TEST_CASE("layers may be done sample by sample") {
  SmallRun run;
  run.step(nn::SgdOptions{0, 0, 0});
  nn::Sequential whole = run.trainer.net(), single = whole;
  single.zero_parameter_gradients();
  for (int i = 0; i < single.layer_count(); ++i)
    for (int b = 0; b < run.kBatch; ++b) single.forward_layer(i, b, 1, true);
  for (int i = single.layer_count() - 1; i >= single.first_trainable(); --i)
    for (int b = 0; b < run.kBatch; ++b) single.backward_layer(i, b, 1);
  for (int i = 0; i < whole.parameter_count(); ++i)
    CHECK(nn::same_bits(whole.parameter_gradient(i), single.parameter_gradient(i)));
  for (int place = 1; place <= whole.layer_count(); ++place) {
    const nn::View a = whole.activation(place), b = single.activation(place);
    CHECK(std::memcmp(a.data, b.data, a.size() * sizeof(float)) == 0);
  }
}

TEST_CASE("after a step everything can be looked at") {
  SmallRun run;
  run.step();
  nn::Sequential& net = run.trainer.net();
  const nn::View pooled = net.activation(3), d_pooled = net.d_activation(3);
  CHECK(pooled.shape == nn::Shape{12, 5, 4, 4});
  CHECK(d_pooled.shape == pooled.shape);
  const int32_t* argmax = net.argmax(3);
  REQUIRE(argmax);
  const nn::View rectified = net.activation(2);
  for (int i = 0; i < 80; ++i)
    CHECK(rectified.data[360 * 11 + argmax[80 * 11 + i]] == pooled.data[80 * 11 + i]);
  const nn::View prob = run.trainer.probabilities();
  CHECK(prob.shape == nn::Shape{12, 3});
  CHECK(prob.data[0] + prob.data[1] + prob.data[2] == doctest::Approx(1));
}

TEST_CASE("Trainer: what cannot be trained is said, and the net stays") {
  const auto refused = [](nn::Sequential net, std::vector<int32_t> labels) {
    nn::Trainer trainer(std::move(net));
    const nn::Error error = trainer.begin(labels.data(), int(labels.size()), nn::SgdOptions{});
    CHECK(!trainer.busy());
    CHECK(trainer.advance(1));
    CHECK(trainer.steps() == 0);
    return error.text;
  };
  const auto net = [] { return make_net({4}, {linear(3)}, 1); };
  CHECK(refused(net(), {0, 3}) == "Label 1 is 3, but the net has the classes 0 to 2.");
  CHECK(refused(net(), {-1}) == "Label 0 is -1, but the net has the classes 0 to 2.");
  CHECK(refused(net(), {}).find("at least one sample") != std::string::npos);
  CHECK(refused(make_net({4}, {nn::Softmax{}}, 1), {0}) == "The net has no parameters to train.");
  CHECK(refused(make_net({1, 4, 4}, {conv(2, 3)}, 1), {0}).find("but the net gives 2x2x2") !=
        std::string::npos);
}

TEST_CASE("adam_step is PyTorch's") {
  // torch.optim.Adam([1., -2.], lr=0.1, betas=(0.5, 0.75), eps=0, weight_decay=0): the first step is lr ·
  // sign(g).
  float parameter[] = {1, -2}, mean[] = {0, 0}, square[] = {0, 0};
  const float gradient[] = {4, -0.5f};
  const nn::AdamOptions options{0.1f, 0.5f, 0.75f, 0, 0};
  nn::adam_step(parameter, mean, square, gradient, 2, 1, options);
  CHECK(parameter[0] == doctest::Approx(0.9));
  CHECK(parameter[1] == doctest::Approx(-1.9));
  CHECK(mean[0] == 2);
  CHECK(square[0] == 4);
  // Second step with gradients 0: mean 1, square 3; bias corrections 1 − ½² and 1 − ¾².
  const float none[] = {0, 0};
  nn::adam_step(parameter, mean, square, none, 1, 2, options);
  CHECK(parameter[0] == doctest::Approx(0.9 - 0.1 / 0.75 * 1 / (std::sqrt(3.0) / std::sqrt(1 - 0.5625))));
  // Weight decay is part of the gradient.
  float p = 2, m = 0, s = 0;
  nn::adam_step(&p, &m, &s, none, 1, 1, {0.1f, 0.5f, 0.75f, 0, 0.5f});
  CHECK(m == 0.5f);
}

TEST_CASE("Sampler and gather") {
  nn::Sampler sampler(10, 3, 5), again(10, 3, 5);
  std::vector<int> seen(10);
  nn::Batch batch, copy;
  for (int i = 0; i < 3; ++i) {
    sampler.next(batch);
    for (int k : batch.indices) ++seen[k];
    again.next(copy);
    CHECK(copy.indices == batch.indices);
  }
  CHECK(*std::max_element(seen.begin(), seen.end()) == 1);
  CHECK(sampler.epoch() == 0);
  sampler.next(batch);
  CHECK(sampler.epoch() == 1);

  const nn::Dataset data{nn::Tensor(nn::Shape{3, 2}, {1, 2, 3, 4, 5, 6}), {7, 8, 9}};
  batch.indices = {2, 0};
  Floats x(4);
  nn::gather(x.data(), batch, data);
  CHECK(x == Floats{5, 6, 1, 2});
  CHECK(batch.labels == std::vector<int32_t>{9, 7});
}
