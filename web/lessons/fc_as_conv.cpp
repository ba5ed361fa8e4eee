// Lesson `fc-as-conv`: a fully connected layer is a convolution whose kernels are as large as the image. The
// kernels are the middles of the layer's templates, one a class; grown to the whole templates they have one
// place left, and its values are the layer's scores. In a larger image they have more: a map of scores.
#include <algorithm>

#include "engine/kernels/kernels.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kSide = 28, kClasses = 10, kSmallest = 3, kLargestImage = 56;

void defaults(Settings& settings) {
  settings.kernel_size = 16;
  settings.filter = "trained";
  settings.filter_index = 3;
  settings.step = 84;  // the middle
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = sliding_keys(state, initial);
  for (Key& key : keys)
    if (key.name == "filter") key.values = {initial.filter, "custom"};
  keys.insert(keys.begin() + 2, {int_key("image_size", kSide, kLargestImage, initial.image_size),
                                 int_key("kernel_size", kSmallest, kSide, initial.kernel_size)});
  keys.insert(keys.begin() + 5, int_key("filter_index", 0, kClasses - 1, initial.filter_index));
  return keys;
}

// Where the digit stands in the larger image: above the middle and right of it, so that its place can be told
// from the middle of the map.
struct Corner {
  int row, col;
};
Corner digit_corner(const Settings& s) {
  const int room = s.image_size - kSide;
  return {room / 3, room - room / 3};
}

nn::Tensor placed(const nn::Tensor& digit, const Settings& s) {
  const Corner corner = digit_corner(s);
  nn::Tensor image(nn::Shape{1, s.image_size, s.image_size});
  for (int row = 0; row < kSide; ++row)
    std::copy_n(digit.data() + row * kSide, kSide,
                image.data() + (corner.row + row) * s.image_size + corner.col);
  return image;
}

// The middle k×k of every template.
nn::Tensor middles(const nn::Tensor& templates, int k) {
  const int margin = (kSide - k) / 2;
  nn::Tensor weight(nn::Shape{kClasses, 1, k, k});
  for (int c = 0; c < kClasses; ++c)
    for (int row = 0; row < k; ++row)
      std::copy_n(templates.data() + (c * kSide + margin + row) * kSide + margin, k,
                  weight.data() + (c * k + row) * k);
  return weight;
}

void compute(LessonState& state) {
  const Settings& s = state.settings;
  const Assets& assets = *state.assets;
  auto& tensors = state.tensors;
  tensors["input"] = s.input ? *s.input : placed(*assets.image(s.image), s);
  tensors["weight"] = s.weight ? *s.weight : middles(assets.fc_weight, s.kernel_size);
  tensors["bias"] = s.bias ? *s.bias : assets.fc_bias;
  compute_output(state, "input");

  // The layer reads the digit's part of the image; its weights are the kernels once those are as large.
  const Corner corner = digit_corner(s);
  nn::Tensor flat(nn::Shape{kSide * kSide}), templates = assets.fc_weight, scores(nn::Shape{kClasses});
  for (int row = 0; row < kSide; ++row)
    std::copy_n(tensors["input"].data() + (corner.row + row) * s.image_size + corner.col, kSide,
                flat.data() + row * kSide);
  if (s.kernel_size == kSide)
    std::copy(tensors["weight"].begin(), tensors["weight"].end(), templates.begin());
  nn::linear_forward(scores.data(), flat.data(), templates.data(), tensors["bias"].data(), 1, kSide * kSide,
                     kClasses);
  tensors["flat"] = std::move(flat);
  tensors["fc_weight"] = std::move(templates);
  tensors["fc_bias"] = tensors["bias"];
  tensors["fc_scores"] = std::move(scores);
}

void compute_step(LessonState& state) {
  compute_window(state);
  nn::Tensor scores(nn::Shape{kClasses});
  for (int c = 0; c < kClasses; ++c)
    scores[c] = state.tensors.at("output")[c * state.steps + state.settings.step];
  state.tensors["window_scores"] = std::move(scores);
}

// Whether window and kernel are what the fully connected layer has: all of the digit, all of the template.
bool whole(const LessonState& state) {
  const Corner corner = digit_corner(state.settings);
  const Place p = place(state);
  return state.settings.kernel_size == kSide && p.row == corner.row && p.col == corner.col;
}

struct Scores {
  float fc, window;
};
Scores scores_of(const LessonState& state) {
  const int c = state.settings.filter_index;
  return {state.tensors.at("fc_scores")[c], state.tensors.at("window_scores")[c]};
}

const char* comparison(const LessonState& state) {
  const Scores scores = scores_of(state);
  if (!whole(state) && scores.fc == scores.window) return "fc-as-conv.equal";
  if (!whole(state)) return state.settings.kernel_size < kSide ? "fc-as-conv.part" : "fc-as-conv.elsewhere";
  return scores.fc == scores.window ? "fc-as-conv.same" : "fc-as-conv.rounded";
}

std::string comparison_text(const LessonState& state, const strings::Strings& strings) {
  const Scores scores = scores_of(state);
  return strings.format(comparison(state), {{"delta", difference_text(scores.fc, scores.window)}});
}

Figure bars(const LessonState& state, const strings::Strings& strings, const char* id, const char* caption) {
  Figure figure;
  figure.kind = FigureKind::Bars;
  figure.id = id;
  figure.symbol = "s";
  figure.role = Role::Output;
  figure.tensor = &state.tensors.at(id);
  figure.rows = kClasses;
  // One scale for both, so that they can be compared.
  figure.limit = std::max({largest_magnitude(state.tensors.at("fc_scores")),
                           largest_magnitude(state.tensors.at("window_scores")), 1e-6f});
  figure.current = state.settings.filter_index;
  figure.chooses = "filter_index";
  figure.link.is = CellIs::Class;
  figure.caption = strings.text(caption);
  return figure;
}

