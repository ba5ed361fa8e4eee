// Lesson `locality`: a cell of a feature map reads its window and nothing else. Erase the picture outside it,
// and the cell keeps its value to the bit; the fully connected layer reads every pixel, and its score
// changes. Layers on one another, with the same kernel and stride 1, see more: a cell L layers deep reads 1 +
// L·(k − 1) pixels a side.
#include <algorithm>
#include <cmath>

#include "web/lessons/fully_connected.h"
#include "web/lessons/receptive_field.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.padding = 2;      // a cell stays where it is when layers are added
  settings.filter = "blur";  // no weight is 0, so that each pixel of the window counts
  settings.step = 323;
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = sliding_keys(state, initial);
  keys.insert(keys.begin() + 3, int_key("class", 0, 9, initial.class_index));
  keys.insert(keys.begin() + 2,
              {int_key("kernel_size", 1, 7, initial.kernel_size), int_key("padding", 0, 3, initial.padding),
               int_key("layers", 1, kMostLayers, initial.layers)});
  return keys;
}

void compute(LessonState& state) {
  state.tensors.clear();  // how many maps there are depends on the settings
  compute_operands(state);
  run_layers(state, false);
  compute_fully_connected(state, "input");
  state.out_rows = state.out_cols = map_side(state, state.settings.layers);
  state.steps = state.out_rows * state.out_cols;
}

void compute_step(LessonState& state) {
  auto& tensors = state.tensors;
  compute_window(state, map_name(state, state.settings.layers - 1, false).c_str());
  const nn::Tensor& input = tensors.at("input");
  const int side = input.shape()[1];
  nn::Tensor erased(input.shape());
  if (const auto kept = inside(field(state, state.settings.layers), side))
    for (int row = kept->row; row < kept->row + kept->rows; ++row)
      std::copy_n(input.data() + row * side + kept->col, kept->cols, erased.data() + row * side + kept->col);
  nn::Tensor scores(tensors.at("fc_scores").shape());
  const nn::Tensor row = fully_connected_scores(*state.assets, erased);
  std::copy(row.begin(), row.end(), scores.begin());
  tensors["fc_scores_erased"] = std::move(scores);
  tensors["input_erased"] = std::move(erased);
  run_layers(state, true);
  tensors["influence"] = influences(state);
}

Change cell_change(const LessonState& state) {
  const size_t step = size_t(state.settings.step);
  return {state.tensors.at("output")[step], state.tensors.at("output_erased")[step]};
}
Change score_change(const LessonState& state) {
  const size_t c = size_t(state.settings.class_index);
  return {state.tensors.at("fc_scores")[c], state.tensors.at("fc_scores_erased")[c]};
}

// Whose depth the open question asks for; 0: none.
int asked_depth(const LessonState& state) {
  if (!asks(state, "question.field-side")) return 0;
  for (const auto& [name, value] : state.question->arguments)
    if (name == "layers") return std::stoi(value);
  return 0;
}

Pane fully_connected_pane(const LessonState& state, const strings::Strings& strings) {
  const std::string c = std::to_string(state.settings.class_index);
  const bool class_hidden = asks(state, "question.class");
  const bool score_hidden = class_hidden || asks(state, "question.erased-score");
  const auto kept = inside(field(state, state.settings.layers), state.tensors.at("input").shape()[1]);
  Figure image = square_figure(state, "flat.square", "x", Role::Input);
  image.caption = strings.text("locality.input");
  Figure erased = square_figure(state, "input_erased", "x", Role::Input);
  erased.caption = strings.text("locality.erased");
  erased.muted = true;
  erased.window = kept;
  Figure pattern = template_figure(state, strings), rest = pattern;
  rest.id = "fc_weight.rest";
  rest.muted = true;
  rest.window = kept;
  rest.caption = strings.text("locality.template.rest");
  const float limit = std::max(largest_magnitude(state.tensors.at("fc_scores")),
                               largest_magnitude(state.tensors.at("fc_scores_erased")));
  Figure scores = score_figure(state, "fc_scores", limit);
  scores.caption = strings.text("figure.scores");
  scores.concealed = class_hidden;
  Figure scores_erased = score_figure(state, "fc_scores_erased", limit);
  scores_erased.caption = strings.text("locality.scores.erased");
  scores_erased.concealed = score_hidden;

  Pane pane;
  pane.id = "fully-connected";
  pane.title = strings.text("pane.fc");
  pane.note = strings.text("pane.locality.fc.note");
  pane.figures = {image,  operator_sign("×"), pattern, scores,
                  erased, operator_sign("×"), rest,    scores_erased};
  pane.layouts = {
      column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), row({leaf(4), leaf(5), leaf(6), leaf(7)})}),
      row({leaf(0), leaf(2), leaf(4), leaf(6)})};
  const Change change = score_change(state);
  pane.where = strings.text(score_hidden                    ? "locality.where.fc"
                            : change.before == change.after ? "locality.where.fc.same"
                                                            : "locality.where.fc.other");
  pane.formula = change_formula(strings, {strings.format("locality.score", {{"class", c}}), Role::Output},
                                "locality.whole", "locality.alone", change, class_hidden, score_hidden);
  return pane;
}

