// Lesson `flatten`: one digit read twice. A fully connected layer takes its 784 pixels as one strip; a
// convolution with padding 2 slides a 5×5 window over it, so 784 windows: step i is window i and pixel i,
// and, unless it is unrolled in another order, flat index i.
#include "web/lessons/flatten.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/kernels/kernels.h"
#include "engine/rng.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.padding = 2;
  settings.step = 323;
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = sliding_keys(state, initial);
  keys.insert(keys.begin() + 3,
              {int_key("class", 0, 9, initial.class_index),
               {Key::Type::Choice, "order", 0, 0, {"rows", "columns", "any"}, initial.order},
               int_key("unroll", 0, 100, initial.unroll),
               {Key::Type::Bool, "evidence", 0, 0, {}, initial.evidence}});
  return keys;
}

std::vector<int> order_of(const Settings& s, int rows, int cols) {
  constexpr uint64_t kStream = 3;
  const int n = rows * cols;
  std::vector<int> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  if (s.order == "columns")
    for (int i = 0; i < n; ++i) order[i] = i % rows * cols + i / rows;
  if (s.order == "any") {
    nn::Pcg32 rng(uint64_t(s.seed), kStream);
    order = nn::permutation(n, rng);
  }
  return order;
}

// The class's products as a square, and the sums of those that are above and below zero.
void compute_evidence(LessonState& state) {
  auto& tensors = state.tensors;
  const nn::Tensor& input = tensors["input"];
  const int n = int(input.size()), c = state.settings.class_index;
  nn::Tensor map(nn::Shape{input.shape()[1], input.shape()[2]}), evidence(nn::Shape{3});
  double above = 0, below = 0;
  for (int i = 0; i < n; ++i) {
    map[i] = input[i] * state.assets->fc_weight[c * n + i];
    (map[i] > 0 ? above : below) += map[i];
  }
  evidence[0] = float(above);
  evidence[1] = float(below);
  evidence[2] = tensors["fc_bias"][c];
  tensors["fc_map"] = std::move(map);
  tensors["fc_evidence"] = std::move(evidence);
}

void compute(LessonState& state) {
  compute_convolution(state);
  auto& tensors = state.tensors;
  const nn::Tensor &input = tensors["input"], &templates = state.assets->fc_weight;
  const int rows = input.shape()[1], cols = input.shape()[2], n = rows * cols, classes = templates.shape()[0];
  const std::vector<int> pixel = order_of(state.settings, rows, cols);
  nn::Tensor order(nn::Shape{n}), flat(nn::Shape{n}), weight(nn::Shape{classes, n});
  nn::Tensor squares(nn::Shape{classes, rows, cols}), scores(nn::Shape{classes}), by_rows(nn::Shape{classes});
  for (int i = 0; i < n; ++i) {
    order[i] = float(pixel[i]);
    flat[i] = input[pixel[i]];
    for (int c = 0; c < classes; ++c) weight[c * n + i] = templates[c * n + pixel[i]];
  }
  std::copy(templates.begin(), templates.end(), squares.begin());
  tensors["fc_bias"] = state.assets->fc_bias;
  const float* bias = state.assets->fc_bias.data();
  nn::linear_forward(scores.data(), flat.data(), weight.data(), bias, 1, n, classes);
  nn::linear_forward(by_rows.data(), input.data(), templates.data(), bias, 1, n, classes);

  nn::Tensor products(nn::Shape{n}), running(nn::Shape{n});
  float sum = bias[state.settings.class_index];
  for (int i = 0; i < n; ++i) {
    products[i] = flat[i] * weight[state.settings.class_index * n + i];
    running[i] = sum += products[i];
  }
  tensors["flat_order"] = std::move(order);
  tensors["flat"] = std::move(flat);
  tensors["fc_weight"] = std::move(weight);
  tensors["fc_templates"] = std::move(squares);
  tensors["fc_scores"] = std::move(scores);
  tensors["fc_scores_rows"] = std::move(by_rows);
  tensors["fc_products"] = std::move(products);
  tensors["fc_running"] = std::move(running);
  compute_evidence(state);
}

