// What the lesson pooling shows, against loops written here: maximum and winner, mean, pooling again and
// again, and how much of a shift is left after each.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/unit/web_support.h"

using namespace lessons;

namespace {

LessonState fresh() { return init(*find("pooling"), web_test::assets()); }

const nn::Tensor& of(const LessonState& state, const std::string& name) { return state.tensors.at(name); }

void randomise(LessonState& state, nn::Pcg32& rng) {
  const bool photo = rng.below(3) == 0;
  const std::string image = photo ? "photo" : "digit-" + std::to_string(rng.below(10));
  REQUIRE(!update(state, std::vector<Set>{{"filter_index", double(photo ? rng.below(3) : 0)},
                                          {"image", image},
                                          {"kernel_size", double(2 + rng.below(3))},
                                          {"stride", double(1 + rng.below(4))},
                                          {"pool", std::string(rng.below(2) ? "avg" : "max")},
                                          {"shift_x", double(rng.below(9)) - 4},
                                          {"shift_y", double(rng.below(9)) - 4}}));
  if (rng.below(2)) {  // with many ties, or none
    nn::Tensor own = web_test::random_tensor(of(state, "input").shape(), rng, 2);
    if (rng.below(2))
      for (float& x : own) x = std::round(x);
    REQUIRE(!update(state, ReplaceTensor{"input", own}));
  }
  REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
}

struct Window {
  double largest, mean, magnitude;
  int first;  // the first place of the largest
};
Window window_at(const nn::Tensor& in, int channel, int row, int col, int k) {
  const int width = in.shape()[2];
  row += channel * in.shape()[1];
  Window w = {-1e30, 0, 0, -1};
  for (int r = row; r < row + k; ++r)
    for (int c = col; c < col + k; ++c) {
      const double x = in[size_t(r * width + c)];
      if (x > w.largest) {
        w.largest = x;
        w.first = r * width + c;
      }
      w.mean += x / (k * k);
      w.magnitude += std::abs(x) / (k * k);
    }
  return w;
}

void check_pooled(const LessonState& state, const std::string& from, const std::string& to) {
  const Settings& s = state.settings;
  const nn::Tensor &in = of(state, from), &out = of(state, to);
  const int side = (in.shape()[1] - s.kernel_size) / s.stride + 1;
  REQUIRE(out.shape() == nn::Shape{in.shape()[0], side, side});
  for (int i = 0; i < int(out.size()); ++i) {
    const int cell = i % (side * side);
    const Window w =
        window_at(in, i / (side * side), cell / side * s.stride, cell % side * s.stride, s.kernel_size);
    if (s.pool == "max") {
      REQUIRE(out[size_t(i)] == float(w.largest));
    } else {
      REQUIRE(std::abs(out[size_t(i)] - w.mean) <= 1e-6 * w.magnitude);
    }
    if (to == "output" && s.pool == "max") REQUIRE(of(state, "argmax")[size_t(i)] == float(w.first));
  }
}

}  // namespace

TEST_CASE("pooling starts with the maximum of 2×2 windows: a quarter of the numbers") {
  const LessonState state = fresh();
  CHECK(state.settings.pool == "max");
  CHECK(state.settings.kernel_size == 2);
  CHECK(state.settings.stride == 2);
  CHECK(of(state, "input").size() == 4 * of(state, "output").size());
  CHECK(of(state, "argmax").shape() == of(state, "output").shape());
  for (const auto& [level, side] : std::vector<std::pair<std::string, int>>{{"_2", 7}, {"_3", 3}, {"_4", 1}})
    CHECK(of(state, "output" + level).shape() == nn::Shape{1, side, side});
  // The point is plain: each pooling leaves less of a shift by one pixel.
  const nn::Tensor& change = of(state, "shift_change");
  CHECK(change.size() == 5);
  for (size_t level = 1; level < 4; ++level) CHECK(change[level] < 0.75f * change[level - 1]);
}

