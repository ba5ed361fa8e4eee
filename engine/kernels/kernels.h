// The operations of the networks: free functions over memory that the caller owns. None allocates.
//
//   x_forward(outputs…, inputs…, sizes…)       writes all of its outputs
//   x_backward(d_inputs…, d_outputs…, inputs…) *adds* the gradients to its outputs: zero them first
//
// All tensors are float32, contiguous and row-major, need no alignment, and must not overlap unless it is
// said that they may. Names, layouts and conventions are PyTorch's. `d_x` is the gradient of the loss in x.
//
// What is exact. Each result is one chain of additions in an order fixed below, without fused
// multiply-add, so that SSE2, NEON, WebAssembly SIMD128 and scalar builds give the same bits.
// reference.h has the same functions as plain loops. "Bit-identical" below means to those.
#pragma once

#include <cstdint>

namespace nn {

// ⌊(n + 2·padding − kernel) / stride⌋ + 1, or 0 where the kernel does not fit in.
int conv2d_output_size(int n, int kernel, int stride, int padding);

struct Conv2dShape {
  int in_channels, in_height, in_width;
  int out_channels, kernel_height, kernel_width;
  int stride = 1, padding = 0;  // the same in both directions; stride ≥ 1, padding ≥ 0

  int out_height() const { return conv2d_output_size(in_height, kernel_height, stride, padding); }
  int out_width() const { return conv2d_output_size(in_width, kernel_width, stride, padding); }
};

// Two-dimensional convolution as torch.nn.functional.conv2d has it (cross-correlation: the kernel is not
// turned round; padding is zeros).
//   out [O, H', W'], in [C, H, W], weight [O, C, KH, KW], bias [O] or nullptr for zeros
// Each output starts at its bias and adds in·weight by channel, kernel row, kernel column, ascending;
// taps that fall into the padding are skipped. Bit-identical. Reads nothing outside `in`.
void conv2d_forward(float* out, const float* in, const float* weight, const float* bias,
                    const Conv2dShape& shape);

// The same for a batch of images, in with out one after the other, and with conv2d_scratch(shape) floats of
// scratch memory: the weights are brought into the order in which they are read, the image into a frame of
// zeros. The same bits, several times faster. scratch nullptr, or conv2d_scratch() 0: the function above,
// image by image.
int64_t conv2d_scratch(const Conv2dShape& shape);
void conv2d_forward(float* out, const float* in, const float* weight, const float* bias, int batch,
                    const Conv2dShape& shape, float* scratch);

// The same by Winograd's algorithm, for 3×3 kernels with stride 1; it is worth while where
// conv2d_winograd_applies(). Up to four times fewer multiplications, but another rounding: 4×4 outputs are
// computed together, and each is within 1e-5·(|b| + Σ|w·x|), with the largest sum among them; one number that
// is not finite spoils them all. Needs conv2d_winograd_scratch(shape) floats.
bool conv2d_winograd_applies(const Conv2dShape& shape);
int64_t conv2d_winograd_scratch(const Conv2dShape& shape);
void conv2d_winograd_forward(float* out, const float* in, const float* weight, const float* bias, int batch,
                             const Conv2dShape& shape, float* scratch);

// Adds to d_in (nullptr: not wanted), d_weight and d_bias (nullptr: there is none), shaped as in, weight,
// bias. Every sum begins with what is there. A d_in adds d_out·weight by filter, output row, output column,
// all ascending (so by kernel row and column descending: a convolution with the kernels turned round); a
// d_weight adds d_out·in, a d_bias d_out, by output row and column ascending. What falls into the padding is
// skipped. Bit-identical. Called for one image after the other, it sums over a batch in that order.
void conv2d_backward(float* d_in, float* d_weight, float* d_bias, const float* d_out, const float* in,
                     const float* weight, const Conv2dShape& shape);

// The same for a batch, with scratch memory as above.
void conv2d_backward(float* d_in, float* d_weight, float* d_bias, const float* d_out, const float* in,
                     const float* weight, int batch, const Conv2dShape& shape, float* scratch);

struct Pool2dShape {
  int channels, in_height, in_width;
  int kernel, stride, padding = 0;  // the same in both directions; stride ≥ 1, 0 ≤ padding ≤ kernel / 2

