// Lesson `invariance`: an object is moved. The feature map moves with it (the convolution is equivariant), so
// its maximum stays (the global maximum over it is invariant), while the score of a fully connected layer,
// whose weights stay where they are, changes. Where this ends is shown, too: at the border, and with a stride
// s for moves that are no multiples of s.
#include <algorithm>
#include <cmath>

#include "web/lessons/fully_connected.h"
#include "web/lessons/invariance_questions.h"
#include "web/lessons/moves.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.padding = 2;         // the map is as large as the picture, and moves by as many cells
  settings.filter = "outline";  // far out, border cells exceed its maximum
  settings.shift_x = 4;
  settings.shift_y = -2;
  settings.step = 97;  // the maximum
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = sized_keys(state, defaults);
  const auto shift = [](const char* name, int initial) {
    return int_key(name, -kFarthestMove, kFarthestMove, initial);
  };
  keys.insert(keys.begin() + 6, {shift("shift_x", initial.shift_x), shift("shift_y", initial.shift_y),
                                 int_key("class", 0, 9, initial.class_index)});
  return keys;
}

void compute_step(LessonState& state) { compute_window(state, "input_shifted"); }

bool score_hidden(const LessonState& state) {
  return asks(state, "question.class") || asks(state, "question.score-moves");
}
// The step's cell may hold it.
bool maximum_hidden(const LessonState& state) {
  return asks(state, "question.maximum-moves") ||
         (asks(state, "question.output-cell") && place(state).value == maximum_change(state).after);
}

std::string move_text(const LessonState& state, const strings::Strings& strings, const char* key) {
  return strings.format(key, {{"right", strings::number(state.settings.shift_x, 0)},
                              {"down", strings::number(state.settings.shift_y, 0)}});
}

Figure moved_picture(const LessonState& state, const strings::Strings& strings) {
  Figure figure = square_figure(state, "input_shifted", "x", Role::Input);
  figure.link.order = &state.tensors.at("move_source");
  figure.drags = KeyPair{"shift_y", "shift_x", -kFarthestMove, kFarthestMove};
  figure.caption = strings.text("invariance.moved");
  return figure;
}

// A number for every move; a click on a cell makes that move.
Figure move_map(const LessonState& state, const char* id, const char* symbol, int offset, Role role) {
  Figure figure;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = role;
  figure.tensor = &state.tensors.at(tensor_name(figure));
  figure.offset = offset;
  figure.rows = figure.cols = kMoves;
  figure.scale = Scale::Diverging;
  figure.limit = 1e-6f;
  for (int i = 0; i < kMoves * kMoves; ++i)
    figure.limit = std::max(figure.limit, std::fabs(value_of(figure, i)));
  figure.numbers = true;
  figure.current = move_index(state.settings.shift_y, state.settings.shift_x);
  figure.picks = KeyPair{"shift_y", "shift_x", -kFarthestMove, kFarthestMove};
  return figure;
}

// In which moves something stays.
Figure stays_map(const LessonState& state, const char* id) {
  Figure figure = move_map(state, id, "", 0, Role::Output);
  figure.scale = Scale::Grey;
  figure.limit = 1;
  figure.numbers = false;
  return figure;
}

// "Read as “3”, 31/169"
std::string share_text(const std::string& what, const std::string& count) {
  return what + ", " + count + "/" + std::to_string(kMoves * kMoves);
}

Figure note(std::string head, std::vector<std::string> lines) {
  Figure figure;
  figure.kind = FigureKind::Note;
  figure.lines = {std::move(head)};
  figure.lines.insert(figure.lines.end(), lines.begin(), lines.end());
  return figure;
}

std::string count_of(float number) { return std::to_string(int(number)); }

