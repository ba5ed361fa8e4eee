#include "web/lessons/experiment_panes.h"

#include <algorithm>
#include <cmath>

#include "web/lessons/experiment_figures.h"
#include "web/lessons/findings.h"
#include "web/lessons/learned.h"
#include "web/lessons/sliding.h"
#include "web/training/data.h"

namespace lessons {
namespace {

using training::ExperimentKind;
using training::Net;

// What was measured of the chosen experiment, if it was begun.
const Tried* tried(const LessonState& state) {
  const Tried* known = state.learned ? state.learned->tried.get() : nullptr;
  return known && known->kind == kind_of(state) ? known : nullptr;
}

// It is to run, once the digits are there.
bool waits(const LessonState& state) { return state.learned && state.learned->waits; }

std::string percent(double share) { return strings::number(100 * share, 1) + " %"; }
const std::string kNothing = "–";

std::vector<Span> accuracies(const strings::Strings& strings, const TriedRun& run, const char* fc) {
  if (run.metrics.steps < 0) return {};
  return {{std::string(strings.text("experiment.net.cnn")) + " ", Role::Plain},
          {percent(run.metrics.cnn.test_accuracy), Role::Output, true},
          {" · " + std::string(strings.text(fc)) + " ", Role::Plain},
          {percent(run.metrics.fc.test_accuracy), Role::Output}};
}

void shuffled(std::vector<Pane>& panes, const LessonState& state, const strings::Strings& strings) {
  const Tried* known = tried(state);
  for (int i = 0; i < 2; ++i) {
    Pane& pane = panes[size_t(i)];
    pane.figures = {
        sample_figure(state, kSamples[i],
                      std::string(strings.text(i ? "experiment.sample.shuffled" : "training.example")))};
    const bool begun = known && known->runs[size_t(i)].metrics.steps >= 0;
    if (begun) {
      pane.figures.push_back(accuracy_curves(state, strings, i));
      pane.formula = accuracies(strings, known->runs[size_t(i)], "experiment.net.fc");
      pane.layouts = {row({column({leaf(0), leaf(2)}), leaf(1)}), column({leaf(0), leaf(1)})};
    }
    pane.figures.push_back(plan_note(state, strings));
  }
}

// Two nets and their maps of shifts.
void shifted(std::vector<Pane>& panes, const LessonState& state, const strings::Strings& strings) {
  const Tried* known = tried(state);
  for (int net = 0; net < 2; ++net) {
    Pane& pane = panes[size_t(net)];
    if (known && known->runs[0].shifted > 0) {
      pane.figures = {shift_map(state, strings, known->runs[0], net)};
      pane.layouts = {leaf(0)};
    } else {
      const bool moved = net == 1;
      pane.figures = {
          sample_figure(state, kSamples[net],
                        std::string(strings.text(moved ? "experiment.sample.moved" : "training.example"))),
          known && known->runs[0].metrics.steps >= 0 ? accuracy_curves(state, strings, 0)
                                                     : plan_note(state, strings)};
    }
    if (!known || known->runs[0].metrics.steps < 0) continue;
    const training::NetMetrics& metrics = known->runs[0].metrics.of(Net(net));
    pane.formula = {{std::string(strings.text("experiment.unmoved")) + " ", Role::Plain},
                    {percent(metrics.test_accuracy), Role::Output, true}};
    if (!known->done) continue;
    const bool pooling = kind_of(state) == ExperimentKind::Pooling;
    const strings::Arguments numbers = result_arguments(*known);
    pane.formula.push_back(
        {" · " + std::string(strings.text(pooling ? "experiment.moved.two" : "experiment.moved.four")) + " ",
         Role::Plain});
    pane.formula.push_back({numbers[size_t(net)].second + " %", Role::Output, true});
  }
}

void few_examples(std::vector<Pane>& panes, const LessonState& state, const strings::Strings& strings) {
  const Tried* known = tried(state);
  if (!known || !state.tensors.count("tried.place")) {
    for (Pane& pane : panes)
      pane.figures = {sample_figure(state, kSamples[0], std::string(strings.text("training.example"))),
                      plan_note(state, strings)};
    return;
  }
  Figure lines;
  lines.kind = FigureKind::Curves;
  lines.id = "tried.place";
  lines.tensor = &state.tensors.at(lines.id);
  lines.rows = 6;
  lines.cols = 9;
  lines.role = Role::Output;
  lines.caption = strings.text("experiment.examples");
  for (const char* net : {"fc", "cnn"})
    lines.series.push_back({&state.tensors.at(std::string("tried.") + net + ".test_accuracy"),
                            net == std::string("cnn"),
                            std::string(strings.text(std::string("experiment.net.few.") + net))});
  std::vector<std::vector<std::string>> rows = {
      {std::string(strings.text("experiment.digits")), std::string(strings.text("experiment.head.cnn")),
       std::string(strings.text("experiment.head.fc")), std::string(strings.text("experiment.lead"))}};
  for (const TriedRun& run : known->runs) {
    lines.lines.push_back(strings::number(run.examples, 0));
    const bool begun = run.metrics.steps >= 0;
    const double cnn = run.metrics.cnn.test_accuracy, fc = run.metrics.fc.test_accuracy;
    rows.push_back({lines.lines.back(), begun ? percent(cnn) : kNothing, begun ? percent(fc) : kNothing,
                    begun ? strings::number(100 * (cnn - fc), 1) : kNothing});
  }
  for (const TriedRun& run : known->runs)
    if (run.metrics.steps >= 0)
      panes[0].formula = panes[1].formula = accuracies(strings, run, "experiment.net.few.fc");
  panes[0].figures = {std::move(lines)};
  panes[1].figures = {numbers_table("table", std::move(rows))};
  for (Pane& pane : panes) pane.layouts = {leaf(0)};
}

void held_out_place(std::vector<Pane>& panes, const LessonState& state, const strings::Strings& strings) {
  const Tried* known = tried(state);
  std::vector<Layout> halves[2];
  for (int half = 0; half < 2; ++half)
    for (int shape = 0; shape < training::kShapeClasses; ++shape) {
      Figure figure = sample_figure(state, kSamples[half],
                                    std::string(strings.text("experiment.shape." + std::to_string(shape))));
      figure.id += "." + std::to_string(shape);
      figure.scale = Scale::Rgb;
      figure.offset = shape * 3 * figure.rows * figure.cols;
      figure.tells = strings.text(half ? "experiment.half.right" : "experiment.half.left");
      halves[half].push_back(leaf(int(panes[0].figures.size())));
      panes[0].figures.push_back(std::move(figure));
    }
  panes[0].layouts = {column({row(halves[0]), row(halves[1])})};
  panes[0].note = strings.text("experiment.halves");
  std::vector<std::vector<std::string>> rows = {{std::string(strings.text("experiment.network")),
                                                 std::string(strings.text("experiment.left")),
                                                 std::string(strings.text("experiment.right"))}};
  constexpr const char* kNames[2][2] = {{"maximum", "flattened"}, {"linear", "two_layers"}};
  for (int run = 0; run < 2; ++run)
    for (int net = 0; net < 2; ++net) {
      const auto half = [&](int which) {
        const bool over = known && known->over > run;
        return over ? percent(known->runs[size_t(run)].half_accuracy[net][which]) : kNothing;
      };
      rows.push_back(
          {std::string(strings.text(std::string("experiment.net.") + kNames[run][net])), half(0), half(1)});
    }
  panes[1].figures = {numbers_table("table", std::move(rows))};
  panes[1].layouts = {leaf(0)};
  if (known)  // the table has the numbers
    panes[0].formula = panes[1].formula = {{std::string(strings.text("experiment.guessing")), Role::Plain}};
}

std::string progress_text(const LessonState& state, const strings::Strings& strings) {
  const Tried* known = tried(state);
  if (state.learned && state.learned->failed) return std::string(strings.text("training.not_loaded"));
  if (!known && waits(state))
    return strings.format("training.arrived",
                          {{"percent", strings::number(100 * state.learned->arrived, 0)}});
  if (!known) return std::string(strings.text("experiment.not_yet"));
  if (known->done)
    return std::string(strings.text(claim_holds(*known) ? "experiment.holds" : "experiment.fails"));
  return strings.format(known->running ? "experiment.running" : "experiment.paused",
                        {{"percent", strings::number(std::floor(100 * known->progress), 0)}});
}

}  // namespace

std::string experiment_text(const LessonState& state, const strings::Strings& strings, const char* what) {
  return std::string(strings.text("experiment." + state.settings.experiment + "." + what));
}

std::vector<Pane> experiment_panes(const LessonState& state, const strings::Strings& strings) {
  std::vector<Pane> panes(2);
  for (int i = 0; i < 2; ++i) {
    Pane& pane = panes[size_t(i)];
    pane.id = i ? "second" : "first";
    pane.title = experiment_text(state, strings, i ? "second" : "first");
    pane.note = strings.text("experiment.note");
    pane.layouts = {row({leaf(0), leaf(1)}), column({leaf(0), leaf(1)})};
  }
  switch (kind_of(state)) {
    case ExperimentKind::ShuffledPixels:
      shuffled(panes, state, strings);
      break;
    case ExperimentKind::ShiftedDigits:
    case ExperimentKind::Pooling:
      shifted(panes, state, strings);
      break;
    case ExperimentKind::FewExamples:
      few_examples(panes, state, strings);
      break;
    case ExperimentKind::HeldOutPlace:
      held_out_place(panes, state, strings);
      break;
  }
  panes[0].where = panes[1].where = progress_text(state, strings);
  const Tried* known = tried(state);
  for (Pane& pane : panes)
    if (pane.formula.empty())
      pane.formula = {
          {std::string(strings.text(state.learned && state.learned->failed ? "experiment.try_again"
                                    : known || waits(state)                ? "experiment.measuring"
                                                                           : "experiment.press")),
           Role::Plain}};
  return panes;
}

void add_experiment_controls(Scene& scene, const LessonState& state, const strings::Strings& strings) {
  const Tried* known = tried(state);
  const bool running = known ? known->running : waits(state);
  // From right to left.
  for (const char* key : {"experiment_reset", "experiment_run"}) {
    const bool run = key == std::string("experiment_run");
    if (run ? known && known->done : !known) continue;  // there is nothing to do
    Control control;
    control.kind = Control::Kind::Command;
    control.key = key;
    control.label = strings.text(!run      ? "control.train_reset"
                                 : running ? "control.train.pause"
                                           : "control.experiment_run");
    control.on = run;
    control.pane = 0;
    scene.controls.push_back(std::move(control));
  }
  add_choice(scene, state, strings, "experiment", 0);
}

std::string experiment_narration(const LessonState& state, const strings::Strings& strings) {
  std::string text = experiment_text(state, strings, "claim") + " ";
  const Tried* known = tried(state);
  if (state.learned && state.learned->failed) return text + std::string(strings.text("experiment.failed"));
  if (!known && !waits(state)) return text + std::string(strings.text("experiment.press"));
  if (!known || !known->done) return text + progress_text(state, strings) + ".";
  return text +
         strings.format("experiment." + state.settings.experiment + ".result", result_arguments(*known)) +
         " " + progress_text(state, strings) + ".";
}

}  // namespace lessons
