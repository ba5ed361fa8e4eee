#include "web/lessons/predict.h"

#include <algorithm>
#include <cmath>

#include "engine/rng.h"

namespace lessons {
namespace {

// The question and what helps to answer it.
std::string words(const Question& question, const strings::Strings& strings) {
  const std::string hint = hint_text(question, strings);
  return question_text(question, strings) + (hint.empty() ? "" : " " + hint);
}

}  // namespace

void ask_question(LessonState& state) {
  state.question.reset();
  state.answer.reset();
  if (!state.settings.predict || !state.lesson->questions) return;
  std::vector<Question> open;
  for (Question& question : state.lesson->questions(state))
    if (std::none_of(state.asked.begin(), state.asked.end(),
                     [&](const Question& over) { return same_question(over, question); }))
      open.push_back(std::move(question));
  if (open.empty()) return;
  nn::Pcg32 rng(uint64_t(state.settings.seed), uint64_t(state.settings.step));
  state.question = std::move(open[rng.below(uint32_t(open.size()))]);
}

std::optional<Error> close_question(LessonState& state, const double* given) {
  if (!state.question)
    return Error{Error::Kind::Range, "error.no_question", {{"value", given ? shown(*given) : "–"}}};
  if (given) {
    const Question& question = *state.question;
    const bool offered = std::any_of(question.options.begin(), question.options.end(),
                                     [&](const Option& option) { return option.value == *given; });
    if (!std::isfinite(*given) || (!question.options.empty() && !offered))
      return Error{Error::Kind::Range, "error.answer", {{"value", shown(*given)}}};
    state.answer = judge(question, *given);
  } else {
    state.answer = Answer{*state.question};
    state.answer->revealed = true;
  }
  state.asked.push_back(std::move(*state.question));
  state.question.reset();
  return std::nullopt;
}

bool asks(const LessonState& state, const char* question) {
  return state.question && std::string(state.question->key) == question;
}

Scene scene_of(const LessonState& state, const strings::Strings& strings, int followed) {
  Scene scene = state.lesson->scene(state, strings, followed);
  if (state.question) {
    const Question& question = *state.question;
    scene.prompt = Prompt{question_text(question, strings), hint_text(question, strings), {}};
    for (const Option& option : question.options)
      scene.prompt->options.push_back({option.value, option_text(question, option, strings)});
    scene.steps_hidden = question.hides_steps;
    return scene;
  }
  if (state.answer) {
    scene.feedback = feedback_text(*state.answer, strings);
    const Question& question = state.answer->question;
    if (question.options.empty() && !state.answer->correct && !state.answer->revealed)
      scene.gap = Gap{given_text(*state.answer, strings), expected_text(question, strings),
                      state.answer->given > question.expected};
  }
  if (state.settings.step == state.steps - 1)
    scene.takeaway = strings.text(std::string(state.lesson->id) + ".takeaway");
  return scene;
}

std::string narration_of(const LessonState& state, const strings::Strings& strings) {
  if (state.question) return words(*state.question, strings);
  std::string text = state.answer ? feedback_text(*state.answer, strings) + " " : "";
  text += state.lesson->narration(state, strings);
  if (state.settings.step == state.steps - 1)
    text += " " + std::string(strings.text(std::string(state.lesson->id) + ".takeaway"));
  return text;
}

}  // namespace lessons
