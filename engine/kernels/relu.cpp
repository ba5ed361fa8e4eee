#include "engine/kernels/kernels.h"
#include "engine/simd/f32x4.h"

namespace nn {

using namespace simd;

void relu_forward(float* out, const float* in, int n) {
  int i = 0;
  for (; i + 4 <= n; i += 4) store(out + i, max(load(in + i), zero()));
  for (; i < n; ++i) out[i] = in[i] > 0 ? in[i] : 0;
}

// The sum is selected, not the addend: x + 0 would turn a d_in of −0 into 0.
void relu_backward(float* d_in, const float* d_out, const float* in, int n) {
  int i = 0;
  for (; i + 4 <= n; i += 4) {
    const f32x4 old = load(d_in + i);
    store(d_in + i, select(greater(load(in + i), zero()), add(old, load(d_out + i)), old));
  }
  for (; i < n; ++i)
    if (in[i] > 0) d_in[i] += d_out[i];
}

}  // namespace nn
