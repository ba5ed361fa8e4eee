// What the lesson invariance claims, against loops written here: the picture is moved with zero fill, the map
// moves along to the bit where the windows lie inside, with a stride only by its multiples, and the tables of
// all moves hold what each move gives.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/unit/long_support.h"
#include "tests/unit/predict_support.h"
#include "web/lessons/filters.h"

using namespace predict_test;

namespace {

LessonState fresh() { return init(*find("invariance"), web_test::assets()); }

const nn::Tensor& of(const LessonState& state, const std::string& name) { return state.tensors.at(name); }

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

void move(LessonState& state, int right, int down) {
  REQUIRE(!update(state, std::vector<Set>{{"shift_x", double(right)}, {"shift_y", double(down)}}));
}

void randomise(LessonState& state, nn::Pcg32& rng) {
  REQUIRE(!update(state, std::vector<Set>{{"image", "digit-" + std::to_string(rng.below(10))},
                                          {"filter", pick(filter_names(), rng)},
                                          {"kernel_size", double(1 + rng.below(7))},
                                          {"stride", double(1 + rng.below(4))},
                                          {"padding", double(rng.below(4))},
                                          {"class", double(rng.below(10))},
                                          {"shift_x", double(rng.below(13)) - 6},
                                          {"shift_y", double(rng.below(13)) - 6}}));
  for (const std::string name : {"input", "weight", "bias"})
    if (rng.below(3) == 0)
      REQUIRE(!update(state, ReplaceTensor{name, web_test::random_tensor(of(state, name).shape(), rng, 2)}));
  REQUIRE(!update(state, Set{"step", double(rng.below(uint32_t(state.steps)))}));
}

// Pixel (row, col) of a picture, 0 outside.
float at(const nn::Tensor& picture, int row, int col) {
  return row >= 0 && row < 28 && col >= 0 && col < 28 ? picture[size_t(row * 28 + col)] : 0.0f;
}

// The largest number of the map of the picture moved so far, in double precision.
double maximum(const LessonState& state, int down, int right) {
  const Settings& s = state.settings;
  const int k = s.kernel_size;
  double most = -1e30;
  for (int row = -s.padding; row + k <= 28 + s.padding; row += s.stride)
    for (int col = -s.padding; col + k <= 28 + s.padding; col += s.stride) {
      double sum = of(state, "bias")[0];
      for (int tap = 0; tap < k * k; ++tap) {
        const int r = row + tap / k, c = col + tap % k;
        const bool inside = r >= 0 && r < 28 && c >= 0 && c < 28;
        if (inside)
          sum += double(at(of(state, "input"), r - down, c - right)) * of(state, "weight")[size_t(tap)];
      }
      most = std::max(most, sum);
    }
  return most;
}

double score(const LessonState& state, size_t c, int down, int right) {
  double sum = web_test::assets().fc_bias[c];
  for (int i = 0; i < 784; ++i)
    sum += double(at(of(state, "input"), i / 28 - down, i % 28 - right)) *
           web_test::assets().fc_weight[c * 784 + size_t(i)];
  return sum;
}

// The window of output cell (row, col) lies inside the picture.
bool inside(const LessonState& state, int row, int col) {
  const Settings& s = state.settings;
  const int top = row * s.stride - s.padding, left = col * s.stride - s.padding;
  return row >= 0 && col >= 0 && row < state.out_rows && col < state.out_cols && top >= 0 && left >= 0 &&
         top + s.kernel_size <= 28 && left + s.kernel_size <= 28;
}

const Figure& figure(const Scene& scene, const std::string& id, size_t pane) {
  for (const Figure& figure : scene.panes[pane].figures)
    if (figure.id == id) return figure;
  FAIL("no figure ", id);
  return scene.panes[0].figures[0];
}

}  // namespace

