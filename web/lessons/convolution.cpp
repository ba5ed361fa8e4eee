// Lesson `convolution`: a window slides, products are summed, a bias is added, a feature map fills.
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.padding = 0;
  settings.step = 398;
}

std::vector<Key> keys(const LessonState& state) { return sized_keys(state, defaults); }

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  if (followed < 0) followed = centre_pixel(state);
  Pane pane = convolution_pane(state, strings, followed);
  pane.note = strings.text("pane.convolution.note.alone");
  enum { kInput, kWindow, kTimes, kKernel, kProducts, kArrow, kOutput, kNote, kSpace };
  pane.figures.push_back(operator_sign(""));  // as wide as the ×, so that the two rows line up
  pane.figures[kNote].lines.back() = strings.text("convolution.note.neighbours.alone");
  pane.layouts = {row({leaf(kInput),
                       column({row({leaf(kWindow), leaf(kTimes), leaf(kKernel)}),
                               row({leaf(kProducts), leaf(kSpace), leaf(kNote)})}),
                       leaf(kArrow), leaf(kOutput)}),
                  column({row({leaf(kInput), leaf(kArrow), leaf(kOutput)}),
                          row({leaf(kWindow), leaf(kTimes), leaf(kKernel), leaf(kProducts)}), leaf(kNote)}),
                  column({row({leaf(kInput), leaf(kArrow), leaf(kOutput)}),
                          row({leaf(kWindow), leaf(kTimes), leaf(kKernel), leaf(kProducts)})}),
                  column({row({leaf(kInput), leaf(kArrow), leaf(kOutput)}),
                          row({leaf(kWindow), leaf(kTimes), leaf(kKernel)}),
                          row({leaf(kProducts), leaf(kSpace), leaf(kNote)})})};

  Scene scene;
  scene.question = strings.text("convolution.question");
  scene.lead = strings.text("convolution.lead");
  scene.panes = {std::move(pane)};
  scene.controls = sliding_controls(state, strings, 0);
  add_size_controls(scene, state, strings, {"kernel_size"}, 0);
  scene.followed = followed;
  return scene;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_cell(state), ask_size(state), ask_windows(state), ask_parameters(state)};
}

}  // namespace

extern const Lesson convolution_lesson;
const Lesson convolution_lesson = {"convolution",         keys,           defaults,
                                   compute_convolution,   compute_window, scene,
                                   convolution_narration, questions};

}  // namespace lessons
