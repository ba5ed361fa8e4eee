#include "web/lessons/draw_panes.h"

#include <algorithm>
#include <cmath>

#include "engine/kernels/kernels.h"
#include "web/lessons/learned.h"
#include "web/lessons/pen.h"
#include "web/lessons/sliding.h"

namespace lessons {
namespace {

constexpr int kClasses = 10;

// Whether this net was taught in the page: then it is the one that answers.
bool live(const LessonState& state) {
  return state.learned && (state.learned->steps > 0 || state.learned->loaded);
}

nn::Tensor probabilities(const nn::Tensor& scores) {
  nn::Tensor result(nn::Shape{kClasses});
  nn::softmax_forward(result.data(), scores.data(), 1, kClasses);
  return result;
}

// The net of this model with the parameters named `name`.…; nothing when they do not fit together.
std::optional<nn::Sequential> learned_net(const Learned& learned, const training::Model& model,
                                          const std::string& name) {
  nn::Sequential net;
  if (model.layers.empty() || nn::Sequential::make(net, model.input, model.layers, 0)) return std::nullopt;
  for (int i = 0; i < net.parameter_count(); ++i) {
    const auto found = learned.tensors.find(name + "." + net.parameter_name(i));
    if (found == learned.tensors.end() || !(found->second.shape() == net.parameter(i).shape()))
      return std::nullopt;
    net.parameter(i) = found->second;
  }
  if (net.reserve(1)) return std::nullopt;
  return net;
}

// Nothing where the numbers of the input are so large that the net's leave the range of a float.
std::optional<nn::Tensor> scores_of(nn::Sequential& net, const nn::Tensor& input) {
  std::copy(input.begin(), input.end(), net.input(1));
  net.forward(1);
  nn::Tensor scores(nn::Shape{kClasses});
  const nn::View last = net.activation(net.layer_count());
  std::copy(last.data, last.data + kClasses, scores.begin());
  if (!std::all_of(scores.begin(), scores.end(), [](float score) { return std::isfinite(score); }))
    return std::nullopt;
  return scores;
}

int winner(const nn::Tensor& values) {
  return int(std::max_element(values.begin(), values.end()) - values.begin());
}

std::string signed_number(float value) {
  const std::string number = strings::number(value, 1);
  return value > 0 && number != "0.0" ? "+" + number : number;
}

strings::Arguments placement_arguments(const nn::Tensor& input) {
  const Placement p = placement_of(input);
  return {{"rows", std::to_string(p.rows)},
          {"cols", std::to_string(p.cols)},
          {"side", std::to_string(kFittedSide)},
          {"right", signed_number(p.middle.col - float(input.shape()[2]) / 2)},
          {"down", signed_number(p.middle.row - float(input.shape()[1]) / 2)}};
}

bool blank(const nn::Tensor& input) { return placement_of(input).rows == 0; }

std::string placement_text(const LessonState& state, const strings::Strings& strings) {
  const nn::Tensor& input = state.tensors.at("input");
  if (blank(input)) return std::string(strings.text("draw.blank"));
  return strings.format("draw.placement", placement_arguments(input));
}

Figure answer_bars(const LessonState& state, const strings::Strings& strings, const std::string& net) {
  Figure figure;
  figure.kind = FigureKind::Bars;
  figure.id = "answer_" + net;
  figure.symbol = "p";
  figure.role = Role::Output;
  figure.tensor = &state.tensors.at(figure.id);
  figure.rows = kClasses;
  figure.caption = strings.format("draw." + net, {{"class", std::to_string(winner(*figure.tensor))}});
  return figure;
}

}  // namespace

void compute_answers(LessonState& state) {
  auto& tensors = state.tensors;
  const nn::Tensor& input = tensors.at("input");
  nn::Tensor cnn = tensors.at("fc_scores"), fc(nn::Shape{kClasses});
  const nn::Tensor* templates = &state.assets->fc_weight;
  std::optional<nn::Sequential> live_cnn, live_fc;
  if (live(state)) {
    live_cnn = learned_net(*state.learned, state.learned->cnn, "train.cnn");
    live_fc = learned_net(*state.learned, state.learned->fc, "train.fc");
  }
  const auto cnn_says = live_cnn ? scores_of(*live_cnn, input) : std::nullopt;
  const auto fc_says = live_fc ? scores_of(*live_fc, input) : std::nullopt;
  if (cnn_says) cnn = *cnn_says;
  if (fc_says) {
    fc = *fc_says;
    templates = live_fc->parameter_count() == 2 ? &live_fc->parameter(0) : nullptr;
  } else {
    nn::linear_forward(fc.data(), input.data(), state.assets->fc_weight.data(), state.assets->fc_bias.data(),
                       1, int(input.size()), kClasses);
  }
  tensors["answer_cnn"] = probabilities(cnn);
  nn::Tensor& answer = tensors["answer_fc"] = probabilities(fc);
  if (!templates || templates->size() != kClasses * input.size()) return;
  nn::Tensor chosen(input.shape());
  std::copy_n(templates->data() + size_t(winner(answer)) * input.size(), input.size(), chosen.begin());
  tensors["answer_template"] = std::move(chosen);
}

Pane draw_pane_of(const LessonState& state, const strings::Strings& strings) {
  Pane pane;
  pane.id = "draw";
  pane.title = strings.text("draw.pane");
  pane.note = strings.text(live(state) ? "draw.live" : "draw.built_in");
  // Both squares are Maps of one plane: layouts may leave those out, and those where they are too small come
  // last.
  Figure pad;
  pad.kind = FigureKind::Maps;
  pad.id = "input";
  pad.symbol = "x";
  pad.role = Role::Input;
  pad.tensor = &state.tensors.at("input");
  pad.rows = pad.tensor->shape()[1];
  pad.cols = pad.tensor->shape()[2];
  pad.paints = pad.soft_pen = true;
  pad.link = {CellIs::Pixel, pad.rows, pad.cols};
  pad.caption = strings.text("draw.pad");

  Figure maps;
  maps.kind = FigureKind::Maps;
  maps.id = "activation_1";
  maps.symbol = "y";
  maps.role = Role::Output;
  maps.scale = Scale::Diverging;
  maps.tensor = &state.tensors.at(maps.id);
  maps.planes = maps.tensor->shape()[0];
  maps.rows = maps.tensor->shape()[1];
  maps.cols = maps.tensor->shape()[2];
  maps.per_row = 3;
  maps.limit = std::max(largest_magnitude(*maps.tensor), 1e-6f);
  maps.caption = strings.text("draw.maps");

  pane.figures = {pad, answer_bars(state, strings, "cnn"), answer_bars(state, strings, "fc"), maps};
  enum { kPad, kCnn, kFc, kMaps, kTemplate };
  std::vector<Layout> seen = {leaf(kMaps)};
  if (state.tensors.count("answer_template")) {
    Figure weights = signed_map(state, "answer_template", "w", Role::Weight);
    weights.kind = FigureKind::Maps;
    weights.rows = pad.rows;
    weights.cols = pad.cols;
    weights.link = pad.link;
    weights.caption =
        strings.format("draw.template", {{"class", std::to_string(winner(state.tensors.at("answer_fc")))}});
    pane.figures.push_back(weights);
    seen.push_back(leaf(kTemplate));
    pane.layouts.push_back(
        row({leaf(kPad), column({row({leaf(kMaps), leaf(kCnn)}), row({leaf(kTemplate), leaf(kFc)})})}));
  }
  const Layout first = row({leaf(kPad), leaf(kCnn), leaf(kFc)});
  pane.layouts.push_back(column({first, row(seen)}));
  pane.layouts.push_back(first);
  pane.where = placement_text(state, strings);
  const nn::Tensor &cnn = state.tensors.at("answer_cnn"), &fc = state.tensors.at("answer_fc");
  const auto answer = [&](const char* name, const nn::Tensor& values) {
    const int best = winner(values);
    pane.formula.push_back({strings.format(name, {{"class", std::to_string(best)}}), Role::Output, true});
    pane.formula.push_back({" " + strings::number(100 * values[size_t(best)], 1) + " %", Role::Plain});
  };
  answer("draw.cnn", cnn);
  pane.formula.push_back({" · ", Role::Plain});
  answer("draw.fc", fc);
  return pane;
}

void add_draw_controls(Scene& scene, const strings::Strings& strings) {
  for (const char* key : {"draw_fit", "draw_clear"}) {  // from right to left
    Control control;
    control.kind = Control::Kind::Command;
    control.key = key;
    control.label = strings.text(std::string("control.") + key);
    control.on = key == std::string("draw_clear");
    control.pane = 0;
    scene.controls.push_back(std::move(control));
  }
  Control pictures;
  pictures.kind = Control::Kind::Requests;
  pictures.key = "picture_from";
  pictures.label = strings.text("control.picture_from");
  pictures.values = {"own_image", "camera"};
  pictures.labels = {std::string(strings.text("own.choose")), std::string(strings.text("own.camera"))};
  pictures.pane = 0;
  pictures.minor = true;
  scene.controls.push_back(std::move(pictures));
}

std::string answers_text(const LessonState& state, const strings::Strings& strings) {
  const nn::Tensor &cnn = state.tensors.at("answer_cnn"), &fc = state.tensors.at("answer_fc");
  const auto percent = [](const nn::Tensor& values) {
    return strings::number(100 * values[size_t(winner(values))], 1);
  };
  return strings.format("draw.answers", {{"cnn", std::to_string(winner(cnn))},
                                         {"cnn_percent", percent(cnn)},
                                         {"fc", std::to_string(winner(fc))},
                                         {"fc_percent", percent(fc)}});
}

std::string draw_narration(const LessonState& state, const strings::Strings& strings) {
  return answers_text(state, strings) + " " + placement_text(state, strings);
}

}  // namespace lessons
