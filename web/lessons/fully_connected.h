// The trained fully connected layer beside a convolution: its scores of a picture, and its figures.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// The layer's scores of pictures of 784 pixels, one after the other: [pictures, classes].
nn::Tensor fully_connected_scores(const Assets& assets, const nn::Tensor& pictures);
// Fills flat, fc_weight, fc_bias and fc_scores for the tensor `picture`.
void compute_fully_connected(LessonState& state, const char* picture);

// 784 numbers of a tensor as the square that they are for the eye; `id` begins with the tensor's name.
Figure square_figure(const LessonState& state, const char* id, const char* symbol, Role role);
// The weights of the class looked at.
Figure template_figure(const LessonState& state, const strings::Strings& strings);
// The scores of this name; a click chooses a class. `limit`: the longest bar.
Figure score_figure(const LessonState& state, const char* id, float limit);

// A number before and after something was done to the picture.
struct Change {
  float before, after;
};
// "score of 3: was 5.69 ≠ is 1.57": `what`, and the numbers after the words of these two keys.
std::vector<Span> change_formula(const strings::Strings& strings, Span what, const char* before,
                                 const char* after, const Change& change, bool before_hidden,
                                 bool after_hidden);

}  // namespace lessons
