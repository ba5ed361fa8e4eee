#include "web/app/app.h"

#include <algorithm>
#include <cassert>

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

std::string App::say(const lessons::Error& error) const { return lessons::said(error, strings()); }

std::optional<lessons::Error> App::dispatch(const Action& action) {
  const int step_before = state_.lesson.settings.step;
  const lessons::Lesson* lesson_before = state_.lesson.lesson;
  std::optional<lessons::Error> error;
  if (act_on_training(action, error)) return error;
  if ((error = update(state_, action, defaults_))) return error;
  const bool discards = std::holds_alternative<Reset>(action) || state_.lesson.lesson != lesson_before;
  if (discards) {
    training_.reset();
    experiments_.reset_all();
  }
  const bool other = trains(state_) && training_.choose(state_.lesson.settings);
  experiments_.choose(state_.lesson.settings);
  if (discards || other || !state_.lesson.learned || shows_experiments(state_)) show_training();
  if (std::holds_alternative<GiveAnswer>(action)) events_.push_back(answer_event(state_.lesson));
  if (!state_.playing) phase_ = 0;
  note_change(step_before);
  return std::nullopt;
}

bool App::act_on_training(const Action& action, std::optional<lessons::Error>& error) {
  if (const auto* train = std::get_if<Train>(&action))
    error = start_training(*train);
  else if (const auto* run = std::get_if<RunExperiment>(&action))
    error = start_experiment(*run);
  else if (std::holds_alternative<PauseTraining>(action))
    training_.pause();
  else if (std::holds_alternative<ResetTraining>(action))
    training_.reset();
  else if (std::holds_alternative<PauseExperiment>(action))
    experiments_.pause();
  else if (std::holds_alternative<ResetExperiment>(action))
    experiments_.reset();
  else
    return false;
  if (!error) show_training();
  return true;
}

// One thing at a time: what is tried rests while the nets train, and the other way round.
std::optional<lessons::Error> App::start_experiment(const RunExperiment& run) {
  if (!shows_experiments(state_))
    return lessons::Error{lessons::Error::Kind::Range, "error.experiment.lesson", {}};
  assert(run.steps >= 0 && run.steps <= kMostExperimentSteps);
  training_.pause();
  training_.try_again();
  experiments_.run(run.steps);
  return std::nullopt;
}

std::optional<lessons::Error> App::start_training(const Train& train) {
  if (!trains(state_)) return lessons::Error{lessons::Error::Kind::Range, "error.train.lesson", {}};
  const int64_t most = kMostSteps - training_.goal();
  if (train.steps < 1 || train.steps > most)
    return lessons::Error{lessons::Error::Kind::Range,
                          "error.range",
                          {{"key", "steps"},
                           {"value", std::to_string(train.steps)},
                           {"allowed", "1 … " + std::to_string(most)}}};
  experiments_.pause();
  training_.ask_for(train.steps);
  return std::nullopt;
}

void App::show_training() {
  if (!trains(state_)) return;
  lessons::Learned learned = training_.learned();
  learned.tried = experiments_.tried();
  learned.waits = experiments_.wanted() && !training_.has_digits();
  lessons::update(state_.lesson,
                  lessons::Learn{std::make_shared<const lessons::Learned>(std::move(learned))});
  ++revision_;
}

bool App::wants_training() {
  if (shows_training(state_)) training_.open();
  return training_.wanted() || (experiments_.wanted() && !training_.failed());
}

void App::note_digits(double share) {
  training_.note_arrived(float(share));
  show_training();
}

void App::note_digits_failed() {
  training_.note_failed();
  experiments_.pause();
  show_training();
}

bool App::advance_training(double budget) {
  const auto seen = [&] {
    const training::Training* nets = training_.nets();
    return nets ? std::pair(nets->steps(), nets->metrics().steps) : std::pair<int64_t, int64_t>(-1, -1);
  };
  if (experiments_.wanted() && !training_.wanted()) {
    const unsigned seen_before = experiments_.seen();
    const bool more = experiments_.advance(training_.digits(), budget);
    if (experiments_.seen() != seen_before || !more) show_training();
    return more;
  }
  const auto before = seen();
  const bool more = training_.advance(budget);
  // What is learned is seen as it is learned.
  if (seen() != before || !more) show_training();
  return more || experiments_.wanted();
}

namespace {

std::optional<lessons::Error> wrong(const training::Error& error) {
  if (!error) return std::nullopt;
  return lessons::Error{lessons::Error::Kind::Range, error.message, error.arguments};
}

std::optional<training::Net> net_named(const std::string& name) {
  if (name == "cnn") return training::Net::Cnn;
  if (name == "fc") return training::Net::Fc;
  return std::nullopt;
}

lessons::Error no_such_net(const std::string& name) {
  return {lessons::Error::Kind::Range,
          "error.choice",
          {{"key", "net"}, {"value", lessons::shown(name)}, {"allowed", "cnn, fc"}}};
}

}  // namespace

std::optional<lessons::Error> App::take_digits(const uint8_t* bytes, size_t size) {
  return wrong(training_.take_digits(bytes, size));
}

std::optional<lessons::Error> App::save_weights(std::vector<uint8_t>& bytes, const std::string& net) const {
  const auto which = net_named(net);
  if (!which) return no_such_net(net);
  return wrong(training_.save(bytes, *which));
}

std::optional<lessons::Error> App::load_weights(const std::string& net, const uint8_t* bytes, size_t size) {
  const auto which = net_named(net);
  if (!which) return no_such_net(net);
  if (auto error = wrong(training_.load(*which, bytes, size))) return error;
  show_training();
  return std::nullopt;
}

bool App::advance(double seconds) {
  if (!state_.playing) return false;
  phase_ += seconds * play_speed(state_);
  const lessons::LessonState& lesson = state_.lesson;
  const int last = lesson.steps - 1, end = state_.play_until >= 0 ? std::min(state_.play_until, last) : last;
  // A question must be met, not passed over, unless a lecture runs on.
  const bool asks = lesson.settings.predict && state_.play_until < 0;
  const int steps = asks ? std::min(int(phase_), 1) : int(phase_);
  if (steps > 0) {
    phase_ -= steps;
    dispatch(StepBy{std::clamp(end - lesson.settings.step, 0, steps)});
    if (lesson.settings.step >= end || (asks && lesson.question)) dispatch(Pause{});
  }
  return state_.playing;
}

const lessons::Scene& App::scene(int followed) {
  if (scene_revision_ != revision_ || scene_followed_ != followed) {
    scene_ = lessons::scene_of(state_.lesson, strings(), followed);
    scene_revision_ = revision_;
    scene_followed_ = followed;
  }
  return scene_;
}

std::string App::narration() const { return lessons::narration_of(state_.lesson, strings()); }

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
