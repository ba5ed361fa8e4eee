#include "web/lessons/keys.h"

#include <algorithm>
#include <cmath>

namespace lessons {
namespace {

std::string allowed(const Key& key) {
  if (key.type == Key::Type::Int || key.type == Key::Type::Number)
    return shown(Value(key.min)) + " … " + shown(Value(key.max));
  return joined(key.values);
}

bool allows(const Key& key, const std::string& text) {
  return std::find(key.values.begin(), key.values.end(), text) != key.values.end();
}

// At most about sixty bytes, cut between characters.
std::string shortened(const std::string& text) {
  if (text.size() <= 60) return text;
  size_t end = 60;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : ", ") + item;
  return text;
}

const Key* find_key(const std::vector<Key>& keys, const std::string& name) {
  for (const Key& key : keys)
    if (key.name == name) return &key;
  return nullptr;
}

std::string shown(const Value& value) {
  if (const bool* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return shortened(joined(*list));
  if (const double* number = std::get_if<double>(&value)) {
    if (std::isnan(*number)) return "NaN";
    std::string text = std::to_string(*number);
    while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.')) {
      const bool point = text.back() == '.';
      text.pop_back();
      if (point) break;
    }
    return text;
  }
  const std::string& text = std::get<std::string>(value);
  return shortened(text);
}

std::optional<Error> check(const Key& key, const Value& value) {
  const auto error = [&](Error::Kind kind, const char* message) {
    return Error{kind, message, {{"key", key.name}, {"value", shown(value)}, {"allowed", allowed(key)}}};
  };
  switch (key.type) {
    case Key::Type::Int:
    case Key::Type::Number: {
      const double* number = std::get_if<double>(&value);
      const bool whole = key.type == Key::Type::Int;
      if (!number || std::isnan(*number) || (whole && *number != std::floor(*number)))
        return error(Error::Kind::Type, whole ? "error.int" : "error.number");
      if (*number < key.min || *number > key.max) return error(Error::Kind::Range, "error.range");
      return std::nullopt;
    }
    case Key::Type::Bool:
      if (!std::holds_alternative<bool>(value)) return error(Error::Kind::Type, "error.bool");
      return std::nullopt;
    case Key::Type::List: {
      const auto* list = std::get_if<std::vector<std::string>>(&value);
      if (!list) return error(Error::Kind::Type, "error.list");
      for (const std::string& item : *list)
        if (!allows(key, item)) return error(Error::Kind::Range, "error.list");
      return std::nullopt;
    }
    case Key::Type::Choice:
    case Key::Type::Tensor:
    case Key::Type::Text:
      break;
  }
  const std::string* text = std::get_if<std::string>(&value);
  if (!text) return error(Error::Kind::Type, "error.text");
  if (key.type == Key::Type::Choice && !allows(key, *text)) return error(Error::Kind::Range, "error.choice");
  return std::nullopt;
}

}  // namespace lessons
