// Two layers of the lesson channels, against loops written here: the second reads all maps of the first,
// after ReLU, and sees of the photograph what the cells under its window see.
#include "web/lessons/channels_layers.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "tests/unit/predict_support.h"
#include "web/lessons/filters.h"

using namespace predict_test;

namespace {

const nn::Tensor& of(const LessonState& state, const char* name) { return state.tensors.at(name); }

LessonState random_state(nn::Pcg32& rng) {
  LessonState state = init(*find("channels"), web_test::assets());
  REQUIRE(!update(state, {{"layers", 2.0},
                          {"out_channels", double(1 + rng.below(4))},
                          {"kernel_size", double(1 + rng.below(7))},
                          {"stride", double(1 + rng.below(4))},
                          {"padding", double(rng.below(4))},
                          {"filter", pick(bank_names(), rng)}}));
  for (const std::string name : {"input", "weight", "bias"})
    if (rng.below(2))
      REQUIRE(
          !update(state, ReplaceTensor{name, web_test::random_tensor(of(state, name.c_str()).shape(), rng)}));
  REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
  return state;
}

const Figure& figure_of(const Scene& scene, const std::string& id) {
  for (const Pane& pane : scene.panes)
    for (const Figure& figure : pane.figures)
      if (figure.id == id) return figure;
  FAIL("no figure ", id);
  return scene.panes[0].figures[0];
}

}  // namespace

TEST_CASE("two layers: every cell of the second is the sum over all maps of the first, after ReLU") {
  nn::Pcg32 rng(201);
  for (int round = 0; round < 40; ++round) {
    const LessonState state = random_state(rng);
    const nn::Tensor &y = of(state, "output"), &a = of(state, "features"), &w = of(state, "weight_2");
    const int maps = y.shape()[0], rows = y.shape()[1], cols = y.shape()[2];
    REQUIRE(a.shape() == y.shape());
    REQUIRE(w.shape() == nn::Shape{1, maps, 3, 3});
    REQUIRE(of(state, "output_2").shape() == nn::Shape{1, rows, cols});
    for (size_t i = 0; i < y.size(); ++i) REQUIRE(a[i] == (y[i] > 0 ? y[i] : 0));
    for (int cell = 0; cell < rows * cols; ++cell) {
      double sum = of(state, "bias_2")[0], magnitude = std::abs(sum);
      for (int m = 0; m < maps; ++m) {
        double part = 0;
        for (int r = -1; r <= 1; ++r)
          for (int q = -1; q <= 1; ++q) {
            const int row = cell / cols + r, col = cell % cols + q, tap = m * 9 + (r + 1) * 3 + q + 1;
            const bool inside = row >= 0 && col >= 0 && row < rows && col < cols;
            const float x = inside ? a[size_t((m * rows + row) * cols + col)] : 0;
            if (cell == state.settings.step) {
              CHECK(of(state, "window_2")[size_t(tap)] == x);
              CHECK(of(state, "products_2")[size_t(tap)] == x * w[size_t(tap)]);
            }
            part += double(x) * w[size_t(tap)];
            magnitude += std::abs(double(x) * w[size_t(tap)]);
          }
        if (cell == state.settings.step)
          CHECK(std::abs(of(state, "map_sums")[size_t(m)] - part) <= 1e-5 * (std::abs(part) + magnitude));
        sum += part;
      }
      REQUIRE(std::abs(of(state, "output_2")[size_t(cell)] - sum) <= 1e-5 * magnitude);
    }
  }
}

