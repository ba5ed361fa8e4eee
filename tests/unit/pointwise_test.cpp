// What the lesson pointwise claims, against sums written here: each pixel alone, mixed by a matrix, as a
// fully connected layer would.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/unit/web_support.h"
#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"

using namespace lessons;

namespace {

LessonState fresh() { return init(*find("pointwise"), web_test::assets()); }

}  // namespace

TEST_CASE("pointwise: every output is its pixel's channels times a row of the matrix") {
  nn::Pcg32 rng(151);
  for (int round = 0; round < 60; ++round) {
    LessonState state = fresh();
    const uint32_t filters = 1 + rng.below(4);
    REQUIRE(!update(state, {{"out_channels", double(filters)},
                            {"filter_index", double(rng.below(filters))},
                            {"filter", web_test::pick(mixture_names(), rng)},
                            {"step", double(rng.below(1024))}}));
    for (const std::string name : {"input", "weight", "bias"})
      if (rng.below(2))
        REQUIRE(!update(state,
                        ReplaceTensor{name, web_test::random_tensor(state.tensors.at(name).shape(), rng)}));
    const nn::Tensor &x = state.tensors.at("input"), &w = state.tensors.at("weight");
    const nn::Tensor &b = state.tensors.at("bias"), &y = state.tensors.at("output");
    const nn::Tensor& fc = state.tensors.at("fc_output");
    REQUIRE(w.shape() == nn::Shape{int(filters), 3, 1, 1});
    REQUIRE(y.shape() == nn::Shape{int(filters), 32, 32});
    REQUIRE(fc.shape() == y.shape());
    float worst = 0;
    for (size_t o = 0; o < filters; ++o)
      for (size_t i = 0; i < 1024; ++i) {
        double sum = b[o], magnitude = std::abs(sum);
        for (size_t c = 0; c < 3; ++c) {
          sum += double(x[c * 1024 + i]) * w[o * 3 + c];
          magnitude += std::abs(double(x[c * 1024 + i]) * w[o * 3 + c]);
        }
        REQUIRE(std::abs(y[o * 1024 + i] - sum) <= 1e-5 * magnitude);
        REQUIRE(std::abs(fc[o * 1024 + i] - sum) <= 1e-5 * magnitude);
        worst = std::max(worst, std::abs(fc[o * 1024 + i] - y[o * 1024 + i]));
      }
    CHECK(state.tensors.at("fc_difference")[0] == worst);
    for (size_t c = 0; c < 3; ++c) CHECK(state.tensors.at("flat")[c] == state.tensors.at("window")[c]);
    for (size_t o = 0; o < filters; ++o)
      CHECK(state.tensors.at("fc_scores")[o] == fc[o * 1024 + size_t(state.settings.step)]);
  }
}

TEST_CASE("pointwise: with the built-in mixtures the fully connected layer gives the same bits") {
  for (const std::string& name : mixture_names())
    for (int filters = 1; filters <= 4; ++filters) {
      LessonState state = fresh();
      REQUIRE(!update(state, {{"filter", name}, {"out_channels", double(filters)}}));
      CHECK(nn::same_bits(state.tensors.at("output"), state.tensors.at("fc_output")));
      CHECK(state.tensors.at("fc_difference")[0] == 0);
      for (float w : state.tensors.at("weight")) CHECK(w * 1024 == std::floor(w * 1024));
    }
}

TEST_CASE("pointwise: a pixel's neighbours make no difference") {
  nn::Pcg32 rng(152);
  LessonState state = fresh();
  const nn::Tensor before = state.tensors.at("output");
  nn::Tensor other = web_test::random_tensor({3, 32, 32}, rng);
  const size_t pixel = 527;
  for (size_t c = 0; c < 3; ++c) other[c * 1024 + pixel] = state.tensors.at("input")[c * 1024 + pixel];
  REQUIRE(!update(state, ReplaceTensor{"input", other}));
  size_t changed = 0;
  for (size_t o = 0; o < 2; ++o) {
    CHECK(state.tensors.at("output")[o * 1024 + pixel] == before[o * 1024 + pixel]);
    for (size_t i = 0; i < 1024; ++i)
      changed += state.tensors.at("output")[o * 1024 + i] != before[o * 1024 + i];
  }
  CHECK(changed > 2000);
}

TEST_CASE("pointwise: luminance sums to one, colour differences to zero, swapping is swapping") {
  LessonState state = fresh();
  REQUIRE(!update(state, {{"out_channels", 3.0}, {"filter", std::string("luminance")}}));
  const nn::Tensor& w = state.tensors.at("weight");
  CHECK(w[0] + w[1] + w[2] == 1);
  CHECK(w[3] + w[4] + w[5] == 0);
  CHECK(w[6] + w[7] + w[8] == 0);
  const float rec601[] = {0.299f, 0.587f, 0.114f};
  for (size_t c = 0; c < 3; ++c) CHECK(std::abs(w[c] - rec601[c]) < 1e-3f);
  REQUIRE(!update(state, Set{"filter", std::string("swap")}));
  const nn::Tensor& photo = web_test::assets().photo;
  for (size_t i = 0; i < photo.size(); ++i)
    REQUIRE(state.tensors.at("output")[i] == photo[(2 - i / 1024) * 1024 + i % 1024]);
}
