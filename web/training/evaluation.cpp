#include "web/training/evaluation.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <limits>

#include "engine/loss.h"

namespace training {
namespace {

constexpr double kPiece = 2e6;  // multiply-adds: about half a millisecond

}  // namespace

int score_place(const nn::Sequential& net) {
  const int n = net.layer_count();
  return n > 0 && std::holds_alternative<nn::Softmax>(net.layer(n - 1)) ? n - 1 : n;
}

double forward_cost(const nn::Sequential& net) {
  double cost = 1;
  for (const nn::LayerSummary& row : net.summary())
    cost += double(row.macs) + double(row.output_shape.numel());
  return cost;
}

bool Evaluation::advance(nn::Sequential& net, const Samples& samples, double& budget) {
  const double cost = forward_cost(net);
  const int place = score_place(net), classes = net.shape(place)[0];
  std::vector<float> prob(static_cast<size_t>(classes));
  std::vector<int> indices;
  assert(count_ <= samples.count() && net.capacity() > 0);
  while (!done() && budget > 0) {
    const int first = int(predicted_.size());
    const int n = std::min({count_ - first, net.capacity(), int(std::clamp(kPiece / cost, 1.0, 1e6))});
    indices.clear();
    for (int i = 0; i < n; ++i) indices.push_back(first + i);
    gather(net.input(n), samples, indices.data(), n, dx_, dy_);
    net.forward(n);
    const float* scores = net.activation(place).data;
    for (int i = 0; i < n; ++i, scores += classes) {
      // One by one, so that the sum does not depend on the pieces.
      const int32_t label = samples.labels[size_t(first + i)];
      const nn::LossResult result =
          nn::softmax_cross_entropy(prob.data(), nullptr, scores, &label, 1, classes);
      loss_ += double(result.loss);
      correct_ += result.correct;
      predicted_.push_back(uint8_t(std::max_element(scores, scores + classes) - scores));
    }
    budget -= n * cost;
  }
  return done();
}

std::vector<int> confusion(const Samples& samples, const std::vector<uint8_t>& predicted, int classes) {
  std::vector<int> cells(size_t(classes) * size_t(classes));
  for (size_t i = 0; i < predicted.size(); ++i)
    ++cells[size_t(samples.labels[i]) * size_t(classes) + predicted[i]];
  return cells;
}

std::vector<int> misclassified(const Samples& samples, const std::vector<uint8_t>& predicted) {
  std::vector<int> wrong;
  for (size_t i = 0; i < predicted.size(); ++i)
    if (predicted[i] != samples.labels[i]) wrong.push_back(int(i));
  return wrong;
}

ShiftMap::ShiftMap(nn::Sequential cnn, nn::Sequential fc, int count, int radius, int stride)
    : net_{std::move(cnn), std::move(fc)}, count_(count), radius_(radius), stride_(stride) {
  assert(radius >= 0 && stride >= 1 && radius % stride == 0);
  for (std::vector<double>& cells : accuracy_)
    cells.assign(size_t(side()) * size_t(side()), std::numeric_limits<double>::quiet_NaN());
  begin_next();
}

// Both nets at one shift, then the next, row by row.
void ShiftMap::begin_next() {
  const int cell = next_ / 2;
  evaluation_ = Evaluation(count_, cell % side() * stride_ - radius_, cell / side() * stride_ - radius_);
}

bool ShiftMap::advance(const Samples& samples, double budget) {
  while (!done() && budget > 0) {
    if (!evaluation_.advance(net_[next_ % 2], samples, budget)) break;
    accuracy_[next_ % 2][size_t(next_ / 2)] = evaluation_.accuracy();
    if (++next_ < 2 * side() * side()) begin_next();
  }
  return done();
}

double ShiftMap::progress() const {
  const int all = 2 * side() * side();
  return all ? (next_ + (done() ? 0 : double(evaluation_.predicted().size()) / count_)) / all : 1;
}

double ShiftMap::accuracy(Net net, int dx, int dy) const {
  const int col = (dx + radius_) / stride_, row = (dy + radius_) / stride_;
  assert(std::abs(dx) <= radius_ && std::abs(dy) <= radius_);
  return accuracy(net)[size_t(row * side() + col)];
}

}  // namespace training
