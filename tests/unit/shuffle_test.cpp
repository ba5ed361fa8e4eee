// What the lesson shuffle claims: exactly the asked share of pixels stands elsewhere, nothing is lost, the
// scores keep their bits when the weights move along, and the measures of the map, all counted here.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/unit/web_support.h"
#include "web/lessons/filters.h"

using namespace lessons;

namespace {

LessonState fresh() { return init(*find("shuffle"), web_test::assets()); }

const nn::Tensor& of(const LessonState& state, const char* name) { return state.tensors.at(name); }

int moved(const LessonState& state) {
  const nn::Tensor& order = of(state, "permutation");
  int count = 0;
  for (int i = 0; i < 784; ++i) count += order[size_t(i)] != float(i);
  return count;
}

void randomise(LessonState& state, nn::Pcg32& rng) {
  REQUIRE(!update(state, std::vector<Set>{{"image", "digit-" + std::to_string(rng.below(10))},
                                          {"filter", web_test::pick(filter_names(), rng)},
                                          {"permutation_seed", double(rng.below(10000))},
                                          {"shuffled", double(rng.below(101))},
                                          {"pixels_only", rng.below(2) == 1},
                                          {"class", double(rng.below(10))},
                                          {"step", double(rng.below(784))}}));
}

// The map of a 28×28 picture under a k×k kernel with "same" padding, in double precision.
std::vector<double> map_of(const nn::Tensor& picture, const nn::Tensor& weight, double bias) {
  std::vector<double> map(784, bias);
  const int k = weight.shape()[3];
  for (int i = 0; i < 784; ++i)
    for (int tap = 0; tap < k * k; ++tap) {
      const int row = i / 28 + tap / k - k / 2, col = i % 28 + tap % k - k / 2;
      if (row >= 0 && row < 28 && col >= 0 && col < 28)
        map[size_t(i)] += double(picture[size_t(row * 28 + col)]) * weight[size_t(tap)];
    }
  return map;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double sum_a = 0, sum_b = 0, ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    sum_a += a[i];
    sum_b += b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    ab += a[i] * b[i];
  }
  const double n = double(a.size());
  return (n * ab - sum_a * sum_b) / std::sqrt((n * aa - sum_a * sum_a) * (n * bb - sum_b * sum_b));
}

}  // namespace

TEST_CASE("shuffle starts with everything shuffled, pixels and columns alike") {
  const LessonState state = fresh();
  CHECK(std::string(all()[1]->id) == "shuffle");
  CHECK(moved(state) == 784);
  CHECK(value_of(state, "shuffled") == Value(100.0));
  CHECK(value_of(state, "pixels_only") == Value(false));
  CHECK(value_of(state, "permutation_seed") != Value(0.0));
  CHECK(nn::same_bits(of(state, "fc_scores"), of(state, "fc_scores_before")));
  CHECK(!nn::same_bits(of(state, "fc_weight"), web_test::assets().fc_weight));
  // The preset is one in which the point is plain.
  CHECK(std::abs(of(state, "map_correlation")[0]) < 0.1f);
  CHECK(of(state, "map_energy_ratio")[0] < 0.4f);
}

TEST_CASE(
    "shuffle: a permutation of exactly the asked share; a larger share keeps the smaller one's places") {
  nn::Pcg32 rng(81);
  for (int round = 0; round < 40; ++round) {
    LessonState state = fresh();
    REQUIRE(!update(state, Set{"permutation_seed", double(round == 0 ? 9999 : rng.below(10000))}));
    const bool identity = state.settings.permutation_seed == 0;
    std::set<int> before;
    for (int share = 0; share <= 100; share += 1 + int(rng.below(9))) {
      REQUIRE(!update(state, Set{"shuffled", double(share)}));
      const nn::Tensor& order = of(state, "permutation");
      CHECK(std::set<float>(order.begin(), order.end()).size() == 784);
      CHECK(*std::min_element(order.begin(), order.end()) == 0);
      CHECK(*std::max_element(order.begin(), order.end()) == 783);
      CHECK(std::abs(moved(state) - (identity ? 0 : 7.84 * share)) <= 0.5);
      std::set<int> places;
      for (int i = 0; i < 784; ++i)
        if (order[size_t(i)] != float(i)) places.insert(i);
      CHECK(std::includes(places.begin(), places.end(), before.begin(), before.end()));
      before = places;
    }
  }
}

TEST_CASE("shuffle: seed 0 and a share of 0 change nothing") {
  for (const char* key : {"permutation_seed", "shuffled"}) {
    LessonState state = fresh();
    REQUIRE(!update(state, Set{key, 0.0}));
    CHECK(moved(state) == 0);
    CHECK(nn::same_bits(of(state, "input_shuffled"), of(state, "input")));
    CHECK(nn::same_bits(of(state, "fc_weight"), web_test::assets().fc_weight));
    CHECK(nn::same_bits(of(state, "output"), of(state, "output_before")));
    CHECK(of(state, "map_correlation")[0] == 1);
    CHECK(of(state, "map_energy_ratio")[0] == 1);
  }
}

