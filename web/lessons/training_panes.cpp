#include "web/lessons/training_panes.h"

#include <algorithm>
#include <cmath>

#include "web/lessons/learned.h"
#include "web/lessons/sliding.h"
#include "web/lessons/tried.h"
#include "web/training/models.h"

namespace lessons {
namespace {

constexpr const char* kPrefix = "train.";

bool begun(const LessonState& state) { return state.tensors.count("train.steps") > 0; }

std::string percent(float share) { return strings::number(100 * share, 1) + " %"; }

float last_of(const LessonState& state, const std::string& name) {
  const nn::Tensor& values = state.tensors.at(name);
  return values[values.size() - 1];
}

std::string measured_at(const LessonState& state) {
  return strings::number(last_of(state, "train.steps"), 0);
}

// `what` ("accuracy" or "loss") of training digits, and of test digits.
Figure curves(const LessonState& state, const strings::Strings& strings, const std::string& net,
              const std::string& what) {
  Figure figure;
  figure.kind = FigureKind::Curves;
  figure.id = net + ".test_" + what;
  figure.tensor = &state.tensors.at("train.steps");
  figure.rows = 7;
  figure.cols = 9;
  figure.role = Role::Output;
  figure.caption = strings.text("training.curves." + what);
  const auto add = [&](const std::string& series, const char* words, bool strong) {
    figure.series.push_back(
        {&state.tensors.at(net + "." + series), strong, std::string(strings.text(words))});
  };
  add(what, "training.train", false);
  add("test_" + what, "training.test", true);
  return figure;
}

// Guessing among ten digits costs ln 10 = 2.3; the scale moves only for what is worse.
Figure loss_curves(const LessonState& state, const strings::Strings& strings, const std::string& net) {
  constexpr float kUsual = 2.5f;
  Figure figure = curves(state, strings, net, "loss");
  figure.limit = kUsual;
  for (const char* one : {"train.cnn", "train.fc"})  // one scale for both nets
    for (const char* what : {".loss", ".test_loss"})
      for (const float loss : state.tensors.at(std::string(one) + what))
        if (std::isfinite(loss)) figure.limit = std::max(figure.limit, std::ceil(loss));
  return figure;
}

// The first weights as pictures, where they look at the image itself: of a convolution its filters, of a
// linear layer its templates.
void add_pictures(Pane& pane, const LessonState& state, const std::string& net) {
  constexpr int kMost = 16, kMostTemplates = 10;
  const Layout both = row({leaf(0), leaf(1)});
  pane.layouts = {both};
  std::string weight;
  for (int layer = 0; layer < training::kMaxLayers && weight.empty(); ++layer)
    if (state.tensors.count(net + "." + std::to_string(layer) + ".weight"))
      weight = net + "." + std::to_string(layer) + ".weight";
  if (weight.empty()) return;
  const nn::Tensor& values = state.tensors.at(weight);
  const nn::Shape& image = state.tensors.at("input").shape();
  const bool filters = values.shape().rank() == 4;
  if (filters ? values.shape()[1] != image[0] : values.shape()[1] != int(image.numel())) return;
  const int side = filters ? values.shape()[2] : image[1];
  const int count = std::min(filters ? kMost : kMostTemplates, values.shape()[0]);
  std::vector<Layout> pictures;
  for (int i = 0; i < count; ++i) {
    Figure figure = signed_map(state, weight.c_str(), "w", Role::Weight);
    figure.id = weight + "." + std::to_string(i);
    figure.rows = figure.cols = side;
    figure.offset = i * side * side;
    figure.caption = std::to_string(i);
    pictures.push_back(leaf(int(pane.figures.size())));
    pane.figures.push_back(std::move(figure));
  }
  pane.layouts = {column({both, row(pictures)}), column({leaf(0), row(pictures)})};
}

std::vector<Span> scores(const LessonState& state, const strings::Strings& strings, const std::string& net) {
  return {{std::string(strings.text("training.test")) + " ", Role::Plain},
          {percent(last_of(state, net + ".test_accuracy")), Role::Output, true},
          {" · " + std::string(strings.text("training.train")) + " ", Role::Plain},
          {percent(last_of(state, net + ".accuracy")), Role::Output},
          {" · " + std::string(strings.text("training.loss")) + " ", Role::Plain},
          {strings::number(last_of(state, net + ".loss")), Role::Output}};
}

Pane pane_of(const LessonState& state, const strings::Strings& strings, const char* which) {
  const std::string net = std::string(kPrefix) + which;
  Pane pane;
  pane.id = which;
  pane.title = strings.text("training." + std::string(which));
  if (state.settings.show == "build") add_stack(pane, state, strings, net);
  if (!begun(state)) {
    const bool failed = state.learned && state.learned->failed;
    Figure note;
    note.kind = FigureKind::Note;
    note.id = "note";
    const float arrived = state.learned ? state.learned->arrived : 0;
    note.lines = {std::string(strings.text("training." + std::string(which) + ".what")),
                  failed
                      ? std::string(strings.text("training.failed"))
                      : strings.format("training.arrived", {{"percent", strings::number(100 * arrived, 0)}})};
    pane.note = strings.text("training.note");
    pane.where = strings.text(failed ? "training.not_loaded" : "training.waiting");
    pane.formula = {{failed ? std::string(strings.text("training.try_again")) : note.lines[1], Role::Plain}};
    if (!pane.figures.empty()) return pane;
    Figure input;
    input.id = "input";
    input.symbol = "x";
    input.role = Role::Input;
    input.tensor = &state.tensors.at("input");
    input.rows = input.tensor->shape()[1];
    input.cols = input.tensor->shape()[2];
    input.caption = strings.text("training.example");
    pane.figures = {input, note};
    pane.layouts = {row({leaf(0), leaf(1)}), column({leaf(0), leaf(1)})};
    return pane;
  }
  size_t parameters = 0;
  for (const auto& [name, tensor] : state.tensors) {
    const bool weight = name.size() > 7 && name.compare(name.size() - 7, 7, ".weight") == 0;
    const bool bias = name.size() > 5 && name.compare(name.size() - 5, 5, ".bias") == 0;
    if (name.compare(0, net.size() + 1, net + ".") == 0 && (weight || bias)) parameters += tensor.size();
  }
  pane.note = strings.format("training.parameters", {{"count", strings::number(double(parameters), 0)}});
  const std::string& show = state.settings.show;
  if (show == "confusion") {
    add_confusion(pane, state, strings, net);
  } else if (show == "mistakes") {
    add_mistakes(pane, state, strings, net);
  } else if (show == "learned") {
    pane.figures = {curves(state, strings, net, "accuracy"), loss_curves(state, strings, net)};
    add_pictures(pane, state, net);
  }
  const char* where = state.learned->diverged       ? "training.where.diverged"
                      : state.learned->started_over ? "training.where.again"
                                                    : "training.where";
  pane.where = strings.format(where, {{"steps", measured_at(state)}});
  pane.formula = scores(state, strings, net);
  return pane;
}

}  // namespace

void take_learned(LessonState& state) {
  for (const char* prefix : {kPrefix, "tried."})
    for (auto at = state.tensors.lower_bound(prefix);
         at != state.tensors.end() && at->first.rfind(prefix, 0) == 0;)
      at = state.tensors.erase(at);
  if (state.learned)
    for (const auto& [name, tensor] : state.learned->tensors) state.tensors[name] = tensor;
  if (state.learned && state.learned->tried && state.settings.view == "experiments")
    for (const auto& [name, tensor] : state.learned->tried->tensors) state.tensors[name] = tensor;
  if (state.settings.view == "training" && state.settings.show == "build") add_layer_tensors(state);
}

std::vector<Pane> training_panes(const LessonState& state, const strings::Strings& strings) {
  return {pane_of(state, strings, "cnn"), pane_of(state, strings, "fc")};
}

void add_training_controls(Scene& scene, const LessonState& state, const strings::Strings& strings) {
  const bool runs = state.learned && state.learned->asked_for > state.learned->steps;
  // From right to left.
  Control show;
  show.kind = Control::Kind::Buttons;
  show.key = "show";
  show.label = strings.text("control.show");
  for (const char* value : kShows) {
    show.values.push_back(value);
    show.labels.push_back(std::string(strings.text("control.show." + std::string(value))));
    if (state.settings.show == value) show.selected = int(show.values.size()) - 1;
  }
  scene.controls.push_back(std::move(show));
  const bool builds = state.settings.show == "build";
  for (const char* key : {"train_reset", "train_step", "train"}) {
    if (builds && key != std::string("train")) continue;  // there the models take their room
    Control control;
    control.kind = Control::Kind::Command;
    control.key = key;
    const bool pause = key == std::string("train") && runs;
    control.label = strings.text(pause ? "control.train.pause" : std::string("control.") + key);
    control.on = key == std::string("train");
    control.pane = 0;
    scene.controls.push_back(std::move(control));
  }
  if (!builds) return;
  add_choice(scene, state, strings, "cnn_model", 0);
  add_choice(scene, state, strings, "fc_model", 1);
}

void add_weights_control(Scene& scene, const LessonState& state, const strings::Strings& strings) {
  if (!begun(state)) return;
  Control control;
  control.kind = Control::Kind::Requests;
  control.key = "weights";
  control.label = strings.text("control.weights");
  control.pane = 1;
  control.minor = true;
  for (const char* net : {"cnn", "fc"})
    for (const char* what : {"save_weights.", "load_weights."}) {
      control.values.push_back(std::string(what) + net);
      control.labels.push_back(
          strings.format(std::string("control.") + what + "net",
                         {{"net", std::string(strings.text("training." + std::string(net)))}}));
    }
  scene.controls.push_back(std::move(control));
}

std::string training_narration(const LessonState& state, const strings::Strings& strings) {
  if (!begun(state))
    return std::string(
        strings.text(state.learned && state.learned->failed ? "training.failed" : "training.waiting"));
  std::string before;
  if (state.learned->diverged) before = std::string(strings.text("training.diverged")) + " ";
  if (state.learned->started_over) before = std::string(strings.text("training.started_over")) + " ";
  return before +
         strings.format("training.narration", {{"steps", measured_at(state)},
                                               {"cnn", percent(last_of(state, "train.cnn.test_accuracy"))},
                                               {"fc", percent(last_of(state, "train.fc.test_accuracy"))},
                                               {"cnn_train", percent(last_of(state, "train.cnn.accuracy"))},
                                               {"fc_train", percent(last_of(state, "train.fc.accuracy"))}});
}

}  // namespace lessons
