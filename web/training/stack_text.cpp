#include "web/training/stack_text.h"

#include <algorithm>
#include <cstring>

namespace training {
namespace {

constexpr int kMostDigits = 6;  // more than any option allows

// Takes the letters `word` off the front of `text`.
bool take(std::string& text, const char* word) {
  if (text.compare(0, std::strlen(word), word) != 0) return false;
  text.erase(0, std::strlen(word));
  return true;
}

// Takes a whole number off the front.
bool take(std::string& text, int& number) {
  size_t digits = 0;
  number = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits <= kMostDigits)
    number = 10 * number + (text[digits++] - '0');
  text.erase(0, digits);
  return digits > 0 && digits <= kMostDigits;
}

bool take_stride_and_padding(std::string& word, int& stride, int& padding) {
  if (take(word, "s") && (!take(word, stride) || stride == 0)) return false;
  return !take(word, "p") || take(word, padding);
}

bool read_layer(nn::Layer& layer, std::string word) {
  int size = 0, kernel = 0, stride = 0, padding = 0;
  if (take(word, "conv")) {
    stride = 1;
    if (!take(word, size) || !take(word, "x") || !take(word, kernel)) return false;
    if (!take_stride_and_padding(word, stride, padding)) return false;
    layer = nn::Conv2d{size, kernel, kernel, stride, padding};
  } else if (take(word, "pool")) {
    if (!take(word, kernel) || !take_stride_and_padding(word, stride, padding)) return false;
    layer = nn::MaxPool2d(kernel, stride == kernel ? 0 : stride, padding);
  } else if (take(word, "avgpool")) {
    if (!take(word, kernel) || !take_stride_and_padding(word, stride, padding)) return false;
    layer = nn::AvgPool2d(kernel, stride == kernel ? 0 : stride, padding);
  } else if (take(word, "linear")) {
    if (!take(word, size)) return false;
    layer = nn::Linear{size};
  } else if (take(word, "relu")) {
    layer = nn::ReLU{};
  } else if (take(word, "flatten")) {
    layer = nn::Flatten{};
  } else {
    return false;
  }
  return word.empty();
}

std::string text_of(int kernel, int stride, int usual, int padding) {
  return std::to_string(kernel) + (stride != usual ? "s" + std::to_string(stride) : "") +
         (padding ? "p" + std::to_string(padding) : "");
}

std::string word_of(const nn::Layer& layer) {
  if (const auto* l = std::get_if<nn::Conv2d>(&layer))
    return "conv" + std::to_string(l->out_channels) + "x" +
           text_of(l->kernel_height, l->stride, 1, l->padding);
  const auto pool = [](const auto& l) {
    return text_of(l.kernel_size, l.stride ? l.stride : l.kernel_size, l.kernel_size, l.padding);
  };
  if (const auto* l = std::get_if<nn::MaxPool2d>(&layer)) return "pool" + pool(*l);
  if (const auto* l = std::get_if<nn::AvgPool2d>(&layer)) return "avgpool" + pool(*l);
  if (const auto* l = std::get_if<nn::Linear>(&layer)) return "linear" + std::to_string(l->out_features);
  if (std::holds_alternative<nn::ReLU>(layer)) return "relu";
  if (std::holds_alternative<nn::Flatten>(layer)) return "flatten";
  return "";
}

}  // namespace

Error read_stack(std::vector<nn::Layer>& layers, const std::string& text) {
  std::vector<nn::Layer> read;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('-', start), text.size());
    nn::Layer layer;
    const std::string word = text.substr(start, end - start);
    if (!read_layer(layer, word)) return {"error.stack.word", {{"word", shortened(word, 24)}}};
    read.push_back(std::move(layer));
    if (int(read.size()) > kMaxLayers)
      return {"error.layer.count",
              {{"value", "> " + std::to_string(kMaxLayers)}, {"allowed", "1…" + std::to_string(kMaxLayers)}}};
    start = end + 1;
  }
  layers = std::move(read);
  return {};
}

std::string stack_text(const std::vector<nn::Layer>& layers) {
  std::string text;
  for (const nn::Layer& layer : layers) {
    const std::string word = word_of(layer);
    if (word.empty()) return "";
    text += (text.empty() ? "" : "-") + word;
  }
  return text;
}

}  // namespace training
