// A tensor as text that fits a URL: shape, kind and base64url digits, "1x28x28.u8.AAEC…".
//
// Kind u8: every value is a byte / 256 (pictures; 784 pixels are about 1 KB). Kind f32: little-endian
// IEEE floats, exact for everything else. The encoder takes u8 whenever it is exact.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/tensor.h"

namespace lessons {

std::string tensor_to_text(const nn::Tensor& tensor);
// Nothing when the text is malformed, longer or shorter than its shape, larger than 2^16 values, or
// holds a number that is not finite.
std::optional<nn::Tensor> tensor_from_text(std::string_view text);

}  // namespace lessons
