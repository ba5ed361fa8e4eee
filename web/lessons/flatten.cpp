// Lesson `flatten`: one digit read twice. A fully connected layer takes its 784 pixels as one strip; a
// convolution with padding 2 slides a 5×5 window over it, so 784 windows: step i is flat index i on both
// sides.
#include <algorithm>
#include <cmath>

#include "engine/kernels/kernels.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kLensCells = 11;

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.padding = 2;
  settings.step = 323;
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = sliding_keys(state, initial);
  keys.insert(keys.begin() + 3, int_key("class", 0, 9, initial.class_index));
  return keys;
}

void compute(LessonState& state) {
  compute_convolution(state);
  auto& tensors = state.tensors;
  const nn::Tensor& input = tensors["input"];
  const int n = int(input.size());
  nn::Tensor flat(nn::Shape{n}), scores(nn::Shape{10}), products(nn::Shape{n}), running(nn::Shape{n});
  std::copy(input.data(), input.data() + n, flat.data());
  tensors["fc_weight"] = state.assets->fc_weight;
  tensors["fc_bias"] = state.assets->fc_bias;
  nn::linear_forward(scores.data(), flat.data(), tensors["fc_weight"].data(), tensors["fc_bias"].data(), 1, n,
                     10);
  const float* weight = tensors["fc_weight"].data() + state.settings.class_index * n;
  float sum = tensors["fc_bias"][state.settings.class_index];
  for (int i = 0; i < n; ++i) {
    products[i] = flat[i] * weight[i];
    running[i] = sum += products[i];
  }
  tensors["flat"] = std::move(flat);
  tensors["fc_scores"] = std::move(scores);
  tensors["fc_products"] = std::move(products);
  tensors["fc_running"] = std::move(running);
}

Figure strip(const LessonState& state, const char* id, const char* symbol, Role role) {
  Figure figure;
  figure.kind = FigureKind::Strip;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = role;
  figure.tensor = &state.tensors.at(id);
  const nn::Shape& input = state.tensors.at("input").shape();
  figure.cols = input[1] * input[2];
  figure.link = {CellIs::Pixel, input[1], input[2]};
  return figure;
}

// The few cells of a strip around pixel `at`, large enough to read.
Figure lens(const Figure& strip, int at) {
  Figure figure = strip;
  const int first = std::clamp(at - kLensCells / 2, 0, strip.cols - kLensCells);
  figure.offset += first;
  figure.factors.x_offset += first;
  figure.factors.w_offset += first;
  figure.cols = kLensCells;
  figure.link.first = first;
  figure.numbers = true;
  if (figure.computed >= 0) figure.computed = std::clamp(figure.computed - first, 0, kLensCells);
  return figure;
}

std::string int_text(int value) { return std::to_string(value); }

