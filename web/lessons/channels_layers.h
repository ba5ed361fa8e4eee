// The second layer of the lesson `channels`: one filter over the maps of the first, after their ReLU. Its 3×3
// windows have padding 1 and stride 1, so that cell i of its map stands at window i of the first layer.
//   features [O,H',W']   max(0, output): what the second layer reads
//   weight_2 [1,O,3,3]   one plane for each map; bias_2 [1]
//   output_2 [1,H',W']   and at the step window_2 [O,3,3], products_2 [O,3,3] and map_sums [O]
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

void compute_second_layer(LessonState& state);
void compute_second_window(LessonState& state);

// The side of the square of the photograph that one cell of the second layer sees.
int receptive_side(const LessonState& state);

// The photograph with the cell's receptive field, the maps with its window, its own map; the planes of its
// window, their kernels and products. `first`: the figures of the first layer.
Pane second_maps_pane(const LessonState& state, const strings::Strings& strings, const Pane& first);
Pane second_cell_pane(const LessonState& state, const strings::Strings& strings);
std::string second_narration(const LessonState& state, const strings::Strings& strings);
std::vector<Question> second_questions(const LessonState& state);

}  // namespace lessons
