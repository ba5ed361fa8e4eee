// The picture of a sliding window: image and window, window × kernel, products → feature map.
#include <algorithm>

#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

// The first plane; plane_of() gives the others.
Figure heatmap(const LessonState& state, const char* id, const char* symbol, Role role) {
  Figure figure;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = role;
  figure.tensor = &state.tensors.at(id);
  const nn::Shape& shape = figure.tensor->shape();
  figure.rows = shape[shape.rank() - 2];
  figure.cols = shape[shape.rank() - 1];
  return figure;
}

// How many windows contain the pixel.
int windows_with(const Figure& output, int pixel) {
  const auto rect = cells_of(output, pixel);
  return rect ? rect->rows * rect->cols : 0;
}

}  // namespace

std::string size_text(int rows, int cols) { return std::to_string(rows) + "×" + std::to_string(cols); }

std::string unknown_size() { return std::string(kHidden) + "×" + kHidden; }

Figure operator_sign(const char* sign) {
  Figure figure;
  figure.kind = FigureKind::Operator;
  figure.lines = {sign};
  return figure;
}

Figure signed_map(const LessonState& state, const char* id, const char* symbol, Role role) {
  Figure figure = heatmap(state, id, symbol, role);
  figure.scale = Scale::Diverging;
  figure.limit = std::max(largest_magnitude(*figure.tensor), 1e-6f);
  return figure;
}

std::string channel_name(const strings::Strings& strings, int channel) {
  return std::string(strings.text("channel." + std::to_string(channel)));
}

Figure photo_figure(const LessonState& state, const strings::Strings& strings, const Figure& plane) {
  Figure photo = plane;
  photo.id = "input.photo";
  photo.tensor = &state.tensors.at("input");
  photo.scale = Scale::Rgb;
  photo.muted = false;
  photo.caption = strings.format("figure.photo", {{"size", size_text(photo.rows, photo.cols)}});
  return photo;
}

Pane convolution_pane(const LessonState& state, const strings::Strings& strings, int followed) {
  const Settings& s = state.settings;
  const Place p = place(state);
  const int k = s.kernel_size;
  const bool cell_hidden = asks(state, "question.output-cell");
  const bool size_hidden = asks_size(state);
  const bool origin_hidden = asks(state, "question.window-origin");

  Figure input = heatmap(state, "input", "x", Role::Input);
  input.muted = true;
  input.padding = s.padding;
  if (!origin_hidden) input.window = CellRect{p.origin_row, p.origin_col, k, k};
  input.link = {CellIs::Pixel, input.rows, input.cols};
  input.caption = strings.format("figure.input", {{"size", size_text(input.rows, input.cols)}});
  if (s.padding > 0)
    input.caption += strings.format("figure.padding", {{"padding", std::to_string(s.padding)}});

  const CellLink tap = {origin_hidden ? CellIs::Nothing : CellIs::Tap,
                        input.rows,
                        input.cols,
                        0,
                        p.origin_row,
                        p.origin_col,
                        k,
                        s.stride,
                        s.padding};

  Figure window = heatmap(state, "window", "x", Role::Input);
  window.numbers = true;
  if (input.tensor->shape()[0] == 3) input.scale = window.scale = Scale::Light;
  window.link = tap;
  window.caption = strings.text("figure.window");

  Figure kernel = heatmap(state, "weight", "w", Role::Weight);
  kernel.scale = Scale::Diverging;
  kernel.limit = std::max(largest_magnitude(*kernel.tensor), 1e-6f);
  kernel.numbers = kernel.editable = true;
  kernel.offset = s.filter_index * int(state.tensors.at("products").size());
  kernel.link = tap;
  const std::string filter = std::get<std::string>(value_of(state, "filter"));
  kernel.caption =
      strings.format("figure.kernel", {{"filter", std::string(strings.text("filter." + filter))}});
  if (is_learned(filter) && k != kLearnedSize)
    kernel.caption += strings.text(k < kLearnedSize ? "figure.kernel.middle" : "figure.kernel.framed");

  Figure products = heatmap(state, "products", "x·w", Role::Product);
  products.scale = Scale::Diverging;
  products.limit = kernel.limit * std::max(largest_magnitude(*input.tensor), 1e-6f);
  products.numbers = products.flies = true;
  products.factors = {window.tensor, kernel.tensor, 0, kernel.offset};
  products.link = tap;
  products.caption =
      strings.format("figure.products", {{"sum", unless(cell_hidden, strings::number(p.sum))}});

  Figure output = signed_map(state, "output", "y", Role::Output);
  output.offset = s.filter_index * state.steps;
  output.computed = s.step + (cell_hidden ? 0 : 1);
  if (cell_hidden) output.hidden = s.step;
  output.concealed = size_hidden;
  output.current = s.step;
  output.lands = true;
  output.chooses = "step";
  output.link = {origin_hidden ? CellIs::Nothing : CellIs::Output,
                 input.rows,
                 input.cols,
                 0,
                 0,
                 0,
                 k,
                 s.stride,
                 s.padding};
  const std::string size = size_hidden ? unknown_size() : size_text(output.rows, output.cols);
  output.caption = strings.format("figure.output", {{"size", size}});

  Figure note;
  note.kind = FigureKind::Note;
  if (followed >= 0 && !origin_hidden) {
    const std::string count = std::to_string(windows_with(output, followed));
    note.lines = {strings.format("convolution.note.windows", {{"count", count}}),
                  std::string(strings.text("convolution.note.neighbours"))};
  } else {
    note.lines = {std::string(strings.text("convolution.note.follow")),
                  std::string(strings.text("convolution.note.neighbours"))};
  }

  Pane pane;
  pane.id = "convolution";
  pane.title = strings.text("pane.convolution");
  pane.note = strings.text("pane.convolution.note");
  pane.figures = {input, window, operator_sign("×"), kernel, products, operator_sign("→"), output, note};
  pane.where = strings.format(
      "convolution.where",
      {{"step", std::to_string(s.step)}, {"row", std::to_string(p.row)}, {"col", std::to_string(p.col)}});
  pane.formula = convolution_formula(state);
  return pane;
}

Control filter_control(const LessonState& state, const strings::Strings& strings,
                       const std::vector<std::string>& names, int pane) {
  Control filter;
  filter.key = "filter";
  filter.label = strings.text("control.filter");
  filter.pane = pane;
  for (size_t i = 0; i < names.size(); ++i) {
    filter.values.push_back(names[i]);
    filter.labels.push_back(std::string(strings.text("filter." + names[i])));
    if (!state.settings.weight && state.settings.filter == names[i]) filter.selected = int(i);
  }
  return filter;
}

Control picture_control(const LessonState& state, const strings::Strings& strings) {
  Control pictures;
  pictures.kind = Control::Kind::Pictures;
  pictures.key = "image";
  pictures.label = strings.text("control.image");
  const auto& digits = state.assets->digits;
  for (size_t i = 0; i < digits.size(); ++i) {
    const std::string id = "digit-" + std::to_string(i);
    pictures.values.push_back(id);
    pictures.labels.push_back(strings.format("image.digit", {{"digit", std::to_string(digits[i].label)}}));
    pictures.pictures.push_back(&digits[i].pixels);
    if (!state.settings.input && state.settings.image == id) pictures.selected = int(i);
  }
  return pictures;
}

std::vector<Control> sliding_controls(const LessonState& state, const strings::Strings& strings, int pane) {
  return {picture_control(state, strings), filter_control(state, strings, preset_names(*state.assets), pane)};
}

}  // namespace lessons
