#include "engine/kernels/reference.h"

#include <algorithm>
#include <vector>

#include "engine/elementary.h"

namespace nn::reference {

template <class T>
void conv2d_forward(T* out, const T* in, const T* weight, const T* bias, const Conv2dShape& s) {
  for (int o = 0; o < s.out_channels; ++o)
    for (int y = 0; y < s.out_height(); ++y)
      for (int x = 0; x < s.out_width(); ++x) {
        T sum = bias ? bias[o] : 0;
        for (int c = 0; c < s.in_channels; ++c)
          for (int ky = 0; ky < s.kernel_height; ++ky)
            for (int kx = 0; kx < s.kernel_width; ++kx) {
              const int row = y * s.stride - s.padding + ky, column = x * s.stride - s.padding + kx;
              if (row < 0 || row >= s.in_height || column < 0 || column >= s.in_width) continue;
              sum += in[(c * s.in_height + row) * s.in_width + column] *
                     weight[((o * s.in_channels + c) * s.kernel_height + ky) * s.kernel_width + kx];
            }
        out[(o * s.out_height() + y) * s.out_width() + x] = sum;
      }
}

template <class T>
void conv2d_backward(T* d_in, T* d_weight, T* d_bias, const T* d_out, const T* in, const T* weight,
                     const Conv2dShape& s) {
  for (int o = 0; o < s.out_channels; ++o)
    for (int y = 0; y < s.out_height(); ++y)
      for (int x = 0; x < s.out_width(); ++x) {
        const T d = d_out[(o * s.out_height() + y) * s.out_width() + x];
        for (int c = 0; c < s.in_channels; ++c)
          for (int ky = 0; ky < s.kernel_height; ++ky)
            for (int kx = 0; kx < s.kernel_width; ++kx) {
              const int row = y * s.stride - s.padding + ky, column = x * s.stride - s.padding + kx;
              if (row < 0 || row >= s.in_height || column < 0 || column >= s.in_width) continue;
              const int i = (c * s.in_height + row) * s.in_width + column;
              const int k = ((o * s.in_channels + c) * s.kernel_height + ky) * s.kernel_width + kx;
              if (d_in) d_in[i] += d * weight[k];
              d_weight[k] += d * in[i];
            }
        if (d_bias) d_bias[o] += d;
      }
}

// Calls tap(output, input) with the flat indices of every output and each of its inputs, in raster order.
template <class F>
void each_tap(const Pool2dShape& s, const F& tap) {
  for (int c = 0; c < s.channels; ++c)
    for (int y = 0; y < s.out_height(); ++y)
      for (int x = 0; x < s.out_width(); ++x)
        for (int ky = 0; ky < s.kernel; ++ky)
          for (int kx = 0; kx < s.kernel; ++kx) {
            const int row = y * s.stride - s.padding + ky, column = x * s.stride - s.padding + kx;
            if (row < 0 || row >= s.in_height || column < 0 || column >= s.in_width) continue;
            tap((c * s.out_height() + y) * s.out_width() + x, (c * s.in_height + row) * s.in_width + column);
          }
}

template <class T>
void max_pool2d_forward(T* out, int32_t* argmax, const T* in, const Pool2dShape& s) {
  const int n = s.channels * s.out_height() * s.out_width();
  std::vector<int32_t> best(n, -1);
  each_tap(s, [&](int o, int i) {
    if (best[o] < 0 || in[i] > in[best[o]]) best[o] = i;
  });
  for (int o = 0; o < n; ++o) out[o] = in[best[o]];
  if (argmax) std::copy(best.begin(), best.end(), argmax);
}

template <class T>
void max_pool2d_backward(T* d_in, const T* d_out, const int32_t* argmax, const Pool2dShape& s) {
  for (int o = 0; o < s.channels * s.out_height() * s.out_width(); ++o) d_in[argmax[o]] += d_out[o];
}

template <class T>
void avg_pool2d_forward(T* out, const T* in, const Pool2dShape& s) {
  const int n = s.channels * s.out_height() * s.out_width();
  std::fill(out, out + n, T(0));
  each_tap(s, [&](int o, int i) { out[o] += in[i]; });
  for (int o = 0; o < n; ++o) out[o] /= T(s.kernel) * T(s.kernel);
}

template <class T>
void avg_pool2d_backward(T* d_in, const T* d_out, const Pool2dShape& s) {
  each_tap(s, [&](int o, int i) { d_in[i] += d_out[o] / (T(s.kernel) * T(s.kernel)); });
}

template <class T>
void linear_forward(T* out, const T* in, const T* weight, const T* bias, int batch, int in_features,
                    int out_features) {
  for (int b = 0; b < batch; ++b)
    for (int o = 0; o < out_features; ++o) {
      T sum = bias ? bias[o] : 0;
      for (int i = 0; i < in_features; ++i) sum += in[b * in_features + i] * weight[o * in_features + i];
      out[b * out_features + o] = sum;
    }
}

template <class T>
void linear_backward(T* d_in, T* d_weight, T* d_bias, const T* d_out, const T* in, const T* weight, int batch,
                     int in_features, int out_features) {
  for (int b = 0; b < batch; ++b)
    for (int o = 0; o < out_features; ++o) {
      const T d = d_out[b * out_features + o];
      for (int i = 0; i < in_features; ++i) {
        if (d_in) d_in[b * in_features + i] += d * weight[o * in_features + i];
        d_weight[o * in_features + i] += d * in[b * in_features + i];
      }
      if (d_bias) d_bias[o] += d;
    }
}

template <class T>
void relu_forward(T* out, const T* in, int n) {
  for (int i = 0; i < n; ++i) out[i] = in[i] > 0 ? in[i] : 0;
}

template <class T>
void relu_backward(T* d_in, const T* d_out, const T* in, int n) {
  for (int i = 0; i < n; ++i)
    if (in[i] > 0) d_in[i] += d_out[i];
}

template <class T>
void softmax_forward(T* out, const T* in, int rows, int columns) {
  for (int r = 0; r < rows; ++r) {
    std::vector<double> e(columns);
    T top = in[r * columns];
    for (int i = 1; i < columns; ++i)
      if (in[r * columns + i] > top) top = in[r * columns + i];
    double sum = 0;
    for (int i = 0; i < columns; ++i) sum += e[i] = exp(double(in[r * columns + i]) - top);
    for (int i = 0; i < columns; ++i) out[r * columns + i] = T(e[i] / sum);
  }
}

template <class T>
void softmax_backward(T* d_in, const T* d_out, const T* out, int rows, int columns) {
  for (int r = 0; r < rows; ++r) {
    double mean = 0;
    for (int i = 0; i < columns; ++i) mean += double(d_out[r * columns + i]) * out[r * columns + i];
    for (int i = 0; i < columns; ++i)
      d_in[r * columns + i] += T(out[r * columns + i] * (d_out[r * columns + i] - mean));
  }
}

template <class T>
void cross_entropy_forward(T* loss, T* prob, const T* in, const int32_t* label, int batch, int classes) {
  softmax_forward(prob, in, batch, classes);
  double total = 0;
  for (int b = 0; b < batch; ++b) {
    double sum = 0;
    for (int i = 0; i < classes; ++i) sum += exp(double(in[b * classes + i]) - in[b * classes + label[b]]);
    total += log(sum);
  }
  *loss = T(total / batch);
}

template <class T>
void cross_entropy_backward(T* d_in, const T* prob, const int32_t* label, int batch, int classes) {
  for (int b = 0; b < batch; ++b)
    for (int i = 0; i < classes; ++i) {
      const T target = i == label[b] ? 1 : 0;
      d_in[b * classes + i] += (prob[b * classes + i] - target) * (T(1) / T(batch));
    }
}

#define NN_INSTANTIATE(T)                                                                      \
  template void conv2d_forward(T*, const T*, const T*, const T*, const Conv2dShape&);          \
  template void conv2d_backward(T*, T*, T*, const T*, const T*, const T*, const Conv2dShape&); \
  template void max_pool2d_forward(T*, int32_t*, const T*, const Pool2dShape&);                \
  template void max_pool2d_backward(T*, const T*, const int32_t*, const Pool2dShape&);         \
  template void avg_pool2d_forward(T*, const T*, const Pool2dShape&);                          \
  template void avg_pool2d_backward(T*, const T*, const Pool2dShape&);                         \
  template void linear_forward(T*, const T*, const T*, const T*, int, int, int);               \
  template void linear_backward(T*, T*, T*, const T*, const T*, const T*, int, int, int);      \
  template void relu_forward(T*, const T*, int);                                               \
  template void relu_backward(T*, const T*, const T*, int);                                    \
  template void softmax_forward(T*, const T*, int, int);                                       \
  template void softmax_backward(T*, const T*, const T*, int, int);                            \
  template void cross_entropy_forward(T*, T*, const T*, const int32_t*, int, int);             \
  template void cross_entropy_backward(T*, const T*, const int32_t*, int, int);
NN_INSTANTIATE(float)
NN_INSTANTIATE(double)
#undef NN_INSTANTIATE

}  // namespace nn::reference
