// What the lesson flatten claims: whichever way the square is unrolled, the score is the same to the bit; and
// it is what spoke for the class, what spoke against it and the bias, exactly.
#include "web/lessons/flatten.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "tests/unit/web_support.h"
#include "web/lessons/sliding.h"

using namespace lessons;
using web_test::random_tensor;

namespace {

const nn::Tensor& of(const LessonState& state, const char* name) { return state.tensors.at(name); }
LessonState fresh() { return init(*find("flatten"), web_test::assets()); }
bool same_bits(float a, float b) { return nn::same_bits(nn::Tensor({1}, {a}), nn::Tensor({1}, {b})); }

LessonState random_state(nn::Pcg32& rng) {
  LessonState state = fresh();
  const std::vector<std::string> orders = {"rows", "columns", "any"};
  REQUIRE(!update(state, {{"image", "digit-" + std::to_string(rng.below(10))},
                          {"class", double(rng.below(10))},
                          {"order", web_test::pick(orders, rng)},
                          {"unroll", double(rng.below(101))},
                          {"evidence", rng.below(2) == 1},
                          {"seed", double(rng.below(1000))},
                          {"step", double(rng.below(784))}}));
  return state;
}

const Figure* figure_of(const Scene& scene, const std::string& id) {
  for (const Figure& figure : scene.panes[0].figures)
    if (figure.id == id) return &figure;
  return nullptr;
}

Scene scene_of(const LessonState& state) {
  return lessons::scene_of(state, strings::languages().front(), -1);
}

}  // namespace

TEST_CASE("flatten: every order holds every pixel once, and the scores keep their bits") {
  nn::Pcg32 rng(181);
  std::set<std::string> orders;
  for (int round = 0; round < 60; ++round) {
    const LessonState state = random_state(rng);
    const nn::Tensor &order = of(state, "flat_order"), &input = of(state, "input");
    const nn::Tensor &trained = web_test::assets().fc_weight, &bias = web_test::assets().fc_bias;
    const std::string& name = state.settings.order;
    orders.insert(name);
    std::set<int> pixels;
    for (int i = 0; i < 784; ++i) {
      const int pixel = int(order[size_t(i)]);
      pixels.insert(pixel);
      if (name == "rows") CHECK(pixel == i);
      if (name == "columns") CHECK(pixel == i % 28 * 28 + i / 28);
      CHECK(flat_index(state, pixel) == i);
      REQUIRE(of(state, "flat")[size_t(i)] == input[size_t(pixel)]);
      for (int c = 0; c < 10; ++c)
        REQUIRE(of(state, "fc_weight")[size_t(c * 784 + i)] == trained[size_t(c * 784 + pixel)]);
    }
    CHECK(pixels.size() == 784);
    CHECK(*pixels.begin() == 0);
    CHECK(*pixels.rbegin() == 783);
    for (int c = 0; c < 10; ++c) {
      float by_rows = bias[size_t(c)];
      for (int i = 0; i < 784; ++i) by_rows += input[size_t(i)] * trained[size_t(c * 784 + i)];
      CHECK_MESSAGE(same_bits(of(state, "fc_scores")[size_t(c)], by_rows), name, " class ", c);
      CHECK(same_bits(of(state, "fc_scores_rows")[size_t(c)], by_rows));
    }
    // The sum so far is taken in the order of the strip, and ends at the score.
    const int c = state.settings.class_index;
    float sum = bias[size_t(c)];
    for (int i = 0; i < 784; ++i) {
      sum += input[size_t(int(order[size_t(i)]))] * trained[size_t(c * 784 + int(order[size_t(i)]))];
      REQUIRE(same_bits(of(state, "fc_running")[size_t(i)], sum));
    }
    CHECK(same_bits(sum, of(state, "fc_scores")[size_t(c)]));
    for (const auto& language : strings::languages())
      CHECK(order_comparison(state, language) == language.text("flatten.order.same"));
  }
  CHECK(orders.size() == 3);
}

