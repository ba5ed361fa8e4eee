// The questions that lessons with a sliding window share, over the tensors that compute_convolution and
// compute_window have made. The figures of convolution_pane(), the formulas and size_text() hide what these
// ask for.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// The output cell of the step: the sum of the products so far is given, the last row and the bias are added.
Question ask_cell(const LessonState& state);
// The side of the output; how many windows there are; how many numbers the layer learns.
Question ask_size(const LessonState& state);
Question ask_windows(const LessonState& state);
Question ask_parameters(const LessonState& state);
// How many products are made and added up for one picture.
Question ask_multiply_adds(const LessonState& state);
// The row of the input on which the step's window begins.
Question ask_origin(const LessonState& state);

// Where a fully connected layer is shown (fc_scores, fc_weight, fc_bias): the class with the largest score,
// and how many numbers the layer learns.
Question ask_class(const LessonState& state);
Question ask_fc_parameters(const LessonState& state);

// Whether the open question is about the output's size, so that every picture and number that tells it is
// hidden.
bool asks_size(const LessonState& state);

}  // namespace lessons
