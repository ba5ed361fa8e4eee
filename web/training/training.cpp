#include "web/training/training.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>

#include "web/training/safetensors.h"

namespace training {
namespace {

constexpr double kPiece = 2e6;  // multiply-adds: about half a millisecond

std::string text(double value) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%g", value);
  return buffer;
}

Error out_of_range(const char* key, double value, const std::string& allowed) {
  return {"error.range", {{"key", key}, {"value", text(value)}, {"allowed", allowed}}};
}

Error check_rates(float lr, float momentum) {
  if (!(lr > 0 && lr <= kMaxLr)) return out_of_range("lr", lr, "0 < lr ≤ " + text(kMaxLr));
  if (!(momentum >= 0 && momentum <= kMaxMomentum))
    return out_of_range("momentum", momentum, "0…" + text(kMaxMomentum));
  return {};
}

// Seeds for different purposes that have nothing to do with each other.
uint64_t derived(uint64_t seed, uint64_t purpose) { return seed * 0x9E3779B97F4A7C15u + purpose; }

}  // namespace

Error Training::make(Training& training, std::shared_ptr<const Data> data, Setup setup) {
  const int all = data->train.count();
  for (const Model* model : {&setup.cnn, &setup.fc}) {
    if (Error error = plan(*model).error) return error;
    assert(model->input == data->train.shape && model->classes == data->classes);
  }
  if (Error error = check_rates(setup.lr, setup.momentum)) return error;
  if (setup.examples < 0 || setup.examples > all)
    return out_of_range("examples", setup.examples, "0…" + std::to_string(all));
  const int most = std::min(kMaxBatch, setup.examples ? setup.examples : all);
  if (setup.batch < 1 || setup.batch > most)
    return out_of_range("batch_size", setup.batch, "1…" + std::to_string(most));
  if (setup.decay_steps < 0) return out_of_range("decay_steps", setup.decay_steps, "≥ 0");
  if (setup.every < 1) return out_of_range("every", setup.every, "≥ 1");

  Training made;
  made.setup_ = std::move(setup);
  made.data_ = std::move(data);
  if (made.setup_.permutation_seed)
    made.data_ =
        std::make_shared<const Data>(with_shuffled_pixels(*made.data_, made.setup_.permutation_seed));
  for (const Net which : {Net::Cnn, Net::Fc}) {
    const Model& model = which == Net::Cnn ? made.setup_.cnn : made.setup_.fc;
    nn::Sequential net;
    nn::Error error =
        nn::Sequential::make(net, model.input, model.layers, derived(made.setup_.seed, uint64_t(which)));
    if (!error) {
      made.trainer_[int(which)] = nn::Trainer(std::move(net));
      error = made.trainer_[int(which)].reserve(made.setup_.batch, made.rates());
    }
    if (error) return {"error.training.memory", {{"value", std::to_string(made.setup_.batch)}}};
  }
  made.start();
  training = std::move(made);
  return {};
}

nn::SgdOptions Training::rates() const {
  float lr = setup_.lr;
  if (setup_.decay_steps > 0)
    lr *= float(std::max<int64_t>(setup_.decay_steps - steps_, 0)) / float(setup_.decay_steps);
  return {lr, setup_.momentum, 0};
}

void Training::start() {
  sampler_ = nn::Sampler(examples(), setup_.batch, derived(setup_.seed, 2));
  steps_ = goal_ = 0;
  diverged_ = false;
  phase_ = Phase::Rest;
  metrics_ = {};
  curve_.clear();
  for (std::vector<uint8_t>& predicted : predicted_) predicted.clear();
}

void Training::reset() {
  for (const Net which : {Net::Cnn, Net::Fc}) {
    const Model& model = which == Net::Cnn ? setup_.cnn : setup_.fc;
    nn::Sequential net;
    nn::Error error =
        nn::Sequential::make(net, model.input, model.layers, derived(setup_.seed, uint64_t(which)));
    assert(!error);
    trainer_[int(which)] = nn::Trainer(std::move(net));
    error = trainer_[int(which)].reserve(setup_.batch, rates());
    assert(!error);
  }
  start();
}

Error Training::set_rates(float lr, float momentum) {
  if (Error error = check_rates(lr, momentum)) return error;
  if (lr != setup_.lr || momentum != setup_.momentum) diverged_ = false;
  setup_.lr = lr;
  setup_.momentum = momentum;
  return {};
}

void Training::train_to(int64_t steps) { goal_ = std::max(steps, steps_); }

bool Training::evaluation_is_due() const {
  return metrics_.steps != steps_ && (steps_ % setup_.every == 0 || steps_ >= goal_ || diverged_);
}

