#include "web/app/live_experiments.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "web/lessons/findings.h"

namespace app {
namespace {

using training::Net;

template <class Values>
nn::Tensor tensor_of(const Values& values) {
  nn::Tensor tensor(nn::Shape{int(values.size())});
  std::transform(values.begin(), values.end(), tensor.begin(), [](double value) { return float(value); });
  return tensor;
}

lessons::TriedRun run_of(const training::Run& run, int all) {
  lessons::TriedRun now;
  now.metrics = run.metrics;
  now.examples = run.setup.examples ? run.setup.examples : all;
  now.radius = run.shifts.radius();
  now.side = run.shifts.side();
  for (const Net net : {Net::Cnn, Net::Fc}) {
    now.shifts[int(net)] = run.shifts.accuracy(net);
    now.shifted += int(std::count_if(now.shifts[int(net)].begin(), now.shifts[int(net)].end(),
                                     [](double accuracy) { return !std::isnan(accuracy); }));
  }
  std::copy_n(&run.half_accuracy[0][0], 4, &now.half_accuracy[0][0]);
  return now;
}

void add_curves(lessons::Tried& tried, const std::string& prefix,
                const std::vector<training::Metrics>& curve) {
  std::vector<double> steps, accuracy[2];
  for (const training::Metrics& point : curve) {
    steps.push_back(double(point.steps));
    for (const Net net : {Net::Cnn, Net::Fc}) accuracy[int(net)].push_back(point.of(net).test_accuracy);
  }
  tried.tensors[prefix + "steps"] = tensor_of(steps);
  tried.tensors[prefix + "cnn.test_accuracy"] = tensor_of(accuracy[0]);
  tried.tensors[prefix + "fc.test_accuracy"] = tensor_of(accuracy[1]);
}

void add_shifts(lessons::Tried& tried, const lessons::TriedRun& run) {
  for (const auto& [net, name] : {std::pair(0, "tried.cnn.shifts"), std::pair(1, "tried.fc.shifts")}) {
    nn::Tensor map(nn::Shape{run.side, run.side});
    std::transform(run.shifts[net].begin(), run.shifts[net].end(), map.begin(),
                   [](double accuracy) { return std::isnan(accuracy) ? 0 : float(accuracy); });
    tried.tensors[name] = std::move(map);
  }
}

// Of the trainings that have begun, how far they have come.
void add_runs(lessons::Tried& tried) {
  std::vector<double> place, accuracy[2];
  for (const lessons::TriedRun& run : tried.runs) {
    if (run.metrics.steps < 0) break;
    place.push_back(double(place.size()));
    for (const Net net : {Net::Cnn, Net::Fc}) accuracy[int(net)].push_back(run.metrics.of(net).test_accuracy);
  }
  if (place.empty()) return;
  tried.tensors["tried.place"] = tensor_of(place);
  tried.tensors["tried.cnn.test_accuracy"] = tensor_of(accuracy[0]);
  tried.tensors["tried.fc.test_accuracy"] = tensor_of(accuracy[1]);
}

}  // namespace

void LiveExperiments::choose(const lessons::Settings& settings) {
  if (uint64_t(settings.seed) != seed_) reset_all();
  if (settings.experiment != name_ || settings.view != "experiments") running_ = false;
  seed_ = uint64_t(settings.seed);
  name_ = settings.experiment;
}

const LiveExperiments::Live* LiveExperiments::chosen() const {
  const auto found = live_.find(name_);
  return found == live_.end() ? nullptr : &found->second;
}

void LiveExperiments::run(int steps) {
  const Live* before = chosen();
  if (!before || before->steps != steps) {
    live_[name_] = Live();
    live_[name_].steps = steps;
  } else if (before->made && before->experiment.done()) {
    return;
  }
  running_ = true;
}

void LiveExperiments::reset() {
  live_.erase(name_);
  running_ = false;
}

void LiveExperiments::reset_all() {
  live_.clear();
  running_ = false;
}

bool LiveExperiments::advance(std::shared_ptr<const training::Data> digits, double budget) {
  if (!running_ || !digits) return false;
  Live& live = live_.at(name_);
  if (!live.made) {
    // What is tried is known to be possible; for want of memory it is not begun.
    if (training::Experiment::make(live.experiment, lessons::experiment_kind(name_), std::move(digits), seed_,
                                   live.steps)) {
      reset();
      return false;
    }
    live.made = true;
  }
  const auto shown = [&] {
    const training::Run& run = live.experiment.runs()[size_t(live.experiment.current())];
    const auto& cells = run.shifts.accuracy(Net::Fc);
    return std::tuple(
        live.experiment.current(), run.metrics.steps, std::floor(100 * live.experiment.progress()),
        std::count_if(cells.begin(), cells.end(), [](double cell) { return !std::isnan(cell); }));
  };
  const auto before = shown();
  running_ = !live.experiment.advance(budget);
  if (shown() != before) ++seen_;
  return running_;
}

std::shared_ptr<const lessons::Tried> LiveExperiments::tried() const {
  const Live* live = chosen();
  if (!live || !live->made) return nullptr;
  const training::Experiment& experiment = live->experiment;
  auto tried = std::make_shared<lessons::Tried>();
  tried->kind = experiment.kind();
  tried->running = running_;
  tried->done = experiment.done();
  tried->progress = float(experiment.progress());
  tried->steps = experiment.runs().front().steps;
  tried->over = tried->done ? int(experiment.runs().size()) : experiment.current();
  const int all = experiment.training().data().train.count();
  for (const training::Run& run : experiment.runs()) {
    if (run.metrics.steps >= 0)
      add_curves(*tried, "tried." + std::to_string(tried->runs.size()) + ".", run.curve);
    tried->runs.push_back(run_of(run, all));
  }
  if (tried->runs[0].side > 0) add_shifts(*tried, tried->runs[0]);
  if (tried->kind == training::ExperimentKind::FewExamples) add_runs(*tried);
  return tried;
}

}  // namespace app
