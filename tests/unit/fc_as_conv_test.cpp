// What the lesson fc-as-conv claims, against sums written here: kernels are the middles of the templates, the
// output shrinks to 1×1, and what is left has the bits of the fully connected layer's scores.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/unit/web_support.h"
#include "web/lessons/sliding.h"

using namespace lessons;

namespace {

LessonState fresh(int kernel, int image = 28, int digit = 3) {
  LessonState state = init(*find("fc-as-conv"), web_test::assets());
  REQUIRE(!update(state, std::vector<Set>{{"kernel_size", double(kernel)},
                                          {"image_size", double(image)},
                                          {"image", "digit-" + std::to_string(digit)}}));
  return state;
}

const nn::Tensor& of(const LessonState& state, const char* name) { return state.tensors.at(name); }

// The score of class c by the built-in classifier; exact in double, and in float32 by its grid.
float score(int digit, int c) {
  const Assets& assets = web_test::assets();
  double sum = assets.fc_bias[size_t(c)];
  for (size_t i = 0; i < 784; ++i)
    sum += double(assets.digits[size_t(digit)].pixels[i]) * assets.fc_weight[size_t(c) * 784 + i];
  return float(sum);
}

// The first row and column in which the image is not blank.
std::pair<int, int> corner(const nn::Tensor& image) {
  const int side = image.shape()[1];
  int top = side, left = side;
  for (int i = 0; i < side * side; ++i)
    if (image[size_t(i)] != 0) {
      top = std::min(top, i / side);
      left = std::min(left, i % side);
    }
  return {top, left};
}

}  // namespace

TEST_CASE("fc-as-conv starts as CONTRACT says") {
  const LessonState state = init(*find("fc-as-conv"), web_test::assets());
  CHECK(of(state, "input").shape() == nn::Shape{1, 28, 28});
  CHECK(of(state, "weight").shape()[0] == int(of(state, "fc_scores").size()));
  CHECK(state.settings.padding == 0);
  CHECK(state.settings.stride == 1);
  CHECK(state.steps > 1);
  for (const Key& key : state.lesson->keys(state))
    if (key.name == "kernel_size") CHECK((key.min == 3 && key.max == 28));
}

TEST_CASE("fc-as-conv: the output's side falls from 26 to 1 while the kernel grows") {
  for (int k = 3; k <= 28; ++k) {
    const LessonState state = fresh(k);
    CHECK(of(state, "output").shape() == nn::Shape{10, 29 - k, 29 - k});
    CHECK(state.steps == (29 - k) * (29 - k));
  }
}

TEST_CASE("fc-as-conv: each kernel is the middle of its template") {
  const nn::Tensor& templates = web_test::assets().fc_weight;
  for (int k = 3; k <= 28; ++k) {
    const LessonState state = fresh(k);
    const nn::Tensor& weight = of(state, "weight");
    REQUIRE(weight.shape() == nn::Shape{10, 1, k, k});
    for (int i = 0; i < 10 * k * k; ++i) {
      const int c = i / (k * k), row = i / k % k + (28 - k) / 2, col = i % k + (28 - k) / 2;
      REQUIRE(weight[size_t(i)] == templates[size_t(c * 784 + row * 28 + col)]);
    }
  }
}

TEST_CASE("fc-as-conv: an image-sized kernel gives the fully connected scores, to the bit") {
  for (int digit = 0; digit < 10; ++digit) {
    LessonState state = fresh(28, 28, digit);
    CHECK(state.steps == 1);
    for (int c = 0; c < 10; ++c) {
      REQUIRE(!update(state, Set{"filter_index", double(c)}));
      CHECK(of(state, "fc_scores")[size_t(c)] == score(digit, c));
      CHECK(nn::same_bits(nn::Tensor({1}, {of(state, "output")[size_t(c)]}),
                          nn::Tensor({1}, {of(state, "fc_scores")[size_t(c)]})));
      const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
      std::string formula;
      for (const Span& span : scene.panes[0].formula) formula += span.text;
      CHECK(formula.find(" = ") != formula.npos);
      CHECK(scene.panes[0].where == strings::languages().front().text("fc-as-conv.same"));
    }
  }
}

