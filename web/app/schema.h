// The keys of the state: their order, their types, how they are read and written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "web/app/app_state.h"

namespace app {

// Every key that can be set in the lesson of `state`, in the fixed order of the public state.
std::vector<lessons::Key> settable_keys(const AppState& state, const Defaults& defaults);
// The present value of any of them.
lessons::Value value_of(const AppState& state, const std::string& key);

// Names that `hide` and `lock` may list.
const std::vector<std::string>& control_names();

// Steps per second to choose from.
const std::vector<double>& speeds();

// The URL's hash (without '#') that recreates `state`: the lesson and what differs from its defaults.
std::string to_hash(const AppState& state, const Defaults& defaults);

}  // namespace app
