#include "web/lessons/filters.h"

#include <algorithm>

namespace lessons {
namespace {

constexpr const char* kLearned = "learned-";

using Rule = float (*)(int row, int col, int size);

int sign(int value) { return (value > 0) - (value < 0); }

// Triangular smoothing .25 .5 .75 .5 .25: quarters, so that two decimals show every weight exactly.
float smooth(int i, int size) { return 0.25f * float(std::min(i, size - 1 - i) + 1); }

bool is_centre(int row, int col, int size) { return row == size / 2 && col == size / 2; }

float vertical_edge(int row, int col, int size) {
  return smooth(row, size) * float(sign(2 * col - size + 1));
}
float horizontal_edge(int row, int col, int size) { return vertical_edge(col, row, size); }
float diagonal_edge(int row, int col, int size) {
  const int distance = col - row;
  return size == 1 ? 0 : 0.5f * float(sign(distance));
}
float blur(int, int, int size) { return 1.0f / float(size * size); }
float sharpen(int row, int col, int size) {
  return (is_centre(row, col, size) ? 2.0f : 0.0f) - blur(row, col, size);
}
float outline(int row, int col, int size) {
  if (size == 1) return 0;
  return is_centre(row, col, size) ? 1.0f : -1.0f / float(size * size - 1);
}
float identity(int row, int col, int size) { return is_centre(row, col, size) ? 1.0f : 0.0f; }

struct Preset {
  const char* name;
  Rule rule;
};
constexpr Preset kPresets[] = {
    {"vertical-edge", vertical_edge},
    {"horizontal-edge", horizontal_edge},
    {"diagonal-edge", diagonal_edge},
    {"outline", outline},
    {"blur", blur},
    {"sharpen", sharpen},
    {"identity", identity},
};

}  // namespace

const std::vector<std::string>& filter_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Preset& preset : kPresets) list.push_back(preset.name);
    return list;
  }();
  return names;
}

nn::Tensor filter_weight(const std::string& name, int kernel_size) {
  nn::Tensor weight(nn::Shape{1, 1, kernel_size, kernel_size});
  for (const Preset& preset : kPresets) {
    if (name != preset.name) continue;
    for (int row = 0; row < kernel_size; ++row)
      for (int col = 0; col < kernel_size; ++col)
        weight[row * kernel_size + col] = preset.rule(row, col, kernel_size);
  }
  return weight;
}

std::vector<std::string> learned_names(const Assets& assets) {
  std::vector<std::string> names;
  for (int i = 0; i < assets.network.parameter(0).shape()[0]; ++i)
    names.push_back(kLearned + std::to_string(i));
  return names;
}

bool is_learned(const std::string& name) { return name.rfind(kLearned, 0) == 0; }

std::vector<std::string> preset_names(const Assets& assets) {
  std::vector<std::string> names = filter_names();
  for (std::string& name : learned_names(assets)) names.push_back(std::move(name));
  return names;
}

nn::Tensor preset_weight(const Assets& assets, const std::string& name, int kernel_size) {
  if (!is_learned(name)) return filter_weight(name, kernel_size);
  const std::vector<std::string> names = learned_names(assets);
  const int filter = int(std::find(names.begin(), names.end(), name) - names.begin());
  const float* learned = assets.network.parameter(0).data() + filter * kLearnedSize * kLearnedSize;
  // Rounded down, whichever is larger.
  const int inset = kernel_size < kLearnedSize ? (kLearnedSize - kernel_size) / 2 : 0;
  const int frame = kernel_size > kLearnedSize ? (kernel_size - kLearnedSize) / 2 : 0;
  const int shared = std::min(kernel_size, kLearnedSize);
  nn::Tensor weight(nn::Shape{1, 1, kernel_size, kernel_size});
  for (int row = 0; row < shared; ++row)
    for (int col = 0; col < shared; ++col)
      weight[size_t((row + frame) * kernel_size + col + frame)] =
          learned[(row + inset) * kLearnedSize + col + inset];
  return weight;
}

namespace {

struct BankFilter {
  const char* preset;
  float mixture[3];  // of red, green and blue, in 1/1024
};
struct Bank {
  const char* name;
  BankFilter filters[4];
};
constexpr Bank kBanks[] = {
    {"colours",
     {{"blur", {-512, -512, 1024}},
      {"blur", {1024, 0, -1024}},
      {"blur", {-512, 1024, -512}},
      {"blur", {256, 512, 256}}}},
    {"edges",
     {{"vertical-edge", {256, 512, 256}},
      {"horizontal-edge", {256, 512, 256}},
      {"vertical-edge", {1024, 0, -1024}},
      {"outline", {0, 0, 1024}}}},
    // Y, Cb and Cr of ITU-R BT.601, rounded so that each still sums to exactly 1 or 0; then blue − yellow.
    {"luminance",
     {{"identity", {306, 601, 117}},
      {"identity", {-173, -339, 512}},
      {"identity", {512, -429, -83}},
      {"identity", {-512, -512, 1024}}}},
    {"swap",
     {{"identity", {0, 0, 1024}},
      {"identity", {0, 1024, 0}},
      {"identity", {1024, 0, 0}},
      {"identity", {256, 512, 256}}}},
    {"keep",
     {{"identity", {1024, 0, 0}},
      {"identity", {0, 1024, 0}},
      {"identity", {0, 0, 1024}},
      {"identity", {256, 512, 256}}}},
};

}  // namespace

const std::vector<std::string>& bank_names() {
  static const std::vector<std::string> names = {"colours", "edges"};
  return names;
}

const std::vector<std::string>& mixture_names() {
  static const std::vector<std::string> names = {"luminance", "swap", "keep"};
  return names;
}

nn::Tensor bank_weight(const std::string& name, int out_channels, int kernel_size) {
  const int area = kernel_size * kernel_size;
  nn::Tensor weight(nn::Shape{out_channels, 3, kernel_size, kernel_size});
  for (const Bank& bank : kBanks) {
    if (name != bank.name) continue;
    for (int o = 0; o < out_channels; ++o) {
      const BankFilter& filter = bank.filters[o % 4];
      const nn::Tensor preset = filter_weight(filter.preset, kernel_size);
      for (int c = 0; c < 3; ++c)
        for (int i = 0; i < area; ++i)
          weight[(o * 3 + c) * area + i] = preset[i] * (filter.mixture[c] / 1024);
    }
  }
  return weight;
}

}  // namespace lessons
