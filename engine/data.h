// Labelled samples, and the order in which training goes through them.
#pragma once

#include <cassert>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/rng.h"
#include "engine/tensor.h"

namespace nn {

struct Dataset {
  Tensor samples;               // N×(shape of one)
  std::vector<int32_t> labels;  // N
  int count() const { return int(labels.size()); }
  size_t sample_size() const { return labels.empty() ? 0 : samples.size() / labels.size(); }
};

// Which samples of a data set are looked at together.
struct Batch {
  std::vector<int> indices;
  std::vector<int32_t> labels;
  int count() const { return int(indices.size()); }
};

// Writes the batch's samples one after the other to `x`, and sets its labels from its indices.
inline void gather(float* x, Batch& batch, const Dataset& data) {
  const size_t n = data.sample_size();
  batch.labels.resize(batch.indices.size());
  for (size_t i = 0; i < batch.indices.size(); ++i) {
    assert(batch.indices[i] >= 0 && batch.indices[i] < data.count());
    std::memcpy(x + i * n, data.samples.data() + batch.indices[i] * n, n * sizeof(float));
    batch.labels[i] = data.labels[batch.indices[i]];
  }
}

// Batch after batch of 0 … count−1, each epoch in a new order that the seed decides. A batch has the same
// size always; what is left over at the end of an epoch is left out of it. A value: a copy goes on the same
// way.
class Sampler {
 public:
  Sampler(int count, int batch, uint64_t seed) : rng_(seed), order_(permutation(count, rng_)), batch_(batch) {
    assert(batch >= 1 && batch <= count);
  }

  void next(Batch& batch) {
    if (position_ + batch_ > int(order_.size())) {
      shuffle(order_.data(), int(order_.size()), rng_);
      position_ = 0;
      ++epoch_;
    }
    batch.indices.assign(order_.begin() + position_, order_.begin() + position_ + batch_);
    position_ += batch_;
  }
  // Whole epochs that are over.
  int epoch() const { return epoch_; }

 private:
  Pcg32 rng_;
  std::vector<int> order_;
  int batch_, position_ = 0, epoch_ = 0;
};

}  // namespace nn
