#include "web/lessons/findings.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace lessons {
namespace {

using training::ExperimentKind;
using training::Net;

double test(const TriedRun& run, Net net) { return run.metrics.of(net).test_accuracy; }

// In points of a hundred, so that 0.876 − 0.866 is one point and not a hair more.
double points(double share) { return std::round(share * 1000) / 10; }

constexpr int kFour[][2] = {{4, 0}, {-4, 0}, {0, 4}, {0, -4}};

// The least lead of the convolutional net on digits moved by four pixels.
double least_lead(const TriedRun& run) {
  double least = 1;
  for (const auto& [dx, dy] : kFour)
    least = std::min(least, run.shift_accuracy(Net::Cnn, dx, dy) - run.shift_accuracy(Net::Fc, dx, dy));
  return least;
}

double mean_of_shifts_by_four(const TriedRun& run, Net net) {
  double sum = 0;
  for (const auto& [dx, dy] : kFour) sum += run.shift_accuracy(net, dx, dy);
  return sum / std::size(kFour);
}

std::string percent(double share) { return strings::number(100 * share, 1); }
std::string signed_points(double share) {
  const std::string text = strings::number(points(share), 1);
  return points(share) > 0 ? "+" + text : text;
}

}  // namespace

ExperimentKind experiment_kind(const std::string& name) {
  return ExperimentKind(std::find(std::begin(kExperiments), std::end(kExperiments), name) - kExperiments);
}

double mean_of_shifts_by_two(const TriedRun& run, Net net) {
  double sum = 0;
  for (const int dy : {-2, 0, 2})
    for (const int dx : {-2, 0, 2})
      if (dx || dy) sum += run.shift_accuracy(net, dx, dy);
  return sum / 8;
}

bool claim_holds(const Tried& tried) {
  const std::vector<TriedRun>& runs = tried.runs;
  switch (tried.kind) {
    case ExperimentKind::ShuffledPixels:
      return std::fabs(points(test(runs[1], Net::Fc) - test(runs[0], Net::Fc))) <= 1 &&
             points(test(runs[0], Net::Cnn) - test(runs[1], Net::Cnn)) >= 3;
    case ExperimentKind::ShiftedDigits:
      return points(least_lead(runs[0])) >= 10;
    case ExperimentKind::FewExamples:
      return std::all_of(runs.begin(), runs.end(),
                         [](const TriedRun& run) { return test(run, Net::Cnn) > test(run, Net::Fc); }) &&
             test(runs[runs.size() - 2], Net::Cnn) > test(runs.back(), Net::Fc);
    case ExperimentKind::Pooling:
      return points(mean_of_shifts_by_two(runs[0], Net::Cnn) - mean_of_shifts_by_two(runs[0], Net::Fc)) >= 5;
    case ExperimentKind::HeldOutPlace:
      return runs[0].half_accuracy[0][1] >= 0.9 && runs[0].half_accuracy[1][1] < 0.5 &&
             runs[1].half_accuracy[0][1] < 0.5 && runs[1].half_accuracy[1][1] < 0.5;
  }
  return false;
}

strings::Arguments result_arguments(const Tried& tried) {
  const std::vector<TriedRun>& runs = tried.runs;
  switch (tried.kind) {
    case ExperimentKind::ShuffledPixels:
      return {{"cnn", percent(test(runs[0], Net::Cnn))},
              {"cnn_shuffled", percent(test(runs[1], Net::Cnn))},
              {"cnn_change", signed_points(test(runs[1], Net::Cnn) - test(runs[0], Net::Cnn))},
              {"fc", percent(test(runs[0], Net::Fc))},
              {"fc_shuffled", percent(test(runs[1], Net::Fc))},
              {"fc_change", signed_points(test(runs[1], Net::Fc) - test(runs[0], Net::Fc))}};
    case ExperimentKind::ShiftedDigits:
      return {{"cnn", percent(mean_of_shifts_by_four(runs[0], Net::Cnn))},
              {"fc", percent(mean_of_shifts_by_four(runs[0], Net::Fc))},
              {"lead", strings::number(points(least_lead(runs[0])), 1)}};
    case ExperimentKind::FewExamples:
      return {{"few", strings::number(runs[runs.size() - 2].examples, 0)},
              {"cnn", percent(test(runs[runs.size() - 2], Net::Cnn))},
              {"fc", percent(test(runs.back(), Net::Fc))}};
    case ExperimentKind::Pooling:
      return {{"pooled", percent(mean_of_shifts_by_two(runs[0], Net::Cnn))},
              {"strided", percent(mean_of_shifts_by_two(runs[0], Net::Fc))}};
    case ExperimentKind::HeldOutPlace:
      return {{"maximum", percent(runs[0].half_accuracy[0][1])},
              {"flattened", percent(runs[0].half_accuracy[1][1])},
              {"linear", percent(runs[1].half_accuracy[0][1])},
              {"two_layers", percent(runs[1].half_accuracy[1][1])}};
  }
  return {};
}

}  // namespace lessons
