// The lesson `network`, drawn in: a pad for a digit of one's own, and what both nets take it for at once.
//
// Tensors, besides those of the lesson, in this view and wherever the picture is one's own:
//   answer_cnn, answer_fc   [10], probabilities: what the two nets answer
//   answer_template         [1, H, W], the weights of the class that the fully connected net answers, where
//                           that net has one layer
// The nets are those of the page once they have learned anything in it, else the built-in ones.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

void compute_answers(LessonState& state);

Pane draw_pane_of(const LessonState& state, const strings::Strings& strings);
// A blank sheet, and the scaling and centring that MNIST's digits had: commands beside the pane.
void add_draw_controls(Scene& scene, const strings::Strings& strings);
// "Convolutional ‘3’ 99.8 % · fully connected ‘5’ 61.0 %"
std::string answers_text(const LessonState& state, const strings::Strings& strings);
std::string draw_narration(const LessonState& state, const strings::Strings& strings);

}  // namespace lessons
