// The experiments in the page: they measure what the training library measures by itself, however they are
// cut and interrupted, and what is said of them follows from the numbers.
#include <algorithm>
#include <cmath>

#include "tests/unit/app_support.h"
#include "tests/unit/long_support.h"
#include "web/app/commands.h"
#include "web/lessons/findings.h"
#include "web/lessons/learned.h"
#include "web/training/data.h"

using namespace app_test;
using training::ExperimentKind;
using training::Net;

namespace {

const std::vector<uint8_t>& digit_bytes() {
  static const std::vector<uint8_t> bytes = web_test::asset_bytes("training.data.bin");
  return bytes;
}

void give_digits(TestApp& app) { REQUIRE(!app.take_digits(digit_bytes().data(), digit_bytes().size())); }

void finish(TestApp& app, double budget) {
  while (app.wants_training() && app.advance_training(budget)) {
  }
}

Json tried(TestApp& app, const char* name, int steps, double budget = 1e9) {
  app.result("experiment", Json{{"name", name}, {"steps", steps}}.dump());
  finish(app, budget);
  return app.result("results");
}

// The same without a page.
training::Experiment independent(ExperimentKind kind, int steps) {
  auto digits = std::make_shared<training::Data>();
  REQUIRE(!training::read_digits(*digits, digit_bytes().data(), digit_bytes().size()));
  training::Experiment experiment;
  REQUIRE(!training::Experiment::make(experiment, kind, digits, 1, steps));
  while (!experiment.advance(1e12)) {
  }
  return experiment;
}

// A finished experiment with these test accuracies: {cnn, fc} of each run.
lessons::Tried made_up(ExperimentKind kind, const std::vector<std::pair<double, double>>& runs) {
  lessons::Tried tried;
  tried.kind = kind;
  tried.done = true;
  for (const auto& [cnn, fc] : runs) {
    lessons::TriedRun run;
    run.metrics.steps = 1;
    run.metrics.cnn.test_accuracy = cnn;
    run.metrics.fc.test_accuracy = fc;
    run.examples = 50;
    tried.runs.push_back(run);
  }
  return tried;
}

}  // namespace

TEST_CASE(
    "an experiment in the page measures what the library measures alone, and its tensors are those numbers" *
    doctest::skip(kSanitized)) {
  TestApp app;
  give_digits(app);
  app.result("setState", R"({"lesson": "network"})");
  const Json results = tried(app, "shuffled", 3, 2e6);
  CHECK(app.result("getState")["view"] == "experiments");
  const training::Experiment alone = independent(ExperimentKind::ShuffledPixels, 3);
  CHECK(results["done"] == true);
  CHECK(results["progress"] == 1);
  CHECK(results["steps"] == 3);
  REQUIRE(results["runs"].size() == 2);
  for (size_t i = 0; i < 2; ++i) {
    const training::Run& run = alone.runs()[i];
    CHECK(results["runs"][i]["steps"] == 3);
    CHECK(results["runs"][i]["examples"] == 5000);
    CHECK(results["runs"][i]["cnn"]["loss"] == run.metrics.cnn.loss);
    CHECK(results["runs"][i]["cnn"]["test_accuracy"] == run.metrics.cnn.test_accuracy);
    CHECK(results["runs"][i]["fc"]["accuracy"] == run.metrics.fc.accuracy);
    const nn::Tensor* curve = app.tensor("tried." + std::to_string(i) + ".cnn.test_accuracy");
    REQUIRE(curve);
    CHECK((*curve)[0] == float(run.curve[0].cnn.test_accuracy));
  }
}

