// What the lesson `pattern` reads off its state, shows and asks.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// The pattern that is painted step by step in the present picture; −1: a picture that is there as a whole, so
// that the steps move the window.
int painted_stroke(const LessonState& state);
// What the steps do there: 0 nothing yet, 1 the pattern, 2 the same a second time, 3 light.
int act(const LessonState& state);

// Σ x·w of the window with the filter that is looked at.
struct PatchSum {
  double sum, positive;  // all of it; where the weight is positive alone
  int hits, misses;      // cells that are bright, on the filter's pattern and beside it
  bool counts;           // they say it all: each cell is 0 or 1, and the filters are the built-in ones
};
PatchSum patch_sum(const LessonState& state);

// "plus", or "custom" where the filters are the user's own.
std::string stroke_word(const LessonState& state, const strings::Strings& strings, int filter);
// The number of the filter that is looked at in one of the tensors with a score a filter.
float of_filter(const LessonState& state, const char* scores);

// The filter with the largest score of the window; −1: several share it.
int best_filter(const LessonState& state);

// The same in words, and what a window full of light scores.
std::string best_text(const LessonState& state, const strings::Strings& strings);
std::string light_text(const LessonState& state, const strings::Strings& strings);

// One window with one filter; all filters over the whole picture.
Pane patch_pane(const LessonState& state, const strings::Strings& strings);
Pane filters_pane(const LessonState& state, const strings::Strings& strings);

std::vector<Question> pattern_questions(const LessonState& state);

}  // namespace lessons