Pane fully_connected_pane(const LessonState& state, const strings::Strings& strings, int followed) {
  const Settings& s = state.settings;
  const int c = s.class_index;
  const nn::Shape& shape = state.tensors.at("input").shape();
  const bool class_hidden = asks(state, "question.class"), product_hidden = asks(state, "question.product");

  Figure x = strip(state, "flat", "x", Role::Input);
  Figure w = strip(state, "fc_weight", "w", Role::Weight);
  w.offset = c * w.cols;
  w.scale = Scale::Diverging;
  w.limit = largest_magnitude(*w.tensor);
  Figure products = strip(state, "fc_products", "x·w", Role::Product);
  products.scale = Scale::Diverging;
  products.limit = w.limit;
  products.computed = s.step + (product_hidden ? 0 : 1);
  products.factors = {x.tensor, w.tensor, 0, w.offset};

  Figure picture = x;
  picture.kind = FigureKind::Heatmap;
  picture.id = "input";
  picture.tensor = &state.tensors.at("input");
  picture.rows = shape[1];
  picture.cols = shape[2];
  picture.caption = strings.format("figure.input", {{"size", size_text(shape[1], shape[2])}});
  Figure pattern = w;
  pattern.kind = FigureKind::Heatmap;
  pattern.id = "fc_weight.square";
  pattern.rows = shape[1];
  pattern.cols = shape[2];
  pattern.caption = strings.format("figure.template", {{"class", int_text(c)}});

  Figure scores;
  scores.kind = FigureKind::Bars;
  scores.id = "fc_scores";
  scores.symbol = "s";
  scores.role = Role::Output;
  scores.tensor = &state.tensors.at("fc_scores");
  scores.rows = 10;
  scores.limit = std::max(largest_magnitude(*scores.tensor), 1e-6f);
  scores.current = c;
  scores.concealed = class_hidden;
  scores.chooses = "class";
  scores.link.is = CellIs::Class;
  scores.caption = strings.text("figure.scores");

  const int at = followed >= 0 ? followed : s.step;
  Figure lens_x = lens(x, at), lens_w = lens(w, at), lens_products = lens(products, at);
  for (Figure* figure : {&lens_x, &lens_w, &lens_products}) figure->id += ".lens";
  products.caption = strings.format("figure.flat_index", {{"index", int_text(at)},
                                                          {"row", int_text(at / shape[2])},
                                                          {"width", int_text(shape[2])},
                                                          {"col", int_text(at % shape[2])}});

  Pane pane;
  pane.id = "fully-connected";
  pane.title = strings.text("pane.fc");
  pane.note = strings.format("pane.fc.note", {{"count", int_text(x.cols)}});
  pane.figures = {picture, operator_sign("×"), pattern, scores, x,
                  w,       products,           lens_x,  lens_w, lens_products};
  pane.layouts = {column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), leaf(4), leaf(5), leaf(6), leaf(7),
                          leaf(8), leaf(9)}),
                  column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), leaf(4), leaf(5), leaf(6)})};
  pane.where = strings.format("flatten.where", {{"step", int_text(s.step)}});
  const nn::Tensor &running = state.tensors.at("fc_running"), &all = state.tensors.at("fc_scores");
  pane.formula = {{"Σ ", Role::Plain},
                  {"x", Role::Input, true},
                  {"·", Role::Plain},
                  {"w", Role::Weight, true},
                  {" + b = ", Role::Plain},
                  {unless(product_hidden, strings::number(running[s.step])), Role::Product, true},
                  {" → ", Role::Plain},
                  {strings.format("flatten.score", {{"class", int_text(c)}}), Role::Output},
                  {unless(class_hidden, strings::number(all[c])), Role::Output, true}};
  return pane;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  // With padding 2 the middle of window i is pixel i: by default the step's own pixel is followed.
  if (followed < 0) followed = centre_pixel(state);
  Pane right = convolution_pane(state, strings, followed);
  enum { kInput, kWindow, kTimes, kKernel, kProducts, kArrow, kOutput, kNote };
  right.layouts = {row({column({leaf(kInput), leaf(kNote)}),
                        column({row({leaf(kWindow), leaf(kTimes), leaf(kKernel)}),
                                row({leaf(kProducts), leaf(kArrow), leaf(kOutput)})})}),
                   column({row({leaf(kInput), leaf(kArrow), leaf(kOutput), leaf(kNote)}),
                           row({leaf(kWindow), leaf(kTimes), leaf(kKernel), leaf(kProducts)})}),
                   row({leaf(kInput), leaf(kWindow), leaf(kTimes), leaf(kKernel), leaf(kProducts),
                        leaf(kArrow), leaf(kOutput)})};

  Scene scene;
  scene.question = strings.text("flatten.question");
  const int label =
      state.settings.input ? -1 : state.assets->digits[std::stoi(state.settings.image.substr(6))].label;
  scene.lead = label >= 0 ? strings.format("flatten.lead", {{"digit", int_text(label)}})
                          : std::string(strings.text("flatten.lead.custom"));
  scene.controls = sliding_controls(state, strings, 1);
  scene.panes = {fully_connected_pane(state, strings, followed), std::move(right)};
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const int step = state.settings.step, c = state.settings.class_index;
  const auto at = [&](const char* name, int i) { return strings::number(state.tensors.at(name)[i]); };
  return strings.format("flatten.narration",
                        {{"index", int_text(step)},
                         {"x", at("flat", step)},
                         {"w", at("fc_weight", c * int(state.tensors.at("flat").size()) + step)},
                         {"product", at("fc_products", step)},
                         {"running", at("fc_running", step)},
                         {"class", int_text(c)},
                         {"score", at("fc_scores", c)}}) +
         " " + convolution_narration(state, strings);
}

// The product of the step's pixel and weight.
Question ask_product(const LessonState& state) {
  const int step = state.settings.step;
  const float x = state.tensors.at("flat")[step];
  const float w =
      state.tensors.at("fc_weight")[state.settings.class_index * int(state.tensors.at("flat").size()) + step];
  Question q;
  q.key = "question.product";
  q.hint = "question.product.hint";
  q.arguments = {{"index", int_text(step)}, {"x", strings::number(x)}, {"w", strings::number(w)}};
  q.expected = state.tensors.at("fc_products")[step];
  q.decimals = 2;
  q.tolerance = 0.005 * (std::fabs(x) + std::fabs(w)) + 0.0051;
  q.mistakes = {{"mistake.sign-lost", -q.expected},
                {"mistake.added", double(x) + w},
                {"mistake.running-sum", double(state.tensors.at("fc_running")[step])}};
  return q;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_class(state), ask_product(state), ask_fc_parameters(state), ask_cell(state)};
}

}  // namespace

extern const Lesson flatten_lesson;
const Lesson flatten_lesson = {"flatten",      keys,  defaults,  compute,
                               compute_window, scene, narration, questions};

}  // namespace lessons