TEST_CASE("maps of shifted digits grow cell by cell, finite at any time, and end as the library's" *
          doctest::skip(kSanitized)) {
  TestApp app;
  give_digits(app);
  app.result("setState", R"({"lesson": "network"})");
  app.result("experiment", R"({"name": "pooling", "steps": 2})");
  int growing = 0;
  while (app.advance_training(3e7)) {
    const nn::Tensor* map = app.tensor("tried.cnn.shifts");
    if (!map) continue;
    for (const float value : *map) CHECK(std::isfinite(value));
    const lessons::Figure& figure = app.scene(-1).panes[0].figures[0];
    growing += figure.computed > 0 && figure.computed < 25;
  }
  CHECK(growing > 3);
  const training::Experiment alone = independent(ExperimentKind::Pooling, 2);
  for (const auto& [net, name] :
       {std::pair(Net::Cnn, "tried.cnn.shifts"), std::pair(Net::Fc, "tried.fc.shifts")}) {
    const nn::Tensor& map = *app.tensor(name);
    REQUIRE(map.shape() == nn::Shape{5, 5});
    for (size_t i = 0; i < map.size(); ++i) CHECK(map[i] == float(alone.runs()[0].shifts.accuracy(net)[i]));
  }
  // Row 0 is moved up by four, as its tooltip and its frame say.
  const lessons::Figure& figure = app.scene(-1).panes[0].figures[0];
  CHECK(lessons::index_of(figure, 0) == -4);
  CHECK(lessons::index_of(figure, 4) == 4);
}

TEST_CASE("what is paused goes on where it was, others keep what they have, a reset and a seed discard it" *
          doctest::skip(kSanitized)) {
  TestApp app;
  give_digits(app);
  app.result("setState", R"({"lesson": "network"})");
  app.result("experiment", R"({"name": "few_examples", "steps": 2})");
  for (int i = 0; i < 40; ++i) app.advance_training(2e7);
  CHECK(app.wants_training());
  const double half = app.result("results")["progress"];
  CHECK(half > 0);
  app.dispatch(app::PauseExperiment{});
  CHECK(!app.wants_training());
  CHECK(contains(app.narration(), "Paused"));
  CHECK(app.result("results")["progress"] == half);
  app.result("setState", R"({"experiment": "shuffled"})");
  CHECK(app.result("results")["progress"] == 0);
  CHECK(contains(app.narration(), "Press Run"));
  CHECK(app.tensor("tried.place") == nullptr);
  app.result("setState", R"({"experiment": "few_examples"})");
  CHECK(app.result("results")["progress"] == half);
  const auto command = [&](const char* key) { app.dispatch(*app::command(app, key)); };
  command("experiment_run");
  CHECK(app.wants_training());
  command("experiment_run");
  CHECK(!app.wants_training());
  command("experiment_run");
  finish(app, 1e9);
  const Json done = app.result("results");
  const training::Experiment alone = independent(ExperimentKind::FewExamples, 2);
  REQUIRE(done["runs"].size() == 4);
  const int examples[] = {50, 200, 1000, 5000};
  for (size_t i = 0; i < 4; ++i) {
    CHECK(done["runs"][i]["examples"] == examples[i]);
    CHECK(done["runs"][i]["fc"]["test_accuracy"] == alone.runs()[i].metrics.fc.test_accuracy);
  }
  command("experiment_reset");
  CHECK(app.result("results")["runs"].empty());
  CHECK(tried(app, "few_examples", 2) == done);
  app.result("setState", R"({"seed": 2})");
  CHECK(app.result("results")["runs"].empty());
  CHECK(tried(app, "few_examples", 2)["runs"] != done["runs"]);
}

TEST_CASE("an experiment that waits for its digits says how much of them has come, and can be paused") {
  TestApp app;
  app.result("setState", R"({"lesson": "network", "view": "experiments"})");
  const auto command = [&] { app.dispatch(*app::command(app, "experiment_run")); };
  const auto shown = [&] {
    const lessons::Scene& scene = app.scene(-1);
    for (const lessons::Control& control : scene.controls)
      if (control.key == "experiment_run") return scene.panes[0].where + " | " + control.label;
    return std::string();
  };
  CHECK(shown() == "Not tried yet | Run");
  command();
  app.note_digits(0.4);
  CHECK(shown() == "Loading 6,000 digits to learn from: 40 % | Pause");
  CHECK(contains(app.narration(), "40 %"));
  command();
  CHECK(shown() == "Not tried yet | Run");
  command();
  app.note_digits_failed();
  CHECK(contains(app.narration(), "press Run to try again"));
  CHECK(contains(shown(), "| Run"));
}

