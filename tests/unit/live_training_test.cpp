// Training as a script of the page asks for it: what it answers, that it is the training of web/training
// however it is cut, and when it is discarded.
#include "tests/unit/walk_support.h"
#include "web/lessons/learned.h"
#include "web/lessons/small_cnn.h"

using namespace app_test;

namespace {

void give_digits(TestApp& app) {
  const std::vector<uint8_t> bytes = web_test::asset_bytes("training.data.bin");
  REQUIRE(!app.take_digits(bytes.data(), bytes.size()));
}

void finish(TestApp& app, double budget) {
  for (int slices = 0; app.advance_training(budget); ++slices) REQUIRE(slices < 1000000);
}

// What the same steps give in one piece.
training::Metrics independent(int steps, uint64_t seed) {
  auto data = std::make_shared<training::Data>();
  const std::vector<uint8_t> bytes = web_test::asset_bytes("training.data.bin");
  REQUIRE(!training::read_digits(*data, bytes.data(), bytes.size()));
  training::Setup setup;
  setup.cnn = {data->train.shape, data->classes, lessons::small_cnn_layers()};
  setup.fc = training::preset(training::Preset::Linear, data->train.shape, data->classes);
  setup.lr = 0.02f;
  setup.batch = 20;
  setup.every = 25;
  setup.seed = seed;
  training::Training nets;
  REQUIRE(!training::Training::make(nets, data, setup));
  nets.train_to(steps);
  while (!nets.advance(1e15)) {
  }
  return nets.metrics();
}

}  // namespace

TEST_CASE("steps that are asked for before the digits come are taken then; slices do not change the result") {
  TestApp app;
  app.result("setState", R"({"lesson": "network"})");
  CHECK(app.result("metrics")["steps"] == 0);
  CHECK(app.result("metrics")["cnn"]["loss"].is_null());
  CHECK(!app.wants_training());
  CHECK(app.result("train", R"({"steps": 3})") == 3);
  CHECK(app.wants_training());
  CHECK(!app.advance_training(1e9));
  CHECK(app.result("metrics")["steps"] == 0);
  give_digits(app);
  finish(app, 7e5);
  CHECK(!app.wants_training());
  CHECK(app.result("train", R"([{"steps": 2}])") == 5);
  finish(app, 3e8);
  const Json metrics = app.result("metrics");
  const training::Metrics expected = independent(5, 1);
  CHECK(metrics["steps"] == 5);
  for (const auto& [name, net] : {std::pair("cnn", expected.cnn), std::pair("fc", expected.fc)}) {
    CHECK(metrics[name]["loss"] == net.loss);
    CHECK(metrics[name]["accuracy"] == net.accuracy);
    CHECK(metrics[name]["test_accuracy"] == net.test_accuracy);
  }
}

TEST_CASE(
    "a reset, another seed and another lesson discard what was learned; the same steps give the same again") {
  TestApp app;
  give_digits(app);
  app.result("setState", R"({"lesson": "network", "seed": 4})");
  app.result("train", R"({"steps": 2})");
  finish(app, 1e9);
  const Json first = app.result("metrics");
  REQUIRE(first["steps"] == 2);
  const auto again = [&] {
    CHECK(app.result("metrics")["steps"] == 0);
    CHECK(!app.wants_training());
    app.result("train", R"({"steps": 2})");
    finish(app, 1e9);
    return app.result("metrics");
  };
  app.result("setState", R"({"step": 1})");
  CHECK(app.result("metrics") == first);  // a step is no reason
  app.result("reset");
  CHECK(again() == first);
  app.result("setState", R"({"seed": 5})");
  CHECK(again() != first);
  app.result("setState", R"({"lesson": "flatten"})");
  CHECK(app.result("setState", R"({"lesson": "network", "seed": 4})")["seed"] == 4);
  CHECK(again() == first);
  app.dispatch(app::ResetTraining{});
  CHECK(again() == first);
}

TEST_CASE("a training that is paused stops after the step under way and goes on where it was") {
  TestApp app;
  give_digits(app);
  app.result("setState", R"({"lesson": "network", "view": "training"})");
  CHECK(app.wants_training());  // the nets before their first step
  finish(app, 1e9);
  CHECK(app.result("metrics")["cnn"]["test_accuracy"].is_number());
  app.result("train", R"({"steps": 4})");
  app.advance_training(1e6);
  CHECK(app.state().lesson.learned->asked_for == 4);
  app.dispatch(app::PauseTraining{});
  finish(app, 1e6);
  CHECK(app.result("metrics")["steps"] == 1);
  CHECK(app.state().lesson.learned->asked_for <= 1);
  app.result("train", R"({"steps": 4})");
  finish(app, 1e9);
  CHECK(app.result("metrics")["steps"] == 5);
  CHECK(app.result("metrics")["cnn"]["loss"] == independent(5, 1).cnn.loss);
}

