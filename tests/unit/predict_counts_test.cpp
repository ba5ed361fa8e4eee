// Predict before reveal in the lessons parameters, pointwise and pooling: what is right, the mistakes, and
// what stays hidden.
#include <algorithm>
#include <cmath>

#include "tests/unit/predict_support.h"

using namespace predict_test;

namespace {

// Everything the scene says and writes but the prompt, in one text.
std::string said(const LessonState& state, const strings::Strings& language) {
  std::string all;
  for (const Pane& pane : scene_of(state, language, -1).panes) {
    all += pane.note + "|" + pane.where + "|";
    for (const Span& span : pane.formula) all += span.text;
    for (const Figure& figure : pane.figures) {
      all += "|" + figure.caption;
      for (const std::string& line : figure.lines) all += "|" + line;
    }
  }
  return all;
}

// Hidden in both languages, and shown once it is over.
void check_hidden(LessonState state, const std::string& secret) {
  for (const auto& language : strings::languages()) {
    CHECK_MESSAGE(said(state, language).find(secret) == std::string::npos, secret);
    CHECK(narration_of(state, language).find(secret) == std::string::npos);
  }
  CHECK(!update(state, Reveal{}));
  for (const auto& language : strings::languages())
    CHECK_MESSAGE(said(state, language).find(secret) != std::string::npos, secret);
}

}  // namespace

TEST_CASE("parameters: counts, their mistakes, and nothing said of what is asked") {
  LessonState state = asking("parameters");
  REQUIRE(ask_for(state, "parameters"));
  CHECK(diagnosis(state, 760) == "right");
  CHECK(diagnosis(state, 750) == "bias-forgotten");
  CHECK(diagnosis(state, 751) == "one-bias");
  CHECK(diagnosis(state, 260) == "channels-forgotten");
  CHECK(diagnosis(state, 760 * 28 * 28) == "not-shared");
  check_hidden(state, " = 760");
  REQUIRE(ask_for(state, "same-output"));  // (3·32·32 + 1)·(10·28·28)
  CHECK(diagnosis(state, 24092320) == "right");
  CHECK(diagnosis(state, 24084480) == "bias-forgotten");
  CHECK(diagnosis(state, 24084481) == "one-bias");
  CHECK(diagnosis(state, 2409232) == "one-filter");
  check_hidden(state, "24,092,320");
  check_hidden(state, "24,084,480");
  REQUIRE(ask_for(state, "multiply-adds"));
  CHECK(diagnosis(state, 588000) == "right");
  CHECK(diagnosis(state, 750) == "one-place");
  CHECK(diagnosis(state, 196000) == "channels-forgotten");
  CHECK(diagnosis(state, 58800) == "one-filter");
  CHECK(diagnosis(state, 595840) == "bias-multiplied");
  check_hidden(state, "588,000");
}

TEST_CASE("pointwise: a pixel's mixture is hidden in the chosen channel alone; neighbours are not counted") {
  nn::Pcg32 rng(75);
  for (int round = 0; round < 10; ++round) {
    LessonState state = asking("pointwise");
    vary(state, rng);
    CHECK(!update(state, Set{"filter_index", 1.0}));
    REQUIRE(ask_for(state, "output-cell"));
    const int step = state.settings.step;
    const nn::Tensor &x = state.tensors.at("input"), &w = state.tensors.at("weight");
    const double bias = state.tensors.at("bias")[1];
    double sum = 0, unsigned_sum = 0;
    for (int c = 0; c < 3; ++c) {
      const double product = double(x[size_t(c * 1024 + step)]) * w[size_t(3 + c)];
      sum += product;
      unsigned_sum += std::fabs(product);
    }
    CHECK(diagnosis(state, sum + bias) == "right");
    if (std::fabs(bias) > 0.1 && std::fabs(unsigned_sum - sum + bias) > 0.1)
      CHECK(diagnosis(state, sum) == "bias-forgotten");
    for (const bool over : {false, true}) {
      if (over) CHECK(!update(state, Reveal{}));
      const Scene scene = scene_of(state, strings::languages().front(), -1);
      int seen = 0;
      for (const Figure& figure : scene.panes[1].figures) {
        if (tensor_name(figure) != "fc_output" && tensor_name(figure) != "output") continue;
        const bool shown = figure.hidden != step && (figure.computed < 0 || figure.computed > step);
        CHECK(shown == (over || figure.symbol == "y[0]"));
        ++seen;
      }
      CHECK(seen >= 3);
      CHECK((scene.panes[0].formula.back().text == kHidden) == !over);
    }
  }
  LessonState state = asking("pointwise");
  REQUIRE(ask_for(state, "parameters"));
  CHECK(diagnosis(state, 8) == "right");
  CHECK(diagnosis(state, 6) == "bias-forgotten");
  CHECK(diagnosis(state, 2 * (27 + 1)) == "neighbours-counted");
  REQUIRE(ask_for(state, "multiply-adds"));
  CHECK(diagnosis(state, 6 * 1024) == "right");
  CHECK(diagnosis(state, 6 * 1024 * 9) == "neighbours-counted");
  CHECK(diagnosis(state, 6) == "one-place");
}

