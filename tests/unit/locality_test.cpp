// What the lesson locality claims, against loops written here: what a cell reads, that nothing else alters
// it, to the bit, and what the erased pixels were worth to the fully connected layer.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/unit/predict_support.h"
#include "web/lessons/filters.h"

using namespace predict_test;

namespace {

LessonState fresh() { return init(*find("locality"), web_test::assets()); }

const nn::Tensor& of(const LessonState& state, const std::string& name) { return state.tensors.at(name); }

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

void randomise(LessonState& state, nn::Pcg32& rng) {
  REQUIRE(!update(state, std::vector<Set>{{"image", "digit-" + std::to_string(rng.below(10))},
                                          {"filter", pick(filter_names(), rng)},
                                          {"kernel_size", double(1 + rng.below(7))},
                                          {"padding", double(rng.below(4))},
                                          {"layers", double(1 + rng.below(3))},
                                          {"class", double(rng.below(10))}}));
  for (const std::string name : {"input", "weight", "bias"})
    if (rng.below(3) == 0)
      REQUIRE(!update(state, ReplaceTensor{name, web_test::random_tensor(of(state, name).shape(), rng, 2)}));
  REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
}

// A square of numbers in double precision.
struct Map {
  int side;
  std::vector<double> values;
  double at(int row, int col) const {
    return row < 0 || col < 0 || row >= side || col >= side ? 0 : values[size_t(row * side + col)];
  }
};
Map map_of(const nn::Tensor& tensor) {
  return {tensor.shape()[1], std::vector<double>(tensor.begin(), tensor.end())};
}

// The next layer's map, with stride 1.
Map convolve(const Map& map, const LessonState& state) {
  const int k = state.settings.kernel_size, p = state.settings.padding;
  const nn::Tensor& weight = of(state, "weight");
  Map out{map.side + 2 * p - k + 1, {}};
  for (int row = 0; row < out.side; ++row)
    for (int col = 0; col < out.side; ++col) {
      double sum = of(state, "bias")[0];
      for (int tap = 0; tap < k * k; ++tap)
        sum += map.at(row - p + tap / k, col - p + tap % k) * weight[size_t(tap)];
      out.values.push_back(sum);
    }
  return out;
}
Map stacked(Map map, const LessonState& state, int layers) {
  for (int layer = 0; layer < layers; ++layer) map = convolve(map, state);
  return map;
}

void check_map(const nn::Tensor& tensor, const Map& expected) {
  REQUIRE(tensor.shape() == nn::Shape{1, expected.side, expected.side});
  double largest = 1;
  for (double value : expected.values) largest = std::max(largest, std::fabs(value));
  for (size_t i = 0; i < tensor.size(); ++i)
    REQUIRE(std::fabs(tensor[i] - expected.values[i]) <= 1e-4 * largest);
}

// Whether a pixel is among those that the step's cell can read.
bool in_field(const LessonState& state, int pixel) {
  const Settings& s = state.settings;
  const int side = 1 + s.layers * (s.kernel_size - 1);
  const int row = pixel / 28 - (s.step / state.out_cols - s.layers * s.padding);
  const int col = pixel % 28 - (s.step % state.out_cols - s.layers * s.padding);
  return row >= 0 && row < side && col >= 0 && col < side;
}

const Figure& figure(const Scene& scene, const std::string& id) {
  for (const Pane& pane : scene.panes)
    for (const Figure& figure : pane.figures)
      if (figure.id == id) return figure;
  FAIL("no figure ", id);
  return scene.panes[0].figures[0];
}

}  // namespace

TEST_CASE("locality starts with one layer, a window within the picture, and a score that changes") {
  const LessonState state = fresh();
  CHECK(state.settings.layers == 1);
  CHECK(state.steps == 784);
  CHECK(same_bits(of(state, "output")[323], of(state, "output_erased")[323]));
  CHECK(std::fabs(of(state, "fc_scores")[3] - of(state, "fc_scores_erased")[3]) > 2);
  int read = 0;
  for (int i = 0; i < 784; ++i) read += of(state, "influence")[size_t(i)] != 0;
  CHECK(read == 25);
}

