// Lesson `pooling`: one number of each window remains, the largest or the mean; each channel alone. Pooled
// again and again, a picture forgets where things were to the pixel: a shift by one changes less and less.
#include "web/lessons/pooling.h"

#include <algorithm>

#include "engine/kernels/kernels.h"
#include "web/lessons/measures.h"
#include "web/lessons/shifted.h"
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

const nn::Tensor& source(const LessonState& state) {
  const Settings& s = state.settings;
  return s.input ? *s.input : *state.assets->image(s.image);
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  const std::vector<Key> sliding = sliding_keys(state, initial);
  const auto named = [&](const char* name) {
    return *std::find_if(sliding.begin(), sliding.end(), [&](const Key& key) { return key.name == name; });
  };
  Key image = named("image");
  image.values.insert(image.values.end() - 1, "photo");
  return {named("step"),
          image,
          int_key("kernel_size", 2, 4, initial.kernel_size),
          int_key("stride", 1, 4, initial.stride),
          int_key("filter_index", 0, source(state).shape()[0] - 1, 0),
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

// One channel of a picture.
nn::Tensor plane(const nn::Tensor& in, int channel) {
  const nn::Shape& shape = in.shape();
  nn::Tensor out(nn::Shape{1, shape[1], shape[2]});
  std::copy_n(in.begin() + channel * int(out.size()), out.size(), out.begin());
  return out;
}

void compute(LessonState& state) {
  const Settings& s = state.settings;
  auto& tensors = state.tensors;
  nn::Tensor input = source(state);
  const int channel = s.filter_index;
  // Of the channel that is looked at.
  const auto change = [&](const nn::Tensor& before, const nn::Tensor& after) {
    return relative_change(plane(before, channel), plane(after, channel));
  };
  tensors.clear();  // how many levels there are, and whether there is a winner, depends on the settings
  tensors["input_shifted"] = shifted(input, s.shift_y, s.shift_x);
  tensors["input"] = std::move(input);
  std::vector<float> changes = {change(tensors["input"], tensors["input_shifted"])};
  for (int level = 1; level <= kLevels; ++level) {
    const nn::Tensor& before = tensors[level_name(level - 1, false)];
    if (std::min(before.shape()[1], before.shape()[2]) < s.kernel_size) break;
    nn::Tensor argmax, out = pooled(before, s, level == 1 ? &argmax : nullptr);
    nn::Tensor moved = pooled(tensors[level_name(level - 1, true)], s, nullptr);
    changes.push_back(change(out, moved));
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

void compute_step(LessonState& state) {
  const nn::Tensor& input = state.tensors.at("input");
  const int k = state.settings.kernel_size, height = input.shape()[1], width = input.shape()[2];
  const Spot at = spot(state);
  nn::Tensor window(nn::Shape{input.shape()[0], k, k});
  for (int i = 0; i < int(window.size()); ++i)
    window[i] = input[(i / (k * k) * height + at.first_row + i / k % k) * width + at.first_col + i % k];
  state.tensors["window"] = std::move(window);
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

// The digits and the photograph.
Control pictures(const LessonState& state, const strings::Strings& strings) {
  Control control = picture_control(state, strings);
  if (!state.settings.input && state.settings.image == "photo") control.selected = int(control.values.size());
  control.values.push_back("photo");
  control.labels.push_back(std::string(strings.text("image.photo")));
  control.pictures.push_back(&state.assets->photo);
  return control;
}

// The channel that the right pane and the formula look at.
Control channel_control(const LessonState& state, const strings::Strings& strings) {
  Control control;
  control.key = "filter_index";
  control.label = strings.text("control.channel");
  control.pane = 1;
  control.number = true;
  for (int c = 0; c < state.tensors.at("input").shape()[0]; ++c) {
    control.values.push_back(std::to_string(c));
    control.labels.push_back(channel_name(strings, c));
  }
  control.selected = state.settings.filter_index;
  return control;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  Scene scene;
  scene.question = strings.text("pooling.question");
  scene.lead = strings.text("pooling.lead");
  scene.panes = {pooling_pane(state, strings), again_pane(state, strings)};
  scene.controls = {pictures(state, strings), pool_control(state, strings)};
  add_size_controls(scene, state, strings, {"stride", "kernel_size"}, 0);
  add_slider(scene, state, strings, "shift_x", 1);
  if (is_photo(state)) scene.controls.push_back(channel_control(state, strings));
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Spot at = spot(state);
  const int won = winner(state, state.settings.filter_index), width = state.tensors.at("input").shape()[2];
  const nn::Tensor &input = state.tensors.at("input"), &changes = state.tensors.at("shift_change");
  const std::string value = strings::number(pooled_value(state));
  const strings::Arguments place = {{"step", std::to_string(state.settings.step)},
                                    {"row", std::to_string(at.row)},
                                    {"col", std::to_string(at.col)},
                                    {"values", values_text(state, ", ")},
                                    {"value", value},
                                    {"won_row", std::to_string(won / width % input.shape()[1])},
                                    {"won_col", std::to_string(won % width)}};
  return strings.format(won >= 0 ? "pooling.narration.max" : "pooling.narration.avg", place) + " " +
         strings.format("pooling.narration", {{"before", std::to_string(input.size())},
                                              {"after", std::to_string(state.tensors.at("output").size())},
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
