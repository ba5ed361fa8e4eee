// What the lesson pattern shows, against loops written here: the filters, the painted pictures, a window's
// score, the largest and the sum; and what is said of them to be exact.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/unit/app_support.h"
#include "tests/unit/predict_support.h"
#include "web/lessons/strokes.h"

using namespace predict_test;

namespace {

LessonState fresh() { return init(*find("pattern"), web_test::assets()); }

const nn::Tensor& of(const LessonState& state, const std::string& name) { return state.tensors.at(name); }

void set(LessonState& state, const std::string& key, const Value& value) {
  REQUIRE(!update(state, Set{key, value}));
}

// The cells of the six patterns, as one would draw them.
const std::vector<std::string> kPatterns[] = {
    {".....", "..#..", ".###.", "..#..", "....."}, {".....", ".#.#.", "..#..", ".#.#.", "....."},
    {"..#..", "..#..", "..#..", "..#..", "..#.."}, {".....", ".....", "#####", ".....", "....."},
    {"#....", ".#...", "..#..", "...#.", "....#"}, {"....#", "...#.", "..#..", ".#...", "#...."}};
bool on(int stroke, int row, int col) { return kPatterns[stroke][size_t(row)][size_t(col)] == '#'; }

// The picture with pattern `stroke` drawn into it with its window at (row, col).
void draw(nn::Tensor& picture, int stroke, int row, int col) {
  for (int tap = 0; tap < 25; ++tap)
    if (on(stroke, tap / 5, tap % 5))
      picture[size_t((row + tap / 5) * picture.shape()[2] + col + tap % 5)] = 1;
}

struct Dot {
  double value, magnitude;
};
Dot dot(const nn::Tensor& x, const nn::Tensor& w, double bias, int filter, int row, int col) {
  Dot sum = {bias, std::fabs(bias)};
  for (int tap = 0; tap < 25; ++tap) {
    const double product =
        double(x[size_t((row + tap / 5) * x.shape()[2] + col + tap % 5)]) * w[size_t(filter * 25 + tap)];
    sum.value += product;
    sum.magnitude += std::fabs(product);
  }
  return sum;
}

// Everything that follows from input, weight and bias.
void check_numbers(const LessonState& state) {
  const nn::Tensor &x = of(state, "input"), &w = of(state, "weight"), &b = of(state, "bias");
  const int rows = x.shape()[1] - 4, cols = x.shape()[2] - 4;
  REQUIRE(of(state, "output").shape() == nn::Shape{6, rows, cols});
  REQUIRE(state.cell >= 0);
  REQUIRE(state.cell < rows * cols);
  for (int o = 0; o < 6; ++o) {
    double most = -1e30, sum = 0, light = b[size_t(o)], slack = 0;
    for (int i = 0; i < rows * cols; ++i) {
      const Dot y = dot(x, w, b[size_t(o)], o, i / cols, i % cols);
      REQUIRE(std::fabs(of(state, "output")[size_t(o * rows * cols + i)] - y.value) <= 1e-5 * y.magnitude);
      if (i == state.cell)
        CHECK(std::fabs(of(state, "window_scores")[size_t(o)] - y.value) <= 1e-5 * y.magnitude);
      most = std::max(most, y.value);
      sum += std::max(y.value, 0.0);
      slack += 1e-5 * y.magnitude;
    }
    double weights = std::fabs(b[size_t(o)]);
    for (int tap = 0; tap < 25; ++tap) {
      light += w[size_t(o * 25 + tap)];
      weights += std::fabs(w[size_t(o * 25 + tap)]);
    }
    CHECK(std::fabs(of(state, "scores_max")[size_t(o)] - most) <= slack);
    CHECK(std::fabs(of(state, "scores_sum")[size_t(o)] - sum) <= slack);
    CHECK(std::fabs(of(state, "light_scores")[size_t(o)] - light) <= 1e-5 * weights);
  }
  const int filter = state.settings.filter_index;
  for (int tap = 0; tap < 25; ++tap) {
    const float pixel = x[size_t((state.cell / cols + tap / 5) * x.shape()[2] + state.cell % cols + tap % 5)];
    CHECK(of(state, "window")[size_t(tap)] == pixel);
    CHECK(of(state, "products")[size_t(tap)] == pixel * w[size_t(filter * 25 + tap)]);
  }
}

std::string formula(const LessonState& state, size_t pane) {
  const Scene scene = scene_of(state, strings::languages().front(), -1);
  std::string words;
  for (const Span& span : scene.panes[pane].formula) words += span.text;
  return words;
}

}  // namespace

