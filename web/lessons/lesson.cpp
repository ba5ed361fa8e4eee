#include "web/lessons/lesson.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "web/lessons/predict.h"
#include "web/lessons/tensor_text.h"

namespace lessons {
namespace {

// The keys that are plain values, in the order in which those of one call take effect.
struct Field {
  const char* key;
  std::variant<int Settings::*, double Settings::*, bool Settings::*, std::string Settings::*> member;
};
constexpr Field kFields[] = {
    {"step", &Settings::step},
    {"seed", &Settings::seed},
    {"predict", &Settings::predict},
    {"image_size", &Settings::image_size},
    {"kernel_size", &Settings::kernel_size},
    {"stride", &Settings::stride},
    {"padding", &Settings::padding},
    {"out_channels", &Settings::out_channels},
    {"filter_index", &Settings::filter_index},
    {"class", &Settings::class_index},
    {"shift_x", &Settings::shift_x},
    {"shift_y", &Settings::shift_y},
    {"pool", &Settings::pool},
    {"permutation_seed", &Settings::permutation_seed},
    {"shuffled", &Settings::shuffled},
    {"pixels_only", &Settings::pixels_only},
    {"per_channel", &Settings::per_channel},
};

struct TensorField {
  const char* key;
  std::optional<nn::Tensor> Settings::*field;
};
constexpr TensorField kTensorFields[] = {
    {"input", &Settings::input},
    {"weight", &Settings::weight},
    {"bias", &Settings::bias},
};

// The order in which the keys of one call take effect: what decides shapes first, the user's own
// numbers after the presets they replace. The step follows when the number of steps is known.
std::vector<std::string> order() {
  std::vector<std::string> names;
  for (const Field& field : kFields)
    if (field.key != std::string("step")) names.push_back(field.key);
  names.insert(names.end(), {"image", "filter", "input", "weight", "bias"});
  return names;
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : ", ") + item;
  return text;
}

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
  for (const TensorField& entry : kTensorFields) {
    if (name != entry.key || state.tensors.count(name) == 0) continue;
    const nn::Shape& expected = state.tensors.at(name).shape();
    if (!(value.shape() == expected))
      return Error{Error::Kind::Range,
                   "error.shape",
                   {{"key", name}, {"value", value.shape().str()}, {"allowed", expected.str()}}};
    if (!finite(value)) return Error{Error::Kind::Range, "error.not_finite", {{"key", name}}};
    if (largest(value) > kLargest)
      return Error{Error::Kind::Range, "error.too_large", {{"key", name}, {"allowed", "−1e15 … 1e15"}}};
    state.settings.*entry.field = value;
    return std::nullopt;
  }
  std::vector<std::string> allowed;
  for (const TensorField& entry : kTensorFields)
    if (state.tensors.count(entry.key)) allowed.push_back(entry.key);
  return Error{Error::Kind::Range, "error.tensor_name", {{"value", name}, {"allowed", joined(allowed)}}};
}

const Key* find_key(const std::vector<Key>& keys, const std::string& name) {
  for (const Key& key : keys)
    if (key.name == name) return &key;
  return nullptr;
}

std::string allowed(const Key& key) {
  if (key.type == Key::Type::Int || key.type == Key::Type::Number)
    return shown(Value(key.min)) + " … " + shown(Value(key.max));
  return joined(key.values);
}

bool allows(const Key& key, const std::string& text) {
  return std::find(key.values.begin(), key.values.end(), text) != key.values.end();
}

Value as_value(bool field) { return field; }
Value as_value(int field) { return double(field); }
Value as_value(double field) { return field; }
Value as_value(const std::string& field) { return field; }

void take(bool& field, const Value& value) { field = std::get<bool>(value); }
void take(int& field, const Value& value) { field = int(std::get<double>(value)); }
void take(double& field, const Value& value) { field = std::get<double>(value); }
void take(std::string& field, const Value& value) { field = std::get<std::string>(value); }

