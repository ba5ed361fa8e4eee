#include "web/lessons/fully_connected.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/kernels/kernels.h"
#include "web/lessons/sliding.h"

namespace lessons {

nn::Tensor fully_connected_scores(const Assets& assets, const nn::Tensor& pictures) {
  const int classes = assets.fc_weight.shape()[0], pixels = assets.fc_weight.shape()[1];
  const int count = int(pictures.size()) / pixels;
  nn::Tensor scores(nn::Shape{count, classes});
  nn::linear_forward(scores.data(), pictures.data(), assets.fc_weight.data(), assets.fc_bias.data(), count,
                     pixels, classes);
  return scores;
}

void compute_fully_connected(LessonState& state, const char* picture) {
  auto& tensors = state.tensors;
  const nn::Tensor& pixels = tensors.at(picture);
  nn::Tensor flat(nn::Shape{int(pixels.size())});
  std::copy(pixels.begin(), pixels.end(), flat.begin());
  tensors["fc_weight"] = state.assets->fc_weight;
  tensors["fc_bias"] = state.assets->fc_bias;
  nn::Tensor scores(state.assets->fc_bias.shape());
  const nn::Tensor row = fully_connected_scores(*state.assets, flat);
  std::copy(row.begin(), row.end(), scores.begin());
  tensors["fc_scores"] = std::move(scores);
  tensors["flat"] = std::move(flat);
}

Figure square_figure(const LessonState& state, const char* id, const char* symbol, Role role) {
  const nn::Shape& input = state.tensors.at("input").shape();
  Figure figure;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = role;
  figure.tensor = &state.tensors.at(tensor_name(figure));
  figure.rows = input[1];
  figure.cols = input[2];
  figure.link = {CellIs::Pixel, input[1], input[2]};
  return figure;
}

Figure template_figure(const LessonState& state, const strings::Strings& strings) {
  Figure figure = square_figure(state, "fc_weight.square", "w", Role::Weight);
  figure.offset = state.settings.class_index * figure.rows * figure.cols;
  figure.scale = Scale::Diverging;
  figure.limit = largest_magnitude(*figure.tensor);
  figure.caption = strings.format("figure.template", {{"class", std::to_string(state.settings.class_index)}});
  return figure;
}

Figure score_figure(const LessonState& state, const char* id, float limit) {
  Figure figure;
  figure.kind = FigureKind::Bars;
  figure.id = id;
  figure.symbol = "s";
  figure.role = Role::Output;
  figure.tensor = &state.tensors.at(id);
  figure.rows = int(figure.tensor->size());
  figure.limit = std::max(limit, 1e-6f);
  figure.current = state.settings.class_index;
  figure.chooses = "class";
  figure.link.is = CellIs::Class;
  return figure;
}

namespace {

// Two of them have to stand in a line, however large.
std::string short_number(float value) {
  const float magnitude = std::fabs(value);
  if (magnitude < 1e5f) return strings::number(value, magnitude < 100 ? 2 : 0);
  char text[16];
  std::snprintf(text, sizeof text, "%.1e", double(magnitude));
  return (value < 0 ? "−" : "") + std::string(text);
}

}  // namespace

std::vector<Span> change_formula(const strings::Strings& strings, Span what, const char* before,
                                 const char* after, const Change& change, bool before_hidden,
                                 bool after_hidden) {
  const auto word = [&](const char* key) { return " " + std::string(strings.text(key)) + " "; };
  const std::string sign = after_hidden ? " →" : comparison_sign(change.before, change.after, false);
  return {std::move(what),
          {word(before), Role::Plain},
          {unless(before_hidden, short_number(change.before)), Role::Output, true},
          {sign.substr(0, sign.find_last_not_of(' ') + 1), Role::Plain},
          {word(after), Role::Plain},
          {unless(after_hidden, short_number(change.after)), Role::Output, true}};
}

}  // namespace lessons
