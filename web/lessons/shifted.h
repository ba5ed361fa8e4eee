// A picture moved within its frame.
#pragma once

#include "engine/tensor.h"

namespace lessons {

// `in` [C, H, W] moved by so many pixels (negative: up, left); what leaves is lost, what enters is 0.
nn::Tensor shifted(const nn::Tensor& in, int down, int right);

}  // namespace lessons
