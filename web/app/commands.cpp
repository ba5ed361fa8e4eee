#include "web/app/commands.h"

namespace app {

std::optional<Action> command(const App& app, std::string_view key) {
  // As many steps as nobody waits for; a press on pause ends them sooner.
  constexpr int kManySteps = 2000;
  if (key == "go_on") return GoOn{};
  if (key == "train_step") return Train{1};
  if (key == "train_reset") return ResetTraining{};
  if (key != "train") return std::nullopt;
  if (app.training().wanted()) return PauseTraining{};
  return Train{kManySteps};
}

}  // namespace app
