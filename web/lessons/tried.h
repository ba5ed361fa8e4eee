// How far an experiment (web/training/experiment.h) has come in the page, as the lesson `network` shows it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/tensor.h"
#include "web/training/experiment.h"

namespace lessons {

// Accuracies are shares, 0 … 1; [0] is Net::Cnn, [1] Net::Fc.
struct TriedRun {
  training::Metrics metrics;  // of now; steps −1 before there are any
  int examples = 0;           // learned from; 0: all
  int radius = 0, side = 0;   // of the map of shifts; side 0: there is none
  std::vector<double> shifts[2];
  int shifted = 0;                  // how many cells of both are measured, in raster order
  double half_accuracy[2][2] = {};  // HeldOutPlace: [net][0: left, 1: right]
  double shift_accuracy(training::Net net, int dx, int dy) const {
    const int stride = 2 * radius / (side - 1);
    return shifts[int(net)][size_t((dy + radius) / stride * side + (dx + radius) / stride)];
  }
};

struct Tried {
  training::ExperimentKind kind = training::ExperimentKind::ShuffledPixels;
  bool running = false, done = false;
  float progress = 0;          // 0 … 1
  int64_t steps = 0;           // of each training
  std::vector<TriedRun> runs;  // all, begun or not
  int over = 0;                // how many of them are over
  // By public name: tried.N.steps [n] and, at these steps, tried.N.cnn.test_accuracy and
  // tried.N.fc.test_accuracy, of run N; where digits are shifted, tried.cnn.shifts and
  // tried.fc.shifts [side, side], 0 where nothing is measured yet; with few examples, of the runs that
  // have begun, tried.place (0, 1, …), tried.cnn.test_accuracy and tried.fc.test_accuracy.
  std::map<std::string, nn::Tensor> tensors;
};

}  // namespace lessons