std::string text(int value) { return std::to_string(value); }

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
  scene.lead = label >= 0 ? strings.format("flatten.lead", {{"digit", text(label)}})
                          : std::string(strings.text("flatten.lead.custom"));
  scene.controls = sliding_controls(state, strings, 1);
  add_toggle(scene, state, strings, "evidence", 0);
  if (!state.settings.evidence) {
    add_choice(scene, state, strings, "order", 0);
    scene.controls.back().minor = true;
    add_slider(scene, state, strings, "unroll", 0);
    scene.controls.back().tick = 2;
  }
  scene.panes = {
      state.settings.evidence ? evidence_pane(state, strings) : strip_pane(state, strings, followed),
      std::move(right)};
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const int index = flat_index(state, s.step), c = s.class_index;
  const auto at = [&](const char* name, int i) { return strings::number(state.tensors.at(name)[i]); };
  std::string words = strings.format(
      "flatten.narration", {{"index", text(index)},
                            {"x", at("flat", index)},
                            {"w", at("fc_templates", c * int(state.tensors.at("flat").size()) + s.step)},
                            {"product", at("fc_products", index)},
                            {"running", at("fc_running", index)},
                            {"class", text(c)},
                            {"score", at("fc_scores", c)}});
  if (s.order != "rows") words += " " + order_comparison(state, strings) + ".";
  if (s.unroll < 100) words += " " + strings.format("flatten.narration.unroll", {{"n", text(s.unroll)}});
  if (s.evidence)
    words += " " + strings.format("flatten.narration.evidence", {{"for", text(evidence_count(state, 1))},
                                                                 {"above", at("fc_evidence", 0)},
                                                                 {"against", text(evidence_count(state, -1))},
                                                                 {"below", at("fc_evidence", 1)},
                                                                 {"bias", at("fc_evidence", 2)},
                                                                 {"class", text(c)},
                                                                 {"score", at("fc_scores", c)}});
  return words + " " + convolution_narration(state, strings);
}

// The product of the step's pixel and weight.
Question ask_product(const LessonState& state) {
  const int index = flat_index(state, state.settings.step);
  const int n = int(state.tensors.at("flat").size());
  const float x = state.tensors.at("flat")[index];
  const float w = state.tensors.at("fc_weight")[state.settings.class_index * n + index];
  Question q;
  q.key = "question.product";
  q.hint = "question.product.hint";
  q.arguments = {{"index", text(index)}, {"x", strings::number(x)}, {"w", strings::number(w)}};
  q.expected = state.tensors.at("fc_products")[index];
  q.decimals = 2;
  q.tolerance = 0.005 * (std::fabs(x) + std::fabs(w)) + 0.0051;
  q.mistakes = {{"mistake.sign-lost", -q.expected},
                {"mistake.added", double(x) + w},
                {"mistake.running-sum", double(state.tensors.at("fc_running")[index])}};
  return q;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_class(state), ask_product(state), ask_fc_parameters(state), ask_cell(state)};
}

}  // namespace

int flat_index(const LessonState& state, int pixel) {
  const nn::Tensor& order = state.tensors.at("flat_order");
  return int(std::find(order.begin(), order.end(), float(pixel)) - order.begin());
}

std::string order_comparison(const LessonState& state, const strings::Strings& strings) {
  const int c = state.settings.class_index;
  const float here = state.tensors.at("fc_scores")[c], by_rows = state.tensors.at("fc_scores_rows")[c];
  return strings.format(here == by_rows ? "flatten.order.same" : "flatten.order.rounded",
                        {{"delta", difference_text(here, by_rows)}});
}

int evidence_count(const LessonState& state, int sign) {
  const nn::Tensor& map = state.tensors.at("fc_map");
  return int(std::count_if(map.begin(), map.end(), [&](float product) { return product * float(sign) > 0; }));
}

extern const Lesson flatten_lesson;
const Lesson flatten_lesson = {"flatten",      keys,  defaults,  compute,
                               compute_window, scene, narration, questions};

}  // namespace lessons