TEST_CASE("pattern: six filters, each +4 to −1 on its own pattern, sum exactly 0, norm 1") {
  const nn::Tensor weight = of(fresh(), "weight");
  REQUIRE(weight.shape() == nn::Shape{6, 1, 5, 5});
  for (int o = 0; o < 6; ++o) {
    double sum = 0, squares = 0;
    for (int tap = 0; tap < 25; ++tap) {
      const float w = weight[size_t(o * 25 + tap)];
      CHECK(w == (on(o, tap / 5, tap % 5) ? -4 : 1) * weight[0]);  // the first: beside a plus
      CHECK(std::fabs(w - (on(o, tap / 5, tap % 5) ? 0.4 : -0.1)) < 2e-6);
      sum += w;
      squares += double(w) * w;
    }
    CHECK(sum == 0);
    CHECK(std::fabs(std::sqrt(squares) - 1) < 1e-5);
  }
  const nn::Tensor bias = of(fresh(), "bias");
  for (float b : bias) CHECK(b == 0);
}

TEST_CASE("pattern: each cell of it adds the same, each other cell takes a quarter of that") {
  for (const std::string name : {"plus", "cross", "vertical", "falling"}) {
    LessonState state = fresh();
    set(state, "image", "shape-" + name);
    const int filter =
        int(std::find(stroke_names().begin(), stroke_names().end(), name) - stroke_names().begin());
    const float one = of(state, "weight")[size_t(filter * 25 + 12)];  // all have their middle
    REQUIRE(state.steps == 12);
    for (int step = 0; step < 12; ++step) {
      set(state, "step", double(step));
      check_numbers(state);
      nn::Tensor expected(nn::Shape{1, 16, 16});
      if (step >= 5) draw(expected, filter, 1, 1);
      if (step >= 10) draw(expected, filter, 10, 10);
      if (step == 11)
        for (int tap = 0; tap < 25; ++tap) expected[size_t((10 + tap / 5) * 16 + 10 + tap % 5)] = 1;
      if (step == 5 || step >= 10) CHECK(nn::same_bits(of(state, "input"), expected));
      double painted = 0;
      for (float x : of(state, "input")) painted += x;
      CHECK(painted == (step == 11 ? 30 : step));
      const int cells = step <= 5 ? step : step - 5;
      // To the bit: cell by cell up to the whole pattern; and nothing at all for light.
      CHECK(of(state, "window_scores")[size_t(filter)] == (step == 11 ? 0.0f : float(cells) * one));
      CHECK(of(state, "scores_max")[size_t(filter)] == float(std::min(step, 5)) * one);
    }
  }
}

TEST_CASE("pattern: a second occurrence doubles every filter's sum and leaves its maximum, to the bit") {
  for (const std::string name : {"plus", "cross", "vertical", "falling"}) {
    LessonState state = fresh();
    set(state, "image", "shape-" + name);
    const nn::Tensor most = of(state, "scores_max"), sum = of(state, "scores_sum");
    set(state, "step", 10.0);
    for (size_t o = 0; o < 6; ++o) {
      CHECK(of(state, "scores_max")[o] == most[o]);
      CHECK(of(state, "scores_sum")[o] == 2 * sum[o]);
      CHECK(sum[o] > 0);
    }
  }
}

