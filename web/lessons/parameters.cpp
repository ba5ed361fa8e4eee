// Lesson `parameters`: what a layer has to learn, counted cell by cell, and what a fully connected layer with
// the same output would have to. Five steps: a row of a plane, a plane, all planes, the bias, all filters.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kChannels = 3, kMostFilters = 12, kSteps = 5;
enum Step { kRow, kPlane, kPlanes, kBias, kFilters };
// Of the formula, and what they count in the picture.
enum Part { kTapsPart, kChannelsPart, kBiasPart, kFiltersPart };

void defaults(Settings& settings) {
  settings.image = "photo";
  settings.kernel_size = 5;
  settings.out_channels = 10;
  settings.filter = "edges";
  settings.step = kFilters;
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = photo_keys(state, initial, bank_names(), kMostFilters);
  std::erase_if(keys, [](const Key& key) { return key.name == "filter_index"; });
  keys.insert(keys.begin() + 2, int_key("kernel_size", 1, 7, initial.kernel_size));
  return keys;
}

// Whole numbers: those of the fully connected layer are too large for a float to hold exactly.
struct Counts {
  int64_t parameters, fc_parameters;        // that are learned
  int64_t multiply_adds, fc_multiply_adds;  // for one picture
};

Counts counts(const LessonState& state) {
  const auto size = [&](const char* name) { return int64_t(state.tensors.at(name).size()); };
  const int64_t outputs = size("output"), inputs = size("input"), filters = size("bias");
  return {size("weight") + filters, outputs * inputs + outputs, outputs * (size("weight") / filters),
          outputs * inputs};
}

// How many such convolutions the fully connected layer's parameters would be enough for, and how many of them
// are one cell of the picture.
int64_t layers(const LessonState& state) {
  const Counts c = counts(state);
  return c.fc_parameters / c.parameters;
}
int layers_a_cell(const LessonState& state) { return layers(state) > 100000 ? 100 : 1; }

void compute(LessonState& state) {
  compute_operands(state);
  compute_output(state, "input");
  state.out_rows = 1;
  state.out_cols = state.steps = kSteps;
  const Counts c = counts(state);
  nn::Tensor numbers(nn::Shape{4});
  const int64_t all[] = {c.parameters, c.fc_parameters, c.multiply_adds, c.fc_multiply_adds};
  for (int i = 0; i < 4; ++i) numbers[i] = float(all[i]);
  const int cells = int(layers(state) / layers_a_cell(state));
  const int side = int(std::ceil(std::sqrt(double(cells))));
  nn::Tensor square(nn::Shape{(cells + side - 1) / side, side});
  std::fill(square.begin(), square.begin() + cells, 1.0f);
  state.tensors["counts"] = std::move(numbers);
  state.tensors["fc_in_layers"] = std::move(square);
}

void compute_step(LessonState&) {}

// "24,092,320"
std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (int at = int(digits.size()) - 3; at > 0; at -= 3) digits.insert(size_t(at), ",");
  return digits;
}

std::string text(int value) { return std::to_string(value); }

// The open question's count and what it would follow from at once are hidden: the arithmetic with it, because
// putting it together is the answer.
bool asks_parameters(const LessonState& state) { return asks(state, "question.parameters"); }
bool asks_fc(const LessonState& state) { return asks(state, "question.same-output"); }
bool asks_ratio(const LessonState& state) { return asks_parameters(state) || asks_fc(state); }

// "10·((5·5·3)+1) = 760", as far as it is built; what the step adds is strong.
std::vector<Span> formula(const LessonState& state) {
  if (asks_parameters(state)) return {{kHidden, Role::Output, true}};
  const Settings& s = state.settings;
  const int step = s.step, k = s.kernel_size;
  std::vector<Span> spans;
  const auto add = [&](const std::string& words, Role role, int from, int part = -1) {
    if (step >= from) spans.push_back({words, role, step == from, part});
  };
  add(text(s.out_channels), Role::Output, kFilters, kFiltersPart);
  add("·(", Role::Output, kFilters);
  add("(", Role::Weight, kBias);
  add(text(k), Role::Weight, kRow, kTapsPart);
  add("·" + text(k), Role::Weight, kPlane, kTapsPart);
  add("·", Role::Input, kPlanes);
  add(text(kChannels), Role::Input, kPlanes, kChannelsPart);
  add(")", Role::Weight, kBias);
  add("+1", Role::Product, kBias, kBiasPart);
  add(")", Role::Output, kFilters);
  const int64_t built[] = {k, k * k, k * k * kChannels, k * k * kChannels + 1, counts(state).parameters};
  spans.push_back({" = ", Role::Plain});
  spans.push_back({grouped(built[step]), step == kFilters ? Role::Output : Role::Weight, true});
  return spans;
}

