#include "web/training/models.h"

#include <algorithm>
#include <cassert>

namespace training {
namespace {

constexpr int kMostChannels = 64, kMostFeatures = 512, kMostKernel = 32, kMostStride = 4, kMostPadding = 8;

struct Reason {
  const char* message;
  std::vector<std::pair<std::string, std::string>> arguments;
};

std::string square(int side) { return std::to_string(side) + "×" + std::to_string(side); }

Error of_layer(int i, const nn::Layer& layer, Reason reason) {
  reason.arguments.insert(reason.arguments.begin(),
                          {{"layer", std::to_string(i)}, {"type", nn::type_of(layer)}});
  return {reason.message, std::move(reason.arguments)};
}

bool is_window(const nn::Layer& layer) {
  return std::holds_alternative<nn::Conv2d>(layer) || std::holds_alternative<nn::MaxPool2d>(layer) ||
         std::holds_alternative<nn::AvgPool2d>(layer);
}

int option(const std::vector<Option>& options, const char* name) {
  for (const Option& o : options)
    if (std::string(o.name) == name) return o.value;
  return 0;
}

// Everything the engine refuses within the ranges of the options, in words of both languages.
Error check_layer(int i, const nn::Layer& layer, const nn::Shape& in) {
  const std::vector<Option> options = options_of(layer);
  for (const Option& o : options)
    if (o.value < o.min || o.value > o.max)
      return of_layer(i, layer,
                      {"error.layer.option",
                       {{"option", o.name},
                        {"value", std::to_string(o.value)},
                        {"allowed", std::to_string(o.min) + "…" + std::to_string(o.max)}}});
  const bool wants_vector =
      std::holds_alternative<nn::Linear>(layer) || std::holds_alternative<nn::Softmax>(layer);
  if (wants_vector && in.rank() != 1)
    return of_layer(i, layer, {"error.layer.needs_vector", {{"value", in.str()}}});
  if (!is_window(layer)) return {};
  if (in.rank() != 3) return of_layer(i, layer, {"error.layer.needs_image", {{"value", in.str()}}});
  const int kernel = option(options, "kernel_size"), padding = option(options, "padding");
  const int room = std::min(in[1], in[2]) + 2 * padding;
  if (kernel > room)
    return of_layer(i, layer,
                    {"error.layer.kernel",
                     {{"kernel", square(kernel)},
                      {"value", in.str()},
                      {"padding", std::to_string(padding)},
                      {"allowed", square(room)}}});
  return {};
}

nn::Layer conv(int out_channels, int kernel, int stride = 1, int padding = 0) {
  return nn::Conv2d{out_channels, kernel, kernel, stride, padding};
}
nn::Layer linear(int out_features) { return nn::Linear{out_features}; }

// Takes the edited model's place, if it can be trained.
Error accept(Model& model, Model edited) {
  if (Error error = plan(edited).error) return error;
  model = std::move(edited);
  return {};
}

Error bad_place(int at, int last) {
  return {"error.layer.place", {{"value", std::to_string(at)}, {"allowed", "0…" + std::to_string(last)}}};
}

}  // namespace

std::vector<Option> options_of(const nn::Layer& layer) {
  if (const auto* l = std::get_if<nn::Conv2d>(&layer))
    return {{"out_channels", 1, kMostChannels, l->out_channels},
            {"kernel_size", 1, kMostKernel, l->kernel_height},
            {"stride", 1, kMostStride, l->stride},
            {"padding", 0, kMostPadding, l->padding}};
  if (const auto* l = std::get_if<nn::Linear>(&layer))
    return {{"out_features", 1, kMostFeatures, l->out_features}};
  const auto pool = [](const auto& l) -> std::vector<Option> {
    return {{"kernel_size", 1, kMostKernel, l.kernel_size},
            {"stride", 1, kMostKernel, l.stride ? l.stride : l.kernel_size},
            {"padding", 0, std::min(kMostPadding, l.kernel_size / 2), l.padding}};
  };
  if (const auto* l = std::get_if<nn::MaxPool2d>(&layer)) return pool(*l);
  if (const auto* l = std::get_if<nn::AvgPool2d>(&layer)) return pool(*l);
  return {};
}

Plan plan(const Model& model) {
  Plan plan;
  nn::Shape shape = model.input;
  const int count = int(model.layers.size());
  const auto give_up = [&](Error error, int layer) {
    plan.error = std::move(error);
    plan.bad_layer = layer;
    return plan;
  };
  if (count > kMaxLayers)
    return give_up({"error.layer.count",
                    {{"value", std::to_string(count)}, {"allowed", "1…" + std::to_string(kMaxLayers)}}},
                   -1);
  for (int i = 0; i < count; ++i) {
    const nn::Layer& layer = model.layers[size_t(i)];
    if (Error error = check_layer(i, layer, shape)) return give_up(std::move(error), i);
    nn::Shape out;
    const nn::Error refused = std::visit([&](const auto& l) { return l.output_shape(out, shape); }, layer);
    assert(!refused);
    std::visit(
        [&](const auto& l) {
          plan.rows.push_back({l.kType, out, l.param_count(shape), l.macs(shape, out)});
        },
        layer);
    plan.params += plan.rows.back().params;
    plan.macs += plan.rows.back().macs;
    if (plan.params > kMaxParameters)
      return give_up(
          of_layer(i, layer,
                   {"error.layer.parameters",
                    {{"value", std::to_string(plan.params)}, {"allowed", std::to_string(kMaxParameters)}}}),
          i);
    if (plan.macs > kMaxMultiplyAdds)
      return give_up(
          of_layer(i, layer,
                   {"error.layer.macs",
                    {{"value", std::to_string(plan.macs)}, {"allowed", std::to_string(kMaxMultiplyAdds)}}}),
          i);
    shape = out;
  }
  if (shape != nn::Shape{model.classes})
    return give_up(
        count == 0
            ? Error{"error.layer.count", {{"value", "0"}, {"allowed", "1…" + std::to_string(kMaxLayers)}}}
            : of_layer(count - 1, model.layers.back(),
                       {"error.layer.classes",
                        {{"value", shape.str()}, {"allowed", std::to_string(model.classes)}}}),
        count - 1);
  if (plan.params == 0) return give_up({"error.layer.nothing", {}}, -1);
  return plan;
}

Error insert_layer(Model& model, int at, const nn::Layer& layer) {
  const int count = int(model.layers.size());
  if (at < 0 || at > count) return bad_place(at, count);
  Model edited = model;
  edited.layers.insert(edited.layers.begin() + at, layer);
  return accept(model, std::move(edited));
}

Error remove_layer(Model& model, int at) {
  const int count = int(model.layers.size());
  if (at < 0 || at >= count) return bad_place(at, count - 1);
  Model edited = model;
  edited.layers.erase(edited.layers.begin() + at);
  return accept(model, std::move(edited));
}

Error resize_layer(Model& model, int at, const std::string& name, int value) {
  const int count = int(model.layers.size());
  if (at < 0 || at >= count) return bad_place(at, count - 1);
  Model edited = model;
  nn::Layer& layer = edited.layers[size_t(at)];
  const auto set_window = [&](auto& l) {
    if (name == "stride") l.stride = value;
    if (name == "padding") l.padding = value;
  };
  std::string known;
  for (const Option& o : options_of(layer)) known += (known.empty() ? "" : ", ") + std::string(o.name);
  const auto same = [&](const Option& o) { return o.name == name; };
  const std::vector<Option> options = options_of(layer);
  const auto found = std::find_if(options.begin(), options.end(), same);
  if (found == options.end())
    return of_layer(
        at, layer,
        {"error.layer.no_option", {{"option", shortened(name)}, {"allowed", known.empty() ? "–" : known}}});
  if (value < found->min || value > found->max)  // before a stride of 0 would mean the kernel's size
    return of_layer(at, layer,
                    {"error.layer.option",
                     {{"option", name},
                      {"value", std::to_string(value)},
                      {"allowed", std::to_string(found->min) + "…" + std::to_string(found->max)}}});
  if (auto* l = std::get_if<nn::Conv2d>(&layer)) {
    if (name == "out_channels") l->out_channels = value;
    if (name == "kernel_size") l->kernel_height = l->kernel_width = value;
    set_window(*l);
  } else if (auto* l = std::get_if<nn::Linear>(&layer)) {
    l->out_features = value;
  } else if (auto* l = std::get_if<nn::MaxPool2d>(&layer)) {
    if (name == "kernel_size") l->kernel_size = value;
    set_window(*l);
  } else if (auto* l = std::get_if<nn::AvgPool2d>(&layer)) {
    if (name == "kernel_size") l->kernel_size = value;
    set_window(*l);
  }
  return accept(model, std::move(edited));
}

Model two_layers(const nn::Shape& input, int classes, int64_t params) {
  const int64_t each = int64_t(input.numel()) + 1 + classes;  // what one hidden unit adds
  const int64_t hidden = std::clamp<int64_t>((params - classes + each / 2) / each, 1, kMostFeatures);
  return {input, classes, {nn::Flatten{}, linear(int(hidden)), nn::ReLU{}, linear(classes)}};
}

Model preset(Preset which, const nn::Shape& input, int classes) {
  Model model{input, classes, {}};
  const auto layers = [&](std::vector<nn::Layer> list) { model.layers = std::move(list); };
  const auto side_after = [&](int i) {  // of the maps that layer i gives, which are square
    Model first = model;
    first.layers.resize(size_t(i) + 1);
    return plan(first).rows.back().output_shape[1];
  };
  switch (which) {
    case Preset::Linear:
      layers({nn::Flatten{}, linear(classes)});
      break;
    case Preset::TwoLayers:
      return two_layers(input, classes, plan(preset(Preset::SmallCnn, input, classes)).params);
    case Preset::SmallCnn:
      layers({conv(9, 5), nn::ReLU{}, nn::MaxPool2d(2), conv(20, 5), nn::ReLU{}, nn::MaxPool2d(2),
              nn::Flatten{}, linear(classes)});
      break;
    case Preset::CnnStrided:
      layers({conv(9, 5, 2), nn::ReLU{}, conv(20, 5, 2), nn::ReLU{}, nn::Flatten{}, linear(classes)});
      break;
    case Preset::CnnGlobal:
      layers({conv(9, 5), nn::ReLU{}, nn::MaxPool2d(2), conv(32, 5), nn::ReLU{}});
      model.layers.push_back(nn::MaxPool2d(side_after(4)));
      model.layers.push_back(nn::Flatten{});
      model.layers.push_back(linear(classes));
      break;
    case Preset::ConvNetJs:
      layers({conv(16, 5, 1, 2), nn::ReLU{}, nn::MaxPool2d(2), conv(20, 5, 1, 2), nn::ReLU{},
              nn::MaxPool2d(2), conv(20, 5, 1, 2), nn::ReLU{}, nn::MaxPool2d(2), nn::Flatten{},
              linear(classes)});
      break;
  }
  return model;
}

}  // namespace training
