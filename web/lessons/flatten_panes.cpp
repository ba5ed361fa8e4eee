// The fully connected layer of the lesson `flatten`: as a strip, and as templates with what spoke for a
// class.
#include <algorithm>

#include "web/lessons/flatten.h"
#include "web/lessons/sliding.h"

namespace lessons {
namespace {

constexpr int kLensCells = 11;

std::string text(int value) { return std::to_string(value); }

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
  figure.link.order = &state.tensors.at("flat_order");
  figure.unroll = float(state.settings.unroll) / 100;
  if (figure.unroll < 1) figure.computed = unrolled_count(figure);
  return figure;
}

// The few cells of a strip around flat index `at`, large enough to read.
Figure lens(const Figure& strip, int at) {
  Figure figure = strip;
  const int first = std::clamp(at - kLensCells / 2, 0, strip.cols - kLensCells);
  figure.id += ".lens";
  figure.from = -1;
  figure.caption.clear();
  figure.offset += first;
  figure.factors.x_offset += first;
  figure.factors.w_offset += first;
  figure.cols = kLensCells;
  figure.link.first = first;
  figure.numbers = true;
  if (figure.computed >= 0) figure.computed = std::clamp(figure.computed - first, 0, kLensCells);
  return figure;
}

// One of the tensors that are pictures, from its first cell on.
Figure square(const LessonState& state, const char* id, const char* symbol, Role role) {
  Figure figure;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = role;
  figure.tensor = &state.tensors.at(id);
  const nn::Shape& input = state.tensors.at("input").shape();
  figure.rows = input[1];
  figure.cols = input[2];
  figure.link = {CellIs::Pixel, input[1], input[2]};
  return figure;
}

Figure input_square(const LessonState& state, const strings::Strings& strings) {
  Figure figure = square(state, "input", "x", Role::Input);
  figure.caption = strings.format("figure.input", {{"size", size_text(figure.rows, figure.cols)}});
  return figure;
}

Figure template_square(const LessonState& state, int c) {
  Figure figure = square(state, "fc_templates", "w", Role::Weight);
  figure.scale = Scale::Diverging;
  figure.limit = largest_magnitude(*figure.tensor);
  return plane_of(figure, c);
}

Figure class_template(const LessonState& state, const strings::Strings& strings, const char* caption) {
  Figure figure = template_square(state, state.settings.class_index);
  figure.id = "fc_templates";
  figure.caption = strings.format(caption, {{"class", text(state.settings.class_index)}});
  return figure;
}

Figure score_bars(const LessonState& state, const strings::Strings& strings) {
  Figure scores;
  scores.kind = FigureKind::Bars;
  scores.id = "fc_scores";
  scores.symbol = "s";
  scores.role = Role::Output;
  scores.tensor = &state.tensors.at("fc_scores");
  scores.rows = int(scores.tensor->size());
  scores.limit = std::max(largest_magnitude(*scores.tensor), 1e-6f);
  scores.current = state.settings.class_index;
  scores.concealed = asks(state, "question.class");
  scores.chooses = "class";
  scores.link.is = CellIs::Class;
  scores.caption = strings.text("figure.scores");
  return scores;
}

// "Flat index 323 = 11·28 + 15"
std::string index_text(const LessonState& state, const strings::Strings& strings, int pixel) {
  const nn::Shape& shape = state.tensors.at("input").shape();
  const std::string index = text(flat_index(state, pixel));
  const int row = pixel / shape[2], col = pixel % shape[2];
  if (state.settings.order == "any")
    return strings.format("figure.flat_index.any",
                          {{"index", index}, {"row", text(row)}, {"col", text(col)}});
  const bool columns = state.settings.order == "columns";
  return strings.format("figure.flat_index", {{"index", index},
                                              {"row", text(columns ? col : row)},
                                              {"width", text(shape[columns ? 1 : 2])},
                                              {"col", text(columns ? row : col)}});
}

std::string score_name(const LessonState& state, const strings::Strings& strings) {
  return strings.format("flatten.score", {{"class", text(state.settings.class_index)}});
}

}  // namespace

