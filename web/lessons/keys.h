// What a key of the state allows, and what is said when a value is refused.
#pragma once

#include <string>
#include <vector>

#include "web/lessons/lesson.h"

namespace lessons {

// "a, b, c"
std::string joined(const std::vector<std::string>& list);
// The key of this name, or nullptr.
const Key* find_key(const std::vector<Key>& keys, const std::string& name);

}  // namespace lessons