TEST_CASE("what is wrong with a call is said and changes nothing") {
  TestApp app;
  const auto kind = [&](const char* method, const char* params) {
    const std::string said = app.refusal_of(method, params);
    return said.substr(0, said.find(' '));
  };
  CHECK(kind("train", R"({"steps": 1})") == "RangeError");  // another lesson
  CHECK(kind("metrics", "[]") == "RangeError");
  app.result("setState", R"({"lesson": "network"})");
  for (const char* params : {"[]", "{}", R"({"steps": "1"})", R"({"steps": 1.5})", R"({"steps": null})",
                             "[3]", R"({"steps": 1, "lr": 2})"})
    CHECK(kind("train", params) == "TypeError");
  for (const char* params :
       {R"({"steps": 0})", R"({"steps": -1})", R"({"steps": 100001})", R"({"steps": 1e300})"})
    CHECK(kind("train", params) == "RangeError");
  CHECK(!app.wants_training());
  const uint8_t none[1] = {0};
  CHECK(app.take_digits(none, 1));
  CHECK(!app.training().has_digits());
}

TEST_CASE("the curves that are shown are those of the training, and the filters the very weights") {
  TestApp app;
  give_digits(app);
  app.result("setState", R"({"lesson": "network", "view": "training"})");
  app.result("train", R"({"steps": 30})");
  finish(app, 5e7);
  const training::Training& nets = *app.training().nets();
  const nn::Tensor& steps = *app.tensor("train.steps");
  REQUIRE(steps.size() == nets.curve().size());
  for (size_t i = 0; i < steps.size(); ++i) {
    CHECK(steps[i] == float(nets.curve()[i].steps));
    CHECK((*app.tensor("train.cnn.test_accuracy"))[i] == float(nets.curve()[i].cnn.test_accuracy));
    CHECK((*app.tensor("train.fc.loss"))[i] == float(nets.curve()[i].fc.loss));
    CHECK((*app.tensor("train.cnn.test_loss"))[i] == float(nets.curve()[i].cnn.test_loss));
  }
  const nn::Tensor& filters = *app.tensor("train.cnn.0.weight");
  CHECK(std::equal(filters.begin(), filters.end(), nets.net(training::Net::Cnn).parameter(0).begin()));
  double all = 0;
  for (const float count : *app.tensor("train.fc.confusion")) all += count;
  CHECK(all == nets.data().test.count());
  app.result("reset");
  CHECK(app.tensor("train.steps") == nullptr);
}

namespace {

void set(TestApp& app, const char* changes) { app.result("setState", changes); }

// Steps, then the metrics.
Json trained(TestApp& app, int steps) {
  app.result("train", Json{{"steps", steps}}.dump());
  finish(app, 1e9);
  return app.result("metrics");
}

}  // namespace

TEST_CASE("the same seed and steps give the pinned metrics, to the bit, on every machine") {
  const Json pinned = Json::parse(
      web_test::read_file(std::string(CONV_SOURCE_DIR) + "/tests/pinned_training.json"), nullptr, false);
  REQUIRE(pinned.is_object());
  TestApp app;
  give_digits(app);
  app.result("setState", pinned["state"].dump());
  CHECK(trained(app, pinned["steps"]) == pinned["metrics"]);
}

TEST_CASE("another model, batch size or seed starts over and says so; rates hold from the next step on") {
  TestApp app;
  give_digits(app);
  set(app, R"({"lesson": "network", "view": "training"})");
  const Json first = trained(app, 2);
  for (const char* change : {R"({"cnn_model": "cnn_strided"})", R"({"fc_model": "two_layers"})",
                             R"({"batch_size": 7})", R"({"seed": 9})", R"({"stack": "flatten-linear10"})",
                             R"({"stack": "", "cnn_model": "small_cnn", "fc_model": "linear"})"}) {
    CAPTURE(change);
    set(app, change);
    CHECK(app.result("metrics")["steps"] == 0);
    finish(app, 1e9);
    while (app.wants_training() && app.advance_training(1e9)) {
    }
    CHECK(contains(app.narration(), "start over at step 0"));
    CHECK(trained(app, 2) != first);
    CHECK(!contains(app.narration(), "start over"));
  }
  set(app, R"({"batch_size": 20, "seed": 1})");
  CHECK(trained(app, 2) == first);
  set(app, R"({"lr": 0.1, "momentum": 0.5})");
  CHECK(app.result("metrics") == first);  // nothing is lost
  const Json third = trained(app, 1);
  CHECK(third["steps"] == 3);
  TestApp other;
  give_digits(other);
  set(other, R"({"lesson": "network", "view": "training"})");
  trained(other, 2);
  CHECK(trained(other, 1) != third);
}

