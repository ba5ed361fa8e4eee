// The questions of the lesson `pooling`, over its tensors input, window and output.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// The numbers of the step's window in its first channel.
std::string values_text(const LessonState& state, const char* between);
// The one number that remains of the step's window.
Question ask_pooled(const LessonState& state);
// The side of the output, or how many numbers it has.
Question ask_remaining(const LessonState& state, bool count);

}  // namespace lessons
