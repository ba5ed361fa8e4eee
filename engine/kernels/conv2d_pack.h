// For the convolution kernels' own use: operands brought into the order in which the tiles read them.
#pragma once

#include <cstdint>

#include "engine/kernels/kernels.h"

namespace nn {

inline constexpr int kMaxKernelWidth = 64;

// An image in a frame of zeros wide enough that no tap of any window is outside, its columns sorted by their
// place modulo the stride: neighbouring windows then read neighbouring numbers, whatever the stride. Kernel
// column kx of window (x, y) in channel c, kernel row ky, is at
//   data[c · plane + (y · stride + ky) · pitch + column(kx) + x]
struct FramedShape {
  int channels, in_height, in_width, kernel_height, kernel_width, stride, padding_y, padding_x, out_height,
      out_width;

  int phases() const { return stride < kernel_width ? stride : kernel_width; }
  int phase_width() const { return out_width + (kernel_width - 1) / stride; }
  int pitch() const { return phases() * phase_width(); }
  int height() const { return (out_height - 1) * stride + kernel_height; }
  int64_t plane() const { return int64_t(height()) * pitch(); }
  int64_t size() const { return channels * plane(); }
  int64_t taps() const { return int64_t(channels) * kernel_height * kernel_width; }
  int column(int kx) const { return kx % stride * phase_width() + kx / stride; }
};
FramedShape framed_input(const Conv2dShape& shape);
void frame_image(float* framed, const float* in, const FramedShape& s);

// What `columns` outputs from number `first` on, in raster order, see of the framed image: [tap][4·V], taps
// in the order in which they are added up. Columns beyond `columns` are zeros.
template <int V>
void pack_panel(float* panel, const float* framed, int64_t first, int columns, const FramedShape& s);

// Where the taps are in the framed image, seen from where output 0 sees its first.
void tap_places(int32_t* place, const FramedShape& s);

// The filters in the row blocks of matmul_tile.h. The size is that of the weight. False if a number is not
// finite.
bool pack_filters(float* packed, const float* weight, int filters, int taps);
// The filters of the transposed convolution, from the output's gradient to the input's: in_channels filters
// over out_channels channels, each kernel turned round.
bool pack_filters_turned(float* packed, const float* weight, int out_channels, int in_channels, int kernel);

// The part of conv2d_backward that is a convolution itself; false where it is not one, and then nothing was
// done.
bool conv2d_backward_to_input(float* d_in, const float* d_out, const float* weight, int batch,
                              const Conv2dShape& shape, float* scratch);

// The rest of conv2d_backward, for one image and weights_scratch(shape) floats. False, and nothing was done,
// where the frame of zeros could change a bit: a gradient that is not finite, a sum that starts at −0.
int64_t weights_scratch(const Conv2dShape& shape);
bool conv2d_backward_to_weights(float* d_weight, float* d_bias, const float* d_out, const float* in,
                                const Conv2dShape& shape, float* scratch);

}  // namespace nn
