// What the lesson channels claims, against sums written here: one filter makes one map, the sum of what each
// channel adds.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "tests/unit/web_support.h"
#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"

using namespace lessons;

namespace {

LessonState random_state(nn::Pcg32& rng) {
  LessonState state = init(*find("channels"), web_test::assets());
  const uint32_t filters = 1 + rng.below(4);
  REQUIRE(!update(state, {{"out_channels", double(filters)},
                          {"filter_index", double(rng.below(filters))},
                          {"kernel_size", double(1 + rng.below(7))},
                          {"stride", double(1 + rng.below(4))},
                          {"padding", double(rng.below(4))},
                          {"filter", web_test::pick(bank_names(), rng)}}));
  for (const std::string name : {"input", "weight", "bias"})
    if (rng.below(2))
      REQUIRE(
          !update(state, ReplaceTensor{name, web_test::random_tensor(state.tensors.at(name).shape(), rng)}));
  REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
  return state;
}

}  // namespace

TEST_CASE("channels begins with the photograph, one layer and several filters") {
  const LessonState state = init(*find("channels"), web_test::assets());
  CHECK(state.tensors.at("input").shape() == nn::Shape{3, 32, 32});
  CHECK(nn::same_bits(state.tensors.at("input"), web_test::assets().photo));
  CHECK(state.tensors.at("weight").shape() == nn::Shape{4, 3, 3, 3});
  CHECK(state.tensors.at("bias").shape() == nn::Shape{4});
  CHECK(state.tensors.at("output").shape() == nn::Shape{4, 30, 30});
  CHECK(state.tensors.at("window").shape() == nn::Shape{3, 3, 3});
  CHECK(state.tensors.at("products").shape() == nn::Shape{3, 3, 3});
}

TEST_CASE("the photograph's planes are real: three different pictures, multiples of 1/256") {
  const nn::Tensor& photo = web_test::assets().photo;
  double difference[3] = {};
  for (size_t i = 0; i < 1024; ++i)
    for (size_t c = 0; c < 3; ++c) {
      const float x = photo[c * 1024 + i];
      REQUIRE((x >= 0 && x < 1 && x * 256 == std::floor(x * 256)));
      difference[c] += std::abs(x - photo[(c + 1) % 3 * 1024 + i]) / 1024;
    }
  for (const double mean : difference) CHECK(mean > 0.08);
}

TEST_CASE("a map is the sum of what each channel alone adds, plus one bias") {
  nn::Pcg32 rng(141);
  for (int round = 0; round < 60; ++round) {
    const LessonState state = random_state(rng);
    const Settings& s = state.settings;
    const nn::Tensor &input = state.tensors.at("input"), &weight = state.tensors.at("weight");
    const nn::Tensor &parts = state.tensors.at("channel_maps"), &output = state.tensors.at("output");
    const int k = s.kernel_size, rows = state.out_rows, side = input.shape()[1];
    REQUIRE(parts.shape() == nn::Shape{3, rows, rows});
    for (int cell = 0; cell < rows * rows; ++cell) {
      double total = state.tensors.at("bias")[size_t(s.filter_index)], magnitude = std::abs(total);
      for (int c = 0; c < 3; ++c) {
        double part = 0, size = 0;
        for (int r = 0; r < k; ++r)
          for (int q = 0; q < k; ++q) {
            const int row = cell / rows * s.stride - s.padding + r,
                      col = cell % rows * s.stride - s.padding + q;
            if (row < 0 || row >= side || col < 0 || col >= side) continue;
            const double product = double(input[size_t((c * side + row) * side + col)]) *
                                   weight[size_t(((s.filter_index * 3 + c) * k + r) * k + q)];
            part += product;
            size += std::abs(product);
          }
        REQUIRE(std::abs(parts[size_t(c * rows * rows + cell)] - part) <= 1e-5 * size);
        total += part;
        magnitude += size;
      }
      const float y = output[size_t(s.filter_index * rows * rows + cell)];
      REQUIRE(std::abs(y - total) <= 1e-5 * magnitude);
    }
    // The same at the present window, from the products shown.
    for (size_t c = 0; c < 3; ++c) {
      double sum = 0;
      for (size_t i = 0; i < size_t(k * k); ++i) sum += state.tensors.at("products")[c * size_t(k * k) + i];
      CHECK(state.tensors.at("channel_sums")[c] == float(sum));
    }
  }
}

TEST_CASE("out_channels decides how many filters can be looked at") {
  LessonState state = init(*find("channels"), web_test::assets());
  REQUIRE(!update(state, Set{"filter_index", 3.0}));
  REQUIRE(!update(state, ReplaceTensor{"bias", nn::Tensor({4}, {1, 2, 3, 4})}));
  REQUIRE(!update(state, Set{"out_channels", 2.0}));
  CHECK(state.settings.filter_index == 1);
  CHECK(state.tensors.at("bias")[1] == kDefaultBias);  // four biases fit no two filters
  const LessonState before = state;
  CHECK(update(state, Set{"filter_index", 2.0}));
  CHECK(update(state, {{"out_channels", 1.0}, {"filter_index", 1.0}}));
  CHECK(web_test::difference(before, state) == "");
  CHECK(!update(state, {{"filter_index", 2.0}, {"out_channels", 3.0}}));
  CHECK(state.settings.filter_index == 2);
}

TEST_CASE("the toggle changes the picture alone, and shows three maps where one is right") {
  LessonState state = init(*find("channels"), web_test::assets());
  const LessonState before = state;
  REQUIRE(!update(state, Set{"per_channel", true}));
  CHECK(web_test::difference(before, state) == "per_channel");
  const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
  int wrong = 0, right = 0;
  for (const Figure& figure : scene.panes[0].figures) {
    wrong += figure.kind == FigureKind::Heatmap && tensor_name(figure) == "channel_maps";
    right += figure.kind == FigureKind::Heatmap && tensor_name(figure) == "output";
  }
  CHECK(wrong == 3);
  CHECK(right == 1);
}

TEST_CASE("banks: every filter is a preset times its mixture, exactly") {
  for (int k = 1; k <= 7; ++k) {
    const nn::Tensor blue = bank_weight("colours", 6, k), blur = filter_weight("blur", k);
    const float mixture[] = {-0.5f, -0.5f, 1};
    for (size_t i = 0; i < size_t(3 * k * k); ++i) {
      CHECK(blue[i] == blur[i % size_t(k * k)] * mixture[i / size_t(k * k)]);
      CHECK(blue[size_t(4 * 3 * k * k) + i] == blue[i]);  // the fifth filter is the first again
    }
  }
}
