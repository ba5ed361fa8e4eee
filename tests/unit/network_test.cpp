// What the lesson network shows, against loops written here in double precision: every layer at random
// states.
#include "web/lessons/network.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/unit/predict_support.h"

using namespace predict_test;

namespace {

LessonState fresh() { return init(*find("network"), web_test::assets()); }

const nn::Tensor& of(const LessonState& state, const std::string& name) { return state.tensors.at(name); }

// A picture of several channels, [C, H, W], and for each number how large what was added up to it was.
struct Maps {
  int channels, rows, cols;
  std::vector<double> values, magnitude;
  double at(int c, int row, int col) const {
    const bool inside = row >= 0 && row < rows && col >= 0 && col < cols;
    return inside ? values[size_t((c * rows + row) * cols + col)] : 0;
  }
};

Maps maps_of(const nn::Tensor& tensor) {
  const nn::Shape& shape = tensor.shape();
  return {shape[0], shape[1], shape[2], {tensor.begin(), tensor.end()}, {}};
}

Maps convolved(const Maps& in, const nn::Tensor& weight, const nn::Tensor& bias) {
  const int filters = weight.shape()[0], k = weight.shape()[2], padding = k / 2;
  Maps out = {filters, in.rows, in.cols, {}, {}};
  for (int o = 0; o < filters; ++o)
    for (int row = 0; row < in.rows; ++row)
      for (int col = 0; col < in.cols; ++col) {
        double sum = bias[size_t(o)], magnitude = std::fabs(sum);
        for (int c = 0; c < in.channels; ++c)
          for (int r = 0; r < k; ++r)
            for (int q = 0; q < k; ++q) {
              const double product = in.at(c, row - padding + r, col - padding + q) *
                                     weight[size_t(((o * in.channels + c) * k + r) * k + q)];
              sum += product;
              magnitude += std::fabs(product);
            }
        out.values.push_back(sum);
        out.magnitude.push_back(magnitude);
      }
  return out;
}

void check_close(const nn::Tensor& shown, const Maps& expected, const std::string& what) {
  REQUIRE(shown.size() == expected.values.size());
  for (size_t i = 0; i < shown.size(); ++i)
    REQUIRE_MESSAGE(std::fabs(shown[i] - expected.values[i]) <= 1e-5 * expected.magnitude[i], what, " cell ",
                    i);
}

// ReLU and 2×2 pooling are exact.
void check_relu(const nn::Tensor& before, const nn::Tensor& after) {
  REQUIRE(before.size() == after.size());
  for (size_t i = 0; i < before.size(); ++i) REQUIRE(after[i] == (before[i] > 0 ? before[i] : 0.0f));
}

void check_pooled(const nn::Tensor& before, const nn::Tensor& after, const nn::Tensor* argmax) {
  const Maps in = maps_of(before);
  REQUIRE(after.shape() == nn::Shape{in.channels, in.rows / 2, in.cols / 2});
  size_t i = 0;
  for (int c = 0; c < in.channels; ++c)
    for (int row = 0; row < in.rows; row += 2)
      for (int col = 0; col < in.cols; col += 2, ++i) {
        double most = in.at(c, row, col);
        int winner = (c * in.rows + row) * in.cols + col;
        for (int n = 1; n < 4; ++n) {
          const double value = in.at(c, row + n / 2, col + n % 2);
          if (value > most) {
            most = value;
            winner = (c * in.rows + row + n / 2) * in.cols + col + n % 2;
          }
        }
        REQUIRE(after[i] == most);
        if (argmax) REQUIRE((*argmax)[i] == float(winner));
      }
}

void check_layers(const LessonState& state) {
  const int layer = state.settings.layer;
  check_close(of(state, "activation_0"),
              convolved(maps_of(of(state, "input")), of(state, "0.weight"), of(state, "0.bias")),
              "first convolution");
  check_relu(of(state, "activation_0"), of(state, "activation_1"));
  check_pooled(of(state, "activation_1"), of(state, "activation_2"),
               layer == 1 ? &of(state, "argmax") : nullptr);
  check_close(of(state, "activation_3"),
              convolved(maps_of(of(state, "activation_2")), of(state, "3.weight"), of(state, "3.bias")),
              "second convolution");
  check_relu(of(state, "activation_3"), of(state, "activation_4"));
  check_pooled(of(state, "activation_4"), of(state, "activation_5"),
               layer == 3 ? &of(state, "argmax") : nullptr);
  const nn::Tensor &features = of(state, "activation_5"), &flat = of(state, "flat");
  REQUIRE(flat.shape() == nn::Shape{588});
  REQUIRE(std::equal(features.begin(), features.end(), flat.begin()));
  CHECK(nn::same_bits(flat, of(state, "activation_6")));
  Maps scores = {10, 1, 1, {}, {}};
  for (size_t c = 0; c < 10; ++c) {
    double sum = of(state, "fc_bias")[c], magnitude = std::fabs(sum);
    for (size_t i = 0; i < 588; ++i) {
      const double product = double(flat[i]) * of(state, "fc_weight")[c * 588 + i];
      sum += product;
      magnitude += std::fabs(product);
    }
    scores.values.push_back(sum);
    scores.magnitude.push_back(magnitude);
  }
  check_close(of(state, "activation_7"), scores, "scores");
  CHECK(nn::same_bits(of(state, "fc_scores"), of(state, "activation_7")));
  const nn::Tensor& shown = of(state, "fc_scores");
  const double most = *std::max_element(shown.begin(), shown.end());
  double total = 0;
  for (const float score : shown) total += std::exp(score - most);
  for (size_t c = 0; c < 10; ++c)
    CHECK(of(state, "probabilities")[c] == doctest::Approx(std::exp(shown[c] - most) / total).epsilon(1e-5));
}

// Which layer of the net the stage is, what it reads, and what it shows.
const char* const kReads[] = {"input", "activation_1", "activation_2", "activation_4", "activation_5"};
const char* const kGives[] = {"activation_0", "activation_2", "activation_3", "activation_5", "activation_7"};
const char* const kShows[] = {"activation_1", "activation_2", "activation_4", "activation_5", "activation_7"};
constexpr int kKernels[] = {5, 2, 3, 2, 7};

void check_step(const LessonState& state) {
  const Settings& s = state.settings;
  const int layer = s.layer, k = kKernels[layer];
  const bool pooling = layer % 2 == 1, linear = layer == 4;
  const Maps in = maps_of(of(state, kReads[layer]));
  const nn::Tensor& window = of(state, "window");
  CHECK(nn::same_bits(of(state, "output"), of(state, kGives[layer])));
  CHECK(state.tensors.count("argmax") == size_t(pooling));
  for (const char* name : {"products", "weight", "bias"})
    CHECK(state.tensors.count(name) == size_t(!pooling));
  REQUIRE(window.shape() == nn::Shape{pooling ? 1 : in.channels, k, k});
  const int side = linear ? 1 : in.rows / (pooling ? 2 : 1);
  REQUIRE(state.steps == (linear ? 10 : side * side));
  const int row = linear ? 0 : s.step / side, col = linear ? 0 : s.step % side;
  const int row0 = pooling  ? 2 * row
                   : linear ? 0
                            : row - k / 2,
            col0 = pooling  ? 2 * col
                   : linear ? 0
                            : col - k / 2;
  const int filter = linear ? s.step : s.filter_index;
  double sum = 0, magnitude = 0;
  for (int i = 0; i < int(window.size()); ++i) {
    const double x = in.at(pooling ? s.filter_index : i / (k * k), row0 + i / k % k, col0 + i % k);
    REQUIRE(window[size_t(i)] == x);
    if (pooling) continue;
    const float w = of(state, "weight")[size_t(filter) * window.size() + size_t(i)];
    REQUIRE(of(state, "products")[size_t(i)] == float(x) * w);
    sum += x * w;
    magnitude += std::fabs(x * w);
  }
  const Cell cell = cell_of(state);
  CHECK(cell.row == (linear ? s.step : row));
  CHECK(cell.col == (linear ? 0 : col));
  CHECK(cell.origin_row == row0);
  CHECK(cell.origin_col == col0);
  const size_t place = size_t(linear ? s.step : s.filter_index * state.steps + s.step);
  CHECK(cell.output == of(state, kGives[layer])[place]);
  CHECK(cell.result == of(state, kShows[layer])[place]);
  if (pooling) return;
  CHECK(cell.bias == of(state, "bias")[size_t(filter)]);
  CHECK(std::fabs(cell.sum - sum) <= 1e-5 * magnitude);
  CHECK(std::fabs(double(cell.sum) + cell.bias - cell.output) <= 2e-5 * (magnitude + 1));
}

void randomise(LessonState& state, nn::Pcg32& rng) {
  REQUIRE(!update(state, Set{"layer", double(rng.below(5))}));
  const std::vector<Key> keys = state.lesson->keys(state);
  REQUIRE(keys[3].name == "filter_index");
  REQUIRE(!update(state, std::vector<Set>{{"image", "digit-" + std::to_string(rng.below(10))},
                                          {"filter_index", double(rng.below(uint32_t(keys[3].max) + 1))}}));
  if (rng.below(2))
    REQUIRE(!update(state, ReplaceTensor{"input", web_test::random_tensor({1, 28, 28}, rng, 3)}));
  REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
}

std::string all_text(const Scene& scene) {
  std::string all;
  for (const Pane& pane : scene.panes) {
    all += pane.note + "|" + pane.where + "|";
    for (const Span& span : pane.formula) all += span.text;
    for (const Figure& figure : pane.figures) all += "|" + figure.caption;
  }
  return all;
}

const Figure& figure_named(const Scene& scene, const std::string& id) {
  for (const Figure& figure : scene.panes[0].figures)
    if (figure.id == id) return figure;
  FAIL("no figure ", id);
  return scene.panes[0].figures[0];
}

}  // namespace

