#include "web/lessons/matrix_text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

namespace lessons {
namespace {

constexpr size_t kLongestNumber = 60, kMostBytes = 1 << 21;

Error refused(const char* message, strings::Arguments arguments = {}) {
  return {Error::Kind::Range, message, std::move(arguments)};
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool separates(char c) { return is_space(c) || c == ',' || c == ';'; }

// The text with an ordinary minus for the typographical one, no byte order mark and no space that is none.
std::string plain(std::string_view text) {
  constexpr std::string_view kMinus = "\xE2\x88\x92", kMark = "\xEF\xBB\xBF", kNoBreak = "\xC2\xA0";
  std::string result;
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const auto begins = [&](std::string_view with) { return rest.substr(0, with.size()) == with; };
    if (begins(kMinus)) {
      result += '-';
      i += kMinus.size();
    } else if (begins(kMark)) {
      i += kMark.size();
    } else if (begins(kNoBreak)) {
      result += ' ';
      i += kNoBreak.size();
    } else {
      result += text[i++];
    }
  }
  return result;
}

// A decimal number and nothing else: "-1", ".5", "2e-3".
bool number_from(float& value, std::string_view word) {
  if (word.empty() || word.size() > kLongestNumber) return false;
  const std::string copy(word);
  if (copy.find_first_not_of("0123456789+-.eE") != copy.npos) return false;
  char* end = nullptr;
  value = std::strtof(copy.c_str(), &end);
  return end == copy.c_str() + copy.size();
}

std::optional<Error> not_a_number(std::string_view word, int row) {
  return refused("matrix.word", {{"value", shown(Value(std::string(word)))}, {"row", std::to_string(row)}});
}

std::optional<Error> too_many() {
  return refused("matrix.many", {{"allowed", std::to_string(kMostNumbers)}});
}

std::optional<Error> read_lines(std::vector<float>& values, std::vector<int>& sizes, std::string_view text) {
  int rows = 0, cols = 0;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    int count = 0;
    for (size_t i = 0; i < line.size();) {
      if (separates(line[i])) {
        ++i;
        continue;
      }
      size_t stop = i;
      while (stop < line.size() && !separates(line[stop])) ++stop;
      float value = 0;
      if (!number_from(value, line.substr(i, stop - i))) return not_a_number(line.substr(i, stop - i), rows);
      if (int(values.size()) == kMostNumbers) return too_many();
      values.push_back(value);
      ++count;
      i = stop;
    }
    if (count == 0) continue;  // an empty line
    if (rows > 0 && count != cols)
      return refused("matrix.ragged", {{"row", std::to_string(rows)},
                                       {"value", std::to_string(count)},
                                       {"allowed", std::to_string(cols)}});
    cols = count;
    ++rows;
  }
  sizes = {rows, cols};
  return std::nullopt;
}

// Lists in lists. `sizes` gets how many there are at each depth; all lists of a depth must be as long.
class Lists {
 public:
  Lists(std::vector<float>& values, std::vector<int>& sizes, std::string_view text)
      : values_(values), sizes_(sizes), text_(text) {}

  std::optional<Error> read() {
    if (auto error = list(0)) return error;
    skip();
    return at_ == text_.size() ? std::nullopt : unreadable();
  }

 private:
  void skip() {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == '\n')) ++at_;
  }
  std::optional<Error> unreadable() { return refused("matrix.lists", {{"value", std::to_string(at_)}}); }

  std::optional<Error> list(int depth) {
    if (depth == nn::Shape::kMaxRank) return refused("matrix.deep", {{"allowed", std::to_string(depth)}});
    ++at_;  // its bracket
    int count = 0;
    for (;; ++count) {
      skip();
      if (at_ == text_.size()) return unreadable();
      if (count == 0 && text_[at_] == ']') break;
      const bool inner = text_[at_] == '[';
      if (inner ? leaf_depth_ == depth : leaf_depth_ >= 0 && leaf_depth_ != depth) return unreadable();
      if (auto error = inner ? list(depth + 1) : number(depth)) return error;
      skip();
      if (at_ == text_.size() || (text_[at_] != ',' && text_[at_] != ']')) return unreadable();
      if (text_[at_] == ']') {
        ++count;
        break;
      }
      ++at_;
    }
    ++at_;
    if (int(sizes_.size()) <= depth) sizes_.resize(size_t(depth) + 1, -1);
    int& size = sizes_[size_t(depth)];
    if (size >= 0 && size != count)
      return refused("matrix.uneven", {{"value", std::to_string(count)}, {"allowed", std::to_string(size)}});
    size = count;
    return std::nullopt;
  }

  std::optional<Error> number(int depth) {
    size_t stop = at_;
    while (stop < text_.size() && !separates(text_[stop]) && text_[stop] != ']' && text_[stop] != '[' &&
           text_[stop] != '\n')
      ++stop;
    float value = 0;
    if (!number_from(value, text_.substr(at_, stop - at_))) {
      if (stop == at_) return unreadable();
      return refused("matrix.item", {{"value", shown(Value(std::string(text_.substr(at_, stop - at_))))}});
    }
    if (int(values_.size()) == kMostNumbers) return too_many();
    values_.push_back(value);
    leaf_depth_ = depth;
    at_ = stop;
    return std::nullopt;
  }

  std::vector<float>& values_;
  std::vector<int>& sizes_;
  std::string_view text_;
  size_t at_ = 0;
  int leaf_depth_ = -1;  // where the numbers are; −1: none was met yet
};

}  // namespace

std::optional<Error> read_matrix(nn::Tensor& matrix, std::string_view text) {
  if (text.size() > kMostBytes) return too_many();
  const std::string words = plain(text);
  const size_t first = words.find_first_not_of(" \t\r\n");
  std::vector<float> values;
  std::vector<int> sizes;
  if (first != words.npos) {
    const std::string_view rest = std::string_view(words).substr(first);
    if (auto error = rest[0] == '[' ? Lists(values, sizes, rest).read() : read_lines(values, sizes, rest))
      return error;
  }
  if (values.empty()) return refused("matrix.empty");
  for (const float value : values)
    if (!std::isfinite(value)) return refused("matrix.not_finite");
  nn::Tensor read(nn::Shape(sizes.data(), int(sizes.size())));
  std::copy(values.begin(), values.end(), read.begin());
  matrix = std::move(read);
  return std::nullopt;
}

}  // namespace lessons
