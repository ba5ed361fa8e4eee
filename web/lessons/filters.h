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

}  // namespace lessons
