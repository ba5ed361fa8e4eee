// A Python script under construction, for PyTorch or for NumPy: comments in the page's language, numbers as a
// reader would write them, statements, assertions. Nothing that is put in can leave the place it is put in.
#pragma once

#include <string>
#include <string_view>

#include "engine/tensor.h"
#include "web/strings/strings.h"

namespace app {

enum class Framework { PyTorch, NumPy };

class Script {
 public:
  Script(Framework framework, const strings::Strings& strings) : framework_(framework), strings_(strings) {}

  bool torch() const { return framework_ == Framework::PyTorch; }
  // Comment lines: words, or the text of a key.
  void words(std::string_view text);
  void say(std::string_view key, const strings::Arguments& arguments = {});
  void gap();
  void line(const std::string& both) { line(both, both); }
  void line(const std::string& in_torch, const std::string& in_numpy);
  void print(std::string_view key, const strings::Arguments& arguments = {});

  // `name = …`, float32. Multiples of 1/256 or 1/1024 are whole numbers over that, others the shortest
  // decimals that give the same bits; what would be longer than about 20 kB is base64.
  void numbers(const std::string& name, const nn::Tensor& tensor);
  // The same of whole numbers, as integers.
  void indices(const std::string& name, const nn::Tensor& tensor);
  // Asserts |a − b| ≤ atol + 1e-5·|b|; at 0 they must be the same.
  void agree(const std::string& a, const std::string& b, double atol);
  // `name_page = …`, the page's numbers, and that `name` agrees with them.
  void check(const std::string& name, const nn::Tensor& page, double atol);
  void check_indices(const std::string& name, const nn::Tensor& page);

  // All of it: what it needs, the functions that NumPy lacks and the statements use, the statements.
  std::string text() const;

 private:
  Framework framework_;
  const strings::Strings& strings_;
  std::string head_, body_;
  bool headed_ = false;
};

// A float as the shortest decimal number that Python reads as the same float.
std::string shortest(float value);
// A Python string literal.
std::string quoted(std::string_view text);
// "(1, 28, 28)"
std::string shape_tuple(const nn::Shape& shape);
// The tensor as comma-separated values: a line for each row of the last axis, an empty line between planes.
std::string csv(const nn::Tensor& tensor);

}  // namespace app