TEST_CASE("pattern: a whole pattern is what its filter likes most, and no other filter likes it as much") {
  LessonState state = fresh();
  for (int stroke = 0; stroke < 6; ++stroke) {
    nn::Tensor picture(nn::Shape{1, 16, 16});
    draw(picture, stroke, 6, 4);
    REQUIRE(!update(state, ReplaceTensor{"input", picture}));
    REQUIRE(state.steps == 144);
    set(state, "step", double(6 * 12 + 4));
    const nn::Tensor& scores = of(state, "window_scores");
    for (int o = 0; o < 6; ++o)
      if (o != stroke) CHECK(scores[size_t(o)] < scores[size_t(stroke)]);
    // No window of zeros and ones earns more than the sum of the positive weights.
    double positive = 0;
    for (int tap = 0; tap < 25; ++tap)
      positive += std::max(0.0, double(of(state, "weight")[size_t(stroke * 25 + tap)]));
    CHECK(scores[size_t(stroke)] == positive);
    const int best = int(std::max_element(scores.begin(), scores.end()) - scores.begin());
    for (const auto& language : strings::languages()) {
      const Scene scene = scene_of(state, language, -1);
      const std::string& said = scene.panes[0].figures.back().lines[0];
      CHECK_MESSAGE(said.find(std::to_string(best)) != said.npos, said);
    }
  }
}

TEST_CASE("pattern: brightness alone earns nothing: exactly 0 for white, 0 up to rounding for any grey") {
  for (int grey = 0; grey <= 256; ++grey) {
    LessonState state = fresh();
    nn::Tensor flat(nn::Shape{1, 16, 16});
    std::fill(flat.begin(), flat.end(), float(grey) / 256);
    REQUIRE(!update(state, ReplaceTensor{"input", flat}));
    for (const std::string name : {"output", "scores_max", "scores_sum"})
      for (float y : of(state, name)) {
        if (grey == 0 || grey == 256) CHECK(y == 0);
        CHECK(std::fabs(y) <= (name == "scores_sum" ? 1e-4f : 1e-6f));
      }
    for (float y : of(state, "light_scores")) CHECK(y == 0);
  }
}

TEST_CASE("pattern: random pictures, filters, biases and places") {
  nn::Pcg32 rng(141);
  for (int round = 0; round < 120; ++round) {
    LessonState state = fresh();
    vary(state, rng);
    set(state, "filter_index", double(rng.below(6)));
    if (rng.below(2)) set(state, "filter", std::string("strokes"));
    if (rng.below(2)) set(state, "bias", std::string());
    if (rng.below(2))
      REQUIRE(!update(state,
                      ReplaceTensor{"input", web_test::random_tensor(of(state, "input").shape(), rng, 2)}));
    set(state, "step", double(rng.below(uint32_t(state.steps))));
    check_numbers(state);
    const bool painting = !state.settings.input && state.settings.image.rfind("shape-", 0) == 0;
    CHECK(painting == (state.steps == 12));
    if (!painting) {
      CHECK(state.cell == state.settings.step);
      CHECK(state.out_cols == of(state, "output").shape()[2]);
    }
    // The map, the window in the picture, and the marked cell agree.
    const Scene scene = scene_of(state, strings::languages().front(), -1);
    const Figure& canvas = scene.panes[0].figures[0];
    const int cols = of(state, "output").shape()[2];
    REQUIRE(canvas.window);
    CHECK(canvas.window->row * cols + canvas.window->col == state.cell);
    CHECK(canvas.paints);
    CHECK(canvas.painted_step == (painting ? state.cell : -1));
    for (const Figure& figure : scene.panes[1].figures)
      if (figure.id == "output") {
        CHECK(figure.current == state.cell);
        CHECK((figure.chooses == "step") == !painting);
      }
  }
}

TEST_CASE("pattern: painting keeps the window where it is and changes one cell alone") {
  LessonState state = fresh();
  set(state, "step", 8.0);
  const Figure canvas = scene_of(state, strings::languages().front(), -1).panes[0].figures[0];
  const CellRect window = *canvas.window;
  nn::Tensor painted = *canvas.tensor;
  painted[0] = 1;
  REQUIRE(!update(state, ReplaceTensor{"input", painted}));
  set(state, "step", double(canvas.painted_step));
  const Figure after = scene_of(state, strings::languages().front(), -1).panes[0].figures[0];
  CHECK(after.window->row == window.row);
  CHECK(after.window->col == window.col);
  CHECK(nn::same_bits(*after.tensor, painted));
}