std::string formula_text(const LessonState& state) {
  std::string words;
  for (const Span& span : formula(state)) words += span.text;
  return words;
}

// What the factors in the formula count of filter `o`, as far as they are there; the nearest factor first.
std::vector<Counted> counted(const LessonState& state, int o, bool bias) {
  if (asks_parameters(state)) return {};
  const int k = state.settings.kernel_size, step = state.settings.step;
  std::vector<Counted> parts;
  const auto add = [&](int part, int from, CellRect cells) {
    if (step >= from) parts.push_back({part, cells});
  };
  if (o == 0 && bias) add(kBiasPart, kBias, {0, 0, 1, 1});
  if (o == 0 && !bias) {
    add(kTapsPart, kRow, {0, 0, step == kRow ? 1 : k, k});
    for (int c = 0; c < kChannels; ++c) add(kChannelsPart, kPlanes, {c * k, 0, k, k});
  }
  add(kFiltersPart, kFilters, {0, 0, bias ? 1 : kChannels * k, bias ? 1 : k});
  return parts;
}

// In words, in the order of Part.
std::vector<std::string> part_words(const LessonState& state, const strings::Strings& strings) {
  const std::string k = text(state.settings.kernel_size), filters = text(state.settings.out_channels);
  return {strings.format(state.settings.step == kRow ? "parameters.part.row" : "parameters.part.taps",
                         {{"k", k}}),
          strings.format("parameters.part.channels", {{"channels", text(kChannels)}, {"k", k}}),
          std::string(strings.text("parameters.part.bias")),
          strings.format("parameters.part.filters", {{"filters", filters}})};
}

// Each filter is its planes one above the other, and its bias below: what the step counts is in full colours.
Pane filters_pane(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const int k = s.kernel_size, step = s.step, weights = kChannels * k * k;
  Figure kernel = signed_map(state, "weight", "w", Role::Weight);
  kernel.rows = kChannels * k;
  Figure bias = kernel;
  bias.id = "bias";
  bias.symbol = "b";
  bias.tensor = &state.tensors.at("bias");
  bias.limit = std::max(largest_magnitude(*bias.tensor), 1e-6f);
  bias.rows = bias.cols = 1;
  Pane pane;
  pane.id = "filters";
  pane.title = strings.text("pane.parameters");
  pane.note = strings.format("pane.parameters.note", {{"k", text(k)}, {"filters", text(s.out_channels)}});
  Layout tiles = row({});
  for (int o = 0; o < s.out_channels; ++o) {
    Figure w = kernel, b = bias;
    w.id += "." + text(o);
    w.offset = o * weights;
    w.caption = "w" + text(o);
    b.id += "." + text(o);
    b.offset = o;
    b.caption = "b" + text(o);
    w.muted = b.muted = step < kFilters;
    if (o == 0) {
      if (step < kPlanes) w.window = CellRect{0, 0, step == kRow ? 1 : k, k};
      w.fixed = b.fixed = true;
      w.muted = w.muted && step < kPlanes;
      b.muted = step < kBias;
      b.numbers = !b.muted;
      if (step == kBias) b.current = 0;
    }
    w.counted = counted(state, o, false);
    b.counted = counted(state, o, true);
    tiles.children.push_back(column({leaf(2 * o), leaf(2 * o + 1)}));
    pane.figures.insert(pane.figures.end(), {w, b});
  }
  Figure note;
  note.kind = FigureKind::Note;
  note.lines = {strings.format("parameters.filter", {{"k", text(k)}}),
                std::string(strings.text("parameters.filter.why"))};
  pane.figures.push_back(note);
  pane.layouts = {column({tiles, leaf(2 * s.out_channels)}), tiles};
  pane.where = strings.text("parameters.step." + text(step));
  pane.formula = formula(state);
  return pane;
}