TEST_CASE("invariance starts with stride 1 and a move in which the point is plain") {
  const LessonState state = fresh();
  const Settings& s = state.settings;
  CHECK(s.stride == 1);
  CHECK((s.shift_x != 0 || s.shift_y != 0));
  CHECK(of(state, "moved_cells")[0] > 300);
  CHECK(of(state, "moved_cells")[1] == of(state, "moved_cells")[0]);
  const size_t here = size_t((s.shift_y + 6) * 13 + s.shift_x + 6), middle = 6 * 13 + 6;
  CHECK(same_bits(of(state, "move_maxima")[here], of(state, "move_maxima")[middle]));
  CHECK(of(state, "move_classes")[middle] == 3);
  CHECK(of(state, "move_classes")[here] != 3);
  CHECK(of(state, "fc_scores_before")[3] - of(state, "fc_scores")[3] > 3);
  CHECK(of(state, "output")[size_t(s.step)] == of(state, "move_maxima")[here]);
  const nn::Tensor& measures = of(state, "move_measures");
  CHECK(measures[0] < -3);                          // the score falls
  CHECK(std::fabs(measures[1]) < 0.1f);             // the maximum does not
  CHECK(measures[2] < 80);                          // few moves are read as before
  CHECK((measures[3] > 120 && measures[3] < 169));  // most have the same maximum, and some do not
}

TEST_CASE("invariance: the picture moves with zero fill, and every place knows its pixel" *
          doctest::skip(kSanitized)) {
  nn::Pcg32 rng(141);
  for (int round = 0; round < 60; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const nn::Tensor &input = of(state, "input"), &moved = of(state, "input_shifted");
    const nn::Tensor &source = of(state, "move_source"), &flat = of(state, "flat");
    int first_wrong = -1;
    for (int i = 784; i-- > 0;) {
      const int row = i / 28 - state.settings.shift_y, col = i % 28 - state.settings.shift_x;
      const bool within = row >= 0 && row < 28 && col >= 0 && col < 28;
      if (!same_bits(moved[size_t(i)], at(input, row, col)) ||
          source[size_t(i)] != (within ? float(row * 28 + col) : -1.0f) ||
          !same_bits(flat[size_t(i)], moved[size_t(i)]))
        first_wrong = i;
    }
    REQUIRE(first_wrong == -1);
    // Followed in the moved picture, a pixel is where it went; one that has left is nowhere.
    const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
    for (size_t pane : {0u, 1u}) {
      const Figure& picture = figure(scene, "input_shifted", pane);
      for (int pixel = 0; pixel < 784; ++pixel) {
        const int row = pixel / 28 + state.settings.shift_y, col = pixel % 28 + state.settings.shift_x;
        const auto rect = cells_of(picture, pixel);
        REQUIRE(rect.has_value() == (row >= 0 && row < 28 && col >= 0 && col < 28));
        if (!rect) continue;
        REQUIRE((rect->row == row && rect->col == col));
        REQUIRE(pixel_of(picture, row * 28 + col) == pixel);
      }
    }
    const Figure& output = figure(scene, "output", 1);
    for (int n = 0; n < 20; ++n) {  // the windows that see a pixel after the move
      const int pixel = int(rng.below(784));
      const Settings& s = state.settings;
      const int row = pixel / 28 + s.shift_y, col = pixel % 28 + s.shift_x;
      int seen = 0;
      for (int i = 0; i < state.steps; ++i) {
        const int top = i / state.out_cols * s.stride - s.padding,
                  left = i % state.out_cols * s.stride - s.padding;
        seen += row >= top && row < top + s.kernel_size && col >= left && col < left + s.kernel_size;
      }
      if (row < 0 || row >= 28 || col < 0 || col >= 28) seen = 0;
      const auto rect = cells_of(output, pixel);
      CHECK((rect ? rect->rows * rect->cols : 0) == seen);
    }
  }
}

