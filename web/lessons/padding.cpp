// Lesson `padding`: zeros around the picture. How many windows see each pixel, what the output's size
// becomes, and how ten layers shrink the picture with and without padding.
#include <algorithm>
#include <cmath>

#include "engine/kernels/kernels.h"
#include "engine/rng.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kLayers = 10;

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.padding = 2;
  settings.step = 578;
}

std::vector<Key> keys(const LessonState& state) { return sized_keys(state, defaults); }

// The side of the picture after 0 … 10 such layers; 0 once the kernel does not fit any more.
nn::Tensor shrinking(int side, const Settings& s, int padding) {
  nn::Tensor sides(nn::Shape{kLayers + 1});
  for (int layer = 0; layer <= kLayers; ++layer) {
    sides[layer] = float(side);
    side = side > 0 ? nn::conv2d_output_size(side, s.kernel_size, s.stride, padding) : 0;
  }
  return sides;
}

void compute(LessonState& state) {
  compute_convolution(state);
  auto& tensors = state.tensors;
  const Settings& s = state.settings;
  const nn::Shape shape = tensors["input"].shape();
  // Each window adds one to every pixel it sees.
  nn::Tensor coverage(nn::Shape{1, shape[1], shape[2]});
  for (int row = 0; row < state.out_rows; ++row)
    for (int col = 0; col < state.out_cols; ++col)
      for (int r = std::max(0, row * s.stride - s.padding);
           r < std::min(shape[1], row * s.stride - s.padding + s.kernel_size); ++r)
        for (int c = std::max(0, col * s.stride - s.padding);
             c < std::min(shape[2], col * s.stride - s.padding + s.kernel_size); ++c)
          coverage[r * shape[2] + c] += 1;
  tensors["coverage"] = std::move(coverage);
  tensors["sides_padded"] = shrinking(shape[1], s, s.padding);
  tensors["sides_valid"] = shrinking(shape[1], s, 0);
}

Figure layers(const LessonState& state, const strings::Strings& strings, const char* id, int padding) {
  Figure figure;
  figure.kind = FigureKind::Bars;
  figure.id = id;
  figure.symbol = "N";
  figure.role = Role::Output;
  figure.tensor = &state.tensors.at(id);
  figure.rows = kLayers + 1;
  // One scale for both, so that they can be compared.
  figure.limit = std::max(largest_magnitude(state.tensors.at("sides_padded")), 1.0f);
  figure.concealed = asks_size(state);
  figure.caption = strings.format("figure.sides", {{"padding", std::to_string(padding)}});
  return figure;
}

// What the numbers of the size formula count, in its order.
enum Part { kSidePart, kPaddingPart, kKernelPart, kStridePart, kOutPart };

std::vector<Span> linked_formula(const LessonState& state) {
  std::vector<Span> spans = size_formula(state);
  int part = kSidePart;
  for (size_t i = 0; i + 1 < spans.size(); ++i)
    if (spans[i].strong) spans[i].part = part++;
  if (!asks_size(state)) spans.back().part = kOutPart;
  return spans;
}

std::vector<std::string> part_words(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const int sizes[] = {state.tensors.at("input").shape()[1], s.padding, s.kernel_size, s.stride,
                       state.out_cols};
  const char* keys[] = {"padding.part.side", "padding.part.padding", "padding.part.kernel",
                        "padding.part.stride", "padding.part.out"};
  std::vector<std::string> words;
  for (int part = kSidePart; part <= kOutPart; ++part)
    words.push_back(strings.format(keys[part], {{"n", std::to_string(sizes[part])}}));
  return words;
}

