// Which member of Settings holds the value of a key: one line a key in fields.cpp.
#pragma once

#include <string>
#include <vector>

#include "web/lessons/lesson.h"

namespace lessons {

// The order in which the keys of one call take effect: what decides shapes first, the user's own
// numbers after the presets they replace. The step follows when the number of steps is known.
std::vector<std::string> order_of_keys();
// Sets the member of a plain key to a value of its type; false: `key` is none of the plain ones.
bool set_plain(Settings& settings, const std::string& key, const Value& value);
// Where the user's own numbers for the tensor `name` are; nullptr: there can be none.
std::optional<nn::Tensor>* own_tensor(Settings& settings, const std::string& name);
// The names of the tensors that can be the user's own.
std::vector<std::string> own_tensor_names();

}  // namespace lessons