TEST_CASE("invariance: the map moves along, to the bit, wherever the window is inside before and after" *
          doctest::skip(kSanitized)) {
  nn::Pcg32 rng(142);
  int rounds_with_cells = 0, rounds_without = 0;
  for (int round = 0; round < 150; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const Settings& s = state.settings;
    const LessonState here = state;
    const nn::Tensor& after = of(here, "output");
    move(state, 0, 0);
    const nn::Tensor& before = of(state, "output");
    CHECK(nn::same_bits(before, of(here, "output_before")));
    CHECK(nn::same_bits(before, of(state, "output_before")));
    const bool clean =
        s.stride == 1 || (here.settings.shift_x % s.stride == 0 && here.settings.shift_y % s.stride == 0);
    int count = 0, wrong = 0;
    for (int row = 0; row < state.out_rows && clean; ++row)
      for (int col = 0; col < state.out_cols; ++col) {
        const int to_row = row + here.settings.shift_y / s.stride,
                  to_col = col + here.settings.shift_x / s.stride;
        if (!inside(state, row, col) || !inside(state, to_row, to_col)) continue;
        ++count;
        wrong += !same_bits(after[size_t(to_row * state.out_cols + to_col)],
                            before[size_t(row * state.out_cols + col)]);
      }
    REQUIRE(wrong == 0);
    CHECK(of(here, "moved_cells")[0] == float(count));
    CHECK(of(here, "moved_cells")[1] == float(count));
    CHECK(after.size() == before.size());
    (count > 0 ? rounds_with_cells : rounds_without) += 1;

    // Marked in both maps: as many cells, and the step's cell beside the one whose value it has.
    const Scene scene = here.lesson->scene(here, *strings::find_language("en"), -1);
    const Figure &map = figure(scene, "output_before", 1), &moved = figure(scene, "output", 1);
    REQUIRE(map.window.has_value() == (count > 0));
    REQUIRE(moved.window.has_value() == (count > 0));
    if (count > 0) {
      CHECK(map.window->rows * map.window->cols == count);
      CHECK(moved.window->rows == map.window->rows);
      CHECK(moved.window->row - map.window->row == here.settings.shift_y / s.stride);
      CHECK(moved.window->col - map.window->col == here.settings.shift_x / s.stride);
    }
    const int row = here.settings.step / state.out_cols - here.settings.shift_y / s.stride;
    const int col = here.settings.step % state.out_cols - here.settings.shift_x / s.stride;
    const bool moved_along =
        clean && inside(state, row, col) &&
        inside(state, here.settings.step / state.out_cols, here.settings.step % state.out_cols);
    CHECK(map.current == (moved_along ? row * state.out_cols + col : -1));
    if (moved_along) CHECK(same_bits(value_of(map, map.current), value_of(moved, moved.current)));
  }
  CHECK(rounds_with_cells > 40);
  CHECK(rounds_without > 40);
}

TEST_CASE("invariance: with a stride, a move in between gives another map") {
  for (int stride = 2; stride <= 4; ++stride)
    for (int by = 1; by < stride; ++by) {
      LessonState state = fresh();
      REQUIRE(!update(state, Set{"stride", double(stride)}));
      move(state, by, 0);
      CHECK(of(state, "moved_cells")[0] == 0);
      for (const auto& language : strings::languages())
        CHECK(state.lesson->scene(state, language, -1).panes[1].where ==
              language.format("invariance.cells.none", {{"stride", std::to_string(stride)}}));
      // No whole number of cells would make it the original's.
      const nn::Tensor &before = of(state, "output_before"), &after = of(state, "output");
      for (int cells : {0, 1, 2}) {
        bool same = true;
        for (int row = 4; row + 4 < state.out_rows; ++row)
          for (int col = 4; col < state.out_cols; ++col)
            same = same && after[size_t(row * state.out_cols + col)] ==
                               before[size_t(row * state.out_cols + col - cells)];
        if (state.out_rows > 9) CHECK(!same);
      }
      move(state, stride, -stride);
      CHECK(of(state, "moved_cells")[0] > 0);
      CHECK(of(state, "moved_cells")[1] == of(state, "moved_cells")[0]);
    }
}

