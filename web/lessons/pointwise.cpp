// Lesson `pointwise`: a 1×1 convolution reads one pixel and mixes its channels: one row of a matrix for each
// output channel. It is a fully connected layer at every pixel, number for number.
#include <algorithm>
#include <cmath>

#include "engine/kernels/kernels.h"
#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kChannels = 3, kMostFilters = 4;

void defaults(Settings& settings) {
  settings.image = "photo";
  settings.kernel_size = 1;
  settings.filter = "luminance";
  settings.out_channels = 2;
  settings.step = 783;  // on the cat's fur
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  return photo_keys(state, initial, mixture_names(), kMostFilters);
}

// The fully connected layer takes the pixels one by one, its three channels side by side.
void compute(LessonState& state) {
  compute_operands(state);
  auto& tensors = state.tensors;
  if (!state.settings.bias) std::fill(tensors["bias"].begin(), tensors["bias"].end(), 0.0f);
  compute_output(state, "input");
  const nn::Tensor &input = tensors["input"], &output = tensors["output"];
  const int filters = state.settings.out_channels, pixels = state.steps;
  nn::Tensor weight(nn::Shape{filters, kChannels});
  std::copy(tensors["weight"].begin(), tensors["weight"].end(), weight.begin());
  nn::Tensor rows(nn::Shape{pixels, kChannels}), scores(nn::Shape{pixels, filters});
  for (int i = 0; i < pixels; ++i)
    for (int c = 0; c < kChannels; ++c) rows[i * kChannels + c] = input[c * pixels + i];
  nn::linear_forward(scores.data(), rows.data(), weight.data(), tensors["bias"].data(), pixels, kChannels,
                     filters);
  nn::Tensor planes(output.shape()), difference(nn::Shape{1});
  for (int i = 0; i < pixels; ++i)
    for (int o = 0; o < filters; ++o) {
      const int at = o * pixels + i;
      planes[at] = scores[i * filters + o];
      difference[0] = std::max(difference[0], std::fabs(planes[at] - output[at]));
    }
  tensors["fc_weight"] = std::move(weight);
  tensors["fc_bias"] = tensors["bias"];
  tensors["fc_output"] = std::move(planes);
  tensors["fc_difference"] = std::move(difference);
}

void compute_step(LessonState& state) {
  compute_window(state);
  auto& tensors = state.tensors;
  const int filters = state.settings.out_channels;
  nn::Tensor flat(nn::Shape{kChannels}), scores(nn::Shape{filters});
  std::copy(tensors["window"].begin(), tensors["window"].end(), flat.begin());
  for (int o = 0; o < filters; ++o) scores[o] = tensors["fc_output"][o * state.steps + state.settings.step];
  tensors["flat"] = std::move(flat);
  tensors["fc_scores"] = std::move(scores);
}

std::string text(int value) { return std::to_string(value); }

// One row of `figure`'s three channels, or several.
Figure across_channels(const Figure& figure, int rows) {
  Figure row = figure;
  row.offset = row.factors.x_offset = 0;
  row.rows = rows;
  row.cols = kChannels;
  row.link = {};
  return row;
}

