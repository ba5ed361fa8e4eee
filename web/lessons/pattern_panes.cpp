// The two panes of the lesson `pattern`: one window with one filter, and all filters over the whole picture.
#include <algorithm>
#include <cmath>

#include "web/lessons/pattern.h"
#include "web/lessons/sliding.h"
#include "web/lessons/strokes.h"

namespace lessons {
namespace {

std::string text(int value) { return std::to_string(value); }

}  // namespace

std::string stroke_word(const LessonState& state, const strings::Strings& strings, int filter) {
  return std::string(
      strings.text(state.settings.weight ? "filter.custom" : "stroke." + stroke_names()[size_t(filter)]));
}

float of_filter(const LessonState& state, const char* scores) {
  return state.tensors.at(scores)[state.settings.filter_index];
}

namespace {

// That a window full of light scores 0 with every filter, and is not asked about.
bool earns_nothing(const LessonState& state) {
  const nn::Tensor& light = state.tensors.at("light_scores");
  return !asks(state, "question.light") &&
         std::all_of(light.begin(), light.end(), [](float score) { return score == 0; });
}

// "5·0.40 − 2·0.10 = 1.80" where cells are painted or not; else "Σ x·w + b = 1.62 + 0.10 = 1.72".
std::vector<Span> window_formula(const LessonState& state) {
  const PatchSum patch = patch_sum(state);
  const bool hidden = asks(state, "question.patch-score");
  const int cols = state.tensors.at("output").shape()[2];
  const std::string at = "[" + text(state.cell / cols) + "," + text(state.cell % cols) + "] = ";
  const float bias = of_filter(state, "bias");
  std::vector<Span> spans = {{"y", Role::Output, true}, {at, Role::Output}};
  if (patch.counts) {
    const nn::Tensor weight = stroke_weight();
    const auto [off, on] = std::minmax_element(weight.begin(), weight.end());
    spans.insert(spans.end(), {{text(patch.hits), Role::Input, true},
                               {"·", Role::Plain},
                               {strings::number(*on), Role::Weight, true},
                               {" − ", Role::Plain},
                               {text(patch.misses), Role::Input, true},
                               {"·", Role::Plain},
                               {strings::number(-*off), Role::Weight, true}});
  } else {
    spans.insert(spans.end(), {{"Σ ", Role::Plain},
                               {"x", Role::Input, true},
                               {"·", Role::Plain},
                               {"w", Role::Weight, true},
                               {" + b = ", Role::Plain},
                               {unless(hidden, strings::number(patch.sum)), Role::Product, true},
                               {bias < 0 ? " − " : " + ", Role::Plain},
                               {strings::number(std::abs(bias)), Role::Plain}});
  }
  spans.push_back({" = ", Role::Plain});
  spans.push_back({unless(hidden, strings::number(of_filter(state, "window_scores"))), Role::Output, true});
  return spans;
}

Figure bars(const LessonState& state, const strings::Strings& strings, const char* id, float least) {
  Figure figure;
  figure.kind = FigureKind::Bars;
  figure.id = id;
  figure.symbol = "s";
  figure.role = Role::Output;
  figure.tensor = &state.tensors.at(id);
  figure.rows = kStrokes;
  figure.limit = std::max(least, largest_magnitude(*figure.tensor));
  figure.current = state.settings.filter_index;
  figure.chooses = "filter_index";
  figure.caption = strings.text(std::string("figure.") + id);
  return figure;
}

}  // namespace

Pane patch_pane(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const int k = s.kernel_size, cols = state.tensors.at("output").shape()[2];
  const int row0 = state.cell / cols, col0 = state.cell % cols;
  const bool painting = painted_stroke(state) >= 0, hidden = asks(state, "question.patch-score");

  Figure input = signed_map(state, "input", "x", Role::Input);
  input.scale = Scale::Grey;
  input.window = CellRect{row0, col0, k, k};
  input.fixed = painting;
  input.link = {CellIs::Pixel, input.rows, input.cols};
  input.paints = true;
  input.soft_pen = input.rows > kStrokePictureSide;
  if (painting) input.painted_step = state.cell;
  input.caption = strings.text("figure.canvas");

  Figure window = signed_map(state, "window", "x", Role::Input);
  window.scale = Scale::Grey;
  window.numbers = true;
  window.link = {CellIs::Tap, input.rows, input.cols, 0, row0, col0, k, 1};
  window.caption = strings.text("figure.window");

  Figure kernel = signed_map(state, "weight", "w", Role::Weight);
  kernel.offset = s.filter_index * k * k;
  kernel.numbers = kernel.editable = true;
  kernel.link = window.link;
  kernel.caption = strings.format("figure.kernel", {{"filter", stroke_word(state, strings, s.filter_index)}});

  Figure products = signed_map(state, "products", "x·w", Role::Product);
  products.limit = kernel.limit * std::max(largest_magnitude(*input.tensor), 1e-6f);
  products.numbers = products.flies = true;
  products.factors = {window.tensor, kernel.tensor, 0, kernel.offset};
  products.link = window.link;
  products.caption =
      strings.format("figure.products", {{"sum", unless(hidden, strings::number(patch_sum(state).sum))}});

  Figure scores = bars(state, strings, "window_scores", 2);
  scores.concealed = hidden || asks(state, "question.best-filter");

  Figure note;
  note.kind = FigureKind::Note;
  note.lines = {asks(state, "question.best-filter")
                    ? strings.format("pattern.best", {{"filter", kHidden}, {"name", kHidden}})
                    : best_text(state, strings),
                light_text(state, strings)};
  if (earns_nothing(state)) note.lines.push_back(std::string(strings.text("pattern.light.why")));

  Pane pane;
  pane.id = "patch";
  pane.title = strings.text("pane.pattern");
  pane.note = strings.text("pane.pattern.note");
  pane.figures = {input, window, operator_sign("×"), kernel, products, operator_sign(""), scores, note};
  const Layout pictures =
      row({leaf(0), column({row({leaf(1), leaf(2), leaf(3)}), row({leaf(4), leaf(5), leaf(6)})})});
  pane.layouts = {column({pictures, leaf(7)}), pictures};
  pane.where = painting
                   ? strings.format("pattern.act." + text(act(state)), {{"count", text(s.step)}})
                   : strings.format("convolution.where",
                                    {{"step", text(state.cell)}, {"row", text(row0)}, {"col", text(col0)}});
  if (painting && s.step == kAllBright && earns_nothing(state))
    pane.where += " · " + std::string(strings.text("pattern.edges"));
  pane.formula = window_formula(state);
  return pane;
}

std::string light_text(const LessonState& state, const strings::Strings& strings) {
  if (earns_nothing(state)) return std::string(strings.text("pattern.light.nothing"));
  const std::string score = strings::number(of_filter(state, "light_scores"));
  return strings.format("pattern.light", {{"score", unless(asks(state, "question.light"), score)}});
}

std::string best_text(const LessonState& state, const strings::Strings& strings) {
  const int best = best_filter(state);
  if (best < 0) return std::string(strings.text("pattern.best.none"));
  return strings.format("pattern.best",
                        {{"filter", text(best)}, {"name", stroke_word(state, strings, best)}});
}

Pane filters_pane(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const int k = s.kernel_size;
  const bool score_hidden = asks(state, "question.patch-score");
  Pane pane;
  pane.id = "filters";
  pane.title = strings.text("pane.pattern.filters");
  pane.note = strings.text("pane.pattern.filters.note");
  Layout tiles = row({});
  const Figure all = signed_map(state, "weight", "w", Role::Weight);
  for (int o = 0; o < kStrokes; ++o) {
    Figure tile = all;
    tile.id += "." + text(o);
    tile.symbol = "w" + text(o);
    tile.offset = o * k * k;
    tile.muted = o != s.filter_index;
    tile.also = {{"filter_index", o}};
    tile.caption = tile.symbol;
    tiles.children.push_back(leaf(o));
    pane.figures.push_back(tile);
  }
  Figure map = signed_map(state, "output", "y", Role::Output);
  map.limit = std::max(map.limit, 2.0f);
  map.offset = s.filter_index * map.rows * map.cols;
  map.current = state.cell;
  map.lands = true;
  if (score_hidden) map.hidden = state.cell;
  if (painted_stroke(state) < 0) map.chooses = "step";
  const nn::Shape& input = state.tensors.at("input").shape();
  map.link = {CellIs::Output, input[1], input[2], 0, 0, 0, k, 1};
  map.caption = strings.format("figure.map", {{"filter", text(s.filter_index)}});
  Figure most = bars(state, strings, "scores_max", 2), sum = bars(state, strings, "scores_sum", 16);
  most.concealed = score_hidden;  // it may be the largest
  enum { kMap = kStrokes, kMost, kSum };
  pane.figures.insert(pane.figures.end(), {map, most, sum});
  const Layout below = row({leaf(kMap), leaf(kMost), leaf(kSum)});
  pane.layouts = {column({tiles, below})};
  const bool twice = painted_stroke(state) >= 0 && s.step == kBothPainted && !s.weight && !s.bias;
  pane.where =
      twice ? std::string(strings.text("pattern.pooled.twice"))
            : strings.format("pattern.pooled", {{"filter", text(s.filter_index)},
                                                {"name", stroke_word(state, strings, s.filter_index)}});
  pane.formula = {{"max ", Role::Plain},
                  {"y", Role::Output, true},
                  {" = ", Role::Plain},
                  {unless(score_hidden, strings::number(of_filter(state, "scores_max"))), Role::Output, true},
                  {",  Σ ReLU(", Role::Plain},
                  {"y", Role::Output, true},
                  {") = ", Role::Plain},
                  {strings::number(of_filter(state, "scores_sum")), Role::Output, true}};
  return pane;
}

}  // namespace lessons
