// What the lessons are about: the built-in pictures, the trained linear classifier and the trained network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/sequential.h"
#include "engine/tensor.h"

namespace lessons {

struct Assets {
  struct Digit {
    int label;
    nn::Tensor pixels;  // [1, 28, 28], multiples of 1/256 in [0, 1)
  };
  std::vector<Digit> digits;  // digit-0, digit-1, … in order
  nn::Tensor photo;           // [3, 32, 32]: red, green, blue, multiples of 1/256 in [0, 1)
  nn::Tensor fc_weight;       // [10, 784], multiples of 1/1024
  nn::Tensor fc_bias;         // [10], multiples of 1/1024
  nn::Sequential network;     // small_cnn.h, parameters that are multiples of 1/1024

  // The picture of this id ("digit-3", "photo"), or nullptr.
  const nn::Tensor* image(const std::string& id) const;
};

enum class AssetError { None, NotOurs, Truncated, Damaged };

// Reads the binary that web/data/convert.mjs writes (format there). On an error `assets` is unchanged.
AssetError read_assets(Assets& assets, const uint8_t* bytes, size_t size);

}  // namespace lessons
