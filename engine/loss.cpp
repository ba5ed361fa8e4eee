#include "engine/loss.h"

#include "engine/kernels/kernels.h"

namespace nn {

LossResult softmax_cross_entropy(float* prob, float* d_scores, const float* scores, const int32_t* label,
                                 int batch, int classes) {
  LossResult result;
  cross_entropy_forward(&result.loss, prob, scores, label, batch, classes);
  if (d_scores) cross_entropy_backward(d_scores, prob, label, batch, classes);
  for (int b = 0; b < batch; ++b, scores += classes) {
    int best = 0;
    for (int i = 1; i < classes; ++i)
      if (scores[i] > scores[best]) best = i;
    result.correct += best == label[b];
  }
  return result;
}

}  // namespace nn
