// What is claimed on the page, measured here on the real digits: long, and run in the native build. The first
// steps of the same training are pinned, the same in every build.
#include "web/training/experiment.h"

#include "tests/unit/long_support.h"
#include "tests/unit/training/training_support.h"

using namespace training_test;
using training::Experiment;
using training::ExperimentKind;
using training::Net;

namespace {

Experiment finished(ExperimentKind kind, double budget = 1e9, int steps = 0) {
  Experiment experiment;
  const training::Error error = Experiment::make(experiment, kind, digits(), 1, steps);
  REQUIRE_MESSAGE(!error, sentence(error));
  double progress = 0;
  while (!experiment.advance(budget)) {
    REQUIRE(experiment.progress() >= progress);
    progress = experiment.progress();
  }
  CHECK(experiment.progress() == 1);
  return experiment;
}

// Of 1,000 digits.
int right(double accuracy) { return int(accuracy * 1000 + 0.5); }

// Of the parameters of both nets of the last run.
uint64_t hash_of(const Experiment& experiment) {
  uint64_t hash = engine_test::fnv1a64(nullptr, 0);
  for (const Net which : {Net::Cnn, Net::Fc}) {
    const nn::Sequential& net = experiment.training().net(which);
    for (int i = 0; i < net.parameter_count(); ++i)
      hash = engine_test::fnv1a64(net.parameter(i).data(), net.parameter(i).size() * sizeof(float), hash);
  }
  return hash;
}

}  // namespace

TEST_CASE("shuffled pixels, shortly: the same bits in every build") {
  CHECK(hash_of(finished(ExperimentKind::ShuffledPixels, 1e9, 60)) == 0x6e08c7112beff1cdu);
}

TEST_CASE("shuffled pixels: the linear model does not care, the convolutional net loses its edge" *
          doctest::skip(slow())) {
  Experiment experiment = finished(ExperimentKind::ShuffledPixels);
  REQUIRE(experiment.runs().size() == 2);
  const training::Metrics &plain = experiment.runs()[0].metrics, &shuffled = experiment.runs()[1].metrics;
  CHECK(plain.steps == 1500);  // three times through 5,000 digits
  MESSAGE("CNN ", plain.cnn.test_accuracy, ", shuffled ", shuffled.cnn.test_accuracy, "; linear ",
          plain.fc.test_accuracy, ", shuffled ", shuffled.fc.test_accuracy);
  CHECK(plain.cnn.test_accuracy >= 0.94);
  CHECK(plain.fc.test_accuracy >= 0.87);
  CHECK(std::abs(plain.fc.test_accuracy - shuffled.fc.test_accuracy) <= 0.01);
  CHECK(plain.cnn.test_accuracy - shuffled.cnn.test_accuracy >= 0.03);
  CHECK(right(plain.cnn.test_accuracy) == 952);
  CHECK(right(shuffled.cnn.test_accuracy) == 882);
  CHECK(right(plain.fc.test_accuracy) == 876);
  CHECK(right(shuffled.fc.test_accuracy) == 879);
  CHECK(experiment.runs()[0].curve.size() == 13);
  CHECK(hash_of(experiment) == 0xf34a5ea20c80c7e3u);
}

TEST_CASE("shifted digits: four pixels to a side, and the convolutional net is far ahead" *
          doctest::skip(slow())) {
  Experiment experiment = finished(ExperimentKind::ShiftedDigits, 5e7);
  const training::ShiftMap& map = experiment.runs()[0].shifts;
  REQUIRE(map.side() == 7);
  for (const auto& [dx, dy] : {std::pair(4, 0), std::pair(-4, 0), std::pair(0, 4), std::pair(0, -4)}) {
    MESSAGE("(", dx, ", ", dy, "): CNN ", map.accuracy(Net::Cnn, dx, dy), ", linear ",
            map.accuracy(Net::Fc, dx, dy));
    CHECK(map.accuracy(Net::Cnn, dx, dy) - map.accuracy(Net::Fc, dx, dy) >= 0.1);
  }
}

TEST_CASE("shapes trained on the left half: only the maximum over the map finds them on the right" *
          doctest::skip(slow())) {
  Experiment experiment = finished(ExperimentKind::HeldOutPlace);
  REQUIRE(experiment.runs().size() == 2);
  const auto& nets = experiment.runs()[0].half_accuracy;
  const auto& layers = experiment.runs()[1].half_accuracy;
  MESSAGE("left, right: with maximum ", nets[0][0], " ", nets[0][1], ", flattened ", nets[1][0], " ",
          nets[1][1], ", linear ", layers[0][0], " ", layers[0][1], ", two layers ", layers[1][0], " ",
          layers[1][1]);
  CHECK(nets[0][0] >= 0.95);
  CHECK(nets[0][1] >= 0.9);
  CHECK(nets[1][0] >= 0.95);
  CHECK(nets[1][1] <= 0.5);
  for (const int net : {0, 1}) CHECK(layers[net][1] <= 0.4);
}
