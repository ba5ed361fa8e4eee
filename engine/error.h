// What went wrong with input that a person gave, as a sentence that person can act on. Nothing throws.
#pragma once

#include <string>

namespace nn {

struct [[nodiscard]] Error {
  std::string text;  // empty: all is well
  explicit operator bool() const { return !text.empty(); }
};

}  // namespace nn
