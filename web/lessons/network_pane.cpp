// The picture of the network: the chain of images, and below it the window behind one cell.
#include <algorithm>
#include <cmath>

#include "web/lessons/draw_panes.h"
#include "web/lessons/network.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kChances = kStages;  // in the chain: image, a figure for each stage but the last, probabilities

std::string text(int value) { return std::to_string(value); }

std::string sizes_text(const nn::Shape& shape, bool hidden) {
  const std::string side = hidden ? unknown_size() : size_text(shape[1], shape[2]);
  return (shape[0] > 1 ? text(shape[0]) + "×" : "") + side;
}

// All planes of a tensor [C, H, W].
Figure maps_of(const LessonState& state, const char* id, const char* symbol, Role role, int per_row) {
  Figure figure;
  figure.kind = FigureKind::Maps;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = role;
  figure.tensor = &state.tensors.at(id);
  const nn::Shape& shape = figure.tensor->shape();
  figure.planes = shape[0];
  figure.rows = shape[1];
  figure.cols = shape[2];
  figure.per_row = per_row;
  if (role != Role::Input) figure.scale = Scale::Diverging;
  figure.limit = std::max(largest_magnitude(*figure.tensor), 1e-6f);
  return figure;
}

// A size is asked for: no picture tells it, from the stage that is looked at on.
bool size_hidden(const LessonState& state, int stage) {
  return asks_size(state) && stage >= state.settings.layer;
}

// The image, for −1, or what stage `index` shows.
Figure chain_figure(const LessonState& state, const strings::Strings& strings, int index) {
  const Settings& s = state.settings;
  const Stage& stage = stage_of(state);
  const bool is_input = index == s.layer - 1, is_result = index == s.layer;
  const std::string name = index < 0 ? "input" : activation_name(stage_at(index).result);
  Figure figure = maps_of(state, name.c_str(), index < 0 ? "x" : "y", index < 0 ? Role::Input : Role::Output,
                          index < 0   ? 1
                          : index < 2 ? 2
                                      : 3);
  if (index + 1 < kStages) figure.padding = stage_at(index + 1).padding;
  figure.concealed = index >= 0 && size_hidden(state, index);
  const char* caption = index < 0                                    ? "network.image"
                        : stage_at(index).kind == Stage::Convolution ? "network.maps.convolution"
                                                                     : "network.maps.pooling";
  figure.caption = strings.format(caption, {{"size", sizes_text(figure.tensor->shape(), figure.concealed)}});
  if (index >= 0) {
    figure.chooses = "step";
    figure.chooses_plane = "filter_index";
    figure.also = {{"layer", index}};
  }
  const Cell cell = cell_of(state);
  const bool value_hidden = asks_network_cell(state);
  if (is_input && stage.kind != Stage::Linear) {
    figure.muted = true;
    figure.window = CellRect{cell.origin_row, cell.origin_col, stage.kernel, stage.kernel};
    figure.window_in_all = stage.kind == Stage::Convolution;
    if (stage.kind == Stage::Pooling) {
      figure.plane = s.filter_index;
      figure.fixed = true;
      figure.marks_role = Role::Product;
      const int won = int(state.tensors.at("argmax")[size_t(s.filter_index * state.steps + s.step)]);
      if (!value_hidden) figure.marks = {won % (figure.rows * figure.cols)};
    }
  }
  if (s.view == "volumes" && figure.planes > 1) {
    make_volume(figure, figure.planes, s);
    figure.muted = false;  // the window is a tube through them
  }
  if (is_result) {
    figure.plane = s.filter_index;
    figure.current = s.step;
    if (value_hidden) figure.hidden = s.step;
  }
  // What comes after a cell that is asked for would tell it.
  if (index == s.layer + 1 && value_hidden && stage.kind == Stage::Convolution) {
    figure.plane = s.filter_index;
    figure.hidden = cell.row / 2 * figure.cols + cell.col / 2;
  }
  return figure;
}

Figure bars(const LessonState& state, const strings::Strings& strings, const char* id, const char* symbol,
            const char* caption) {
  Figure figure;
  figure.kind = FigureKind::Bars;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = Role::Output;
  figure.tensor = &state.tensors.at(id);
  figure.rows = 10;
  figure.limit = std::max(largest_magnitude(*figure.tensor), 1e-6f);
  const bool chosen = state.settings.layer == kStages - 1;
  if (chosen) figure.current = state.settings.step;
  figure.chooses = "step";
  figure.also = {{"layer", kStages - 1}};
  figure.concealed = asks(state, "question.class") || (chosen && asks_network_cell(state));
  figure.caption = strings.text(caption);
  return figure;
}

// What is read, weighed and added up for the step's cell.
struct Detail {
  Figure before;  // when pooling: the map that the window stands on
  Figure window, kernel, products, output;
};

