// A matrix as people type it or copy it from somewhere: rows on lines of their own, numbers separated by
// spaces, tabs, commas or semicolons; or nested lists, "[[0, 1], [1, 0]]", up to four deep (JSON, and what
// NumPy's tolist() prints). The text may come from anywhere: whatever it holds, it is read or refused with a
// sentence.
#pragma once

#include <optional>
#include <string_view>

#include "web/lessons/lesson.h"

namespace lessons {

constexpr int kMostNumbers = 1 << 16;

// Reads `text` into `matrix`: rows on lines give [rows, columns], lists as many dimensions as they are deep.
// On an error `matrix` stays as it was.
std::optional<Error> read_matrix(nn::Tensor& matrix, std::string_view text);

}  // namespace lessons
