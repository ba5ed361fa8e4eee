// Lesson `convolution`: a window slides, products are summed, a bias is added, a feature map fills. What
// torch.nn.functional.conv2d computes is the cross-correlation; `flipped` turns the kernel by 180° first,
// which is the convolution of mathematics.
#include <algorithm>

#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

void defaults(Settings& settings) {
  settings.kernel_size = 5;
  settings.padding = 0;
  settings.step = 398;
}

std::vector<Key> keys(const LessonState& state) {
  std::vector<Key> keys = sized_keys(state, defaults);
  keys.insert(keys.begin() + 6, {Key::Type::Bool, "flipped", 0, 0, {}, false});
  return keys;
}

void compute(LessonState& state) {
  compute_operands(state);
  nn::Tensor laid = state.tensors["weight"];
  if (state.settings.flipped) std::reverse(laid.begin(), laid.end());
  state.tensors["weight_laid"] = std::move(laid);
  compute_output(state, "input");
}

enum { kInput, kWindow, kTimes, kKernel, kProducts, kArrow, kOutput, kNote, kSpace, kGiven };

// Which of the two is computed, as a key of the strings.
const char* mode(const LessonState& state) {
  if (!state.settings.flipped) return "convolution.mode.plain";
  const bool same = nn::same_bits(state.tensors.at("weight"), state.tensors.at("weight_laid"));
  return same ? "convolution.mode.same" : "convolution.mode.flipped";
}

// What a preset is for, "" for the user's own kernel.
std::string purpose(const LessonState& state, const strings::Strings& strings) {
  const std::string filter = std::get<std::string>(value_of(state, "filter"));
  const std::string key = "filter." + (is_learned(filter) ? "learned" : filter) + ".why";
  return strings.has(key) ? std::string(strings.text(key)) : "";
}

void lay_out_plain(Pane& pane) {
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
}

// The kernel as it was given stands below the turned one, where otherwise the note is.
void lay_out_turned(Pane& pane) {
  pane.layouts = {row({leaf(kInput),
                       column({row({leaf(kWindow), leaf(kTimes), leaf(kKernel)}),
                               row({leaf(kProducts), leaf(kSpace), leaf(kGiven)})}),
                       leaf(kArrow), leaf(kOutput)}),
                  column({row({leaf(kInput), leaf(kArrow), leaf(kOutput)}),
                          row({leaf(kGiven), leaf(kWindow), leaf(kTimes), leaf(kKernel), leaf(kProducts)})}),
                  column({row({leaf(kInput), leaf(kArrow), leaf(kOutput)}),
                          row({leaf(kWindow), leaf(kTimes), leaf(kKernel)}),
                          row({leaf(kProducts), leaf(kSpace), leaf(kGiven)})})};
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  if (followed < 0) followed = centre_pixel(state);
  Pane pane = convolution_pane(state, strings, followed);
  pane.note = strings.text("pane.convolution.note.alone");
  pane.figures.push_back(operator_sign(""));  // as wide as the ×, so that the two rows line up
  Figure& note = pane.figures[kNote];
  note.lines.back() = strings.text("convolution.note.neighbours.alone");
  if (const std::string why = purpose(state, strings); !why.empty())
    note.lines = {std::string(strings.text("filter." + state.settings.filter)), why,
                  note.lines.front() + ". " + note.lines.back()};
  pane.where += " · " + std::string(strings.text(mode(state)));
  if (state.settings.flipped) {
    Figure given = pane.figures[kKernel], &turned = pane.figures[kKernel];
    turned.id = "weight_laid";
    turned.tensor = &state.tensors.at("weight_laid");
    turned.editable = false;
    turned.caption = strings.text("convolution.turned");
    pane.figures[kProducts].factors.w = turned.tensor;
    given.link = {};  // it is not laid on any pixel
    pane.figures.push_back(std::move(given));
    pane.note = strings.text("convolution.mode.why");
    lay_out_turned(pane);
  } else {
    lay_out_plain(pane);
  }

  Scene scene;
  scene.question = strings.text("convolution.question");
  scene.lead = strings.text("convolution.lead");
  scene.panes = {std::move(pane)};
  scene.controls = sliding_controls(state, strings, 0);
  add_size_controls(scene, state, strings, {"kernel_size"}, 0);
  add_toggle(scene, state, strings, "flipped", 0);
  scene.controls.back().minor = true;
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const std::string why = purpose(state, strings);
  std::string words =
      convolution_narration(state, strings) + " " + std::string(strings.text(mode(state))) + ".";
  if (state.settings.flipped) words += " " + std::string(strings.text("convolution.mode.why"));
  return why.empty() ? words : words + " " + why;
}

std::vector<Question> questions(const LessonState& state) {
  return {ask_cell(state), ask_size(state), ask_windows(state), ask_parameters(state)};
}

}  // namespace

extern const Lesson convolution_lesson;
const Lesson convolution_lesson = {"convolution",  keys,  defaults,  compute,
                                   compute_window, scene, narration, questions};

}  // namespace lessons
