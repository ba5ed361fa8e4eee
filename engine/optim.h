// Gradient descent on a span of parameters. The gradient is left as it was. Elements don't depend on each
// other and nothing is fused: the same bits everywhere, and a span may be cut into pieces.
#pragma once

#include <cstdint>

namespace nn {

struct SgdOptions {
  float lr = 0.01f, momentum = 0, weight_decay = 0;
};

// One step, as torch.optim.SGD takes it (no dampening, no Nesterov), for n parameters:
//   g = gradient + weight_decay · parameter;  velocity = momentum · velocity + g;
//   parameter −= lr · velocity
// velocity [n] belongs to the caller and starts as zeros; nullptr when momentum is 0.
void sgd_step(float* parameter, float* velocity, const float* gradient, int n, const SgdOptions& options);

struct AdamOptions {
  float lr = 0.001f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f, weight_decay = 0;
};

// Step number `step` (1, 2, …), as torch.optim.Adam takes it (D. P. Kingma, J. Ba, "Adam: A Method for
// Stochastic Optimization", ICLR 2015; weight decay as L2, not decoupled; no AMSGrad):
//   g = gradient + weight_decay · parameter
//   mean += (1 − beta1) · (g − mean);  square = beta2 · square + (1 − beta2) · g²
//   parameter −= lr / (1 − beta1^step) · mean / (√square / √(1 − beta2^step) + epsilon)
// mean [n] and square [n] belong to the caller and start as zeros. The powers are computed in double.
void adam_step(float* parameter, float* mean, float* square, const float* gradient, int n, int64_t step,
               const AdamOptions& options);

}  // namespace nn