TEST_CASE("one thing at a time: training pauses what is tried, and trying pauses the training") {
  TestApp app;
  give_digits(app);
  app.result("setState", R"({"lesson": "network"})");
  app.result("experiment", R"({"name": "shuffled", "steps": 5})");
  app.advance_training(1e7);
  app.result("train", R"({"steps": 2})");
  CHECK(!app.experiments().wanted());
  finish(app, 1e9);
  CHECK(app.result("metrics")["steps"] == 2);
  CHECK(app.result("results")["done"] == false);
  app.result("train", R"({"steps": 50})");
  app.result("experiment", R"({"steps": 5})");
  finish(app, 1e9);
  CHECK(app.result("results")["done"] == true);
  CHECK(int(app.result("metrics")["steps"]) < 52);
}

TEST_CASE("what experiment() cannot do is said and changes nothing") {
  TestApp app;
  CHECK(contains(app.refusal_of("experiment", R"({"name": "shuffled"})"), "RangeError"));
  CHECK(contains(app.refusal_of("results", "[]"), "network"));
  app.result("setState", R"({"lesson": "network"})");
  for (const char* params :
       {R"({"steps": 1.5})", R"({"name": 3})", R"({"seed": 1})", "[3]", R"({"steps": "1"})"})
    CHECK(contains(app.refusal_of("experiment", params), "TypeError"));
  for (const char* params :
       {R"({"steps": 0})", R"({"steps": 5001})", R"({"steps": 1e300})", R"({"name": "nonsense"})"})
    CHECK(contains(app.refusal_of("experiment", params), "RangeError"));
}

TEST_CASE(
    "the pictures are what the nets are shown: moved by so many pixels, or every digit shuffled alike") {
  TestApp app;
  app.result("setState", R"({"lesson": "network", "view": "experiments", "experiment": "shifted"})");
  const nn::Tensor &as_it_is = *app.tensor("tried.sample.0"), &moved = *app.tensor("tried.sample.1");
  const nn::Tensor& input = *app.tensor("input");
  for (int row = 0; row < 28; ++row)
    for (int col = 0; col < 28; ++col) {
      CHECK(as_it_is[size_t(row * 28 + col)] == input[size_t(row * 28 + col)]);
      CHECK(moved[size_t(row * 28 + col)] == (col < 4 ? 0 : input[size_t(row * 28 + col - 4)]));
    }
  // Where each pixel of one digit goes, that of another goes, too.
  app.result("setState", R"({"experiment": "shuffled", "image": "digit-1"})");
  const nn::Tensor one = *app.tensor("input"), one_shuffled = *app.tensor("tried.sample.1");
  app.result("setState", R"({"image": "digit-8"})");
  const nn::Tensor eight = *app.tensor("input"), eight_shuffled = *app.tensor("tried.sample.1");
  std::vector<std::pair<float, float>> before, after;
  for (size_t i = 0; i < 784; ++i) {
    before.push_back({one[i], eight[i]});
    after.push_back({one_shuffled[i], eight_shuffled[i]});
  }
  CHECK(before != after);
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  CHECK(before == after);
  // Shapes: the left half has them, the right one has only the ground's noise; then the other way round.
  app.result("setState", R"({"experiment": "held_out_place"})");
  for (const int half : {0, 1}) {
    const nn::Tensor& shapes = *app.tensor("tried.sample." + std::to_string(half));
    REQUIRE(shapes.shape() == nn::Shape{4, 3, 32, 32});
    for (int shape = 0; shape < 4; ++shape) {
      double most[2] = {0, 0};
      for (int i = 0; i < 3 * 32 * 32; ++i)
        most[i % 32 / 16] = std::max(most[i % 32 / 16], double(shapes[size_t(shape * 3072 + i)]));
      CHECK(most[half] > 0.6);
      CHECK(most[1 - half] < 0.5);
    }
  }
}

