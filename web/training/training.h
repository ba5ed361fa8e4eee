// Two nets that learn the same thing from the same batches at the same time, in slices that fit into a frame.
//
// A Training is a value: a copy, even in the middle of a step, goes on the same way. What it computes depends
// on its setup, its data and the number of steps alone, to the bit, however it is cut and on whichever
// machine; so
//   Training::make(training, data, setup); training.train_to(n); while (!training.advance(budget)) …
// gives the same metrics() always. Between the steps everything in the nets can be looked at.
#pragma once

#include <memory>
#include <vector>

#include "engine/data.h"
#include "engine/trainer.h"
#include "web/training/evaluation.h"
#include "web/training/models.h"

namespace training {

struct Setup {
  Model cnn, fc;
  float lr = 0.03f, momentum = 0.9f;  // plain stochastic gradient descent, as torch.optim.SGD
  int decay_steps = 0;                // lr falls to 0 along a straight line in so many steps; 0: it stays
  int batch = 10;
  uint64_t seed = 1;              // of both nets' first weights and of the order of the samples
  int examples = 0;               // trained with the first so many of the set only; 0: with all
  uint64_t permutation_seed = 0;  // all pixels put elsewhere, in training and test alike; 0: not
  int every = 125;                // steps from one point of the curves to the next
};

inline constexpr float kMaxLr = 1, kMaxMomentum = 0.99f;
inline constexpr int kMaxBatch = 256;
// A loss that is larger, or no number, is given as this.
inline constexpr double kMostLoss = 1e6;
// Of how many training samples loss and accuracy are taken: the first, so as many of each class. Measured
// with the same weights as the test's are, not gathered from the batches of a time when the net was worse.
inline constexpr int kTrainProbe = 500;

struct NetMetrics {
  double loss = 0, accuracy = 0;            // of training samples
  double test_loss = 0, test_accuracy = 0;  // of all test samples
};
struct Metrics {
  int64_t steps = -1;  // after which they were taken; −1: not yet
  NetMetrics cnn, fc;
  const NetMetrics& of(Net net) const { return net == Net::Cnn ? cnn : fc; }
};

class Training {
 public:
  // On an error (a stack that cannot be trained, a number out of range, too little memory) nothing changes.
  static Error make(Training& training, std::shared_ptr<const Data> data, Setup setup);
  // Back to the very same start, with the rates as they are now.
  void reset();
  // From the next step on.
  Error set_rates(float lr, float momentum);

  // What advance() works towards: so many steps in all, then metrics of that very moment.
  void train_to(int64_t steps);
  // Stops after the step that is under way.
  void pause() { train_to(steps_ + (phase_ == Phase::Step)); }
  // Goes on for about `budget` multiply-adds, in pieces of a few million at most. True once all is done.
  bool advance(double budget);
  bool idle() const;

  int64_t steps() const { return steps_; }
  int epoch() const { return sampler_.epoch(); }
  // A loss was no finite number, or a weight larger than kMostWeight: the learning rate is too high. The nets
  // are again as they were when last measured or loaded, after steps(). No further steps; reset() or other
  // rates help.
  bool diverged() const { return diverged_; }
  // The latest: taken at 0, `every`, 2·every … steps and at the end of what train_to() asked for.
  const Metrics& metrics() const { return metrics_; }
  // Those of 0, `every`, 2·every … steps.
  const std::vector<Metrics>& curve() const { return curve_; }
  // What the net took each test sample for, at metrics().steps; empty before the first metrics.
  const std::vector<uint8_t>& predicted(Net net) const { return predicted_[int(net)]; }

  const Setup& setup() const { return setup_; }
  const Data& data() const { return *data_; }  // as it is trained with: shuffled, if that was asked for
  const nn::Sequential& net(Net net) const { return trainer_[int(net)].net(); }
  // Weights from a safetensors file, all or nothing. A step under way is finished first; momentum starts
  // anew.
  Error load(Net net, const uint8_t* bytes, size_t size);

 private:
  enum class Phase { Rest, Step, Evaluate };
  void start();
  bool sound() const;  // after a step
  void keep();
  void go_back();
  void begin_step();
  void begin_evaluation();
  void advance_step(double& budget);
  void advance_evaluation(double& budget);
  bool evaluation_is_due() const;
  nn::SgdOptions rates() const;
  int examples() const { return setup_.examples ? setup_.examples : data_->train.count(); }

  Setup setup_;
  std::shared_ptr<const Data> data_;
  nn::Trainer trainer_[2];
  nn::Sampler sampler_{1, 1, 0};
  nn::Batch batch_;
  int64_t steps_ = 0, goal_ = 0;
  bool diverged_ = false;
  std::vector<nn::Tensor> kept_[2];  // the parameters to go back to, and after how many steps they were so
  int64_t kept_steps_ = 0;
  Phase phase_ = Phase::Rest;
  int at_ = 0;                // which net is at work; evaluating: 2·net + (1: on the test set)
  Evaluation evaluation_[4];  // numbered so
  Metrics metrics_;
  std::vector<Metrics> curve_;
  std::vector<uint8_t> predicted_[2];
};

}  // namespace training
