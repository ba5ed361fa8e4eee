// A net: layers one after the other, with everything that flows between them. It owns the layers (and so the
// parameters), the output of each layer for a whole batch, and, once it is trained, every gradient; so all of
// it can be looked at after a step. Memory is taken for a batch when a larger one than ever before is asked
// for, and nothing allocates in forward and backward. It is a value: a snapshot is a copy.
//
// Place 0 is the input, place i + 1 the output of layer i. A batch is N×(shape of one sample).
#pragma once

#include <string>
#include <vector>

#include "engine/layers/layers.h"

namespace nn {

// Numbers that belong to somebody else; invalid once that one changes its batch or goes.
struct View {
  Shape shape;
  float* data = nullptr;
  size_t size() const { return data ? shape.numel() : 0; }
};

struct LayerSummary {
  const char* type;
  Shape output_shape;    // of one sample
  int64_t params, macs;  // macs: multiply-adds of one sample, forward
};

struct NamedTensor {
  std::string name;
  Shape shape;
  const float* data;
};

class Sequential {
 public:
  // `net` becomes a net for samples of shape `input`, with parameters drawn from Pcg32(seed), layer by layer.
  // On an error (shapes that don't fit, options out of range, too little memory) the net stays as it was.
  static Error make(Sequential& net, const Shape& input, std::vector<Layer> layers, uint64_t seed);

  int layer_count() const { return int(layers_.size()); }
  const Layer& layer(int i) const { return layers_[i]; }
  const Shape& shape(int place) const { return shapes_[place]; }
  const Shape& output_shape() const { return shapes_.back(); }
  std::vector<LayerSummary> summary() const;

  // The parameters in order, with the names that PyTorch's Sequential gives them: "0.weight", "0.bias",
  // "3.weight" …
  int parameter_count() const { return int(slots_.size()); }
  std::string parameter_name(int i) const;
  int parameter_layer(int i) const { return slots_[i].layer; }
  bool parameter_is_bias(int i) const { return slots_[i].is_bias; }
  Tensor& parameter(int i);
  const Tensor& parameter(int i) const { return const_cast<Sequential*>(this)->parameter(i); }
  // Replaces all parameters: each must be there once, of the right shape, and finite. All or nothing.
  Error load(const std::vector<NamedTensor>& tensors);

  // Takes the memory for `batch` samples; with `training`, also that for the gradients. Keeps what it has if
  // that is enough. What is in the activations is lost when it is not. On an error nothing changes.
  Error reserve(int batch, bool training = false);
  // How many samples there is memory for, and how many the present batch has: the last that input() or
  // forward() was called with; 0 before.
  int capacity() const { return capacity_; }
  int batch() const { return batch_; }

  // The numbers at a place, for batch() samples; empty where that is 0. d_activation and
  // parameter_gradient are empty before training. argmax is of a MaxPool2d's output: flat index into its
  // input sample, in the last forward pass of a training step; else nullptr.
  View activation(int place) { return view(values_, place); }
  View d_activation(int place) { return view(gradients_, place); }
  const int32_t* argmax(int place) const { return argmax_.empty() ? nullptr : argmax_[place].data(); }
  Tensor& parameter_gradient(int i) { return parameter_gradients_[i]; }
  bool can_train() const { return !parameter_gradients_.empty(); }

  // Where to put the input of `batch` samples, which is the present batch from now on; reserve(batch) first.
  float* input(int batch);
  // All layers on the first `batch` samples; batch ≤ capacity().
  void forward(int batch);

  // The pieces of a step, for who has to cut it into slices: one layer on samples first … first + count − 1.
  // The order of the calls within a layer must be ascending, or d_weight adds in another order.
  void forward_layer(int i, int first, int count, bool training);
  // From d_activation(i + 1) to the gradients of the layer's parameters and, if the layer is not the first
  // with parameters, d_activation(i). Layers before first_trainable() need none.
  void backward_layer(int i, int first, int count);
  int first_trainable() const { return slots_.empty() ? layer_count() : slots_[0].layer; }
  void zero_parameter_gradients();

  // The bytes that reserve(batch, training) takes in all; −1: more than any machine has.
  int64_t memory_needed(int batch, bool training) const;

 private:
  struct Slot {
    int layer;
    bool is_bias;
  };
  View view(std::vector<Tensor>& tensors, int place);
  Pass pass(int i, int first, int count);
  int64_t scratch_size() const;

  std::vector<Layer> layers_;
  std::vector<Shape> shapes_;  // one more than layers
  std::vector<Slot> slots_;    // of the parameters
  std::vector<Tensor> values_, gradients_, parameter_gradients_;
  std::vector<std::vector<int32_t>> argmax_;
  Tensor scratch_;  // as much as the greediest layer wants
  int capacity_ = 0, batch_ = 0;
};

// Whether so much memory can be had in one piece. There are no exceptions to tell that later.
bool memory_is_there(int64_t bytes);

}  // namespace nn
