#include "web/lessons/channels_layers.h"

#include <algorithm>
#include <cmath>

#include "engine/kernels/kernels.h"
#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kSide = 3, kArea = kSide * kSide, kPadding = 1;

std::string text(int value) { return std::to_string(value); }

int maps_of(const LessonState& state) { return state.tensors.at("features").shape()[0]; }

// Vertical edges of the even maps less those of the odd ones: where two features meet side by side.
nn::Tensor second_weight(int maps) {
  const nn::Tensor edge = filter_weight("vertical-edge", kSide);
  nn::Tensor weight(nn::Shape{1, maps, kSide, kSide});
  for (int m = 0; m < maps; ++m)
    for (int i = 0; i < kArea; ++i) weight[m * kArea + i] = m % 2 ? -edge[i] : edge[i];
  return weight;
}

// The first cell of the window, in the maps.
struct Corner {
  int row, col;
};
Corner corner_of(const LessonState& state) {
  const Place p = place(state);
  return {p.row - kPadding, p.col - kPadding};
}

// What the present cell sees of the photograph: what the cells of layer one under its window see. At the
// border some of those are padding and see nothing.
CellRect receptive_field(const LessonState& state) {
  const Settings& s = state.settings;
  const Place p = place(state);
  const auto along = [&](int at, int count) {
    const int first = std::max(0, at - kPadding), last = std::min(count - 1, at + kPadding);
    return std::pair(first * s.stride - s.padding, (last - first) * s.stride + s.kernel_size);
  };
  const auto [row, rows] = along(p.row, state.out_rows);
  const auto [col, cols] = along(p.col, state.out_cols);
  return {row, col, rows, cols};
}

}  // namespace

void compute_second_layer(LessonState& state) {
  auto& tensors = state.tensors;
  nn::Tensor features = tensors["output"];
  nn::relu_forward(features.data(), features.data(), int(features.size()));
  const nn::Shape& shape = features.shape();
  nn::Tensor weight = second_weight(shape[0]), bias(nn::Shape{1}), output(nn::Shape{1, shape[1], shape[2]});
  bias[0] = kDefaultBias;
  nn::conv2d_forward(output.data(), features.data(), weight.data(), bias.data(),
                     {shape[0], shape[1], shape[2], 1, kSide, kSide, 1, kPadding});
  tensors["features"] = std::move(features);
  tensors["weight_2"] = std::move(weight);
  tensors["bias_2"] = std::move(bias);
  tensors["output_2"] = std::move(output);
}

void compute_second_window(LessonState& state) {
  const nn::Tensor &features = state.tensors.at("features"), &weight = state.tensors.at("weight_2");
  const int maps = maps_of(state), rows = state.out_rows, cols = state.out_cols;
  const Corner corner = corner_of(state);
  nn::Tensor window(nn::Shape{maps, kSide, kSide}), products(nn::Shape{maps, kSide, kSide});
  nn::Tensor sums(nn::Shape{maps});
  for (int m = 0; m < maps; ++m) {
    double sum = 0;
    for (int i = 0; i < kArea; ++i) {
      const int row = corner.row + i / kSide, col = corner.col + i % kSide, tap = m * kArea + i;
      const bool inside = row >= 0 && row < rows && col >= 0 && col < cols;
      window[tap] = inside ? features[(m * rows + row) * cols + col] : 0.0f;
      products[tap] = window[tap] * weight[tap];
      sum += products[tap];
    }
    sums[m] = float(sum);
  }
  state.tensors["window_2"] = std::move(window);
  state.tensors["products_2"] = std::move(products);
  state.tensors["map_sums"] = std::move(sums);
}

int receptive_side(const LessonState& state) {
  return state.settings.kernel_size + (kSide - 1) * state.settings.stride;
}

