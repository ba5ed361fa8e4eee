// Lesson `shuffle`: pixels put elsewhere. Permute the pixels and the columns of the weights alike, and every
// score of the fully connected layer stays the same to the bit; the convolution's map falls apart, because a
// window reads neighbours. No value is lost in either: the fully connected layer does not use who stands
// beside whom.
#include <algorithm>
#include <numeric>

#include "engine/kernels/kernels.h"
#include "engine/rng.h"
#include "web/lessons/measures.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kMostSeeds = 9999, kListedSeeds = 6;
constexpr double kMostRatio = 1e6;

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.padding = 2;
  settings.step = 469;  // here stands pixel 323, the one that `flatten` begins with
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = sliding_keys(state, initial);
  keys.insert(keys.begin() + 3, {int_key("permutation_seed", 0, kMostSeeds, initial.permutation_seed),
                                 int_key("shuffled", 0, 100, initial.shuffled),
                                 {Key::Type::Bool, "pixels_only", 0, 0, {}, initial.pixels_only},
                                 int_key("class", 0, 9, initial.class_index)});
  return keys;
}

// Which pixel stands at each place. The places that take part are the first of a random order, so that a
// larger share only adds to a smaller one; their pixels move up by one along that order, so that all of them
// stand elsewhere.
std::vector<int> order_of(const Settings& s, int n) {
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  if (s.permutation_seed == 0) return order;
  nn::Pcg32 rng(uint64_t(s.permutation_seed));
  const std::vector<int> places = nn::permutation(n, rng);
  const int moved = (n * s.shuffled + 50) / 100;
  for (int i = 0; i < moved; ++i) order[places[i]] = places[(i + 1) % moved];
  return order;
}

nn::Tensor one(float value) { return nn::Tensor(nn::Shape{1}, {value}); }

void compute(LessonState& state) {
  compute_operands(state);
  auto& tensors = state.tensors;
  const nn::Tensor& input = tensors["input"];
  const nn::Tensor &weight = state.assets->fc_weight, &bias = state.assets->fc_bias;
  const int n = int(input.size()), classes = weight.shape()[0];
  const std::vector<int> order = order_of(state.settings, n);

  nn::Tensor permutation(nn::Shape{n}), flat(nn::Shape{n}), shuffled(input.shape()), permuted = weight;
  for (int i = 0; i < n; ++i) {
    permutation[i] = float(order[i]);
    flat[i] = shuffled[i] = input[order[i]];
    for (int c = 0; c < classes && !state.settings.pixels_only; ++c)
      permuted[c * n + i] = weight[c * n + order[i]];
  }
  nn::Tensor scores(nn::Shape{classes}), before(nn::Shape{classes});
  nn::linear_forward(scores.data(), flat.data(), permuted.data(), bias.data(), 1, n, classes);
  nn::linear_forward(before.data(), input.data(), weight.data(), bias.data(), 1, n, classes);
  tensors["permutation"] = std::move(permutation);
  tensors["flat"] = std::move(flat);
  tensors["input_shuffled"] = std::move(shuffled);
  tensors["fc_weight"] = std::move(permuted);
  tensors["fc_weight_before"] = weight;
  tensors["fc_bias"] = bias;
  tensors["fc_scores"] = std::move(scores);
  tensors["fc_scores_before"] = std::move(before);

  compute_output(state, "input_shuffled");
  tensors["output_before"] = convolved(state, input, 1);
  const float b = tensors["bias"][0];
  const double was = energy(tensors["output_before"], b), is = energy(tensors["output"], b);
  tensors["map_correlation"] = one(correlation(tensors["output_before"], tensors["output"]));
  tensors["map_energy_ratio"] = one(was > 0 ? float(std::min(is / was, kMostRatio)) : is > 0 ? 0 : 1);
}

void compute_step(LessonState& state) { compute_window(state, "input_shuffled"); }

int pixel_at(const LessonState& state, int place) {
  return place < 0 ? -1 : int(state.tensors.at("permutation")[place]);
}

// A tensor of 784 numbers as the square that it is for the eye.
Figure square(const LessonState& state, const char* id, const char* tensor, const char* symbol, Role role) {
  const nn::Shape& input = state.tensors.at("input").shape();
  Figure figure;
  figure.id = id;
  figure.symbol = symbol;
  figure.role = role;
  figure.tensor = &state.tensors.at(tensor);
  figure.rows = input[1];
  figure.cols = input[2];
  figure.link = {CellIs::Pixel, input[1], input[2]};
  return figure;
}

Figure pattern(const LessonState& state, const char* id, const char* tensor) {
  Figure figure = square(state, id, tensor, "w", Role::Weight);
  figure.offset = state.settings.class_index * figure.rows * figure.cols;
  figure.scale = Scale::Diverging;
  figure.limit = largest_magnitude(*figure.tensor);
  return figure;
}