Detail detail_of(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const Stage& stage = stage_of(state);
  const Cell cell = cell_of(state);
  const bool hidden = asks_network_cell(state), linear = stage.kind == Stage::Linear;
  const nn::Tensor& input = state.tensors.at("input");
  CellLink link;
  if (s.layer == 0)
    link = {CellIs::Tap,  input.shape()[1], input.shape()[2], 0, cell.origin_row, cell.origin_col,
            stage.kernel, stage.stride,     stage.padding};
  const int per_row = linear ? 4 : s.layer == 2 ? 3 : 1;

  Detail detail;
  detail.window = maps_of(state, "window", "x", Role::Input, per_row);
  detail.window.numbers = true;
  if (s.layer > 0) detail.window.scale = Scale::Diverging;
  detail.window.limit = std::max(largest_magnitude(stage_input(state, s.layer)), 1e-6f);
  detail.window.link = link;
  detail.window.caption = strings.text(linear ? "network.features" : "figure.window");

  if (stage.kind == Stage::Pooling) {
    const int side = stage_input(state, s.layer).shape()[2];
    const int won =
        int(state.tensors.at("argmax")[size_t(s.filter_index * state.steps + s.step)]) % (side * side);
    detail.before = map_of(chain_figure(state, strings, s.layer - 1), s.filter_index);
    detail.before.id += ".plane";
    detail.before.kind = FigureKind::Maps;
    detail.before.planes = detail.before.per_row = 1;
    detail.before.plane = 0;
    detail.before.numbers = true;
    detail.before.padding = 0;
    detail.before.caption = strings.format("figure.map", {{"filter", text(s.filter_index)}});
    detail.before.chooses.clear();
    detail.before.also.clear();
    detail.window.marks_role = Role::Product;
    detail.window.plane = 0;
    if (!hidden) detail.window.marks = {(won / side - cell.origin_row) * 2 + won % side - cell.origin_col};
  } else {
    detail.products = maps_of(state, "products", "x·w", Role::Product, per_row);
    detail.kernel = detail.products;
    detail.kernel.id = "weight";
    detail.kernel.symbol = "w";
    detail.kernel.role = Role::Weight;
    detail.kernel.tensor = &state.tensors.at("weight");
    const int filter = linear ? s.step : s.filter_index;
    detail.kernel.offset = filter * int(detail.products.tensor->size());
    detail.kernel.limit = std::max(largest_magnitude(*detail.kernel.tensor), 1e-6f);
    detail.kernel.numbers = detail.products.numbers = detail.products.flies = true;
    detail.kernel.link = detail.products.link = link;
    detail.kernel.caption =
        strings.format(linear ? "network.kernel.class" : "network.kernel", {{"filter", text(filter)}});
    detail.products.factors = {detail.window.tensor, detail.kernel.tensor, 0, detail.kernel.offset};
    detail.products.caption =
        strings.format("figure.products", {{"sum", unless(hidden, strings::number(cell.sum))}});
  }
  if (linear) return detail;

  Figure output = signed_map(state, "output", "y", Role::Output);
  output.kind = FigureKind::Maps;  // just one; layouts for small screens leave it out
  output.plane = 0;
  output.symbol = "y[" + text(s.filter_index) + "]";
  output.offset = s.filter_index * state.steps;
  output.computed = s.step + (hidden ? 0 : 1);
  if (hidden) output.hidden = s.step;
  output.current = s.step;
  output.lands = true;
  output.chooses = "step";
  output.concealed = size_hidden(state, s.layer);
  if (s.layer == 0)
    output.link = {CellIs::Output, input.shape()[1], input.shape()[2], 0, 0, 0,
                   stage.kernel,   stage.stride,     stage.padding};
  output.caption = strings.format(stage.kind == Stage::Convolution ? "network.before_relu" : "network.pooled",
                                  {{"filter", text(s.filter_index)}});
  detail.output = output;
  return detail;
}

Figure note_of(const LessonState& state, const strings::Strings& strings) {
  const auto note = [&](const char* head, const char* why) {
    Figure figure;
    figure.kind = FigureKind::Note;
    figure.lines = {std::string(strings.text(head)), std::string(strings.text(why))};
    return figure;
  };
  switch (stage_of(state).kind) {
    case Stage::Convolution:
      return note("network.note.convolution", "network.note.convolution.why");
    case Stage::Pooling:
      return note("network.note.pooling", "network.note.pooling.why");
    case Stage::Linear:
      break;
  }
  return note("network.note.linear", "network.note.linear.why");
}

std::string percent(const LessonState& state, int c) {
  return strings::number(100 * state.tensors.at("probabilities")[size_t(c)], 1);
}