Pane second_maps_pane(const LessonState& state, const strings::Strings& strings, const Pane& first) {
  enum { kInput = 0, kOutput = 6 };
  const Settings& s = state.settings;
  const int maps = maps_of(state), side = receptive_side(state);
  const CellRect field = receptive_field(state);
  const Corner corner = corner_of(state);
  const bool size_hidden = first.figures[kOutput].concealed, field_hidden = asks(state, "question.receptive");

  Figure photo = photo_figure(state, strings, first.figures[kInput]);
  photo.window = field;
  if (field_hidden) photo.window.reset();

  Figure map = signed_map(state, "output_2", "z", Role::Output);
  map.computed = s.step + 1;
  map.current = s.step;
  map.lands = true;
  map.chooses = "step";
  map.concealed = size_hidden;
  map.link = first.figures[kOutput].link;
  map.link.kernel_size = side;
  map.link.padding = s.padding + kPadding * s.stride;
  if (field_hidden) map.link = {};
  map.caption = strings.text("figure.second_map");

  Pane pane;
  pane.id = "maps";
  pane.title = strings.text("pane.channels.two");
  pane.note = strings.text("pane.channels.two.note");
  pane.figures = {photo, map};
  Figure features = signed_map(state, "features", "a", Role::Input);
  features.concealed = size_hidden;
  features.padding = kPadding;
  features.window = CellRect{corner.row, corner.col, kSide, kSide};
  features.fixed = true;
  for (int m = 0; m < maps; ++m) {
    Figure one = plane_of(features, m);
    one.symbol = "a[" + text(m) + "]";
    one.caption = strings.format("figure.first_map", {{"filter", text(m)}});
    pane.figures.push_back(std::move(one));
  }
  std::vector<Layout> all = {leaf(0)};
  for (int m = 0; m < maps; ++m) all.push_back(leaf(2 + m));
  all.push_back(leaf(1));
  if (maps == 1) pane.layouts = {column({row({leaf(0), leaf(2)}), leaf(1)}), row(all)};
  if (maps == 2) pane.layouts = {column({row({leaf(0), leaf(1)}), row({leaf(2), leaf(3)})}), row(all)};
  if (maps == 3)
    pane.layouts = {column({row({leaf(0), leaf(1)}), row({leaf(2), leaf(3), leaf(4)})}), row(all)};
  if (maps == 4)
    pane.layouts = {column({row({leaf(0), leaf(2), leaf(3)}), row({leaf(1), leaf(4), leaf(5)})}), row(all),
                    column({row({leaf(0), leaf(1)}), row({leaf(2), leaf(3)}), row({leaf(4), leaf(5)})})};

  pane.where = strings.format("channels.field",
                              {{"size", field_hidden ? unknown_size() : size_text(field.rows, field.cols)}});
  const std::string size = size_hidden ? unknown_size() : size_text(state.out_rows, state.out_cols);
  const nn::Shape& input = state.tensors.at("input").shape();
  pane.formula = {{text(input[0]) + "×" + size_text(input[1], input[2]), Role::Input, true},
                  {" → ", Role::Plain},
                  {text(maps) + "×" + size, Role::Output, true},
                  {" → ", Role::Plain},
                  {"1×(" + unless(asks(state, "question.second-parameters"), text(maps)) + "×" +
                       size_text(kSide, kSide) + ")",
                   Role::Weight, true},
                  {" → ", Role::Plain},
                  {"1×" + size, Role::Output, true}};
  return pane;
}

