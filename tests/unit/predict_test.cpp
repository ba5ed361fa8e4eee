// Predict before reveal: what is asked, what is right, which mistakes are recognised.
#include <algorithm>
#include <cmath>
#include <set>

#include "tests/unit/predict_support.h"

using namespace predict_test;

namespace {

// Σ over the step's window of f(x, w), written out over the picture with zeros around it.
template <class Term>
double window_sum(const LessonState& state, int rows, Term term) {
  const Settings& s = state.settings;
  const nn::Tensor &x = state.tensors.at("input"), &w = state.tensors.at("weight");
  const int k = s.kernel_size, side = x.shape()[1];
  const int out = (side + 2 * s.padding - k) / s.stride + 1;
  double sum = 0;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < k; ++c) {
      const int row = s.step / out * s.stride - s.padding + r, col = s.step % out * s.stride - s.padding + c;
      const bool inside = row >= 0 && col >= 0 && row < side && col < side;
      sum += term(inside ? double(x[row * side + col]) : 0.0, r, c, w);
    }
  return sum;
}

}  // namespace

TEST_CASE("every lesson asks at least three kinds of questions, drawn from the seed") {
  for (const Lesson* lesson : all()) {
    CAPTURE(std::string(lesson->id));
    LessonState state = init(*lesson, web_test::assets(), true);
    std::set<std::string> kinds;
    for (int seed = 0; seed < 100; ++seed) {
      CHECK(!update(state, Set{"seed", double(seed)}));
      REQUIRE(state.question);
      kinds.insert(kind(state));
      LessonState again = init(*lesson, web_test::assets(), true);
      CHECK(!update(again, Set{"seed", double(seed)}));
      CHECK(kind(again) == kind(state));
    }
    CHECK(kinds.size() >= 3);
    CHECK(!update(state, Set{"predict", false}));
    CHECK(!state.question);
  }
}

TEST_CASE("questions are sentences in every language, and their own answers are right") {
  nn::Pcg32 rng(71);
  for (const Lesson* lesson : all()) {
    const bool asks_anything = lesson->questions != nullptr;
    REQUIRE_MESSAGE(asks_anything, std::string(lesson->id));
    for (int round = 0; round < 30; ++round) {
      LessonState state = init(*lesson, web_test::assets(), true);
      if (round > 0) vary(state, rng);
      for (const Question& question : lesson->questions(state)) {
        CAPTURE(std::string(lesson->id));
        CAPTURE(std::string(question.key));
        CHECK(std::isfinite(question.expected));
        CHECK(judge(question, question.expected).correct);
        for (const auto& language : strings::languages()) {
          CHECK(language.has(question.key));
          CHECK(!web_test::has_placeholder(question_text(question, language)));
          CHECK(!web_test::has_placeholder(hint_text(question, language)));
          for (const Mistake& mistake : question.mistakes) {
            CHECK_MESSAGE(language.has(mistake.key), std::string(mistake.key));
            const Answer answer = judge(question, mistake.value);
            CHECK((answer.correct || answer.diagnosis));
            CHECK(!web_test::has_placeholder(feedback_text(answer, language)));
          }
        }
        const std::vector<double> offered = suggestions(question);
        CHECK(offered.size() >= 3);
        CHECK(std::count(offered.begin(), offered.end(), question.expected) == 1);
        CHECK(std::is_sorted(offered.begin(), offered.end()));
        bool among_options = question.options.empty();
        for (const Option& option : question.options) among_options |= option.value == question.expected;
        CHECK(among_options);
      }
    }
  }
}

TEST_CASE("output cell: right within what the screen rounds; bias, flip, signs and last row are recognised") {
  nn::Pcg32 rng(72);
  std::set<std::string> recognised;
  for (const std::string lesson : {"flatten", "convolution", "stride", "padding"})
    for (int round = 0; round < 25; ++round) {
      LessonState state = asking(lesson);
      vary(state, rng);
      if (!ask_for(state, "output-cell")) continue;
      CAPTURE(lesson);
      const int k = state.settings.kernel_size;
      const double bias = state.tensors.at("bias")[0];
      const auto plain = [&](double x, int r, int c, const nn::Tensor& w) { return x * w[r * k + c]; };
      const double sum = window_sum(state, k, plain);
      CHECK(diagnosis(state, sum + bias) == "right");
      CHECK(diagnosis(state, sum + bias + 0.011) == "right");
      const std::vector<std::pair<std::string, double>> wrong = {
          {"bias-forgotten", sum},
          {"last-row-forgotten", window_sum(state, k - 1, plain) + bias},
          {"kernel-flipped", window_sum(state, k,
                                        [&](double x, int r, int c, const nn::Tensor& w) {
                                          return x * w[(k - 1 - r) * k + k - 1 - c];
                                        }) +
                                 bias},
          {"sign-dropped", window_sum(state, k, [&](double x, int r, int c, const nn::Tensor& w) {
                             return x * std::fabs(w[r * k + c]);
                           }) + bias}};
      for (const auto& mistake : wrong) {
        double nearest = std::fabs(mistake.second - sum - bias);
        for (const auto& other : wrong)
          if (other.first != mistake.first)
            nearest = std::min(nearest, std::fabs(other.second - mistake.second));
        if (nearest < 0.15) continue;  // too near to tell apart
        CHECK_MESSAGE(diagnosis(state, mistake.second) == mistake.first, mistake.first, " ", mistake.second);
        recognised.insert(mistake.first);
      }
      CHECK(diagnosis(state, 1e6) == "");
    }
  CHECK(recognised.size() == 4);
}

