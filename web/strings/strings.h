// Every word a user sees, by key, in one language.
//
// A language is one file web/strings/<code>.json: a flat object of key -> text. A text may hold
// {placeholders}; format() fills them in. The two rules that a test keeps: all languages have the
// same keys with the same placeholders, and no key is unused.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strings {

using Arguments = std::vector<std::pair<std::string, std::string>>;

class Strings {
 public:
  // Reads one language. Returns nothing when `json` is not a flat object of texts.
  static std::optional<Strings> parse(std::string_view code, std::string_view json);

  const std::string& code() const { return code_; }
  bool has(std::string_view key) const { return texts_.find(key) != texts_.end(); }

  // The text of `key`; the key itself when it is missing, so that a gap is seen and not hidden.
  std::string_view text(std::string_view key) const;
  // The same with each {name} replaced by its argument; unknown placeholders stay as they are.
  std::string format(std::string_view key, const Arguments& arguments) const;

  const std::map<std::string, std::string, std::less<>>& all() const { return texts_; }

 private:
  std::string code_;
  std::map<std::string, std::string, std::less<>> texts_;
};

// All languages built into the program, in the order of their files' names.
const std::vector<Strings>& languages();
// The language with this code, or nullptr.
const Strings* find_language(std::string_view code);

// `value` rounded to `decimals` places with a true minus sign: "−0.48", "1.72". Never "−0.00".
std::string number(double value, int decimals = 2);
// The same for the inside of a cell: no leading zero, whole numbers bare: "−.50", "1", "0".
std::string cell_number(double value);

}  // namespace strings
