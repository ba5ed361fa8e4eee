#include "engine/optim.h"

#include <cmath>

namespace nn {
namespace {

// By squaring, since every C library's pow rounds its own way.
double power(double base, int64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

}  // namespace

// Plain loops: the compiler vectorises them, and there is no sum whose order could change.
void sgd_step(float* parameter, float* velocity, const float* gradient, int n, const SgdOptions& options) {
  for (int i = 0; i < n; ++i) {
    float step = gradient[i] + options.weight_decay * parameter[i];
    if (velocity) step = velocity[i] = options.momentum * velocity[i] + step;
    parameter[i] -= options.lr * step;
  }
}

void adam_step(float* parameter, float* mean, float* square, const float* gradient, int n, int64_t step,
               const AdamOptions& options) {
  const float rate = float(options.lr / (1 - power(options.beta1, step)));
  const float root = float(std::sqrt(1 - power(options.beta2, step)));
  const float fresh_mean = 1 - options.beta1, fresh_square = 1 - options.beta2;
  for (int i = 0; i < n; ++i) {
    const float g = gradient[i] + options.weight_decay * parameter[i];
    mean[i] += fresh_mean * (g - mean[i]);
    square[i] = options.beta2 * square[i] + fresh_square * g * g;
    parameter[i] -= rate * (mean[i] / (std::sqrt(square[i]) / root + options.epsilon));
  }
}

}  // namespace nn