TEST_CASE("invariance: the tables hold the scores, the classes and the maximum of every move") {
  nn::Pcg32 rng(143);
  for (int round = 0; round < 12; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const bool built_in = !state.settings.input;
    const size_t c = size_t(state.settings.class_index);
    double score_change = 0, maximum_change = 0, largest = 1e-3;
    int stays = 0, same_maximum = 0;
    for (int i = 0; i < 169; ++i) {
      const int down = i / 13 - 6, right = i % 13 - 6;
      double best = -1e30;
      int winner = -1;
      for (size_t k = 0; k < 10; ++k) {
        const double expected = score(state, k, down, right);
        const float shown = of(state, "move_scores")[k * 169 + size_t(i)];
        REQUIRE(std::fabs(shown - expected) <= (built_in ? 0 : 1e-3));
        if (shown > best) best = shown, winner = int(k);
      }
      REQUIRE(of(state, "move_classes")[size_t(i)] == float(winner));
      const double most = maximum(state, down, right);
      REQUIRE(of(state, "move_maxima")[size_t(i)] == doctest::Approx(most).epsilon(1e-4));
      score_change +=
          (of(state, "move_scores")[c * 169 + size_t(i)] - of(state, "move_scores")[c * 169 + 84]) / 168.0;
      maximum_change += (of(state, "move_maxima")[size_t(i)] - of(state, "move_maxima")[84]) / 168.0;
      largest = std::max(largest, std::fabs(most));
      const bool same_class = of(state, "move_classes")[size_t(i)] == of(state, "move_classes")[84];
      CHECK(of(state, "move_class_stays")[size_t(i)] == (same_class ? 1 : 0));
      CHECK(of(state, "move_maximum_stays")[size_t(i)] ==
            (same_bits(of(state, "move_maxima")[size_t(i)], of(state, "move_maxima")[84]) ? 1 : 0));
      stays += same_class;
      same_maximum += same_bits(of(state, "move_maxima")[size_t(i)], of(state, "move_maxima")[84]);
    }
    const nn::Tensor& measures = of(state, "move_measures");
    CHECK(std::fabs(measures[0] - score_change) < 1e-4 * std::max(1.0, std::fabs(score_change)));
    CHECK(std::fabs(measures[1] - maximum_change) < 1e-4 * largest);
    CHECK(measures[2] == stays);
    CHECK(measures[3] == same_maximum);
    // What the present move shows is its cell of the tables.
    const size_t here = size_t((state.settings.shift_y + 6) * 13 + state.settings.shift_x + 6);
    const nn::Tensor& output = of(state, "output");
    CHECK(same_bits(*std::max_element(output.begin(), output.end()), of(state, "move_maxima")[here]));
    for (size_t k = 0; k < 10; ++k) {
      CHECK(same_bits(of(state, "fc_scores")[k], of(state, "move_scores")[k * 169 + here]));
      CHECK(same_bits(of(state, "fc_scores_before")[k], of(state, "move_scores")[k * 169 + 84]));
    }
    const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
    for (const std::string id : {"move_scores.class", "move_class_stays"})
      CHECK(figure(scene, id, 0).current == int(here));
    for (const std::string id : {"move_maxima", "move_maximum_stays"})
      CHECK(figure(scene, id, 1).current == int(here));
  }
}

TEST_CASE(
    "invariance: the maximum stays to the bit as long as no border cell exceeds it and its window stays "
    "inside" *
    doctest::skip(kSanitized)) {
  nn::Pcg32 rng(144);
  int stayed = 0, exceeded = 0;
  for (int round = 0; round < 80; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    REQUIRE(!update(state, Set{"stride", 1.0}));
    const nn::Tensor &before = of(state, "output_before"), &after = of(state, "output");
    const int cols = state.out_cols, dy = state.settings.shift_y, dx = state.settings.shift_x;
    float paired = -INFINITY, border = -INFINITY;
    for (int i = 0; i < state.steps; ++i) {
      const bool along = inside(state, i / cols, i % cols) && inside(state, i / cols - dy, i % cols - dx);
      float& most = along ? paired : border;
      most = std::max(most, after[size_t(i)]);
    }
    float was = -INFINITY;
    for (int i = 0; i < state.steps; ++i)
      if (inside(state, i / cols, i % cols) && inside(state, i / cols + dy, i % cols + dx))
        was = std::max(was, before[size_t(i)]);
    CHECK(same_bits(paired, was));
    const bool whole = *std::max_element(before.begin(), before.end()) == was;
    if (whole && border <= paired) {
      ++stayed;
      CHECK(same_bits(*std::max_element(after.begin(), after.end()),
                      *std::max_element(before.begin(), before.end())));
    } else {
      ++exceeded;
    }
  }
  CHECK(stayed > 5);
  CHECK(exceeded > 5);
}