std::vector<Span> formula(const LessonState& state) {
  const Settings& s = state.settings;
  const Stage& stage = stage_of(state);
  const Cell cell = cell_of(state);
  const bool hidden = asks_network_cell(state);
  const auto number = [&](float value) { return unless(hidden, strings::number(value)); };
  std::vector<Span> spans = {
      {stage.kind == Stage::Linear ? "s[" + text(s.step) + "]" : std::string("y"), Role::Output, true}};
  if (stage.kind == Stage::Pooling) {
    std::string values;
    for (const float x : state.tensors.at("window"))
      values += (values.empty() ? "" : ", ") + strings::number(x);
    spans.insert(spans.end(), {{" = max(", Role::Plain},
                               {values, Role::Input, true},
                               {") = ", Role::Plain},
                               {number(cell.result), Role::Output, true}});
    return spans;
  }
  const bool relu = stage.kind == Stage::Convolution;
  spans.insert(spans.end(), {{relu ? " = ReLU(Σ " : " = Σ ", Role::Plain},
                             {"x", Role::Input, true},
                             {"·", Role::Plain},
                             {"w", Role::Weight, true},
                             {relu ? " + b) = ReLU(" : " + b = ", Role::Plain},
                             {number(cell.sum), Role::Product, true},
                             {cell.bias < 0 ? " − " : " + ", Role::Plain},
                             {strings::number(std::fabs(cell.bias)), Role::Plain},
                             {relu ? ") = " : " = ", Role::Plain},
                             {number(cell.result), Role::Output, true}});
  return spans;
}

// The whole chain in a row, in two rows, or of it only what the stage reads and gives; below it the window.
std::vector<Layout> layouts(Pane& pane, int layer, const Detail& detail, Figure scores, Figure note) {
  const auto add = [&](Figure figure) {
    pane.figures.push_back(std::move(figure));
    return leaf(int(pane.figures.size()) - 1);
  };
  const auto joined = [](std::vector<Layout> a, const std::vector<Layout>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  std::vector<Layout> arrows;
  for (int i = 0; i < kStages; ++i) arrows.push_back(add(operator_sign("→")));
  std::vector<Layout> first = {leaf(0), arrows[0], leaf(1), arrows[1], leaf(2)};
  std::vector<Layout> second = {arrows[2], leaf(3), arrows[3], leaf(4), arrows[4], leaf(kChances)};

  // Pictures of the window; the first as wide as it likes, the others where the row must be broken.
  std::vector<Layout> operands = {add(detail.window)}, results;
  if (!detail.before.id.empty()) operands = {add(detail.before), add(operator_sign("→")), operands[0]};
  if (!detail.products.id.empty()) {
    operands = joined(operands, {add(operator_sign("×")), add(detail.kernel)});
    results = {add(operator_sign("→")), add(detail.products)};
  }
  if (!detail.output.id.empty()) results = joined(results, {add(operator_sign("→")), add(detail.output)});
  if (layer == kStages - 1) results = joined(results, {add(operator_sign("→")), add(std::move(scores))});
  const Layout told = add(std::move(note));
  const std::vector<Layout> all = joined(operands, results);

  const std::vector<Layout> near = {leaf(layer), arrows[0], leaf(layer + 1)};
  return {column({row(joined(first, second)), row(joined(all, {told}))}),
          column({row(joined(first, second)), row(all)}),
          column({row(first), row(second), row(all)}),
          column({row(first), row(second), row(operands), row(results)}),
          column({row(near), row(all)}),
          column({row(near), row(operands), row(results)}),
          row(near)};
}

}  // namespace

Pane network_pane(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const Stage& stage = stage_of(state);
  const Cell cell = cell_of(state);
  Pane pane;
  pane.id = "network";
  pane.title = strings.text("pane.network");
  const bool class_hidden = asks(state, "question.class");
  const int winner = winner_of(state);
  pane.note =
      s.input && !class_hidden
          ? answers_text(state, strings)
          : strings.format("pane.network.note", {{"class", unless(class_hidden, text(winner))},
                                                 {"percent", unless(class_hidden, percent(state, winner))}});
  for (int index = -1; index < kStages - 1; ++index)
    pane.figures.push_back(chain_figure(state, strings, index));
  Figure& image = pane.figures[0];
  image.link = {CellIs::Pixel, image.rows, image.cols};
  image.paints = image.soft_pen = image.by_drag = true;
  pane.figures.push_back(bars(state, strings, "probabilities", "p", "network.probabilities"));
  Figure scores = bars(state, strings, "fc_scores", "s", "network.scores");
  scores.link.is = CellIs::Class;
  pane.layouts =
      layouts(pane, s.layer, detail_of(state, strings), std::move(scores), note_of(state, strings));
  const strings::Arguments place = {{"layer", std::string(strings.text("layer." + text(s.layer)))},
                                    {"map", text(s.filter_index)},
                                    {"row", text(cell.row)},
                                    {"col", text(cell.col)},
                                    {"class", text(s.step)}};
  pane.where = strings.format(stage.kind == Stage::Linear ? "network.where.class" : "network.where", place);
  pane.formula = formula(state);
  return pane;
}

}  // namespace lessons