TEST_CASE("fc-as-conv: in a larger image the digit's own place has its scores, to the bit") {
  nn::Pcg32 rng(95);
  for (int image = 28; image <= 56; ++image) {
    const int digit = int(rng.below(10));
    LessonState state = fresh(28, image, digit);
    const int side = image - 27;
    CHECK(of(state, "output").shape() == nn::Shape{10, side, side});
    CHECK(of(state, "input").shape() == nn::Shape{1, image, image});
    const auto in_image = corner(of(state, "input")),
               alone = corner(web_test::assets().digits[size_t(digit)].pixels);
    const int row = in_image.first - alone.first, col = in_image.second - alone.second;
    REQUIRE((row >= 0 && col >= 0 && row < side && col < side));
    REQUIRE(!update(state, Set{"step", double(row * side + col)}));
    double ink = 0, shown = 0;
    for (float x : of(state, "input")) shown += x;
    for (float x : web_test::assets().digits[size_t(digit)].pixels) ink += x;
    CHECK(ink == shown);
    CHECK(nn::same_bits(of(state, "window_scores"), of(state, "fc_scores")));
    const strings::Strings& words = strings::languages().front();
    CHECK(state.lesson->scene(state, words, -1).panes[0].where == words.text("fc-as-conv.same"));
    for (int c = 0; c < 10; ++c) CHECK(of(state, "window_scores")[size_t(c)] == score(digit, c));
  }
}

TEST_CASE("fc-as-conv: the map is the sum over each window, at random states") {
  nn::Pcg32 rng(96);
  for (int round = 0; round < 60; ++round) {
    const int k = 3 + int(rng.below(26)), image = 28 + int(rng.below(29));
    LessonState state = fresh(k, image, int(rng.below(10)));
    REQUIRE(!update(state, Set{"filter_index", double(rng.below(10))}));
    if (round % 2)
      for (const std::string name : {"input", "weight", "bias"})
        if (rng.below(2))
          REQUIRE(!update(
              state, ReplaceTensor{name, web_test::random_tensor(state.tensors.at(name).shape(), rng, 2)}));
    const int side = image - k + 1;
    REQUIRE(of(state, "output").shape() == nn::Shape{10, side, side});
    for (int n = 0; n < 30; ++n) {
      const int step = int(rng.below(uint32_t(side * side)));
      REQUIRE(!update(state, Set{"step", double(step)}));
      for (int c = 0; c < 10; ++c) {
        double sum = of(state, "bias")[size_t(c)], magnitude = std::abs(sum);
        for (int tap = 0; tap < k * k; ++tap) {
          const int pixel = (step / side + tap / k) * image + step % side + tap % k;
          const double product =
              double(of(state, "input")[size_t(pixel)]) * of(state, "weight")[size_t(c * k * k + tap)];
          sum += product;
          magnitude += std::abs(product);
        }
        const float value = of(state, "output")[size_t(c * side * side + step)];
        CHECK(std::abs(value - sum) <= 1e-5 * magnitude);
        CHECK(of(state, "window_scores")[size_t(c)] == value);
      }
    }
  }
}

TEST_CASE("fc-as-conv: with the user's own kernels the layer has them, too, and agrees up to rounding") {
  nn::Pcg32 rng(97);
  int rounded = 0;
  for (int round = 0; round < 40; ++round) {
    LessonState state = fresh(28, 28, 5);
    const nn::Tensor own = web_test::random_tensor({10, 1, 28, 28}, rng);
    REQUIRE(!update(state, ReplaceTensor{"weight", own}));
    REQUIRE(!update(state, ReplaceTensor{"bias", web_test::random_tensor({10}, rng)}));
    CHECK(value_of(state, "filter") == Value(std::string("custom")));
    for (size_t c = 0; c < 10; ++c) {
      double magnitude = std::abs(double(of(state, "fc_bias")[c]));
      CHECK(of(state, "fc_bias")[c] == of(state, "bias")[c]);
      for (size_t i = 0; i < 784; ++i) {
        CHECK(of(state, "fc_weight")[c * 784 + i] == own[c * 784 + i]);
        magnitude += std::abs(double(of(state, "flat")[i]) * own[c * 784 + i]);
      }
      const double gap = std::abs(double(of(state, "fc_scores")[c]) - of(state, "window_scores")[c]);
      CHECK(gap <= 2 * 785 * 6e-8 * magnitude);
      rounded += gap > 0;
    }
  }
  CHECK(rounded > 10);
}

TEST_CASE("fc-as-conv: another image size drops the user's own image, another kernel size the own kernels") {
  LessonState state = fresh(20);
  REQUIRE(!update(state, ReplaceTensor{"input", nn::Tensor(nn::Shape{1, 28, 28})}));
  REQUIRE(!update(state, ReplaceTensor{"weight", nn::Tensor(nn::Shape{10, 1, 20, 20})}));
  REQUIRE(!update(state, Set{"image_size", 28.0}));
  CHECK(value_of(state, "image") == Value(std::string("custom")));
  REQUIRE(!update(state, Set{"image_size", 40.0}));
  CHECK(value_of(state, "image") == Value(std::string("digit-3")));
  CHECK(value_of(state, "filter") == Value(std::string("custom")));
  REQUIRE(!update(state, Set{"kernel_size", 28.0}));
  CHECK(value_of(state, "filter") == Value(std::string("trained")));
}
