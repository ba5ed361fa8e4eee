// Weights in a file: the safetensors format, which PyTorch's users save to and load from (its specification:
// "Format" in the README of the project safetensors). All of it is little endian:
//
//   u64 n; n bytes of JSON, {"name": {"dtype": "F32", "shape": [10, 784], "data_offsets": [begin, end]}, …};
//   then the numbers of all tensors, row-major; offsets count from where they begin.
//
// "__metadata__" may be among the names; it maps texts to texts. A file may come from anywhere, so nothing in
// it is believed: what is not exactly as above is refused with an Error that says what is there and what is
// allowed. Stricter than the format is: numbers must be finite and of type F32, F64, F16 or BF16 (they become
// float32, F64 rounded to the nearest), shapes have one to four dimensions, the header has at most kMaxHeader
// bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/sequential.h"
#include "web/training/error.h"

namespace training {

inline constexpr size_t kMaxHeader = 1 << 20;
// Nets whose weights are larger than this learn no more, and their sums could leave the range of a float.
inline constexpr float kMostWeight = 1e4f;

struct WeightFile {
  struct Entry {
    std::string name;
    nn::Tensor values;
  };
  std::vector<Entry> tensors;
  std::vector<std::pair<std::string, std::string>> metadata;
};

// Reads a whole file. On an error `file` stays as it was.
Error read_safetensors(WeightFile& file, const uint8_t* bytes, size_t size);

// Writes all tensors as F32, in the order given, without gaps. Refuses numbers that are not finite, so that
// all that is written can be read. Names must differ.
Error write_safetensors(std::vector<uint8_t>& bytes, const WeightFile& file);

// The parameters of a net, named as PyTorch's Sequential names them ("0.weight"); all or nothing: a file that
// does not hold each of them once, in the right shape and within ±kMostWeight, and nothing else leaves the
// net as it was.
Error load_weights(nn::Sequential& net, const uint8_t* bytes, size_t size);
Error save_weights(std::vector<uint8_t>& bytes, const nn::Sequential& net);

}  // namespace training