TEST_CASE("pooling: maximum, winner and mean, again and again, at random states") {
  nn::Pcg32 rng(121);
  for (int round = 0; round < 200; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    CHECK((state.tensors.count("argmax") == 1) == (state.settings.pool == "max"));
    for (const std::string end : {"", "_shifted"}) {
      std::string from = "input" + end;
      int levels = 1;
      for (const std::string level : {"output", "output_2", "output_3", "output_4"}) {
        const bool fits = of(state, from).shape()[1] >= state.settings.kernel_size;
        REQUIRE(state.tensors.count(level + end) == (fits ? 1 : 0));
        if (!fits) break;
        check_pooled(state, from, level + end);
        from = level + end;
        ++levels;
      }
      CHECK(of(state, "shift_change").size() == size_t(levels));
    }
  }
}

TEST_CASE("pooling: the window of each step, and its winner marked in both pictures") {
  nn::Pcg32 rng(122);
  for (int round = 0; round < 100; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const int k = state.settings.kernel_size,
              row = state.settings.step / state.out_cols * state.settings.stride,
              col = state.settings.step % state.out_cols * state.settings.stride;
    const int channels = of(state, "input").shape()[0], side = of(state, "input").shape()[1];
    REQUIRE(of(state, "window").shape() == nn::Shape{channels, k, k});
    for (int tap = 0; tap < channels * k * k; ++tap)
      CHECK(of(state, "window")[size_t(tap)] ==
            of(state, "input")[size_t((tap / (k * k) * side + row + tap / k % k) * side + col + tap % k)]);
    const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
    for (int channel = 0; channel < channels; ++channel) {  // each has its own window and its own winner
      const size_t first = size_t(4 * channel);
      const Figure &input = scene.panes[0].figures[first], &window = scene.panes[0].figures[first + 1];
      const Figure& output = scene.panes[0].figures[first + 3];
      CHECK(input.offset == channel * side * side);
      CHECK(window.offset == channel * k * k);
      CHECK(output.offset == channel * state.steps);
      CHECK(output.also.empty() == (channel == state.settings.filter_index));
      REQUIRE(input.marks.size() == (state.settings.pool == "max" ? 1 : 0));
      REQUIRE(window.marks.size() == input.marks.size());
      if (input.marks.empty()) continue;
      CHECK(float(input.offset + input.marks[0]) ==
            of(state, "argmax")[size_t(channel * state.steps + state.settings.step)]);
      CHECK(pixel_of(window, window.marks[0]) == input.marks[0]);
    }
  }
}

TEST_CASE("pooling: the shift, and how much of it is left") {
  nn::Pcg32 rng(123);
  for (int round = 0; round < 100; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const nn::Tensor &input = of(state, "input"), &moved = of(state, "input_shifted");
    const int side = input.shape()[1], filter = state.settings.filter_index;
    for (int i = 0; i < int(input.size()); ++i) {
      const int plane = i / (side * side) * side * side;
      const int row = (i - plane) / side - state.settings.shift_y, col = i % side - state.settings.shift_x;
      const bool inside = row >= 0 && row < side && col >= 0 && col < side;
      REQUIRE(moved[size_t(i)] == (inside ? input[size_t(plane + row * side + col)] : 0.0f));
    }
    const std::string names[] = {"input", "output", "output_2", "output_3", "output_4"};
    for (size_t level = 0; level < of(state, "shift_change").size(); ++level) {
      const nn::Tensor &before = of(state, names[level]), &after = of(state, names[level] + "_shifted");
      double gap = 0, all = 0;
      const size_t cells = before.size() / size_t(before.shape()[0]);
      for (size_t i = size_t(filter) * cells; i < size_t(filter + 1) * cells; ++i) {  // of the channel
        gap += std::abs(double(before[i]) - after[i]);
        all += std::abs(before[i]);
      }
      const double expected = all > 0 ? gap / all : gap > 0 ? 1 : 0;
      CHECK(of(state, "shift_change")[level] == doctest::Approx(expected).epsilon(1e-5));
    }
  }
}

