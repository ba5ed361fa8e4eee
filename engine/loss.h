// The loss that classifiers are trained with: softmax cross-entropy of scores (logits), mean over the batch.
#pragma once

#include <cstdint>

namespace nn {

struct LossResult {
  float loss = 0;
  int correct = 0;  // samples whose highest score, the first on a tie, is their label's
};

// prob [batch, classes]: softmax(scores); d_scores: the gradient is *added*, or nullptr.
// scores [batch, classes], label [batch] in 0 … classes−1.
LossResult softmax_cross_entropy(float* prob, float* d_scores, const float* scores, const int32_t* label,
                                 int batch, int classes);

}  // namespace nn