// The picture and the maps over it, as they are or with the picture erased, from `pane`'s next figure on.
Layout add_maps(Pane& pane, const LessonState& state, const strings::Strings& strings, bool erased) {
  const int layers = state.settings.layers;
  std::vector<Layout> leaves;
  const auto add = [&](Figure figure) {
    leaves.push_back(leaf(int(pane.figures.size())));
    pane.figures.push_back(std::move(figure));
  };
  for (int layer = 0; layer <= layers; ++layer) {
    const std::string id = map_name(state, layer, erased);
    if (layer == 0) {
      Figure picture = square_figure(state, id.c_str(), "x", Role::Input);
      picture.caption = strings.text(erased ? "locality.erased" : "locality.input");
      picture.muted = true;
      picture.window = inside(field(state, layers), picture.rows);
      add(picture);
      continue;
    }
    Figure map = signed_map(state, id.c_str(), "y", Role::Output);
    map.limit = std::max(largest_magnitude(state.tensors.at(map_name(state, layer, false))),
                         largest_magnitude(state.tensors.at(map_name(state, layer, true))));
    map.limit = std::max(map.limit, 1e-6f);
    if (layer < layers) {
      map.muted = true;
      map.window = inside(field(state, layers - layer), map.rows);
      map.caption = strings.format("locality.layer", {{"layer", std::to_string(layer)}});
    } else {
      const CellRect all = field(state, layers);
      const nn::Shape& input = state.tensors.at("input").shape();
      map.current = state.settings.step;
      if (asks(state, "question.output-cell")) map.hidden = state.settings.step;
      map.concealed = erased && asks(state, "question.erased-cell");
      map.chooses = "step";
      map.link = {CellIs::Output, input[1], input[2], 0, 0, 0, all.rows, 1, layers * state.settings.padding};
      map.caption = strings.text(erased ? "locality.map.erased" : "locality.map");
    }
    add(operator_sign("→"));
    add(map);
  }
  return row(leaves);
}

// Who alters the cell, for each depth.
Figure influence_figure(const LessonState& state, const strings::Strings& strings, int layers) {
  Figure figure = square_figure(state, "influence", "Δy", Role::Weight);
  figure.id += "." + std::to_string(layers);
  figure.offset = (layers - 1) * figure.rows * figure.cols;
  figure.scale = Scale::Diverging;
  figure.limit = 1e-6f;
  for (int i = 0; i < figure.rows * figure.cols; ++i)
    figure.limit = std::max(figure.limit, std::fabs(value_of(figure, i)));
  figure.link = {};  // of a cell that may be another one than the step's
  const Reach found = reach(state, layers);
  figure.window = found.box;
  figure.fixed = true;
  figure.concealed = asked_depth(state) == layers;
  const std::string size = figure.concealed ? unknown_size()
                           : found.box      ? size_text(found.box->rows, found.box->cols)
                                            : "0";
  figure.caption = strings.format("locality.reach", {{"layers", std::to_string(layers)}, {"size", size}});
  return figure;
}

