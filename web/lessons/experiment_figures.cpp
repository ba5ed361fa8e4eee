#include "web/lessons/experiment_figures.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "web/lessons/experiment_panes.h"
#include "web/lessons/findings.h"
#include "web/training/data.h"

namespace lessons {
namespace {

using training::ExperimentKind;

constexpr const char* kNets[] = {"cnn", "fc"};

nn::Tensor pictures(const training::Samples& samples, int count, int dx, int dy) {
  nn::Tensor x(nn::Shape{count, samples.shape[0], samples.shape[1], samples.shape[2]});
  std::vector<int> order;
  for (int i = 0; i < count; ++i) order.push_back(i);
  training::gather(x.data(), samples, order.data(), count, dx, dy);
  return x;
}

// The input as a sample of the training, whose pixels are bytes.
training::Samples as_sample(const nn::Tensor& input) {
  training::Samples samples;
  samples.shape = input.shape();
  samples.labels = {0};
  for (const float x : input)
    samples.pixels.push_back(uint8_t(std::clamp(std::lround(256 * double(x)), 0l, 255l)));
  return samples;
}

}  // namespace

ExperimentKind kind_of(const LessonState& state) { return experiment_kind(state.settings.experiment); }

void add_experiment_tensors(LessonState& state) {
  const ExperimentKind kind = kind_of(state);
  if (kind == ExperimentKind::HeldOutPlace) {
    const uint64_t seed = training::shapes_seed(uint64_t(state.settings.seed));
    for (const auto& [name, half, more] : {std::tuple(kSamples[0], training::Half::Left, 0),
                                           std::tuple(kSamples[1], training::Half::Right, 2)})
      state.tensors[name] =
          pictures(training::make_shapes(training::kShapeClasses, half, seed + uint64_t(more)),
                   training::kShapeClasses, 0, 0);
    return;
  }
  const training::Samples sample = as_sample(state.tensors.at("input"));
  state.tensors[kSamples[0]] = pictures(sample, 1, 0, 0);
  training::Samples other = sample;
  if (kind == ExperimentKind::ShuffledPixels)
    other = training::with_shuffled_pixels({sample, sample, 1}, training::kShuffleSeed).train;
  const int by = kind == ExperimentKind::ShiftedDigits ? 4 : kind == ExperimentKind::Pooling ? 2 : 0;
  state.tensors[kSamples[1]] = pictures(other, 1, by, 0);
}

Figure sample_figure(const LessonState& state, const char* id, const std::string& caption) {
  Figure figure;
  figure.id = id;
  figure.symbol = "x";
  figure.role = Role::Input;
  figure.tensor = &state.tensors.at(id);
  figure.rows = figure.tensor->shape()[2];
  figure.cols = figure.tensor->shape()[3];
  figure.caption = caption;
  return figure;
}

Figure accuracy_curves(const LessonState& state, const strings::Strings& strings, int run) {
  const std::string prefix = "tried." + std::to_string(run) + ".";
  Figure figure;
  figure.kind = FigureKind::Curves;
  figure.id = prefix + "steps";
  figure.tensor = &state.tensors.at(prefix + "steps");
  figure.rows = figure.cols = 1;
  figure.role = Role::Output;
  figure.caption = strings.text("experiment.curves");
  for (const char* net : {"fc", "cnn"})
    figure.series.push_back({&state.tensors.at(prefix + net + ".test_accuracy"), net == std::string("cnn"),
                             std::string(strings.text(std::string("experiment.net.") + net))});
  return figure;
}

Figure plan_note(const LessonState& state, const strings::Strings& strings) {
  Figure figure;
  figure.kind = FigureKind::Note;
  figure.id = "note";
  figure.lines = {std::string(strings.text("experiment.what")), experiment_text(state, strings, "plan")};
  return figure;
}

Figure shift_map(const LessonState& state, const strings::Strings& strings, const TriedRun& run, int net) {
  Figure figure;
  figure.id = std::string("tried.") + kNets[net] + ".shifts";
  figure.symbol = strings.text("experiment.accuracy");
  figure.role = Role::Output;
  figure.scale = Scale::Count;
  figure.tensor = &state.tensors.at(figure.id);
  figure.rows = figure.cols = run.side;
  figure.padding = 1;
  figure.indexed = figure.numbers = true;
  figure.index_first = -run.radius;
  figure.index_step = 2 * run.radius / (run.side - 1);
  figure.computed = (run.shifted + (net == 0)) / 2;  // both nets at one place, then the next
  figure.marks = {run.side * run.side / 2};
  figure.marks_role = Role::Output;
  figure.says = "experiment.shift.cell";
  figure.caption = strings.text("experiment.shift");
  return figure;
}

Figure numbers_table(const char* id, std::vector<std::vector<std::string>> rows) {
  Figure figure;
  figure.kind = FigureKind::Table;
  figure.id = id;
  for (auto& cells : rows) figure.table.push_back({std::move(cells), {}, figure.table.empty()});
  figure.rows = std::max(6, int(figure.table.size()));
  figure.cols = 10;
  return figure;
}

}  // namespace lessons
