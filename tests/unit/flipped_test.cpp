// Cross-correlation against the convolution of mathematics, both written out here.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/unit/predict_support.h"
#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"

using namespace predict_test;
using web_test::random_tensor;

namespace {

const nn::Tensor& of(const LessonState& state, const char* name) { return state.tensors.at(name); }

LessonState random_state(nn::Pcg32& rng) {
  LessonState state = init(*find("convolution"), web_test::assets());
  REQUIRE(!update(state, {{"image", "digit-" + std::to_string(rng.below(10))},
                          {"kernel_size", double(1 + rng.below(7))},
                          {"stride", double(1 + rng.below(4))},
                          {"padding", double(rng.below(4))},
                          {"filter", pick(filter_names(), rng)},
                          {"flipped", rng.below(2) == 1}}));
  for (const std::string name : {"input", "weight", "bias"})
    if (rng.below(2))
      REQUIRE(!update(state, ReplaceTensor{name, random_tensor(of(state, name.c_str()).shape(), rng)}));
  REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
  return state;
}

// Σ x[i·s − p + r, j·s − p + q] · w at (r, q), or with the kernel's rows and columns counted backwards.
struct Sum {
  double value = 0, magnitude = 0;
};
Sum sum_at(const LessonState& state, int cell) {
  const Settings& s = state.settings;
  const nn::Tensor &x = of(state, "input"), &w = of(state, "weight");
  const int k = s.kernel_size, out = (28 + 2 * s.padding - k) / s.stride + 1;
  Sum sum;
  for (int r = 0; r < k; ++r)
    for (int q = 0; q < k; ++q) {
      const int row = cell / out * s.stride - s.padding + r, col = cell % out * s.stride - s.padding + q;
      if (row < 0 || col < 0 || row >= 28 || col >= 28) continue;
      const int tap = s.flipped ? (k - 1 - r) * k + (k - 1 - q) : r * k + q;
      const double product = double(x[size_t(row * 28 + col)]) * w[size_t(tap)];
      sum.value += product;
      sum.magnitude += std::abs(product);
    }
  return sum;
}

}  // namespace

TEST_CASE("flipped: the kernel is turned, its own numbers stay; output, window and products follow") {
  nn::Pcg32 rng(191);
  for (int round = 0; round < 120; ++round) {
    const LessonState state = random_state(rng);
    const Settings& s = state.settings;
    const int taps = s.kernel_size * s.kernel_size;
    const float bias = of(state, "bias")[0];
    for (int cell = 0; cell < state.steps; ++cell) {
      const Sum sum = sum_at(state, cell);
      REQUIRE(std::abs(of(state, "output")[size_t(cell)] - sum.value - bias) <=
              1e-5 * (sum.magnitude + std::abs(bias)));
    }
    for (int i = 0; i < taps; ++i) {
      const float laid = of(state, "weight")[size_t(s.flipped ? taps - 1 - i : i)];
      CHECK(of(state, "weight_laid")[size_t(i)] == laid);
      CHECK(of(state, "products")[size_t(i)] == of(state, "window")[size_t(i)] * laid);
    }
    for (const auto& language : strings::languages()) {
      const Scene scene = scene_of(state, language, -1);
      int editable = 0;
      for (const Figure& figure : scene.panes[0].figures) {
        editable += figure.editable;
        if (figure.editable)
          CHECK(figure.tensor == &of(state, "weight"));  // what is typed is the kernel's own
        if (figure.id != "products") continue;
        for (int i = 0; i < taps; ++i)
          CHECK(value_of(figure, i) == (*figure.factors.x)[size_t(i)] * (*figure.factors.w)[size_t(i)]);
      }
      CHECK(editable == 1);
    }
  }
}

TEST_CASE("flipped: a kernel that looks the same when turned gives the same bits, and that is said") {
  for (const std::string& name : filter_names())
    for (int k = 1; k <= 7; ++k) {
      LessonState state = init(*find("convolution"), web_test::assets());
      REQUIRE(!update(state, {{"filter", name}, {"kernel_size", double(k)}}));
      const nn::Tensor plain = of(state, "output"), weight = of(state, "weight");
      REQUIRE(!update(state, Set{"flipped", true}));
      CHECK(nn::same_bits(of(state, "weight"), weight));
      bool symmetric = true;
      for (int i = 0; i < k * k; ++i) symmetric &= weight[size_t(i)] == weight[size_t(k * k - 1 - i)];
      if (symmetric) CHECK(nn::same_bits(of(state, "output"), plain));
      for (const auto& language : strings::languages()) {
        const std::string words = narration_of(state, language), same(language.text("convolution.mode.same"));
        CHECK((words.find(same) != words.npos) == nn::same_bits(of(state, "weight_laid"), weight));
        CHECK(words.find(language.text("convolution.mode.why")) != words.npos);
        CHECK(words.find(language.text("filter." + name + ".why")) != words.npos);
      }
    }
}

TEST_CASE("flipped: the mistake that is recognised is the other way of laying the kernel") {
  nn::Pcg32 rng(192);
  int checked[2] = {};
  for (int round = 0; round < 120; ++round) {
    LessonState state = asking("convolution");
    vary(state, rng);
    const bool flipped = round % 2 == 1;
    REQUIRE(!update(state, Set{"flipped", flipped}));
    if (!ask_for(state, "output-cell")) continue;
    const double bias = of(state, "bias")[0], right = sum_at(state, state.settings.step).value + bias;
    CHECK(diagnosis(state, right) == "right");
    LessonState other = state;
    other.settings.flipped = !flipped;
    const double wrong = sum_at(other, state.settings.step).value + bias;
    if (std::abs(wrong - right) < 0.3) continue;
    const std::string said = diagnosis(state, wrong);
    if (said != "kernel-flipped" && said != "kernel-not-flipped") continue;  // another mistake is as near
    CHECK(said == (flipped ? "kernel-not-flipped" : "kernel-flipped"));
    ++checked[flipped];
  }
  CHECK(checked[0] > 5);
  CHECK(checked[1] > 5);
}
