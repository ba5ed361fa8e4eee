// Lesson `pooling`: one number of each window remains, the largest or the mean; each channel alone. Pooled
// again and again, a picture forgets where things were to the pixel: a shift by one changes less and less.
#include <algorithm>

#include "engine/kernels/kernels.h"
#include "web/lessons/measures.h"
#include "web/lessons/pooling_questions.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kLevels = 4, kFarthest = 4;

void defaults(Settings& settings) {
  settings.kernel_size = settings.stride = 2;
  settings.shift_x = 1;
  settings.step = 77;
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  const std::vector<Key> sliding = sliding_keys(state, initial);
  const auto named = [&](const char* name) {
    return *std::find_if(sliding.begin(), sliding.end(), [&](const Key& key) { return key.name == name; });
  };
  return {named("step"),
          named("image"),
          int_key("kernel_size", 2, 4, initial.kernel_size),
          int_key("stride", 1, 4, initial.stride),
          int_key("shift_x", -kFarthest, kFarthest, initial.shift_x),
          int_key("shift_y", -kFarthest, kFarthest, initial.shift_y),
          {Key::Type::Choice, "pool", 0, 0, {"max", "avg"}, initial.pool},
          named("input")};
}

nn::Pool2dShape pool_shape(const nn::Tensor& in, const Settings& s) {
  return {in.shape()[0], in.shape()[1], in.shape()[2], s.kernel_size, s.stride};
}

// `argmax` may be nullptr; it is left alone by the mean, which has no winner.
nn::Tensor pooled(const nn::Tensor& in, const Settings& s, nn::Tensor* argmax) {
  const nn::Pool2dShape shape = pool_shape(in, s);
  nn::Tensor out(nn::Shape{shape.channels, shape.out_height(), shape.out_width()});
  if (s.pool == "avg") {
    nn::avg_pool2d_forward(out.data(), in.data(), shape);
    return out;
  }
  std::vector<int32_t> winners(out.size());
  nn::max_pool2d_forward(out.data(), winners.data(), in.data(), shape);
  if (argmax) {
    *argmax = nn::Tensor(out.shape());
    std::copy(winners.begin(), winners.end(), argmax->begin());
  }
  return out;
}

nn::Tensor shifted(const nn::Tensor& in, int down, int right) {
  const nn::Shape& shape = in.shape();
  nn::Tensor out(shape);
  for (int c = 0; c < shape[0]; ++c)
    for (int row = std::max(0, down); row < std::min(shape[1], shape[1] + down); ++row)
      for (int col = std::max(0, right); col < std::min(shape[2], shape[2] + right); ++col)
        out[(c * shape[1] + row) * shape[2] + col] = in[(c * shape[1] + row - down) * shape[2] + col - right];
  return out;
}

// The names of what pooling makes of the input and of the shifted input, once and again.
std::string level_name(int level, bool shifted) {
  std::string name = level == 0 ? "input" : level == 1 ? "output" : "output_" + std::to_string(level);
  return shifted ? name + "_shifted" : name;
}

void compute(LessonState& state) {
  const Settings& s = state.settings;
  auto& tensors = state.tensors;
  nn::Tensor input = s.input ? *s.input : *state.assets->image(s.image);
  tensors.clear();  // how many levels there are, and whether there is a winner, depends on the settings
  tensors["input_shifted"] = shifted(input, s.shift_y, s.shift_x);
  tensors["input"] = std::move(input);
  std::vector<float> changes = {relative_change(tensors["input"], tensors["input_shifted"])};
  for (int level = 1; level <= kLevels; ++level) {
    const nn::Tensor& before = tensors[level_name(level - 1, false)];
    if (std::min(before.shape()[1], before.shape()[2]) < s.kernel_size) break;
    nn::Tensor argmax, out = pooled(before, s, level == 1 ? &argmax : nullptr);
    nn::Tensor moved = pooled(tensors[level_name(level - 1, true)], s, nullptr);
    changes.push_back(relative_change(out, moved));
    if (!argmax.empty()) tensors["argmax"] = std::move(argmax);
    tensors[level_name(level, false)] = std::move(out);
    tensors[level_name(level, true)] = std::move(moved);
  }
  tensors["shift_change"] = nn::Tensor(nn::Shape{int(changes.size())});
  std::copy(changes.begin(), changes.end(), tensors["shift_change"].begin());
  state.out_rows = tensors["output"].shape()[1];
  state.out_cols = tensors["output"].shape()[2];
  state.steps = state.out_rows * state.out_cols;
}

