// The header of a safetensors file, read and checked but for the bytes that it speaks of.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/tensor.h"
#include "web/training/error.h"

namespace training {

struct TensorInfo {
  std::string name, dtype;
  nn::Shape shape;
  uint64_t begin = 0, end = 0;
};

struct Header {
  std::vector<TensorInfo> tensors;
  std::vector<std::pair<std::string, std::string>> metadata;
};

// How many bytes a number of this type has; 0 for one that is not read here.
int dtype_bytes(const std::string& dtype);

// From the JSON text. Checked: the grammar, that each name and each field is there once, the types and the
// ranges of all values. Nothing is built from what is nested deeper than the format allows.
Error parse_header(Header& header, const char* text, size_t size);

}  // namespace training
