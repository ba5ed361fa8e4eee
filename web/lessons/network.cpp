#include "web/lessons/network.h"

#include <algorithm>

#include "engine/kernels/kernels.h"
#include "web/lessons/draw_panes.h"
#include "web/lessons/experiment_panes.h"
#include "web/lessons/findings.h"
#include "web/lessons/learned.h"
#include "web/lessons/sliding.h"
#include "web/lessons/small_cnn.h"
#include "web/lessons/training_models.h"
#include "web/lessons/training_panes.h"

namespace lessons {

const Stage& stage_at(int index) {
  static constexpr Stage stages[kStages] = {{Stage::Convolution, 0, 1, 5, 2, 1},
                                            {Stage::Pooling, 2, 2, 2, 0, 2},
                                            {Stage::Convolution, 3, 4, 3, 1, 1},
                                            {Stage::Pooling, 5, 5, 2, 0, 2},
                                            {Stage::Linear, 7, 7, 7, 0, 1}};
  return stages[index];
}

std::string activation_name(int layer) { return "activation_" + std::to_string(layer); }

const nn::Tensor& stage_input(const LessonState& state, int index) {
  return index == 0 ? state.tensors.at("input") : stage_result(state, index - 1);
}

const nn::Tensor& stage_result(const LessonState& state, int index) {
  return state.tensors.at(activation_name(stage_at(index).result));
}

Cell cell_of(const LessonState& state) {
  const Stage& stage = stage_of(state);
  const int step = state.settings.step, at = state.settings.filter_index * state.steps + step;
  Cell cell = {step / state.out_cols, step % state.out_cols, 0, 0, 0, 0, 0, 0};
  if (stage.kind != Stage::Linear) {
    cell.origin_row = cell.row * stage.stride - stage.padding;
    cell.origin_col = cell.col * stage.stride - stage.padding;
  }
  if (stage.kind != Stage::Pooling) {
    double sum = 0;
    for (const double part : channel_sums(state)) sum += part;
    cell.sum = float(sum);
    cell.bias = state.tensors.at("bias")[stage.kind == Stage::Linear ? step : state.settings.filter_index];
  }
  cell.output = state.tensors.at("output")[size_t(at)];
  cell.result = stage_result(state, state.settings.layer)[size_t(at)];
  return cell;
}

int winner_of(const LessonState& state) {
  const nn::Tensor& scores = state.tensors.at("fc_scores");
  return int(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

std::vector<double> channel_sums(const LessonState& state) {
  const nn::Tensor& products = state.tensors.at("products");
  const size_t channels = size_t(products.shape()[0]), area = products.size() / channels;
  std::vector<double> sums(channels);
  for (size_t i = 0; i < products.size(); ++i) sums[i / area] += products[i];
  return sums;
}

namespace {

const std::vector<std::string> kViews = {"chain", "volumes", "draw", "training", "experiments"};

void defaults(Settings& settings) {
  settings.layer = 0;
  settings.filter_index = 4;  // at the right of the digit's lower arc, where it answers most
  settings.step = 495;
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  const std::vector<Key> sliding = sliding_keys(state, initial);
  const auto named = [&](const char* name) {
    return *std::find_if(sliding.begin(), sliding.end(), [&](const Key& key) { return key.name == name; });
  };
  const Stage& stage = stage_of(state);
  const int maps = stage.kind == Stage::Linear
                       ? 1
                       : state.assets->network.shape(stage.layer + 1)[0];  // place N + 1: what layer N gives
  std::vector<Key> keys = {named("step"), named("image"), int_key("layer", 0, kStages - 1, initial.layer),
                           int_key("filter_index", 0, maps - 1, initial.filter_index),
                           Key{Key::Type::Choice, "view", 0, 0, kViews, initial.view}};
  keys.push_back({Key::Type::Choice, "show", 0, 0, {std::begin(kShows), std::end(kShows)}, initial.show});
  keys.push_back({Key::Type::Choice,
                  "experiment",
                  0,
                  0,
                  {std::begin(kExperiments), std::end(kExperiments)},
                  initial.experiment});
  for (Key& key : pose_keys(initial)) keys.push_back(std::move(key));
  for (Key& key : training_keys(initial)) keys.push_back(std::move(key));
  keys.push_back(named("input"));
  return keys;
}

nn::Tensor copy_of(const nn::View& view, const nn::Shape& shape) {
  nn::Tensor copy(shape);
  std::copy(view.data, view.data + copy.size(), copy.begin());
  return copy;
}

void compute(LessonState& state) {
  const Settings& s = state.settings;
  const Stage& stage = stage_of(state);
  auto& tensors = state.tensors;
  nn::Tensor input = s.input ? *s.input : *state.assets->image(s.image);
  tensors.clear();  // which there are depends on the stage
  nn::Sequential net = state.assets->network;
  if (state.learned && state.learned->stack == chain_stack())  // the net as far as it has come
    for (int i = 0; i < net.parameter_count(); ++i)
      if (const auto live = state.learned->tensors.find("train.cnn." + net.parameter_name(i));
          live != state.learned->tensors.end())
        net.parameter(i) = live->second;
  [[maybe_unused]] const nn::Error error = net.reserve(1);
  std::copy(input.begin(), input.end(), net.input(1));
  net.forward(1);
  for (int layer = 0; layer < net.layer_count(); ++layer)
    tensors[activation_name(layer)] = copy_of(net.activation(layer + 1), net.shape(layer + 1));
  for (int i = 0; i < net.parameter_count(); ++i) {
    tensors[net.parameter_name(i)] = net.parameter(i);
    if (net.parameter_layer(i) == stage.layer)
      tensors[net.parameter_is_bias(i) ? "bias" : "weight"] = net.parameter(i);
  }
  tensors["input"] = std::move(input);
  tensors["flat"] = tensors[activation_name(6)];
  tensors["fc_weight"] = tensors["7.weight"];
  tensors["fc_bias"] = tensors["7.bias"];
  tensors["fc_scores"] = tensors[activation_name(7)];
  tensors["probabilities"] = nn::Tensor(nn::Shape{10});
  nn::softmax_forward(tensors["probabilities"].data(), tensors["fc_scores"].data(), 1, 10);

  const nn::Tensor& output = tensors["output"] = tensors[activation_name(stage.layer)];
  const bool linear = stage.kind == Stage::Linear;
  state.out_rows = linear ? output.shape()[0] : output.shape()[1];
  state.out_cols = linear ? 1 : output.shape()[2];
  state.steps = state.out_rows * state.out_cols;
  if (stage.kind == Stage::Pooling) {
    const nn::Tensor& in = stage_input(state, s.layer);
    nn::Tensor again(output.shape()), argmax(output.shape());
    std::vector<int32_t> winners(output.size());
    nn::max_pool2d_forward(again.data(), winners.data(), in.data(),
                           {in.shape()[0], in.shape()[1], in.shape()[2], stage.kernel, stage.stride});
    std::copy(winners.begin(), winners.end(), argmax.begin());
    tensors["argmax"] = std::move(argmax);
  }
  if (s.view == "draw" || s.input) compute_answers(state);
  take_learned(state);
  if (s.view == "experiments") add_experiment_tensors(state);
}

void compute_step(LessonState& state) {
  const Stage& stage = stage_of(state);
  const nn::Tensor& in = stage_input(state, state.settings.layer);
  const int k = stage.kernel, height = in.shape()[1], width = in.shape()[2];
  const int row0 =
      stage.kind == Stage::Linear ? 0 : state.settings.step / state.out_cols * stage.stride - stage.padding;
  const int col0 =
      stage.kind == Stage::Linear ? 0 : state.settings.step % state.out_cols * stage.stride - stage.padding;
  const bool pooling = stage.kind == Stage::Pooling;
  const int first = pooling ? state.settings.filter_index : 0, channels = pooling ? 1 : in.shape()[0];
  nn::Tensor window(nn::Shape{channels, k, k});
  for (int i = 0; i < int(window.size()); ++i) {
    const int c = first + i / (k * k), row = row0 + i / k % k, col = col0 + i % k;
    const bool inside = row >= 0 && row < height && col >= 0 && col < width;
    window[size_t(i)] = inside ? in[size_t((c * height + row) * width + col)] : 0.0f;
  }
  if (!pooling) {
    const int filter = stage.kind == Stage::Linear ? state.settings.step : state.settings.filter_index;
    const float* weight = state.tensors.at("weight").data() + size_t(filter) * window.size();
    nn::Tensor products(window.shape());
    for (size_t i = 0; i < window.size(); ++i) products[i] = window[i] * weight[i];
    state.tensors["products"] = std::move(products);
  }
  state.tensors["window"] = std::move(window);
}

Control number_control(const char* key, std::string_view label, int selected) {
  Control control;
  control.key = key;
  control.label = label;
  control.pane = 0;
  control.number = true;
  control.selected = selected;
  return control;
}

Control view_control(const LessonState& state, const strings::Strings& strings, int pane) {
  Control control;
  control.kind = Control::Kind::Buttons;
  control.key = "view";
  control.label = strings.text("control.view");
  control.pane = pane;
  control.values = kViews;
  for (const std::string& view : control.values)
    control.labels.push_back(std::string(strings.text("control.view." + view)));
  control.selected = int(std::find(kViews.begin(), kViews.end(), state.settings.view) - kViews.begin());
  return control;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  const Settings& s = state.settings;
  const Cell cell = cell_of(state);
  const int side = state.tensors.at("input").shape()[1], row = cell.origin_row + 2, col = cell.origin_col + 2;
  if (followed < 0 && s.layer == 0 && row >= 0 && row < side && col >= 0 && col < side)
    followed = row * side + col;  // the middle of the window
  Scene scene;
  scene.question = strings.text("network.question");
  scene.lead = strings.text("network.lead");
  if (s.view == "training") {
    scene.question = strings.text("training.question");
    scene.lead = strings.text("training.lead");
    scene.panes = training_panes(state, strings);
    scene.without_steps = true;
    scene.followed = followed;
    scene.controls = {view_control(state, strings, 1)};
    scene.controls.back().kind = Control::Kind::List;  // the titles and the models need the room
    add_training_controls(scene, state, strings);
    add_weights_control(scene, state, strings);
    return scene;
  }
  if (s.view == "experiments") {
    scene.question = experiment_text(state, strings, "question");
    scene.lead = experiment_text(state, strings, "claim");
    scene.panes = experiment_panes(state, strings);
    scene.without_steps = true;
    scene.followed = followed;
    scene.controls = {view_control(state, strings, 1)};
    add_experiment_controls(scene, state, strings);
    return scene;
  }
  if (s.view == "draw") {
    scene.question = strings.text("draw.question");
    scene.lead = strings.text("draw.lead");
    scene.panes = {draw_pane_of(state, strings)};
    scene.without_steps = true;
    scene.followed = followed;
    scene.controls = {picture_control(state, strings), view_control(state, strings, 0)};
    add_draw_controls(scene, strings);
    return scene;
  }
  scene.panes = {network_pane(state, strings)};
  scene.controls = {picture_control(state, strings), view_control(state, strings, 0)};
  if (s.view == "volumes") add_pose_controls(scene, state, strings, 0);
  Control filters = number_control("filter_index", strings.text("control.map"), s.filter_index);
  const int maps = s.layer == kStages - 1 ? 1 : stage_result(state, s.layer).shape()[0];
  for (int i = 0; i < maps; ++i) {
    filters.values.push_back(std::to_string(i));
    filters.labels.push_back(strings.format("control.map.value", {{"n", std::to_string(i)}}));
  }
  if (maps > 1) scene.controls.push_back(std::move(filters));
  Control layers = number_control("layer", strings.text("control.layer"), s.layer);
  for (int i = 0; i < kStages; ++i) {
    layers.values.push_back(std::to_string(i));
    layers.labels.push_back(std::string(strings.text("layer." + std::to_string(i))));
  }
  scene.controls.push_back(std::move(layers));
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  if (state.settings.view == "training") return training_narration(state, strings);
  if (state.settings.view == "experiments") return experiment_narration(state, strings);
  if (state.settings.view == "draw") return draw_narration(state, strings);
  const Settings& s = state.settings;
  const Stage& stage = stage_of(state);
  const Cell cell = cell_of(state);
  const int winner = winner_of(state);
  const nn::Tensor& probabilities = state.tensors.at("probabilities");
  const auto percent = [&](int c) { return strings::number(100 * probabilities[size_t(c)], 1); };
  strings::Arguments arguments = {{"layer", std::string(strings.text("layer." + std::to_string(s.layer)))},
                                  {"map", std::to_string(s.filter_index)},
                                  {"row", std::to_string(cell.row)},
                                  {"col", std::to_string(cell.col)},
                                  {"taps", std::to_string(state.tensors.at("window").size())},
                                  {"sum", strings::number(cell.sum)},
                                  {"bias", strings::number(cell.bias)},
                                  {"output", strings::number(cell.output)},
                                  {"value", strings::number(cell.result)},
                                  {"class", std::to_string(s.step)},
                                  {"winner", std::to_string(winner)},
                                  {"percent", percent(stage.kind == Stage::Linear ? s.step : winner)},
                                  {"winner_percent", percent(winner)}};
  const char* key = stage.kind == Stage::Convolution ? "network.narration.convolution"
                    : stage.kind == Stage::Pooling   ? "network.narration.pooling"
                                                     : "network.narration.linear";
  return strings.format(key, arguments) + " " + strings.format("network.narration", arguments);
}

}  // namespace

extern const Lesson network_lesson;
const Lesson network_lesson = {"network",    keys,  defaults,  compute,
                               compute_step, scene, narration, network_questions};

}  // namespace lessons
