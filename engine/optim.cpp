#include "engine/optim.h"

namespace nn {

// A plain loop: the compiler vectorises it, and there is no sum whose order could change.
void sgd_step(float* parameter, float* velocity, const float* gradient, int n, const SgdOptions& options) {
  for (int i = 0; i < n; ++i) {
    float step = gradient[i] + options.weight_decay * parameter[i];
    if (velocity) step = velocity[i] = options.momentum * velocity[i] + step;
    parameter[i] -= options.lr * step;
  }
}

}  // namespace nn