Pane convolution_maps(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  Pane pane;
  pane.id = "convolution";
  pane.title = strings.text("pane.convolution");
  pane.note = strings.format("pane.locality.note",
                             {{"size", size_text(field(state, s.layers).rows, field(state, s.layers).cols)}});
  const Layout before = add_maps(pane, state, strings, false), after = add_maps(pane, state, strings, true);
  std::vector<Layout> reaches;
  for (int depth = 1; depth <= kMostLayers; ++depth) {
    reaches.push_back(leaf(int(pane.figures.size())));
    pane.figures.push_back(influence_figure(state, strings, depth));
  }
  Figure note;
  note.kind = FigureKind::Note;
  note.lines = {
      strings.format("locality.reach.count", {{"count", std::to_string(reach(state, s.layers).count)}}),
      std::string(strings.text("locality.reach.why"))};
  const Layout words = leaf(int(pane.figures.size()));
  pane.figures.push_back(note);
  std::vector<Layout> with_words = reaches;
  with_words.push_back(words);
  pane.layouts = {row({column({before, after}), column(reaches)}), column({before, after, row(with_words)}),
                  column({before, after, row(reaches)})};
  const Change change = cell_change(state);
  const bool hidden = asks(state, "question.output-cell");
  const bool after_hidden = hidden || asks(state, "question.erased-cell");
  const std::string at =
      "y[" + std::to_string(s.step / state.out_cols) + "," + std::to_string(s.step % state.out_cols) + "]";
  pane.where = strings.text(after_hidden || change.before != change.after ? "locality.where.cell"
                                                                          : "locality.where.cell.same");
  if (!asked_depth(state))
    pane.where +=
        " · " + strings.format("locality.side", {{"layers", std::to_string(s.layers)},
                                                 {"kernel", std::to_string(s.kernel_size)},
                                                 {"side", std::to_string(field(state, s.layers).rows)}});
  pane.formula = change_formula(strings, {at, Role::Output, true}, "locality.whole", "locality.alone", change,
                                hidden, after_hidden);
  return pane;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  Scene scene;
  scene.question = strings.text("locality.question");
  scene.lead = strings.text("locality.lead");
  scene.panes = {fully_connected_pane(state, strings), convolution_maps(state, strings)};
  scene.controls = sliding_controls(state, strings, 1);
  add_size_controls(scene, state, strings, {"layers", "kernel_size"}, 1);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Change cell = cell_change(state), score = score_change(state);
  return convolution_narration(state, strings) + " " +
         strings.format("locality.narration",
                        {{"layers", std::to_string(state.settings.layers)},
                         {"count", std::to_string(reach(state, state.settings.layers).count)},
                         {"before", strings::number(cell.before)},
                         {"after", strings::number(cell.after)},
                         {"class", std::to_string(state.settings.class_index)},
                         {"whole", strings::number(score.before)},
                         {"alone", strings::number(score.after)}});
}

// Whether something is another number once the picture is erased around the window.
Question ask_erased(const LessonState& state, bool score) {
  const Change change = score ? score_change(state) : cell_change(state);
  const bool changes = change.before != change.after;
  const Place p = place(state);
  Question q;
  q.key = score ? "question.erased-score" : "question.erased-cell";
  q.arguments = {{"class", std::to_string(state.settings.class_index)},
                 {"row", std::to_string(p.row)},
                 {"col", std::to_string(p.col)}};
  q.expected = changes;
  q.options = {{0, "option.stays"}, {1, "option.changes"}};
  if (score && changes) q.mistakes = {{"mistake.every-pixel-counts", 0}};
  if (!score) q.mistakes = {{"mistake.outside-not-read", 1}};
  return q;
}

// The side of what a cell reads, two or three layers deep; not the depth that is shown.
Question ask_side(const LessonState& state) {
  const Settings& s = state.settings;
  const int layers = s.layers == 1 ? 2 + s.step % 2 : 5 - s.layers, k = s.kernel_size;
  Question q;
  q.key = "question.field-side";
  q.hint = "question.field-side.hint";
  q.arguments = {{"layers", std::to_string(layers)}, {"kernel", std::to_string(k)}};
  q.expected = 1 + layers * (k - 1);
  q.mistakes = {{"mistake.kernels-added", double(layers * k)},
                {"mistake.middle-forgotten", double(layers * (k - 1))},
                {"mistake.last-layer-only", double(k)},
                {"mistake.kernels-multiplied", std::pow(k, layers)},
                {"mistake.area", q.expected * q.expected}};
  return q;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_erased(state, false), ask_erased(state, true), ask_side(state), ask_cell(state),
          ask_class(state)};
}

}  // namespace

extern const Lesson locality_lesson;
const Lesson locality_lesson = {"locality",   keys,  defaults,  compute,
                                compute_step, scene, narration, questions};

}  // namespace lessons