TEST_CASE("network: every layer and the step's window are what loops give") {
  nn::Pcg32 rng(91);
  for (int round = 0; round < 40; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    CAPTURE(state.settings.layer);
    check_layers(state);
    for (int n = 0; n < 8; ++n) {
      REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
      check_step(state);
    }
  }
  for (int layer = 0; layer < 5; ++layer) {  // every cell of one map
    LessonState state = fresh();
    REQUIRE(!update(state, std::vector<Set>{{"layer", double(layer)}, {"step", 0.0}}));
    for (int step = 0; step < state.steps; ++step) {
      check_step(state);
      REQUIRE(!update(state, StepBy{1}));
    }
  }
}

TEST_CASE("network: layer decides which maps can be looked at, and what can be set") {
  LessonState state = fresh();
  const auto last_map = [&](int layer) {
    REQUIRE(!update(state, Set{"layer", double(layer)}));
    return state.lesson->keys(state)[3].max;
  };
  CHECK(last_map(0) == 5);
  CHECK(last_map(1) == 5);
  CHECK(last_map(2) == 11);
  REQUIRE(!update(state, Set{"filter_index", 11.0}));
  CHECK(last_map(3) == 11);
  CHECK(state.settings.filter_index == 11);
  CHECK(last_map(4) == 0);
  CHECK(state.settings.filter_index == 0);
  CHECK(update(state, std::vector<Set>{{"filter_index", 6.0}, {"layer", 1.0}}));
  CHECK(!update(state, std::vector<Set>{{"filter_index", 6.0}, {"layer", 2.0}}));  // the layer first
  CHECK(update(state, ReplaceTensor{"weight", of(state, "weight")}));              // trained, not the user's
  CHECK(!update(state, ReplaceTensor{"input", of(state, "input")}));
}

