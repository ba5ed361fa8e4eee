// The layers without parameters.
#include <cstring>

#include "engine/kernels/kernels.h"
#include "engine/layers/layers.h"

namespace nn {
namespace {

Pool2dShape kernel_shape(const Shape& in, int kernel, int stride, int padding) {
  return {in[0], in[1], in[2], kernel, stride ? stride : kernel, padding};
}

Error pool_shape(Shape& out, const Shape& in, int kernel, int stride, int padding) {
  if (in.rank() != 3) return {"takes channels x height x width, but gets " + in.str()};
  if (kernel < 1 || kernel > kMaxOption)
    return {"kernel_size must be from 1 to " + std::to_string(kMaxOption) + ", not " +
            std::to_string(kernel)};
  if (stride < 0 || stride > kMaxOption)
    return {"stride must be from 1 to " + std::to_string(kMaxOption) + ", not " + std::to_string(stride)};
  if (padding < 0 || padding > kernel / 2)
    return {"padding must be at least 0 and at most half of kernel_size " + std::to_string(kernel) +
            ", not " + std::to_string(padding)};
  const Pool2dShape s = kernel_shape(in, kernel, stride, padding);
  if (s.out_height() < 1 || s.out_width() < 1)
    return {"a window of " + std::to_string(kernel) + "x" + std::to_string(kernel) +
            " does not fit into the input " + in.str()};
  if (checked_numel({s.channels, s.out_height(), s.out_width()}) < 0)
    return {"windows over the input " + in.str() + " with padding " + std::to_string(padding) +
            " are too many"};
  out = {s.channels, s.out_height(), s.out_width()};
  return {};
}

// sample(b, in, out) for each sample with the places where its input and output begin.
template <class F>
void each_sample(const Pass& p, const F& sample) {
  const size_t in = p.in_shape.numel(), out = p.out_shape.numel();
  for (int b = 0; b < p.count; ++b) sample(b * in, b * out);
}

int numel_of(const Pass& p) { return int(p.in_shape.numel()) * p.count; }

}  // namespace

Error MaxPool2d::output_shape(Shape& out, const Shape& in) const {
  return pool_shape(out, in, kernel_size, stride, padding);
}
void MaxPool2d::forward(const Pass& p) const {
  const Pool2dShape s = kernel_shape(p.in_shape, kernel_size, stride, padding);
  each_sample(p, [&](size_t in, size_t out) {
    max_pool2d_forward(p.out + out, p.argmax ? p.argmax + out : nullptr, p.in + in, s);
  });
}
void MaxPool2d::backward(const Pass& p) const {
  if (!p.d_in) return;
  const Pool2dShape s = kernel_shape(p.in_shape, kernel_size, stride, padding);
  each_sample(
      p, [&](size_t in, size_t out) { max_pool2d_backward(p.d_in + in, p.d_out + out, p.argmax + out, s); });
}

Error AvgPool2d::output_shape(Shape& out, const Shape& in) const {
  return pool_shape(out, in, kernel_size, stride, padding);
}
void AvgPool2d::forward(const Pass& p) const {
  const Pool2dShape s = kernel_shape(p.in_shape, kernel_size, stride, padding);
  each_sample(p, [&](size_t in, size_t out) { avg_pool2d_forward(p.out + out, p.in + in, s); });
}
void AvgPool2d::backward(const Pass& p) const {
  if (!p.d_in) return;
  const Pool2dShape s = kernel_shape(p.in_shape, kernel_size, stride, padding);
  each_sample(p, [&](size_t in, size_t out) { avg_pool2d_backward(p.d_in + in, p.d_out + out, s); });
}

Error ReLU::output_shape(Shape& out, const Shape& in) const {
  out = in;
  return {};
}
void ReLU::forward(const Pass& p) const { relu_forward(p.out, p.in, numel_of(p)); }
void ReLU::backward(const Pass& p) const {
  if (p.d_in) relu_backward(p.d_in, p.d_out, p.in, numel_of(p));
}

Error Flatten::output_shape(Shape& out, const Shape& in) const {
  out = {int(in.numel())};
  return {};
}
void Flatten::forward(const Pass& p) const { std::memcpy(p.out, p.in, size_t(numel_of(p)) * sizeof(float)); }
void Flatten::backward(const Pass& p) const {
  if (!p.d_in) return;
  for (int i = 0, n = numel_of(p); i < n; ++i) p.d_in[i] += p.d_out[i];
}

Error Softmax::output_shape(Shape& out, const Shape& in) const {
  if (in.rank() != 1) return {"takes a vector, but gets " + in.str() + ": put a Flatten before it"};
  out = in;
  return {};
}
void Softmax::forward(const Pass& p) const { softmax_forward(p.out, p.in, p.count, p.in_shape[0]); }
void Softmax::backward(const Pass& p) const {
  if (p.d_in) softmax_backward(p.d_in, p.d_out, p.out, p.count, p.in_shape[0]);
}

}  // namespace nn