struct Spot {
  int row, col, first_row, first_col;
};
Spot spot(const LessonState& state) {
  const int row = state.settings.step / state.out_cols, col = state.settings.step % state.out_cols;
  return {row, col, row * state.settings.stride, col * state.settings.stride};
}

void compute_step(LessonState& state) {
  const nn::Tensor& input = state.tensors.at("input");
  const int k = state.settings.kernel_size, height = input.shape()[1], width = input.shape()[2];
  const Spot at = spot(state);
  nn::Tensor window(nn::Shape{input.shape()[0], k, k});
  for (int i = 0; i < int(window.size()); ++i)
    window[i] = input[(i / (k * k) * height + at.first_row + i / k % k) * width + at.first_col + i % k];
  state.tensors["window"] = std::move(window);
}

// A share in per cent; small ones with a decimal.
std::string percent(float share) { return strings::number(100 * share, share < 0.0995f ? 1 : 0); }

Figure picture(const LessonState& state, const std::string& id, Role role) {
  Figure figure;
  figure.id = id;
  figure.symbol = role == Role::Input ? "x" : "y";
  figure.role = role;
  figure.tensor = &state.tensors.at(id);
  figure.rows = figure.tensor->shape()[1];
  figure.cols = figure.tensor->shape()[2];
  figure.concealed = role == Role::Output && asks_size(state);
  figure.caption = figure.concealed ? unknown_size() : size_text(figure.rows, figure.cols);
  return figure;
}

bool asks_value(const LessonState& state) { return asks(state, "question.pooled"); }

Figure output_figure(const LessonState& state) {
  const nn::Shape& input = state.tensors.at("input").shape();
  Figure output = picture(state, "output", Role::Output);
  output.current = state.settings.step;
  if (asks_value(state)) output.hidden = state.settings.step;
  output.chooses = "step";
  output.link = {CellIs::Output,       input[1], input[2], 0, 0, 0, state.settings.kernel_size,
                 state.settings.stride};
  return output;
}

// Where the winner of the current window stands in the input; −1: the mean has none.
int winner(const LessonState& state) {
  const auto argmax = state.tensors.find("argmax");
  return argmax == state.tensors.end() ? -1 : int(argmax->second[state.settings.step]);
}

std::vector<Span> window_formula(const LessonState& state) {
  const Spot at = spot(state);
  const int k = state.settings.kernel_size;
  const bool few = k == 2;  // the others have too many numbers for a line
  std::vector<Span> spans = {
      {"y", Role::Output, true},
      {"[" + std::to_string(at.row) + "," + std::to_string(at.col) + "] = ", Role::Output}};
  if (state.settings.pool == "max") {
    spans.push_back({"max(", Role::Plain});
    spans.push_back({few ? values_text(state, ", ") : "x", Role::Input, true});
    spans.push_back({") = ", Role::Plain});
  } else {
    spans.push_back({few ? "(" : "Σ ", Role::Plain});
    spans.push_back({few ? values_text(state, " + ") : "x", Role::Input, true});
    spans.push_back({(few ? ") / " : " / ") + std::to_string(k * k) + " = ", Role::Plain});
  }
  const std::string value = strings::number(state.tensors.at("output")[state.settings.step]);
  spans.push_back({unless(asks_value(state), value), Role::Output, true});
  return spans;
}