TEST_CASE("locality: the maps, as they are and of the erased picture, at random states") {
  nn::Pcg32 rng(131);
  for (int round = 0; round < 60; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const nn::Tensor &input = of(state, "input"), &erased = of(state, "input_erased");
    for (int i = 0; i < 784; ++i)
      REQUIRE(same_bits(erased[size_t(i)], in_field(state, i) ? input[size_t(i)] : 0.0f));
    const int layers = state.settings.layers;
    for (const std::string end : {"", "_erased"}) {
      for (int layer = 1; layer < layers; ++layer)
        check_map(of(state, "layer_" + std::to_string(layer) + end),
                  stacked(map_of(of(state, "input" + end)), state, layer));
      check_map(of(state, "output" + end), stacked(map_of(of(state, "input" + end)), state, layers));
      CHECK(state.tensors.count("layer_" + std::to_string(layers) + end) == 0);
    }
    CHECK(state.steps == int(of(state, "output").size()));
    // Window and products are those of the last layer.
    const Map before = stacked(map_of(input), state, layers - 1);
    const int k = state.settings.kernel_size, p = state.settings.padding;
    for (int tap = 0; tap < k * k; ++tap) {
      const double x = before.at(state.settings.step / state.out_cols - p + tap / k,
                                 state.settings.step % state.out_cols - p + tap % k);
      CHECK(of(state, "window")[size_t(tap)] == doctest::Approx(x).epsilon(1e-4));
      CHECK(of(state, "products")[size_t(tap)] ==
            of(state, "window")[size_t(tap)] * of(state, "weight")[size_t(tap)]);
    }
  }
}

TEST_CASE("locality: the cell keeps its bits, at every step, and so for anything else put outside") {
  nn::Pcg32 rng(132);
  for (int round = 0; round < 12; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    REQUIRE(!update(state, Set{"step", 0.0}));
    for (int step = 0; step < state.steps; ++step) {
      REQUIRE(same_bits(of(state, "output")[size_t(step)], of(state, "output_erased")[size_t(step)]));
      REQUIRE(!update(state, StepBy{1}));
    }
  }
  for (int round = 0; round < 40; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const size_t step = size_t(state.settings.step);
    const float before = of(state, "output")[step];
    nn::Tensor other = of(state, "input");
    for (int i = 0; i < 784; ++i)
      if (!in_field(state, i)) other[size_t(i)] = rng.uniform(-9, 9);
    REQUIRE(!update(state, ReplaceTensor{"input", other}));
    CHECK(same_bits(before, of(state, "output")[step]));
  }
}

TEST_CASE("locality: altering one pixel alters the cell by its influence, and by nothing outside the field") {
  nn::Pcg32 rng(133);
  for (int round = 0; round < 8; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const Settings& s = state.settings;
    const Map picture = map_of(of(state, "input"));
    for (int depth = 1; depth <= 3; ++depth) {
      // The depth that is shown, at its own cell; the others where the middle of the field is the same, as
      // far as there is such a cell.
      const int more = depth - s.layers, moved = more * s.padding - more * (s.kernel_size - 1) / 2;
      const int last = 28 + depth * (2 * s.padding - s.kernel_size + 1) - 1;
      const int row = std::clamp(s.step / state.out_cols + moved, 0, last);
      const int col = std::clamp(s.step % state.out_cols + moved, 0, last);
      const double before = stacked(picture, state, depth).at(row, col);
      double largest = 1e-3;
      for (int i = 0; i < 784; ++i)
        largest = std::max(largest, std::fabs(double(of(state, "influence")[size_t((depth - 1) * 784 + i)])));
      for (int i = 0; i < 784; i += 1 + int(rng.below(3))) {
        const float gain = of(state, "influence")[size_t((depth - 1) * 784 + i)];
        Map altered = picture;
        altered.values[size_t(i)] += 1;
        const double after = stacked(altered, state, depth).at(row, col);
        REQUIRE(std::fabs(after - before - gain) <= 1e-4 * largest);
        if (std::fabs(after - before) > 1e-6 * largest) REQUIRE(gain != 0);
        if (depth == s.layers && !in_field(state, i)) REQUIRE(gain == 0);
        const int side = 1 + depth * (s.kernel_size - 1), top = row - depth * s.padding,
                  left = col - depth * s.padding;
        const bool reached = i / 28 >= top && i / 28 < top + side && i % 28 >= left && i % 28 < left + side;
        if (!reached) REQUIRE(gain == 0);
      }
    }
  }
}

