// Trains the linear classifier that the playground shows: ten scores = weight · pixels + bias, softmax,
// cross-entropy, by this project's own engine. The same digits give the same text to the byte on every
// machine, so the committed linear_classifier.txt can be made again and compared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace data {

inline constexpr int kPixels = 784, kClasses = 10;

// Digits as bytes; digit i is labels[i] and pixels[i · 784 …]. A pixel's value is its byte / 256.
struct Digits {
  std::vector<uint8_t> labels, pixels;
  int count() const { return int(labels.size()); }
};
struct Mnist {
  Digits train, test;
};

// Reads what `convert.mjs --all` writes (format there). Returns "" or a sentence that says what is wrong;
// then `mnist` is unchanged.
std::string read_mnist(Mnist& mnist, const std::string& path);

// Weights and biases in units of 1/1024.
struct LinearClassifier {
  std::vector<int> weight = std::vector<int>(kClasses * kPixels), bias = std::vector<int>(kClasses);
};

LinearClassifier train_linear_classifier(const Digits& train);

// The scores of one digit and |b| + Σ|w·x| of each class, both times 256·1024 and exact.
struct Scores {
  int64_t value[kClasses], magnitude[kClasses];
  int winner() const;
};
Scores scores(const LinearClassifier& classifier, const uint8_t* pixels);

// The share of the digits whose highest score is that of their label.
double accuracy(const LinearClassifier& classifier, const Digits& digits);

// The greatest |b| + Σ|w·x| over all digits and classes. Below 64, all partial sums of the scores are
// multiples of 2^-18 below 2^6, hence exact in float32: the order of summation cannot matter.
double largest_sum(const LinearClassifier& classifier, const Digits& digits);

// "" or what makes the classifier unfit for the playground: 16 bits or the bound above.
std::string limits_error(const LinearClassifier& classifier, const Mnist& mnist);

// The text of linear_classifier.txt: remarks (how it was made, accuracy), then one line a class, its bias
// and its 784 weights in units of 1/1024.
std::string classifier_text(const LinearClassifier& classifier, const Mnist& mnist);

}  // namespace data
