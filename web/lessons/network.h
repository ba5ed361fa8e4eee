// Lesson `network`: 1 image → 2 features → 3 classes. What its files share.
//
// The picture is cut into five stages, and the key `layer` chooses one; ReLU belongs to the convolution
// before it. `step` runs over the cells of one map of that stage, `filter_index` says of which; at the last
// stage over the classes. Tensors, besides `input` and those of the stage that is looked at:
//   input               the image
//   activation_N        what layer N of the net gives, N as in PyTorch's Sequential: activation_0 is the
//   first
//                       convolution's output, activation_1 the same after ReLU, … activation_7 the scores
//   N.weight, N.bias    its parameters
//   probabilities       softmax of the scores
//   flat, fc_weight, fc_bias, fc_scores   of the fully connected layer
//   window              the cells of the stage's input that the step reads: [C, K, K]; one channel when
//                       pooling; all features, [12, 7, 7], at the last stage
//   products            window · weight, of a convolution and of the last stage
//   weight, bias        of the stage
//   output              what its layer gives: of a convolution before ReLU
//   argmax              of pooling: flat index into the stage's input
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

struct Stage {
  enum Kind { Convolution, Pooling, Linear } kind;
  int layer;   // of the net: the one with the window
  int result;  // the one whose output is shown: ReLU after a convolution
  int kernel, padding, stride;
};
constexpr int kStages = 5;
const Stage& stage_at(int index);
inline const Stage& stage_of(const LessonState& state) { return stage_at(state.settings.layer); }

// "activation_3"
std::string activation_name(int layer);
// What a stage reads and what it shows, [C, H, W]; of the last stage the scores, [10].
const nn::Tensor& stage_input(const LessonState& state, int index);
const nn::Tensor& stage_result(const LessonState& state, int index);

// The step's cell: where it is, and the numbers that made it.
struct Cell {
  int row, col;                // at the last stage: the class, 0
  int origin_row, origin_col;  // of the window on the stage's input
  float sum, bias;             // Σ x·w (rounded once, from double), b; 0 when pooling
  float output, result;        // what the layer gives, and what is left of it after ReLU
};
Cell cell_of(const LessonState& state);
// The class with the highest score.
int winner_of(const LessonState& state);

// The sum of the products of each channel.
std::vector<double> channel_sums(const LessonState& state);

Pane network_pane(const LessonState& state, const strings::Strings& strings);

std::vector<Question> network_questions(const LessonState& state);
// Whether the open question is about the step's value.
bool asks_network_cell(const LessonState& state);

}  // namespace lessons
