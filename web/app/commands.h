// What a control that sets nothing has the page do: the canvas and the text mirror ask here, so that the same
// button does the same in both.
#pragma once

#include <optional>
#include <string_view>

#include "web/app/app.h"

namespace app {

// The action of the Command control `key`, or of "go_on", the lecture's button; nothing for another key.
std::optional<Action> command(const App& app, std::string_view key);

}  // namespace app
