// Kernel presets: filters with a purpose, for every kernel size from 1 to 7.
#pragma once

#include <string>
#include <vector>

#include "engine/tensor.h"
#include "web/lessons/assets.h"

namespace lessons {

// The ids of those that are rules, as the state key `filter` names them ("custom" is not among them).
const std::vector<std::string>& filter_names();

// The preset `name` as a [1, 1, kernel_size, kernel_size] weight. The edge filters are a smoothing
// across the edge times a step along it; 3×3 is Sobel's operator divided by 4. An edge needs
// neighbours: at kernel size 1 the edge filters and the outline filter are 0.
nn::Tensor filter_weight(const std::string& name, int kernel_size);

// The filters that the first layer of the trained network has learned: "learned-0", "learned-1", … They are
// 5×5. At another kernel size a preset is the middle of one, or all of it in a frame of zeros; where there is
// no middle it lies towards the upper left.
std::vector<std::string> learned_names(const Assets& assets);
bool is_learned(const std::string& name);
constexpr int kLearnedSize = 5;

// The ids of all presets, and the weight of one, [1, 1, kernel_size, kernel_size].
std::vector<std::string> preset_names(const Assets& assets);
nn::Tensor preset_weight(const Assets& assets, const std::string& name, int kernel_size);

// Banks of filters over red, green and blue: each is one of the presets above times a mixture of the
// channels, whose parts are multiples of 1/1024. `colours` and `edges` look at neighbourhoods; `luminance`,
// `swap` and `keep` only mix the channels of one pixel.
const std::vector<std::string>& bank_names();
const std::vector<std::string>& mixture_names();
// The first `out_channels` filters of a bank, again from its first after its last: a weight
// [out_channels, 3, kernel_size, kernel_size].
nn::Tensor bank_weight(const std::string& name, int out_channels, int kernel_size);

}  // namespace lessons
