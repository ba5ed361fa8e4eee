// The two panes of the lesson `pooling`.
#include <algorithm>

#include "web/lessons/pooling.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {

bool is_photo(const LessonState& state) { return state.tensors.at("input").shape()[0] > 1; }

Spot spot(const LessonState& state) {
  const int row = state.settings.step / state.out_cols, col = state.settings.step % state.out_cols;
  return {row, col, row * state.settings.stride, col * state.settings.stride};
}

int winner(const LessonState& state, int channel) {
  const auto argmax = state.tensors.find("argmax");
  return argmax == state.tensors.end() ? -1
                                       : int(argmax->second[channel * state.steps + state.settings.step]);
}

std::string level_name(int level, bool shifted) {
  std::string name = level == 0 ? "input" : level == 1 ? "output" : "output_" + std::to_string(level);
  return shifted ? name + "_shifted" : name;
}

std::string percent(float share) { return strings::number(100 * share, share < 0.0995f ? 1 : 0); }

namespace {

// Channel `channel` of it.
Figure picture(const LessonState& state, const std::string& id, Role role, int channel) {
  Figure figure;
  figure.id = id;
  figure.symbol = role == Role::Input ? "x" : "y";
  figure.role = role;
  figure.tensor = &state.tensors.at(id);
  figure.rows = figure.tensor->shape()[1];
  figure.cols = figure.tensor->shape()[2];
  figure.offset = channel * figure.rows * figure.cols;
  if (is_photo(state)) {
    figure.scale = Scale::Light;
    figure.symbol += "[" + std::to_string(channel) + "]";
  }
  figure.concealed = role == Role::Output && asks_size(state);
  figure.caption = figure.concealed ? unknown_size() : size_text(figure.rows, figure.cols);
  return figure;
}

bool asks_value(const LessonState& state) { return asks(state, "question.pooled"); }

Figure output_figure(const LessonState& state, int channel) {
  const nn::Shape& input = state.tensors.at("input").shape();
  Figure output = picture(state, "output", Role::Output, channel);
  output.current = state.settings.step;
  const bool looked_at = channel == state.settings.filter_index;
  if (asks_value(state) && looked_at) output.hidden = state.settings.step;
  output.chooses = "step";
  if (!looked_at) output.also = {{"filter_index", channel}};
  output.link = {CellIs::Output,       input[1], input[2], 0, 0, 0, state.settings.kernel_size,
                 state.settings.stride};
  return output;
}

std::vector<Span> window_formula(const LessonState& state) {
  const Spot at = spot(state);
  const int k = state.settings.kernel_size;
  const bool few = k == 2;  // the others have too many numbers for a line
  std::vector<Span> spans = {
      {"y", Role::Output, true},
      {(is_photo(state) ? "[" + std::to_string(state.settings.filter_index) + "," : "[") +
           std::to_string(at.row) + "," + std::to_string(at.col) + "] = ",
       Role::Output}};
  if (state.settings.pool == "max") {
    spans.push_back({"max(", Role::Plain});
    spans.push_back({few ? values_text(state, ", ") : "x", Role::Input, true});
    spans.push_back({") = ", Role::Plain});
  } else {
    spans.push_back({few ? "(" : "Σ ", Role::Plain});
    spans.push_back({few ? values_text(state, " + ") : "x", Role::Input, true});
    spans.push_back({(few ? ") / " : " / ") + std::to_string(k * k) + " = ", Role::Plain});
  }
  const std::string value = strings::number(pooled_value(state));
  spans.push_back({unless(asks_value(state), value), Role::Output, true});
  return spans;
}

// One channel: its picture with the window, the window, and what remains of it.
struct Row {
  Figure input, window, output;
};
Row channel_row(const LessonState& state, const strings::Strings& strings, int channel) {
  const Settings& s = state.settings;
  const Spot at = spot(state);
  const bool value_hidden = asks_value(state) && channel == s.filter_index;
  const int k = s.kernel_size;
  Figure input = picture(state, "input", Role::Input, channel);
  input.muted = true;
  input.window = CellRect{at.first_row, at.first_col, k, k};
  input.link = {CellIs::Pixel, input.rows, input.cols};
  input.unseen_rows = (input.rows - k) % s.stride;
  input.unseen_cols = (input.cols - k) % s.stride;
  input.caption = strings.format("figure.input", {{"size", size_text(input.rows, input.cols)}});
  Figure window = picture(state, "window", Role::Input, channel);
  window.numbers = true;
  window.link = {CellIs::Tap, input.rows, input.cols, 0, at.first_row, at.first_col, k, s.stride};
  window.caption = strings.text("figure.window");
  input.marks_role = window.marks_role = Role::Output;
  if (const int won = winner(state, channel); won >= 0 && !value_hidden) {
    const int cell = won - input.offset;
    input.marks = {cell};
    window.marks = {(cell / input.cols - at.first_row) * k + cell % input.cols - at.first_col};
  }
  Figure output = output_figure(state, channel);
  output.computed = s.step + (value_hidden ? 0 : 1);
  output.numbers = true;
  output.caption = strings.format("pooling.output", {{"size", output.caption}});
  return {input, window, output};
}

// How many numbers remain, and that each channel is pooled alone.
Figure remain_note(const LessonState& state, const strings::Strings& strings) {
  const int before = int(state.tensors.at("input").size()), after = int(state.tensors.at("output").size());
  const bool hidden = asks_size(state);
  const std::string share = std::to_string((100 * after + before / 2) / before);
  Figure note;
  note.kind = FigureKind::Note;
  note.lines = {strings.format("pooling.remain", {{"before", std::to_string(before)},
                                                  {"after", unless(hidden, std::to_string(after))},
                                                  {"percent", unless(hidden, share)}}),
                std::string(strings.text(is_photo(state) ? "pooling.channels.photo" : "pooling.channels"))};
  return note;
}

// The three channels of a photograph one below the other, each with its own window and its own winner.
void add_channels(Pane& pane, const LessonState& state, const strings::Strings& strings) {
  std::vector<Layout> rows;
  for (int c = 0; c < state.tensors.at("input").shape()[0]; ++c) {
    Row figures = channel_row(state, strings, c);
    const std::string name = channel_name(strings, c), number = "." + std::to_string(c);
    const float kept = state.tensors.at("output")[c * state.steps + state.settings.step];
    const bool hidden = asks_value(state) && c == state.settings.filter_index;
    figures.input.caption = name + ", " + size_text(figures.input.rows, figures.input.cols);
    figures.window.caption = "→ " + unless(hidden, strings::number(kept));
    const bool size_hidden = figures.output.concealed;
    figures.output.caption =
        name + ", " + (size_hidden ? unknown_size() : size_text(figures.output.rows, figures.output.cols));
    const int first = int(pane.figures.size());
    for (Figure* figure : {&figures.input, &figures.window, &figures.output}) figure->id += number;
    pane.figures.insert(pane.figures.end(),
                        {figures.input, figures.window, operator_sign("→"), figures.output});
    rows.push_back(row({leaf(first), leaf(first + 1), leaf(first + 2), leaf(first + 3)}));
  }
  const int note = int(pane.figures.size());
  pane.figures.push_back(remain_note(state, strings));
  const Layout channels = column(rows);
  rows.push_back(leaf(note));
  pane.layouts = {column(std::move(rows)), channels};
}

}  // namespace

