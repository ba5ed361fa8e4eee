#include "web/app/app.h"

#include "web/app/json.h"
#include "web/app/schema.h"

namespace app {

App::App(lessons::Assets assets, Defaults defaults)
    : assets_(std::move(assets)), defaults_(std::move(defaults)), state_(initial_state(assets_, defaults_)) {}

const strings::Strings& App::strings() const { return *strings::find_language(state_.lang); }

void App::note_change(int step_before) {
  ++revision_;
  changed_ = true;
  if (state_.lesson.settings.step != step_before) events_.push_back(step_event(state_.lesson));
}

std::string App::say(const lessons::Error& error) const {
  return strings().format(error.message, error.arguments);
}

std::optional<lessons::Error> App::dispatch(const Action& action) {
  const int step_before = state_.lesson.settings.step;
  if (auto error = update(state_, action, defaults_)) return error;
  if (!state_.playing) phase_ = 0;
  note_change(step_before);
  return std::nullopt;
}

bool App::advance(double seconds) {
  if (!state_.playing) return false;
  phase_ += seconds * state_.speed;
  const int steps = int(phase_);
  if (steps > 0) {
    phase_ -= steps;
    dispatch(StepBy{steps});
    if (state_.lesson.settings.step == state_.lesson.steps - 1) dispatch(Pause{});
  }
  return state_.playing;
}

const lessons::Scene& App::scene(int followed) {
  if (scene_revision_ != revision_ || scene_followed_ != followed) {
    scene_ = state_.lesson.lesson->scene(state_.lesson, strings(), followed);
    scene_revision_ = revision_;
    scene_followed_ = followed;
  }
  return scene_;
}

std::string App::narration() const { return state_.lesson.lesson->narration(state_.lesson, strings()); }

std::vector<std::string> App::warnings() const {
  std::vector<std::string> sentences;
  for (const auto& warning : state_.warnings) sentences.push_back(say(warning));
  return sentences;
}

const nn::Tensor* App::tensor(const std::string& name) const {
  const auto found = state_.lesson.tensors.find(name);
  return found == state_.lesson.tensors.end() ? nullptr : &found->second;
}

std::string App::hash() const { return to_hash(state_, defaults_); }

std::string App::take_events() {
  std::string json = "[";
  for (const std::string& event : events_) json += (json.size() > 1 ? "," : "") + event;
  if (changed_)
    json += std::string(json.size() > 1 ? "," : "") + R"({"event":"change","detail":)" +
            to_text(state_to_json(*this)) + "}";
  events_.clear();
  changed_ = false;
  return json + "]";
}

}  // namespace app
