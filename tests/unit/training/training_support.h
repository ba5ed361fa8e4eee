// What the tests of the training share.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/engine/engine_support.h"
#include "tests/unit/engine/net_support.h"
#include "tests/unit/web_support.h"
#include "web/strings/strings.h"
#include "web/training/data.h"
#include "web/training/safetensors.h"

namespace training_test {

using Bytes = std::vector<uint8_t>;

// The sentence of an error in English; checks that every language has it and leaves no {placeholder} open.
inline std::string sentence(const training::Error& error) {
  if (!error) return "";
  for (const strings::Strings& language : strings::languages()) {
    CHECK_MESSAGE(language.has(error.message), language.code(), " has no ", error.message);
    const std::string text = language.format(error.message, error.arguments);
    for (const std::string name : {"name", "value", "allowed", "field", "shape", "dtype", "layer", "type",
                                   "option", "kernel", "padding"})
      CHECK_MESSAGE(text.find("{" + name + "}") == text.npos, error.message, ": ", text);
  }
  return strings::find_language("en")->format(error.message, error.arguments);
}

inline void put_u64(Bytes& bytes, size_t at, uint64_t value) {
  for (int i = 0; i < 8; ++i) bytes[at + size_t(i)] = uint8_t(value >> 8 * i);
}

// A safetensors file of this header, as it is, and `data` bytes of zeros.
inline Bytes file_of(const std::string& header, size_t data) {
  Bytes bytes(8);
  put_u64(bytes, 0, header.size());
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.resize(bytes.size() + data);
  return bytes;
}

inline nn::Tensor random_tensor(const nn::Shape& shape, nn::Pcg32& rng) {
  nn::Tensor tensor(shape);
  for (float& x : tensor) x = rng.uniform(-2, 2);
  return tensor;
}

// The digits that the build makes.
inline std::shared_ptr<const training::Data> digits() {
  static const std::shared_ptr<const training::Data> data = [] {
    const Bytes bytes = web_test::asset_bytes("training.data.bin");
    auto read = std::make_shared<training::Data>();
    const training::Error error = training::read_digits(*read, bytes.data(), bytes.size());
    REQUIRE_MESSAGE(!error, sentence(error));
    return read;
  }();
  return data;
}

// A few shapes, drawn anywhere.
inline training::Data shapes_data() {
  return {training::make_shapes(40, training::Half::Both, 1),
          training::make_shapes(20, training::Half::Both, 2), training::kShapeClasses};
}

}  // namespace training_test