TEST_CASE("locality: the measured field is 1 + L·(k − 1) a side, drawn in the picture") {
  for (int k = 1; k <= 7; ++k)
    for (int layers = 1; layers <= 3; ++layers) {
      LessonState state = fresh();
      REQUIRE(!update(state, std::vector<Set>{{"kernel_size", double(k)},
                                              {"layers", double(layers)},
                                              {"padding", double(std::min(3, (k - 1) / 2))},
                                              {"filter", std::string("blur")}}));
      REQUIRE(!update(state, Set{"step", double(state.out_rows / 2 * state.out_cols + state.out_cols / 2)}));
      const int side = 1 + layers * (k - 1);
      const Scene scene = state.lesson->scene(state, *strings::find_language("en"), -1);
      const Figure& reach = figure(scene, "influence." + std::to_string(layers));
      REQUIRE(reach.window);
      CHECK(reach.window->rows == side);
      CHECK(reach.window->cols == side);
      const Figure& input = figure(scene, "input");
      REQUIRE(input.window);
      CHECK(input.window->row == reach.window->row);
      CHECK(input.window->col == reach.window->col);
      CHECK(input.window->rows == side);
      int read = 0;
      for (int i = 0; i < 784; ++i) read += value_of(reach, i) != 0;
      CHECK(read == side * side);
      // On the way to the cell, each map's part of it is k − 1 smaller.
      for (int layer = 1; layer < layers; ++layer) {
        const Figure& map = figure(scene, "layer_" + std::to_string(layer));
        REQUIRE(map.window);
        CHECK(map.window->rows == side - layer * (k - 1));
        CHECK(map.window->cols == side - layer * (k - 1));
      }
    }
}

TEST_CASE("locality: a weight of 0 is no part of what alters the cell") {
  LessonState state = fresh();
  REQUIRE(!update(state, Set{"filter", std::string("vertical-edge")}));
  const Scene scene = state.lesson->scene(state, *strings::find_language("en"), -1);
  const Figure& reach = figure(scene, "influence.1");
  int read = 0;
  for (int i = 0; i < 784; ++i) read += value_of(reach, i) != 0;
  CHECK(read == 20);  // the middle column is 0
  CHECK(reach.window->cols == 5);
}

TEST_CASE("locality: the fully connected scores of the whole picture and of the window alone") {
  nn::Pcg32 rng(134);
  int changed = 0;
  for (int round = 0; round < 60; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const bool built_in = !state.settings.input;
    const nn::Tensor& weight = web_test::assets().fc_weight;
    for (size_t c = 0; c < 10; ++c) {
      double whole = of(state, "fc_bias")[c], alone = whole, magnitude = std::fabs(whole);
      for (size_t i = 0; i < 784; ++i) {
        const double product = double(of(state, "input")[i]) * weight[c * 784 + i];
        whole += product;
        magnitude += std::fabs(product);
        if (in_field(state, int(i))) alone += product;
      }
      const double slack = built_in ? 0 : 1e-5 * magnitude;  // of a built-in digit every sum is exact
      CHECK(std::fabs(of(state, "fc_scores")[c] - whole) <= slack);
      CHECK(std::fabs(of(state, "fc_scores_erased")[c] - alone) <= slack);
    }
    const size_t c = size_t(state.settings.class_index);
    const bool same = of(state, "fc_scores")[c] == of(state, "fc_scores_erased")[c];
    changed += !same;
    for (const auto& language : strings::languages()) {
      const Scene scene = state.lesson->scene(state, language, -1);
      CHECK(scene.panes[0].formula[3].text == std::string(same ? " =" : " ≠"));
      CHECK(scene.panes[1].formula[3].text == " =");
      CHECK(scene.panes[0].where ==
            language.text(same ? "locality.where.fc.same" : "locality.where.fc.other"));
      CHECK(scene.panes[1].where.rfind(language.text("locality.where.cell.same"), 0) == 0);
    }
  }
  CHECK(changed > 30);
}

