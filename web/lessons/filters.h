// Kernel presets: filters with a purpose, for every kernel size from 1 to 7.
#pragma once

#include <string>
#include <vector>

#include "engine/tensor.h"

namespace lessons {

// Their ids, as the state key `filter` names them ("custom" is not among them).
const std::vector<std::string>& filter_names();

// The preset `name` as a [1, 1, kernel_size, kernel_size] weight. The edge filters are a smoothing
// across the edge times a step along it; 3×3 is Sobel's operator divided by 4. An edge needs
// neighbours: at kernel size 1 the edge filters and the outline filter are 0.
nn::Tensor filter_weight(const std::string& name, int kernel_size);

// Banks of filters over red, green and blue: each is one of the presets above times a mixture of the channels,
// whose parts are multiples of 1/1024. `colours` and `edges` look at neighbourhoods; `luminance`, `swap` and
// `keep` only mix the channels of one pixel.
const std::vector<std::string>& bank_names();
const std::vector<std::string>& mixture_names();
// The first `out_channels` filters of a bank, again from its first after its last: a weight
// [out_channels, 3, kernel_size, kernel_size].
nn::Tensor bank_weight(const std::string& name, int out_channels, int kernel_size);

}  // namespace lessons