TEST_CASE("pooling: a shift by a multiple of the stride moves the result along, to the bit") {
  nn::Pcg32 rng(124);
  for (int round = 0; round < 60; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const int stride = state.settings.stride;
    const int down = int(rng.below(3)) - 1, right = int(rng.below(3)) - 1;  // in cells of the result
    REQUIRE(!update(
        state, std::vector<Set>{{"shift_y", double(down * stride)}, {"shift_x", double(right * stride)}}));
    const nn::Tensor &output = of(state, "output"), &moved = of(state, "output_shifted");
    const int side = output.shape()[1];
    int compared = 0;
    for (int row = 0; row < side; ++row)
      for (int col = 0; col < side; ++col) {
        const int to_row = row + down, to_col = col + right;
        if (to_row < 0 || to_row >= side || to_col < 0 || to_col >= side) continue;
        ++compared;
        REQUIRE(nn::same_bits(nn::Tensor({1}, {output[size_t(row * side + col)]}),
                              nn::Tensor({1}, {moved[size_t(to_row * side + to_col)]})));
      }
    CHECK(compared > 0);
  }
}

TEST_CASE("pooling: no shift changes nothing, and a blank picture stays blank") {
  LessonState state = fresh();
  REQUIRE(!update(state, Set{"shift_x", 0.0}));
  for (float change : of(state, "shift_change")) CHECK(change == 0);
  REQUIRE(!update(state, std::vector<Set>{{"shift_x", 3.0}}));
  REQUIRE(!update(state, ReplaceTensor{"input", nn::Tensor(nn::Shape{1, 28, 28})}));
  for (float change : of(state, "shift_change")) CHECK(change == 0);
  CHECK(of(state, "argmax")[0] == 0);  // all tied: the first
}

TEST_CASE("pooling: what one channel holds changes nothing in another") {
  nn::Pcg32 rng(125);
  for (int round = 0; round < 40; ++round) {
    LessonState state = fresh();
    REQUIRE(!update(state, std::vector<Set>{{"image", std::string("photo")},
                                            {"filter_index", double(rng.below(3))},
                                            {"kernel_size", double(2 + rng.below(3))},
                                            {"pool", std::string(rng.below(2) ? "avg" : "max")}}));
    const nn::Tensor before = of(state, "output"), input = of(state, "input");
    const int changed = int(rng.below(3));
    nn::Tensor other = input;
    for (int i = changed * 1024; i < (changed + 1) * 1024; ++i) other[size_t(i)] = rng.uniform(-1, 1);
    REQUIRE(!update(state, ReplaceTensor{"input", other}));
    for (int i = 0; i < int(before.size()); ++i)
      CHECK((of(state, "output")[size_t(i)] == before[size_t(i)]) == (i / state.steps != changed));
  }
}

TEST_CASE("pooling: a photograph's channel in the address; a digit has only the one") {
  LessonState state = fresh();
  REQUIRE(!update(state, std::vector<Set>{{"filter_index", 2.0}, {"image", std::string("photo")}}));
  CHECK(state.settings.filter_index == 2);
  const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
  for (const Figure& figure : scene.panes[1].figures)
    if (figure.kind == FigureKind::Heatmap) CHECK(figure.offset == 2 * figure.rows * figure.cols);
  REQUIRE(!update(state, Set{"image", std::string("digit-7")}));
  CHECK(state.settings.filter_index == 0);
  CHECK(update(state, Set{"filter_index", 1.0}));
}

TEST_CASE("pooling has no kernel to replace, and says what it has") {
  LessonState state = fresh();
  const auto error = update(state, ReplaceTensor{"weight", nn::Tensor(nn::Shape{1, 1, 2, 2})});
  REQUIRE(error);
  const std::string said = strings::find_language("en")->format(error->message, error->arguments);
  CHECK(said.find("allowed: input.") != said.npos);
}
