// What the fuzz targets share. Each is a program of its own (cmake/sanitize.cmake) that libFuzzer calls with
// bytes of its making; whatever they are, nothing may break. The CHECKs of the other tests' helpers stop the
// program here (fuzz.cpp).
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/unit/shown_support.h"

namespace fuzz {

// Takes an input apart from its front; zeros when it is used up.
class Bytes {
 public:
  Bytes(const uint8_t* bytes, size_t size) : at_(bytes), left_(size) {}
  bool empty() const { return left_ == 0; }
  uint8_t byte() {
    if (!left_) return 0;
    --left_;
    return *at_++;
  }
  int below(int count) {  // ≤ 65,536
    const int first = byte();
    return (count > 256 ? first * 256 + byte() : first) % count;
  }
  // So many bytes at most.
  std::string text(size_t most) {
    const size_t size = most < left_ ? most : left_;
    const std::string taken(reinterpret_cast<const char*>(at_), size);
    at_ += size;
    left_ -= size;
    return taken;
  }

 private:
  const uint8_t* at_;
  size_t left_;
};

using app_test::check_address;
using app_test::check_refusal;
using app_test::check_shown;

}  // namespace fuzz
