#include "web/training/experiment.h"

#include <algorithm>
#include <cassert>

namespace training {
namespace {

// Three times through 5,000 digits in batches of 10, with a learning rate that falls to 0: the end of a
// training and not a moment of it is compared.
constexpr int kSteps = 1500;
constexpr int kFewSteps = 1000;  // for each number of examples
constexpr int kShapeSteps = 2000;
constexpr int kShapeFcParameters = 50000;  // it is not for want of them that fully connected layers fail
constexpr int kShapes = 2000, kTestShapes = 400;  // the latter in each half

Setup setup_of(Preset cnn, Preset fc, const Data& data, uint64_t seed, int steps) {
  Setup setup;
  setup.cnn = preset(cnn, data.train.shape, data.classes);
  setup.fc = preset(fc, data.train.shape, data.classes);
  setup.seed = seed;
  setup.decay_steps = steps;
  return setup;
}

// Test samples of the left half, then as many of the right one.
std::shared_ptr<const Data> shapes_left_and_right(uint64_t seed) {
  Data data;
  data.classes = kShapeClasses;
  data.train = make_shapes(kShapes, Half::Left, shapes_seed(seed));
  data.test = make_shapes(kTestShapes, Half::Left, shapes_seed(seed) + 1);
  const Samples right = make_shapes(kTestShapes, Half::Right, shapes_seed(seed) + 2);
  data.test.pixels.insert(data.test.pixels.end(), right.pixels.begin(), right.pixels.end());
  data.test.labels.insert(data.test.labels.end(), right.labels.begin(), right.labels.end());
  return std::make_shared<const Data>(std::move(data));
}

}  // namespace

Error Experiment::make(Experiment& experiment, ExperimentKind kind, std::shared_ptr<const Data> digits,
                       uint64_t seed, int steps) {
  Experiment made;
  made.kind_ = kind;
  made.data_ = kind == ExperimentKind::HeldOutPlace ? shapes_left_and_right(seed) : std::move(digits);
  const Data& data = *made.data_;
  const auto add = [&](Preset cnn, Preset fc, int usual) {
    Run run;
    run.steps = steps ? steps : usual;
    run.setup = setup_of(cnn, fc, data, seed, int(run.steps));
    made.runs_.push_back(std::move(run));
  };
  switch (kind) {
    case ExperimentKind::ShuffledPixels:
      for (const uint64_t permutation : {uint64_t(0), kShuffleSeed}) {
        add(Preset::SmallCnn, Preset::Linear, kSteps);
        made.runs_.back().setup.permutation_seed = permutation;
      }
      break;
    case ExperimentKind::ShiftedDigits:
      add(Preset::SmallCnn, Preset::Linear, kSteps);
      made.shift_radius_ = 6;
      break;
    case ExperimentKind::FewExamples:
      for (const int examples : {50, 200, 1000, 0}) {
        add(Preset::SmallCnn, Preset::TwoLayers, kFewSteps);
        made.runs_.back().setup.examples = examples;
      }
      break;
    case ExperimentKind::Pooling:
      add(Preset::SmallCnn, Preset::CnnStrided, kSteps);
      made.shift_radius_ = 4;
      break;
    case ExperimentKind::HeldOutPlace:
      add(Preset::CnnGlobal, Preset::SmallCnn, kShapeSteps);
      add(Preset::Linear, Preset::TwoLayers, kShapeSteps);
      made.runs_.back().setup.fc = two_layers(data.train.shape, data.classes, kShapeFcParameters);
      made.runs_.back().setup.lr =
          0.01f;  // with the usual one its hidden layer dies, and it would have no chance
      break;
  }
  if (made.shift_radius_) {
    made.shift_stride_ = 2;
    made.shift_count_ = std::min(500, data.test.count());
  }
  if (Error error = made.begin_run()) return error;
  experiment = std::move(made);
  return {};
}

Error Experiment::begin_run() {
  Run& run = runs_[size_t(at_)];
  if (Error error = Training::make(training_, data_, run.setup)) return error;
  training_.train_to(run.steps);
  return {};
}

void Experiment::finish_run() {
  Run& run = runs_[size_t(at_)];
  if (kind_ == ExperimentKind::HeldOutPlace)
    for (const Net net : {Net::Cnn, Net::Fc}) {
      const std::vector<uint8_t>& predicted = training_.predicted(net);
      int right[2] = {};
      for (size_t i = 0; i < predicted.size(); ++i)
        right[i / kTestShapes] += predicted[i] == training_.data().test.labels[i];
      for (const int half : {0, 1}) run.half_accuracy[int(net)][half] = double(right[half]) / kTestShapes;
    }
  mapping_ = false;
  if (++at_ == int(runs_.size())) return;
  // Every run's setup is of the same kind as the first, which was made.
  const Error error = begin_run();
  assert(!error);
}

bool Experiment::advance(double budget) {
  while (!done() && budget > 0) {
    Run& run = runs_[size_t(at_)];
    if (mapping_) {
      if (!run.shifts.advance(training_.data().test, budget)) break;
      finish_run();
      continue;
    }
    const bool over = training_.advance(budget);
    run.metrics = training_.metrics();
    run.curve = training_.curve();
    if (!over) break;
    // What is left of the budget is not known; the next slice goes on.
    budget = 0;
    if (shift_radius_) {
      run.shifts = ShiftMap(training_.net(Net::Cnn), training_.net(Net::Fc), shift_count_, shift_radius_,
                            shift_stride_);
      mapping_ = true;
    } else {
      finish_run();
    }
  }
  return done();
}

double Experiment::progress() const {
  double all = 0, over = 0;
  for (int i = 0; i < int(runs_.size()); ++i) {
    const double steps = double(runs_[size_t(i)].steps);
    // A map of shifts takes about half as long as a training.
    const double map = shift_radius_ ? steps / 2 : 0;
    all += steps + map;
    if (i < at_) over += steps + map;
    if (i == at_)
      over += mapping_ ? steps + map * runs_[size_t(i)].shifts.progress() : double(training_.steps());
  }
  return all > 0 ? over / all : 1;
}

}  // namespace training
