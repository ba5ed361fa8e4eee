#include <array>

#include "engine/kernels/add_scaled.h"
#include "engine/kernels/kernels.h"
#include "engine/simd/f32x4.h"

namespace nn {
namespace {

using namespace simd;

// N outputs of one row at once: an output's own chain of additions is what takes the time, so N run abreast.
template <int N>
void forward_outputs(float* out, const float* in, const float* weight, const float* bias, int in_features) {
  f32x4 sum[N];
  for (int o = 0; o < N; ++o) sum[o] = zero();
  int i = 0;
  for (; i + 4 <= in_features; i += 4) {
    const f32x4 x = load(in + i);
    for (int o = 0; o < N; ++o) sum[o] = madd(sum[o], x, load(weight + int64_t(o) * in_features + i));
  }
  if (const int left = in_features - i; left > 0) {
    const f32x4 x = load_first(in + i, left);
    for (int o = 0; o < N; ++o)
      sum[o] = madd(sum[o], x, load_first(weight + int64_t(o) * in_features + i, left));
  }
  for (int o = 0; o < N; ++o) out[o] = hsum(sum[o]) + (bias ? bias[o] : 0.0f);
}

constexpr auto kForward =
    std::array{forward_outputs<1>, forward_outputs<2>, forward_outputs<3>, forward_outputs<4>,
               forward_outputs<5>, forward_outputs<6>, forward_outputs<7>, forward_outputs<8>};

}  // namespace

void linear_forward(float* out, const float* in, const float* weight, const float* bias, int batch,
                    int in_features, int out_features) {
  for (int b = 0; b < batch; ++b, in += in_features, out += out_features)
    for (int o = 0; o < out_features;) {
      // Ten outputs are 5 + 5, not 8 + 2.
      const int left = out_features - o, n = left >= 16 ? 8 : left > 8 ? (left + 1) / 2 : left;
      kForward[n - 1](out + o, in, weight + int64_t(o) * in_features, bias ? bias + o : nullptr, in_features);
      o += n;
    }
}

void linear_backward(float* d_in, float* d_weight, float* d_bias, const float* d_out, const float* in,
                     const float* weight, int batch, int in_features, int out_features) {
  for (int b = 0; b < batch; ++b, in += in_features, d_out += out_features) {
    for (int o = 0; o < out_features; ++o) {
      const int64_t row = int64_t(o) * in_features;
      if (d_in) add_scaled(d_in + int64_t(b) * in_features, d_out[o], weight + row, in_features);
      add_scaled(d_weight + row, d_out[o], in, in_features);
      if (d_bias) d_bias[o] += d_out[o];
    }
  }
}

}  // namespace nn
