#include "web/strings/strings.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "strings_data.h"

namespace strings {

std::optional<Strings> Strings::parse(std::string_view code, std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  Strings result;
  result.code_ = code;
  for (const auto& [key, value] : parsed.items()) {
    if (!value.is_string()) return std::nullopt;
    result.texts_.emplace(key, value.get<std::string>());
  }
  return result;
}

std::string_view Strings::text(std::string_view key) const {
  const auto found = texts_.find(key);
  return found == texts_.end() ? key : std::string_view(found->second);
}

std::string Strings::format(std::string_view key, const Arguments& arguments) const {
  const std::string_view pattern = text(key);
  std::string result;
  for (size_t i = 0; i < pattern.size();) {
    const size_t close = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
    const std::string* value = nullptr;
    if (close != std::string_view::npos) {
      const std::string_view name = pattern.substr(i + 1, close - i - 1);
      for (const auto& argument : arguments)
        if (argument.first == name) value = &argument.second;
    }
    if (value) {
      result += *value;
      i = close + 1;
    } else {
      result += pattern[i++];
    }
  }
  return result;
}

const std::vector<Strings>& languages() {
  static const std::vector<Strings> all = [] {
    std::vector<Strings> list;
    for (int i = 0; i < strings_data::language_count; ++i) {
      const auto& data = strings_data::languages[i];
      if (auto parsed = Strings::parse(data.code, data.json)) list.push_back(std::move(*parsed));
    }
    return list;
  }();
  return all;
}

const Strings* find_language(std::string_view code) {
  for (const Strings& language : languages())
    if (language.code() == code) return &language;
  return nullptr;
}

namespace {

constexpr const char* kMinus = "\xE2\x88\x92";  // U+2212, as wide as a digit; a hyphen is not

std::string rounded(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, std::fabs(value));
  return buffer;
}

bool is_zero(const std::string& digits) { return digits.find_first_not_of("0.") == std::string::npos; }

}  // namespace

std::string number(double value, int decimals) {
  const std::string digits = rounded(value, decimals);
  return value < 0 && !is_zero(digits) ? kMinus + digits : digits;
}

std::string cell_number(double value) {
  std::string digits = rounded(value, value >= 10 || value <= -10 ? 1 : 2);
  if (is_zero(digits)) return "0";
  const size_t point = digits.find('.');
  if (digits.find_first_not_of('0', point + 1) == std::string::npos) digits.erase(point);
  if (digits.size() > 1 && digits[0] == '0') digits.erase(0, 1);
  return value < 0 ? kMinus + digits : digits;
}

}  // namespace strings
