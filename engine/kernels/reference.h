// The definition of truth: the functions of kernels.h under the same names, as the loops that a textbook
// writes. Slow; for tests. T is float, for the results to compare with, or double, for error bounds and
// for finite differences.
#pragma once

#include "engine/kernels/kernels.h"

namespace nn::reference {

template <class T>
void conv2d_forward(T* out, const T* in, const T* weight, const T* bias, const Conv2dShape& shape);
template <class T>
void conv2d_backward(T* d_in, T* d_weight, T* d_bias, const T* d_out, const T* in, const T* weight,
                     const Conv2dShape& shape);
template <class T>
void max_pool2d_forward(T* out, int32_t* argmax, const T* in, const Pool2dShape& shape);
template <class T>
void max_pool2d_backward(T* d_in, const T* d_out, const int32_t* argmax, const Pool2dShape& shape);
template <class T>
void avg_pool2d_forward(T* out, const T* in, const Pool2dShape& shape);
template <class T>
void avg_pool2d_backward(T* d_in, const T* d_out, const Pool2dShape& shape);
template <class T>
void linear_forward(T* out, const T* in, const T* weight, const T* bias, int batch, int in_features,
                    int out_features);
template <class T>
void linear_backward(T* d_in, T* d_weight, T* d_bias, const T* d_out, const T* in, const T* weight, int batch,
                     int in_features, int out_features);
template <class T>
void relu_forward(T* out, const T* in, int n);
template <class T>
void relu_backward(T* d_in, const T* d_out, const T* in, int n);
template <class T>
void softmax_forward(T* out, const T* in, int rows, int columns);
template <class T>
void softmax_backward(T* d_in, const T* d_out, const T* out, int rows, int columns);
template <class T>
void cross_entropy_forward(T* loss, T* prob, const T* in, const int32_t* label, int batch, int classes);
template <class T>
void cross_entropy_backward(T* d_in, const T* prob, const int32_t* label, int batch, int classes);

}  // namespace nn::reference