// Applies a value that check() has passed; only a tensor's text can still be wrong.
std::optional<Error> apply(LessonState& state, const std::string& name, const Value& value) {
  Settings& settings = state.settings;
  for (const Field& entry : kFields) {
    if (name != entry.key) continue;
    const int kernel_before = settings.kernel_size, image_before = settings.image_size;
    const int filters_before = settings.out_channels;
    std::visit([&](auto member) { take(settings.*member, value); }, entry.member);
    if (settings.out_channels != filters_before) settings.bias.reset();
    if (settings.kernel_size != kernel_before || settings.out_channels != filters_before)
      settings.weight.reset();
    if (settings.image_size != image_before) settings.input.reset();
    return std::nullopt;
  }
  const std::string& text = std::get<std::string>(value);
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
    for (const TensorField& entry : kTensorFields)
      if (name == entry.key) (settings.*entry.field).reset();
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

namespace {

// At most about sixty bytes, cut between characters.
std::string shortened(const std::string& text) {
  if (text.size() <= 60) return text;
  size_t end = 60;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

std::string shown(const Value& value) {
  if (const bool* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return shortened(joined(*list));
  if (const double* number = std::get_if<double>(&value)) {
    if (std::isnan(*number)) return "NaN";
    std::string text = std::to_string(*number);
    while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.')) {
      const bool point = text.back() == '.';
      text.pop_back();
      if (point) break;
    }
    return text;
  }
  const std::string& text = std::get<std::string>(value);
  return shortened(text);
}

std::optional<Error> check(const Key& key, const Value& value) {
  const auto error = [&](Error::Kind kind, const char* message) {
    return Error{kind, message, {{"key", key.name}, {"value", shown(value)}, {"allowed", allowed(key)}}};
  };
  switch (key.type) {
    case Key::Type::Int:
    case Key::Type::Number: {
      const double* number = std::get_if<double>(&value);
      const bool whole = key.type == Key::Type::Int;
      if (!number || std::isnan(*number) || (whole && *number != std::floor(*number)))
        return error(Error::Kind::Type, whole ? "error.int" : "error.number");
      if (*number < key.min || *number > key.max) return error(Error::Kind::Range, "error.range");
      return std::nullopt;
    }
    case Key::Type::Bool:
      if (!std::holds_alternative<bool>(value)) return error(Error::Kind::Type, "error.bool");
      return std::nullopt;
    case Key::Type::List: {
      const auto* list = std::get_if<std::vector<std::string>>(&value);
      if (!list) return error(Error::Kind::Type, "error.list");
      for (const std::string& item : *list)
        if (!allows(key, item)) return error(Error::Kind::Range, "error.list");
      return std::nullopt;
    }
    case Key::Type::Choice:
    case Key::Type::Tensor:
      break;
  }
  const std::string* text = std::get_if<std::string>(&value);
  if (!text) return error(Error::Kind::Type, "error.text");
  if (key.type == Key::Type::Choice && !allows(key, *text)) return error(Error::Kind::Range, "error.choice");
  return std::nullopt;
}

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
  for (const std::string& name : order())
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
  const ReplaceTensor& tensor = std::get<ReplaceTensor>(event);
  if (auto error = replace(state, tensor.name, tensor.value)) return error;
  recompute(state, state.settings.step);
  return std::nullopt;
}

std::string preset_of(const LessonState& state, const std::string& key) {
  return key == "image" ? state.settings.image : state.settings.filter;
}

Value value_of(const LessonState& state, const std::string& key) {
  const Settings& settings = state.settings;
  for (const Field& entry : kFields)
    if (key == entry.key)
      return std::visit([&](auto member) { return as_value(settings.*member); }, entry.member);
  if (key == "image") return settings.input ? std::string("custom") : settings.image;
  if (key == "filter") return settings.weight ? std::string("custom") : settings.filter;
  for (const TensorField& entry : kTensorFields)
    if (key == entry.key)
      return settings.*entry.field ? tensor_to_text(*(settings.*entry.field)) : std::string();
  return std::string();
}

}  // namespace lessons
