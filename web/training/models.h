// Which nets are trained: presets, and the edits of a small editor. A stack that cannot be is refused with
// the layer and the reason; the sizes, parameters and multiply-adds of one that can be are always there to
// see.
#pragma once

#include <string>
#include <vector>

#include "engine/sequential.h"
#include "web/training/error.h"

namespace training {

struct Model {
  nn::Shape input;  // of one sample: channels, height, width
  int classes = 0;
  std::vector<nn::Layer> layers;
};

// So that the page stays responsive, whatever is stacked.
inline constexpr int kMaxLayers = 16;
inline constexpr int64_t kMaxParameters = 500000;
inline constexpr int64_t kMaxMultiplyAdds = 20000000;  // of one sample, forward

struct Plan {
  std::vector<nn::LayerSummary> rows;  // up to the first layer that cannot be
  int64_t params = 0, macs = 0;        // of all rows; macs of one sample, forward
  Error error;                         // why the stack cannot be trained; layers count from 0
  int bad_layer = -1;                  // which one, where it is one layer's fault
};
Plan plan(const Model& model);

// What can be set in a layer of this type, with its range.
struct Option {
  const char* name;  // PyTorch's: out_channels, kernel_size, stride, padding, out_features
  int min, max;
  int value;
};
std::vector<Option> options_of(const nn::Layer& layer);

// Edits, all or nothing: what would make a stack that plan() has an error for is refused with that error.
Error insert_layer(Model& model, int at,
                   const nn::Layer& layer);  // before layer `at`; at the count: behind all
Error remove_layer(Model& model, int at);
Error resize_layer(Model& model, int at, const std::string& option, int value);

// Presets. The fully connected ones have about as many parameters as the small convolutional net.
//   linear       Flatten, Linear
//   two_layers   Flatten, Linear, ReLU, Linear
//   small_cnn    twice Conv2d 5×5, ReLU, MaxPool2d; Flatten, Linear
//   cnn_strided  the same without pooling: the second convolution has stride 2 and so has the first
//   cnn_global   the same with one maximum over the whole of each last map: where the feature was is
//   forgotten convnetjs    the net of ConvNetJS's CIFAR-10 demonstration (A. Karpathy)
enum class Preset { Linear, TwoLayers, SmallCnn, CnnStrided, CnnGlobal, ConvNetJs };
Model preset(Preset which, const nn::Shape& input, int classes);
// Two fully connected layers with as near to `params` parameters as can be.
Model two_layers(const nn::Shape& input, int classes, int64_t params);

}  // namespace training