TEST_CASE("locality: numbers as large as they may be stay numbers, however many layers") {
  LessonState state = fresh();
  REQUIRE(!update(state, Set{"layers", 3.0}));
  for (const std::string name : {"input", "weight", "bias"}) {
    nn::Tensor huge(of(state, name).shape());
    for (size_t i = 0; i < huge.size(); ++i) huge[i] = i % 3 ? 1e15f : -1e15f;
    REQUIRE(!update(state, ReplaceTensor{name, huge}));
  }
  for (const auto& entry : state.tensors)
    for (float value : entry.second) REQUIRE_MESSAGE(std::isfinite(value), entry.first);
}

TEST_CASE("locality asks what changes and how far a cell sees, and hides it") {
  const strings::Strings& english = *strings::find_language("en");
  LessonState state = asking("locality");
  REQUIRE(ask_for(state, "erased-cell"));
  CHECK(diagnosis(state, 0) == "right");
  CHECK(diagnosis(state, 1) == "outside-not-read");
  Scene scene = scene_of(state, english, -1);
  CHECK(figure(scene, "output_erased").concealed);
  CHECK(scene.panes[1].formula.back().text == kHidden);
  CHECK(scene.panes[1].where.rfind(english.text("locality.where.cell.same"), 0) == std::string::npos);
  REQUIRE(ask_for(state, "erased-score"));
  CHECK(diagnosis(state, 1) == "right");
  CHECK(diagnosis(state, 0) == "every-pixel-counts");
  scene = scene_of(state, english, -1);
  CHECK(figure(scene, "fc_scores_erased").concealed);
  CHECK(!figure(scene, "fc_scores").concealed);
  CHECK(scene.panes[0].formula.back().text == kHidden);
  CHECK(scene.panes[0].where == english.text("locality.where.fc"));
  REQUIRE(ask_for(state, "class"));
  scene = scene_of(state, english, -1);
  CHECK(figure(scene, "fc_scores_erased").concealed);
  CHECK(figure(scene, "fc_scores").concealed);
  REQUIRE(ask_for(state, "output-cell"));
  scene = scene_of(state, english, -1);
  for (const std::string id : {"output", "output_erased"})
    CHECK(figure(scene, id).hidden == state.settings.step);
  CHECK(scene.panes[1].formula[2].text == kHidden);
  CHECK(scene.panes[1].formula.back().text == kHidden);

  // A blank picture: nothing to lose.
  REQUIRE(!update(state, ReplaceTensor{"input", nn::Tensor(nn::Shape{1, 28, 28})}));
  REQUIRE(ask_for(state, "erased-score"));
  CHECK(diagnosis(state, 0) == "right");

  for (int layers = 1; layers <= 3; ++layers)
    for (double step : {300.0, 301.0}) {
      state = asking("locality");
      REQUIRE(!update(state, std::vector<Set>{{"layers", double(layers)}, {"step", step}}));
      REQUIRE(ask_for(state, "field-side"));
      const int depth = std::stoi(state.question->arguments.front().second);
      CHECK(depth != layers);
      CHECK(depth > 1);
      const bool two = depth == 2;
      CHECK(diagnosis(state, two ? 9 : 13) == "right");
      CHECK(diagnosis(state, two ? 10 : 15) == "kernels-added");
      CHECK(diagnosis(state, two ? 8 : 12) == "middle-forgotten");
      CHECK(diagnosis(state, 5) == "last-layer-only");
      CHECK(diagnosis(state, two ? 25 : 125) == "kernels-multiplied");
      CHECK(diagnosis(state, two ? 81 : 169) == "area");
      scene = scene_of(state, english, -1);
      for (int d = 1; d <= 3; ++d)
        CHECK(figure(scene, "influence." + std::to_string(d)).concealed == (d == depth));
      CHECK(scene.panes[1].where.find("·") == std::string::npos);  // not even how it is worked out
      CHECK(!update(state, Reveal{}));
      CHECK(!figure(scene_of(state, english, -1), "influence." + std::to_string(depth)).concealed);
    }
}