TEST_CASE("invariance asks what moves and what stays, and hides it") {
  const strings::Strings& english = *strings::find_language("en");
  LessonState state = asking("invariance");
  REQUIRE(ask_for(state, "maximum-moves"));
  CHECK(diagnosis(state, 0) == "right");
  CHECK(diagnosis(state, 1) == "maximum-moves-along");
  Scene scene = scene_of(state, english, -1);
  CHECK(figure(scene, "move_maxima", 1).concealed);
  CHECK(scene.panes[1].formula.back().text == kHidden);
  CHECK(scene.panes[1].formula[2].text == kHidden);
  REQUIRE(ask_for(state, "score-moves"));
  CHECK(diagnosis(state, 1) == "right");
  CHECK(diagnosis(state, 0) == "weights-stay");
  scene = scene_of(state, english, -1);
  CHECK(figure(scene, "fc_scores", 0).concealed);
  CHECK(figure(scene, "move_scores.class", 0).concealed);
  CHECK(scene.panes[0].formula.back().text == kHidden);
  CHECK(scene.panes[0].where.find("→") == std::string::npos);
  REQUIRE(ask_for(state, "class"));
  scene = scene_of(state, english, -1);
  for (const std::string id : {"fc_scores", "move_scores.class", "move_class_stays"})
    CHECK(figure(scene, id, 0).concealed);
  for (const Figure& f : scene.panes[0].figures) CHECK(f.caption.find("as “3”") == std::string::npos);
  REQUIRE(ask_for(state, "output-cell"));  // of the cell that holds the maximum
  scene = scene_of(state, english, -1);
  CHECK(figure(scene, "move_maxima", 1).concealed);
  for (const std::string id : {"output", "output_before"})
    CHECK(figure(scene, id, 1).caption.find(kHidden) != std::string::npos);
  CHECK(scene.panes[1].formula.back().text == kHidden);
  REQUIRE(!update(state, StepBy{3}));
  REQUIRE(ask_for(state, "output-cell"));
  scene = scene_of(state, english, -1);
  CHECK(!figure(scene, "move_maxima", 1).concealed);
  CHECK(figure(scene, "output", 1).hidden == state.settings.step);
  CHECK(figure(scene, "output_before", 1).hidden == figure(scene, "output_before", 1).current);

  REQUIRE(!update(state, std::vector<Set>{{"shift_x", -3.0}, {"shift_y", 2.0}, {"step", 12.0 * 28 + 10}}));
  REQUIRE(ask_for(state, "moved-cell"));  // it was in row 10, column 13
  CHECK(diagnosis(state, 10) == "right");
  CHECK(diagnosis(state, 16) == "direction");
  CHECK(diagnosis(state, 13) == "not-moved");
  CHECK(diagnosis(state, 12) == "row-for-column");
  scene = scene_of(state, english, -1);
  CHECK(figure(scene, "output", 1).concealed);
  CHECK(!figure(scene, "input_shifted", 1).window);
  REQUIRE(!update(state, std::vector<Set>{{"stride", 2.0}, {"shift_x", 4.0}, {"step", 7.0 * 14 + 9}}));
  REQUIRE(ask_for(state, "moved-cell"));  // two cells, from row 6, column 7
  CHECK(diagnosis(state, 9) == "right");
  CHECK(diagnosis(state, 11) == "stride-ignored");
  CHECK(diagnosis(state, 5) == "direction");
  // Where nothing moves along cleanly, nobody is asked where it went.
  REQUIRE(!update(state, Set{"shift_x", 3.0}));
  for (const Question& question : state.lesson->questions(state))
    CHECK(std::string(question.key) != "question.moved-cell");

  // No move, no change.
  state = asking("invariance");
  move(state, 0, 0);
  REQUIRE(ask_for(state, "score-moves"));
  CHECK(diagnosis(state, 0) == "right");
  REQUIRE(ask_for(state, "maximum-moves"));
  CHECK(diagnosis(state, 0) == "right");
}
