// A figure of the scene for the text mirror; mirror.h says what is in it.
#pragma once

#include <string>

#include "web/app/app_state.h"
#include "web/app/json.h"

namespace app {

// null for what says nothing without the picture: the signs between figures.
Json mirror_figure(const AppState& state, const strings::Strings& strings, const lessons::Figure& figure);

// Whether a learner may use the control of this name, as far as the teacher is concerned.
bool may_use(const AppState& state, const std::string& control);

}  // namespace app
