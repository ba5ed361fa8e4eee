// The layers with parameters.
#include <algorithm>
#include <cmath>

#include "engine/kernels/kernels.h"
#include "engine/layers/layers.h"

namespace nn {
namespace {

Conv2dShape kernel_shape(const Conv2d& l, const Shape& in) {
  return {in[0], in[1], in[2], l.out_channels, l.kernel_height, l.kernel_width, l.stride, l.padding};
}

void draw(Params& params, const Shape& weight, bool has_bias, Pcg32& rng) {
  const float bound = float(1 / std::sqrt(double(weight.numel()) / weight[0]));
  params.weight = Tensor(weight);
  params.bias = has_bias ? Tensor(Shape{weight[0]}) : Tensor();
  for (Tensor* tensor : {&params.weight, &params.bias})
    for (float& x : *tensor) x = rng.uniform(-bound, bound);
}

const float* bias_of(const Params& params) { return params.bias.empty() ? nullptr : params.bias.data(); }

}  // namespace

int64_t checked_numel(std::initializer_list<int64_t> dims) {
  int64_t n = 1;
  for (int64_t dim : dims) {
    if (dim < 1 || dim > kMaxNumel / n) return -1;
    n *= dim;
  }
  return n;
}

Error Conv2d::output_shape(Shape& out, const Shape& in) const {
  if (in.rank() != 3) return {"takes channels x height x width, but gets " + in.str()};
  if (out_channels < 1 || out_channels > kMaxNumel)
    return {"out_channels must be 1 or more, not " + std::to_string(out_channels)};
  struct Option {
    const char* name;
    int value, least;
  };
  for (const Option& o : {Option{"kernel_size", kernel_height, 1},
                          {"kernel_size", kernel_width, 1},
                          {"stride", stride, 1},
                          {"padding", padding, 0}})
    if (o.value < o.least || o.value > kMaxOption)
      return {std::string(o.name) + " must be from " + std::to_string(o.least) + " to " +
              std::to_string(kMaxOption) + ", not " + std::to_string(o.value)};
  const Conv2dShape s = kernel_shape(*this, in);
  const std::string kernel = std::to_string(kernel_height) + "x" + std::to_string(kernel_width);
  if (s.out_height() < 1 || s.out_width() < 1)
    return {"a " + kernel + " kernel does not fit into the input " + in.str() + " with padding " +
            std::to_string(padding)};
  if (checked_numel({out_channels, s.out_height(), s.out_width()}) < 0 ||
      checked_numel({out_channels, in[0], kernel_height, kernel_width}) < 0)
    return {std::to_string(out_channels) + " filters of " + kernel + " over the input " + in.str() +
            " are too large"};
  out = {out_channels, s.out_height(), s.out_width()};
  return {};
}

int64_t Conv2d::param_count(const Shape& in) const {
  return int64_t(out_channels) * in[0] * kernel_height * kernel_width + (has_bias ? out_channels : 0);
}

void Conv2d::init(const Shape& in, Pcg32& rng) {
  draw(parameters, {out_channels, in[0], kernel_height, kernel_width}, has_bias, rng);
}

int64_t Conv2d::macs(const Shape& in, const Shape& out) const {
  return int64_t(out.numel()) * in[0] * kernel_height * kernel_width;
}

int64_t Conv2d::scratch_size(const Shape& in) const {
  const Conv2dShape s = kernel_shape(*this, in);
  const bool fast = winograd && conv2d_winograd_applies(s);
  return std::max(conv2d_scratch(s), fast ? conv2d_winograd_scratch(s) : int64_t(0));
}

void Conv2d::forward(const Pass& p) const {
  const Conv2dShape s = kernel_shape(*this, p.in_shape);
  const float *weight = parameters.weight.data(), *bias = bias_of(parameters);
  if (winograd && conv2d_winograd_applies(s))
    conv2d_winograd_forward(p.out, p.in, weight, bias, p.count, s, p.scratch);
  else
    conv2d_forward(p.out, p.in, weight, bias, p.count, s, p.scratch);
}

void Conv2d::backward(const Pass& p) const {
  conv2d_backward(p.d_in, p.d_weight, p.d_bias, p.d_out, p.in, parameters.weight.data(), p.count,
                  kernel_shape(*this, p.in_shape), p.scratch);
}

Error Linear::output_shape(Shape& out, const Shape& in) const {
  if (in.rank() != 1) return {"takes a vector, but gets " + in.str() + ": put a Flatten before it"};
  if (out_features < 1 || out_features > kMaxNumel)
    return {"out_features must be 1 or more, not " + std::to_string(out_features)};
  if (checked_numel({out_features, in[0]}) < 0)
    return {"a weight of " + std::to_string(out_features) + "x" + in.str() + " is too large"};
  out = {out_features};
  return {};
}

int64_t Linear::param_count(const Shape& in) const {
  return int64_t(out_features) * in[0] + (has_bias ? out_features : 0);
}

void Linear::init(const Shape& in, Pcg32& rng) { draw(parameters, {out_features, in[0]}, has_bias, rng); }

int64_t Linear::macs(const Shape& in, const Shape&) const { return int64_t(out_features) * in[0]; }

void Linear::forward(const Pass& p) const {
  linear_forward(p.out, p.in, parameters.weight.data(), bias_of(parameters), p.count, p.in_shape[0],
                 out_features);
}

void Linear::backward(const Pass& p) const {
  linear_backward(p.d_in, p.d_weight, p.d_bias, p.d_out, p.in, parameters.weight.data(), p.count,
                  p.in_shape[0], out_features);
}

}  // namespace nn
