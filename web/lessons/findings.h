// What is claimed before an experiment, and whether what was measured bears it out.
#pragma once

#include "web/lessons/tried.h"
#include "web/strings/strings.h"

namespace lessons {

// Names of the experiments, as the key `experiment` has them, in the order of ExperimentKind.
inline constexpr const char* kExperiments[] = {"shuffled", "shifted", "few_examples", "pooling",
                                               "held_out_place"};
training::ExperimentKind experiment_kind(const std::string& name);

// The claims, each as the sentence `experiment.<name>.claim` says it:
//   shuffled        with shuffled pixels the linear model stays within one point, the convolutional net loses
//                   three or more
//   shifted         on digits moved by four pixels up, down, left or right the convolutional net is ten
//                   points or more ahead of the linear one
//   few_examples    the convolutional net is ahead with every number of examples, and with a fifth of all it
//                   is ahead of the fully connected one with all
//   pooling         on digits moved by two pixels (mean of the eight directions) the net with pooling is five
//                   points or more ahead of the one without
//   held_out_place  on shapes at places where it never saw one, the net with one maximum over each map gets
//                   nine of ten, every other fewer than half
// Only of an experiment that is done.
bool claim_holds(const Tried& tried);

// The mean accuracy on digits moved by two pixels in the eight directions.
double mean_of_shifts_by_two(const TriedRun& run, training::Net net);

// The numbers that decide, in words, for the sentence `experiment.<name>.result`.
strings::Arguments result_arguments(const Tried& tried);

}  // namespace lessons
