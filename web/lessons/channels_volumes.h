// The lesson `channels` in perspective: the photograph, the filter that reads all of its depth, and the maps.
#pragma once

#include "web/lessons/lesson.h"

namespace lessons {

bool shows_volumes(const LessonState& state);
// `all`: the figures of the convolution pane (sliding.h); `note`: what stands beside the filter.
void add_channel_volumes(Pane& pane, const LessonState& state, const strings::Strings& strings,
                         const Pane& all, const Figure& note);

}  // namespace lessons
