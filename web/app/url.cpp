#include "web/app/url.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace app {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// RFC 3629: no stray or missing continuation bytes, no overlong forms, no surrogates.
bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const unsigned char lead = static_cast<unsigned char>(text[i]);
    const int more = lead < 0x80                   ? 0
                     : lead >= 0xC2 && lead < 0xE0 ? 1
                     : (lead & 0xF0) == 0xE0       ? 2
                     : lead >= 0xF0 && lead < 0xF5 ? 3
                                                   : -1;
    if (more < 0 || i + size_t(more) >= text.size()) return false;
    for (int k = 1; k <= more; ++k)
      if ((text[i + size_t(k)] & 0xC0) != 0x80) return false;
    const unsigned char next = more > 0 ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next >= 0xA0) || (lead == 0xF0 && next < 0x90) ||
        (lead == 0xF4 && next >= 0x90))
      return false;
    i += 1 + size_t(more);
  }
  return true;
}

bool percent_decode(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return false;
    out += char(high * 16 + low);
    i += 2;
  }
  return is_utf8(out);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    if (end > start) parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

}  // namespace

std::vector<HashEntry> parse_hash(std::string_view hash) {
  if (!hash.empty() && hash[0] == '#') hash.remove_prefix(1);
  std::vector<HashEntry> entries;
  for (const std::string& part : split(hash, '&')) {
    const size_t equals = part.find('=');
    HashEntry entry;
    if (equals == std::string::npos || equals == 0 ||
        !percent_decode(std::string_view(part).substr(0, equals), entry.key) ||
        !percent_decode(std::string_view(part).substr(equals + 1), entry.value)) {
      entries.push_back({part, "", false});
      continue;
    }
    const auto same = std::find_if(entries.begin(), entries.end(),
                                   [&](const HashEntry& e) { return e.readable && e.key == entry.key; });
    if (same != entries.end()) {
      *same = entry;
    } else {
      entries.push_back(entry);
    }
  }
  return entries;
}

lessons::Value parse_value(const lessons::Key& key, const std::string& text) {
  using Type = lessons::Key::Type;
  if (key.type == Type::Int || key.type == Type::Number) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    // strtod also reads "inf", "nan", hexadecimals and leading blanks, which no link should hold.
    const bool plain = text.find_first_not_of("0123456789.+-eE") == std::string::npos;
    if (plain && !text.empty() && *end == '\0') return number;
  }
  if (key.type == Type::Bool && (text == "1" || text == "0")) return text == "1";
  if (key.type == Type::List) return split(text, ',');
  return text;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~' || c == ',';
    char buffer[4];
    std::snprintf(buffer, sizeof buffer, plain ? "%c" : "%%%02X", c);
    out += buffer;
  }
  return out;
}

std::string number_text(double value) {
  char buffer[32];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
    if (std::strtod(buffer, nullptr) == value) break;
  }
  return buffer;
}

}  // namespace app