Pane pooling_pane(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const Spot at = spot(state);
  const bool value_hidden = asks_value(state);
  const int k = s.kernel_size, won = value_hidden ? -1 : winner(state);
  Figure input = picture(state, "input", Role::Input);
  input.muted = true;
  input.window = CellRect{at.first_row, at.first_col, k, k};
  input.link = {CellIs::Pixel, input.rows, input.cols};
  input.unseen_rows = (input.rows - k) % s.stride;
  input.unseen_cols = (input.cols - k) % s.stride;
  input.caption = strings.format("figure.input", {{"size", size_text(input.rows, input.cols)}});
  Figure window = picture(state, "window", Role::Input);
  window.numbers = true;
  window.link = {CellIs::Tap, input.rows, input.cols, 0, at.first_row, at.first_col, k, s.stride};
  window.caption = strings.text("figure.window");
  input.marks_role = window.marks_role = Role::Output;
  if (won >= 0) {
    input.marks = {won};
    window.marks = {(won / input.cols - at.first_row) * k + won % input.cols - at.first_col};
  }
  Figure output = output_figure(state);
  output.computed = s.step + (value_hidden ? 0 : 1);
  output.numbers = true;
  output.caption = strings.format("pooling.output", {{"size", output.caption}});

  const int before = input.rows * input.cols, after = output.rows * output.cols;
  const std::string percent = std::to_string((100 * after + before / 2) / before);
  Figure note;
  note.kind = FigureKind::Note;
  note.lines = {strings.format("pooling.remain", {{"before", std::to_string(before)},
                                                  {"after", unless(output.concealed, std::to_string(after))},
                                                  {"percent", unless(output.concealed, percent)}}),
                std::string(strings.text("pooling.channels"))};

  Pane pane;
  pane.id = "pooling";
  pane.title = strings.text("pane.pooling");
  pane.note = strings.text(s.pool == "max" ? "pooling.max" : "pooling.avg");
  pane.figures = {input, window, operator_sign("→"), output, note};
  pane.layouts = {column({row({leaf(0), leaf(2), column({leaf(1), leaf(3)})}), leaf(4)}),
                  column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), leaf(4)}),
                  row({leaf(0), leaf(1), leaf(2), leaf(3)})};
  pane.where = strings.format(
      "convolution.where",
      {{"step", std::to_string(s.step)}, {"row", std::to_string(at.row)}, {"col", std::to_string(at.col)}});
  if (won >= 0)
    pane.where += " · " + strings.format("pooling.won", {{"index", std::to_string(won)},
                                                         {"row", std::to_string(won / input.cols)},
                                                         {"col", std::to_string(won % input.cols)}});
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
                          ? output_figure(state)
                          : picture(state, level_name(level, moved), level ? Role::Output : Role::Input);
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

// A list of two names.
Control pool_control(const LessonState& state, const strings::Strings& strings) {
  Control control;
  control.key = "pool";
  control.label = strings.text("control.pool");
  control.pane = 0;
  control.values = {"max", "avg"};
  control.labels = {std::string(strings.text("pool.max")), std::string(strings.text("pool.avg"))};
  control.selected = state.settings.pool == "avg";
  return control;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  Scene scene;
  scene.question = strings.text("pooling.question");
  scene.lead = strings.text("pooling.lead");
  scene.panes = {pooling_pane(state, strings), again_pane(state, strings)};
  scene.controls = {picture_control(state, strings), pool_control(state, strings)};
  add_size_controls(scene, state, strings, {"stride", "kernel_size"}, 0);
  add_slider(scene, state, strings, "shift_x", 1);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Spot at = spot(state);
  const int won = winner(state), width = state.tensors.at("input").shape()[2];
  const nn::Tensor &input = state.tensors.at("input"), &changes = state.tensors.at("shift_change");
  const std::string value = strings::number(state.tensors.at("output")[state.settings.step]);
  const strings::Arguments place = {{"step", std::to_string(state.settings.step)},
                                    {"row", std::to_string(at.row)},
                                    {"col", std::to_string(at.col)},
                                    {"values", values_text(state, ", ")},
                                    {"value", value},
                                    {"won_row", std::to_string(won / width)},
                                    {"won_col", std::to_string(won % width)}};
  return strings.format(won >= 0 ? "pooling.narration.max" : "pooling.narration.avg", place) + " " +
         strings.format("pooling.narration", {{"before", std::to_string(input.shape()[1] * width)},
                                              {"after", std::to_string(state.steps)},
                                              {"change", percent(changes[0])},
                                              {"pooled", percent(changes[1])}});
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_pooled(state), ask_remaining(state, false), ask_remaining(state, true)};
}

}  // namespace

extern const Lesson pooling_lesson;
const Lesson pooling_lesson = {"pooling", keys, defaults, compute, compute_step, scene, narration, questions};

}  // namespace lessons
