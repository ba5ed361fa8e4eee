// Controls made from the keys of the state: their ranges, their values and the words for them.
#include <algorithm>

#include "web/lessons/sliding.h"

namespace lessons {
namespace {

Key key_named(const LessonState& state, const std::string& name) {
  const std::vector<Key> keys = state.lesson->keys(state);
  return *std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
}

}  // namespace

void add_size_controls(Scene& scene, const LessonState& state, const strings::Strings& strings,
                       const std::vector<const char*>& keys, int pane) {
  for (const char* name : keys) {
    const Key key = key_named(state, name);
    Control control;
    control.kind = name == keys.front() ? Control::Kind::Buttons : Control::Kind::List;
    control.key = name;
    control.label = strings.text("control." + key.name);
    control.pane = pane;
    control.number = true;
    for (int value = int(key.min); value <= int(key.max); ++value) {
      control.values.push_back(std::to_string(value));
      control.labels.push_back(
          strings.format("control." + key.name + ".value", {{"n", std::to_string(value)}}));
    }
    control.selected = int(std::get<double>(value_of(state, key.name)) - key.min);
    scene.controls.push_back(std::move(control));
  }
}

void add_list(Scene& scene, const LessonState& state, const strings::Strings& strings, const char* name,
              int pane) {
  add_size_controls(scene, state, strings, {name}, pane);
  scene.controls.back().kind = Control::Kind::List;
}

void add_slider(Scene& scene, const LessonState& state, const strings::Strings& strings, const char* name,
                int pane) {
  const Key key = key_named(state, name);
  const auto words = [&](double value) {
    return strings.format(
        "control." + key.name + ".value",
        {{"n", key.type == Key::Type::Int ? strings::number(value, 0) : shown(Value(value))}});
  };
  Control control;
  control.kind = Control::Kind::Slider;
  control.key = key.name;
  control.label = strings.text("control." + key.name);
  control.pane = pane;
  control.min = key.min;
  control.max = key.max;
  control.tick = key.type == Key::Type::Int ? 1 : (key.max - key.min) / 100;
  control.value = std::get<double>(value_of(state, key.name));
  control.shown = words(control.value);
  control.widest = std::max(words(key.min), words(key.max),
                            [](const auto& a, const auto& b) { return a.size() < b.size(); });
  scene.controls.push_back(std::move(control));
}

std::vector<Key> pose_keys(const Settings& defaults) {
  return {int_key("turn", -kMostTurn, kMostTurn, defaults.turn),
          int_key("tilt", -kMostTurn, kMostTurn, defaults.tilt), int_key("apart", 0, 100, defaults.apart)};
}

void add_pose_controls(Scene& scene, const LessonState& state, const strings::Strings& strings, int pane) {
  for (const char* name : {"apart", "turn", "tilt"}) add_slider(scene, state, strings, name, pane);
  for (size_t i = scene.controls.size() - 2; i < scene.controls.size(); ++i) scene.controls[i].by_drag = true;
}

void make_volume(Figure& figure, int planes, const Settings& settings) {
  figure.kind = FigureKind::Volume;
  figure.planes = figure.per_row = planes;
  figure.pose = {settings.turn, settings.tilt, settings.apart};
  figure.drags = KeyPair{"tilt", "turn", -kMostTurn, kMostTurn};
}

void add_toggle(Scene& scene, const LessonState& state, const strings::Strings& strings, const char* name,
                int pane) {
  Control control;
  control.kind = Control::Kind::Toggle;
  control.key = name;
  control.label = strings.text(std::string("control.") + name);
  control.pane = pane;
  control.on = std::get<bool>(value_of(state, name));
  scene.controls.push_back(std::move(control));
}

void add_choice(Scene& scene, const LessonState& state, const strings::Strings& strings, const char* name,
                int pane) {
  const Key key = key_named(state, name);
  Control control;
  control.key = key.name;
  control.label = strings.text("control." + key.name);
  control.pane = pane;
  control.values = key.values;
  const std::string present = std::get<std::string>(value_of(state, key.name));
  for (size_t i = 0; i < key.values.size(); ++i) {
    control.labels.push_back(std::string(strings.text(key.name + "." + key.values[i])));
    if (key.values[i] == present) control.selected = int(i);
  }
  scene.controls.push_back(std::move(control));
}

}  // namespace lessons
