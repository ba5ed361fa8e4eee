#include "web/lessons/sliding_questions.h"

#include <algorithm>
#include <cmath>

#include "web/lessons/sliding.h"

namespace lessons {
namespace {

std::string text(int value) { return std::to_string(value); }

// The numbers that decide the output's size.
struct Sizes {
  int side, kernel, stride, padding;
  // The side of the output, with `border` added to the picture's side.
  double out(int border, bool up = false) const {
    const double places = double(side + border - kernel) / stride;
    return (up ? std::ceil(places) : std::floor(places)) + 1;
  }
};

Sizes sizes(const LessonState& state) {
  const Settings& s = state.settings;
  return {state.tensors.at("input").shape()[1], s.kernel_size, s.stride, s.padding};
}

strings::Arguments size_arguments(const Sizes& s) {
  return {{"side", text(s.side)},
          {"kernel", text(s.kernel)},
          {"stride", text(s.stride)},
          {"padding", text(s.padding)}};
}

// Σ x·w of the step's window, with the kernel's rows and columns read backwards and with its signs dropped.
struct Sums {
  double flipped = 0, unsigned_weights = 0, first_channel = 0;
};

Sums wrong_sums(const LessonState& state) {
  const nn::Tensor &window = state.tensors.at("window"), &weight = laid_weight(state);
  const int taps = state.settings.kernel_size * state.settings.kernel_size, n = int(window.size());
  const float* w = weight.data() + state.settings.filter_index * n;
  Sums sums;
  for (int i = 0; i < n; ++i) {
    const int tap = i % taps, mirrored = i - tap + taps - 1 - tap;
    sums.flipped += double(window[i]) * w[mirrored];
    sums.unsigned_weights += double(window[i]) * std::fabs(w[i]);
    if (i < taps) sums.first_channel += double(window[i]) * w[i];
  }
  return sums;
}

}  // namespace

Question ask_cell(const LessonState& state) {
  const Place p = place(state);
  const nn::Tensor& products = state.tensors.at("products");
  const int k = state.settings.kernel_size, n = int(products.size());
  double before = 0, magnitude = 0;
  std::string last;
  for (int i = 0; i < n; ++i) {
    magnitude = std::max(magnitude, std::fabs(double(products[i])));
    if (i < n - k)
      before += products[i];
    else
      last += (last.empty() ? "" : ", ") + strings::number(products[i]);
  }
  const Sums wrong = wrong_sums(state);
  Question q;
  q.key = "question.output-cell";
  q.hint = n > k ? "question.output-cell.hint" : "question.output-cell.hint.single";
  q.arguments = {{"row", text(p.row)},
                 {"col", text(p.col)},
                 {"before", strings::number(before)},
                 {"last", last},
                 {"bias", strings::number(p.bias)}};
  q.expected = p.value;
  q.decimals = 2;
  // Each number in the hint is off by half a hundredth at most, and so is the answer; the engine rounds, too.
  q.tolerance = 0.005 * (k + 3) + 1e-5 * magnitude * n;
  q.mistakes = {{"mistake.bias-forgotten", double(p.sum)},
                {"mistake.last-row-forgotten", before + p.bias},
                {state.settings.flipped ? "mistake.kernel-not-flipped" : "mistake.kernel-flipped",
                 wrong.flipped + p.bias},
                {"mistake.sign-dropped", wrong.unsigned_weights + p.bias}};
  if (state.tensors.at("input").shape()[0] > 1)
    q.mistakes.push_back({"mistake.channels-not-summed", wrong.first_channel + p.bias});
  return q;
}

Question ask_size(const LessonState& state) {
  const Sizes s = sizes(state);
  Question q;
  q.key = "question.output-size";
  q.hint = "question.output-size.hint";
  q.arguments = size_arguments(s);
  q.expected = state.out_rows;
  q.hides_steps = true;
  q.mistakes = {{"mistake.padding-once", s.out(s.padding)},
                {"mistake.rounded-up", s.out(2 * s.padding, true)},
                {"mistake.one-forgotten", s.out(2 * s.padding) - 1},
                {"mistake.padding-ignored", s.out(0)},
                {"mistake.stride-ignored", double(s.side + 2 * s.padding - s.kernel + 1)}};
  return q;
}

Question ask_windows(const LessonState& state) {
  const Sizes s = sizes(state);
  const auto square = [](double side) { return side * side; };
  Question q;
  q.key = "question.window-count";
  q.hint = "question.output-size.hint";
  q.arguments = size_arguments(s);
  q.expected = state.steps;
  q.hides_steps = true;
  q.mistakes = {{"mistake.one-side", double(state.out_rows)},
                {"mistake.padding-once", square(s.out(s.padding))},
                {"mistake.rounded-up", square(s.out(2 * s.padding, true))},
                {"mistake.padding-ignored", square(s.out(0))},
                {"mistake.stride-ignored", square(s.side + 2 * s.padding - s.kernel + 1)},
                {"mistake.border-ignored", square(s.side)}};
  return q;
}

Question ask_parameters(const LessonState& state) {
  const nn::Shape& weight = state.tensors.at("weight").shape();
  const nn::Shape& output = state.tensors.at("output").shape();
  const double filters = weight[0], channels = weight[1], taps = weight[2] * weight[3];
  Question q;
  q.key = "question.parameters";
  q.hint = "question.parameters.hint";
  q.arguments = {{"filters", text(weight[0])}, {"channels", text(weight[1])}, {"kernel", text(weight[2])}};
  q.expected = double(state.tensors.at("weight").size() + state.tensors.at("bias").size());
  q.mistakes = {{"mistake.bias-forgotten", filters * channels * taps},
                {"mistake.not-shared", q.expected * output[1] * output[2]},
                {"mistake.one-bias", filters * channels * taps + 1},
                {"mistake.channels-forgotten", filters * (taps + 1)}};
  return q;
}

Question ask_multiply_adds(const LessonState& state) {
  const nn::Shape& weight = state.tensors.at("weight").shape();
  const nn::Shape& output = state.tensors.at("output").shape();
  const double filters = weight[0], channels = weight[1], taps = weight[2] * weight[3];
  const double places = double(output[1]) * output[2];
  Question q;
  q.key = "question.multiply-adds";
  q.hint = "question.multiply-adds.hint";
  q.arguments = {{"filters", text(weight[0])},
                 {"channels", text(weight[1])},
                 {"kernel", text(weight[2])},
                 {"side", text(output[1])}};
  q.expected = places * filters * channels * taps;
  q.mistakes = {{"mistake.one-place", filters * channels * taps},
                {"mistake.channels-forgotten", places * filters * taps},
                {"mistake.one-filter", places * channels * taps},
                {"mistake.bias-multiplied", places * filters * (channels * taps + 1)}};
  return q;
}

Question ask_origin(const LessonState& state) {
  const Place p = place(state);
  const Settings& s = state.settings;
  Question q;
  q.key = "question.window-origin";
  q.hint = "question.window-origin.hint";
  q.arguments = {{"row", text(p.row)}, {"stride", text(s.stride)}, {"padding", text(s.padding)}};
  q.expected = p.origin_row;
  q.mistakes = {{"mistake.stride-ignored", double(p.row - s.padding)},
                {"mistake.padding-ignored", double(p.row * s.stride)},
                {"mistake.padding-twice", double(p.row * s.stride - 2 * s.padding)},
                {"mistake.counted-from-one", double(p.origin_row + 1)}};
  return q;
}

Question ask_class(const LessonState& state) {
  const nn::Tensor& scores = state.tensors.at("fc_scores");
  const auto magnitude = [](float a, float b) { return std::fabs(a) < std::fabs(b); };
  Question q;
  q.key = "question.class";
  q.expected = double(std::max_element(scores.begin(), scores.end()) - scores.begin());
  for (int c = 0; c < int(scores.size()); ++c) q.options.push_back({double(c)});
  q.mistakes = {
      {"mistake.magnitude",
       double(std::max_element(scores.begin(), scores.end(), magnitude) - scores.begin())},
      {"mistake.smallest", double(std::min_element(scores.begin(), scores.end()) - scores.begin())}};
  return q;
}

Question ask_fc_parameters(const LessonState& state) {
  const nn::Shape& weight = state.tensors.at("fc_weight").shape();
  const double classes = weight[0], pixels = weight[1];
  Question q;
  q.key = "question.fc-parameters";
  q.hint = "question.fc-parameters.hint";
  q.arguments = {{"pixels", text(weight[1])}, {"classes", text(weight[0])}};
  q.expected = double(state.tensors.at("fc_weight").size() + state.tensors.at("fc_bias").size());
  q.mistakes = {{"mistake.bias-forgotten", classes * pixels},
                {"mistake.one-bias", classes * pixels + 1},
                {"mistake.one-class", pixels + 1},
                {"mistake.one-class", pixels}};
  return q;
}

bool asks_size(const LessonState& state) {
  return asks(state, "question.output-size") || asks(state, "question.window-count");
}

}  // namespace lessons
