// The playground without a screen: the state, its methods as a script or a message calls them, and
// the events they cause. Answers never wait for a frame.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/app/app_state.h"
#include "web/app/live_experiments.h"
#include "web/app/live_training.h"

namespace app {

class App {
 public:
  App(lessons::Assets assets, Defaults defaults);
  App(const App&) = delete;  // the state points at the assets
  App& operator=(const App&) = delete;

  const AppState& state() const { return state_; }
  const strings::Strings& strings() const;
  // Counts the changes; what was derived from the state is stale when it has moved on.
  unsigned revision() const { return revision_; }

  // Sends an action. When it is refused, nothing has changed; say() puts the error into words.
  std::optional<lessons::Error> dispatch(const Action& action);
  std::string say(const lessons::Error& error) const;
  // Advances what is playing by `seconds`. Returns whether it goes on playing.
  bool advance(double seconds);
  // Goes on with the training or the experiment that was asked for, for about `budget` multiply-adds. Whether
  // there is more to do.
  bool advance_training(double budget);
  // Whether there would be something to do, were the digits there.
  bool wants_training();
  // How much of the digits' file has come, 0 … 1.
  void note_digits(double share);
  // It could not be loaded.
  void note_digits_failed();
  // Digits to train with, from their file; they may come at any time.
  std::optional<lessons::Error> take_digits(const uint8_t* bytes, size_t size);
  // The weights of a net that is trained, as a safetensors file; and those of a file instead of them. On an
  // error nothing changes.
  std::optional<lessons::Error> save_weights(std::vector<uint8_t>& bytes, const std::string& net) const;
  std::optional<lessons::Error> load_weights(const std::string& net, const uint8_t* bytes, size_t size);
  const LiveTraining& training() const { return training_; }
  const LiveExperiments& experiments() const { return experiments_; }

  // What there is to see now, with pixel `followed` (−1: the lesson's own choice) followed.
  const lessons::Scene& scene(int followed);
  std::string narration() const;
  std::vector<std::string> warnings() const;

  // The tensor of this name, or nullptr.
  const nn::Tensor* tensor(const std::string& name) const;
  // A public method with its parameters as JSON; the answer is {"result": …} or
  // {"error": {"name": "RangeError" | "TypeError", "message": "…"}}.
  std::string call(std::string_view method, std::string_view params);
  // The same answer for a call that could not even be read.
  std::string refusal(const lessons::Error& error) const;
  const Defaults& defaults() const { return defaults_; }
  std::string hash() const;
  // The events since the last call, as a JSON array of {"event": …, "detail": …}.
  std::string take_events();

 private:
  void note_change(int step_before);
  std::optional<lessons::Error> start_training(const Train& train);
  std::optional<lessons::Error> start_experiment(const RunExperiment& run);
  // The actions about what is trained, which change nothing in the state itself; false: another action.
  bool act_on_training(const Action& action, std::optional<lessons::Error>& error);
  void show_training();

  lessons::Assets assets_;
  Defaults defaults_;
  AppState state_;
  unsigned revision_ = 1;
  double phase_ = 0;  // fraction of a step that has been played
  std::vector<std::string> events_;
  bool changed_ = false;
  LiveTraining training_;
  LiveExperiments experiments_;

  lessons::Scene scene_;
  unsigned scene_revision_ = 0;
  int scene_followed_ = -1;
};

}  // namespace app
