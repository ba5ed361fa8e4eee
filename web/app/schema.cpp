#include "web/app/schema.h"

#include <algorithm>
#include <cmath>

#include "web/app/url.h"

namespace app {
namespace {

using lessons::Key;
using lessons::Value;

std::vector<std::string> lesson_ids() {
  std::vector<std::string> ids;
  for (const lessons::Lesson* lesson : lessons::all()) ids.push_back(lesson->id);
  return ids;
}

std::vector<std::string> language_codes() {
  std::vector<std::string> codes;
  for (const auto& language : strings::languages()) codes.push_back(language.code());
  return codes;
}

Key choice(const char* name, std::vector<std::string> values, std::string initial) {
  return {Key::Type::Choice, name, 0, 0, std::move(values), std::move(initial)};
}

Key list(const char* name) {
  return {Key::Type::List, name, 0, 0, control_names(), std::vector<std::string>()};
}

std::string text_of(const Value& value) {
  if (const bool* b = std::get_if<bool>(&value)) return *b ? "1" : "0";
  if (const double* number = std::get_if<double>(&value)) return number_text(*number);
  if (const std::string* text = std::get_if<std::string>(&value)) return *text;
  std::string joined;
  for (const auto& item : std::get<std::vector<std::string>>(value))
    joined += (joined.empty() ? "" : ",") + item;
  return joined;
}

}  // namespace

const std::vector<std::string>& control_names() {
  static const std::vector<std::string> names = {"lessons",        "transport",
                                                 "step",           "speed",
                                                 "image",          "image_size",
                                                 "filter",         "flipped",
                                                 "out_channels",   "filter_index",
                                                 "layers",         "kernel_size",
                                                 "stride",         "padding",
                                                 "class",          "order",
                                                 "unroll",         "evidence",
                                                 "pool",           "shift_x",
                                                 "shift_y",        "permutation_seed",
                                                 "shuffled",       "pixels_only",
                                                 "per_channel",    "view",
                                                 "turn",           "tilt",
                                                 "apart",
                                                 "show",           "cnn_model",
                                                 "fc_model",       "lr",
                                                 "momentum",       "batch_size",
                                                 "seed",           "stack",
                                                 "draw_clear",     "draw_fit",
                                                 "picture_from",   "experiment",
                                                 "experiment_run", "experiment_reset",
                                                 "train",          "train_step",
                                                 "train_reset",    "weights",
                                                 "input",          "weight",
                                                 "lang",           "theme",
                                                 "predict",        "lecture",
                                                 "share"};
  return names;
}

const std::vector<double>& speeds() {
  static const std::vector<double> list = {0.25, 0.5, 1, 2, 4, 8, 16};
  return list;
}

std::vector<Key> settable_keys(const AppState& state, const Defaults& defaults) {
  std::vector<Key> keys = {choice("lesson", lesson_ids(), lesson_ids().front())};
  std::vector<Key> own = lessons::keys_of(state.lesson);
  keys.push_back(own.front());  // step
  keys.push_back({Key::Type::Bool, "playing", 0, 0, {}, false});
  keys.push_back({Key::Type::Number, "speed", 0.25, 16, {}, 4.0});
  keys.insert(keys.end(), own.begin() + 1, own.end() - 1);
  keys.push_back(choice("lang", language_codes(), defaults.lang));
  keys.push_back(choice("theme", {"light", "dark", "projector", "auto"}, "auto"));
  keys.push_back(own.back());  // predict
  keys.push_back({Key::Type::Bool, "lecture", 0, 0, {}, false});
  keys.push_back(list("hide"));
  keys.push_back(list("lock"));
  return keys;
}

Value value_of(const AppState& state, const std::string& key) {
  if (key == "lesson") return std::string(state.lesson.lesson->id);
  if (key == "playing") return state.playing;
  if (key == "speed") return state.speed;
  if (key == "lecture") return state.lecture;
  if (key == "lang") return state.lang;
  if (key == "theme") return state.theme;
  if (key == "hide") return state.hide;
  if (key == "lock") return state.lock;
  return lessons::value_of(state.lesson, key);
}

std::string to_hash(const AppState& state, const Defaults& defaults) {
  std::string hash = std::string("lesson=") + state.lesson.lesson->id;
  for (const Key& key : settable_keys(state, defaults)) {
    Value value = value_of(state, key.name);
    // The user's own numbers follow in `input` or `weight`; here stands what they replaced.
    if (value == Value(std::string("custom"))) value = lessons::preset_of(state.lesson, key.name);
    if (key.name == "lesson" || value == key.initial) continue;
    hash += "&" + key.name + "=" + percent_encode(text_of(value));
  }
  return hash;
}

}  // namespace app