Pane pooling_pane(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const Spot at = spot(state);
  Pane pane;
  pane.id = "pooling";
  pane.title = strings.text("pane.pooling");
  pane.note = strings.text(is_photo(state)   ? "pooling.alone"
                           : s.pool == "max" ? "pooling.max"
                                             : "pooling.avg");
  if (is_photo(state)) {
    add_channels(pane, state, strings);
  } else {
    const Row figures = channel_row(state, strings, 0);
    pane.figures = {figures.input, figures.window, operator_sign("→"), figures.output,
                    remain_note(state, strings)};
    pane.layouts = {column({row({leaf(0), leaf(2), column({leaf(1), leaf(3)})}), leaf(4)}),
                    column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), leaf(4)}),
                    row({leaf(0), leaf(1), leaf(2), leaf(3)})};
  }
  pane.where = strings.format(
      "convolution.where",
      {{"step", std::to_string(s.step)}, {"row", std::to_string(at.row)}, {"col", std::to_string(at.col)}});
  if (const int won = winner(state, s.filter_index); won >= 0 && !asks_value(state)) {
    const nn::Shape& input = state.tensors.at("input").shape();
    const int cell = won % (input[1] * input[2]);
    pane.where += " · " + strings.format("pooling.won", {{"index", std::to_string(won)},
                                                         {"row", std::to_string(cell / input[2])},
                                                         {"col", std::to_string(cell % input[2])}});
  }
  pane.formula = window_formula(state);
  return pane;
}

Pane again_pane(const LessonState& state, const strings::Strings& strings) {
  const nn::Tensor& changes = state.tensors.at("shift_change");
  const int levels = int(changes.size());
  Pane pane;
  pane.id = "again";
  pane.title = strings.text("pane.again");
  std::vector<Layout> rows[2];
  std::string sides;
  for (const bool moved : {false, true})
    for (int level = 0; level < levels; ++level) {
      Figure figure = level == 1 && !moved
                          ? output_figure(state, state.settings.filter_index)
                          : picture(state, level_name(level, moved), level ? Role::Output : Role::Input,
                                    state.settings.filter_index);
      figure.numbers = true;
      if (level == 0 && !moved) figure.link = {CellIs::Pixel, figure.rows, figure.cols};
      if (moved) figure.caption = "Δ " + percent(changes[level]) + "%";
      if (moved && level == 0)
        figure.caption = std::string(strings.text("pooling.shifted")) + " · " + figure.caption;
      if (!moved) sides += (level ? " → " : "") + unless(figure.concealed, std::to_string(figure.rows));
      rows[moved].push_back(leaf(int(pane.figures.size())));
      pane.figures.push_back(figure);
    }
  Figure note;
  note.kind = FigureKind::Note;
  note.lines = {
      strings.format("pooling.shift.head", {{"before", percent(changes[0])}, {"after", percent(changes[1])}}),
      std::string(strings.text("pooling.shift.rows")), std::string(strings.text("pooling.shift.why"))};
  const int note_at = int(pane.figures.size());
  pane.figures.push_back(note);
  pane.layouts = {column({row(rows[0]), row(rows[1]), leaf(note_at)}), column({row(rows[0]), row(rows[1])})};
  pane.note = sides;
  pane.where = strings.format("pooling.shift.where", {{"right", strings::number(state.settings.shift_x, 0)},
                                                      {"down", strings::number(state.settings.shift_y, 0)}});
  pane.formula = {{"Σ|Δ| / Σ|x| = ", Role::Plain}};
  for (int level = 0; level < levels; ++level) {
    if (level > 0) pane.formula.push_back({" → ", Role::Plain});
    pane.formula.push_back({strings::number(changes[level]), level ? Role::Output : Role::Input, true});
  }
  return pane;
}

}  // namespace lessons
