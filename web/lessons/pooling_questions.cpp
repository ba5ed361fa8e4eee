#include <algorithm>

#include "web/lessons/pooling.h"

namespace lessons {

std::string values_text(const LessonState& state, const char* between) {
  const int taps = state.settings.kernel_size * state.settings.kernel_size;
  const float* window = state.tensors.at("window").data() + state.settings.filter_index * taps;
  std::string text;
  for (int i = 0; i < taps; ++i) text += (i ? between : "") + strings::number(window[i]);
  return text;
}

float pooled_value(const LessonState& state) {
  return state.tensors.at("output")[state.settings.filter_index * state.steps + state.settings.step];
}

Question ask_pooled(const LessonState& state) {
  const int taps = state.settings.kernel_size * state.settings.kernel_size;
  const bool max = state.settings.pool == "max";
  const float* window = state.tensors.at("window").data() + state.settings.filter_index * taps;
  double sum = 0;
  for (int i = 0; i < taps; ++i) sum += window[i];
  const double most = *std::max_element(window, window + taps);
  Question q;
  q.key = "question.pooled";
  q.hint = max ? "question.pooled.hint.max" : "question.pooled.hint.avg";
  q.arguments = {{"values", values_text(state, ", ")}};
  q.expected = pooled_value(state);
  q.decimals = 2;
  q.tolerance = max ? 0.0051 : 0.0101;  // the mean of rounded numbers is off as far as these are
  q.mistakes = {max ? Mistake{"mistake.mean-instead", sum / taps} : Mistake{"mistake.maximum-instead", most},
                {"mistake.summed", sum},
                {"mistake.minimum-instead", double(*std::min_element(window, window + taps))}};
  return q;
}

Question ask_remaining(const LessonState& state, bool count) {
  const Settings& s = state.settings;
  const int side = state.tensors.at("input").shape()[1], reach = side - s.kernel_size;
  const auto answer = [&](int out) { return double(count ? out * out : out); };
  Question q;
  q.key = count ? "question.window-count" : "question.output-size";
  q.hint = count ? "question.remaining.hint" : "question.pooled-size.hint";
  q.arguments = {{"side", std::to_string(side)},
                 {"kernel", std::to_string(s.kernel_size)},
                 {"stride", std::to_string(s.stride)}};
  q.expected = answer(state.out_rows);
  q.hides_steps = true;
  if (count) q.mistakes = {{"mistake.one-side", double(state.out_rows)}};
  q.mistakes.push_back({"mistake.rounded-up", answer((reach + s.stride - 1) / s.stride + 1)});
  q.mistakes.push_back({"mistake.one-forgotten", answer(reach / s.stride)});
  q.mistakes.push_back({"mistake.stride-ignored", answer(reach + 1)});
  return q;
}

}  // namespace lessons
