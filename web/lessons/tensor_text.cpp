#include "web/lessons/tensor_text.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace lessons {
namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kMostValues = 1 << 16;

std::string to_base64url(const std::vector<uint8_t>& bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t n = bytes.size() - i < 3 ? bytes.size() - i : 3;
    uint32_t group = bytes[i] << 16;
    if (n > 1) group |= bytes[i + 1] << 8;
    if (n > 2) group |= bytes[i + 2];
    for (size_t k = 0; k <= n; ++k) text += kDigits[group >> (18 - 6 * k) & 63];
  }
  return text;
}

std::optional<std::vector<uint8_t>> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::vector<uint8_t> bytes;
  uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    const char* digit = c ? std::strchr(kDigits, c) : nullptr;
    if (!digit) return std::nullopt;
    group = group << 6 | uint32_t(digit - kDigits);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(uint8_t(group >> bits));
    }
  }
  return bytes;
}

// Reads "1x28x28"; nothing when it is no shape of one to four positive sizes.
std::optional<nn::Shape> parse_shape(std::string_view text) {
  std::vector<int> sizes;
  int size = 0, digits = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] >= '0' && text[i] <= '9' && ++digits <= 5) {
      size = size * 10 + (text[i] - '0');
    } else if ((i == text.size() || text[i] == 'x') && size > 0) {
      sizes.push_back(size);
      size = digits = 0;
    } else {
      return std::nullopt;
    }
  }
  switch (sizes.size()) {
    case 1:
      return nn::Shape{sizes[0]};
    case 2:
      return nn::Shape{sizes[0], sizes[1]};
    case 3:
      return nn::Shape{sizes[0], sizes[1], sizes[2]};
    case 4:
      return nn::Shape{sizes[0], sizes[1], sizes[2], sizes[3]};
  }
  return std::nullopt;
}

}  // namespace

std::string tensor_to_text(const nn::Tensor& tensor) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < tensor.size(); ++i) {
    const float scaled = tensor[i] * 256;
    // A negative zero would come back as a positive one.
    if (scaled != std::floor(scaled) || scaled > 255 || std::signbit(scaled)) break;
    bytes.push_back(uint8_t(scaled));
  }
  const bool exact = bytes.size() == tensor.size();
  if (!exact) {
    bytes.resize(tensor.size() * 4);
    for (size_t i = 0; i < tensor.size(); ++i) {
      uint32_t bits;
      std::memcpy(&bits, tensor.data() + i, 4);
      for (int k = 0; k < 4; ++k) bytes[4 * i + k] = uint8_t(bits >> 8 * k);
    }
  }
  return tensor.shape().str() + (exact ? ".u8." : ".f32.") + to_base64url(bytes);
}

std::optional<nn::Tensor> tensor_from_text(std::string_view text) {
  const size_t first = text.find('.');
  const size_t second = first == text.npos ? first : text.find('.', first + 1);
  if (second == text.npos) return std::nullopt;
  const auto shape = parse_shape(text.substr(0, first));
  const std::string_view kind = text.substr(first + 1, second - first - 1);
  if (!shape || (kind != "u8" && kind != "f32")) return std::nullopt;
  double numel = 1;
  for (int i = 0; i < shape->rank(); ++i) numel *= (*shape)[i];
  const size_t width = kind == "u8" ? 1 : 4;
  if (numel > kMostValues || text.size() - second > kMostValues * 6) return std::nullopt;
  const auto bytes = from_base64url(text.substr(second + 1));
  if (!bytes || bytes->size() != size_t(numel) * width) return std::nullopt;
  nn::Tensor tensor(*shape);
  for (size_t i = 0; i < tensor.size(); ++i) {
    if (width == 1) {
      tensor[i] = (*bytes)[i] / 256.0f;
      continue;
    }
    uint32_t bits = 0;
    for (int k = 0; k < 4; ++k) bits |= uint32_t((*bytes)[4 * i + k]) << 8 * k;
    std::memcpy(tensor.data() + i, &bits, 4);
    if (!std::isfinite(tensor[i])) return std::nullopt;
  }
  return tensor;
}

}  // namespace lessons
