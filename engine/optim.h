// Stochastic gradient descent on a span of parameters.
#pragma once

namespace nn {

struct SgdOptions {
  float lr = 0.01f, momentum = 0, weight_decay = 0;
};

// One step, as torch.optim.SGD takes it (no dampening, no Nesterov), for n parameters:
//   g = gradient + weight_decay · parameter;  velocity = momentum · velocity + g;
//   parameter −= lr · velocity
// velocity [n] belongs to the caller and starts as zeros; nullptr when momentum is 0. The gradient is left
// as it was. Elements don't depend on each other and nothing is fused: the same bits everywhere.
void sgd_step(float* parameter, float* velocity, const float* gradient, int n, const SgdOptions& options);

}  // namespace nn
