#include "web/lessons/lesson.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "web/lessons/fields.h"
#include "web/lessons/keys.h"
#include "web/lessons/predict.h"
#include "web/lessons/tensor_text.h"
#include "web/lessons/training_models.h"

namespace lessons {
namespace {

// Sums of products of larger numbers could leave the range of a float.
constexpr float kLargest = 1e15f;

float largest(const nn::Tensor& tensor) {
  float most = 0;
  for (float value : tensor) most = std::max(most, std::fabs(value));
  return most;
}

bool finite(const nn::Tensor& tensor) {
  return std::all_of(tensor.data(), tensor.data() + tensor.size(), [](float v) { return std::isfinite(v); });
}

std::optional<Error> replace(LessonState& state, const std::string& name, const nn::Tensor& value) {
  std::optional<nn::Tensor>* own = own_tensor(state.settings, name);
  const std::vector<Key> keys = state.lesson->keys(state);
  if (!own || !find_key(keys, name)) {
    std::vector<std::string> allowed;
    for (const std::string& known : own_tensor_names())
      if (find_key(keys, known)) allowed.push_back(known);
    return Error{Error::Kind::Range, "error.tensor_name", {{"value", name}, {"allowed", joined(allowed)}}};
  }
  const nn::Shape& expected = state.tensors.at(name).shape();
  if (!(value.shape() == expected))
    return Error{Error::Kind::Range,
                 "error.shape",
                 {{"key", name}, {"value", value.shape().str()}, {"allowed", expected.str()}}};
  if (!finite(value)) return Error{Error::Kind::Range, "error.not_finite", {{"key", name}}};
  if (largest(value) > kLargest)
    return Error{Error::Kind::Range, "error.too_large", {{"key", name}, {"allowed", "−1e15 … 1e15"}}};
  *own = value;
  return std::nullopt;
}

// Applies a value that check() has passed; only a tensor's text can still be wrong.
std::optional<Error> apply(LessonState& state, const std::string& name, const Value& value) {
  Settings& settings = state.settings;
  const int kernel_before = settings.kernel_size, image_before = settings.image_size;
  const int filters_before = settings.out_channels;
  if (set_plain(settings, name, value)) {
    if (settings.out_channels != filters_before) settings.bias.reset();
    if (settings.kernel_size != kernel_before || settings.out_channels != filters_before)
      settings.weight.reset();
    if (settings.image_size != image_before) settings.input.reset();
    return std::nullopt;
  }
  const std::string& text = std::get<std::string>(value);
  if (std::optional<Error> error; set_model(settings, name, text, error)) return error;
  if (name == "image" || name == "filter") {
    const std::string tensor = name == "image" ? "input" : "weight";
    auto& own = name == "image" ? settings.input : settings.weight;
    if (text == "custom") {
      if (!own) own = state.tensors.at(tensor);
    } else {
      (name == "image" ? settings.image : settings.filter) = text;
      own.reset();
    }
    return std::nullopt;
  }
  if (text.empty()) {
    own_tensor(settings, name)->reset();
    return std::nullopt;
  }
  const auto tensor = tensor_from_text(text);
  if (!tensor)
    return Error{Error::Kind::Range, "error.tensor_text", {{"key", name}, {"value", shown(value)}}};
  return replace(state, name, *tensor);
}

int clamp_step(const LessonState& state, double step) {
  return int(std::clamp(step, 0.0, double(state.steps - 1)));
}

void go_to(LessonState& state, int step) {
  state.settings.step = step;
  state.lesson->compute_step(state);
  ask_question(state);
}

// Runs the engine anew; the step and the filter stay where they are unless there are too few for
// them now.
void recompute(LessonState& state, int step) {
  const std::vector<Key> keys = state.lesson->keys(state);
  if (const Key* key = find_key(keys, "filter_index"))
    state.settings.filter_index = std::min(state.settings.filter_index, int(key->max));
  state.lesson->compute(state);
  go_to(state, clamp_step(state, step));
}

}  // namespace

void reset(LessonState& state) {
  Settings& settings = state.settings;
  settings.input.reset();
  settings.weight.reset();
  settings.bias.reset();
  state.asked.clear();
  recompute(state, 0);
}

LessonState init(const Lesson& lesson, const Assets& assets, bool predict) {
  LessonState state;
  state.lesson = &lesson;
  state.assets = &assets;
  lesson.defaults(state.settings);
  state.settings.predict = predict;
  recompute(state, state.settings.step);
  return state;
}

std::vector<Key> keys_of(const LessonState& state) {
  std::vector<Key> keys = state.lesson->keys(state);
  keys.push_back({Key::Type::Int, "seed", 0, std::numeric_limits<int>::max(), {}, 1.0});
  keys.push_back({Key::Type::Bool, "predict", 0, 0, {}, false});
  return keys;
}

std::optional<Error> update(LessonState& state, const std::vector<Set>& changes) {
  LessonState next = state;
  const Set* step = nullptr;
  const std::vector<Key> keys = keys_of(state);
  for (const Set& change : changes) {
    const Key* key = find_key(keys, change.key);
    if (!key) {
      std::vector<std::string> names;
      for (const Key& known : keys) names.push_back(known.name);
      return Error{Error::Kind::Type,
                   "error.key",
                   {{"key", change.key}, {"value", shown(change.value)}, {"allowed", joined(names)}}};
    }
    if (change.key == "step") step = &change;
  }
  for (const std::string& name : order_of_keys())
    for (const Set& change : changes)
      if (change.key == name) {
        // Its range may depend on the keys before it.
        const std::vector<Key> ranges = keys_of(next);
        if (auto error = check(*find_key(ranges, name), change.value)) return error;
        if (auto error = apply(next, name, change.value)) return error;
        // Later keys are checked against the shapes that earlier ones made; only the last of them decides
        // whether the step must move.
        recompute(next, state.settings.step);
      }
  if (step) {
    const std::vector<Key> keys = next.lesson->keys(next);
    if (auto error = check(*find_key(keys, "step"), step->value)) return error;
    const int wanted = int(std::get<double>(step->value));
    if (wanted != next.settings.step) go_to(next, wanted);
  }
  state = std::move(next);
  return std::nullopt;
}

std::optional<Error> update(LessonState& state, const Event& event) {
  if (const Set* set = std::get_if<Set>(&event)) return update(state, std::vector<Set>{*set});
  if (const StepBy* by = std::get_if<StepBy>(&event)) {
    const int wanted = clamp_step(state, double(state.settings.step) + by->n);
    if (wanted != state.settings.step) go_to(state, wanted);
    return std::nullopt;
  }
  if (const GiveAnswer* answer = std::get_if<GiveAnswer>(&event))
    return close_question(state, &answer->given);
  if (std::holds_alternative<Reveal>(event)) return close_question(state, nullptr);
  if (const Learn* learn = std::get_if<Learn>(&event)) {
    state.learned = learn->learned;
    state.lesson->compute(state);
    state.lesson->compute_step(state);
    return std::nullopt;
  }
  const ReplaceTensor& tensor = std::get<ReplaceTensor>(event);
  if (auto error = replace(state, tensor.name, tensor.value)) return error;
  recompute(state, state.settings.step);
  return std::nullopt;
}

std::string said(const Error& error, const strings::Strings& strings) {
  std::string sentence = strings.format(error.message, error.arguments);
  if (error.around.empty()) return sentence;
  strings::Arguments arguments = error.arguments;
  arguments.push_back({"reason", std::move(sentence)});
  return strings.format(error.around, arguments);
}

std::string preset_of(const LessonState& state, const std::string& key) {
  if (key == "cnn_model") return state.settings.cnn_model;
  return key == "image" ? state.settings.image : state.settings.filter;
}

}  // namespace lessons
