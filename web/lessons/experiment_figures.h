// The figures of the view `experiments`: what the nets are shown, how well they do, and lists of numbers.
#pragma once

#include "web/lessons/lesson.h"
#include "web/lessons/tried.h"

namespace lessons {

// Tensors of the two kinds of pictures; see experiment_panes.h.
inline constexpr const char* kSamples[] = {"tried.sample.0", "tried.sample.1"};

training::ExperimentKind kind_of(const LessonState& state);

Figure sample_figure(const LessonState& state, const char* id, const std::string& caption);
// The test accuracies of both nets in run `run`, once it has begun.
Figure accuracy_curves(const LessonState& state, const strings::Strings& strings, int run);
// What is done.
Figure plan_note(const LessonState& state, const strings::Strings& strings);
// The accuracies of net `net` (0: Net::Cnn) with the digits moved, as far as they are measured.
Figure shift_map(const LessonState& state, const strings::Strings& strings, const TriedRun& run, int net);
// Rows of words and numbers, the head first.
Figure numbers_table(const char* id, std::vector<std::vector<std::string>> rows);

}  // namespace lessons
