// Opening a lesson that asks before it shows, and drawing its questions.
#pragma once

#include <string>

#include "tests/unit/web_support.h"

namespace predict_test {

using namespace lessons;
using web_test::pick;

inline LessonState asking(const std::string& lesson) { return init(*find(lesson), web_test::assets(), true); }

inline std::string kind(const LessonState& state) {
  return state.question ? short_name(state.question->key) : std::string();
}

// Draws from other seeds until the open question is of this kind.
inline bool ask_for(LessonState& state, const std::string& wanted) {
  for (int seed = 1; seed < 400; ++seed) {
    CHECK(!update(state, Set{"seed", double(seed)}));
    if (kind(state) == wanted) return true;
  }
  return false;
}

inline std::string diagnosis(const LessonState& state, double given) {
  const Answer answer = judge(*state.question, given);
  if (answer.correct) return "right";
  return answer.diagnosis ? short_name(answer.diagnosis) : "";
}

// A random valid setting of the sizes, the picture and the user's own numbers.
inline void vary(LessonState& state, nn::Pcg32& rng) {
  for (const Key& key : state.lesson->keys(state)) {
    if (key.name == "kernel_size" || key.name == "stride" || key.name == "padding")
      CHECK(!update(state,
                    Set{key.name, double(int(key.min) + int(rng.below(uint32_t(key.max - key.min) + 1)))}));
    if (key.name == "image") CHECK(!update(state, Set{key.name, pick(key.values, rng)}));
  }
  for (const std::string& name : web_test::replaceable(state))
    if (name != "input")
      CHECK(
          !update(state, ReplaceTensor{name, web_test::random_tensor(state.tensors.at(name).shape(), rng, 2)}));
  CHECK(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
}

}  // namespace predict_test
