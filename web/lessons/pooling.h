// What the lesson `pooling` reads off its state, shows and asks, over its tensors input, window, output, …
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// A picture of several channels, each of which is pooled alone; `filter_index` is the one that is looked at.
bool is_photo(const LessonState& state);
// The cell of the output at the step, and where its window begins.
struct Spot {
  int row, col, first_row, first_col;
};
Spot spot(const LessonState& state);
// Where the winner of a channel's window stands in the input; −1: the mean has none.
int winner(const LessonState& state, int channel);
// The names of what pooling makes of the input and of the shifted input, once and again.
std::string level_name(int level, bool shifted);
// The numbers of the step's window in the channel that is looked at, and the one that remains.
std::string values_text(const LessonState& state, const char* between);
float pooled_value(const LessonState& state);
// A share in per cent; small ones with a decimal.
std::string percent(float share);

// The windows with what remains of them; the same again and again, with and without a shift.
Pane pooling_pane(const LessonState& state, const strings::Strings& strings);
Pane again_pane(const LessonState& state, const strings::Strings& strings);

// The one number that remains of the step's window.
Question ask_pooled(const LessonState& state);
// The side of the output, or how many numbers each channel of it has.
Question ask_remaining(const LessonState& state, bool count);

}  // namespace lessons
