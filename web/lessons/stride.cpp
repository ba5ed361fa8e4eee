// Lesson `stride`: how far the window moves. The map of stride s is every s-th row and column of the map
// of stride 1, to the bit; what no window reaches at the right and at the bottom is shown.
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.stride = 2;
  settings.padding = 0;
  settings.step = 91;
}

std::vector<Key> keys(const LessonState& state) { return sized_keys(state, defaults); }

void compute(LessonState& state) {
  compute_convolution(state);
  state.tensors["output_stride1"] = convolved(state, state.tensors.at("input"), 1);
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  const Settings& s = state.settings;
  const int left_over = unreached(state);
  const bool left_over_hidden = asks(state, "question.left-over");
  Pane all = convolution_pane(state, strings, followed);
  enum { kInput, kWindow, kTimes, kKernel, kProducts, kArrow, kOutput, kNote };

  Pane moves;
  moves.id = "stride";
  moves.title = strings.text("pane.stride");
  moves.note = strings.format("pane.stride.note", {{"stride", std::to_string(s.stride)}});
  Figure input = all.figures[kInput];
  if (!left_over_hidden) input.unseen_rows = input.unseen_cols = left_over;
  Figure note = all.figures[kNote];
  note.lines = {left_over_hidden ? strings.format("stride.left_over", {{"count", kHidden}})
                : left_over      ? strings.format("stride.left_over", {{"count", std::to_string(left_over)}})
                                 : std::string(strings.text("stride.no_left_over")),
                std::string(strings.text("stride.left_over.why"))};
  moves.figures = {input, all.figures[kWindow], all.figures[kKernel]};
  moves.layouts = {row({leaf(0), column({leaf(1), leaf(2)})}), row({leaf(0), leaf(1), leaf(2)})};
  moves.where = strings.text("stride.size");
  moves.formula = size_formula(state);

  Figure dense = signed_map(state, "output_stride1", "y", Role::Output);
  dense.keep = s.stride;
  dense.link = all.figures[kOutput].link;
  dense.link.stride = 1;
  dense.current = state.settings.step / state.out_cols * s.stride * dense.cols +
                  state.settings.step % state.out_cols * s.stride;
  dense.concealed = all.figures[kOutput].concealed;
  if (all.figures[kOutput].hidden >= 0) dense.hidden = dense.current;
  dense.caption =
      strings.format("figure.output_stride1",
                     {{"size", dense.concealed ? unknown_size() : size_text(dense.rows, dense.cols)}});
  Figure output = all.figures[kOutput];
  output.limit = dense.limit;
  Pane maps;
  maps.id = "maps";
  maps.title = strings.text("pane.stride.maps");
  maps.note = strings.text("pane.stride.maps.note");
  maps.figures = {dense, operator_sign("→"), output, note};
  maps.layouts = {column({row({leaf(0), leaf(1), leaf(2)}), leaf(3)}), row({leaf(0), leaf(1), leaf(2)})};
  maps.where = all.where;
  maps.formula = all.formula;

  Scene scene;
  scene.question = strings.text("stride.question");
  scene.lead = strings.text("stride.lead");
  scene.panes = {std::move(moves), std::move(maps)};
  scene.controls = sliding_controls(state, strings, 1);
  add_size_controls(scene, state, strings, {"stride", "kernel_size", "padding"}, 0);
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  return strings.format("stride.narration", {{"stride", std::to_string(state.settings.stride)},
                                             {"formula", size_text(state)},
                                             {"left_over", std::to_string(unreached(state))}}) +
         " " + convolution_narration(state, strings);
}

// How many columns no window reaches.
Question ask_left_over(const LessonState& state) {
  const Settings& s = state.settings;
  const int side = state.tensors.at("input").shape()[1], reach = side + 2 * s.padding - s.kernel_size;
  Question q;
  q.key = "question.left-over";
  q.hint = "question.output-size.hint";
  q.arguments = {{"side", std::to_string(side)},
                 {"kernel", std::to_string(s.kernel_size)},
                 {"stride", std::to_string(s.stride)},
                 {"padding", std::to_string(s.padding)}};
  q.expected = unreached(state);
  q.mistakes = {{"mistake.padding-once", double((reach - s.padding) % s.stride)},
                {"mistake.padding-ignored", double((reach - 2 * s.padding + 4 * s.stride) % s.stride)},
                {"mistake.kernel-ignored", double((side + 2 * s.padding) % s.stride)}};
  return q;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_cell(state), ask_size(state), ask_origin(state), ask_left_over(state)};
}

}  // namespace

extern const Lesson stride_lesson;
const Lesson stride_lesson = {"stride", keys, defaults, compute, compute_window, scene, narration, questions};

}  // namespace lessons