TEST_CASE("sizes and counts: arithmetic written out, and its usual mistakes") {
  LessonState state = asking("stride");
  CHECK(!update(state, std::vector<Set>{{"kernel_size", 5.0}, {"stride", 2.0}, {"padding", 1.0}}));
  REQUIRE(ask_for(state, "output-size"));  // (28 + 2 − 5) / 2 = 12.5
  CHECK(diagnosis(state, 13) == "right");
  CHECK(diagnosis(state, 14) == "rounded-up");
  CHECK(diagnosis(state, 26) == "stride-ignored");
  CHECK(diagnosis(state, 99) == "");
  CHECK(!update(state, Set{"padding", 3.0}));
  REQUIRE(ask_for(state, "output-size"));  // (28 + 6 − 5) / 2 = 14.5; (28 + 3 − 5) / 2 = 13
  CHECK(diagnosis(state, 15) == "right");
  CHECK(diagnosis(state, 14) == "padding-once");
  CHECK(diagnosis(state, 12) == "padding-ignored");
  REQUIRE(ask_for(state, "left-over"));
  CHECK(diagnosis(state, 1) == "right");
  CHECK(diagnosis(state, 0) == "padding-once");

  CHECK(!update(state, Set{"step", 15.0 * 4 + 2}));
  REQUIRE(ask_for(state, "window-origin"));
  CHECK(diagnosis(state, 4 * 2 - 3) == "right");
  CHECK(diagnosis(state, 4 - 3) == "stride-ignored");
  CHECK(diagnosis(state, 4 * 2) == "padding-ignored");
  CHECK(diagnosis(state, 4 * 2 - 6) == "padding-twice");
  CHECK(diagnosis(state, 4 * 2 - 2) == "counted-from-one");

  state = asking("convolution");
  REQUIRE(ask_for(state, "window-count"));
  CHECK(diagnosis(state, 24 * 24) == "right");
  CHECK(diagnosis(state, 24) == "one-side");
  CHECK(diagnosis(state, 28 * 28) == "border-ignored");
  REQUIRE(ask_for(state, "parameters"));
  CHECK(diagnosis(state, 26) == "right");
  CHECK(diagnosis(state, 25) == "bias-forgotten");
  CHECK(diagnosis(state, 26 * 576) == "not-shared");

  state = asking("padding");
  REQUIRE(ask_for(state, "corner-windows"));  // 5×5 with padding 2: three places in each direction
  CHECK(diagnosis(state, 9) == "right");
  CHECK(diagnosis(state, 3) == "one-side");
  CHECK(diagnosis(state, 1) == "padding-ignored");
  CHECK(diagnosis(state, 25) == "like-the-middle");
  REQUIRE(ask_for(state, "same-padding"));
  const int kernel = std::stoi(state.question->arguments.front().second);
  CHECK(kernel % 2 == 1);
  CHECK(kernel != 5);
  CHECK(diagnosis(state, (kernel - 1) / 2) == "right");
  CHECK(diagnosis(state, kernel - 1) == "both-sides");
  CHECK(diagnosis(state, (kernel + 1) / 2) == "rounded-up");

  state = asking("flatten");
  REQUIRE(ask_for(state, "fc-parameters"));
  CHECK(diagnosis(state, 7850) == "right");
  CHECK(diagnosis(state, 7840) == "bias-forgotten");
  CHECK(diagnosis(state, 7841) == "one-bias");
  CHECK(diagnosis(state, 785) == "one-class");
  REQUIRE(ask_for(state, "product"));
  const double x = state.tensors.at("input")[323], w = state.tensors.at("fc_weight")[3 * 784 + 323];
  CHECK(diagnosis(state, x * w) == "right");
  CHECK(diagnosis(state, -x * w) == "sign-lost");
  CHECK(diagnosis(state, x + w) == "added");
}

