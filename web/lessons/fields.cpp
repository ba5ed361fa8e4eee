#include "web/lessons/fields.h"

#include "web/lessons/tensor_text.h"

namespace lessons {
namespace {

// The keys that are plain values, in the order in which those of one call take effect.
struct Field {
  const char* key;
  std::variant<int Settings::*, double Settings::*, bool Settings::*, std::string Settings::*> member;
};
constexpr Field kFields[] = {
    {"step", &Settings::step},
    {"seed", &Settings::seed},
    {"predict", &Settings::predict},
    {"image_size", &Settings::image_size},
    {"kernel_size", &Settings::kernel_size},
    {"stride", &Settings::stride},
    {"padding", &Settings::padding},
    {"layers", &Settings::layers},
    {"out_channels", &Settings::out_channels},
    {"flipped", &Settings::flipped},
    {"layer", &Settings::layer},
    {"filter_index", &Settings::filter_index},
    {"class", &Settings::class_index},
    {"order", &Settings::order},
    {"unroll", &Settings::unroll},
    {"evidence", &Settings::evidence},
    {"shift_x", &Settings::shift_x},
    {"shift_y", &Settings::shift_y},
    {"view", &Settings::view},
    {"turn", &Settings::turn},
    {"tilt", &Settings::tilt},
    {"apart", &Settings::apart},
    {"show", &Settings::show},
    {"experiment", &Settings::experiment},
    {"fc_model", &Settings::fc_model},
    {"lr", &Settings::lr},
    {"momentum", &Settings::momentum},
    {"batch_size", &Settings::batch_size},
    {"pool", &Settings::pool},
    {"permutation_seed", &Settings::permutation_seed},
    {"shuffled", &Settings::shuffled},
    {"pixels_only", &Settings::pixels_only},
    {"per_channel", &Settings::per_channel},
};

struct TensorField {
  const char* key;
  std::optional<nn::Tensor> Settings::*field;
};
constexpr TensorField kTensorFields[] = {
    {"input", &Settings::input},
    {"weight", &Settings::weight},
    {"bias", &Settings::bias},
};

Value as_value(bool field) { return field; }
Value as_value(int field) { return double(field); }
Value as_value(double field) { return field; }
Value as_value(const std::string& field) { return field; }

void take(bool& field, const Value& value) { field = std::get<bool>(value); }
void take(int& field, const Value& value) { field = int(std::get<double>(value)); }
void take(double& field, const Value& value) { field = std::get<double>(value); }
void take(std::string& field, const Value& value) { field = std::get<std::string>(value); }

}  // namespace

std::vector<std::string> order_of_keys() {
  std::vector<std::string> names;
  for (const Field& field : kFields)
    if (field.key != std::string("step") && field.key != std::string("filter_index"))
      names.push_back(field.key);
  names.insert(names.end(), {"cnn_model", "stack"});               // a stack replaces a model
  names.insert(names.end(), {"image", "filter_index", "filter"});  // a picture has its channels
  for (const TensorField& field : kTensorFields) names.push_back(field.key);
  return names;
}

bool set_plain(Settings& settings, const std::string& key, const Value& value) {
  for (const Field& entry : kFields) {
    if (key != entry.key) continue;
    std::visit([&](auto member) { take(settings.*member, value); }, entry.member);
    return true;
  }
  return false;
}

std::optional<nn::Tensor>* own_tensor(Settings& settings, const std::string& name) {
  for (const TensorField& entry : kTensorFields)
    if (name == entry.key) return &(settings.*entry.field);
  return nullptr;
}

std::vector<std::string> own_tensor_names() {
  std::vector<std::string> names;
  for (const TensorField& entry : kTensorFields) names.push_back(entry.key);
  return names;
}

Value value_of(const LessonState& state, const std::string& key) {
  const Settings& settings = state.settings;
  for (const Field& entry : kFields)
    if (key == entry.key)
      return std::visit([&](auto member) { return as_value(settings.*member); }, entry.member);
  if (key == "cnn_model") return settings.stack.empty() ? settings.cnn_model : std::string("custom");
  if (key == "stack") return settings.stack;
  if (key == "image") return settings.input ? std::string("custom") : settings.image;
  if (key == "filter") return settings.weight ? std::string("custom") : settings.filter;
  for (const TensorField& entry : kTensorFields)
    if (key == entry.key)
      return settings.*entry.field ? tensor_to_text(*(settings.*entry.field)) : std::string();
  return std::string();
}

}  // namespace lessons