Pane fully_connected_pane(const LessonState& state, const strings::Strings& strings) {
  const int c = state.settings.class_index;
  const std::string name = std::to_string(c);
  const bool hidden = score_hidden(state), class_hidden = asks(state, "question.class");
  const nn::Tensor& measures = state.tensors.at("move_measures");
  Figure pattern = template_figure(state, strings);
  pattern.link.order = &state.tensors.at("move_source");
  Figure scores = score_figure(state, "fc_scores", largest_magnitude(state.tensors.at("fc_scores")));
  scores.caption = strings.text("figure.scores");
  scores.concealed = hidden;
  Figure by_move = move_map(state, "move_scores.class", "s", c * kMoves * kMoves, Role::Output);
  by_move.caption =
      strings.format("invariance.scores",
                     {{"class", name}, {"mean", unless(hidden, strings::number(measures[kScoreChange]))}});
  by_move.concealed = hidden;
  Figure stays = stays_map(state, "move_class_stays");
  stays.concealed = class_hidden;
  const Change classes = class_change(state), change = score_change(state);
  const std::string first = unless(class_hidden, count_of(classes.before));
  const std::string count = unless(class_hidden, count_of(measures[kClassStays]));
  stays.symbol = strings.format("invariance.class", {{"class", first}});
  stays.caption = share_text(stays.symbol, count);

  Pane pane;
  pane.id = "fully-connected";
  pane.title = strings.text("pane.fc");
  pane.note = strings.text("pane.invariance.fc.note");
  pane.figures = {
      moved_picture(state, strings),
      operator_sign("×"),
      pattern,
      scores,
      by_move,
      stays,
      note(strings.format("invariance.moves", {{"moves", std::to_string(kMoves * kMoves)}}),
           {std::string(strings.text("invariance.middle")), std::string(strings.text("invariance.pick"))})};
  pane.layouts = {column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), row({leaf(4), leaf(5), leaf(6)})}),
                  column({row({leaf(0), leaf(2), leaf(4), leaf(5)}), leaf(6)}),
                  row({leaf(0), leaf(2), leaf(4), leaf(5)})};
  pane.where =
      hidden ? move_text(state, strings, "invariance.where")
             : strings.format(
                   change.before == change.after ? "invariance.where.score.same" : "invariance.where.score",
                   {{"before", count_of(classes.before)}, {"after", count_of(classes.after)}});
  pane.formula = change_formula(strings, {strings.format("locality.score", {{"class", name}}), Role::Output},
                                "invariance.before", "invariance.after", change, class_hidden, hidden);
  return pane;
}

// The cell of the largest number, the first of several.
int highest(const nn::Tensor& map) { return int(std::max_element(map.begin(), map.end()) - map.begin()); }

// What is said of the cells that moved along.
std::string cells_text(const LessonState& state, const strings::Strings& strings) {
  const nn::Tensor& cells = state.tensors.at("moved_cells");
  const bool clean = state.settings.shift_x % state.settings.stride == 0 &&
                     state.settings.shift_y % state.settings.stride == 0;
  return strings.format(clean ? "invariance.cells" : "invariance.cells.none",
                        {{"same", count_of(cells[1])},
                         {"count", count_of(cells[0])},
                         {"stride", std::to_string(state.settings.stride)}});
}

