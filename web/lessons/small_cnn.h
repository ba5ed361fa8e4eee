// The small convolutional network that the playground comes with, trained on handwritten digits: its layers.
// What the training tool trains (web/data/cnn_classifier.h) and what the lessons show is this list.
#pragma once

#include <vector>

#include "engine/layers/layers.h"

namespace lessons {

// 1×28×28 → 6×28×28 → 6×14×14 → 12×14×14 → 12×7×7 → 10 scores. The layers with parameters are 0, 3 and 7.
inline std::vector<nn::Layer> small_cnn_layers() {
  return {nn::Conv2d{.out_channels = 6, .kernel_height = 5, .kernel_width = 5, .padding = 2},
          nn::ReLU{},
          nn::MaxPool2d(2),
          nn::Conv2d{.out_channels = 12, .kernel_height = 3, .kernel_width = 3, .padding = 1},
          nn::ReLU{},
          nn::MaxPool2d(2),
          nn::Flatten{},
          nn::Linear{.out_features = 10}};
}

inline nn::Shape small_cnn_input() { return {1, 28, 28}; }

}  // namespace lessons
