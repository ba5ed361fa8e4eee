// exp and log of our own, because every C library rounds its own way and the native and the WebAssembly
// build have to give the same bits. Nothing but IEEE additions, multiplications and divisions in double,
// in one order, without fused multiply-add.
#pragma once

namespace nn {

// e^x. Relative error below 1e-11 where the result is a normal double; 0 below x = −708, infinity above
// x = 709, NaN for NaN. Rounded to float it is within 0.501 units in the last place.
double exp(double x);

// The natural logarithm. Absolute error below 1e-12 + 1e-15·|log x| for positive normal doubles; −infinity
// for 0 and subnormals, NaN for negative numbers and NaN, infinity for infinity.
double log(double x);

}  // namespace nn