TEST_CASE("network: a click on any cell of the chain opens the window that computed it") {
  for (int layer = 0; layer < 5; ++layer) {
    LessonState state = fresh();
    REQUIRE(!update(state, Set{"layer", double(layer)}));
    const Scene scene = scene_of(state, strings::languages().front(), -1);
    std::set<int> reached;
    for (const Figure& figure : scene.panes[0].figures) {
      if (figure.also.empty()) continue;
      for (const int plane : {0, figure.planes - 1}) {
        const int cell = figure.rows * figure.cols / 2 + 1;
        const Figure map = figure.kind == FigureKind::Maps ? map_of(figure, plane) : figure;
        std::vector<Set> click;
        for (const auto& [key, value] : map.also) click.push_back({key, double(value)});
        click.push_back({map.chooses, double(cell)});
        LessonState next = state;
        REQUIRE(!update(next, click));
        CHECK(next.settings.step == cell);
        if (figure.kind != FigureKind::Maps) continue;
        reached.insert(next.settings.layer);
        CHECK(next.settings.filter_index == plane);
        CHECK(cell_of(next).result == value_of(map, cell));
      }
    }
    CHECK(reached == std::set<int>{0, 1, 2, 3});
  }
}

TEST_CASE("network: the built-in digits are classified rightly, and every picture says so") {
  for (int digit = 0; digit < 10; ++digit) {
    LessonState state = fresh();
    REQUIRE(!update(state, Set{"image", "digit-" + std::to_string(digit)}));
    CHECK(winner_of(state) == digit);
    for (const auto& language : strings::languages()) {
      const std::string quoted = "‘" + std::to_string(digit) + "’";
      CHECK(scene_of(state, language, -1).panes[0].note.find(quoted) != std::string::npos);
      CHECK(narration_of(state, language).find(quoted) != std::string::npos);
    }
  }
}

