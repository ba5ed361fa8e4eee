// What the lessons with a sliding window share: running the convolution, the window at the current
// step, and the figures of the convolution pane.
#pragma once

#include <string>

#include "web/lessons/lesson.h"

namespace lessons {

constexpr float kDefaultBias = 0.1f;

// The keys of a sliding window over a built-in picture: step, image, filter and the user's own tensors.
std::vector<Key> sliding_keys(const LessonState& state, const Settings& defaults);
// The same over the photograph: out_channels filters of one of `banks`, and filter_index, the one looked at.
std::vector<Key> photo_keys(const LessonState& state, const Settings& defaults,
                            const std::vector<std::string>& banks, int most_filters);
Key int_key(const char* name, int min, int max, int initial);

// turn, tilt and apart of volumes, the controls for them: a slider, and two that a drag on the picture is;
// and `planes` maps as a volume seen from there.
std::vector<Key> pose_keys(const Settings& defaults);
void add_pose_controls(Scene& scene, const LessonState& state, const strings::Strings& strings, int pane);
void make_volume(Figure& figure, int planes, const Settings& settings);

// Fills input, weight, bias, output, steps, out_rows and out_cols.
void compute_convolution(LessonState& state);
// Its parts: input, weight and bias; then output and the rest with the window over the tensor `picture`.
void compute_operands(LessonState& state);
void compute_output(LessonState& state, const char* picture);
// The weights as they are laid on the picture: weight_laid where a lesson has made one, else weight.
const nn::Tensor& laid_weight(const LessonState& state);
// `picture` convolved with these weights, the state's bias, kernel_size and padding, and this stride.
nn::Tensor convolved(const LessonState& state, const nn::Tensor& picture, int stride);
// Fills window and, for the filter `filter_index`, products at the current step; the window over input, or
// over `picture`.
void compute_window(LessonState& state);
void compute_window(LessonState& state, const char* picture);

// Where the current step stands.
struct Place {
  int row, col;                // of the output cell
  int origin_row, origin_col;  // of the window's first tap on the image; negative in the padding
  float sum, bias, value;      // Σ x·w (rounded once, from double), b, and the output cell itself
};
Place place(const LessonState& state);
// The pixel in the middle of the window, or −1 when that is padding.
int centre_pixel(const LessonState& state);

// The figures of filter `filter_index` and of the first plane where there are several (plane_of() gives the
// others), in this order: 0 input, 1 window, 2 ×, 3 kernel, 4 products, 5 →, 6 output, 7 note.
Pane convolution_pane(const LessonState& state, const strings::Strings& strings, int followed);
// The same with kernel_size, stride and padding, for lessons whose defaults are these.
std::vector<Key> sized_keys(const LessonState& state, void (*defaults)(Settings&));
// A signed figure of a tensor of this state: diverging around zero, the limit its largest magnitude.
Figure signed_map(const LessonState& state, const char* id, const char* symbol, Role role);
Figure operator_sign(const char* sign);
// The photograph in its colours, with the present window on it.
Figure photo_figure(const LessonState& state, const strings::Strings& strings, const Figure& plane);
// "red", "green", "blue"
std::string channel_name(const strings::Strings& strings, int channel);
// "28×28"
std::string size_text(int rows, int cols);
std::string unknown_size();  // "?×?"
// The control for the picture.
Control picture_control(const LessonState& state, const strings::Strings& strings);
// The controls for the picture and the filter; `pane` is the index of the convolution pane.
Control filter_control(const LessonState& state, const strings::Strings& strings,
                       const std::vector<std::string>& names, int pane);
std::vector<Control> sliding_controls(const LessonState& state, const strings::Strings& strings, int pane);

// Role-coloured pieces of "y[3,4] = Σ x·w + b = 1.62 + 0.10 = 1.72".
std::vector<Span> convolution_formula(const LessonState& state);
// "⌊(28 + 2·0 − 5) / 2⌋ + 1 = ⌊11.50⌋ + 1 = 12": the output's side, with the present numbers.
std::vector<Span> size_formula(const LessonState& state);
// The same as plain text.
std::string size_text(const LessonState& state);
// How many rows (and columns) of the padded picture no window reaches.
int unreached(const LessonState& state);
// Controls for `keys` (kernel_size, stride, padding) beside pane `pane`: the first a row of buttons, the
// others lists.
void add_size_controls(Scene& scene, const LessonState& state, const strings::Strings& strings,
                       const std::vector<const char*>& keys, int pane);

// The last of those alone, as a list.
void add_list(Scene& scene, const LessonState& state, const strings::Strings& strings, const char* key,
              int pane);

// Controls beside pane `pane`. The slider's ticks are whole numbers for an Int, hundredths of the range for a
// Number; its words are "control.<key>.value" with {n}, the toggle's are "control.<key>".
void add_slider(Scene& scene, const LessonState& state, const strings::Strings& strings, const char* key,
                int pane);
void add_toggle(Scene& scene, const LessonState& state, const strings::Strings& strings, const char* key,
                int pane);
// A list of the values of a Choice; their words are "<key>.<value>".
void add_choice(Scene& scene, const LessonState& state, const strings::Strings& strings, const char* key,
                int pane);

// "Window 323, row 11, column 15: …" with the present numbers.
std::string convolution_narration(const LessonState& state, const strings::Strings& strings);

// " = " between equal numbers, else " ≈ " where only rounding can be the reason, or " ≠ "; and |a − b| in
// words.
const char* comparison_sign(float a, float b, bool only_rounded);
std::string difference_text(float a, float b);

float largest_magnitude(const nn::Tensor& tensor);

// The text, or kHidden where it is to stay hidden.
std::string unless(bool hidden, const std::string& text);

}  // namespace lessons
