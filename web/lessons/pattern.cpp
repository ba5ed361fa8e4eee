// Lesson `pattern`: one filter learns one pattern. The more of it there is in a window, the higher the
// window's score; the more often it occurs, the higher the sum over all windows. Brightness alone earns
// nothing.
#include "web/lessons/pattern.h"

#include <algorithm>
#include <numeric>

#include "engine/kernels/kernels.h"
#include "web/lessons/sliding.h"
#include "web/lessons/strokes.h"

namespace lessons {
namespace {

constexpr int kPictures[] = {0, 1, 2, 4};      // of the strokes
constexpr int kDigits[] = {0, 1, 4, 5, 7, 9};  // of the digits
const std::string kShape = "shape-";

void defaults(Settings& settings) {
  settings.image = kShape + stroke_names().front();
  settings.filter = "strokes";
  settings.out_channels = kStrokes;
  settings.step = kFirstPainted;
}

std::vector<std::string> image_names() {
  std::vector<std::string> names;
  for (const int stroke : kPictures) names.push_back(kShape + stroke_names()[size_t(stroke)]);
  for (const int digit : kDigits) names.push_back("digit-" + std::to_string(digit));
  return names;
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = sliding_keys(state, initial);
  for (Key& key : keys) {
    if (key.name == "image") key.values = image_names();
    if (key.name == "filter") key.values = {"strokes"};
    if (key.type == Key::Type::Choice) key.values.push_back("custom");
  }
  keys.insert(keys.begin() + 3, int_key("filter_index", 0, kStrokes - 1, initial.filter_index));
  return keys;
}

void compute(LessonState& state) {
  const Settings& s = state.settings;
  state.tensors["weight"] = s.weight ? *s.weight : stroke_weight();
  state.tensors["bias"] = s.bias ? *s.bias : nn::Tensor(nn::Shape{kStrokes});
  if (painted_stroke(state) >= 0) {
    state.out_rows = 1;
    state.out_cols = state.steps = kStrokeSteps;
    return;
  }
  const nn::Shape& input = (s.input ? *s.input : *state.assets->image(s.image)).shape();
  state.out_rows = input[1] - kStrokeSide + 1;
  state.out_cols = input[2] - kStrokeSide + 1;
  state.steps = state.out_rows * state.out_cols;
}

// One score a filter out of its map.
template <class Score>
nn::Tensor scores(const nn::Tensor& maps, Score score) {
  nn::Tensor all(nn::Shape{maps.shape()[0]});
  const int cells = maps.shape()[1] * maps.shape()[2];
  for (int o = 0; o < int(all.size()); ++o) all[o] = score(maps.data() + o * cells, cells);
  return all;
}

void compute_step(LessonState& state) {
  const Settings& s = state.settings;
  auto& tensors = state.tensors;
  const int stroke = painted_stroke(state), k = s.kernel_size;
  tensors["input"] = stroke >= 0 ? stroke_picture(stroke, s.step)
                     : s.input   ? *s.input
                                 : *state.assets->image(s.image);
  tensors["output"] = convolved(state, tensors["input"], 1);
  const nn::Tensor &maps = tensors["output"], &input = tensors["input"], &weight = tensors["weight"];
  const int cols = maps.shape()[2];
  state.cell = stroke >= 0 ? stroke_origin(s.step) * (cols + 1) : s.step;

  nn::Tensor answers(maps.shape());
  nn::relu_forward(answers.data(), maps.data(), int(maps.size()));
  const int cell = state.cell;
  tensors["window_scores"] = scores(maps, [=](const float* map, int) { return map[cell]; });
  tensors["scores_max"] =
      scores(maps, [](const float* map, int n) { return *std::max_element(map, map + n); });
  tensors["scores_sum"] =
      scores(answers, [](const float* map, int n) { return float(std::accumulate(map, map + n, 0.0)); });
  nn::Tensor light(nn::Shape{1, k, k});
  std::fill(light.begin(), light.end(), 1.0f);
  tensors["light_scores"] = scores(convolved(state, light, 1), [](const float* map, int) { return *map; });

  nn::Tensor window(nn::Shape{1, k, k}), products(nn::Shape{1, k, k});
  for (int tap = 0; tap < k * k; ++tap) {
    window[tap] = input[(cell / cols + tap / k) * input.shape()[2] + cell % cols + tap % k];
    products[tap] = window[tap] * weight[s.filter_index * k * k + tap];
  }
  tensors["window"] = std::move(window);
  tensors["products"] = std::move(products);
}

std::string text(int value) { return std::to_string(value); }

// Where the filter that is looked at answers most.
int strongest_place(const LessonState& state, const nn::Tensor& picture) {
  const nn::Tensor maps = convolved(state, picture, 1);
  const int cells = maps.shape()[1] * maps.shape()[2];
  const float* map = maps.data() + state.settings.filter_index * cells;
  return int(std::max_element(map, map + cells) - map);
}

Control pictures(const LessonState& state, const strings::Strings& strings) {
  static const std::vector<nn::Tensor> painted = [] {
    std::vector<nn::Tensor> list;
    for (int stroke = 0; stroke < kStrokes; ++stroke) list.push_back(stroke_picture(stroke, kBothPainted));
    return list;
  }();
  Control control;
  control.kind = Control::Kind::Pictures;
  control.key = "image";
  control.label = strings.text("control.image");
  control.values = image_names();
  for (const int stroke : kPictures) {
    const std::string name(strings.text("stroke." + stroke_names()[size_t(stroke)]));
    control.labels.push_back(strings.format("image.shape", {{"name", name}}));
    control.pictures.push_back(&painted[size_t(stroke)]);
    control.steps.push_back(painted_stroke(state) >= 0 ? -1 : kFirstPainted);
  }
  for (const int digit : kDigits) {
    const Assets::Digit& built_in = state.assets->digits[size_t(digit)];
    control.labels.push_back(strings.format("image.digit", {{"digit", text(built_in.label)}}));
    control.pictures.push_back(&built_in.pixels);
    control.steps.push_back(strongest_place(state, built_in.pixels));
  }
  const auto present = std::find(control.values.begin(), control.values.end(), state.settings.image);
  if (!state.settings.input) control.selected = int(present - control.values.begin());
  return control;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  Scene scene;
  scene.question = strings.text("pattern.question");
  scene.lead = strings.text("pattern.lead");
  scene.panes = {patch_pane(state, strings), filters_pane(state, strings)};
  scene.controls = {pictures(state, strings)};
  // The one set of filters there is: the way back from one's own numbers.
  if (state.settings.weight) scene.controls.push_back(filter_control(state, strings, {"strokes"}, 0));
  add_size_controls(scene, state, strings, {"filter_index"}, 1);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const int filter = state.settings.filter_index, cols = state.tensors.at("output").shape()[2];
  const auto number = [&](const char* scores) { return strings::number(of_filter(state, scores)); };
  std::string words;
  if (painted_stroke(state) >= 0)
    words = strings.format("pattern.act." + text(act(state)), {{"count", text(state.settings.step)}}) + ". ";
  words += strings.format("pattern.narration", {{"row", text(state.cell / cols)},
                                                {"col", text(state.cell % cols)},
                                                {"filter", text(filter)},
                                                {"name", stroke_word(state, strings, filter)},
                                                {"score", number("window_scores")},
                                                {"max", number("scores_max")},
                                                {"sum", number("scores_sum")}});
  return words + " " + best_text(state, strings) + ". " + light_text(state, strings);
}

}  // namespace

extern const Lesson pattern_lesson;
const Lesson pattern_lesson = {"pattern",    keys,  defaults,  compute,
                               compute_step, scene, narration, pattern_questions};

}  // namespace lessons