Pane pixel_pane(const LessonState& state, const strings::Strings& strings, const Pane& all) {
  enum { kInput, kWindow, kTimes, kKernel, kProducts };
  const Settings& s = state.settings;
  const Place p = place(state);
  const std::string filter = text(s.filter_index);
  const bool hidden = asks(state, "question.output-cell");
  Figure photo = photo_figure(state, strings, all.figures[kInput]);
  photo.muted = true;
  Figure x = across_channels(all.figures[kWindow], 1);
  x.caption = strings.text("figure.pixel");
  Figure matrix = across_channels(all.figures[kKernel], s.out_channels);
  matrix.window = CellRect{s.filter_index, 0, 1, kChannels};
  matrix.fixed = true;
  matrix.caption = strings.format("figure.mixture", {{"filter", filter}});
  Figure products = across_channels(all.figures[kProducts], 1);
  products.caption = strings.format("figure.products", {{"sum", unless(hidden, strings::number(p.sum))}});

  Pane pane;
  pane.id = "pixel";
  pane.title = strings.text("pane.pointwise.pixel");
  pane.note = strings.text("pane.pointwise.pixel.note");
  pane.figures = {photo, x, matrix, products};
  pane.layouts = {row({leaf(0), column({leaf(1), leaf(2), leaf(3)})})};
  pane.where =
      strings.format("pointwise.where", {{"step", text(s.step)}, {"row", text(p.row)}, {"col", text(p.col)}});
  pane.formula = {{"y[" + filter + "]", Role::Output, true},
                  {"[" + text(p.row) + "," + text(p.col) + "] = ", Role::Output}};
  for (int c = 0; c < kChannels; ++c) {
    if (c > 0) pane.formula.push_back({" + ", Role::Plain});
    const float w = state.tensors.at("weight")[size_t(s.filter_index * kChannels + c)];
    const std::string number = strings::cell_number(w);
    pane.formula.push_back({strings::cell_number(state.tensors.at("window")[size_t(c)]), Role::Input, true});
    pane.formula.push_back({"·", Role::Plain});
    pane.formula.push_back({w < 0 ? "(" + number + ")" : number, Role::Weight, true});
  }
  if (p.bias != 0)
    pane.formula.push_back({(p.bias < 0 ? " − " : " + ") + strings::number(std::fabs(p.bias)), Role::Plain});
  pane.formula.push_back({" = ", Role::Plain});
  pane.formula.push_back({unless(hidden, strings::number(p.value)), Role::Output, true});
  return pane;
}

// A plane whose values are those of a picture looks like one.
void set_scale(Figure& figure) {
  float low = 0, high = 0;
  for (int i = 0; i < figure.rows * figure.cols; ++i) {
    low = std::min(low, value_of(figure, i));
    high = std::max(high, value_of(figure, i));
  }
  figure.scale = low >= 0 && high <= 1 ? Scale::Light : Scale::Diverging;
  figure.limit = std::max({-low, high, 1e-6f});
}

Figure plane(const Figure& output, const char* id, const nn::Tensor& tensor, int filter) {
  Figure figure = output;
  figure.id = id;
  figure.tensor = &tensor;
  figure.offset = 0;
  figure = plane_of(figure, filter);
  set_scale(figure);
  return figure;
}