Pane strip_pane(const LessonState& state, const strings::Strings& strings, int followed) {
  const Settings& s = state.settings;
  const int c = s.class_index, index = flat_index(state, s.step);
  const bool class_hidden = asks(state, "question.class"), product_hidden = asks(state, "question.product");
  enum { kInput, kTimes, kTemplate, kScores, kX, kW, kProducts, kLensX, kLensW, kLensProducts };

  Figure x = strip(state, "flat", "x", Role::Input);
  x.from = kInput;
  Figure w = strip(state, "fc_weight", "w", Role::Weight);
  w.from = kTemplate;
  w.offset = c * w.cols;
  w.scale = Scale::Diverging;
  w.limit = largest_magnitude(*w.tensor);
  Figure products = strip(state, "fc_products", "x·w", Role::Product);
  products.scale = Scale::Diverging;
  products.limit = w.limit;
  const int arrived = products.computed < 0 ? products.cols : products.computed;
  products.computed = std::min(arrived, index + (product_hidden ? 0 : 1));
  products.factors = {x.tensor, w.tensor, 0, w.offset};
  const int at = followed >= 0 ? followed : s.step, lens_at = flat_index(state, at);
  products.caption = index_text(state, strings, at);

  Pane pane;
  pane.id = "fully-connected";
  pane.title = strings.text("pane.fc");
  pane.note = strings.format("pane.fc.note", {{"count", text(x.cols)}});
  pane.figures = {input_square(state, strings),
                  operator_sign("×"),
                  class_template(state, strings, "figure.template"),
                  score_bars(state, strings),
                  x,
                  w,
                  products,
                  lens(x, lens_at),
                  lens(w, lens_at),
                  lens(products, lens_at)};
  const Layout squares = row({leaf(kInput), leaf(kTimes), leaf(kTemplate), leaf(kScores)});
  pane.layouts = {
      column({squares, leaf(kX), leaf(kW), leaf(kProducts), leaf(kLensX), leaf(kLensW), leaf(kLensProducts)}),
      column({squares, leaf(kX), leaf(kW), leaf(kProducts)})};
  pane.where = strings.format("flatten.where", {{"step", text(index)}});
  if (s.order != "rows") {
    pane.where += " · " + order_comparison(state, strings);
  } else if (s.unroll < 100) {
    pane.where += " · " + std::string(strings.text("flatten.where.unroll"));
  }
  pane.formula = {
      {"Σ ", Role::Plain},
      {"x", Role::Input, true},
      {"·", Role::Plain},
      {"w", Role::Weight, true},
      {" + b = ", Role::Plain},
      {unless(product_hidden, strings::number(state.tensors.at("fc_running")[index])), Role::Product, true},
      {" → ", Role::Plain},
      {score_name(state, strings), Role::Output},
      {unless(class_hidden, strings::number(state.tensors.at("fc_scores")[c])), Role::Output, true}};
  return pane;
}

Pane evidence_pane(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const nn::Tensor &scores = state.tensors.at("fc_scores"), &evidence = state.tensors.at("fc_evidence");
  const bool hidden = asks(state, "question.class");
  const auto shown = [&](float value) { return unless(hidden, strings::number(value)); };
  enum { kInput, kTimes, kTemplate, kArrow, kMap, kFirst };

  Figure input = input_square(state, strings),
         pattern = class_template(state, strings, "figure.class_weight");
  Figure map = square(state, "fc_map", "x·w", Role::Product);
  map.scale = Scale::Diverging;
  map.limit = std::max(largest_magnitude(*map.tensor), 1e-6f);
  map.factors = {input.tensor, pattern.tensor, 0, pattern.offset};
  if (asks(state, "question.product")) map.hidden = s.step;
  map.caption =
      strings.format("figure.evidence", {{"above", shown(evidence[0])}, {"below", shown(-evidence[1])}});

  Pane pane;
  pane.id = "fully-connected";
  pane.title = strings.text("pane.fc");
  pane.note = strings.text("pane.fc.evidence.note");
  pane.figures = {input, operator_sign("×"), pattern, operator_sign("→"), map};
  std::vector<Layout> one, two[2];
  for (int c = 0; c < int(scores.size()); ++c) {
    Figure figure = template_square(state, c);
    if (c != s.class_index) figure.role = Role::Plain;
    figure.chooses = "class";
    figure.choice = c;
    figure.caption = strings.format(
        "figure.class_score",
        {{"class", text(c)}, {"score", unless(hidden, strings::cell_number(scores[size_t(c)]))}});
    const Layout place = leaf(kFirst + c);
    one.push_back(place);
    two[c / 5].push_back(place);
    pane.figures.push_back(std::move(figure));
  }
  const Layout sum = row({leaf(kInput), leaf(kTimes), leaf(kTemplate), leaf(kArrow), leaf(kMap)});
  pane.layouts = {column({sum, row(two[0]), row(two[1])}), column({sum, row(one)})};
  pane.where = strings.format("flatten.where.evidence", {{"for", text(evidence_count(state, 1))},
                                                         {"against", text(evidence_count(state, -1))}});
  const float score = scores[size_t(s.class_index)];
  const float total = float(double(evidence[0]) + evidence[1] + evidence[2]);
  const auto term = [&](const char* name, float value, Role role) {
    pane.formula.push_back({std::string(value < 0              ? "− "
                                        : pane.formula.empty() ? ""
                                                               : "+ ") +
                                std::string(strings.text(name)) + " ",
                            Role::Plain});
    pane.formula.push_back({shown(value < 0 ? -value : value), role, true});
    pane.formula.push_back({" ", Role::Plain});
  };
  term("flatten.evidence.for", evidence[0], Role::Product);
  term("flatten.evidence.against", evidence[1], Role::Product);
  term("flatten.evidence.bias", evidence[2], Role::Plain);
  pane.formula.push_back(
      {hidden ? "= " : std::string(comparison_sign(total, score, true)).substr(1), Role::Plain});
  pane.formula.push_back({score_name(state, strings), Role::Output});
  pane.formula.push_back({shown(score), Role::Output, true});
  return pane;
}

}  // namespace lessons
