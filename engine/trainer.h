// Trains a net: forward, loss, backward, update. A step can be cut into slices of time; the result is the
// same to the bit however it is cut. A Trainer is a value: a copy, even in the middle of a step, goes on the
// same way.
#pragma once

#include <variant>
#include <vector>

#include "engine/loss.h"
#include "engine/optim.h"
#include "engine/sequential.h"

namespace nn {

using OptimizerOptions = std::variant<SgdOptions, AdamOptions>;

class Trainer {
 public:
  Trainer() = default;
  explicit Trainer(Sequential net) : net_(std::move(net)) {}

  // Its activations, gradients and parameters may be looked at at any time, and changed between steps.
  Sequential& net() { return net_; }
  const Sequential& net() const { return net_; }

  // Takes the memory for steps of `batch` samples. On an error nothing changes.
  Error reserve(int batch, const OptimizerOptions& options);

  // Begins a step on the first `batch` samples of net().input(batch), which must stay as they are until it is
  // done:
  //   trainer.reserve(n, options); fill trainer.net().input(n); trainer.begin(labels, n, options);
  //   while (!trainer.advance(budget)) …
  // The loss is softmax cross-entropy of the net's output, which must be a vector of scores; a Softmax at the
  // very end is left out, since the loss has its own. Labels are copied. On an error (a label out of range,
  // an output that is no vector, nothing to train) nothing changes but, perhaps, the memory that is taken.
  Error begin(const int32_t* labels, int batch, const OptimizerOptions& options);

  // Goes on with the step in whole pieces until they have cost `budget` multiply-adds or more; one piece at
  // least. True once the step is done. A piece is at most a few million multiply-adds, or one sample through
  // one layer.
  bool advance(double budget);
  bool busy() const { return phase_ != Phase::idle; }

  // Of the last whole step, before its update.
  float loss() const { return result_.loss; }
  float accuracy() const { return result_batch_ ? float(result_.correct) / float(result_batch_) : 0; }
  // softmax of the scores: [batch, classes].
  View probabilities() { return {Shape{result_batch_, classes()}, prob_.data()}; }
  int64_t steps() const { return steps_; }
  // Forgets what the optimizer has gathered (velocity, moments).
  void reset_optimizer();

 private:
  enum class Phase { idle, forward, loss, backward, update };
  int loss_place() const;  // where the scores are
  int classes() const { return net_.shape(loss_place())[0]; }
  double forward_piece();
  double backward_piece();
  double update_piece();
  double cost(int layer) const;  // of one sample forward, in multiply-adds
  int piece_samples() const;     // how many make a piece

  Sequential net_;
  OptimizerOptions options_;
  std::vector<Tensor> first_, second_;  // velocity; or mean and square
  Tensor prob_;
  std::vector<int32_t> labels_;
  LossResult result_;
  int result_batch_ = 0;
  int64_t steps_ = 0, optimizer_steps_ = 0;

  Phase phase_ = Phase::idle;
  int batch_ = 0, layer_ = 0, sample_ = 0;  // of the step at work; in update, parameter and element
};

}  // namespace nn
