// The lesson `network`, in its view `experiments`: a claim, the trainings that test it, and what they gave.
//
// Tensors, besides those of the lesson and those of tried.h:
//   tried.sample.0, tried.sample.1   what the nets are shown: the input as it is, and shuffled or
//                       moved by four (shifted) or two pixels (pooling); for held_out_place [4, 3, 32, 32],
//                       one of each shape in the left half and in the right half
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

void add_experiment_tensors(LessonState& state);

std::vector<Pane> experiment_panes(const LessonState& state, const strings::Strings& strings);
// Which experiment; run or pause, back to the start: beside the first pane.
void add_experiment_controls(Scene& scene, const LessonState& state, const strings::Strings& strings);
// "experiment.<name>.<what>" in words.
std::string experiment_text(const LessonState& state, const strings::Strings& strings, const char* what);
std::string experiment_narration(const LessonState& state, const strings::Strings& strings);

}  // namespace lessons