Pane planes_pane(const LessonState& state, const strings::Strings& strings, const Figure& output) {
  const Settings& s = state.settings;
  Pane pane;
  pane.id = "planes";
  pane.title = strings.text("pane.pointwise.planes");
  pane.note = strings.text("pane.pointwise.planes.note");
  Layout planes = row({}), below = row({});
  for (int o = 0; o < s.out_channels; ++o) {
    Figure map = plane(output, "output", state.tensors.at("output"), o);
    map.symbol = "y[" + text(o) + "]";
    map.caption = strings.format("figure.channel_out", {{"filter", text(o)}});
    if (o != s.filter_index) {
      map.also = {{"filter_index", o}};
      map.hidden = -1;  // the question is about the chosen channel
      map.computed = s.step + 1;
    }
    planes.children.push_back(leaf(int(pane.figures.size())));
    pane.figures.push_back(map);
  }
  Figure fc = plane(output, "fc_output", state.tensors.at("fc_output"), s.filter_index);
  fc.symbol = "s[" + text(s.filter_index) + "]";
  fc.link = {CellIs::Pixel, output.rows, output.cols};
  fc.chooses.clear();
  fc.caption = strings.format("figure.fc_output", {{"filter", text(s.filter_index)}});
  below.children.push_back(leaf(int(pane.figures.size())));
  pane.figures.push_back(fc);
  if (s.out_channels == kChannels) {  // three channels are a photograph again
    Figure photo = plane(output, "output", state.tensors.at("output"), 0);
    photo.id = "output.photo";
    photo.scale = Scale::Rgb;
    photo.chooses.clear();
    photo.current = -1;
    photo.caption = strings.text("figure.as_photo");
    below.children.push_back(leaf(int(pane.figures.size())));
    pane.figures.push_back(photo);
  }
  Figure note;
  note.kind = FigureKind::Note;
  const float difference = state.tensors.at("fc_difference")[0];
  note.lines = {std::string(strings.text(difference == 0 ? "pointwise.same" : "pointwise.rounded")),
                difference == 0 ? std::string(strings.text("pointwise.same.why"))
                                : strings.format("pointwise.rounded.why",
                                                 {{"difference", difference_text(difference, 0)}})};
  below.children.push_back(leaf(int(pane.figures.size())));
  pane.figures.push_back(note);
  Layout all = row(planes.children);
  for (const Layout& child : below.children)
    if (pane.figures[size_t(child.figure)].kind == FigureKind::Heatmap) all.children.push_back(child);
  pane.layouts = {column({std::move(planes), std::move(below)}), std::move(all)};
  pane.where = strings.text("channels.sizes");
  pane.formula = {{text(kChannels) + "×" + size_text(output.rows, output.cols), Role::Input, true},
                  {" → ", Role::Plain},
                  {text(s.out_channels) + "×(" + text(kChannels) + "×1×1)", Role::Weight, true},
                  {" → ", Role::Plain},
                  {text(s.out_channels) + "×" + size_text(output.rows, output.cols), Role::Output, true}};
  return pane;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  if (followed < 0) followed = centre_pixel(state);
  const Pane all = convolution_pane(state, strings, followed);
  enum { kOutput = 6 };
  Scene scene;
  scene.question = strings.text("pointwise.question");
  scene.lead = strings.text("pointwise.lead");
  scene.panes = {pixel_pane(state, strings, all), planes_pane(state, strings, all.figures[kOutput])};
  add_size_controls(scene, state, strings, {"filter_index"}, 0);
  scene.controls.push_back(filter_control(state, strings, mixture_names(), 0));
  add_size_controls(scene, state, strings, {"out_channels"}, 1);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const Place p = place(state);
  const auto at = [&](const char* name, int i) { return strings::number(state.tensors.at(name)[size_t(i)]); };
  return strings.format("pointwise.narration", {{"step", text(s.step)},
                                                {"row", text(p.row)},
                                                {"col", text(p.col)},
                                                {"red", at("window", 0)},
                                                {"green", at("window", 1)},
                                                {"blue", at("window", 2)},
                                                {"filter", text(s.filter_index)},
                                                {"value", strings::number(p.value)},
                                                {"score", at("fc_scores", s.filter_index)}});
}

// The output cell from its three products.
Question ask_mixture(const LessonState& state) {
  Question q = ask_cell(state);
  const nn::Tensor& products = state.tensors.at("products");
  q.hint = "question.output-cell.hint.channels";
  q.arguments.push_back({"filter", text(state.settings.filter_index)});
  const char* names[] = {"red", "green", "blue"};
  for (int c = 0; c < kChannels; ++c) q.arguments.push_back({names[c], strings::number(products[size_t(c)])});
  q.tolerance += 0.005 * (kChannels - 1);  // three rounded numbers instead of one
  std::erase_if(q.mistakes, [](const Mistake& mistake) {
    const std::string key = mistake.key;  // one row, one column: nothing to forget or to flip
    return key == "mistake.last-row-forgotten" || key == "mistake.kernel-flipped";
  });
  return q;
}

// Counted as if the kernel were 3×3.
Question with_neighbours(Question question, double count) {
  question.mistakes.push_back({"mistake.neighbours-counted", count});
  return question;
}

std::vector<Question> questions(const LessonState& state) {
  constexpr int kTaps = 9;
  const double weights = double(state.tensors.at("weight").size());
  const Question macs = ask_multiply_adds(state);
  return {ask_mixture(state),
          with_neighbours(ask_parameters(state), weights * kTaps + state.settings.out_channels),
          with_neighbours(macs, macs.expected * kTaps)};
}

}  // namespace

extern const Lesson pointwise_lesson;
const Lesson pointwise_lesson = {"pointwise",  keys,  defaults,  compute,
                                 compute_step, scene, narration, questions};

}  // namespace lessons
