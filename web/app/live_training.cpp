#include "web/app/live_training.h"

#include <algorithm>
#include <cmath>

#include "web/lessons/small_cnn.h"

namespace app {
namespace {

// Measured over seeds 1 … 3: at 0.05 this convolutional net can stand still for a hundred batches.
constexpr float kRate = 0.02f;
constexpr int kBatch = 20;
constexpr int kEvery = 25;  // a point of the curves often enough to see them grow

}  // namespace

training::Error LiveTraining::take_digits(const uint8_t* bytes, size_t size) {
  auto digits = std::make_shared<training::Data>();
  if (auto error = training::read_digits(*digits, bytes, size)) return error;
  digits_ = std::move(digits);
  return {};
}

void LiveTraining::reset(uint64_t seed) {
  nets_.reset();
  seed_ = seed;
  goal_ = 0;
  open_ = false;
}

void LiveTraining::ask_for(int steps) {
  goal_ = std::max(goal_, nets_ ? nets_->steps() : 0) + steps;
  open_ = true;
}

void LiveTraining::pause() {
  if (nets_) nets_->pause();
  goal_ = nets_ ? nets_->steps() : 0;
}

bool LiveTraining::wanted() const {
  if (!open_) return false;
  return !nets_ || !nets_->idle() || (goal_ > nets_->steps() && !nets_->diverged());
}

bool LiveTraining::advance(double budget) {
  if (!digits_ || !wanted()) return false;
  if (!nets_) {
    training::Setup setup;
    setup.cnn = {digits_->train.shape, digits_->classes, lessons::small_cnn_layers()};
    setup.fc = training::preset(training::Preset::Linear, digits_->train.shape, digits_->classes);
    setup.lr = kRate;
    setup.batch = kBatch;
    setup.every = kEvery;
    setup.seed = seed_;
    training::Training nets;
    // Presets of this size fail for want of memory alone.
    if (training::Training::make(nets, digits_, setup)) {
      open_ = false;
      return false;
    }
    nets_ = std::move(nets);
  }
  nets_->train_to(goal_);
  nets_->advance(budget);
  return wanted();
}

training::Metrics LiveTraining::metrics() const {
  if (nets_ && nets_->metrics().steps >= 0) return nets_->metrics();
  training::Metrics none;
  none.steps = 0;
  for (training::NetMetrics* net : {&none.cnn, &none.fc})
    net->loss = net->accuracy = net->test_loss = net->test_accuracy = std::nan("");
  return none;
}

namespace {

nn::Tensor copy_of(const std::vector<float>& values) {
  nn::Tensor tensor(nn::Shape{int(values.size())});
  std::copy(values.begin(), values.end(), tensor.begin());
  return tensor;
}

void add_net(std::map<std::string, nn::Tensor>& tensors, const std::string& name,
             const training::Training& nets, training::Net which) {
  std::vector<float> loss, accuracy, test_accuracy;
  for (const training::Metrics& point : nets.curve()) {
    loss.push_back(float(point.of(which).loss));
    accuracy.push_back(float(point.of(which).accuracy));
    test_accuracy.push_back(float(point.of(which).test_accuracy));
  }
  tensors[name + ".loss"] = copy_of(loss);
  tensors[name + ".accuracy"] = copy_of(accuracy);
  tensors[name + ".test_accuracy"] = copy_of(test_accuracy);
  const nn::Sequential& net = nets.net(which);
  for (int i = 0; i < net.parameter_count(); ++i)
    tensors[name + "." + net.parameter_name(i)] = net.parameter(i);
  const int classes = nets.data().classes;
  const std::vector<int> counts = training::confusion(nets.data().test, nets.predicted(which), classes);
  nn::Tensor confusion(nn::Shape{classes, classes});
  for (size_t i = 0; i < counts.size(); ++i) confusion[i] = float(counts[i]);
  tensors[name + ".confusion"] = std::move(confusion);
}

}  // namespace

std::shared_ptr<const lessons::Learned> LiveTraining::learned() const {
  auto learned = std::make_shared<lessons::Learned>();
  learned->asked_for = goal_;
  learned->arrived = digits_ ? 1 : arrived_;
  if (!nets_ || nets_->curve().empty()) return learned;
  learned->steps = nets_->steps();
  std::vector<float> steps;
  for (const training::Metrics& point : nets_->curve()) steps.push_back(float(point.steps));
  learned->tensors["train.steps"] = copy_of(steps);
  add_net(learned->tensors, "train.cnn", *nets_, training::Net::Cnn);
  add_net(learned->tensors, "train.fc", *nets_, training::Net::Fc);
  return learned;
}

}  // namespace app
