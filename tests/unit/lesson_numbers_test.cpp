// The numbers that the lessons show, against loops written here in double precision.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/unit/web_support.h"
#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"

using namespace lessons;
using web_test::random_tensor;

namespace {

std::string describe(const LessonState& state) {
  std::string text;
  for (const Key& key : state.lesson->keys(state))
    text += key.name + "=" + shown(value_of(state, key.name)) + " ";
  return text;
}

// Pixel (row, col) of a channel; 0 outside.
double at(const nn::Tensor& image, int channel, int row, int col) {
  const int height = image.shape()[1], width = image.shape()[2];
  const bool inside = row >= 0 && row < height && col >= 0 && col < width;
  return inside ? double(image[size_t((channel * height + row) * width + col)]) : 0.0;
}

// What the window slides over.
const nn::Tensor& picture(const LessonState& state) {
  for (const std::string name : {"input_shuffled", "input_shifted"})
    if (const auto found = state.tensors.find(name); found != state.tensors.end()) return found->second;
  return state.tensors.at("input");
}

// The products of one window of filter `o`, channel by channel, and the sum of their magnitudes and the
// bias's.
struct Sum {
  double value, magnitude;
};
Sum window_sum(const LessonState& state, int o, int row, int col) {
  const Settings& s = state.settings;
  const nn::Tensor &input = picture(state), &weight = state.tensors.at("weight");
  const int channels = input.shape()[0], k = s.kernel_size;
  Sum sum = {0, std::abs(state.tensors.at("bias")[size_t(o)])};
  for (int c = 0; c < channels; ++c)
    for (int tap = 0; tap < k * k; ++tap) {
      const double product =
          at(input, c, row * s.stride - s.padding + tap / k, col * s.stride - s.padding + tap % k) *
          weight[size_t((o * channels + c) * k * k + tap)];
      sum.value += product;
      sum.magnitude += std::abs(product);
    }
  return sum;
}

void check_output(const LessonState& state) {
  const Settings& s = state.settings;
  const nn::Tensor &input = picture(state), &output = state.tensors.at("output");
  const int k = s.kernel_size, filters = state.tensors.at("weight").shape()[0];
  const int rows = (input.shape()[1] + 2 * s.padding - k) / s.stride + 1;
  REQUIRE(output.shape() == nn::Shape{filters, rows, rows});
  REQUIRE(state.tensors.at("weight").shape() == nn::Shape{filters, input.shape()[0], k, k});
  REQUIRE(state.tensors.at("bias").shape() == nn::Shape{filters});
  CHECK(state.steps == rows * rows);
  for (int i = 0; i < filters * rows * rows; ++i) {
    const int o = i / (rows * rows), cell = i % (rows * rows);
    const Sum sum = window_sum(state, o, cell / rows, cell % rows);
    const double expected = sum.value + state.tensors.at("bias")[size_t(o)];
    REQUIRE_MESSAGE(std::abs(output[size_t(i)] - expected) <= 1e-5 * sum.magnitude, describe(state), "cell ",
                    i);
  }
}

void check_window(const LessonState& state) {
  const Settings& s = state.settings;
  const nn::Tensor &window = state.tensors.at("window"), &products = state.tensors.at("products");
  const nn::Tensor &input = picture(state), &weight = state.tensors.at("weight");
  const int k = s.kernel_size, row = s.step / state.out_cols, col = s.step % state.out_cols;
  const int channels = input.shape()[0], taps = channels * k * k;
  REQUIRE(window.shape() == nn::Shape{channels, k, k});
  REQUIRE(products.shape() == nn::Shape{channels, k, k});
  for (int i = 0; i < taps; ++i) {
    const int tap = i % (k * k);
    const double x =
        at(input, i / (k * k), row * s.stride - s.padding + tap / k, col * s.stride - s.padding + tap % k);
    const float w = weight[size_t(s.filter_index * taps + i)];
    REQUIRE_MESSAGE(window[size_t(i)] == x, describe(state), "tap ", i);
    REQUIRE_MESSAGE(products[size_t(i)] == float(x) * w, describe(state), "tap ", i);
  }
  const Sum sum = window_sum(state, s.filter_index, row, col);
  const Place p = place(state);
  CHECK(p.row == row);
  CHECK(p.col == col);
  CHECK(p.origin_row == row * s.stride - s.padding);
  CHECK(p.origin_col == col * s.stride - s.padding);
  CHECK(p.bias == state.tensors.at("bias")[size_t(s.filter_index)]);
  CHECK(p.value == state.tensors.at("output")[size_t(s.filter_index * state.steps + s.step)]);
  CHECK_MESSAGE(std::abs(p.sum - sum.value) <= 1e-5 * sum.magnitude, describe(state));
  CHECK_MESSAGE(std::abs(double(p.sum) + p.bias - p.value) <= 2e-5 * sum.magnitude, describe(state));
}

bool same_bits(float a, float b) { return nn::same_bits(nn::Tensor({1}, {a}), nn::Tensor({1}, {b})); }

float scored(const LessonState& state, int c, const std::vector<int>& order) {
  const nn::Tensor &flat = state.tensors.at("flat"), &weight = state.tensors.at("fc_weight");
  float sum = state.tensors.at("fc_bias")[size_t(c)];
  for (int i : order) sum += flat[size_t(i)] * weight[size_t(c * 784 + i)];
  return sum;
}

double total(const nn::Tensor& weight) { return std::accumulate(weight.begin(), weight.end(), 0.0); }

}  // namespace

