// The two pictures of the lesson `flatten`'s fully connected layer, over the tensors that flatten.cpp makes:
//   flat_order [784]         which pixel stands at each flat index
//   flat, fc_weight          in that order, and so fc_products and fc_running
//   fc_templates [10,28,28]  the weights as the squares that they are for the eye; fc_map [28,28]: the
//   products fc_evidence [3]          of the products: the sum of the positive ones, of the negative ones;
//   the bias fc_scores_rows [10]      the scores when it is unrolled row by row
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// Where `pixel` stands in the strip.
int flat_index(const LessonState& state, int pixel);
// How the score compares with that of the rows' order, in words.
std::string order_comparison(const LessonState& state, const strings::Strings& strings);
// How many products are positive (sign 1) or negative (sign −1).
int evidence_count(const LessonState& state, int sign);

// The square unrolled into a strip, and the sum so far.
Pane strip_pane(const LessonState& state, const strings::Strings& strings, int followed);
// All ten templates, and which pixels spoke for the class and which against it.
Pane evidence_pane(const LessonState& state, const strings::Strings& strings);

}  // namespace lessons