Pane second_cell_pane(const LessonState& state, const strings::Strings& strings) {
  const int maps = maps_of(state);
  const Place p = place(state);
  Figure window = signed_map(state, "window_2", "a", Role::Input);
  Figure kernel = signed_map(state, "weight_2", "w", Role::Weight);
  Figure products = signed_map(state, "products_2", "a·w", Role::Product);
  window.limit = std::max(largest_magnitude(state.tensors.at("features")), 1e-6f);
  products.limit = window.limit * kernel.limit;
  window.numbers = kernel.numbers = products.numbers = products.flies = true;
  products.factors = {window.tensor, kernel.tensor, 0, 0};

  Pane pane;
  pane.id = "cell";
  pane.title = strings.text("pane.channels.cell_2");
  pane.note = strings.format("pane.channels.cell_2.note", {{"maps", text(maps)}});
  std::vector<Layout> lines;
  pane.formula = {{"z", Role::Output, true},
                  {"[" + text(p.row) + "," + text(p.col) + "]", Role::Output},
                  {" = ", Role::Plain}};
  for (int m = 0; m < maps; ++m) {
    const int at = int(pane.figures.size());
    const float sum = state.tensors.at("map_sums")[size_t(m)];
    Figure a = plane_of(window, m), w = plane_of(kernel, m), aw = plane_of(products, m);
    a.symbol = a.caption = "a[" + text(m) + "]";
    w.symbol = w.caption = "w[" + text(m) + "]";
    aw.caption = "Σ " + strings::number(sum, std::fabs(sum) < 1000 ? 2 : 0);
    pane.figures.insert(pane.figures.end(), {a, operator_sign("×"), w, operator_sign("→"), aw});
    lines.push_back(row({leaf(at), leaf(at + 1), leaf(at + 2), leaf(at + 3), leaf(at + 4)}));
    if (m > 0) pane.formula.push_back({sum < 0 ? " − " : " + ", Role::Plain});
    pane.formula.push_back({strings::number(m > 0 && sum < 0 ? -sum : sum), Role::Product, true});
  }
  if (maps == 4) {
    pane.layouts = {column({row({lines[0], lines[1]}), row({lines[2], lines[3]})}), column(lines)};
  } else {
    pane.layouts = {column(lines)};
  }
  pane.where = strings.format(
      "convolution.where", {{"step", text(state.settings.step)}, {"row", text(p.row)}, {"col", text(p.col)}});
  pane.formula.push_back({" + ", Role::Plain});
  pane.formula.push_back({strings::number(state.tensors.at("bias_2")[0]), Role::Plain});
  pane.formula.push_back({" = ", Role::Plain});
  pane.formula.push_back(
      {strings::number(state.tensors.at("output_2")[size_t(state.settings.step)]), Role::Output, true});
  return pane;
}

std::string second_narration(const LessonState& state, const strings::Strings& strings) {
  const Place p = place(state);
  const CellRect field = receptive_field(state);
  std::string sums;
  for (float sum : state.tensors.at("map_sums")) sums += (sums.empty() ? "" : ", ") + strings::number(sum);
  return strings.format(
      "channels.narration.second",
      {{"step", text(state.settings.step)},
       {"row", text(p.row)},
       {"col", text(p.col)},
       {"maps", text(maps_of(state))},
       {"sums", sums},
       {"bias", strings::number(state.tensors.at("bias_2")[0])},
       {"value", strings::number(state.tensors.at("output_2")[size_t(state.settings.step)])},
       {"size", size_text(field.rows, field.cols)}});
}

std::vector<Question> second_questions(const LessonState& state) {
  const Settings& s = state.settings;
  const int maps = maps_of(state);
  Question field;
  field.key = "question.receptive";
  field.hint = "question.receptive.hint";
  field.arguments = {{"kernel", text(s.kernel_size)}, {"stride", text(s.stride)}};
  field.expected = receptive_side(state);
  field.mistakes = {{"mistake.second-layer-only", double(kSide)},
                    {"mistake.first-layer-only", double(s.kernel_size)},
                    {"mistake.sides-added", double(s.kernel_size + kSide)},
                    {"mistake.stride-ignored", double(s.kernel_size + kSide - 1)}};
  Question parameters;
  parameters.key = "question.second-parameters";
  parameters.hint = "question.second-parameters.hint";
  parameters.arguments = {{"filters", text(maps)}};
  parameters.expected = maps * kArea + 1;
  parameters.mistakes = {{"mistake.bias-forgotten", double(maps * kArea)},
                         {"mistake.photo-channels", double(3 * kArea + 1)},
                         {"mistake.channels-forgotten", double(kArea + 1)}};
  return {field, parameters, ask_size(state)};
}

}  // namespace lessons
