// How questions come and go, for update(): what they are is in question.h.
#pragma once

#include <optional>

#include "web/lessons/lesson.h"

namespace lessons {

// Asks one of the lesson's questions that are not over, if `predict` is on and there is any.
void ask_question(LessonState& state);
// The open question is over, with the answer that was given or without one.
std::optional<Error> close_question(LessonState& state, const double* given);

}  // namespace lessons
