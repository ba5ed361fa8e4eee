// The questions of the lesson `invariance`, over the tensors of moves.h.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// Whether the maximum of the map (score: the fully connected score) is another number after the move.
Question ask_whether_moved(const LessonState& state, bool score);
// Where the value of the step's partner stands after the move; only where the step's cell has one.
Question ask_column(const LessonState& state);

}  // namespace lessons