// The layer's image or one of its templates as a square.
Figure square(const LessonState& state, const char* id, const char* tensor, const char* symbol, Role role) {
  const Corner corner = digit_corner(state.settings);
  const int side = state.settings.image_size;
  Figure figure;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = role;
  figure.tensor = &state.tensors.at(tensor);
  figure.rows = figure.cols = kSide;
  figure.link = {CellIs::Tap, side, side, 0, corner.row, corner.col, kSide};
  return figure;
}

enum { kInput, kWindow, kTimes, kKernel, kProducts, kArrow, kOutput, kNote };

Pane scores_pane(const LessonState& state, const strings::Strings& strings, const Pane& all) {
  const Settings& s = state.settings;
  const std::string c = std::to_string(s.filter_index), size = size_text(s.kernel_size, s.kernel_size);
  Figure image = square(state, "flat.square", "flat", "x", Role::Input);
  image.caption = strings.format("figure.input", {{"size", size_text(kSide, kSide)}});
  Figure pattern = square(state, "fc_weight.square", "fc_weight", "w", Role::Weight);
  pattern.offset = s.filter_index * kSide * kSide;
  pattern.scale = Scale::Diverging;
  pattern.limit = std::max(largest_magnitude(*pattern.tensor), 1e-6f);
  pattern.caption = strings.format("figure.template", {{"class", c}});
  // The part of it that is the kernel.
  const int margin = (kSide - s.kernel_size) / 2;
  pattern.muted = pattern.fixed = true;
  pattern.window = CellRect{margin, margin, s.kernel_size, s.kernel_size};
  Figure window = all.figures[kWindow], kernel = all.figures[kKernel];
  kernel.limit = std::max(largest_magnitude(*kernel.tensor), pattern.limit);
  kernel.editable = false;
  kernel.caption = strings.format("fc-as-conv.kernel", {{"size", size}});

  Pane pane;
  pane.id = "fully-connected";
  pane.title = strings.text("pane.fc_window");
  pane.note = strings.text("pane.fc_window.note");
  pane.figures = {
      image,  operator_sign("×"), pattern, bars(state, strings, "fc_scores", "fc-as-conv.fc_scores"),
      window, operator_sign("×"), kernel,  bars(state, strings, "window_scores", "fc-as-conv.window_scores")};
  pane.layouts = {
      column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), row({leaf(4), leaf(5), leaf(6), leaf(7)})}),
      row({leaf(0), leaf(2), leaf(4), leaf(6)})};
  const Scores scores = scores_of(state);
  pane.where = comparison_text(state, strings);
  pane.formula = {{strings.format("flatten.score", {{"class", c}}), Role::Output},
                  {std::string(strings.text("pane.fc")) + " ", Role::Plain},
                  {strings::number(scores.fc), Role::Output, true},
                  {comparison_sign(scores.fc, scores.window, whole(state)), Role::Plain},
                  {std::string(strings.text("fc-as-conv.window")) + " ", Role::Plain},
                  {strings::number(scores.window), Role::Output, true}};
  return pane;
}

Pane maps_pane(const LessonState& state, const strings::Strings& strings, Pane pane) {
  Figure input = pane.figures[kInput], output = pane.figures[kOutput];
  output.computed = -1;  // a map of scores is looked at as a whole
  output.numbers = true;
  output.caption = strings.format(
      "fc-as-conv.map", {{"class", std::to_string(state.settings.filter_index)},
                         {"size", output.concealed ? unknown_size() : size_text(output.rows, output.cols)}});
  pane.title = strings.text("pane.convolution");
  pane.note = strings.text("fc-as-conv.filters");
  pane.figures = {input, operator_sign("→"), output};
  std::vector<Layout> maps;
  for (int c = 0; c < kClasses; ++c) {
    Figure map = output;
    map.id = "output." + std::to_string(c);
    map.offset = c * state.steps;
    map.caption = std::to_string(c);
    map.link = {};
    if (c != state.settings.filter_index) map.role = Role::Plain;
    maps.push_back(leaf(int(pane.figures.size())));
    pane.figures.push_back(map);
  }
  pane.layouts = {column({row({leaf(0), leaf(1), leaf(2)}), row(maps)})};
  pane.where = strings.text("stride.size");
  pane.formula = size_formula(state);
  return pane;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  const Pane all = convolution_pane(state, strings, followed);
  Scene scene;
  scene.question = strings.text("fc-as-conv.question");
  scene.lead = strings.text("fc-as-conv.lead");
  scene.panes = {scores_pane(state, strings, all), maps_pane(state, strings, all)};
  scene.controls = {picture_control(state, strings)};
  add_slider(scene, state, strings, "image_size", 1);
  add_slider(scene, state, strings, "kernel_size", 1);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const Place p = place(state);
  const Scores scores = scores_of(state);
  return strings.format("fc-as-conv.narration", {{"kernel", size_text(s.kernel_size, s.kernel_size)},
                                                 {"formula", size_text(state)},
                                                 {"step", std::to_string(s.step)},
                                                 {"row", std::to_string(p.row)},
                                                 {"col", std::to_string(p.col)},
                                                 {"class", std::to_string(s.filter_index)},
                                                 {"window", strings::number(scores.window)},
                                                 {"score", strings::number(scores.fc)}}) +
         " " + comparison_text(state, strings) + ".";
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_size(state), ask_windows(state), ask_parameters(state)};
}

}  // namespace

extern const Lesson fc_as_conv_lesson;
const Lesson fc_as_conv_lesson = {"fc-as-conv", keys,  defaults,  compute,
                                  compute_step, scene, narration, questions};

}  // namespace lessons