bool Training::idle() const {
  return phase_ == Phase::Rest && !evaluation_is_due() && (steps_ >= goal_ || diverged_);
}

bool Training::advance(double budget) {
  while (budget > 0) {
    if (phase_ == Phase::Rest) {
      if (evaluation_is_due())
        begin_evaluation();
      else if (steps_ < goal_ && !diverged_)
        begin_step();
      else
        break;
    }
    if (phase_ == Phase::Step)
      advance_step(budget);
    else
      advance_evaluation(budget);
  }
  return idle();
}

void Training::begin_step() {
  sampler_.next(batch_);
  for (nn::Trainer& trainer : trainer_) {
    batch_.labels.clear();
    for (const int i : batch_.indices) batch_.labels.push_back(data_->train.labels[size_t(i)]);
    gather(trainer.net().input(batch_.count()), data_->train, batch_.indices.data(), batch_.count());
    const nn::Error error = trainer.begin(batch_.labels.data(), batch_.count(), rates());
    assert(!error);
  }
  at_ = 0;
  phase_ = Phase::Step;
}

void Training::advance_step(double& budget) {
  nn::Trainer& trainer = trainer_[at_];
  // A Trainer does not say what it has used up: it gets no more at once than a whole step takes.
  const double piece = std::min(kPiece, 3 * forward_cost(trainer.net()) * setup_.batch);
  while (budget > 0) {
    budget -= piece;
    if (!trainer.advance(piece)) continue;
    if (++at_ == 2) {
      ++steps_;
      phase_ = Phase::Rest;
      if (!sound()) go_back();
    }
    return;
  }
}

bool Training::sound() const {
  for (const nn::Trainer& trainer : trainer_) {
    if (!std::isfinite(trainer.loss())) return false;
    for (int i = 0; i < trainer.net().parameter_count(); ++i)
      for (const float weight : trainer.net().parameter(i))
        if (!(std::abs(weight) <= kMostWeight)) return false;
  }
  return true;
}

void Training::keep() {
  kept_steps_ = steps_;
  for (const Net which : {Net::Cnn, Net::Fc}) {
    kept_[int(which)].clear();
    for (int i = 0; i < net(which).parameter_count(); ++i)
      kept_[int(which)].push_back(net(which).parameter(i));
  }
}

void Training::go_back() {
  diverged_ = true;
  steps_ = kept_steps_;
  for (const Net which : {Net::Cnn, Net::Fc}) {
    nn::Trainer& trainer = trainer_[int(which)];
    for (int i = 0; i < trainer.net().parameter_count(); ++i)
      trainer.net().parameter(i) = kept_[int(which)][size_t(i)];
    trainer.reset_optimizer();
  }
}

void Training::begin_evaluation() {
  for (int i = 0; i < 4; ++i)
    evaluation_[i] = Evaluation(i % 2 ? data_->test.count() : std::min(kTrainProbe, examples()));
  at_ = 0;
  phase_ = Phase::Evaluate;
}

void Training::advance_evaluation(double& budget) {
  const Samples& samples = at_ % 2 ? data_->test : data_->train;
  if (!evaluation_[at_].advance(trainer_[at_ / 2].net(), samples, budget)) return;
  if (++at_ < 4) return;
  const auto taken = [&](int net) {
    const Evaluation &train = evaluation_[2 * net], &test = evaluation_[2 * net + 1];
    predicted_[net] = test.predicted();
    const auto bounded = [](double loss) { return loss <= kMostLoss ? loss : kMostLoss; };
    return NetMetrics{bounded(train.loss()), train.accuracy(), bounded(test.loss()), test.accuracy()};
  };
  metrics_ = {steps_, taken(0), taken(1)};
  if (steps_ % setup_.every == 0 && (curve_.empty() || curve_.back().steps < steps_))
    curve_.push_back(metrics_);
  phase_ = Phase::Rest;
  keep();
}

Error Training::load(Net which, const uint8_t* bytes, size_t size) {
  nn::Trainer& trainer = trainer_[int(which)];
  nn::Sequential net = trainer.net();
  if (Error error = load_weights(net, bytes, size)) return error;  // before anything changes
  while (phase_ == Phase::Step) {
    double rest = 1e30;
    advance_step(rest);
  }
  const Error error = load_weights(trainer.net(), bytes, size);
  assert(!error);
  trainer.reset_optimizer();
  phase_ = Phase::Rest;
  metrics_.steps = -1;  // they are of other weights
  diverged_ = false;
  keep();
  return {};
}

}  // namespace training