TEST_CASE("pattern: the formula counts cells where they are on or off, and adds products elsewhere") {
  LessonState state = fresh();
  CHECK(formula(state, 0) == "y[1,1] = 5·0.40 − 0·0.10 = 2.00");
  CHECK(formula(state, 1) == "max y = 2.00,  Σ ReLU(y) = 6.20");
  set(state, "filter_index", 2.0);
  CHECK(formula(state, 0) == "y[1,1] = 3·0.40 − 2·0.10 = 1.00");
  set(state, "step", 11.0);
  CHECK(formula(state, 0) == "y[10,10] = 5·0.40 − 20·0.10 = 0.00");
  REQUIRE(!update(state, ReplaceTensor{"bias", nn::Tensor({6}, {0, 0, -0.5f, 0, 0, 0})}));
  CHECK(formula(state, 0) == "y[10,10] = Σ x·w + b = 0.00 − 0.50 = −0.50");
}

TEST_CASE("pattern: what is asked, the mistakes that are recognised, and nothing said before the answer") {
  LessonState state = asking("pattern");
  set(state, "filter_index", 2.0);  // three cells of the plus on its pattern, two beside it
  REQUIRE(ask_for(state, "patch-score"));
  CHECK(diagnosis(state, 1) == "right");
  CHECK(diagnosis(state, 1.2) == "others-free");
  CHECK(diagnosis(state, 5) == "brightness");
  const auto hides = [&](const std::string& id, bool hidden) {
    const Scene scene = scene_of(state, strings::languages().front(), -1);
    for (const Pane& pane : scene.panes)
      for (const Figure& figure : pane.figures)
        if (figure.id == id) CHECK_MESSAGE((figure.concealed || figure.hidden == state.cell) == hidden, id);
  };
  for (const std::string id : {"window_scores", "scores_max", "output"}) hides(id, true);
  CHECK(formula(state, 0) == "y[1,1] = 3·0.40 − 2·0.10 = ?");
  CHECK(formula(state, 1).find("max y = ?") == 0);
  REQUIRE(!update(state, Reveal{}));
  for (const std::string id : {"window_scores", "scores_max", "output"}) hides(id, false);

  set(state, "filter_index", 3.0);
  REQUIRE(ask_for(state, "best-filter"));
  CHECK(state.question->expected == 0);
  hides("window_scores", true);
  hides("scores_max", false);
  REQUIRE(ask_for(state, "second-max"));
  CHECK(diagnosis(state, 1) == "right");
  CHECK(diagnosis(state, 2) == "places-counted");
  REQUIRE(ask_for(state, "second-sum"));
  CHECK(diagnosis(state, 2) == "right");
  CHECK(diagnosis(state, 1) == "places-not-counted");
  REQUIRE(ask_for(state, "light"));
  CHECK(diagnosis(state, 0) == "right");
  CHECK(diagnosis(state, 2) == "others-free");
  CHECK(diagnosis(state, 4) == "sign-dropped");
  CHECK(diagnosis(state, 25) == "brightness");
  for (const auto& language : strings::languages()) {
    const auto said = [&] { return scene_of(state, language, -1).panes[0].figures.back().lines[1]; };
    LessonState before = state;
    const std::string asked = said();
    CHECK(asked.find(kHidden) != asked.npos);
    CHECK(asked.find('0') == asked.npos);
    REQUIRE(!update(state, Reveal{}));
    CHECK(said().find('0') != std::string::npos);
    state = before;
  }
  // Where two filters share the first place, nobody is asked which is best.
  LessonState first = asking("pattern");
  set(first, "step", 1.0);
  for (const Question& question : first.lesson->questions(first))
    CHECK(short_name(question.key) != "best-filter");
}

TEST_CASE("pattern: the event of a step tells the place of the window and its score") {
  app_test::TestApp app;
  app.result("setState", R"({"lesson": "pattern", "filter_index": 2})");
  app.take_events();
  app.result("step", "[4]");
  int heard = 0;
  for (const app_test::Json& event : app.events()) {
    if (event["event"] != "step") continue;
    ++heard;
    CHECK(event["detail"]["step"] == 9);
    CHECK(event["detail"]["row"] == 10);
    CHECK(event["detail"]["col"] == 10);
    CHECK(event["detail"]["value"].get<float>() == of(app.state().lesson, "window_scores")[2]);
  }
  CHECK(heard == 1);
}
