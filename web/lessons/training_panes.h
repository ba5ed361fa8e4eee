// The second half of the lesson `network`: what the convolutional net and the fully connected one are
// learning.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// The tensors of state.learned to those of the state; those of earlier ones go.
void take_learned(LessonState& state);

// Two panes, the convolutional net's and the fully connected one's.
std::vector<Pane> training_panes(const LessonState& state, const strings::Strings& strings);
// Train or pause, one batch, back to the start: commands beside the first pane.
void add_training_controls(Scene& scene, const LessonState& state, const strings::Strings& strings);
std::string training_narration(const LessonState& state, const strings::Strings& strings);

}  // namespace lessons