TEST_CASE("flatten: any order comes from the seed, and another seed gives another") {
  LessonState state = fresh();
  REQUIRE(!update(state, Set{"order", std::string("any")}));
  const nn::Tensor first = of(state, "flat_order");
  REQUIRE(!update(state, Set{"seed", 2.0}));
  CHECK(!nn::same_bits(of(state, "flat_order"), first));
  REQUIRE(!update(state, Set{"seed", 1.0}));
  CHECK(nn::same_bits(of(state, "flat_order"), first));
}

TEST_CASE("flatten: for, against and bias are the score, exactly") {
  for (int digit = 0; digit < 10; ++digit)
    for (int c = 0; c < 10; ++c) {
      LessonState state = fresh();
      REQUIRE(!update(state, {{"image", "digit-" + std::to_string(digit)}, {"class", double(c)}}));
      const nn::Tensor &input = of(state, "input"), &trained = web_test::assets().fc_weight;
      double above = 0, below = 0;
      int raised = 0, lowered = 0;
      for (size_t i = 0; i < 784; ++i) {
        const float product = input[i] * trained[size_t(c) * 784 + i];
        REQUIRE(of(state, "fc_map")[i] == product);
        if (product > 0) above += product, ++raised;
        if (product < 0) below += product, ++lowered;
      }
      const nn::Tensor& evidence = of(state, "fc_evidence");
      REQUIRE(evidence.shape() == nn::Shape{3});
      CHECK(evidence[0] == above);  // the double sum fits a float
      CHECK(evidence[1] == below);
      CHECK(evidence[2] == web_test::assets().fc_bias[size_t(c)]);
      CHECK(same_bits(evidence[0] + evidence[1] + evidence[2], of(state, "fc_scores")[size_t(c)]));
      CHECK(evidence_count(state, 1) == raised);
      CHECK(evidence_count(state, -1) == lowered);
    }
}

TEST_CASE("flatten: numbers of the user's own are equal up to rounding, and said to be") {
  nn::Pcg32 rng(182);
  int rounded = 0;
  for (int round = 0; round < 10; ++round) {
    LessonState state = random_state(rng);
    REQUIRE(!update(state, ReplaceTensor{"input", random_tensor({1, 28, 28}, rng, 10)}));
    REQUIRE(!update(state, Set{"order", std::string("any")}));
    const int c = state.settings.class_index;
    double sum = web_test::assets().fc_bias[size_t(c)], magnitude = std::abs(sum);
    for (size_t i = 0; i < 784; ++i) {
      const double product =
          double(of(state, "input")[i]) * web_test::assets().fc_weight[size_t(c) * 784 + i];
      sum += product;
      magnitude += std::abs(product);
    }
    const nn::Tensor& evidence = of(state, "fc_evidence");
    CHECK(std::abs(of(state, "fc_scores")[size_t(c)] - sum) <= 1e-5 * magnitude);
    CHECK(std::abs(double(evidence[0]) + evidence[1] + evidence[2] - sum) <= 1e-5 * magnitude);
    const bool same = of(state, "fc_scores")[size_t(c)] == of(state, "fc_scores_rows")[size_t(c)];
    rounded += !same;
    const auto& language = strings::languages().front();
    CHECK((order_comparison(state, language) == language.text("flatten.order.same")) == same);
  }
  CHECK(rounded > 0);
}

TEST_CASE("unrolling: cells leave and arrive in order; at 0 none has left, at 100 all have arrived") {
  Figure strip;
  strip.kind = FigureKind::Strip;
  strip.cols = 784;
  strip.link = {CellIs::Pixel, 28, 28};
  int before = -1;
  for (int percent = 0; percent <= 100; ++percent) {
    strip.unroll = float(percent) / 100;
    float last = 1;
    int arrived = 0;
    for (int i = 0; i < 784; ++i) {
      const float t = unrolled(strip, i);
      CHECK((t >= 0 && t <= last));
      if (percent == 0) CHECK(t == 0);
      if (percent == 100) CHECK(t == 1);
      arrived += t == 1;
      last = t;
    }
    CHECK(unrolled_count(strip) == arrived);
    CHECK(arrived >= before);
    before = arrived;
  }
}