TEST_CASE("convolution: output, window and products are what loops give") {
  nn::Pcg32 rng(71);
  for (int round = 0; round < 150; ++round) {
    LessonState state = init(*find("convolution"), web_test::assets());
    std::vector<Set> changes = {{"image", "digit-" + std::to_string(rng.below(10))},
                                {"kernel_size", double(1 + rng.below(7))},
                                {"stride", double(1 + rng.below(4))},
                                {"padding", double(rng.below(4))},
                                {"filter", web_test::pick(preset_names(web_test::assets()), rng)}};
    REQUIRE(!update(state, changes));
    for (const std::string name : {"input", "weight", "bias"})
      if (rng.below(2))
        REQUIRE(!update(state, ReplaceTensor{name, random_tensor(state.tensors.at(name).shape(), rng, 3)}));
    check_output(state);
    for (int n = 0; n < 5; ++n) {
      REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
      check_window(state);
    }
  }
}

TEST_CASE("channels: output, window and products are what loops over all channels and filters give") {
  nn::Pcg32 rng(75);
  for (int round = 0; round < 100; ++round) {
    LessonState state = init(*find("channels"), web_test::assets());
    const int filters = 1 + int(rng.below(4));
    REQUIRE(!update(state, {{"filter_index", double(rng.below(uint32_t(filters)))},  // after out_channels
                            {"out_channels", double(filters)},
                            {"kernel_size", double(1 + rng.below(7))},
                            {"stride", double(1 + rng.below(4))},
                            {"padding", double(rng.below(4))},
                            {"filter", web_test::pick(bank_names(), rng)}}));
    for (const std::string name : {"input", "weight", "bias"})
      if (rng.below(2))
        REQUIRE(!update(state, ReplaceTensor{name, random_tensor(state.tensors.at(name).shape(), rng, 3)}));
    check_output(state);
    for (int n = 0; n < 5; ++n) {
      REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
      check_window(state);
    }
  }
}

TEST_CASE("convolution: every window of the page's first states") {
  for (const Lesson* lesson : all()) {
    LessonState state = init(*lesson, web_test::assets());
    // It does not slide, or does not convolve, or is a whole network, which has a test of its own.
    if (!state.tensors.count("products") || std::string(lesson->id) == "network") continue;
    if (std::string(lesson->id) == "pattern")  // a built-in picture is painted by the steps
      REQUIRE(!update(state, Set{"image", std::string("custom")}));
    check_output(state);
    REQUIRE(!update(state, Set{"step", 0.0}));
    for (int step = 0; step < state.steps; ++step) {
      check_window(state);
      REQUIRE(!update(state, StepBy{1}));
    }
  }
}

