#include "web/lessons/training_models.h"

#include <cassert>

#include "web/lessons/small_cnn.h"
#include "web/training/stack_text.h"

namespace lessons {
namespace {

constexpr int kClasses = 10;

struct Named {
  const char* name;
  training::Preset preset;
};
constexpr Named kCnns[] = {{"cnn_pooled", training::Preset::SmallCnn},
                           {"cnn_strided", training::Preset::CnnStrided},
                           {"cnn_global", training::Preset::CnnGlobal},
                           {"convnetjs", training::Preset::ConvNetJs}};
constexpr Named kFcs[] = {{"linear", training::Preset::Linear}, {"two_layers", training::Preset::TwoLayers}};

training::Model of_layers(std::vector<nn::Layer> layers) {
  return {small_cnn_input(), kClasses, std::move(layers)};
}

// The net that the page comes with; the presets of web/training; or the learner's own.
training::Model named_cnn(const std::string& name) {
  for (const Named& known : kCnns)
    if (name == known.name) return training::preset(known.preset, small_cnn_input(), kClasses);
  return of_layers(small_cnn_layers());
}

// `error`, said of this stack.
Error of_stack(const training::Error& error, const std::string& text) {
  Error said{
      Error::Kind::Range, error.message, {{"key", "stack"}, {"stack", shown(Value(text))}}, "error.stack"};
  said.arguments.insert(said.arguments.end(), error.arguments.begin(), error.arguments.end());
  return said;
}

}  // namespace

std::vector<Key> training_keys(const Settings& initial) {
  std::vector<std::string> cnns = {"small_cnn"}, fcs;
  for (const Named& known : kCnns) cnns.push_back(known.name);
  for (const Named& known : kFcs) fcs.push_back(known.name);
  cnns.push_back("custom");
  const auto number = [](const char* name, double min, double max, double value) {
    return Key{Key::Type::Number, name, min, max, {}, value};
  };
  return {{Key::Type::Choice, "cnn_model", 0, 0, cnns, initial.cnn_model},
          {Key::Type::Choice, "fc_model", 0, 0, fcs, initial.fc_model},
          number("lr", 0.0001, training::kMaxLr, initial.lr),
          number("momentum", 0, 0.99, initial.momentum),
          {Key::Type::Int, "batch_size", 1, training::kMaxBatch, {}, double(initial.batch_size)},
          {Key::Type::Text, "stack", 0, 0, {}, initial.stack}};
}

bool set_model(Settings& settings, const std::string& key, const std::string& value,
               std::optional<Error>& error) {
  if (key == "cnn_model") {
    if (value == "custom") {
      settings.stack = training::stack_text(cnn_model(settings).layers);
    } else {
      settings.cnn_model = value;
      settings.stack.clear();
    }
    return true;
  }
  if (key != "stack") return false;
  std::vector<nn::Layer> layers;
  training::Error wrong;
  if (!value.empty()) wrong = training::read_stack(layers, value);
  if (!value.empty() && !wrong) wrong = training::plan(of_layers(layers)).error;
  if (wrong) {
    error = of_stack(wrong, value);
  } else {
    settings.stack = training::stack_text(layers);
  }
  return true;
}

training::Model cnn_model(const Settings& settings) {
  if (settings.stack.empty()) return named_cnn(settings.cnn_model);
  std::vector<nn::Layer> layers;
  [[maybe_unused]] const training::Error error = training::read_stack(layers, settings.stack);
  assert(!error);
  return of_layers(std::move(layers));
}

training::Model fc_model(const Settings& settings) {
  for (const Named& known : kFcs)
    if (settings.fc_model == known.name) return training::preset(known.preset, small_cnn_input(), kClasses);
  assert(false);
  return {};
}

training::Setup training_setup(const Settings& settings) {
  training::Setup setup;
  setup.cnn = cnn_model(settings);
  setup.fc = fc_model(settings);
  setup.lr = float(settings.lr);
  setup.momentum = float(settings.momentum);
  setup.batch = settings.batch_size;
  setup.seed = uint64_t(settings.seed);
  return setup;
}

const std::string& chain_stack() {
  static const std::string text = training::stack_text(small_cnn_layers());
  return text;
}

}  // namespace lessons