Pane convolution_maps(const LessonState& state, const strings::Strings& strings, int followed) {
  enum { kInput, kWindow, kTimes, kKernel, kProducts, kArrow, kOutput };
  const Pane all = convolution_pane(state, strings, followed);
  const bool hidden = maximum_hidden(state), cell_hidden = asks(state, "question.moved-cell");
  const nn::Tensor& before = state.tensors.at("output_before");
  Figure picture = square_figure(state, "input", "x", Role::Input);
  picture.caption = strings.text("invariance.picture");
  Figure moved = moved_picture(state, strings);
  moved.muted = true;
  moved.padding = all.figures[kInput].padding;
  moved.window = all.figures[kInput].window;
  picture.padding = moved.padding;
  Figure output = all.figures[kOutput];
  output.computed = -1;  // how the whole of it moves is the question
  output.link.order = &state.tensors.at("move_source");
  output.limit = std::max({largest_magnitude(before), largest_magnitude(*output.tensor), 1e-6f});
  Figure map = signed_map(state, "output_before", "y", Role::Output);
  map.limit = output.limit;
  map.concealed = output.concealed;
  // What moved along, pale around it.
  map.muted = output.muted = map.fixed = output.fixed = true;
  map.window = paired_cells(state, true);
  output.window = paired_cells(state, false);
  if (const int partner = partner_of(state); partner >= 0) {
    map.current = partner;
    if (output.hidden >= 0) map.hidden = partner;  // the same value
  }
  const Change change = maximum_change(state);
  output.caption =
      strings.format("invariance.map.after", {{"maximum", unless(hidden, strings::number(change.after))}});
  map.caption =
      strings.format("invariance.map.before", {{"maximum", unless(hidden, strings::number(change.before))}});
  if (!hidden) {
    map.marks = {highest(*map.tensor)};
    output.marks = {highest(*output.tensor)};
    map.marks_role = output.marks_role = Role::Plain;
  }
  if (cell_hidden) {
    output.concealed = true;
    moved.window.reset();
  }
  const nn::Tensor& measures = state.tensors.at("move_measures");
  Figure maxima = move_map(state, "move_maxima", "max", 0, Role::Output);
  maxima.caption = strings.format("invariance.maxima",
                                  {{"mean", unless(hidden, strings::number(measures[kMaximumChange]))}});
  maxima.concealed = hidden;
  Figure stays = stays_map(state, "move_maximum_stays");
  stays.symbol = strings.text("invariance.maximum.stays");
  stays.concealed = hidden;

  Pane pane;
  pane.id = "convolution";
  pane.title = strings.text("pane.convolution");
  pane.note = strings.text("pane.invariance.note");
  stays.caption = share_text(stays.symbol, unless(hidden, count_of(measures[kMaximumStays])));
  pane.figures = {picture,
                  operator_sign("→"),
                  moved,
                  maxima,
                  map,
                  operator_sign("→"),
                  output,
                  stays,
                  note(std::string(strings.text("invariance.maximum.changes")),
                       {std::string(strings.text("invariance.maximum.why"))})};
  pane.layouts = {
      column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), row({leaf(4), leaf(5), leaf(6), leaf(7)}), leaf(8)}),
      column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), row({leaf(4), leaf(5), leaf(6), leaf(7)})}),
      row({leaf(0), leaf(2), leaf(4), leaf(6), leaf(3), leaf(7)})};
  pane.where = cells_text(state, strings);
  pane.formula =
      change_formula(strings, {std::string(strings.text("invariance.maximum")), Role::Output},
                     "invariance.before", "invariance.after", maximum_change(state), hidden, hidden);
  return pane;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  Scene scene;
  scene.question = strings.text("invariance.question");
  scene.lead = strings.text("invariance.lead");
  scene.panes = {fully_connected_pane(state, strings), convolution_maps(state, strings, followed)};
  scene.controls = sliding_controls(state, strings, 1);
  add_size_controls(scene, state, strings, {"stride"}, 1);
  add_slider(scene, state, strings, "shift_y", 0);
  add_slider(scene, state, strings, "shift_x", 0);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Change score = score_change(state), maximum = maximum_change(state), classes = class_change(state);
  return move_text(state, strings, "invariance.narration") + " " + cells_text(state, strings) + ". " +
         strings.format("invariance.narration.numbers",
                        {{"maximum_before", strings::number(maximum.before)},
                         {"maximum", strings::number(maximum.after)},
                         {"class", std::to_string(state.settings.class_index)},
                         {"score_before", strings::number(score.before)},
                         {"score", strings::number(score.after)},
                         {"class_before", count_of(classes.before)},
                         {"class_after", count_of(classes.after)}}) +
         " " + convolution_narration(state, strings);
}

std::vector<Question> questions(const LessonState& state) {
  std::vector<Question> all = {ask_whether_moved(state, false), ask_whether_moved(state, true),
                               ask_class(state), ask_cell(state)};
  if (partner_of(state) >= 0) all.push_back(ask_column(state));
  return all;
}

}  // namespace

extern const Lesson invariance_lesson;
const Lesson invariance_lesson = {"invariance", keys,  defaults,  compute_moves,
                                  compute_step, scene, narration, questions};

}  // namespace lessons