TEST_CASE("flatten: every order of summation gives the score's bits") {
  nn::Pcg32 rng(72);
  std::vector<int> strip(784), columns(784);
  std::iota(strip.begin(), strip.end(), 0);
  for (int i = 0; i < 784; ++i) columns[size_t(i)] = i % 28 * 28 + i / 28;
  for (int digit = 0; digit < 10; ++digit) {
    LessonState state = init(*find("flatten"), web_test::assets());
    REQUIRE(!update(state, Set{"image", "digit-" + std::to_string(digit)}));
    const nn::Tensor &flat = state.tensors.at("flat"), &weight = state.tensors.at("fc_weight");
    CHECK(nn::same_bits(flat, [&] {
      nn::Tensor input(nn::Shape{784});
      std::copy(state.tensors.at("input").begin(), state.tensors.at("input").end(), input.begin());
      return input;
    }()));
    for (int c = 0; c < 10; ++c) {
      const float score = state.tensors.at("fc_scores")[size_t(c)];
      CHECK_MESSAGE(same_bits(scored(state, c, strip), score), "digit ", digit, " class ", c, " strip order");
      CHECK_MESSAGE(same_bits(scored(state, c, columns), score), "digit ", digit, " class ", c,
                    " by columns");
      CHECK_MESSAGE(same_bits(scored(state, c, nn::permutation(784, rng)), score), "digit ", digit, " class ",
                    c, " random order");
      double magnitude = std::abs(double(state.tensors.at("fc_bias")[size_t(c)]));
      for (int i = 0; i < 784; ++i)
        magnitude += std::abs(double(flat[size_t(i)]) * weight[size_t(c * 784 + i)]);
      CHECK_MESSAGE(magnitude < 64, "digit ", digit, " class ", c);
    }
    for (float x : flat) REQUIRE(x * 256 == std::floor(x * 256));
    for (float w : weight) REQUIRE(w * 1024 == std::floor(w * 1024));
  }
}

TEST_CASE("flatten: the running sum goes from the bias to the score, step i being pixel i") {
  for (int c = 0; c < 10; ++c) {
    LessonState state = init(*find("flatten"), web_test::assets());
    REQUIRE(!update(state, Set{"class", double(c)}));
    const nn::Tensor &running = state.tensors.at("fc_running"), &products = state.tensors.at("fc_products");
    const nn::Tensor &flat = state.tensors.at("flat"), &weight = state.tensors.at("fc_weight");
    REQUIRE(running.shape() == nn::Shape{784});
    float sum = state.tensors.at("fc_bias")[size_t(c)];
    for (size_t i = 0; i < 784; ++i) {
      CHECK(products[i] == flat[i] * weight[size_t(c) * 784 + i]);
      sum += products[i];
      REQUIRE_MESSAGE(same_bits(running[i], sum), "class ", c, " index ", i);
    }
    CHECK_MESSAGE(same_bits(running[783], state.tensors.at("fc_scores")[size_t(c)]), "class ", c);
  }
  LessonState state = init(*find("flatten"), web_test::assets());
  CHECK(state.steps == 784);
  for (int step = 0; step < 784; ++step) {  // the middle of window i is pixel i
    REQUIRE(!update(state, Set{"step", double(step)}));
    REQUIRE(centre_pixel(state) == step);
  }
}

TEST_CASE("flatten: an image of the user's own scores within rounding") {
  nn::Pcg32 rng(73);
  LessonState state = init(*find("flatten"), web_test::assets());
  REQUIRE(!update(state, ReplaceTensor{"input", random_tensor({1, 28, 28}, rng, 10)}));
  for (size_t c = 0; c < 10; ++c) {
    double sum = state.tensors.at("fc_bias")[c], magnitude = std::abs(sum);
    for (size_t i = 0; i < 784; ++i) {
      const double product = double(state.tensors.at("flat")[i]) * state.tensors.at("fc_weight")[c * 784 + i];
      sum += product;
      magnitude += std::abs(product);
    }
    CHECK(std::abs(state.tensors.at("fc_scores")[c] - sum) <= 1e-5 * magnitude);
  }
}

