// The nets as lists of layers with what each costs, and the presses that change them and the rates.
#include <algorithm>

#include "web/lessons/learned.h"
#include "web/lessons/training_models.h"
#include "web/lessons/training_panes.h"
#include "web/training/stack_text.h"

namespace lessons {
namespace {

using training::Model;

std::string text(int value) { return std::to_string(value); }

int option(const nn::Layer& layer, const std::string& name) {
  for (const training::Option& o : training::options_of(layer))
    if (name == o.name) return o.value;
  return 0;
}

std::string layer_name(const nn::Layer& layer) {
  std::string name = nn::type_of(layer);
  if (std::holds_alternative<nn::Linear>(layer)) return name + " " + text(option(layer, "out_features"));
  const int kernel = option(layer, "kernel_size");
  if (kernel == 0) return name;
  const bool conv = std::holds_alternative<nn::Conv2d>(layer);
  if (conv) name += " " + text(option(layer, "out_channels"));
  name += " " + text(kernel) + "×" + text(kernel);
  const int stride = option(layer, "stride"), padding = option(layer, "padding");
  if (stride != (conv ? 1 : kernel)) name += " s" + text(stride);
  if (padding) name += " p" + text(padding);
  return name;
}

std::string size_of(const nn::Shape& shape) {
  std::string size;
  for (const int side : shape) size += (size.empty() ? "" : "×") + text(side);
  return size;
}

// A press that changes the stack to `edited`, or says why it cannot.
Figure::Press stack_press(const std::string& label, const Model& edited, const training::Error& error,
                          const strings::Strings& strings) {
  Figure::Press press;
  press.label = label;
  press.key = "stack";
  if (error)
    press.refused = strings.format(error.message, error.arguments);
  else
    press.text = training::stack_text(edited.layers);
  return press;
}

std::vector<Figure::Press> presses_of(const Model& model, int at, const strings::Strings& strings) {
  const nn::Layer& layer = model.layers[size_t(at)];
  const bool last = at + 1 == int(model.layers.size());
  std::vector<Figure::Press> presses;
  const char* size = std::holds_alternative<nn::Conv2d>(layer)   ? "out_channels"
                     : std::holds_alternative<nn::Linear>(layer) ? "out_features"
                                                                 : "kernel_size";
  if (option(layer, size) > 0 && !last)
    for (const int change : {-1, 1}) {
      Model edited = model;
      const training::Error error = training::resize_layer(edited, at, size, option(layer, size) + change);
      presses.push_back(stack_press(change < 0 ? "−" : "+", edited, error, strings));
    }
  if (!last) {
    Model edited = model;
    const training::Error error = training::remove_layer(edited, at);
    presses.push_back(stack_press("×", edited, error, strings));
  }
  return presses;
}

// A row of presses that put a layer before the first that makes a row of values of the maps.
Figure::Row adding(const Model& model, const strings::Strings& strings) {
  int at = 0;
  while (at < int(model.layers.size()) && !std::holds_alternative<nn::Flatten>(model.layers[size_t(at)]) &&
         !std::holds_alternative<nn::Linear>(model.layers[size_t(at)]))
    ++at;
  Figure::Row row;
  const std::vector<std::pair<const char*, nn::Layer>> offered = {
      {"+ Conv2d", nn::Conv2d{8, 3, 3, 1, 1}}, {"+ ReLU", nn::ReLU{}}, {"+ MaxPool2d", nn::MaxPool2d(2)}};
  for (const auto& [label, layer] : offered) {
    Model edited = model;
    const training::Error error = training::insert_layer(edited, at, layer);
    row.presses.push_back(stack_press(label, edited, error, strings));
  }
  return row;
}

Figure table_of(const Model& model, const strings::Strings& strings, bool edits) {
  Figure table;
  table.kind = FigureKind::Table;
  table.id = edits ? "train.cnn.layers" : "train.fc.layers";
  const training::Plan plan = training::plan(model);
  const auto count = [](int64_t n) { return strings::number(double(n), 0); };
  Figure::Row head;
  for (const char* key : {"training.layer", "training.size", "training.params", "training.macs"})
    head.cells.push_back(std::string(strings.text(key)));
  head.strong = true;
  table.table = {std::move(head)};
  for (size_t i = 0; i < plan.rows.size(); ++i) {
    Figure::Row row;
    const nn::LayerSummary& layer = plan.rows[i];
    row.cells = {text(int(i)) + "  " + layer_name(model.layers[i]), size_of(layer.output_shape),
                 layer.params ? count(layer.params) : "–", layer.macs ? count(layer.macs) : "–"};
    if (edits) row.presses = presses_of(model, int(i), strings);
    table.table.push_back(std::move(row));
  }
  Figure::Row sum;
  sum.cells = {std::string(strings.text("training.sum")), "", count(plan.params), count(plan.macs)};
  sum.strong = true;
  table.table.push_back(std::move(sum));
  return table;
}

// A number with a press to the next smaller and the next larger of the usual ones.
Figure::Row number_row(const LessonState& state, const strings::Strings& strings, const char* key,
                       const std::vector<double>& usual) {
  const double value = std::get<double>(value_of(state, key));
  Figure::Row row;
  row.cells = {std::string(strings.text(std::string("control.") + key)), shown(Value(value))};
  const auto press = [&](const char* label, double to) {
    Figure::Press press;
    press.label = label;
    press.key = key;
    press.number = to;
    if (to == value) press.refused = strings.text("training.no_further");
    row.presses.push_back(std::move(press));
  };
  double less = value, more = value;
  for (const double v : usual) {
    if (v < value) less = v;
    if (v > value && more == value) more = v;
  }
  press("−", less);
  press("+", more);
  return row;
}

nn::Tensor layer_numbers(const Model& model) {
  const training::Plan plan = training::plan(model);
  nn::Tensor numbers(nn::Shape{int(plan.rows.size()), 5});
  for (size_t i = 0; i < plan.rows.size(); ++i) {
    const nn::LayerSummary& layer = plan.rows[i];
    const nn::Shape& size = layer.output_shape;
    const int maps = size.rank() == 3;
    const double row[] = {double(size[0]), double(maps ? size[1] : 1), double(maps ? size[2] : 1),
                          double(layer.params), double(layer.macs)};
    std::copy(std::begin(row), std::end(row), numbers.data() + 5 * i);
  }
  return numbers;
}

}  // namespace

void add_layer_tensors(LessonState& state) {
  state.tensors["train.cnn.layers"] = layer_numbers(cnn_model(state.settings));
  state.tensors["train.fc.layers"] = layer_numbers(fc_model(state.settings));
}

void add_stack(Pane& pane, const LessonState& state, const strings::Strings& strings,
               const std::string& net) {
  const bool is_cnn = net == "train.cnn";
  const Model model = is_cnn ? cnn_model(state.settings) : fc_model(state.settings);
  Figure table = table_of(model, strings, is_cnn);
  if (is_cnn) {
    table.table.push_back(adding(model, strings));
  } else {
    const double seed = state.settings.seed;
    table.table.push_back(number_row(
        state, strings, "lr", {0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1}));
    table.table.push_back(number_row(state, strings, "momentum", {0, 0.5, 0.8, 0.9, 0.95, 0.99}));
    table.table.push_back(number_row(state, strings, "batch_size", {1, 2, 5, 10, 20, 32, 64, 128, 256}));
    table.table.push_back(number_row(state, strings, "seed", {std::max(0.0, seed - 1), seed + 1}));
  }
  table.rows = std::max(10, int(table.table.size()));
  table.cols = table.rows * 13 / 10;
  pane.figures = {std::move(table)};
  pane.layouts = {leaf(0)};
}

}  // namespace lessons