Figure score_bars(const LessonState& state, const char* id) {
  Figure figure;
  figure.kind = FigureKind::Bars;
  figure.id = id;
  figure.symbol = "s";
  figure.role = Role::Output;
  figure.tensor = &state.tensors.at(id);
  figure.rows = int(figure.tensor->size());
  figure.limit = std::max({largest_magnitude(state.tensors.at("fc_scores")),
                           largest_magnitude(state.tensors.at("fc_scores_before")), 1e-6f});
  figure.current = state.settings.class_index;
  figure.chooses = "class";
  figure.link.is = CellIs::Class;
  return figure;
}

// How the class's score compares with what it was, as a sign and in words. The user's own numbers are rounded
// otherwise when they are added up in another order.
struct Comparison {
  const char *sign, *where, *narration;
  std::string delta;
};
Comparison comparison(const LessonState& state) {
  const int c = state.settings.class_index;
  const float before = state.tensors.at("fc_scores_before")[c], after = state.tensors.at("fc_scores")[c];
  const bool only_rounded = !state.settings.pixels_only;
  const char* sign = comparison_sign(before, after, only_rounded);
  const std::string delta = difference_text(before, after);
  if (before == after) return {sign, "shuffle.where.same", "shuffle.narration.same", delta};
  if (only_rounded) return {sign, "shuffle.where.rounded", "shuffle.narration.rounded", delta};
  return {sign, "shuffle.where.other", "shuffle.narration.other", delta};
}

std::string number_of(const LessonState& state, const char* tensor, int i = 0) {
  return strings::number(state.tensors.at(tensor)[i]);
}

std::vector<Span> score_formula(const LessonState& state, const strings::Strings& strings) {
  const int c = state.settings.class_index;
  const bool all = asks(state, "question.class"), after = all || asks(state, "question.score-changes");
  return {{strings.format("shuffle.score", {{"class", std::to_string(c)}}), Role::Output},
          {std::string(strings.text("shuffle.before")) + " ", Role::Plain},
          {unless(all, number_of(state, "fc_scores_before", c)), Role::Output, true},
          {after ? " → " : comparison(state).sign, Role::Plain},
          {std::string(strings.text("shuffle.after")) + " ", Role::Plain},
          {unless(after, number_of(state, "fc_scores", c)), Role::Output, true}};
}

Pane fully_connected_pane(const LessonState& state, const strings::Strings& strings) {
  const std::string c = std::to_string(state.settings.class_index);
  Figure input = square(state, "input", "input", "x", Role::Input);
  input.caption = strings.text("shuffle.input");
  Figure flat = square(state, "flat.square", "flat", "x", Role::Input);
  flat.link.order = &state.tensors.at("permutation");
  flat.caption = strings.text("shuffle.flat");
  Figure before = pattern(state, "fc_weight_before.square", "fc_weight_before");
  before.caption = strings.format("shuffle.template.before", {{"class", c}});
  Figure after = pattern(state, "fc_weight.square", "fc_weight");
  if (!state.settings.pixels_only) after.link.order = flat.link.order;
  after.caption = strings.text(state.settings.pixels_only ? "shuffle.template.fixed" : "shuffle.template");
  Figure scores_before = score_bars(state, "fc_scores_before"), scores = score_bars(state, "fc_scores");
  scores_before.caption = strings.text("shuffle.scores.before");
  scores.caption = strings.text("shuffle.scores.after");
  const bool change_hidden = asks(state, "question.score-changes");
  scores_before.concealed = asks(state, "question.class");
  scores.concealed = scores_before.concealed || change_hidden;

  Pane pane;
  pane.id = "fully-connected";
  pane.title = strings.text("pane.fc");
  pane.note = strings.format("pane.fc.note", {{"count", std::to_string(input.rows * input.cols)}});
  pane.figures = {input, operator_sign("×"), before, scores_before, flat, operator_sign("×"), after, scores};
  pane.layouts = {
      column({row({leaf(0), leaf(1), leaf(2), leaf(3)}), row({leaf(4), leaf(5), leaf(6), leaf(7)})}),
      row({leaf(0), leaf(2), leaf(4), leaf(6)})};
  pane.where = change_hidden ? std::string(strings.text("shuffle.scores.after"))
                             : strings.format(comparison(state).where, {{"delta", comparison(state).delta}});
  pane.formula = score_formula(state, strings);
  return pane;
}

// How the map compares with what it was.
std::vector<Span> map_formula(const LessonState& state, const strings::Strings& strings) {
  const auto words = [&](const char* key) { return std::string(strings.text(key)) + " "; };
  return {{words("shuffle.correlation"), Role::Plain},
          {number_of(state, "map_correlation") + " ", Role::Output, true},
          {std::string(strings.text("shuffle.correlation.why")) + " · ", Role::Plain},
          {words("shuffle.energy"), Role::Plain},
          {"×" + number_of(state, "map_energy_ratio"), Role::Output, true}};
}

