// The state of the whole page, and the actions that change it. Only update() does: the API, the URL,
// the keyboard, the mouse, the text mirror and JSON-RPC all send the same actions.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "web/lessons/lesson.h"

namespace app {

struct AppState {
  lessons::LessonState lesson;
  bool playing = false;
  double speed = 4;  // steps per second
  std::string lang = "en";
  std::string theme = "auto";
  std::vector<std::string> hide, lock;   // control names a teacher has removed or fixed
  std::vector<lessons::Error> warnings;  // what of the last URL was refused
};

// What the surroundings say: used where neither the URL nor the user has chosen.
struct Defaults {
  std::string lang = "en";
};

struct SetState {
  std::vector<lessons::Set> changes;
};
struct StepBy {
  int n = 1;
};
struct Play {};
struct Pause {};
struct Reset {};
struct SetTensor {
  std::string name;
  nn::Tensor value;
};
// Replaces the state by the defaults plus what the URL's hash says.
struct ApplyHash {
  std::string hash;
};
using Action = std::variant<SetState, StepBy, Play, Pause, Reset, SetTensor, ApplyHash>;

AppState initial_state(const lessons::Assets& assets, const Defaults& defaults);

// Applies one action, or returns what is wrong with it and leaves `state` exactly as it was.
std::optional<lessons::Error> update(AppState& state, const Action& action, const Defaults& defaults);

}  // namespace app