  int out_height() const { return conv2d_output_size(in_height, kernel, stride, padding); }
  int out_width() const { return conv2d_output_size(in_width, kernel, stride, padding); }
};

// The largest number of each window, as torch.nn.functional.max_pool2d has it; the padding never wins.
//   out [C, H', W'], in [C, H, W]; argmax [C, H', W'] or nullptr: flat index into `in` of the number that
//   won, the first in raster order on a tie
// A number wins that is greater than the best so far, so a NaN wins only where it is the window's first.
void max_pool2d_forward(float* out, int32_t* argmax, const float* in, const Pool2dShape& shape);

// d_in[argmax[i]] += d_out[i], i ascending. Bit-identical.
void max_pool2d_backward(float* d_in, const float* d_out, const int32_t* argmax, const Pool2dShape& shape);

// The mean of each window, as torch.nn.functional.avg_pool2d has it: the padding counts as zeros.
//   out [C, H', W'], in [C, H, W]
// The window is added up in raster order, starting at 0, and divided by kernel². Bit-identical.
void avg_pool2d_forward(float* out, const float* in, const Pool2dShape& shape);

// Adds d_out / kernel² to all of a window's d_in, window by window in raster order. Bit-identical.
void avg_pool2d_backward(float* d_in, const float* d_out, const Pool2dShape& shape);

// A fully connected layer: out = in · weightᵀ + bias.
//   out [batch, out_features], in [batch, in_features], weight [out_features, in_features],
//   bias [out_features] or nullptr for zeros
// Each output has four partial sums that start at 0; product i goes to sum i mod 4, i ascending. The result
// is ((s0 + s1) + (s2 + s3)) + bias: another order than the reference's, so equal to it only up to rounding
// (and to the bit where every partial sum is exact).
void linear_forward(float* out, const float* in, const float* weight, const float* bias, int batch,
                    int in_features, int out_features);

// Adds to d_in (nullptr: not wanted), d_weight and d_bias (nullptr: there is none).
// d_in sums over out_features, d_weight and d_bias over the batch, ascending. Bit-identical.
void linear_backward(float* d_in, float* d_weight, float* d_bias, const float* d_out, const float* in,
                     const float* weight, int batch, int in_features, int out_features);

// max(x, 0) for n numbers; `out` may be `in`. A NaN and −0 become 0. Bit-identical.
void relu_forward(float* out, const float* in, int n);

// d_in += d_out where in > 0 (the derivative at 0 is taken to be 0). Bit-identical.
void relu_backward(float* d_in, const float* d_out, const float* in, int n);

// exp(x_i) / Σ exp(x_j) in each row of in [rows, columns], columns ≥ 1; `out` may be `in`. The row's maximum
// is subtracted first, so any finite numbers will do; the exponentials are our own (engine/elementary.h) and
// are added in double. Relative error below 1e-7 for results above 1e-37, where float has all its digits.
// Bit-identical.
void softmax_forward(float* out, const float* in, int rows, int columns);

// d_in += out · (d_out − Σ d_out·out) in each row, where out = softmax(in); computed in double and rounded
// once, before it is added. Bit-identical.
void softmax_backward(float* d_in, const float* d_out, const float* out, int rows, int columns);

// The cross-entropy of softmax(in) against the labels, as torch.nn.functional.cross_entropy has it.
//   loss [1]: the mean over the batch of −log softmax(in)[label];  prob [batch, classes]: softmax(in)
//   in [batch, classes], label [batch] in 0 … classes−1
// −log is taken of the sum of exponentials, never of a probability, so it is finite for finite logits.
void cross_entropy_forward(float* loss, float* prob, const float* in, const int32_t* label, int batch,
                           int classes);

// d_in += (prob − onehot(label)) / batch: the gradient of that mean. Bit-identical.
void cross_entropy_backward(float* d_in, const float* prob, const int32_t* label, int batch, int classes);

}  // namespace nn
