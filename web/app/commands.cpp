#include "web/app/commands.h"

#include "web/lessons/learned.h"
#include "web/lessons/pen.h"

namespace app {

std::optional<Action> command(const App& app, std::string_view key) {
  // As many steps as nobody waits for; a press on pause ends them sooner.
  constexpr int kManySteps = 2000;
  if (key == "go_on") return GoOn{};
  if (key == "train_step") return Train{1};
  if (key == "train_reset") return ResetTraining{};
  if (key == "draw_clear" || key == "draw_fit") {
    const nn::Tensor& input = *app.tensor("input");
    return SetTensor{"input", key == "draw_clear" ? nn::Tensor(input.shape()) : lessons::fitted(input)};
  }
  if (key == "experiment_reset") return ResetExperiment{};
  if (key == "experiment_run") {
    if (app.experiments().wanted()) return PauseExperiment{};
    return RunExperiment{app.experiments().steps()};
  }
  if (key != "train") return std::nullopt;
  const auto& learned = app.state().lesson.learned;  // what the button says depends on the same
  if (learned && learned->asked_for > learned->steps) return PauseTraining{};
  return Train{kManySteps};
}

}  // namespace app
