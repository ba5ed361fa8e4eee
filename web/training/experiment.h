// What is tried out in one click: a question, the trainings that answer it, and what they gave. The
// hypotheses in words belong to who shows them; here are the runs and the numbers.
#pragma once

#include <memory>
#include <vector>

#include "web/training/training.h"

namespace training {

enum class ExperimentKind {
  ShuffledPixels,  // a linear model and a small convolutional net, on digits as they are and with pixels
                   // shuffled
  ShiftedDigits,   // the same two, tested on digits that are moved: a map of accuracies
  FewExamples,     // the convolutional net and a fully connected one of two layers, from 50 digits to all
  Pooling,  // the convolutional net (in the place Net::Cnn) and one with strides instead of pooling (Net::Fc)
  HeldOutPlace  // shapes: trained on the left half of the picture, tested on the left and on the right half.
                // First the net that keeps of each map only its maximum, and in the place Net::Fc one that
                // flattens its maps; then a linear model (Net::Cnn) and two fully connected layers
};

// The place of each pixel when they are shuffled (with_shuffled_pixels()).
inline constexpr uint64_t kShuffleSeed = 5;

// The seed of the shapes that are trained with, when the experiment's is `seed`.
constexpr uint64_t shapes_seed(uint64_t seed) { return 3 * seed; }

// One training and what it gave.
struct Run {
  Setup setup;
  int64_t steps = 0;
  Metrics metrics;  // at its end; steps −1 before
  ShiftMap shifts;  // side() 0 where there is none
  std::vector<Metrics> curve;
  double half_accuracy[2][2] = {};  // HeldOutPlace: [net][0: left, 1: right]
};

// A value that goes on in slices, as Training does, with the same result however it is cut.
class Experiment {
 public:
  Experiment() = default;
  // `digits` as read_digits() gives them; the shapes are drawn from the seed. `steps` of each training, 0: as
  // many as its question needs.
  static Error make(Experiment& experiment, ExperimentKind kind, std::shared_ptr<const Data> digits,
                    uint64_t seed, int steps = 0);

  bool advance(double budget);  // true once all is done
  bool done() const { return at_ == int(runs_.size()); }
  double progress() const;  // 0 … 1, by steps

  ExperimentKind kind() const { return kind_; }
  const std::vector<Run>& runs() const { return runs_; }
  // The run that is under way, or was the last: its nets and curves, live.
  const Training& training() const { return training_; }
  int current() const { return at_ < int(runs_.size()) ? at_ : int(runs_.size()) - 1; }

 private:
  Error begin_run();
  void finish_run();

  ExperimentKind kind_ = ExperimentKind::ShuffledPixels;
  std::shared_ptr<const Data> data_;
  std::vector<Run> runs_;
  Training training_;
  int at_ = 0, shift_radius_ = 0, shift_stride_ = 0, shift_count_ = 0;
  bool mapping_ = false;  // the training of the run is over, its map of shifts is not
};

}  // namespace training