Pane map_pane(const LessonState& state, const strings::Strings& strings, int followed) {
  enum { kInput, kWindow, kTimes, kKernel, kProducts, kArrow, kOutput, kNote };
  Pane pane = convolution_pane(state, strings, followed);
  const nn::Tensor* order = &state.tensors.at("permutation");
  Figure before = square(state, "input", "input", "x", Role::Input);
  before.caption = strings.text("shuffle.origin");
  Figure shuffled = pane.figures[kInput], window = pane.figures[kWindow], kernel = pane.figures[kKernel];
  shuffled.id = "input_shuffled";
  shuffled.tensor = &state.tensors.at("input_shuffled");
  shuffled.caption = strings.text("shuffle.flat");
  for (Figure* figure : {&shuffled, &window, &kernel}) figure->link.order = order;
  for (int tap = 0; tap < window.rows * window.cols; ++tap)
    if (const int pixel = pixel_of(window, tap); pixel >= 0) before.marks.push_back(pixel);

  Figure output = pane.figures[kOutput];
  output.computed = -1;  // all of it: whether the map has structure is the question
  Figure map_before = signed_map(state, "output_before", "y", Role::Output);
  map_before.link = output.link;
  map_before.limit = output.limit = std::max(map_before.limit, output.limit);
  map_before.caption = strings.text("shuffle.map.before");
  output.link.order = order;
  output.caption = strings.text("shuffle.map.after");

  pane.note = strings.text("shuffle.map.note");
  pane.figures = {before,   kernel, map_before, operator_sign("→"),
                  shuffled, window, output,     operator_sign("→")};
  pane.layouts = {
      column({row({leaf(0), leaf(1), leaf(3), leaf(2)}), row({leaf(4), leaf(5), leaf(7), leaf(6)})})};
  pane.where = strings.format("shuffle.where.map",
                              {{"place", pane.where},
                               {"after", number_of(state, "output", state.settings.step)},
                               {"before", number_of(state, "output_before", state.settings.step)}});
  pane.formula = map_formula(state, strings);
  return pane;
}

// A few seeds and, where it is none of them, the present one.
Control seeds(const LessonState& state, const strings::Strings& strings, int pane) {
  Control control;
  control.key = "permutation_seed";
  control.label = strings.text("control.permutation_seed");
  control.pane = pane;
  control.number = true;
  const int present = state.settings.permutation_seed;
  const auto list = [&](int seed) {
    if (seed == present) control.selected = int(control.values.size());
    const std::string n = std::to_string(seed);
    control.values.push_back(n);
    control.labels.push_back(seed == 0 ? std::string(strings.text("control.permutation_seed.none"))
                                       : strings.format("control.permutation_seed.value", {{"n", n}}));
  };
  for (int seed = 0; seed <= kListedSeeds; ++seed) list(seed);
  if (present > kListedSeeds) list(present);
  return control;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  if (followed < 0) followed = pixel_at(state, centre_pixel(state));
  Scene scene;
  scene.question = strings.text("shuffle.question");
  scene.lead = strings.text("shuffle.lead");
  scene.panes = {fully_connected_pane(state, strings), map_pane(state, strings, followed)};
  scene.controls = sliding_controls(state, strings, 1);
  add_toggle(scene, state, strings, "pixels_only", 0);
  add_slider(scene, state, strings, "shuffled", 0);
  scene.controls.push_back(seeds(state, strings, 1));
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const int step = state.settings.step, c = state.settings.class_index;
  return strings.format("shuffle.narration",
                        {{"place", std::to_string(step)}, {"pixel", std::to_string(pixel_at(state, step))}}) +
         " " +
         strings.format(comparison(state).narration, {{"class", std::to_string(c)},
                                                      {"before", number_of(state, "fc_scores_before", c)},
                                                      {"after", number_of(state, "fc_scores", c)},
                                                      {"delta", comparison(state).delta}}) +
         " " + convolution_narration(state, strings) + " " +
         strings.format("shuffle.narration.map", {{"correlation", number_of(state, "map_correlation")},
                                                  {"energy", number_of(state, "map_energy_ratio")}});
}

// Whether the class's score is another one now.
Question ask_change(const LessonState& state) {
  const bool changes = comparison(state).where == std::string("shuffle.where.other");
  Question q;
  q.key = "question.score-changes";
  q.hint =
      state.settings.pixels_only ? "question.score-changes.hint.pixels" : "question.score-changes.hint.both";
  q.arguments = {{"class", std::to_string(state.settings.class_index)}};
  q.expected = changes;
  q.options = {{0, "option.stays"}, {1, "option.changes"}};
  q.mistakes = {changes ? Mistake{"mistake.pairs-broken", 0} : Mistake{"mistake.order-of-adding", 1}};
  return q;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_change(state), ask_class(state), ask_fc_parameters(state), ask_parameters(state)};
}

}  // namespace

extern const Lesson shuffle_lesson;
const Lesson shuffle_lesson = {"shuffle", keys, defaults, compute, compute_step, scene, narration, questions};

}  // namespace lessons
