// Predict before reveal: what a learner is asked before a value is shown, as data.
//
// With the key `predict` on, a lesson's state holds one open question at a time, drawn from `seed` and the
// step out of those that Lesson::questions offers; what it asks for is hidden until the event GiveAnswer or
// Reveal. A question that is over is not asked again while its numbers are the same.
//
// To give a lesson questions: a function that returns a few of these (sliding_questions.h has those of a
// sliding window), their sentences in web/strings/, and asks(state, "question.…") where scene and formula
// show what is asked for.
#pragma once

#include <string>
#include <vector>

#include "web/strings/strings.h"

namespace lessons {

// A mistake that can be recognised by the number it leads to. `key` is the sentence that says what went
// wrong ("mistake.bias-forgotten"); what follows the dot is the diagnosis in the event `answer`.
struct Mistake {
  const char* key;
  double value;
};

struct Option {
  double value;
  const char* key = nullptr;  // its words; none: the number itself
};

struct Question {
  const char* key = "";          // its sentence, "question.output-cell"; what follows the dot is its kind
  const char* hint = "";         // a second sentence with what is needed to work it out; may be none
  strings::Arguments arguments;  // of both
  double expected = 0;           // computed by the engine
  double tolerance = 0;          // as far as the numbers on the screen are rounded
  int decimals = 0;              // of the numbers in the feedback
  std::vector<Mistake> mistakes;
  std::vector<Option> options;  // to choose from; none: a number is typed
  bool hides_steps = false;     // the number of steps would give it away
};

struct Answer {
  Question question;
  double given = 0;
  bool correct = false;
  const char* diagnosis = nullptr;  // the key of the mistake; none: right, or not recognised
  bool revealed = false;            // none was given
};

// The part of a key after its first dot.
std::string short_name(const char* key);
// Right within the tolerance; else the nearest mistake within it.
Answer judge(const Question& question, double given);
// A few numbers to choose from where none can be typed, `most` at most: what is expected, what mistakes lead
// to, and what lies near; in order, no two alike when written.
std::vector<double> suggestions(const Question& question, size_t most = 4);
// Whether two questions are the same with the same numbers.
bool same_question(const Question& a, const Question& b);

// In words.
std::string question_text(const Question& question, const strings::Strings& strings);
std::string hint_text(const Question& question, const strings::Strings& strings);
std::string option_text(const Question& question, const Option& option, const strings::Strings& strings);
std::string given_text(const Answer& answer, const strings::Strings& strings);
std::string expected_text(const Question& question, const strings::Strings& strings);
std::string feedback_text(const Answer& answer, const strings::Strings& strings);

}  // namespace lessons
