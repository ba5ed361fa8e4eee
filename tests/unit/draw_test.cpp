// The lesson `network` drawn in: both nets answer what is drawn, the built-in ones before anything was
// learned in the page and the learned ones after; and weights that are saved and loaded.
#include <cmath>

#include "tests/unit/app_support.h"
#include "web/lessons/draw_panes.h"
#include "web/lessons/pen.h"

using namespace app_test;

namespace {

void give_digits(TestApp& app) {
  const std::vector<uint8_t> bytes = web_test::asset_bytes("training.data.bin");
  REQUIRE(!app.take_digits(bytes.data(), bytes.size()));
}

void finish(TestApp& app) {
  for (int slices = 0; app.advance_training(1e8); ++slices) REQUIRE(slices < 1000000);
}

// softmax(W·x + b), in double.
std::vector<double> linear(const nn::Tensor& weight, const nn::Tensor& bias, const nn::Tensor& input) {
  std::vector<double> scores(10);
  double sum = 0;
  for (int c = 0; c < 10; ++c) {
    scores[size_t(c)] = bias[size_t(c)];
    for (int i = 0; i < 784; ++i) scores[size_t(c)] += double(weight[size_t(c * 784 + i)]) * input[size_t(i)];
    sum += std::exp(scores[size_t(c)]);
  }
  for (double& score : scores) score = std::exp(score) / sum;
  return scores;
}

nn::Tensor drawn(nn::Pcg32& rng) {
  nn::Tensor picture(nn::Shape{1, 28, 28});
  for (int i = 0; i < 3; ++i)
    lessons::draw_line(picture, {rng.uniform(4, 24), rng.uniform(4, 24)},
                       {rng.uniform(4, 24), rng.uniform(4, 24)}, true, 1);
  return picture;
}

void check_answers(const TestApp& app, const nn::Tensor& weight, const nn::Tensor& bias) {
  const auto& tensors = app.state().lesson.tensors;
  const std::vector<double> expected = linear(weight, bias, tensors.at("input"));
  for (size_t c = 0; c < 10; ++c) {
    CHECK(std::fabs(tensors.at("answer_fc")[c] - expected[c]) < 1e-5);
    // The chain that the lesson shows gives the convolutional net's answer.
    CHECK(tensors.at("answer_cnn")[c] == tensors.at("probabilities")[c]);
  }
}

}  // namespace

TEST_CASE("both nets answer what is drawn; the picture is the state's and travels") {
  TestApp app;
  app.result("setState", R"({"lesson": "network", "view": "draw"})");
  nn::Pcg32 rng(4);
  const lessons::Assets& assets = web_test::assets();
  for (int round = 0; round < 12; ++round) {
    app.dispatch(app::SetTensor{"input", drawn(rng)});
    check_answers(app, assets.fc_weight, assets.fc_bias);
  }
  CHECK(app.result("getState")["image"] == "custom");
  TestApp other;
  other.dispatch(app::ApplyHash{app.hash()});
  CHECK(nn::same_bits(other.state().lesson.tensors.at("answer_fc"),
                      app.state().lesson.tensors.at("answer_fc")));
  // On blank paper nothing is claimed about any ink.
  app.dispatch(app::SetTensor{"input", nn::Tensor(nn::Shape{1, 28, 28})});
  CHECK(app.narration().find("Blank") != std::string::npos);
  app.dispatch(app::SetState{{{"image", std::string("digit-3")}}});
  CHECK(app.narration().find("‘3’") != std::string::npos);
}

TEST_CASE("what was learned in the page answers; saved weights give the same metrics to the bit") {
  TestApp app;
  app.result("setState", R"({"lesson": "network", "view": "draw"})");
  std::vector<uint8_t> cnn, fc;
  CHECK(app.save_weights(cnn, "cnn"));  // there are none yet
  CHECK(app.load_weights("cnn", nullptr, 0));
  give_digits(app);
  app.result("train", R"({"steps": 20})");
  finish(app);
  const Json learned = app.result("metrics");
  const auto live = [&](const std::string& name) {
    return app.state().lesson.tensors.at("train.fc." + name);
  };
  check_answers(app, live("1.weight"), live("1.bias"));
  CHECK(!nn::same_bits(live("1.weight"), web_test::assets().fc_weight));
  const nn::Tensor answer = app.state().lesson.tensors.at("answer_cnn");

  CHECK(!app.save_weights(cnn, "cnn"));
  CHECK(!app.save_weights(fc, "fc"));
  std::vector<uint8_t> none;
  CHECK(app.save_weights(none, "rnn"));
  app.dispatch(app::Reset{});
  CHECK(app.result("metrics")["steps"] == 0);
  // Another net's file, a cut one, nothing: refused, and nothing changes.
  CHECK(app.load_weights("cnn", fc.data(), fc.size()));
  CHECK(app.load_weights("fc", fc.data(), fc.size() - 1));
  CHECK(app.load_weights("fc", fc.data(), 0));
  finish(app);
  check_answers(app, web_test::assets().fc_weight, web_test::assets().fc_bias);
  CHECK(!app.load_weights("cnn", cnn.data(), cnn.size()));
  CHECK(!app.load_weights("fc", fc.data(), fc.size()));
  finish(app);
  Json loaded = app.result("metrics");
  CHECK(loaded["steps"] == 0);
  loaded["steps"] = 20;
  CHECK(loaded == learned);
  CHECK(nn::same_bits(app.state().lesson.tensors.at("answer_cnn"), answer));
}
