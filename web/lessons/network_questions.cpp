#include <algorithm>
#include <cmath>

#include "web/lessons/network.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

std::string text(int value) { return std::to_string(value); }

// A cell of a feature map, ReLU included; the sums of the products are given channel by channel.
Question ask_activation(const LessonState& state) {
  const Cell cell = cell_of(state);
  const std::vector<double> parts = channel_sums(state);
  std::string sums;
  double magnitude = 0;
  for (const double part : parts) {
    sums += (sums.empty() ? "" : ", ") + strings::number(part);
    magnitude += std::fabs(part);
  }
  const auto relu = [](double x) { return std::max(x, 0.0); };
  Question q;
  q.key = "question.activation";
  q.hint = parts.size() > 1 ? "question.activation.hint" : "question.activation.hint.single";
  q.arguments = {{"filter", text(state.settings.filter_index)},
                 {"row", text(cell.row)},
                 {"col", text(cell.col)},
                 {"sums", sums},
                 {"bias", strings::number(cell.bias)}};
  q.expected = cell.result;
  q.decimals = 2;
  // Each number in the hint and the answer is off by half a hundredth at most; the engine rounds, too.
  q.tolerance = 0.005 * double(parts.size() + 2) + 1e-5 * magnitude;
  q.mistakes = {{"mistake.relu-forgotten", double(cell.output)},
                {"mistake.bias-forgotten", relu(cell.sum)},
                {"mistake.activation-before-bias", relu(cell.sum) + cell.bias}};
  if (parts.size() > 1) q.mistakes.push_back({"mistake.channels-not-summed", relu(parts[0] + cell.bias)});
  return q;
}

Question ask_largest(const LessonState& state) {
  const nn::Tensor& window = state.tensors.at("window");
  std::string values;
  double sum = 0;
  for (const float x : window) {
    values += (values.empty() ? "" : ", ") + strings::number(x);
    sum += x;
  }
  Question q;
  q.key = "question.pooled";
  q.hint = "question.pooled.hint.max";
  q.arguments = {{"values", values}};
  q.expected = cell_of(state).result;
  q.decimals = 2;
  q.tolerance = 0.0051;
  q.mistakes = {{"mistake.mean-instead", sum / double(window.size())},
                {"mistake.summed", sum},
                {"mistake.minimum-instead", double(*std::min_element(window.begin(), window.end()))}};
  return q;
}

Question ask_score(const LessonState& state) {
  const Cell cell = cell_of(state);
  Question q;
  q.key = "question.score";
  q.hint = "question.score.hint";
  q.arguments = {{"class", text(state.settings.step)},
                 {"features", text(int(state.tensors.at("window").size()))},
                 {"sum", strings::number(cell.sum)},
                 {"bias", strings::number(cell.bias)}};
  q.expected = cell.output;
  q.decimals = 2;
  q.tolerance = 0.0151;
  q.mistakes = {{"mistake.bias-forgotten", double(cell.sum)},
                {"mistake.sign-lost", double(cell.sum) - cell.bias},
                {"mistake.relu-at-the-end", std::max(0.0, double(cell.output))}};
  return q;
}

Question ask_side(const LessonState& state) {
  const Stage& stage = stage_of(state);
  const int side = stage_input(state, state.settings.layer).shape()[1];
  const auto out = [&](int padding) { return double((side + padding - stage.kernel) / stage.stride + 1); };
  Question q;
  q.key = "question.output-size";
  q.hint = stage.kind == Stage::Pooling ? "question.pooled-size.hint" : "question.output-size.hint";
  q.arguments = {{"side", text(side)},
                 {"kernel", text(stage.kernel)},
                 {"stride", text(stage.stride)},
                 {"padding", text(stage.padding)}};
  q.expected = state.out_rows;
  q.hides_steps = true;
  if (stage.kind == Stage::Pooling) {
    q.mistakes = {{"mistake.one-forgotten", out(0) - 1},
                  {"mistake.stride-ignored", double(side - stage.kernel + 1)}};
  } else {
    q.mistakes = {{"mistake.padding-once", out(stage.padding)},
                  {"mistake.one-forgotten", out(2 * stage.padding) - 1},
                  {"mistake.padding-ignored", out(0)}};
  }
  return q;
}

Question ask_stage_parameters(const LessonState& state) {
  const Stage& stage = stage_of(state);
  Question q;
  if (stage.kind == Stage::Pooling) {
    q.key = "question.pooling-parameters";
    q.hint = "question.pooling-parameters.hint";
    const int cells = stage.kernel * stage.kernel, maps = stage_input(state, state.settings.layer).shape()[0];
    q.arguments = {{"kernel", text(stage.kernel)}, {"maps", text(maps)}};
    q.mistakes = {{"mistake.pooling-learns", double(cells)},
                  {"mistake.pooling-learns", double(cells + 1)},
                  {"mistake.pooling-learns", double(cells * maps)},
                  {"mistake.pooling-learns", double((cells + 1) * maps)}};
    return q;
  }
  if (stage.kind == Stage::Convolution) return ask_parameters(state);
  q = ask_fc_parameters(state);
  q.hint = "question.features.hint";
  return q;
}

}  // namespace

bool asks_network_cell(const LessonState& state) {
  return asks(state, "question.activation") || asks(state, "question.pooled") ||
         asks(state, "question.score");
}

std::vector<Question> network_questions(const LessonState& state) {
  // The other views show nothing of what these ask for, or all of it.
  if (state.settings.view != "chain" && state.settings.view != "volumes") return {};
  const Stage::Kind kind = stage_of(state).kind;
  std::vector<Question> questions = {ask_class(state), ask_stage_parameters(state)};
  questions.push_back(kind == Stage::Convolution ? ask_activation(state)
                      : kind == Stage::Pooling   ? ask_largest(state)
                                                 : ask_score(state));
  if (kind != Stage::Linear) questions.push_back(ask_side(state));
  return questions;
}

}  // namespace lessons
