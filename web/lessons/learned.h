// What two nets have learned so far in the page, as the lesson `network` shows it. Whoever trains them hands
// it in with the event Learn.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "engine/tensor.h"
#include "web/training/models.h"

namespace lessons {

struct Tried;  // tried.h

struct Learned {
  int64_t steps = 0;          // batches that both have seen
  int64_t asked_for = 0;      // and how many they are to see
  float arrived = 0;          // of the digits' file, 0 … 1
  bool failed = false;        // it could not be loaded
  bool started_over = false;  // at step 0 again, because of another model, batch size or seed
  bool diverged = false;      // no further steps at this learning rate
  bool loaded = false;        // weights of a file, which may have learned elsewhere
  training::Model cnn, fc;    // no layers before there are nets
  std::string stack;          // the convolutional net's layers (training::stack_text)
  // By public name, once the digits are there: train.steps [n], at which the curves were measured;
  // train.cnn.loss, .test_loss, .accuracy, .test_accuracy [n]; train.cnn.confusion [classes, classes]; of the
  // first test digits that were taken for another, where there are any, train.cnn.mistakes [n, 1, 28, 28],
  // and of each .label, .said (for which) and .other (what the other net said) [n]; the parameters as
  // train.cnn.0.weight …; the same of train.fc.
  std::map<std::string, nn::Tensor> tensors;
  std::shared_ptr<const Tried> tried;  // the experiment that is looked at; none: nothing was tried yet
  bool waits = false;                  // it is to run, and waits for the digits
};

}  // namespace lessons
