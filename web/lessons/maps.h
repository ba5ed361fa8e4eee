// The planes of Maps, one after the other, in the same memory.
#pragma once

#include "web/lessons/scene.h"

namespace lessons {

// Makes `map` what map_of() returns.
void map_into(Figure& map, const Figure& maps, int plane);

}  // namespace lessons