TEST_CASE("two layers: the receptive field is where a changed pixel can change the cell, and nowhere else") {
  nn::Pcg32 rng(202);
  const auto& language = strings::languages().front();
  for (int round = 0; round < 25; ++round) {
    LessonState state = random_state(rng);
    // All weights and pixels above zero, so that ReLU stops nothing.
    nn::Tensor input(nn::Shape{3, 32, 32}), weight(of(state, "weight").shape());
    for (float& x : input) x = rng.uniform(0.1f, 1);
    for (float& x : weight) x = rng.uniform(0.1f, 1);
    REQUIRE(!update(state, ReplaceTensor{"input", input}));
    REQUIRE(!update(state, ReplaceTensor{"weight", weight}));
    const Scene scene = scene_of(state, language, -1);
    const CellRect field = *figure_of(scene, "input.photo").window;
    // Paths from pixel to cell: the cells of layer one under its window, and what each of those sees.
    std::set<std::pair<int, int>> seen;
    const Settings& s = state.settings;
    const int out = state.out_rows, row = s.step / out, col = s.step % out;
    for (int r = std::max(0, row - 1); r <= std::min(out - 1, row + 1); ++r)
      for (int q = std::max(0, col - 1); q <= std::min(out - 1, col + 1); ++q)
        for (int i = 0; i < s.kernel_size; ++i)
          for (int j = 0; j < s.kernel_size; ++j)
            seen.insert({r * s.stride - s.padding + i, q * s.stride - s.padding + j});
    int top = 99, bottom = -99, left = 99, right = -99;
    for (const auto& [r, q] : seen) {
      top = std::min(top, r);
      bottom = std::max(bottom, r);
      left = std::min(left, q);
      right = std::max(right, q);
    }
    CHECK(field.row == top);
    CHECK(field.col == left);
    CHECK(field.rows == bottom - top + 1);
    CHECK(field.cols == right - left + 1);
    const bool inner = row > 0 && col > 0 && row < out - 1 && col < out - 1;
    if (inner) CHECK((field.rows == receptive_side(state) && field.cols == receptive_side(state)));
    // A pixel outside changes nothing.
    const float before = of(state, "output_2")[size_t(s.step)];
    const int step = s.step;
    for (int n = 0; n < 5; ++n) {
      const int r = int(rng.below(32)), q = int(rng.below(32));
      nn::Tensor other = input;
      for (size_t c = 0; c < 3; ++c) other[c * 1024 + size_t(r * 32 + q)] = 9;
      LessonState changed = state;
      REQUIRE(!update(changed, ReplaceTensor{"input", other}));
      const bool outside =
          r < field.row || r >= field.row + field.rows || q < field.col || q >= field.col + field.cols;
      if (outside) CHECK(of(changed, "output_2")[size_t(step)] == before);
    }
  }
}

TEST_CASE("two layers: one row a map, the sums of the formula, the first layer as it was") {
  nn::Pcg32 rng(203);
  for (int round = 0; round < 20; ++round) {
    LessonState state = random_state(rng);
    LessonState one = state;
    REQUIRE(!update(one, Set{"layers", 1.0}));
    CHECK(web_test::difference(one, state) == "layers");
    for (const auto& tensor : state.tensors)
      CHECK(nn::same_bits(tensor.second, one.tensors.at(tensor.first)));
    for (const auto& language : strings::languages()) {
      const Scene scene = scene_of(state, language, -1);
      const int maps = state.settings.out_channels;
      for (int m = 0; m < maps; ++m) {
        figure_of(scene, "features." + std::to_string(m));
        const Figure& products = figure_of(scene, "products_2." + std::to_string(m));
        for (int i = 0; i < 9; ++i)
          CHECK(value_of(products, i) == (*products.factors.x)[size_t(products.factors.x_offset + i)] *
                                             (*products.factors.w)[size_t(products.factors.w_offset + i)]);
      }
      const std::string words = narration_of(state, language);
      CHECK(words.find(strings::number(of(state, "output_2")[size_t(state.settings.step)])) != words.npos);
    }
  }
}

TEST_CASE("two layers: what is asked, and its usual mistakes; what would tell is hidden") {
  LessonState state = asking("channels");
  REQUIRE(!update(state, {{"layers", 2.0}, {"kernel_size", 5.0}, {"stride", 2.0}, {"out_channels", 4.0}}));
  REQUIRE(ask_for(state, "receptive"));
  CHECK(diagnosis(state, 9) == "right");  // 5 + 2·2
  CHECK(diagnosis(state, 3) == "second-layer-only");
  CHECK(diagnosis(state, 5) == "first-layer-only");
  CHECK(diagnosis(state, 8) == "sides-added");
  CHECK(diagnosis(state, 7) == "stride-ignored");
  const auto& language = strings::languages().front();
  CHECK(!figure_of(scene_of(state, language, -1), "input.photo").window);
  CHECK(scene_of(state, language, -1).panes[0].where.find("9") == std::string::npos);
  REQUIRE(ask_for(state, "second-parameters"));
  CHECK(diagnosis(state, 37) == "right");
  CHECK(diagnosis(state, 36) == "bias-forgotten");
  CHECK(diagnosis(state, 28) == "photo-channels");
  CHECK(diagnosis(state, 10) == "channels-forgotten");
}
