// Lesson `channels`: a photograph is three planes, a kernel has as many, and all its products become one sum:
// one filter makes one map, however many channels come in.
#include <algorithm>
#include <cmath>

#include "engine/kernels/kernels.h"
#include "web/lessons/channels_layers.h"
#include "web/lessons/channels_volumes.h"
#include "web/lessons/filters.h"
#include "web/lessons/sliding.h"
#include "web/lessons/sliding_questions.h"

namespace lessons {
namespace {

constexpr int kChannels = 3, kMostFilters = 4;

void defaults(Settings& settings) {
  settings.image = "photo";
  settings.kernel_size = 3;
  settings.filter = "colours";
  settings.out_channels = 4;
  settings.step = 676;  // at the cat's side
  settings.view = "volumes";
}

std::vector<Key> keys(const LessonState& state) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = photo_keys(state, initial, bank_names(), kMostFilters);
  keys.insert(keys.begin() + 2,
              {int_key("kernel_size", 1, 7, initial.kernel_size), int_key("stride", 1, 4, initial.stride),
               int_key("padding", 0, 3, initial.padding)});
  Key wrong;
  wrong.type = Key::Type::Bool;
  wrong.name = "per_channel";
  wrong.initial = initial.per_channel;
  Key view;
  view.type = Key::Type::Choice;
  view.name = "view";
  view.values = {"volumes", "maps"};
  view.initial = initial.view;
  keys.insert(keys.begin() + 8, {int_key("layers", 1, 2, initial.layers), wrong, view});
  const std::vector<Key> pose = pose_keys(initial);
  keys.insert(keys.begin() + 11, pose.begin(), pose.end());
  return keys;
}

// What each channel alone adds to the map of the present filter, without the bias.
void compute(LessonState& state) {
  compute_convolution(state);
  auto& tensors = state.tensors;
  const Settings& s = state.settings;
  const nn::Tensor &input = tensors["input"], &weight = tensors["weight"];
  const int height = input.shape()[1], width = input.shape()[2], area = s.kernel_size * s.kernel_size;
  const int cells = state.out_rows * state.out_cols;
  nn::Tensor parts(nn::Shape{kChannels, state.out_rows, state.out_cols});
  const float no_bias = 0;
  for (int c = 0; c < kChannels; ++c)
    nn::conv2d_forward(parts.data() + c * cells, input.data() + c * height * width,
                       weight.data() + (s.filter_index * kChannels + c) * area, &no_bias,
                       {1, height, width, 1, s.kernel_size, s.kernel_size, s.stride, s.padding});
  tensors["channel_maps"] = std::move(parts);
  compute_second_layer(state);
}

void compute_step(LessonState& state) {
  compute_window(state);
  const nn::Tensor& products = state.tensors.at("products");
  const size_t area = products.size() / kChannels;
  nn::Tensor sums(nn::Shape{kChannels});
  for (size_t c = 0; c < kChannels; ++c) {
    double sum = 0;
    for (size_t i = 0; i < area; ++i) sum += products[c * area + i];
    sums[c] = float(sum);
  }
  state.tensors["channel_sums"] = std::move(sums);
  compute_second_window(state);
}

std::string text(int value) { return std::to_string(value); }

std::string sum_of(const LessonState& state, int channel) {
  return unless(asks(state, "question.output-cell"),
                strings::number(state.tensors.at("channel_sums")[size_t(channel)]));
}

// "y[0][15,16] = 0.12 + 0.05 − 0.03 + 0.10 = 0.24"
std::vector<Span> formula(const LessonState& state) {
  const Place p = place(state);
  std::vector<Span> spans = {{"y[" + text(state.settings.filter_index) + "]", Role::Output, true},
                             {"[" + text(p.row) + "," + text(p.col) + "]", Role::Output},
                             {" = ", Role::Plain}};
  const bool hidden = asks(state, "question.output-cell");
  const auto term = [&](float value, Role role, bool first) {
    if (hidden && role != Role::Plain) {
      spans.push_back({first ? kHidden : std::string(" + ") + kHidden, role, true});
      return;
    }
    if (!first) spans.push_back({value < 0 ? " − " : " + ", Role::Plain});
    spans.push_back({strings::number(first ? value : value < 0 ? -value : value), role, role != Role::Plain});
  };
  for (int c = 0; c < kChannels; ++c)
    term(state.tensors.at("channel_sums")[size_t(c)], Role::Product, c == 0);
  term(p.bias, Role::Plain, false);
  spans.push_back({" = ", Role::Plain});
  spans.push_back({unless(hidden, strings::number(p.value)), Role::Output, true});
  return spans;
}

// Three rows, one a channel: plane, window × kernel → products. Their sum is one cell.
Pane cell_pane(const LessonState& state, const strings::Strings& strings, const Pane& all) {
  enum { kInput, kWindow, kTimes, kKernel, kProducts };
  const Settings& s = state.settings;
  Pane pane;
  pane.id = "cell";
  pane.title = strings.text("pane.channels.cell");
  pane.note = strings.text("pane.channels.cell.note");
  std::vector<Layout> rows;
  for (int c = 0; c < kChannels; ++c) {
    const int first = int(pane.figures.size());
    const std::string channel = text(c), filter = text(s.filter_index);
    Figure input = plane_of(all.figures[kInput], c), window = plane_of(all.figures[kWindow], c);
    Figure kernel = plane_of(all.figures[kKernel], c), products = plane_of(all.figures[kProducts], c);
    input.symbol = window.symbol = "x[" + channel + "]";
    kernel.symbol = "w[" + filter + "," + channel + "]";
    input.caption = strings.format("figure.plane", {{"channel", channel_name(strings, c)}});
    window.caption = "x[" + channel + "]";
    kernel.caption = kernel.symbol;
    products.caption = strings.format("figure.channel_sum", {{"sum", sum_of(state, c)}});
    pane.figures.insert(pane.figures.end(),
                        {input, window, operator_sign("×"), kernel, operator_sign("→"), products});
    Layout line = row({});
    for (int i = 0; i < 6; ++i) line.children.push_back(leaf(first + i));
    rows.push_back(std::move(line));
  }
  pane.layouts = {column(std::move(rows))};
  pane.where = all.where;
  pane.formula = formula(state);
  return pane;
}

float largest_shown(const Figure& figure) {
  float largest = 1e-6f;
  for (int i = 0; i < figure.rows * figure.cols; ++i)
    largest = std::max(largest, std::abs(value_of(figure, i)));
  return largest;
}

Figure map_of(const LessonState& state, const strings::Strings& strings, const Figure& shown, int filter) {
  Figure map = shown;
  map.id = "output";
  map.offset = 0;
  map = plane_of(map, filter);
  map.symbol = "y[" + text(filter) + "]";
  map.limit = largest_shown(map);
  map.lands = filter == state.settings.filter_index;
  if (!map.lands) map.also = {{"filter_index", filter}};
  map.caption = strings.format("figure.map", {{"filter", text(filter)}});
  return map;
}

// Right: one map a filter.
void add_maps(Pane& pane, const LessonState& state, const strings::Strings& strings, const Figure& shown,
              const Figure& note) {
  const int filters = state.settings.out_channels;
  for (int o = 0; o < filters; ++o) pane.figures.push_back(map_of(state, strings, shown, o));
  pane.figures.push_back(note);
  const int last = filters + 1;
  if (filters == 1) pane.layouts = {column({row({leaf(0), leaf(1)}), leaf(2)}), row({leaf(0), leaf(1)})};
  if (filters == 2)
    pane.layouts = {column({row({leaf(0), leaf(last)}), row({leaf(1), leaf(2)})}),
                    row({leaf(0), leaf(1), leaf(2)})};
  if (filters == 3)
    pane.layouts = {column({row({leaf(0), leaf(last)}), row({leaf(1), leaf(2), leaf(3)})}),
                    row({leaf(0), leaf(1), leaf(2), leaf(3)})};
  if (filters == 4)
    pane.layouts = {column({row({leaf(0), leaf(1), leaf(2)}), row({leaf(last), leaf(3), leaf(4)})}),
                    row({leaf(0), leaf(1), leaf(2), leaf(3), leaf(4)})};
}

// Wrong: one map an input channel. Right, below it: their sum and the bias.
void add_channel_maps(Pane& pane, const LessonState& state, const strings::Strings& strings,
                      const Figure& shown, const Figure& note) {
  Figure parts = shown;
  parts.id = "channel_maps";
  parts.tensor = &state.tensors.at("channel_maps");
  parts.offset = 0;
  parts.role = Role::Product;
  Figure map = map_of(state, strings, shown, state.settings.filter_index);
  parts.limit = map.limit = std::max(map.limit, largest_magnitude(*parts.tensor));
  for (int c = 0; c < kChannels; ++c) {
    Figure part = plane_of(parts, c);
    part.symbol = "p[" + text(c) + "]";
    part.caption = strings.format("figure.channel_map", {{"channel", channel_name(strings, c)}});
    pane.figures.push_back(part);
  }
  pane.figures.insert(pane.figures.end(), {note, map});
  pane.layouts = {column({row({leaf(1), leaf(2), leaf(3)}), row({leaf(0), leaf(4), leaf(5)})}),
                  row({leaf(0), leaf(1), leaf(2), leaf(3), leaf(5)})};
}

Pane maps_pane(const LessonState& state, const strings::Strings& strings, const Pane& all) {
  const Settings& s = state.settings;
  enum { kInput = 0, kOutput = 6, kNote = 7 };
  const std::string filters = text(s.out_channels), k = text(s.kernel_size);

  Pane maps;
  maps.id = "maps";
  maps.figures = {photo_figure(state, strings, all.figures[kInput])};
  Figure note = all.figures[kNote];
  if (s.per_channel) {
    maps.title = strings.text("pane.channels.wrong");
    maps.note = strings.text("pane.channels.wrong.note");
    note.lines = {std::string(strings.text("channels.wrong")),
                  std::string(strings.text("channels.wrong.why"))};
    add_channel_maps(maps, state, strings, all.figures[kOutput], note);
  } else {
    maps.title = strings.text("pane.channels");
    maps.note = strings.text("pane.channels.note");
    note.lines = {strings.format("channels.next", {{"filters", filters}}),
                  strings.format("channels.next.why", {{"filters", filters}, {"k", k}})};
    if (shows_volumes(state))
      add_channel_volumes(maps, state, strings, all, note);
    else
      add_maps(maps, state, strings, all.figures[kOutput], note);
  }
  const nn::Shape& input = state.tensors.at("input").shape();
  maps.where = strings.text("channels.sizes");
  maps.formula = {
      {text(kChannels) + "×" + size_text(input[1], input[2]), Role::Input, true},
      {" → ", Role::Plain},
      {filters + "×(" + text(kChannels) + "×" + size_text(s.kernel_size, s.kernel_size) + ")", Role::Weight,
       true},
      {" → ", Role::Plain},
      {filters + "×" + (asks_size(state) ? unknown_size() : size_text(state.out_rows, state.out_cols)),
       Role::Output, true}};

  return maps;
}

Scene scene(const LessonState& state, const strings::Strings& strings, int followed) {
  if (followed < 0) followed = centre_pixel(state);
  const Pane all = convolution_pane(state, strings, followed);
  const bool two = state.settings.layers == 2;
  Scene scene;
  scene.question = strings.text("channels.question");
  scene.lead = strings.text(two ? "channels.lead.two" : "channels.lead");
  const bool volumes = !two && shows_volumes(state);
  (volumes ? add_list(scene, state, strings, "out_channels", 0)
           : add_size_controls(scene, state, strings, {"out_channels"}, 0));
  if (two) {
    scene.panes = {second_maps_pane(state, strings, all), second_cell_pane(state, strings)};
    add_list(scene, state, strings, "layers", 1);
    add_list(scene, state, strings, "kernel_size", 1);
  } else {
    scene.panes = {maps_pane(state, strings, all), cell_pane(state, strings, all)};
    if (!state.settings.per_channel) add_choice(scene, state, strings, "view", 0);
    if (volumes) {
      add_pose_controls(scene, state, strings, 0);
    } else {
      add_toggle(scene, state, strings, "per_channel", 0);
    }
    add_list(scene, state, strings, "layers", 1);
    add_size_controls(scene, state, strings, {"filter_index"}, 1);
  }
  scene.controls.push_back(filter_control(state, strings, bank_names(), 1));
  scene.followed = followed;
  return scene;
}

std::string narration(const LessonState& state, const strings::Strings& strings) {
  const Settings& s = state.settings;
  const Place p = place(state);
  if (s.layers == 2) return second_narration(state, strings);
  return strings.format("channels.narration", {{"step", text(s.step)},
                                               {"row", text(p.row)},
                                               {"col", text(p.col)},
                                               {"filter", text(s.filter_index)},
                                               {"red", sum_of(state, 0)},
                                               {"green", sum_of(state, 1)},
                                               {"blue", sum_of(state, 2)},
                                               {"bias", strings::number(p.bias)},
                                               {"value", strings::number(p.value)},
                                               {"filters", text(s.out_channels)}});
}

std::vector<Question> questions(const LessonState& state) {
  if (state.settings.layers == 2) return second_questions(state);
  return {ask_cell(state), ask_size(state), ask_parameters(state)};
}

}  // namespace

extern const Lesson channels_lesson;
const Lesson channels_lesson = {"channels",   keys,  defaults,  compute,
                                compute_step, scene, narration, questions};

}  // namespace lessons