TEST_CASE("whether a hypothesis holds is decided by its very numbers") {
  using lessons::claim_holds;
  const auto shuffled = [](double cnn, double cnn_shuffled, double fc, double fc_shuffled) {
    return claim_holds(made_up(ExperimentKind::ShuffledPixels, {{cnn, fc}, {cnn_shuffled, fc_shuffled}}));
  };
  CHECK(shuffled(0.952, 0.882, 0.876, 0.879));
  CHECK(shuffled(0.930, 0.900, 0.876, 0.866));  // just three points, just one
  CHECK(!shuffled(0.930, 0.901, 0.876, 0.876));
  CHECK(!shuffled(0.952, 0.882, 0.876, 0.865));
  CHECK(!shuffled(0.952, 0.882, 0.876, 0.887));

  const auto few = [](std::vector<std::pair<double, double>> runs) {
    return claim_holds(made_up(ExperimentKind::FewExamples, runs));
  };
  CHECK(few({{0.685, 0.587}, {0.82, 0.753}, {0.921, 0.82}, {0.954, 0.85}}));
  CHECK(!few({{0.58, 0.587}, {0.82, 0.753}, {0.921, 0.82}, {0.954, 0.85}}));
  CHECK(!few({{0.685, 0.587}, {0.82, 0.753}, {0.84, 0.82}, {0.954, 0.85}}));

  const auto mapped = [](ExperimentKind kind, int radius, double cnn, double fc) {
    lessons::Tried tried = made_up(kind, {{0.9, 0.9}});
    lessons::TriedRun& run = tried.runs[0];
    run.radius = radius;
    run.side = radius + 1;
    run.shifts[0].assign(size_t(run.side * run.side), cnn);
    run.shifts[1].assign(size_t(run.side * run.side), fc);
    return tried;
  };
  lessons::Tried shifted = mapped(ExperimentKind::ShiftedDigits, 6, 0.5, 0.4);
  CHECK(claim_holds(shifted));
  shifted.runs[0].shifts[1][3 * 7 + 5] = 0.401;  // four to the right
  CHECK(!claim_holds(shifted));
  shifted.runs[0].shifts[1][3 * 7 + 5] = 0.4;
  shifted.runs[0].shifts[1][2 * 7 + 5] = 0.9;  // and two up: not asked for
  CHECK(claim_holds(shifted));
  lessons::Tried pooling = mapped(ExperimentKind::Pooling, 4, 0.7, 0.65);
  CHECK(claim_holds(pooling));
  pooling.runs[0].shifts[0][1 * 5 + 1] = 0.69;
  CHECK(!claim_holds(pooling));

  lessons::Tried halves = made_up(ExperimentKind::HeldOutPlace, {{1, 1}, {1, 1}});
  halves.runs[0].half_accuracy[0][1] = 0.9;
  CHECK(claim_holds(halves));
  halves.runs[1].half_accuracy[1][1] = 0.5;
  CHECK(!claim_holds(halves));
  halves.runs[1].half_accuracy[1][1] = 0.25;
  halves.runs[0].half_accuracy[0][1] = 0.899;
  CHECK(!claim_holds(halves));
}

TEST_CASE("the result is said with its numbers, in both languages, and shown where the hypothesis is" *
          doctest::skip(kSanitized)) {
  TestApp app("en");
  give_digits(app);
  app.result("setState", R"({"lesson": "network"})");
  for (const char* name : lessons::kExperiments) {
    CAPTURE(name);
    const Json results = tried(app, name, 1);
    CHECK(results["done"] == true);
    for (const char* lang : {"en", "ko"}) {
      CAPTURE(lang);
      app.result("setState", Json{{"lang", lang}}.dump());
      const lessons::Tried& known = *app.state().lesson.learned->tried;
      for (const auto& [key, number] : lessons::result_arguments(known))
        CHECK(contains(app.narration(), number));
      const std::string verdict(
          app.strings().text(results["holds"] == true ? "experiment.holds" : "experiment.fails"));
      CHECK(contains(app.narration(), verdict));
      CHECK(app.scene(-1).panes[1].where == verdict);
      CHECK(app.scene(-1).lead == app.strings().text(std::string("experiment.") + name + ".claim"));
      CHECK(app.result("results") == results);
    }
  }
}

TEST_CASE("experiments give the pinned results, to the bit, on every machine" * doctest::skip(kSanitized)) {
  const Json pinned = Json::parse(
      web_test::read_file(std::string(CONV_SOURCE_DIR) + "/tests/pinned_training.json"), nullptr, false);
  REQUIRE(pinned["experiments"].size() == 2);
  for (const Json& expected : pinned["experiments"]) {
    TestApp app;
    give_digits(app);
    app.result("setState", R"({"lesson": "network"})");
    CHECK(tried(app, expected["name"].get<std::string>().c_str(), expected["steps"]) == expected);
  }
}