TEST_CASE("filters do what their names say, at every size") {
  for (int k = 1; k <= 7; ++k) {
    CAPTURE(k);
    for (const std::string& name : filter_names()) {
      CAPTURE(name);
      const nn::Tensor weight = filter_weight(name, k);
      REQUIRE(weight.shape() == nn::Shape{1, 1, k, k});
      const bool sums_to_zero = name.find("edge") != name.npos || name == "outline";
      CHECK(std::abs(total(weight) - (sums_to_zero ? 0 : 1)) < 1e-6);
      const bool all_zero = std::all_of(weight.begin(), weight.end(), [](float w) { return w == 0; });
      CHECK(all_zero == (k == 1 && sums_to_zero));
    }
    const nn::Tensor vertical = filter_weight("vertical-edge", k);
    const nn::Tensor horizontal = filter_weight("horizontal-edge", k);
    const nn::Tensor blur = filter_weight("blur", k), diagonal = filter_weight("diagonal-edge", k);
    for (int r = 0; r < k; ++r)
      for (int c = 0; c < k; ++c) {
        const size_t here = size_t(r * k + c), across = size_t(c * k + r),
                     mirrored = size_t(r * k + k - 1 - c);
        CHECK(horizontal[across] == vertical[here]);
        CHECK(vertical[mirrored] == -vertical[here]);
        CHECK(diagonal[across] == -diagonal[here]);
        CHECK(blur[here] == blur[0]);
        if (c > k / 2) CHECK(vertical[here] > 0);  // dark left, bright right answers positively
      }
  }
  const float sobel[] = {-1, 0, 1, -2, 0, 2, -1, 0, 1};
  const nn::Tensor vertical = filter_weight("vertical-edge", 3);
  for (size_t i = 0; i < 9; ++i) CHECK(vertical[i] == sobel[i] / 4);
}

TEST_CASE("learned filters are those of the trained network, cut or framed at another size") {
  const Assets& assets = web_test::assets();
  const std::vector<std::string> names = learned_names(assets);
  REQUIRE(names.size() == 6);
  CHECK(names.front() == "learned-0");
  const nn::Tensor& first_layer = assets.network.parameter(0);
  for (int i = 0; i < 6; ++i)
    for (int k = 1; k <= 7; ++k) {
      CAPTURE(k);
      const nn::Tensor weight = preset_weight(assets, names[size_t(i)], k);
      REQUIRE(weight.shape() == nn::Shape{1, 1, k, k});
      // Both middles coincide; of two middle rows, the upper one.
      const int offset = k <= 5 ? (5 - k) / 2 : -((k - 5) / 2);
      for (int row = 0; row < k; ++row)
        for (int col = 0; col < k; ++col) {
          const int r = row + offset, c = col + offset;
          const bool inside = r >= 0 && r < 5 && c >= 0 && c < 5;
          CHECK(weight[size_t(row * k + col)] == (inside ? first_layer[size_t(i * 25 + r * 5 + c)] : 0.0f));
        }
    }
  LessonState state = init(*find("convolution"), assets);
  REQUIRE(!update(state, Set{"filter", std::string("learned-5")}));
  CHECK(nn::same_bits(state.tensors.at("weight"), preset_weight(assets, "learned-5", 5)));
  CHECK(update(state, Set{"filter", std::string("learned-6")}));  // there is none
  CHECK(value_of(state, "filter") == Value(std::string("learned-5")));
  // The caption says what another size shows.
  for (const int k : {4, 5, 7}) {
    REQUIRE(!update(state, Set{"kernel_size", double(k)}));
    for (const auto& language : strings::languages()) {
      const Scene scene = scene_of(state, language, -1);
      const std::string& caption = scene.panes[0].figures[3].caption;
      CHECK((caption.find(language.text("figure.kernel.middle")) != caption.npos) == (k < 5));
      CHECK((caption.find(language.text("figure.kernel.framed")) != caption.npos) == (k > 5));
    }
  }
}

TEST_CASE("a change of kernel_size drops the user's own kernel and returns to the preset") {
  nn::Pcg32 rng(74);
  LessonState state = init(*find("convolution"), web_test::assets());
  REQUIRE(!update(state, Set{"filter", std::string("blur")}));
  REQUIRE(!update(state, ReplaceTensor{"weight", random_tensor({1, 1, 5, 5}, rng)}));
  CHECK(value_of(state, "filter") == Value(std::string("custom")));
  REQUIRE(!update(state, Set{"kernel_size", 5.0}));  // no change
  CHECK(value_of(state, "filter") == Value(std::string("custom")));
  REQUIRE(!update(state, Set{"kernel_size", 4.0}));
  CHECK(value_of(state, "filter") == Value(std::string("blur")));
  CHECK(nn::same_bits(state.tensors.at("weight"), filter_weight("blur", 4)));
  REQUIRE(!update(state, Set{"filter", std::string("custom")}));  // starts from what is shown
  CHECK(nn::same_bits(state.tensors.at("weight"), filter_weight("blur", 4)));
  CHECK(value_of(state, "filter") == Value(std::string("custom")));
}
