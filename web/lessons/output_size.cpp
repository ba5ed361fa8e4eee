// The arithmetic of the output size: ⌊(N + 2·padding − kernel_size) / stride⌋ + 1.
#include <algorithm>

#include "web/lessons/sliding.h"

namespace lessons {
namespace {

struct Sizes {
  int side, kernel, stride, padding, reach, out;
};

Sizes sizes(const LessonState& state) {
  const Settings& s = state.settings;
  const int side = state.tensors.at("input").shape()[1];
  return {side, s.kernel_size, s.stride, s.padding, side + 2 * s.padding - s.kernel_size, state.out_rows};
}

std::string text(int value) { return std::to_string(value); }

}  // namespace

std::vector<Span> size_formula(const LessonState& state) {
  const Sizes s = sizes(state);
  std::vector<Span> spans = {{"⌊(", Role::Plain},      {text(s.side), Role::Input, true},
                             {" + 2·", Role::Plain},   {text(s.padding), Role::Input, true},
                             {" − ", Role::Plain},     {text(s.kernel), Role::Weight, true},
                             {") / ", Role::Plain},    {text(s.stride), Role::Product, true},
                             {"⌋ + 1 = ", Role::Plain}};
  if (s.reach % s.stride != 0)
    spans.push_back({"⌊" + strings::number(double(s.reach) / s.stride) + "⌋ + 1 = ", Role::Plain});
  spans.push_back({text(s.out), Role::Output, true});
  return spans;
}

std::string size_text(const LessonState& state) {
  std::string line;
  for (const Span& span : size_formula(state)) line += span.text;
  return line;
}

int unreached(const LessonState& state) {
  const Sizes s = sizes(state);
  return s.reach % s.stride;
}

void add_size_controls(Scene& scene, const LessonState& state, const strings::Strings& strings,
                       const std::vector<const char*>& keys, int pane) {
  const std::vector<Key> known = state.lesson->keys(state);
  for (const char* name : keys) {
    const Key& key = *std::find_if(known.begin(), known.end(), [&](const Key& k) { return k.name == name; });
    Control control;
    control.kind = name == keys.front() ? Control::Kind::Buttons : Control::Kind::List;
    control.key = name;
    control.label = strings.text("control." + key.name);
    control.pane = pane;
    control.number = true;
    for (int value = int(key.min); value <= int(key.max); ++value) {
      control.values.push_back(text(value));
      control.labels.push_back(strings.format("control." + key.name + ".value", {{"n", text(value)}}));
    }
    control.selected = int(std::get<double>(value_of(state, key.name)) - key.min);
    scene.controls.push_back(std::move(control));
  }
}

}  // namespace lessons
