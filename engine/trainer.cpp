#include "engine/trainer.h"

#include <algorithm>
#include <cstring>

namespace nn {
namespace {

constexpr double kPiece = 2e6;  // multiply-adds: about half a millisecond
constexpr int kPieceElements = 1 << 18;

}  // namespace

int Trainer::loss_place() const {
  const int n = net_.layer_count();
  return n > 0 && std::holds_alternative<Softmax>(net_.layer(n - 1)) ? n - 1 : n;
}

Error Trainer::reserve(int batch, const OptimizerOptions& options) {
  if (net_.parameter_count() == 0) return {"The net has no parameters to train."};
  if (net_.shape(loss_place()).rank() != 1)
    return {"The loss takes a vector of scores for each sample, but the net gives " +
            net_.shape(loss_place()).str() + ": put a Flatten and a Linear at its end."};
  if (batch < 1) return {"A batch has at least one sample, not " + std::to_string(batch) + "."};
  const bool adam = std::holds_alternative<AdamOptions>(options);
  const bool wants_first = adam || std::get<SgdOptions>(options).momentum != 0;
  const bool new_first = wants_first && first_.empty(), new_second = adam && second_.empty();
  const bool new_prob = prob_.size() < size_t(batch) * classes();
  int64_t bytes = int64_t(batch) * (classes() + 1) * 4;
  for (int i = 0; i < net_.parameter_count(); ++i)
    bytes += (new_first + new_second) * (int64_t(net_.parameter(i).size()) * 4 + 256);
  if (net_.capacity() < batch || !net_.can_train()) bytes += net_.memory_needed(batch, true);
  if ((new_first || new_second || new_prob) && !memory_is_there(bytes))
    return {"There is not enough memory to train with a batch of " + std::to_string(batch) + "."};
  if (Error error = net_.reserve(batch, true)) return error;
  const auto zeros = [&] {
    std::vector<Tensor> tensors;
    for (int i = 0; i < net_.parameter_count(); ++i) tensors.emplace_back(net_.parameter(i).shape());
    return tensors;
  };
  if (new_first) first_ = zeros();
  if (new_second) second_ = zeros();
  if (new_prob) prob_ = Tensor(Shape{batch, classes()});
  if (labels_.size() < size_t(batch)) labels_.resize(batch);
  return {};
}

Error Trainer::begin(const int32_t* labels, int batch, const OptimizerOptions& options) {
  if (busy()) return {"The last step is not done yet."};
  if (Error error = reserve(batch, options)) return error;
  for (int b = 0; b < batch; ++b)
    if (labels[b] < 0 || labels[b] >= classes())
      return {"Label " + std::to_string(b) + " is " + std::to_string(labels[b]) +
              ", but the net has the classes 0 to " + std::to_string(classes() - 1) + "."};
  std::copy(labels, labels + batch, labels_.begin());
  if (options.index() != options_.index()) reset_optimizer();
  options_ = options;
  net_.input(batch);
  net_.zero_parameter_gradients();
  batch_ = batch;
  layer_ = sample_ = 0;
  phase_ = Phase::forward;
  return {};
}

void Trainer::reset_optimizer() {
  for (auto* tensors : {&first_, &second_})
    for (Tensor& tensor : *tensors) std::fill(tensor.begin(), tensor.end(), 0.0f);
  optimizer_steps_ = 0;
}

bool Trainer::advance(double budget) {
  do {
    switch (phase_) {
      case Phase::idle:
        return true;
      case Phase::forward:
        budget -= forward_piece();
        break;
      case Phase::loss: {
        const int place = loss_place();
        const View d = net_.d_activation(place);
        std::memset(d.data, 0, d.size() * sizeof(float));
        result_ = softmax_cross_entropy(prob_.data(), d.data, net_.activation(place).data, labels_.data(),
                                        batch_, classes());
        result_batch_ = batch_;
        budget -= 50.0 * batch_ * classes();  // about what the exponentials take
        phase_ = Phase::backward;
        layer_ = place - 1;
        sample_ = 0;
        break;
      }
      case Phase::backward:
        budget -= backward_piece();
        break;
      case Phase::update:
        budget -= update_piece();
        break;
    }
  } while (budget > 0);
  return phase_ == Phase::idle;
}

double Trainer::cost(int layer) const {
  const Shape &in = net_.shape(layer), &out = net_.shape(layer + 1);
  return double(std::visit([&](const auto& l) { return l.macs(in, out); }, net_.layer(layer))) +
         double(in.numel());
}

int Trainer::piece_samples() const {
  return int(std::clamp(kPiece / cost(layer_), 1.0, double(batch_ - sample_)));
}

double Trainer::forward_piece() {
  const int count = piece_samples(), layer = layer_;
  net_.forward_layer(layer, sample_, count, true);
  sample_ += count;
  if (sample_ == batch_) {
    sample_ = 0;
    // A Softmax at the end is computed, too: its output is what one wants to look at.
    if (++layer_ == net_.layer_count()) phase_ = Phase::loss;
  }
  return count * cost(layer);
}

double Trainer::backward_piece() {
  const int count = piece_samples(), layer = layer_;
  net_.backward_layer(layer, sample_, count);
  sample_ += count;
  if (sample_ == batch_) {
    sample_ = 0;
    if (--layer_ < net_.first_trainable()) {
      phase_ = Phase::update;
      layer_ = 0;
      ++optimizer_steps_;
    }
  }
  return 2 * count * cost(layer);
}

double Trainer::update_piece() {
  Tensor& parameter = net_.parameter(layer_);
  const int n = std::min(kPieceElements, int(parameter.size()) - sample_);
  float *p = parameter.data() + sample_, *first = first_.empty() ? nullptr : first_[layer_].data() + sample_;
  const float* gradient = net_.parameter_gradient(layer_).data() + sample_;
  if (const AdamOptions* adam = std::get_if<AdamOptions>(&options_)) {
    adam_step(p, first, second_[layer_].data() + sample_, gradient, n, optimizer_steps_, *adam);
  } else {
    const SgdOptions& sgd = std::get<SgdOptions>(options_);
    sgd_step(p, sgd.momentum != 0 ? first : nullptr, gradient, n, sgd);
  }
  sample_ += n;
  if (sample_ == int(parameter.size())) {
    sample_ = 0;
    if (++layer_ == net_.parameter_count()) {
      phase_ = Phase::idle;
      ++steps_;
    }
  }
  return 4.0 * n;
}

}  // namespace nn
