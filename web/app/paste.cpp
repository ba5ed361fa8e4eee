#include "web/app/paste.h"

#include <algorithm>
#include <cmath>

#include "web/lessons/matrix_text.h"
#include "web/lessons/tensor_text.h"

namespace app {
namespace {

using lessons::Error;
using lessons::Key;

// The sizes that are not 1: a matrix [5, 5] is a kernel [1, 1, 5, 5], too.
std::vector<int> squeezed(const nn::Shape& shape) {
  std::vector<int> sizes;
  for (const int size : shape)
    if (size != 1) sizes.push_back(size);
  return sizes;
}

nn::Tensor shaped(const nn::Tensor& values, const nn::Shape& shape) {
  nn::Tensor tensor(shape);
  std::copy(values.begin(), values.end(), tensor.begin());
  return tensor;
}

const Key* find(const std::vector<Key>& keys, const std::string& name) {
  for (const Key& key : keys)
    if (key.name == name) return &key;
  return nullptr;
}

// Whole numbers of which some are larger than 1 are bytes.
bool is_bytes(const nn::Tensor& values) {
  float most = 0;
  for (const float value : values) {
    if (value < 0 || value > 255 || value != std::floor(value)) return false;
    most = std::max(most, value);
  }
  return most > 1;
}

}  // namespace

std::optional<Error> read_pasted(Pasted& pasted, const AppState& state, std::string_view text) {
  nn::Tensor matrix;
  if (auto error = lessons::read_matrix(matrix, text)) return error;
  const lessons::LessonState& lesson = state.lesson;
  const std::vector<Key> keys = lessons::keys_of(lesson);
  const std::vector<int> sizes = squeezed(matrix.shape());
  const std::string size = matrix.shape().str();
  const auto replaces = [&](const char* name, const nn::Tensor& value, const char* said) {
    pasted = {{{{name, lessons::tensor_to_text(value)}}}, {Error::Kind::Range, said, {{"size", size}}}};
  };
  std::string allowed;
  if (find(keys, "input")) {
    const nn::Shape& shape = lesson.tensors.at("input").shape();
    allowed = "input " + shape.str();
    if (squeezed(shape) == sizes) {
      nn::Tensor input = shaped(matrix, shape);
      const bool bytes = is_bytes(input);
      if (bytes)
        for (float& value : input) value /= 256;
      replaces("input", input, bytes ? "paste.input.bytes" : "paste.input");
      return std::nullopt;
    }
  }
  if (find(keys, "weight")) {
    const nn::Shape& shape = lesson.tensors.at("weight").shape();
    allowed += (allowed.empty() ? "" : ", ") + std::string("weight ") + shape.str();
    const Key* side = find(keys, "kernel_size");
    const bool square = matrix.shape().rank() == 2 && matrix.shape()[0] == matrix.shape()[1];
    if (squeezed(shape) == sizes) {
      replaces("weight", shaped(matrix, shape), "paste.weight");
      return std::nullopt;
    }
    const bool one = shape.rank() == 4 && shape[0] > 1 && find(keys, "filter_index") &&
                     squeezed(nn::Shape{shape[1], shape[2], shape[3]}) == sizes;
    if (one) {  // of several filters the one that is looked at
      nn::Tensor weight = lesson.tensors.at("weight");
      const size_t each = matrix.size(), at = size_t(lesson.settings.filter_index) * each;
      std::copy(matrix.begin(), matrix.end(), weight.begin() + at);
      replaces("weight", weight, "paste.weight");
      return std::nullopt;
    }
    if (side && square && shape.rank() == 4 && shape[0] == 1 && shape[1] == 1 &&
        matrix.shape()[0] >= side->min && matrix.shape()[0] <= side->max) {
      const int k = matrix.shape()[0];
      replaces("weight", shaped(matrix, nn::Shape{1, 1, k, k}), "paste.weight");
      pasted.action.changes.insert(pasted.action.changes.begin(), {"kernel_size", double(k)});
      return std::nullopt;
    }
  }
  if (allowed.empty()) return Error{Error::Kind::Range, "paste.nothing", {}};
  return Error{Error::Kind::Range, "paste.size", {{"value", size}, {"allowed", allowed}}};
}

}  // namespace app
