// The text form of the state in the URL's hash: key=value&key=value, percent-encoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/lessons/lesson.h"

namespace app {

struct HashEntry {
  std::string key, value;
  bool readable = true;  // false: no =, a broken percent sequence or no UTF-8; `key` then holds the raw text
};

// Splits a hash with or without its '#'. Later entries of the same key replace earlier ones.
std::vector<HashEntry> parse_hash(std::string_view hash);

// `text` as a value of the type of `key`; what cannot be read as that type stays a text, which the
// check of the key then refuses by name.
lessons::Value parse_value(const lessons::Key& key, const std::string& text);

std::string percent_encode(std::string_view text);
// The shortest text that reads back as the same number.
std::string number_text(double value);

}  // namespace app
