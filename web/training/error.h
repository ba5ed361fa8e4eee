// What is wrong with something that a person gave: a file, a stack of layers, an option. The sentence is
// strings.format(message, arguments), so that every language has it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace training {

struct [[nodiscard]] Error {
  std::string message;  // a key of web/strings; empty: all is well
  std::vector<std::pair<std::string, std::string>> arguments;
  explicit operator bool() const { return !message.empty(); }
};

// Text from a file as a message shows it: what is long ends in "…", never inside a character of UTF-8.
inline std::string shortened(const std::string& text, size_t most = 60) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

}  // namespace training
