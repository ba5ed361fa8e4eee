// How alike two maps of one shape are. Added up in double.
#pragma once

#include "engine/tensor.h"

namespace lessons {

// Pearson's correlation, −1 … 1; of maps of which one is flat: 1 if they are equal, else 0.
float correlation(const nn::Tensor& a, const nn::Tensor& b);
// Σ (y − bias)²: how strongly a filter answers, whichever sign.
double energy(const nn::Tensor& map, float bias);
// Σ|after − before| / Σ|before|; where `before` is blank: 0 if `after` is, too, else 1.
float relative_change(const nn::Tensor& before, const nn::Tensor& after);

}  // namespace lessons
