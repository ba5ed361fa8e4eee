#include "web/app/python.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

namespace app {
namespace {

constexpr size_t kWidth = 110, kReadable = 20000;

std::string to_base64(const std::vector<uint8_t>& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? bytes[i + k] : 0);
    for (size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

// By what all numbers have to be multiplied to be whole; 0: by none of 1, 256, 1024.
int scale_of(const nn::Tensor& tensor) {
  for (const int scale : {1, 256, 1024})
    if (std::all_of(tensor.begin(), tensor.end(), [&](float value) {
          const double whole = double(value) * scale;
          return whole == std::floor(whole) && std::fabs(whole) <= 1 << 20;
        }))
      return scale;
  return 0;
}

// The numbers as nested lists, columns of whole numbers aligned, long rows wrapped.
std::string nested(const nn::Tensor& tensor, int scale) {
  std::vector<std::string> texts;
  size_t width = 0;
  for (float value : tensor) {
    texts.push_back(scale ? std::to_string(int64_t(double(value) * scale)) : shortest(value));
    width = std::max(width, texts.back().size());
  }
  const nn::Shape& shape = tensor.shape();
  const int rank = shape.rank();
  size_t next = 0;
  const std::function<std::string(int)> list = [&](int axis) {
    std::string text = "[";
    const std::string indent = std::string(size_t(5 + axis), ' ');
    size_t column = indent.size();
    for (int i = 0; i < shape[axis]; ++i) {
      std::string item = axis + 1 < rank ? list(axis + 1) : texts[next++];
      if (axis + 1 < rank) {
        text += i ? ",\n" + indent + item : item;
        continue;
      }
      if (scale && shape[axis] > 1) item.insert(0, width - item.size(), ' ');
      const bool wraps = column + item.size() + 2 > kWidth;
      if (i) text += wraps ? ",\n" + indent : ", ";
      column = (wraps ? indent.size() : column) + item.size() + 2;
      text += item;
    }
    return text + "]";
  };
  return list(0);
}

struct Packed {
  std::string digits;
  const char *torch, *numpy;  // the type of a number
};

template <class Integer>
Packed packed(const nn::Tensor& tensor, int scale, const char* torch, const char* numpy) {
  std::vector<uint8_t> bytes;
  for (float value : tensor) {
    const auto whole = Integer(double(value) * scale);
    for (size_t byte = 0; byte < sizeof whole; ++byte)
      bytes.push_back(uint8_t(uint64_t(whole) >> (8 * byte)));
  }
  return {to_base64(bytes), torch, numpy};
}

Packed packed(const nn::Tensor& tensor, int scale) {
  float most = 0;
  for (float value : tensor) most = std::max(most, std::fabs(value) * float(scale));
  if (scale && most <= 127) return packed<int8_t>(tensor, scale, "torch.int8", "np.int8");
  if (scale && most <= 32767) return packed<int16_t>(tensor, scale, "torch.int16", "\"<i2\"");
  std::vector<uint8_t> bytes;
  for (float value : tensor) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    for (int byte = 0; byte < 4; ++byte) bytes.push_back(uint8_t(bits >> (8 * byte)));
  }
  return {to_base64(bytes), "torch.float32", "\"<f4\""};
}

// What NumPy lacks; each is there when it is called. The first line of a body says what it does.
struct Function {
  const char *name, *parameters, *key, *body;
};
constexpr Function kFunctions[] = {
    {"conv2d", "x, w, b, stride=1, padding=0", "script.def.conv2d",
     R"(    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    k = w.shape[-1]
    rows, cols = [(side - k) // stride + 1 for side in x.shape[1:]]
    y = np.empty((len(w), rows, cols), dtype=np.float32)
    for o, i, j in np.ndindex(y.shape):
        window = x[:, i * stride : i * stride + k, j * stride : j * stride + k]
        y[o, i, j] = (window * w[o]).sum() + b[o]
    return y
)"},
    {"max_pool2d", "x, k, stride", "script.def.max_pool2d",
     R"(    height, width = x.shape[1:]
    y = np.empty((len(x), (height - k) // stride + 1, (width - k) // stride + 1), dtype=np.float32)
    argmax = np.empty(y.shape, dtype=np.int64)
    for c, i, j in np.ndindex(y.shape):
        window = x[c, i * stride : i * stride + k, j * stride : j * stride + k]
        row, col = np.unravel_index(window.argmax(), window.shape)
        y[c, i, j] = window[row, col]
        argmax[c, i, j] = (c * height + i * stride + row) * width + j * stride + col
    return y, argmax
)"},
    {"avg_pool2d", "x, k, stride", "script.def.avg_pool2d",
     R"(    height, width = x.shape[1:]
    y = np.empty((len(x), (height - k) // stride + 1, (width - k) // stride + 1), dtype=np.float32)
    for c, i, j in np.ndindex(y.shape):
        y[c, i, j] = x[c, i * stride : i * stride + k, j * stride : j * stride + k].mean()
    return y
)"},
    {"shift", "x, down, right", "script.def.shift",
     R"(    m, (height, width) = max(abs(down), abs(right)), x.shape[1:]
    framed = np.pad(x, ((0, 0), (m, m), (m, m)))
    return framed[:, m - down : m - down + height, m - right : m - right + width]
)"},
};

// Words as comment lines: no control character ends one, and none is longer than the others.
std::string comment(std::string_view words, const std::string& indent) {
  std::string text, row;
  size_t columns = 0;
  const auto end_row = [&] {
    while (!row.empty() && row.back() == ' ') row.pop_back();
    text += indent + "# " + row + "\n";
    row.clear();
    columns = 0;
  };
  for (size_t at = 0; at < words.size();) {
    size_t end = at;
    while (end < words.size() && uint8_t(words[end]) > ' ') ++end;
    end = std::min(end + 1, words.size());
    std::string word(words.substr(at, end - at));
    at = end;
    // A character counts one column, those of three bytes (Hangul) two.
    size_t wide = 0;
    for (char& c : word) {
      if (uint8_t(c) < ' ' || c == 0x7f) c = ' ';
      if ((c & 0xC0) != 0x80) wide += uint8_t(c) >= 0xE0 ? 2 : 1;
    }
    if (columns > 0 && columns + wide > kWidth - indent.size()) end_row();
    if (row.empty() && word == " ") continue;
    row += word;
    columns += wide;
  }
  if (!row.empty()) end_row();
  return text;
}

}  // namespace

std::string shortest(float value) {
  char text[32];
  for (int digits = 1; digits <= 9; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, double(value));
    if (float(std::strtod(text, nullptr)) == value) break;
  }
  std::string number = text;
  if (number.find_first_of(".e") == number.npos) number += ".0";
  return number;
}

std::string quoted(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    char escape[8];
    if (c == '"' || c == '\\') {
      literal += '\\';
      literal += c;
    } else if (uint8_t(c) < ' ' || c == 0x7f) {
      std::snprintf(escape, sizeof escape, "\\x%02x", unsigned(uint8_t(c)));
      literal += escape;
    } else {
      literal += c;
    }
  }
  return literal + "\"";
}

std::string shape_tuple(const nn::Shape& shape) {
  std::string text = "(";
  for (int axis = 0; axis < shape.rank(); ++axis) text += (axis ? ", " : "") + std::to_string(shape[axis]);
  return text + (shape.rank() == 1 ? ",)" : ")");
}

std::string csv(const nn::Tensor& tensor) {
  const nn::Shape& shape = tensor.shape();
  const size_t cols = size_t(shape[shape.rank() - 1]);
  const size_t rows = shape.rank() > 1 ? size_t(shape[shape.rank() - 2]) : 1;
  std::string text;
  for (size_t i = 0; i < tensor.size(); ++i) {
    if (i > 0 && i % (rows * cols) == 0) text += "\n";
    const float value = tensor[i];
    const bool whole = value == std::floor(value) && std::fabs(value) < 1e9f;
    text += whole ? std::to_string(int64_t(value)) : shortest(value);
    text += (i + 1) % cols ? "," : "\n";
  }
  return text;
}

void Script::words(std::string_view text) { (headed_ ? body_ : head_) += comment(text, ""); }

void Script::say(std::string_view key, const strings::Arguments& arguments) {
  words(strings_.format(key, arguments));
}

void Script::gap() {
  headed_ = true;
  body_ += "\n";
}

void Script::line(const std::string& in_torch, const std::string& in_numpy) {
  body_ += (torch() ? in_torch : in_numpy) + "\n";
}

void Script::print(std::string_view key, const strings::Arguments& arguments) {
  line("print(" + quoted(strings_.format(key, arguments)) + ")");
}

void Script::numbers(const std::string& name, const nn::Tensor& tensor) {
  const int scale = scale_of(tensor);
  const std::string over = scale > 1 ? " / " + std::to_string(scale) : "";
  std::string list = nested(tensor, scale);
  if (list.size() <= kReadable) {
    if (list.find('\n') != list.npos) list = "\n    " + list;
    const std::string plain = scale == 1 ? ", dtype=torch.float32)" : ")";
    line(name + " = torch.tensor(" + list + plain + over,
         name + " = np.array(" + list + ", dtype=np.float32)" + over);
    return;
  }
  const Packed bytes = packed(tensor, scale);
  say(over.empty() ? "script.base64" : "script.base64.scaled", {{"scale", std::to_string(scale)}});
  std::string digits;
  for (size_t at = 0; at < bytes.digits.size(); at += kWidth)
    digits += bytes.digits.substr(at, kWidth) + "\n";
  line(name + "_bytes = base64.b64decode(\"\"\"\n" + digits + "\"\"\")");
  const std::string shape = ".reshape" + shape_tuple(tensor.shape());
  line(name + " = torch.frombuffer(bytearray(" + name + "_bytes), dtype=" + bytes.torch + ")" + shape + over,
       name + " = np.frombuffer(" + name + "_bytes, dtype=" + bytes.numpy + ")" + shape +
           ".astype(np.float32)" + over);
}

void Script::indices(const std::string& name, const nn::Tensor& tensor) {
  std::string list = nested(tensor, 1);
  if (list.find('\n') != list.npos) list = "\n    " + list;
  line(name + " = torch.tensor(" + list + ")", name + " = np.array(" + list + ")");
}

void Script::agree(const std::string& a, const std::string& b, double atol) {
  std::string how = ", rtol=0, atol=0)";
  if (atol > 0) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", atol);
    how = ", rtol=1e-5, atol=" + std::string(text) + ")";
  }
  const std::string arguments = "(" + a + ", " + b + how;
  line("torch.testing.assert_close" + arguments, "np.testing.assert_allclose" + arguments);
}

void Script::check(const std::string& name, const nn::Tensor& page, double atol) {
  numbers(name + "_page", page);
  agree(name, name + "_page", atol);
}

void Script::check_indices(const std::string& name, const nn::Tensor& page) {
  indices(name + "_page", page);
  agree(name, name + "_page", 0);
}

std::string Script::text() const {
  const auto uses = [&](const std::string& what) { return body_.find(what) != body_.npos; };
  std::string text = head_ + "\n";
  if (uses("base64.")) text += "import base64\n\n";
  text += torch() ? "import torch\n" : "import numpy as np\n";
  if (torch() && uses(" nn.")) text += "import torch.nn as nn\n";
  if (torch() && uses("F.")) text += "import torch.nn.functional as F\n";
  for (const Function& function : kFunctions)
    if (!torch() && uses(std::string(function.name) + "("))
      text += "\n\ndef " + std::string(function.name) + "(" + function.parameters + "):\n" +
              comment(strings_.text(function.key), "    ") + function.body;
  return text + body_;
}

}  // namespace app