TEST_CASE("network: a feature that is asked for, its mistakes, and where it stays hidden") {
  nn::Pcg32 rng(92);
  int told_apart = 0, cut = 0;
  for (const int layer : {0, 2})
    for (int round = 0; round < 30; ++round) {
      LessonState state = asking("network");
      REQUIRE(!update(state, Set{"layer", double(layer)}));
      REQUIRE(!update(state, std::vector<Set>{{"image", "digit-" + std::to_string(rng.below(10))},
                                              {"filter_index", double(rng.below(6))},
                                              {"step", double(rng.below(uint32_t(state.steps)))}}));
      REQUIRE(ask_for(state, "activation"));
      const size_t at = size_t(state.settings.filter_index * state.steps + state.settings.step);
      const double output = of(state, kGives[layer])[at],
                   bias = of(state, "bias")[size_t(state.settings.filter_index)];
      const double sum = output - bias, value = std::max(output, 0.0);
      CHECK(diagnosis(state, value) == "right");
      const double apart = state.question->tolerance + 0.03;
      if (output < -apart && std::fabs(std::max(sum, 0.0) - output) > apart &&
          std::fabs(std::max(sum, 0.0) + bias - output) > apart) {
        CHECK(diagnosis(state, output) == "relu-forgotten");
        ++cut;
      }
      if (sum > apart && output > apart && std::fabs(bias) > apart) {
        CHECK(diagnosis(state, sum) == "bias-forgotten");
        ++told_apart;
      }
      for (const bool over : {false, true}) {
        if (over) CHECK(!update(state, Reveal{}));
        const int step = state.settings.step;
        for (const auto& language : strings::languages()) {
          const Scene scene = scene_of(state, language, -1);
          const Figure &map = figure_named(scene, kShows[layer]), &before = figure_named(scene, "output");
          const Figure& pooled = figure_named(scene, kShows[layer + 1]);
          CHECK((map.hidden == step && map.plane == state.settings.filter_index) == !over);
          CHECK((before.hidden == step && before.computed == step) == !over);
          CHECK((pooled.hidden >= 0) == !over);
          CHECK((scene.panes[0].formula.back().text == kHidden) == !over);
          if (std::fabs(output) > 0.2 && std::fabs(std::fabs(output) - std::fabs(bias)) > 0.02 && !over)
            CHECK(all_text(scene).find(strings::number(std::fabs(output))) == std::string::npos);
        }
      }
    }
  CHECK(told_apart > 3);
  CHECK(cut > 3);
}

TEST_CASE("network: sizes, counts, classes and scores that are asked for") {
  const double parameters[] = {156, 0, 660, 0, 5890};
  const int sides[] = {28, 14, 14, 7};
  for (int layer = 0; layer < 5; ++layer) {
    LessonState state = asking("network");
    REQUIRE(!update(state, std::vector<Set>{{"layer", double(layer)}, {"step", 3.0}}));
    CAPTURE(layer);
    REQUIRE(ask_for(state, "class"));
    CHECK(diagnosis(state, 3) == "right");
    for (const auto& language : strings::languages()) {
      const Scene scene = scene_of(state, language, -1);
      if (layer == 4) CHECK(figure_named(scene, "fc_scores").concealed);
      CHECK(figure_named(scene, "probabilities").concealed);
      CHECK(scene.panes[0].note.find("‘3’") == std::string::npos);
    }
    REQUIRE(ask_for(state, layer == 4 ? "fc-parameters" : layer % 2 ? "pooling-parameters" : "parameters"));
    CHECK(diagnosis(state, parameters[layer]) == "right");
    if (layer % 2) CHECK(diagnosis(state, 4) == "pooling-learns");
    if (layer == 2) CHECK(diagnosis(state, 12 * (9 + 1)) == "channels-forgotten");
    if (layer == 4) CHECK(diagnosis(state, 5880) == "bias-forgotten");
    if (layer < 4) {
      REQUIRE(ask_for(state, "output-size"));
      CHECK(diagnosis(state, sides[layer]) == "right");
      const Scene scene = scene_of(state, strings::languages().front(), -1);
      CHECK(scene.steps_hidden);
      const std::string size = std::to_string(sides[layer]) + "×" + std::to_string(sides[layer]);
      for (int stage = layer; stage < 4; ++stage) {
        const Figure& figure = figure_named(scene, kShows[stage]);
        CHECK(figure.concealed);
        CHECK(figure.caption.find(size) == std::string::npos);
      }
      CHECK(figure_named(scene, "output").concealed);
    }
    if (layer % 2) {
      REQUIRE(ask_for(state, "pooled"));
      const nn::Tensor& window = of(state, "window");
      CHECK(diagnosis(state, *std::max_element(window.begin(), window.end())) == "right");
      const Scene scene = scene_of(state, strings::languages().front(), -1);
      CHECK(figure_named(scene, "window").marks.empty());
      CHECK(figure_named(scene, kReads[layer]).marks.empty());
      CHECK(figure_named(scene, kShows[layer]).hidden == 3);
    }
    if (layer == 4) {
      REQUIRE(ask_for(state, "score"));
      const double score = of(state, "fc_scores")[3], bias = of(state, "fc_bias")[3];
      CHECK(diagnosis(state, score) == "right");
      if (std::fabs(bias) > 0.02) CHECK(diagnosis(state, score - bias) == "bias-forgotten");
      CHECK(figure_named(scene_of(state, strings::languages().front(), -1), "fc_scores").concealed);
    }
  }
}
