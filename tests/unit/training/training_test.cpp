// The state machine of the training: the same however it is cut, copied or started again; metrics and weights
// against what is computed here.
#include "web/training/training.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/unit/training/training_support.h"
#include "web/training/experiment.h"

using namespace training_test;
using training::Net;
using training::Setup;
using training::Training;

namespace {

std::shared_ptr<const training::Data> small_data() {
  static const auto data = std::make_shared<const training::Data>(shapes_data());
  return data;
}

Setup small_setup() {
  Setup setup;
  setup.cnn = {
      {3, 32, 32}, 4, {nn::Conv2d{4, 5, 5, 2}, nn::ReLU{}, nn::MaxPool2d(3), nn::Flatten{}, nn::Linear{4}}};
  setup.fc = {{3, 32, 32}, 4, {nn::Flatten{}, nn::Linear{4}, nn::Softmax{}}};
  setup.batch = 8;
  setup.every = 3;
  return setup;
}

Training made(const Setup& setup, std::shared_ptr<const training::Data> data = small_data()) {
  Training training;
  const training::Error error = Training::make(training, std::move(data), setup);
  REQUIRE_MESSAGE(!error, sentence(error));
  return training;
}

// Everything that can be seen, as one number.
uint64_t hash_of(const Training& t) {
  uint64_t hash = engine_test::fnv1a64(nullptr, 0);
  const auto add = [&](const void* data, size_t size) { hash = engine_test::fnv1a64(data, size, hash); };
  const auto add_metrics = [&](const training::Metrics& m) {
    add(&m.steps, sizeof m.steps);
    for (const training::NetMetrics* n : {&m.cnn, &m.fc})
      for (const double value : {n->loss, n->accuracy, n->test_loss, n->test_accuracy})
        add(&value, sizeof value);
  };
  for (const Net net : {Net::Cnn, Net::Fc}) {
    for (int i = 0; i < t.net(net).parameter_count(); ++i)
      add(t.net(net).parameter(i).data(), t.net(net).parameter(i).size() * sizeof(float));
    add(t.predicted(net).data(), t.predicted(net).size());
  }
  add_metrics(t.metrics());
  for (const training::Metrics& point : t.curve()) add_metrics(point);
  return hash;
}

void run(Training& t, int64_t steps, double budget = 1e12) {
  t.train_to(steps);
  while (!t.advance(budget)) {
  }
}

}  // namespace

TEST_CASE("training: the same however it is cut, and after a reset") {
  Training whole = made(small_setup());
  run(whole, 7);
  CHECK(whole.idle());
  CHECK(whole.steps() == 7);
  CHECK(whole.metrics().steps == 7);
  REQUIRE(whole.curve().size() == 3);  // 0, 3, 6
  CHECK(whole.curve()[2].steps == 6);
  const uint64_t expected = hash_of(whole);
  for (const double budget : {1.0, 1e5, 3e6, 1e7}) {
    Training sliced = made(small_setup());
    sliced.train_to(7);
    int slices = 1;
    for (; !sliced.advance(budget); ++slices)
      if (slices % 7 == 0) sliced = Training(sliced);  // a copy goes on the same way
    if (budget == 1) CHECK(slices > 40);
    CHECK(hash_of(sliced) == expected);
    run(sliced, 11);
    sliced.reset();
    CHECK(sliced.steps() == 0);
    CHECK(sliced.curve().empty());
    run(sliced, 7, budget);
    CHECK(hash_of(sliced) == expected);
  }
  // Stopping on the way, wherever it is, changes nothing but which metrics were the latest.
  Training halting = made(small_setup());
  nn::Pcg32 rng(3);
  while (halting.steps() < 7) {
    halting.train_to(halting.steps() + 1 + rng.below(2));
    if (halting.steps() < 6) halting.advance(double(rng.below(3000000)));
    halting.pause();
    while (!halting.advance(1e12)) {
    }
    CHECK(halting.metrics().steps == halting.steps());
    if (halting.steps() >= 5) halting.train_to(7), run(halting, 7);
  }
  CHECK(hash_of(halting) == expected);
  Setup other = small_setup();
  other.seed = 2;
  Training different = made(other);
  run(different, 7);
  CHECK(hash_of(different) != expected);
}