TEST_CASE("pooling: what remains of a window and how much of the picture, hidden until it is answered") {
  nn::Pcg32 rng(76);
  int told_apart = 0;
  for (const std::string pool : {"max", "avg"})
    for (int round = 0; round < 20; ++round) {
      LessonState state = asking("pooling");
      vary(state, rng);
      CHECK(!update(state, Set{"pool", pool}));
      const Settings& s = state.settings;
      const int side = state.tensors.at("input").shape()[1];
      const int k = s.kernel_size, out = (side - k) / s.stride + 1;
      REQUIRE(ask_for(state, "pooled"));
      double most = 0, sum = 0;
      for (int r = 0; r < k; ++r)
        for (int c = 0; c < k; ++c) {
          const int row = s.step / out * s.stride + r, col = s.step % out * s.stride + c;
          const double value = state.tensors.at("input")[size_t(row * side + col)];
          most = std::max(most, value);
          sum += value;
        }
      const double mean = sum / (k * k);
      CHECK(diagnosis(state, pool == "max" ? most : mean) == "right");
      if (most - mean > 0.1) {
        CHECK(diagnosis(state, pool == "max" ? mean : most) ==
              (pool == "max" ? "mean-instead" : "maximum-instead"));
        ++told_apart;
      }
      for (const bool over : {false, true}) {
        if (over) CHECK(!update(state, Reveal{}));
        const Scene scene = scene_of(state, strings::languages().front(), -1);
        for (const Pane& pane : scene.panes)
          for (const Figure& figure : pane.figures) {
            if (figure.id == "output" || figure.id == "output.0") CHECK((figure.hidden == s.step) == !over);
            if (!over && figure.offset == 0) CHECK(figure.marks.empty());  // of the channel looked at
          }
        CHECK((scene.panes[0].formula.back().text == kHidden) == !over);
      }
      for (const std::string asked : {"output-size", "window-count"}) {
        if (!ask_for(state, asked)) continue;
        CHECK(state.question->expected == (asked == "output-size" ? out : out * out));
        const Scene scene = scene_of(state, strings::languages().front(), -1);
        CHECK(scene.steps_hidden);
        for (const Pane& pane : scene.panes)
          for (const Figure& figure : pane.figures)
            if (figure.id.rfind("output", 0) == 0) CHECK_MESSAGE(figure.concealed, figure.id);
      }
    }
  CHECK(told_apart > 4);
  LessonState state = asking("pooling");
  CHECK(!update(state, std::vector<Set>{{"kernel_size", 3.0}, {"stride", 2.0}}));
  REQUIRE(ask_for(state, "output-size"));  // (28 − 3) / 2 = 12.5
  CHECK(diagnosis(state, 13) == "right");
  CHECK(diagnosis(state, 14) == "rounded-up");
  CHECK(diagnosis(state, 12) == "one-forgotten");
  CHECK(diagnosis(state, 26) == "stride-ignored");
  check_hidden(state, "13×13");
  REQUIRE(ask_for(state, "window-count"));
  CHECK(diagnosis(state, 169) == "right");
  CHECK(diagnosis(state, 13) == "one-side");
  check_hidden(state, "169");
}
