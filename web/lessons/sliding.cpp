#include "web/lessons/sliding.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/kernels/kernels.h"
#include "web/lessons/filters.h"

namespace lessons {
namespace {

nn::Conv2dShape conv_shape(const LessonState& state, const nn::Tensor& picture, int stride) {
  const nn::Shape& input = picture.shape();
  const Settings& s = state.settings;
  const int filters = state.tensors.at("weight").shape()[0];
  return {input[0], input[1], input[2], filters, s.kernel_size, s.kernel_size, stride, s.padding};
}

}  // namespace

Key int_key(const char* name, int min, int max, int initial) {
  Key key;
  key.name = name;
  key.min = min;
  key.max = max;
  key.initial = double(initial);
  return key;
}

namespace {

std::vector<Key> shared_keys(const LessonState& state, const Settings& defaults,
                             std::vector<std::string> images, std::vector<std::string> filters) {
  images.push_back("custom");
  filters.push_back("custom");
  std::vector<Key> keys = {int_key("step", 0, state.steps - 1, defaults.step)};
  keys.push_back({Key::Type::Choice, "image", 0, 0, images, defaults.image});
  keys.push_back({Key::Type::Choice, "filter", 0, 0, filters, defaults.filter});
  for (const char* name : {"input", "weight", "bias"})
    keys.push_back({Key::Type::Tensor, name, 0, 0, {}, std::string()});
  return keys;
}

}  // namespace

std::vector<Key> sliding_keys(const LessonState& state, const Settings& defaults) {
  std::vector<std::string> images;
  for (size_t i = 0; i < state.assets->digits.size(); ++i) images.push_back("digit-" + std::to_string(i));
  return shared_keys(state, defaults, std::move(images), preset_names(*state.assets));
}

std::vector<Key> photo_keys(const LessonState& state, const Settings& defaults,
                            const std::vector<std::string>& banks, int most_filters) {
  std::vector<Key> keys = shared_keys(state, defaults, {"photo"}, banks);
  keys.insert(keys.begin() + 3,
              int_key("filter_index", 0, state.settings.out_channels - 1, defaults.filter_index));
  keys.insert(keys.begin() + 2, int_key("out_channels", 1, most_filters, defaults.out_channels));
  return keys;
}

std::vector<Key> sized_keys(const LessonState& state, void (*defaults)(Settings&)) {
  Settings initial;
  defaults(initial);
  std::vector<Key> keys = sliding_keys(state, initial);
  keys.insert(keys.begin() + 2,
              {int_key("kernel_size", 1, 7, initial.kernel_size), int_key("stride", 1, 4, initial.stride),
               int_key("padding", 0, 3, initial.padding)});
  return keys;
}

void compute_operands(LessonState& state) {
  const Settings& settings = state.settings;
  auto& tensors = state.tensors;
  tensors["input"] = settings.input ? *settings.input : *state.assets->image(settings.image);
  const int filters = settings.out_channels;
  if (settings.weight) {
    tensors["weight"] = *settings.weight;
  } else if (tensors["input"].shape()[0] == 1) {
    tensors["weight"] = preset_weight(*state.assets, settings.filter, settings.kernel_size);
  } else {
    tensors["weight"] = bank_weight(settings.filter, filters, settings.kernel_size);
  }
  if (settings.bias) {
    tensors["bias"] = *settings.bias;
  } else {
    tensors["bias"] = nn::Tensor(nn::Shape{filters});
    for (float& b : tensors["bias"]) b = kDefaultBias;
  }
}

const nn::Tensor& laid_weight(const LessonState& state) {
  const auto laid = state.tensors.find("weight_laid");
  return laid == state.tensors.end() ? state.tensors.at("weight") : laid->second;
}

nn::Tensor convolved(const LessonState& state, const nn::Tensor& picture, int stride) {
  const nn::Conv2dShape shape = conv_shape(state, picture, stride);
  nn::Tensor output(nn::Shape{shape.out_channels, shape.out_height(), shape.out_width()});
  nn::conv2d_forward(output.data(), picture.data(), laid_weight(state).data(),
                     state.tensors.at("bias").data(), shape);
  return output;
}

void compute_output(LessonState& state, const char* picture) {
  nn::Tensor output = convolved(state, state.tensors.at(picture), state.settings.stride);
  state.out_rows = output.shape()[1];
  state.out_cols = output.shape()[2];
  state.steps = state.out_rows * state.out_cols;
  state.tensors["output"] = std::move(output);
}

void compute_convolution(LessonState& state) {
  compute_operands(state);
  compute_output(state, "input");
}

void compute_window(LessonState& state) { compute_window(state, "input"); }

void compute_window(LessonState& state, const char* picture) {
  const nn::Tensor &input = state.tensors.at(picture), &weight = laid_weight(state);
  const nn::Conv2dShape shape = conv_shape(state, input, state.settings.stride);
  const int k = shape.kernel_height, channels = shape.in_channels;
  nn::Tensor window(nn::Shape{channels, k, k}), products(nn::Shape{channels, k, k});
  const int filter = state.settings.filter_index * channels * k * k;  // where its weights begin
  const int row0 = state.settings.step / state.out_cols * shape.stride - shape.padding;
  const int col0 = state.settings.step % state.out_cols * shape.stride - shape.padding;
  for (int c = 0; c < channels; ++c)
    for (int r = 0; r < k; ++r)
      for (int q = 0; q < k; ++q) {
        const int row = row0 + r, col = col0 + q, tap = (c * k + r) * k + q;
        const bool inside = row >= 0 && row < shape.in_height && col >= 0 && col < shape.in_width;
        window[tap] = inside ? input[(c * shape.in_height + row) * shape.in_width + col] : 0.0f;
        products[tap] = window[tap] * weight[filter + tap];
      }
  state.tensors["window"] = std::move(window);
  state.tensors["products"] = std::move(products);
}

Place place(const LessonState& state) {
  const Settings& s = state.settings;
  Place p;
  p.row = s.step / state.out_cols;
  p.col = s.step % state.out_cols;
  p.origin_row = p.row * s.stride - s.padding;
  p.origin_col = p.col * s.stride - s.padding;
  double sum = 0;
  const nn::Tensor& products = state.tensors.at("products");
  for (size_t i = 0; i < products.size(); ++i) sum += products[i];
  p.sum = float(sum);
  p.bias = state.tensors.at("bias")[s.filter_index];
  p.value = state.tensors.at("output")[s.filter_index * state.steps + s.step];
  return p;
}

int centre_pixel(const LessonState& state) {
  const Place p = place(state);
  const nn::Shape& input = state.tensors.at("input").shape();
  const int row = p.origin_row + state.settings.kernel_size / 2;
  const int col = p.origin_col + state.settings.kernel_size / 2;
  if (row < 0 || row >= input[1] || col < 0 || col >= input[2]) return -1;
  return row * input[2] + col;
}

std::vector<Span> convolution_formula(const LessonState& state) {
  const Place p = place(state);
  const bool hidden = asks(state, "question.output-cell");
  const std::string at = "[" + std::to_string(p.row) + "," + std::to_string(p.col) + "]";
  return {{"y", Role::Output, true},
          {at, Role::Output},
          {" = Σ ", Role::Plain},
          {"x", Role::Input, true},
          {"·", Role::Plain},
          {"w", Role::Weight, true},
          {" + b = ", Role::Plain},
          {unless(hidden, strings::number(p.sum)), Role::Product, true},
          {p.bias < 0 ? " − " : " + ", Role::Plain},
          {strings::number(std::fabs(p.bias)), Role::Plain},
          {" = ", Role::Plain},
          {unless(hidden, strings::number(p.value)), Role::Output, true}};
}

std::string convolution_narration(const LessonState& state, const strings::Strings& strings) {
  const Place p = place(state);
  return strings.format("convolution.narration", {{"step", std::to_string(state.settings.step)},
                                                  {"row", std::to_string(p.row)},
                                                  {"col", std::to_string(p.col)},
                                                  {"taps", std::to_string(state.tensors.at("window").size())},
                                                  {"sum", strings::number(p.sum)},
                                                  {"bias", strings::number(p.bias)},
                                                  {"value", strings::number(p.value)}});
}

const char* comparison_sign(float a, float b, bool only_rounded) {
  return a == b ? " = " : only_rounded ? " ≈ " : " ≠ ";
}

std::string difference_text(float a, float b) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1e", std::fabs(double(a) - double(b)));
  return text;
}

std::string unless(bool hidden, const std::string& text) { return hidden ? kHidden : text; }

float largest_magnitude(const nn::Tensor& tensor) {
  float largest = 0;
  for (size_t i = 0; i < tensor.size(); ++i) largest = std::max(largest, std::fabs(tensor[i]));
  return largest;
}

}  // namespace lessons
