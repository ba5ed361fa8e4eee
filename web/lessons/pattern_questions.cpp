#include <algorithm>
#include <cmath>

#include "web/lessons/pattern.h"
#include "web/lessons/sliding.h"
#include "web/lessons/strokes.h"

namespace lessons {
namespace {

constexpr int kTaps = kStrokeSide * kStrokeSide;

const float* filter_weights(const LessonState& state) {
  return state.tensors.at("weight").data() + state.settings.filter_index * kTaps;
}

float bias_of(const LessonState& state) { return state.tensors.at("bias")[state.settings.filter_index]; }

// The score of the window: the sums of its rows are given.
Question ask_score(const LessonState& state) {
  const nn::Tensor &window = state.tensors.at("window"), &products = state.tensors.at("products");
  const PatchSum patch = patch_sum(state);
  double light = 0, magnitude = 0;
  std::string rows;
  for (int row = 0; row < kStrokeSide; ++row) {
    double sum = 0;
    for (int tap = row * kStrokeSide; tap < (row + 1) * kStrokeSide; ++tap) {
      sum += products[tap];
      light += window[tap];
      magnitude = std::max(magnitude, std::fabs(double(products[tap])));
    }
    rows += (row ? ", " : "") + strings::number(sum);
  }
  Question q;
  q.key = "question.patch-score";
  q.hint = "question.patch-score.hint";
  q.arguments = {{"filter", std::to_string(state.settings.filter_index)},
                 {"rows", rows},
                 {"bias", strings::number(bias_of(state))}};
  q.expected = state.tensors.at("window_scores")[state.settings.filter_index];
  q.decimals = 2;
  // Each number in the hint is off by half a hundredth at most, and so is the answer.
  q.tolerance = 0.005 * (kStrokeSide + 2) + 1e-5 * magnitude * kTaps;
  q.mistakes = {{"mistake.others-free", patch.positive + bias_of(state)}, {"mistake.brightness", light}};
  if (bias_of(state) != 0) q.mistakes.push_back({"mistake.bias-forgotten", patch.sum});
  return q;
}

Question ask_best(const LessonState& state) {
  const nn::Tensor& scores = state.tensors.at("window_scores");
  Question q;
  q.key = "question.best-filter";
  q.expected = best_filter(state);
  for (int o = 0; o < kStrokes; ++o) q.options.push_back({double(o)});
  q.mistakes = {
      {"mistake.smallest", double(std::min_element(scores.begin(), scores.end()) - scores.begin())}};
  return q;
}

// What becomes of the largest answer, or of the sum, when the pattern is there a second time.
Question ask_second(const LessonState& state, const char* scores, const char* key, Mistake mistake) {
  LessonState twice = state;
  twice.settings.step = kBothPainted;
  twice.lesson->compute_step(twice);
  const int filter = state.settings.filter_index;
  Question q;
  q.key = key;
  q.arguments = {{"filter", std::to_string(filter)}};
  q.expected = twice.tensors.at(scores)[filter] / state.tensors.at(scores)[filter];
  q.options = {{1, "option.stays"}, {2, "option.doubles"}};
  q.mistakes = {mistake};
  return q;
}

Question ask_light(const LessonState& state) {
  double positive = 0, negative = 0;
  for (int tap = 0; tap < kTaps; ++tap) {
    const float w = filter_weights(state)[tap];
    (w > 0 ? positive : negative) += w;
  }
  Question q;
  q.key = "question.light";
  q.hint = "question.light.hint";
  q.arguments = {{"filter", std::to_string(state.settings.filter_index)},
                 {"positive", strings::number(positive)},
                 {"negative", strings::number(negative)},
                 {"bias", strings::number(bias_of(state))}};
  q.expected = state.tensors.at("light_scores")[state.settings.filter_index];
  q.decimals = 2;
  q.tolerance = 0.02 + 1e-5 * (positive - negative);
  q.mistakes = {{"mistake.others-free", positive + bias_of(state)},
                {"mistake.sign-dropped", positive - negative + bias_of(state)},
                {"mistake.brightness", double(kTaps)}};
  return q;
}

}  // namespace

int painted_stroke(const LessonState& state) {
  const std::string& image = state.settings.image;
  if (state.settings.input || image.rfind("shape-", 0) != 0) return -1;
  const auto& names = stroke_names();
  return int(std::find(names.begin(), names.end(), image.substr(6)) - names.begin());
}

int act(const LessonState& state) {
  const int step = state.settings.step;
  return (step > 0) + (step > kFirstPainted) + (step > kBothPainted);
}

PatchSum patch_sum(const LessonState& state) {
  const nn::Tensor &window = state.tensors.at("window"), &products = state.tensors.at("products");
  PatchSum patch = {0, 0, 0, 0, !state.settings.weight && !state.settings.bias};
  for (int tap = 0; tap < kTaps; ++tap) {
    const bool on = filter_weights(state)[tap] > 0;
    patch.sum += products[tap];
    if (on) patch.positive += products[tap];
    (on ? patch.hits : patch.misses) += window[tap] == 1;
    patch.counts = patch.counts && (window[tap] == 0 || window[tap] == 1);
  }
  return patch;
}

int best_filter(const LessonState& state) {
  const nn::Tensor& scores = state.tensors.at("window_scores");
  const auto best = std::max_element(scores.begin(), scores.end());
  return std::count(scores.begin(), scores.end(), *best) == 1 ? int(best - scores.begin()) : -1;
}

std::vector<Question> pattern_questions(const LessonState& state) {
  const Settings& s = state.settings;
  std::vector<Question> questions = {ask_score(state)};
  if (best_filter(state) >= 0) questions.push_back(ask_best(state));
  if (painted_stroke(state) >= 0 && s.step == kFirstPainted && !s.weight && !s.bias) {
    questions.push_back(
        ask_second(state, "scores_max", "question.second-max", {"mistake.places-counted", 2}));
    questions.push_back(
        ask_second(state, "scores_sum", "question.second-sum", {"mistake.places-not-counted", 1}));
  }
  const nn::Tensor& window = state.tensors.at("window");
  if (!std::all_of(window.begin(), window.end(), [](float x) { return x == 1; }))
    questions.push_back(ask_light(state));
  return questions;
}

}  // namespace lessons