TEST_CASE(
    "the learner's own layers are trained; what cannot be is refused with layer and reason, and nothing "
    "changes") {
  TestApp app;
  give_digits(app);
  set(app,
      R"({"lesson": "network", "view": "training", "show": "build", "stack": "conv4x5-relu-pool4-flatten-linear10"})");
  CHECK(app.result("getState")["cnn_model"] == "custom");
  CHECK(contains(app.hash(), "stack=conv4x5-relu-pool4-flatten-linear10"));
  CHECK(trained(app, 2)["steps"] == 2);
  // By hand: 28 − 5 + 1 = 24, 24 / 4 = 6; 4·(25 + 1) parameters and 24·24·4·25 multiply-adds; 144·10 + 10.
  const nn::Tensor& layers = *app.tensor("train.cnn.layers");
  const std::vector<float> expected = {4, 24, 24,  104, 57600, 4, 24, 24, 0, 0, 4,    6,   6,
                                       0, 0,  144, 1,   1,     0, 0,  10, 1, 1, 1450, 1440};
  CHECK(std::vector<float>(layers.begin(), layers.end()) == expected);
  for (const char* bad : {"conv4x5-pool30-flatten-linear10", "conv4x5-linear10",
                          "conv4x5-relu-flatten-linear9", "conv99x5-flatten-linear10", "nonsense"}) {
    const std::string said = app.refusal_of("setState", Json{{"stack", bad}}.dump());
    CHECK_MESSAGE(contains(said, std::string("RangeError stack “") + bad), said);
  }
  CHECK(contains(app.refusal_of("setState", R"({"stack": "conv4x5-linear10"})"), "Layer 1 (Linear)"));
  CHECK(app.result("metrics")["steps"] == 2);
  set(app, R"({"cnn_model": "small_cnn"})");
  CHECK(app.result("getState")["stack"] == "");
  set(app, R"({"cnn_model": "custom"})");
  CHECK(app.result("getState")["stack"] == "conv6x5p2-relu-pool2-conv12x3p1-relu-pool2-flatten-linear10");
  CHECK(app.result("metrics")["steps"] == 0);
}

TEST_CASE(
    "a learning rate that is too high: the page says so, shows numbers, and goes on with a smaller one") {
  TestApp app;
  REQUIRE(!app.take_digits(walk::few_digits().data(), walk::few_digits().size()));
  app.result("setState", R"({"lesson": "network", "view": "training", "lr": 1, "momentum": 0.99,
                             "stack": "flatten-linear20-linear20-linear10"})");
  app.result("train", R"({"steps": 2000})");
  finish(app, 1e9);
  const int steps = app.result("metrics")["steps"];
  CHECK(steps < 2000);
  for (const std::string net : {"cnn", "fc"})
    for (const std::string key : {"loss", "accuracy", "test_accuracy"})
      CHECK(app.result("metrics")[net][key].is_number());
  CHECK(contains(app.narration(), "learning rate is too high"));
  CHECK(!app.wants_training());
  for (const std::string show : {"learned", "confusion", "mistakes", "build"}) {
    app.result("setState", Json{{"show", show}}.dump());
    check_shown(app);
  }
  app.result("train", R"({"steps": 3})");  // not at this rate
  CHECK(!app.wants_training());
  app.result("setState", R"({"lr": 0.001, "momentum": 0})");
  CHECK(!contains(app.narration(), "learning rate is too high"));
  app.result("train", R"({"steps": 3})");
  finish(app, 1e9);
  CHECK(app.result("metrics")["steps"] == steps + 3);
}

TEST_CASE("mistakes are test digits that the net took for another, with what both said") {
  TestApp app;
  give_digits(app);
  set(app, R"({"lesson": "network", "view": "training", "show": "mistakes"})");
  trained(app, 20);
  const training::Training& nets = *app.training().nets();
  const training::Samples& test = nets.data().test;
  for (const auto& [name, which, other] :
       {std::tuple("train.cnn.mistakes", training::Net::Cnn, training::Net::Fc),
        std::tuple("train.fc.mistakes", training::Net::Fc, training::Net::Cnn)}) {
    const nn::Tensor& pictures = *app.tensor(name);
    int found = 0;
    for (int i = 0; i < test.count() && found < pictures.shape()[0]; ++i) {
      if (nets.predicted(which)[size_t(i)] == test.labels[size_t(i)]) continue;
      CHECK((*app.tensor(std::string(name) + ".label"))[size_t(found)] == float(test.labels[size_t(i)]));
      CHECK((*app.tensor(std::string(name) + ".said"))[size_t(found)] ==
            float(nets.predicted(which)[size_t(i)]));
      CHECK((*app.tensor(std::string(name) + ".other"))[size_t(found)] ==
            float(nets.predicted(other)[size_t(i)]));
      for (int p = 0; p < 784; p += 17)
        CHECK(pictures[size_t(found * 784 + p)] == float(test.pixels[size_t(i * 784 + p)]) / 256);
      ++found;
    }
    CHECK(found == pictures.shape()[0]);
    CHECK(found > 5);
  }
}

TEST_CASE("digits that cannot be loaded: said, nothing wanted, and asking again tries again") {
  for (const std::string lang : {"en", "ko"}) {
    TestApp app(lang);
    set(app, R"({"lesson": "network", "view": "training"})");
    CHECK(app.wants_training());
    app.note_digits_failed();
    CHECK(!app.wants_training());
    CHECK(app.narration() == app.strings().text("training.failed"));
    for (const lessons::Pane& pane : app.scene(-1).panes)
      CHECK(pane.figures.back().lines.back() == app.strings().text("training.failed"));
    app.result("train", R"({"steps": 1})");
    CHECK(app.wants_training());
    CHECK(app.narration() != app.strings().text("training.failed"));
  }
}
