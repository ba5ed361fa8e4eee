// The state of the whole page, and the actions that change it. Only update() does: the API, the URL,
// the keyboard, the mouse, the text mirror and JSON-RPC all send the same actions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "web/lessons/lesson.h"

namespace app {

// How far a lesson has been walked.
enum class Progress { Begun, Finished };

struct AppState {
  lessons::LessonState lesson;
  bool playing = false;
  double speed = 4;      // steps per second
  bool lecture = false;  // the space bar alone goes through everything
  int play_until = -1;   // the step at which the lecture's run ends; −1: play at `speed` to the end
  std::string lang = "en";
  std::string theme = "auto";
  std::vector<std::string> hide, lock;       // control names a teacher has removed or fixed
  std::vector<lessons::Error> warnings;      // what of the last URL was refused
  std::map<std::string, Progress> progress;  // by lesson; kept as long as the page is open
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
// The answer to the open question, and the open question over without one.
struct GiveAnswer {
  double given = 0;
};
struct Reveal {};
// The lecture goes on: the open question is over; else what runs is at its end; else the next stop of the
// lesson, a single step or a run; else the next lesson.
struct GoOn {};
// So many steps more for the nets of the lesson `network`.
struct Train {
  int steps = 1;
};
struct PauseTraining {};
struct ResetTraining {};  // back to the very same start
// The chosen experiment of the lesson `network`, from its start or from where it was paused; `steps` of each
// training (kMostExperimentSteps at most), 0: as many as its question needs.
struct RunExperiment {
  int steps = 0;
};
struct PauseExperiment {};
struct ResetExperiment {};
using Action =
    std::variant<SetState, StepBy, Play, Pause, Reset, SetTensor, ApplyHash, GiveAnswer, Reveal, GoOn, Train,
                 PauseTraining, ResetTraining, RunExperiment, PauseExperiment, ResetExperiment>;

// The lesson before (−1) or after (1) the present one in the path, or nullptr.
const lessons::Lesson* neighbour(const AppState& state, int direction);
// Whether nets can be trained in the present lesson.
bool trains(const AppState& state);
// Whether they are what the lesson shows now.
bool shows_training(const AppState& state);
bool shows_experiments(const AppState& state);
// Steps per second of what is playing.
double play_speed(const AppState& state);

AppState initial_state(const lessons::Assets& assets, const Defaults& defaults);

// Applies one action, or returns what is wrong with it and leaves `state` exactly as it was.
std::optional<lessons::Error> update(AppState& state, const Action& action, const Defaults& defaults);

}  // namespace app