TEST_CASE("training: metrics, confusion and mistakes are those of the nets") {
  Training t = made(small_setup());
  run(t, 10);
  for (const Net which : {Net::Cnn, Net::Fc}) {
    nn::Sequential net = t.net(which);
    const training::Samples& test = t.data().test;
    std::vector<engine_test::Doubles> parameters;
    for (int i = 0; i < net.parameter_count(); ++i)
      parameters.push_back(engine_test::double_values(net.parameter(i)));
    double loss = 0;
    std::vector<int> cells(16), wrong;
    for (int i = 0; i < test.count(); ++i) {
      engine_test::Doubles x(3072);
      for (size_t k = 0; k < 3072; ++k) x[k] = test.pixels[size_t(i) * 3072 + k] / 256.0;
      const engine_test::Doubles y = engine_test::reference_forward(net, parameters, x);
      // The stack of the fully connected net ends in a Softmax.
      double sum = 0;
      for (const double s : y) sum += which == Net::Fc ? s : std::exp(s);
      const double score = which == Net::Fc ? y[test.labels[size_t(i)]] : std::exp(y[test.labels[size_t(i)]]);
      loss -= std::log(score / sum) / test.count();
      const int best = int(std::max_element(y.begin(), y.end()) - y.begin());
      ++cells[size_t(test.labels[size_t(i)] * 4 + best)];
      if (best != test.labels[size_t(i)]) wrong.push_back(i);
    }
    const training::NetMetrics& metrics = t.metrics().of(which);
    CHECK(metrics.test_loss == doctest::Approx(loss).epsilon(1e-5));
    CHECK(metrics.test_accuracy == doctest::Approx(1 - double(wrong.size()) / test.count()));
    CHECK(training::confusion(test, t.predicted(which), 4) == cells);
    CHECK(training::misclassified(test, t.predicted(which)) == wrong);
  }
}

TEST_CASE("training: both nets learn from the same batches, in the order of the sampler") {
  // Against a Trainer by itself that is fed the same samples; the rate falls from step to step.
  Setup setup = small_setup();
  setup.fc = setup.cnn;
  setup.decay_steps = 8;
  setup.examples = 24;
  Training t = made(setup);
  run(t, 0);
  nn::Trainer cnn(t.net(Net::Cnn)), fc(t.net(Net::Fc));
  CHECK(!nn::same_bits(cnn.net().parameter(0), fc.net().parameter(0)));
  nn::Sampler sampler(24, 8, 0x9E3779B97F4A7C15u + 2);
  for (int step = 0; step < 5; ++step) {
    nn::Batch batch;
    sampler.next(batch);
    for (nn::Trainer* trainer : {&cnn, &fc}) {
      const nn::SgdOptions options{0.03f * float(8 - step) / 8, 0.9f, 0};
      REQUIRE(!trainer->reserve(8, options));
      float* x = trainer->net().input(8);
      std::vector<int32_t> labels;
      for (const int i : batch.indices) {
        CHECK(i < 24);
        for (size_t k = 0; k < 3072; ++k) *x++ = float(t.data().train.pixels[size_t(i) * 3072 + k]) / 256;
        labels.push_back(t.data().train.labels[size_t(i)]);
      }
      REQUIRE(!trainer->begin(labels.data(), 8, options));
      REQUIRE(trainer->advance(1e30));
    }
  }
  run(t, 5);
  for (int i = 0; i < cnn.net().parameter_count(); ++i) {
    CHECK(nn::same_bits(cnn.net().parameter(i), t.net(Net::Cnn).parameter(i)));
    CHECK(nn::same_bits(fc.net().parameter(i), t.net(Net::Fc).parameter(i)));
  }
}

TEST_CASE("training: weights are loaded and saved; what does not fit changes nothing") {
  Training t = made(small_setup()), other = made(small_setup());
  run(t, 5);
  Bytes bytes;
  REQUIRE(!training::save_weights(bytes, t.net(Net::Cnn)));
  other.train_to(9);
  other.advance(1e12);
  other.train_to(12);
  other.advance(1);  // in the middle of a step
  const uint64_t before = hash_of(other);
  CHECK(other.load(Net::Fc, bytes.data(), bytes.size()));
  CHECK(other.load(Net::Cnn, bytes.data(), bytes.size() - 1));
  Bytes huge = bytes;
  huge[huge.size() - 1] = 0x7f, huge[huge.size() - 2] = 0x51;  // 2.8e38 or so
  CHECK(sentence(other.load(Net::Cnn, huge.data(), huge.size())).find("“4.bias” holds 2.") !=
        std::string::npos);
  CHECK(hash_of(other) == before);
  REQUIRE(!other.load(Net::Cnn, bytes.data(), bytes.size()));
  CHECK(other.steps() == 10);
  for (int i = 0; i < 4; ++i)
    CHECK(nn::same_bits(t.net(Net::Cnn).parameter(i), other.net(Net::Cnn).parameter(i)));
  other.pause();
  while (!other.advance(1e12)) {
  }
  CHECK(other.metrics().steps == 10);
  CHECK(other.metrics().cnn.test_loss == t.metrics().cnn.test_loss);
}

