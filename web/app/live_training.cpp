#include "web/app/live_training.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "web/lessons/training_models.h"
#include "web/training/safetensors.h"
#include "web/training/stack_text.h"

namespace app {
namespace {

constexpr int kEvery = 25;  // a point of the curves often enough to see them grow

bool same_start(const training::Setup& a, const training::Setup& b) {
  const auto layers = [](const training::Model& model) { return training::stack_text(model.layers); };
  return layers(a.cnn) == layers(b.cnn) && layers(a.fc) == layers(b.fc) && a.batch == b.batch &&
         a.seed == b.seed;
}

}  // namespace

training::Error LiveTraining::take_digits(const uint8_t* bytes, size_t size) {
  auto digits = std::make_shared<training::Data>();
  if (auto error = training::read_digits(*digits, bytes, size)) return error;
  digits_ = std::move(digits);
  failed_ = false;
  return {};
}

bool LiveTraining::choose(const lessons::Settings& settings) {
  training::Setup chosen = lessons::training_setup(settings);
  chosen.every = kEvery;
  const bool same = same_start(chosen, setup_);
  setup_ = std::move(chosen);
  if (same) {
    if (!nets_) return false;
    const bool diverged = nets_->diverged();
    [[maybe_unused]] const training::Error error = nets_->set_rates(setup_.lr, setup_.momentum);
    assert(!error);
    return diverged && !nets_->diverged();
  }
  const bool had_begun = started_over_ || (nets_ && nets_->steps() > 0);
  reset();
  started_over_ = had_begun;
  return true;
}

void LiveTraining::reset() {
  nets_.reset();
  goal_ = 0;
  open_ = started_over_ = loaded_ = false;
}

void LiveTraining::note_failed() {
  failed_ = true;
  goal_ = 0;
}

void LiveTraining::ask_for(int steps) {
  failed_ = false;
  if (nets_ && nets_->diverged()) return;
  goal_ = std::max(goal_, nets_ ? nets_->steps() : 0) + steps;
  open_ = true;
}

void LiveTraining::pause() {
  if (nets_) nets_->pause();
  goal_ = nets_ ? nets_->steps() : 0;
}

bool LiveTraining::wanted() const {
  if (!open_ || (failed_ && !digits_)) return false;
  return !nets_ || !nets_->idle() || (goal_ > nets_->steps() && !nets_->diverged());
}

// Whether the nets are there; they can be as soon as the digits are.
bool LiveTraining::begin() {
  if (nets_ || !digits_) return nets_.has_value();
  training::Training nets;
  // What the settings allow fails for want of memory alone.
  if (training::Training::make(nets, digits_, setup_)) {
    open_ = false;
    return false;
  }
  nets_ = std::move(nets);
  return true;
}

bool LiveTraining::advance(double budget) {
  if (!digits_ || !wanted() || !begin()) return false;
  nets_->train_to(goal_);
  nets_->advance(budget);
  if (nets_->diverged()) goal_ = nets_->steps();
  return wanted();
}

training::Error LiveTraining::save(std::vector<uint8_t>& bytes, training::Net net) const {
  if (!nets_) return {"error.weights.none", {}};
  return training::save_weights(bytes, nets_->net(net));
}

training::Error LiveTraining::load(training::Net net, const uint8_t* bytes, size_t size) {
  if (!begin()) return {"error.weights.none", {}};
  if (auto error = nets_->load(net, bytes, size)) return error;
  open_ = loaded_ = true;
  return {};
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

// The first few test digits that a net took for another, what it said, and what the other net did.
void add_mistakes(std::map<std::string, nn::Tensor>& tensors, const std::string& name,
                  const training::Training& nets, training::Net which) {
  constexpr size_t kMost = 15;
  const training::Samples& test = nets.data().test;
  std::vector<int> wrong = training::misclassified(test, nets.predicted(which));
  if (wrong.empty()) return;
  wrong.resize(std::min(wrong.size(), kMost));
  const auto& other = nets.predicted(which == training::Net::Cnn ? training::Net::Fc : training::Net::Cnn);
  const int count = int(wrong.size());
  nn::Tensor pictures(nn::Shape{count, test.shape[0], test.shape[1], test.shape[2]});
  training::gather(pictures.data(), test, wrong.data(), count);
  std::vector<float> label, said, other_said;
  for (const int i : wrong) {
    label.push_back(float(test.labels[size_t(i)]));
    said.push_back(float(nets.predicted(which)[size_t(i)]));
    other_said.push_back(float(other[size_t(i)]));
  }
  tensors[name] = std::move(pictures);
  tensors[name + ".label"] = copy_of(label);
  tensors[name + ".said"] = copy_of(said);
  tensors[name + ".other"] = copy_of(other_said);
}

void add_net(std::map<std::string, nn::Tensor>& tensors, const std::string& name,
             const training::Training& nets, training::Net which) {
  std::vector<float> loss, test_loss, accuracy, test_accuracy;
  for (const training::Metrics& point : nets.curve()) {
    loss.push_back(float(point.of(which).loss));
    test_loss.push_back(float(point.of(which).test_loss));
    accuracy.push_back(float(point.of(which).accuracy));
    test_accuracy.push_back(float(point.of(which).test_accuracy));
  }
  tensors[name + ".loss"] = copy_of(loss);
  tensors[name + ".test_loss"] = copy_of(test_loss);
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
  add_mistakes(tensors, name + ".mistakes", nets, which);
}

}  // namespace

lessons::Learned LiveTraining::learned() const {
  lessons::Learned learned;
  learned.asked_for = goal_;
  learned.arrived = digits_ ? 1 : arrived_;
  learned.failed = failed_ && !digits_;
  learned.started_over = started_over_ && (!nets_ || nets_->steps() == 0);
  learned.diverged = nets_ && nets_->diverged();
  if (!nets_ || nets_->curve().empty()) return learned;
  learned.steps = nets_->steps();
  learned.stack = training::stack_text(nets_->setup().cnn.layers);
  learned.loaded = loaded_;
  learned.cnn = nets_->setup().cnn;
  learned.fc = nets_->setup().fc;
  std::vector<float> steps;
  for (const training::Metrics& point : nets_->curve()) steps.push_back(float(point.steps));
  learned.tensors["train.steps"] = copy_of(steps);
  add_net(learned.tensors, "train.cnn", *nets_, training::Net::Cnn);
  add_net(learned.tensors, "train.fc", *nets_, training::Net::Fc);
  return learned;
}

}  // namespace app
