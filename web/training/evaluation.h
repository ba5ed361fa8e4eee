// How well a net does on samples: the loss, how many are right, which class is taken for which. In slices.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/sequential.h"
#include "web/training/data.h"

namespace training {

// The two that are trained side by side; whatever they are made of, the first is the convolutional one.
enum class Net { Cnn, Fc };

// One pass of one net over the first `count` samples of a set. A value; it keeps its place between slices, so
// the net's parameters must stay as they are until it is done. The result does not depend on how it is cut.
class Evaluation {
 public:
  Evaluation() = default;
  // All samples moved by (dx, dy) pixels before they are looked at; what comes in is 0.
  explicit Evaluation(int count, int dx = 0, int dy = 0) : count_(count), dx_(dx), dy_(dy) {}

  // Goes on until `budget` multiply-adds or more are used up, which are taken off it; true once all is done.
  // Runs the samples through `net`, whose activations are overwritten; net.reserve(at least 1) first.
  bool advance(nn::Sequential& net, const Samples& samples, double& budget);

  bool done() const { return int(predicted_.size()) == count_; }
  int count() const { return count_; }
  double loss() const { return count_ ? loss_ / count_ : 0; }  // softmax cross-entropy, mean
  double accuracy() const { return count_ ? double(correct_) / count_ : 0; }
  int correct() const { return correct_; }
  // The class with the highest score, the first on a tie, of each sample so far.
  const std::vector<uint8_t>& predicted() const { return predicted_; }

 private:
  int count_ = 0, dx_ = 0, dy_ = 0, correct_ = 0;
  double loss_ = 0;
  std::vector<uint8_t> predicted_;
};

// Of the samples of class r, cell [r][c] counts those that were taken for class c: classes × classes,
// row-major.
std::vector<int> confusion(const Samples& samples, const std::vector<uint8_t>& predicted, int classes);
// Which samples are wrong, in order.
std::vector<int> misclassified(const Samples& samples, const std::vector<uint8_t>& predicted);

// Where the scores of a net are: before a Softmax at its end, if it has one.
int score_place(const nn::Sequential& net);
// Multiply-adds of one sample, forward, and never 0.
double forward_cost(const nn::Sequential& net);

// Accuracy with all samples moved by each (dx, dy) of a square of shifts, for two nets. Owns copies of the
// nets, so training may go on meanwhile.
class ShiftMap {
 public:
  ShiftMap() = default;
  // Shifts −radius, −radius + stride … radius in both directions (stride divides radius), on the first
  // `count` samples.
  ShiftMap(nn::Sequential cnn, nn::Sequential fc, int count, int radius, int stride);

  bool advance(const Samples& samples, double budget);  // true once all is done
  bool done() const { return next_ == 2 * side() * side(); }
  double progress() const;  // 0 … 1

  int radius() const { return radius_; }
  int side() const { return stride_ ? 2 * radius_ / stride_ + 1 : 0; }
  // [row][column], row-major: row 0 is dy = −radius, column 0 dx = −radius. NaN where it is not measured yet.
  const std::vector<double>& accuracy(Net net) const { return accuracy_[int(net)]; }
  double accuracy(Net net, int dx, int dy) const;

 private:
  void begin_next();

  nn::Sequential net_[2];
  int count_ = 0, radius_ = 0, stride_ = 0, next_ = 0;
  Evaluation evaluation_;
  std::vector<double> accuracy_[2];
};

}  // namespace training
