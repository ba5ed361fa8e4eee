// The arithmetic of the output size: ⌊(N + 2·padding − kernel_size) / stride⌋ + 1.
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

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
  const bool hidden = asks_size(state);
  std::vector<Span> spans = {{"⌊(", Role::Plain},      {text(s.side), Role::Input, true},
                             {" + 2·", Role::Plain},   {text(s.padding), Role::Input, true},
                             {" − ", Role::Plain},     {text(s.kernel), Role::Weight, true},
                             {") / ", Role::Plain},    {text(s.stride), Role::Product, true},
                             {"⌋ + 1 = ", Role::Plain}};
  if (s.reach % s.stride != 0 && !hidden && !asks(state, "question.left-over"))
    spans.push_back({"⌊" + strings::number(double(s.reach) / s.stride) + "⌋ + 1 = ", Role::Plain});
  spans.push_back({unless(hidden, text(s.out)), Role::Output, true});
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

}  // namespace lessons
