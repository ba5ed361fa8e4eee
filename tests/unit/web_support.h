// What the tests of the playground share: its assets, files, comparisons of whole states, random numbers.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/rng.h"
#include "web/app/app_state.h"
#include "web/lessons/lesson.h"

namespace web_test {

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), "missing: ", path);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

inline std::vector<uint8_t> asset_bytes(const char* name) {
  const std::string text = read_file(std::string(CONV_ASSETS_DIR) + "/" + name);
  return {text.begin(), text.end()};
}

// The built-in digits and classifier, as the page has them.
inline const lessons::Assets& assets() {
  static const lessons::Assets read = [] {
    const std::vector<uint8_t> bytes = asset_bytes("playground.data.bin");
    lessons::Assets assets;
    REQUIRE(lessons::read_assets(assets, bytes.data(), bytes.size()) == lessons::AssetError::None);
    return assets;
  }();
  return read;
}

inline bool same(const std::optional<nn::Tensor>& a, const std::optional<nn::Tensor>& b) {
  return a.has_value() == b.has_value() && (!a || nn::same_bits(*a, *b));
}

// The first thing in which two states differ, "" when they are the same to the bit. The structured bindings
// stop compiling when a setting is added, so that none is forgotten here.
inline std::string difference(const lessons::LessonState& a, const lessons::LessonState& b) {
  if (a.lesson != b.lesson) return "lesson";
  if (a.assets != b.assets) return "assets";
  const auto& [step, seed, predict, image, image_size, kernel, stride, padding, filter, flipped, filters,
               layer, index, layers, clas, order, unroll, evidence, shift_x, shift_y, view, turn, tilt, apart,
               experiment, show, cnn_model, fc_model, stack, lr, momentum, batch_size, pool, permutation_seed,
               shuffled, pixels_only, per_channel, input, weight, bias] = a.settings;
  const lessons::Settings& s = b.settings;
  if (step != s.step) return "step " + std::to_string(step) + " and " + std::to_string(s.step);
  if (seed != s.seed) return "seed";
  if (predict != s.predict) return "predict";
  if (image != s.image) return "image";
  if (image_size != s.image_size) return "image_size";
  if (kernel != s.kernel_size) return "kernel_size";
  if (stride != s.stride) return "stride";
  if (padding != s.padding) return "padding";
  if (layers != s.layers) return "layers";
  if (filter != s.filter) return "filter";
  if (flipped != s.flipped) return "flipped";
  if (filters != s.out_channels) return "out_channels";
  if (layer != s.layer) return "layer";
  if (index != s.filter_index) return "filter_index";
  if (clas != s.class_index) return "class";
  if (order != s.order) return "order";
  if (unroll != s.unroll) return "unroll";
  if (evidence != s.evidence) return "evidence";
  if (shift_x != s.shift_x || shift_y != s.shift_y) return "shift";
  if (view != s.view) return "view";
  if (turn != s.turn || tilt != s.tilt || apart != s.apart) return "pose";
  if (experiment != s.experiment) return "experiment";
  if (show != s.show) return "show";
  if (cnn_model != s.cnn_model || fc_model != s.fc_model || stack != s.stack) return "models";
  if (lr != s.lr || momentum != s.momentum || batch_size != s.batch_size) return "rates";
  if (pool != s.pool) return "pool";
  if (permutation_seed != s.permutation_seed) return "permutation_seed";
  if (shuffled != s.shuffled) return "shuffled";
  if (pixels_only != s.pixels_only) return "pixels_only";
  if (per_channel != s.per_channel) return "per_channel";
  if (!same(input, s.input)) return "own input";
  if (!same(weight, s.weight)) return "own weight";
  if (!same(bias, s.bias)) return "own bias";
  if (a.steps != b.steps || a.out_rows != b.out_rows || a.out_cols != b.out_cols) return "steps";
  const auto question = [](const lessons::LessonState& x) { return x.question ? x.question->key : ""; };
  if (std::string(question(a)) != question(b)) return "question";
  if (a.answer.has_value() != b.answer.has_value()) return "answer";
  if (a.asked.size() != b.asked.size()) return "asked";
  if (a.tensors.size() != b.tensors.size()) return "names of tensors";
  for (const auto& [name, tensor] : a.tensors)
    if (!b.tensors.count(name) || !nn::same_bits(tensor, b.tensors.at(name))) return "tensor " + name;
  return "";
}

inline std::string difference(const app::AppState& a, const app::AppState& b) {
  const auto& [lesson, playing, speed, lecture, until, lang, theme, hide, lock, warnings, progress] = a;
  if (const std::string found = difference(lesson, b.lesson); !found.empty()) return found;
  if (playing != b.playing) return "playing";
  if (speed != b.speed) return "speed";
  if (lecture != b.lecture) return "lecture";
  if (until != b.play_until) return "play_until";
  if (progress != b.progress) return "progress";
  if (lang != b.lang) return "lang";
  if (theme != b.theme) return "theme";
  if (hide != b.hide) return "hide";
  if (lock != b.lock) return "lock";
  if (warnings.size() != b.warnings.size()) return "warnings";
  for (size_t i = 0; i < warnings.size(); ++i)
    if (warnings[i].message != b.warnings[i].message || warnings[i].arguments != b.warnings[i].arguments)
      return "warnings";
  return "";
}

// The tensors of the lesson that the user's own numbers may replace.
inline std::vector<std::string> replaceable(const lessons::LessonState& state) {
  std::vector<std::string> names;
  for (const lessons::Key& key : state.lesson->keys(state))
    if (key.type == lessons::Key::Type::Tensor) names.push_back(key.name);
  return names;
}

// Texts that the key `stack` accepts.
inline const std::vector<std::string>& some_stacks() {
  static const std::vector<std::string> texts = {
      "", "flatten-linear10", "conv8x5-relu-pool2-flatten-linear10",
      "conv4x3s2p1-relu-avgpool3s1-flatten-linear20-relu-linear10"};
  return texts;
}

// Numbers on no particular grid.
inline nn::Tensor random_tensor(const nn::Shape& shape, nn::Pcg32& rng, float range = 1) {
  nn::Tensor tensor(shape);
  for (float& x : tensor) x = rng.uniform(-range, range);
  return tensor;
}

template <class T>
const T& pick(const std::vector<T>& list, nn::Pcg32& rng) {
  return list[rng.below(uint32_t(list.size()))];
}

// A placeholder that format() has left unfilled: "{name}".
inline bool has_placeholder(const std::string& text) {
  for (size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
    const size_t close = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", open + 1);
    if (close != text.npos && close > open + 1 && text[close] == '}') return true;
  }
  return false;
}

}  // namespace web_test
