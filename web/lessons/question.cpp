#include "web/lessons/question.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lessons {
namespace {

std::string number(const Question& question, double value) {
  return strings::number(value, question.decimals);
}

// What was given, no coarser than what is asked for.
std::string given_number(const Question& question, double given) {
  const bool whole = given == std::floor(given);
  return strings::number(given, std::max(question.decimals, whole ? 0 : 2));
}

}  // namespace

std::string short_name(const char* key) {
  const char* dot = std::strchr(key, '.');
  return dot ? dot + 1 : key;
}

Answer judge(const Question& question, double given) {
  // Sums in double of floats: what is equal on paper may differ in the last bits.
  const double slack = question.tolerance + 1e-9 * std::max(1.0, std::fabs(question.expected));
  Answer answer{question, given, std::fabs(given - question.expected) <= slack, nullptr};
  if (answer.correct) return answer;
  double nearest = slack;
  for (const Mistake& mistake : question.mistakes) {
    const double distance = std::fabs(given - mistake.value);
    if (distance > nearest || (answer.diagnosis && distance == nearest)) continue;
    nearest = distance;
    answer.diagnosis = mistake.key;
  }
  return answer;
}

std::vector<double> suggestions(const Question& question, size_t most) {
  std::vector<double> values = {question.expected};
  const auto add = [&](double value) {
    for (double known : values)
      if (number(question, known) == number(question, value)) return;
    if (values.size() < most) values.push_back(value);
  };
  for (const Mistake& mistake : question.mistakes) add(mistake.value);
  const double near = question.decimals == 0 ? 1 : std::max(0.25, std::fabs(question.expected) / 2);
  for (double n : {1.0, -1.0, 2.0, 3.0}) add(question.expected + n * near);
  std::sort(values.begin(), values.end());
  return values;
}

bool same_question(const Question& a, const Question& b) {
  return std::strcmp(a.key, b.key) == 0 && a.arguments == b.arguments && a.expected == b.expected;
}

std::string question_text(const Question& question, const strings::Strings& strings) {
  return strings.format(question.key, question.arguments);
}

std::string hint_text(const Question& question, const strings::Strings& strings) {
  return *question.hint ? strings.format(question.hint, question.arguments) : "";
}

std::string option_text(const Question& question, const Option& option, const strings::Strings& strings) {
  return option.key ? std::string(strings.text(option.key)) : number(question, option.value);
}

std::string given_text(const Answer& answer, const strings::Strings& strings) {
  for (const Option& option : answer.question.options)
    if (option.value == answer.given) return option_text(answer.question, option, strings);
  return given_number(answer.question, answer.given);
}

std::string expected_text(const Question& question, const strings::Strings& strings) {
  for (const Option& option : question.options)
    if (option.value == question.expected) return option_text(question, option, strings);
  return number(question, question.expected);
}

std::string feedback_text(const Answer& answer, const strings::Strings& strings) {
  const Question& question = answer.question;
  const std::string expected = expected_text(question, strings);
  if (answer.revealed) return strings.format("feedback.revealed", {{"expected", expected}});
  const std::string given = given_text(answer, strings);
  if (answer.correct && given == expected) return strings.format("feedback.right", {{"expected", expected}});
  const std::string gap = given_number(question, std::fabs(answer.given - question.expected));
  const strings::Arguments numbers = {{"given", given}, {"expected", expected}, {"gap", gap}};
  if (answer.correct) return strings.format("feedback.close", numbers);
  std::string text = strings.format(question.options.empty() ? "feedback.gap" : "feedback.other", numbers);
  if (answer.diagnosis) text += " " + strings.format(answer.diagnosis, question.arguments);
  return text;
}

}  // namespace lessons