TEST_CASE("shuffle: flat and fc_weight are the permuted ones, and the scores keep their bits") {
  nn::Pcg32 rng(82);
  for (int round = 0; round < 150; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const nn::Tensor &order = of(state, "permutation"), &flat = of(state, "flat");
    const nn::Tensor &weight = of(state, "fc_weight"), &trained = web_test::assets().fc_weight;
    for (size_t i = 0; i < 784; ++i) {
      const size_t from = size_t(order[i]);
      REQUIRE(flat[i] == of(state, "input")[from]);
      REQUIRE(of(state, "input_shuffled")[i] == flat[i]);
      for (size_t c = 0; c < 10; ++c)
        REQUIRE(weight[c * 784 + i] == trained[c * 784 + (state.settings.pixels_only ? i : from)]);
    }
    for (size_t c = 0; c < 10; ++c) {
      double sum = of(state, "fc_bias")[c], before = sum;
      for (size_t i = 0; i < 784; ++i) {
        sum += double(flat[i]) * weight[c * 784 + i];
        before += double(of(state, "input")[i]) * trained[c * 784 + i];
      }
      CHECK(of(state, "fc_scores")[c] == float(sum));  // every partial sum is exact
      CHECK(of(state, "fc_scores_before")[c] == float(before));
    }
    if (!state.settings.pixels_only)
      CHECK(nn::same_bits(of(state, "fc_scores"), of(state, "fc_scores_before")));
    if (state.settings.pixels_only && moved(state) > 100)
      CHECK(!nn::same_bits(of(state, "fc_scores"), of(state, "fc_scores_before")));
  }
}

TEST_CASE("shuffle: both maps, their correlation and their energies") {
  nn::Pcg32 rng(83);
  for (int round = 0; round < 60; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    if (round % 3 == 0)
      for (const std::string name : {"input", "weight", "bias"})
        REQUIRE(!update(
            state, ReplaceTensor{name, web_test::random_tensor(state.tensors.at(name).shape(), rng, 2)}));
    const double bias = of(state, "bias")[0];
    const std::vector<double> before = map_of(of(state, "input"), of(state, "weight"), bias);
    const std::vector<double> after = map_of(of(state, "input_shuffled"), of(state, "weight"), bias);
    double was = 0, is = 0;
    for (size_t i = 0; i < 784; ++i) {
      CHECK(of(state, "output_before")[i] == doctest::Approx(before[i]).epsilon(1e-5));
      CHECK(of(state, "output")[i] == doctest::Approx(after[i]).epsilon(1e-5));
      was += (before[i] - bias) * (before[i] - bias);
      is += (after[i] - bias) * (after[i] - bias);
    }
    CHECK(of(state, "map_correlation")[0] == doctest::Approx(correlation(before, after)).epsilon(1e-4));
    CHECK(of(state, "map_energy_ratio")[0] == doctest::Approx(is / was).epsilon(1e-4));
  }
}

TEST_CASE("shuffle: maps without structure have measures, too") {
  LessonState state = fresh();
  REQUIRE(!update(state, ReplaceTensor{"weight", nn::Tensor(nn::Shape{1, 1, 5, 5})}));
  CHECK(of(state, "map_correlation")[0] == 1);  // two equal maps
  CHECK(of(state, "map_energy_ratio")[0] == 1);
  REQUIRE(!update(state, Set{"filter", std::string("blur")}));
  REQUIRE(!update(state, ReplaceTensor{"input", nn::Tensor(nn::Shape{1, 28, 28})}));
  CHECK(of(state, "map_correlation")[0] == 1);
  CHECK(of(state, "map_energy_ratio")[0] == 1);
}

TEST_CASE("shuffle: the page says equal, equal up to rounding, or different, and never the wrong one") {
  nn::Pcg32 rng(84);
  const strings::Strings& english = *strings::find_language("en");
  int rounded = 0;
  for (int round = 0; round < 120; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    if (round % 2)
      REQUIRE(!update(state, ReplaceTensor{"input", web_test::random_tensor({1, 28, 28}, rng, 2)}));
    const size_t c = size_t(state.settings.class_index);
    const float before = of(state, "fc_scores_before")[c], after = of(state, "fc_scores")[c];
    const Scene scene = state.lesson->scene(state, english, -1);
    std::string formula;
    for (const Span& span : scene.panes[0].formula) formula += span.text;
    const bool same = before == after, only = state.settings.pixels_only;
    CHECK((formula.find(" = ") != formula.npos) == same);
    CHECK((formula.find(" ≠ ") != formula.npos) == (!same && only));
    CHECK((formula.find(" ≈ ") != formula.npos) == (!same && !only));
    if (!same && !only) {
      ++rounded;
      double magnitude = std::abs(double(of(state, "fc_bias")[c]));
      for (size_t i = 0; i < 784; ++i)
        magnitude += std::abs(double(of(state, "flat")[i]) * of(state, "fc_weight")[c * 784 + i]);
      CHECK(std::abs(double(before) - after) <= 2 * 784 * 6e-8 * magnitude);
      CHECK(scene.panes[0].where.find("|Δ| = ") != std::string::npos);
    }
  }
  CHECK(rounded > 5);
}

TEST_CASE("shuffle: the marks are the pixels of the window") {
  nn::Pcg32 rng(85);
  for (int round = 0; round < 100; ++round) {
    LessonState state = fresh();
    randomise(state, rng);
    const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
    const Figure& origin = scene.panes[1].figures[0];
    REQUIRE(origin.id == "input");
    std::vector<float> read, marked;
    for (int tap = 0; tap < 25; ++tap) {
      const int row = state.settings.step / 28 + tap / 5 - 2, col = state.settings.step % 28 + tap % 5 - 2;
      if (row >= 0 && row < 28 && col >= 0 && col < 28) read.push_back(of(state, "window")[size_t(tap)]);
    }
    for (int cell : origin.marks) marked.push_back(of(state, "input")[size_t(cell)]);
    CHECK(marked == read);
    CHECK(std::set<int>(origin.marks.begin(), origin.marks.end()).size() == origin.marks.size());
  }
}