TEST_CASE("unrolling changes what is drawn and nothing else") {
  nn::Pcg32 rng(183);
  for (int round = 0; round < 20; ++round) {
    LessonState state = random_state(rng);
    REQUIRE(!update(state, {{"evidence", false}, {"unroll", 100.0}}));
    const LessonState rolled = state;
    REQUIRE(!update(state, Set{"unroll", double(rng.below(100))}));
    CHECK(web_test::difference(rolled, state) == "unroll");
    for (const auto& tensor : state.tensors)
      CHECK(nn::same_bits(tensor.second, rolled.tensors.at(tensor.first)));
    const Scene scene = scene_of(state), whole = scene_of(rolled);
    const int index = flat_index(state, state.settings.step);
    for (const char* id : {"flat", "fc_weight", "fc_products"}) {
      const Figure& strip = *figure_of(scene, id);
      const int arrived = unrolled_count(strip);
      CHECK(strip.unroll == float(state.settings.unroll) / 100);
      CHECK(strip.computed == (id == std::string("fc_products") ? std::min(arrived, index + 1) : arrived));
      CHECK(figure_of(whole, id)->unroll == 1);
      for (int i = 0; i < 784; i += 13) CHECK(pixel_of(strip, i) == int(of(state, "flat_order")[size_t(i)]));
      if (strip.from < 0) continue;
      // The square that the cells come from shows the same numbers at the same pixels.
      const Figure& square = scene.panes[0].figures[size_t(strip.from)];
      REQUIRE(square.rows * square.cols == 784);
      for (int i = 0; i < 784; ++i) REQUIRE(value_of(strip, i) == value_of(square, pixel_of(strip, i)));
    }
    CHECK(figure_of(scene, "flat")->from >= 0);
    CHECK(figure_of(scene, "fc_weight")->from >= 0);
    std::string formula, before;
    for (const Span& span : scene.panes[0].formula) formula += span.text;
    for (const Span& span : whole.panes[0].formula) before += span.text;
    CHECK(formula == before);
  }
}

TEST_CASE("evidence: ten templates, each a choice, and the products of the one that is chosen") {
  nn::Pcg32 rng(184);
  for (int round = 0; round < 20; ++round) {
    LessonState state = random_state(rng);
    REQUIRE(!update(state, Set{"evidence", true}));
    const Scene scene = scene_of(state);
    std::set<int> choices;
    for (const Figure& figure : scene.panes[0].figures)
      if (figure.choice >= 0) {
        choices.insert(figure.choice);
        CHECK(figure.chooses == "class");
        CHECK(figure.role == (figure.choice == state.settings.class_index ? Role::Weight : Role::Plain));
        for (int i = 0; i < 784; i += 7)
          CHECK(value_of(figure, i) == web_test::assets().fc_weight[size_t(figure.choice * 784 + i)]);
      }
    CHECK(choices.size() == 10);
    const Figure& map = *figure_of(scene, "fc_map");
    for (int i = 0; i < 784; ++i)
      REQUIRE(value_of(map, i) == (*map.factors.x)[size_t(map.factors.x_offset + i)] *
                                      (*map.factors.w)[size_t(map.factors.w_offset + i)]);
  }
}

TEST_CASE("evidence does not tell what is asked") {
  LessonState state = init(*find("flatten"), web_test::assets(), true);
  REQUIRE(!update(state, Set{"evidence", true}));
  bool product = false, score = false;
  for (int seed = 1; seed < 100 && !(product && score); ++seed) {
    REQUIRE(!update(state, Set{"seed", double(seed)}));
    const Scene scene = scene_of(state);
    if (asks(state, "question.product")) {
      CHECK(figure_of(scene, "fc_map")->hidden == state.settings.step);
      product = true;
    }
    if (!asks(state, "question.class")) continue;
    score = true;
    for (const Span& span : scene.panes[0].formula)
      if (span.strong) CHECK(span.text == kHidden);
    for (const Figure& figure : scene.panes[0].figures)
      if (figure.choice >= 0) CHECK(figure.caption == std::to_string(figure.choice) + " · " + kHidden);
  }
  CHECK(product);
  CHECK(score);
}
