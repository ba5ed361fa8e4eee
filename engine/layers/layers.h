// The layers: small value types with the same members, held in a std::variant. Names, options and
// conventions are PyTorch's (torch.nn). A layer owns its parameters; Sequential owns everything that flows
// between layers, and calls these members in this order:
//
//   output_shape(out, in)   the shape of one sample after the layer, or an Error that says why there is none
//                           (Sequential puts the layer's number and type before it)
//   param_count(in)         how many parameters the layer has; only after output_shape succeeded
//   init(in, rng)           makes the parameters and draws them from rng
//   params()                the parameters, or nullptr where the type has none
//   macs(in, out)           multiply-adds a sample takes forward; taps in the padding count, the bias doesn't
//   scratch_size(in)        how much scratch memory Pass has to bring, in floats
//   forward, backward       see Pass
//
// Shapes are of one sample, without the batch: [C, H, W] or [N]. Limits, so that no size overflows: an option
// is at most kMaxOption, a tensor at most kMaxNumel numbers.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "engine/error.h"
#include "engine/rng.h"
#include "engine/tensor.h"

namespace nn {

inline constexpr int kMaxOption = 1 << 20;
inline constexpr int64_t kMaxNumel = 1 << 30;

// dims multiplied, or −1 where one is below 1 or the product is above kMaxNumel.
int64_t checked_numel(std::initializer_list<int64_t> dims);

// What one call computes on: `count` samples, one after the other in memory that belongs to the caller.
// forward reads in, writes out (and argmax, if it is there and the layer is MaxPool2d). backward reads in,
// out, d_out (and argmax), and *adds* to d_in, d_weight and d_bias, samples ascending; d_in may be nullptr.
struct Pass {
  Shape in_shape, out_shape;  // of one sample
  int count = 1;
  const float* in = nullptr;
  float* out = nullptr;
  int32_t* argmax = nullptr;  // as many as out
  float* d_in = nullptr;
  const float* d_out = nullptr;
  float *d_weight = nullptr, *d_bias = nullptr;
  float* scratch = nullptr;  // scratch_size(in_shape) floats, used by forward and backward as they like
};

struct Params {
  Tensor weight, bias;  // bias is empty where there is none
};

// [C, H, W] → [out_channels, H', W']. Parameters are drawn from the uniform distribution on ±1/√fan_in,
// weight before bias, each row-major, one draw a number: torch.nn.Conv2d's and Linear's default, which is
// Kaiming's uniform initialisation with a = √5 (K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into
// Rectifiers", ICCV 2015; PyTorch's torch/nn/modules/conv.py, reset_parameters), since √(6 / ((1 + 5) ·
// fan_in)) = 1/√fan_in.
struct Conv2d {
  static constexpr const char* kType = "Conv2d";
  int out_channels = 1, kernel_height = 1, kernel_width = 1, stride = 1, padding = 0;
  bool has_bias = true;
  bool winograd = false;   // forward by another algorithm where it applies: faster, rounded differently
  Params parameters = {};  // weight [out_channels, C, kernel_height, kernel_width], bias [out_channels]

  Error output_shape(Shape& out, const Shape& in) const;
  int64_t param_count(const Shape& in) const;
  void init(const Shape& in, Pcg32& rng);
  Params* params() { return &parameters; }
  int64_t macs(const Shape& in, const Shape& out) const;
  int64_t scratch_size(const Shape& in) const;
  void forward(const Pass& pass) const;
  void backward(const Pass& pass) const;
};

// [N] → [out_features]. Drawn as Conv2d's.
struct Linear {
  static constexpr const char* kType = "Linear";
  int out_features = 1;
  bool has_bias = true;
  Params parameters = {};  // weight [out_features, N], bias [out_features]

  Error output_shape(Shape& out, const Shape& in) const;
  int64_t param_count(const Shape& in) const;
  void init(const Shape& in, Pcg32& rng);
  Params* params() { return &parameters; }
  int64_t macs(const Shape& in, const Shape& out) const;
  int64_t scratch_size(const Shape&) const { return 0; }
  void forward(const Pass& pass) const;
  void backward(const Pass& pass) const;
};

// The members of layers without parameters.
struct NoParams {
  int64_t param_count(const Shape&) const { return 0; }
  void init(const Shape&, Pcg32&) {}
  Params* params() { return nullptr; }
  int64_t macs(const Shape&, const Shape&) const { return 0; }
  int64_t scratch_size(const Shape&) const { return 0; }
};

// [C, H, W] → [C, H', W']; stride 0 means kernel_size, PyTorch's default. padding ≤ kernel_size / 2.
struct MaxPool2d : NoParams {
  static constexpr const char* kType = "MaxPool2d";
  int kernel_size = 2, stride = 0, padding = 0;
  explicit MaxPool2d(int kernel_size = 2, int stride = 0, int padding = 0)
      : kernel_size(kernel_size), stride(stride), padding(padding) {}

  Error output_shape(Shape& out, const Shape& in) const;
  void forward(const Pass& pass) const;
  void backward(const Pass& pass) const;
};

// The same, with the mean instead of the maximum; the padding counts as zeros.
struct AvgPool2d : NoParams {
  static constexpr const char* kType = "AvgPool2d";
  int kernel_size = 2, stride = 0, padding = 0;
  explicit AvgPool2d(int kernel_size = 2, int stride = 0, int padding = 0)
      : kernel_size(kernel_size), stride(stride), padding(padding) {}

  Error output_shape(Shape& out, const Shape& in) const;
  void forward(const Pass& pass) const;
  void backward(const Pass& pass) const;
};

// Any shape → the same.
struct ReLU : NoParams {
  static constexpr const char* kType = "ReLU";
  Error output_shape(Shape& out, const Shape& in) const;
  void forward(const Pass& pass) const;
  void backward(const Pass& pass) const;
};

// Any shape → [N], in row-major order.
struct Flatten : NoParams {
  static constexpr const char* kType = "Flatten";
  Error output_shape(Shape& out, const Shape& in) const;
  void forward(const Pass& pass) const;
  void backward(const Pass& pass) const;
};

// [N] → [N], positive and adding up to 1.
struct Softmax : NoParams {
  static constexpr const char* kType = "Softmax";
  Error output_shape(Shape& out, const Shape& in) const;
  void forward(const Pass& pass) const;
  void backward(const Pass& pass) const;
};

using Layer = std::variant<Conv2d, Linear, MaxPool2d, AvgPool2d, ReLU, Flatten, Softmax>;

inline const char* type_of(const Layer& layer) {
  return std::visit([](const auto& l) { return l.kType; }, layer);
}
inline Params* params_of(Layer& layer) {
  return std::visit([](auto& l) { return l.params(); }, layer);
}
inline const Params* params_of(const Layer& layer) { return params_of(const_cast<Layer&>(layer)); }

}  // namespace nn
