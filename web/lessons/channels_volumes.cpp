#include "web/lessons/channels_volumes.h"

#include <algorithm>

#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {

bool shows_volumes(const LessonState& state) {
  return state.settings.view == "volumes" && !state.settings.per_channel;
}

void add_channel_volumes(Pane& pane, const LessonState& state, const strings::Strings& strings,
                         const Pane& all, const Figure& note) {
  enum { kInput = 0, kKernel = 3, kOutput = 6 };
  const Settings& s = state.settings;
  const int channels = state.tensors.at("input").shape()[0];
  const auto volume = [&](const Figure& flat, int planes, const char* caption, const std::string& sides) {
    Figure figure = flat;
    make_volume(figure, planes, s);
    figure.editable = false;
    figure.caption = strings.format(caption, {{"filter", std::to_string(s.filter_index)},
                                              {"size", std::to_string(planes) + "×" + sides}});
    return figure;
  };
  const auto sides = [](const Figure& figure) { return size_text(figure.rows, figure.cols); };
  const Figure &flat_input = all.figures[kInput], &flat_output = all.figures[kOutput];
  Figure input = volume(flat_input, channels, "figure.volume.input", sides(flat_input));
  input.window_in_all = input.folds = true;
  input.muted = false;  // its window is a tube through it
  input.makes = 2;
  Figure kernel = volume(all.figures[kKernel], channels, "figure.volume.filter", sides(all.figures[kKernel]));
  kernel.symbol = "w[" + std::to_string(s.filter_index) + "]";
  Figure output = volume(flat_output, s.out_channels, "figure.volume.output",
                         asks_size(state) ? unknown_size() : sides(flat_output));
  output.offset = 0;
  output.limit = std::max(largest_magnitude(*output.tensor), 1e-6f);
  output.plane = s.filter_index;
  output.alike = true;
  output.chooses_plane = "filter_index";
  Figure wide = note;
  wide.cols = 3;
  pane.figures = {input, kernel, output, wide};
  pane.layouts = {column({row({leaf(0), leaf(2)}), row({leaf(1), leaf(3)})}),
                  row({leaf(0), leaf(1), leaf(2)})};
}

}  // namespace lessons