TEST_CASE("training: what cannot be trained is refused, and what diverges stops") {
  const auto refused = [](const Setup& setup) {
    Training t = made(small_setup());
    run(t, 2);
    const uint64_t before = hash_of(t);
    const training::Error error = Training::make(t, small_data(), setup);
    CHECK(hash_of(t) == before);
    return sentence(error);
  };
  const auto with = [&](auto change) {
    Setup setup = small_setup();
    change(setup);
    return refused(setup);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(with([](Setup& s) { s.lr = 0; }) == "lr: 0 is out of range; allowed: 0 < lr ≤ 1.");
  CHECK(with([&](Setup& s) { s.lr = nan; }).find("lr: ") == 0);
  CHECK(with([](Setup& s) { s.momentum = 1; }).find("momentum: 1 ") == 0);
  CHECK(with([](Setup& s) { s.batch = 0; }) == "batch_size: 0 is out of range; allowed: 1…40.");
  CHECK(with([](Setup& s) { s.batch = 9, s.examples = 8; }).find("allowed: 1…8.") != std::string::npos);
  CHECK(with([](Setup& s) { s.examples = 41; }).find("examples: 41 ") == 0);
  CHECK(with([](Setup& s) { s.every = 0; }).find("every: 0 ") == 0);
  CHECK(with([](Setup& s) { s.decay_steps = -1; }).find("decay_steps: -1 ") == 0);
  CHECK(with([](Setup& s) { s.cnn.layers.pop_back(); }).find("Layer 3 (Flatten)") == 0);
  Setup steep = small_setup();  // products of weights, with nothing that bounds them
  steep.cnn.layers = {nn::Flatten{}, nn::Linear{20}, nn::Linear{20}, nn::Linear{4}};
  Training t = made(steep);
  CHECK(t.set_rates(2, 0));
  CHECK(t.set_rates(0.1f, -1));
  CHECK(t.setup().lr == 0.03f);
  REQUIRE(!t.set_rates(1, 0.99f));
  run(t, 3000);
  CHECK(t.diverged());
  CHECK(t.idle());
  CHECK(t.steps() < 3000);
  // It is as it was when last measured, and so are all its numbers.
  CHECK(t.steps() == t.metrics().steps);
  CHECK(t.curve().back().steps == t.steps());
  for (const Net net : {Net::Cnn, Net::Fc}) {
    CHECK((std::isfinite(t.metrics().of(net).loss) && std::isfinite(t.metrics().of(net).test_loss)));
    for (int i = 0; i < t.net(net).parameter_count(); ++i)
      for (const float x : t.net(net).parameter(i)) CHECK(std::abs(x) <= training::kMostWeight);
  }
  const uint64_t stopped = hash_of(t);
  run(t, 3000);
  CHECK(hash_of(t) == stopped);
  const int64_t steps = t.steps();
  REQUIRE(!t.set_rates(0.001f, 0));
  run(t, steps + 3);
  CHECK((!t.diverged() && t.steps() == steps + 3));
  REQUIRE(!t.set_rates(0.01f, 0.9f));
  t.reset();
  CHECK(!t.diverged());
  run(t, 20);
  CHECK(t.steps() == 20);
}

TEST_CASE("shift map: each cell is the accuracy on moved samples") {
  Training t = made(small_setup());
  run(t, 20);
  training::ShiftMap map(t.net(Net::Cnn), t.net(Net::Fc), 15, 4, 2), sliced = map;
  CHECK(map.progress() == 0);
  CHECK(std::isnan(map.accuracy(Net::Fc, 0, 0)));
  while (!map.advance(t.data().test, 1e12)) {
  }
  while (!sliced.advance(t.data().test, 1)) {
  }
  CHECK(map.progress() == 1);
  CHECK(map.side() == 5);
  for (const Net which : {Net::Cnn, Net::Fc}) {
    CHECK(map.accuracy(which) == sliced.accuracy(which));
    nn::Sequential net = t.net(which);
    for (int dy = -4; dy <= 4; dy += 2)
      for (int dx = -4; dx <= 4; dx += 2) {
        int right = 0;
        for (int i = 0; i < 15; ++i) {
          float* x = net.input(1);
          for (int k = 0; k < 3072; ++k) {
            const int row = k / 32 % 32 - dy, col = k % 32 - dx;
            const bool in = row >= 0 && row < 32 && col >= 0 && col < 32;
            x[k] = in ? float(t.data().test.pixels[size_t(i * 3072 + k / 1024 * 1024 + row * 32 + col)]) / 256
                      : 0;
          }
          net.forward(1);
          const nn::View y = net.activation(net.layer_count());
          right += std::max_element(y.data, y.data + 4) - y.data == t.data().test.labels[size_t(i)];
        }
        CHECK(map.accuracy(which, dx, dy) == double(right) / 15);
        CHECK(map.accuracy(which)[size_t((dy + 4) / 2 * 5 + (dx + 4) / 2)] == double(right) / 15);
      }
  }
}