Pane comparison_pane(const LessonState& state, const strings::Strings& strings) {
  const Counts c = counts(state);
  const nn::Tensor& cells = state.tensors.at("fc_in_layers");
  Figure square;
  square.id = "fc_in_layers";
  square.symbol = "n";
  square.role = Role::Weight;
  square.scale = Scale::Count;
  square.limit = 4;  // a quiet colour: the one cell at the corner is what matters
  square.tensor = &cells;
  square.rows = cells.shape()[0];
  square.cols = cells.shape()[1];
  square.computed = int(layers(state) / layers_a_cell(state));
  square.current = 0;
  square.concealed = asks_ratio(state);
  const std::string ratio = unless(asks_ratio(state), grouped(layers(state)));
  square.caption = strings.format("figure.fc_in_layers", {{"count", ratio}});
  Figure note;
  note.kind = FigureKind::Note;
  const bool macs_hidden = asks(state, "question.multiply-adds");
  note.lines = {
      strings.format("parameters.ratio", {{"count", ratio}}),
      strings.format("parameters.cell", {{"layers", text(layers_a_cell(state))}}),
      std::string(strings.text("parameters.macs")),
      strings.format("parameters.macs.conv", {{"count", unless(macs_hidden, grouped(c.multiply_adds))}}),
      strings.format("parameters.macs.fc", {{"count", unless(asks_fc(state), grouped(c.fc_multiply_adds))}})};
  Pane pane;
  pane.id = "comparison";
  pane.title = strings.text("pane.parameters.fc");
  pane.note = strings.text("pane.parameters.fc.note");
  pane.figures = {square, note};
  pane.layouts = {row({leaf(0), leaf(1)})};
  pane.where = strings.text("parameters.fc");
  if (asks_fc(state)) {
    pane.formula = {{kHidden, Role::Weight, true}};
    return pane;
  }
  const nn::Shape &in = state.tensors.at("input").shape(), &out = state.tensors.at("output").shape();
  pane.formula = {{"(" + text(in[0]) + "·" + text(in[1]) + "·" + text(in[2]) + "+1)", Role::Input, true},
                  {" · ", Role::Plain},
                  {"(" + text(out[0]) + "·" + text(out[1]) + "·" + text(out[2]) + ")", Role::Output, true},
                  {" = ", Role::Plain},
                  {grouped(c.fc_parameters), Role::Weight, true}};
  return pane;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  Scene scene;
  scene.question = strings.text("parameters.question");
  scene.lead = strings.text("parameters.lead");
  scene.panes = {filters_pane(state, strings), comparison_pane(state, strings)};
  scene.parts = part_words(state, strings);
  add_slider(scene, state, strings, "out_channels", 0);
  add_size_controls(scene, state, strings, {"kernel_size"}, 1);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Counts c = counts(state);
  return strings.format("parameters.narration",
                        {{"what", std::string(strings.text("parameters.step." + text(state.settings.step)))},
                         {"formula", formula_text(state)},
                         {"count", grouped(c.parameters)},
                         {"fc", grouped(c.fc_parameters)},
                         {"macs", grouped(c.multiply_adds)},
                         {"fc_macs", grouped(c.fc_multiply_adds)}});
}

// What a fully connected layer with the same output would learn.
Question ask_same_output(const LessonState& state) {
  const double inputs = double(state.tensors.at("input").size());
  const double outputs = double(state.tensors.at("output").size());
  const nn::Shape& out = state.tensors.at("output").shape();
  Question q;
  q.key = "question.same-output";
  q.hint = "question.same-output.hint";
  q.arguments = {{"channels", text(kChannels)},
                 {"side", text(state.tensors.at("input").shape()[1])},
                 {"filters", text(out[0])},
                 {"out", text(out[1])}};
  q.expected = double(counts(state).fc_parameters);
  q.mistakes = {{"mistake.bias-forgotten", inputs * outputs},
                {"mistake.one-bias", inputs * outputs + 1},
                {"mistake.channels-forgotten", (inputs / kChannels + 1) * outputs},
                {"mistake.one-filter", (inputs + 1) * outputs / out[0]}};
  return q;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_parameters(state), ask_same_output(state), ask_multiply_adds(state)};
}

}  // namespace

extern const Lesson parameters_lesson;
const Lesson parameters_lesson = {"parameters", keys,  defaults,  compute,
                                  compute_step, scene, narration, questions};

}  // namespace lessons
