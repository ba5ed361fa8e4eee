// The second half of the lesson `network`: what the convolutional net and the fully connected one are
// learning.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

// The tensors of state.learned to those of the state; those of earlier ones go.
void take_learned(LessonState& state);

// What the key `show` chooses between.
constexpr const char* kShows[] = {"learned", "confusion", "mistakes", "build"};
// The figures of the pane of `net`, "train.cnn" or "train.fc".
void add_confusion(Pane& pane, const LessonState& state, const strings::Strings& strings,
                   const std::string& net);
void add_mistakes(Pane& pane, const LessonState& state, const strings::Strings& strings,
                  const std::string& net);
// The numbers of the lists of layers as tensors: train.cnn.layers and train.fc.layers, [layers, 5], a row of
// channels (or values), height, width, parameters, multiply-adds.
void add_layer_tensors(LessonState& state);
void add_stack(Pane& pane, const LessonState& state, const strings::Strings& strings, const std::string& net);

// Two panes, the convolutional net's and the fully connected one's.
std::vector<Pane> training_panes(const LessonState& state, const strings::Strings& strings);
// Train or pause, one batch, back to the start: commands beside the first pane.
void add_training_controls(Scene& scene, const LessonState& state, const strings::Strings& strings);
// Their weights to a file and from one: a list beside the second pane.
void add_weights_control(Scene& scene, const LessonState& state, const strings::Strings& strings);
std::string training_narration(const LessonState& state, const strings::Strings& strings);

}  // namespace lessons