void link_parts(const LessonState& state, Figure& input, Figure& kernel, Figure& output) {
  const Settings& s = state.settings;
  if (s.padding > 0)
    input.counted = {{kPaddingPart, {0, -s.padding, 1, s.padding}},
                     {kPaddingPart, {0, input.cols, 1, s.padding}}};
  const Place at = place(state);
  // The way to the next window; from the one before where this is the last.
  const int from = at.col + 1 < state.out_cols ? at.origin_col : at.origin_col - s.stride;
  if (from >= -s.padding && from + s.stride <= input.cols + s.padding)
    input.counted.push_back({kStridePart, {at.origin_row, from, 1, s.stride}});
  input.counted.push_back({kSidePart, {0, 0, 1, input.cols}});
  kernel.counted = {{kKernelPart, {0, 0, 1, s.kernel_size}}};
  if (!asks_size(state)) output.counted = {{kOutPart, {0, 0, 1, output.cols}}};
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  const Settings& s = state.settings;
  Pane all = convolution_pane(state, strings, followed);
  enum { kInput, kWindow, kTimes, kKernel, kProducts, kArrow, kOutput, kNote };
  Figure input = all.figures[kInput];
  input.unseen_rows = input.unseen_cols = unreached(state);
  link_parts(state, input, all.figures[kKernel], all.figures[kOutput]);

  Pane left;
  left.id = "padding";
  left.title = strings.text("pane.padding");
  const bool same =
      !asks_size(state) && s.stride == 1 && s.kernel_size % 2 == 1 && s.padding == s.kernel_size / 2;
  left.note = strings.text(s.padding == 0 ? "padding.valid" : same ? "padding.same" : "padding.other");
  left.figures = {input,
                  operator_sign("→"),
                  all.figures[kOutput],
                  all.figures[kWindow],
                  operator_sign("×"),
                  all.figures[kKernel],
                  all.figures[kProducts]};
  left.layouts = {column({row({leaf(0), leaf(1), leaf(2)}), row({leaf(3), leaf(4), leaf(5), leaf(6)})}),
                  row({leaf(0), leaf(1), leaf(2), leaf(3), leaf(4), leaf(5), leaf(6)})};
  left.where = strings.text("stride.size");
  left.formula = linked_formula(state);

  Pane right;
  right.id = "coverage";
  right.title = strings.text("pane.coverage");
  right.note = strings.text("pane.coverage.note");
  Figure coverage = signed_map(state, "coverage", "n", Role::Product);
  coverage.scale = Scale::Count;
  coverage.limit = float(s.kernel_size * s.kernel_size);
  coverage.link = {CellIs::Pixel, coverage.rows, coverage.cols};
  coverage.concealed = asks(state, "question.corner-windows");
  const std::string corner = unless(coverage.concealed, std::to_string(int((*coverage.tensor)[0])));
  coverage.caption = strings.format("figure.coverage", {{"corner", corner}});
  right.figures = {coverage, layers(state, strings, "sides_padded", s.padding),
                   layers(state, strings, "sides_valid", 0)};
  right.layouts = {row({leaf(0), leaf(1), leaf(2)})};
  right.where = all.where;
  right.formula = all.formula;

  Scene scene;
  scene.question = strings.text("padding.question");
  scene.lead = strings.text("padding.lead");
  scene.panes = {std::move(left), std::move(right)};
  scene.parts = part_words(state, strings);
  scene.controls = sliding_controls(state, strings, 1);
  add_size_controls(scene, state, strings, {"padding", "kernel_size", "stride"}, 0);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const auto count = [&](int i) { return std::to_string(int(state.tensors.at("coverage")[i])); };
  const nn::Shape& shape = state.tensors.at("coverage").shape();
  return strings.format("padding.narration", {{"padding", std::to_string(state.settings.padding)},
                                              {"formula", size_text(state)},
                                              {"corner", count(0)},
                                              {"middle", count(shape[1] / 2 * shape[2] + shape[2] / 2)}}) +
         " " + convolution_narration(state, strings);
}

// How many windows see the pixel in the corner.
Question ask_corner(const LessonState& state) {
  const Settings& s = state.settings;
  Question q;
  q.key = "question.corner-windows";
  q.hint = "question.corner-windows.hint";
  q.arguments = {{"kernel", std::to_string(s.kernel_size)},
                 {"stride", std::to_string(s.stride)},
                 {"padding", std::to_string(s.padding)}};
  q.expected = state.tensors.at("coverage")[0];
  q.mistakes = {{"mistake.one-side", std::sqrt(q.expected)},
                {"mistake.padding-ignored", 1},
                {"mistake.like-the-middle", double(s.kernel_size * s.kernel_size)}};
  return q;
}

// The padding that keeps the size, for another kernel than the one on the screen.
Question ask_same_padding(const LessonState& state) {
  nn::Pcg32 rng(uint64_t(state.settings.seed));
  int kernel = 3 + 2 * int(rng.below(5));
  if (kernel == state.settings.kernel_size) kernel += 2;
  Question q;
  q.key = "question.same-padding";
  q.arguments = {{"kernel", std::to_string(kernel)}};
  q.expected = kernel / 2;
  q.mistakes = {{"mistake.both-sides", double(kernel - 1)},
                {"mistake.rounded-up", double(kernel / 2 + 1)},
                {"mistake.padding-is-kernel", double(kernel)}};
  return q;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_cell(state), ask_size(state), ask_corner(state), ask_same_padding(state)};
}

}  // namespace

extern const Lesson padding_lesson;
const Lesson padding_lesson = {"padding",      keys,  defaults,  compute,
                               compute_window, scene, narration, questions};

}  // namespace lessons