TEST_CASE("which class wins is what the scores say") {
  for (int digit = 0; digit < 10; ++digit) {
    LessonState state = asking("flatten");
    CHECK(!update(state, Set{"image", "digit-" + std::to_string(digit)}));
    REQUIRE(ask_for(state, "class"));
    const nn::Tensor &x = state.tensors.at("input"), &w = web_test::assets().fc_weight;
    int best = -1;
    double most = -1e9;
    for (int c = 0; c < 10; ++c) {
      double score = web_test::assets().fc_bias[size_t(c)];
      for (int i = 0; i < 784; ++i) score += double(x[size_t(i)]) * w[size_t(c * 784 + i)];
      if (score > most) best = c, most = score;
    }
    CHECK(state.question->expected == best);
    CHECK(state.question->options.size() == 10);
    const LessonState before = state;
    CHECK(update(state, GiveAnswer{2.5}));  // not among the options
    CHECK(web_test::difference(before, state) == "");
    CHECK(!update(state, GiveAnswer{double(best)}));
    CHECK(state.answer->correct);
  }
}

TEST_CASE("asked, answered, over: one question a step, none twice, tensors complete all along") {
  for (const Lesson* lesson : all()) {
    CAPTURE(std::string(lesson->id));
    LessonState state = init(*lesson, web_test::assets(), true);
    const LessonState plain = init(*lesson, web_test::assets());
    CHECK(state.tensors.size() == plain.tensors.size());
    for (const auto& entry : plain.tensors)
      CHECK_MESSAGE(nn::same_bits(entry.second, state.tensors.at(entry.first)), entry.first);

    std::vector<Question> over;
    CHECK(!update(state, StepBy{-state.steps}));
    for (int i = 0; i < std::min(state.steps, 40); ++i) {
      if (state.question) {
        for (const Question& earlier : over) CHECK(!same_question(earlier, *state.question));
        over.push_back(*state.question);
        if (i % 2) {
          CHECK(!update(state, Reveal{}));
          CHECK(state.answer->revealed);
        } else {
          double given = over.back().expected + (i % 4 ? 1 : 0);
          const auto& options = over.back().options;
          if (i % 4 && !options.empty()) given = options[options[0].value == over.back().expected].value;
          CHECK(!update(state, GiveAnswer{given}));
          CHECK(state.answer->correct == (i % 4 == 0));
        }
        CHECK(!state.question);
        const LessonState before = state;
        CHECK(update(state, GiveAnswer{1}));  // nothing is asked any more
        CHECK(update(state, Reveal{}));
        CHECK(web_test::difference(before, state) == "");
      }
      CHECK(!update(state, StepBy{1}));
      if (state.settings.step > 0 && i + 1 < state.steps) CHECK(!state.answer);
    }
    CHECK(over.size() >= 3);
    reset(state);
    CHECK(state.asked.empty());
    CHECK(state.question);
    for (double bad : {std::nan(""), double(INFINITY), -double(INFINITY)}) {
      const LessonState before = state;
      const auto error = update(state, GiveAnswer{bad});
      REQUIRE(error);
      CHECK(web_test::difference(before, state) == "");
      for (const auto& language : strings::languages())
        CHECK(!web_test::has_placeholder(language.format(error->message, error->arguments)));
    }
  }
}

TEST_CASE("the takeaway: one sentence at the last step, in every language, not before") {
  for (const Lesson* lesson : all())
    for (const auto& language : strings::languages()) {
      CAPTURE(std::string(lesson->id));
      LessonState state = init(*lesson, web_test::assets());
      CHECK(!update(state, StepBy{-state.steps}));
      const std::string sentence(language.text(std::string(lesson->id) + ".takeaway"));
      CHECK(language.has(std::string(lesson->id) + ".takeaway"));
      if (state.steps > 1) CHECK(scene_of(state, language, -1).takeaway.empty());
      CHECK(!update(state, StepBy{state.steps}));
      CHECK(scene_of(state, language, -1).takeaway == sentence);
      CHECK(narration_of(state, language).find(sentence) != std::string::npos);
      CHECK(!update(state, Set{"predict", true}));
      CHECK(state.question);
      CHECK(scene_of(state, language, -1).takeaway.empty());  // it may say what is asked
      CHECK(narration_of(state, language).find(sentence) == std::string::npos);
      CHECK(!update(state, Reveal{}));
      CHECK(scene_of(state, language, -1).takeaway == sentence);
    }
}
