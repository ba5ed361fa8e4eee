#include <algorithm>

#include "web/app/app_state.h"
#include "web/app/schema.h"
#include "web/app/url.h"

namespace app {
namespace {

using lessons::Error;
using lessons::Key;
using lessons::Set;

const Key* find_key(const std::vector<Key>& keys, const std::string& name) {
  for (const Key& key : keys)
    if (key.name == name) return &key;
  return nullptr;
}

void stop(AppState& state) {
  state.playing = false;
  state.play_until = -1;
}

// A lesson starts at its defaults; language, theme, predict, lecture, hide, lock and speed stay.
void open_lesson(AppState& state, const lessons::Lesson& lesson) {
  state.lesson = lessons::init(lesson, *state.lesson.assets, state.lesson.settings.predict);
  stop(state);
}

Error unknown_key(const AppState& state, const Defaults& defaults, const std::string& name,
                  const std::string& value) {
  std::string names;
  for (const Key& key : settable_keys(state, defaults)) names += (names.empty() ? "" : ", ") + key.name;
  const bool read_only = name == "steps" || name == "warnings";
  return {read_only ? Error::Kind::Range : Error::Kind::Type,
          read_only ? "error.readonly" : "error.key",
          {{"key", lessons::shown(name)}, {"value", value}, {"allowed", names}}};
}

void apply_page_key(AppState& state, const Set& change) {
  const auto& [key, value] = change;
  if (key == "playing") {
    stop(state);
    state.playing = std::get<bool>(value);
  } else if (key == "lecture") {
    state.lecture = std::get<bool>(value);
  } else if (key == "speed") {
    state.speed = std::get<double>(value);
  } else if (key == "lang") {
    state.lang = std::get<std::string>(value);
  } else if (key == "theme") {
    state.theme = std::get<std::string>(value);
  } else if (key == "hide") {
    state.hide = std::get<std::vector<std::string>>(value);
  } else if (key == "lock") {
    state.lock = std::get<std::vector<std::string>>(value);
  }
}

std::optional<Error> set_state(AppState& state, const std::vector<Set>& changes, const Defaults& defaults) {
  AppState next = state;
  std::vector<Set> for_lesson;
  std::vector<Key> keys = settable_keys(next, defaults);
  for (const Set& change : changes) {
    if (change.key != "lesson") continue;
    if (auto error = lessons::check(*find_key(keys, "lesson"), change.value)) return error;
    const auto* lesson = lessons::find(std::get<std::string>(change.value));
    if (lesson != next.lesson.lesson) open_lesson(next, *lesson);
    keys = settable_keys(next, defaults);
  }
  const std::vector<Key> own = lessons::keys_of(next.lesson);
  for (const Set& change : changes) {
    if (change.key == "lesson") continue;
    const Key* key = find_key(keys, change.key);
    if (!key) return unknown_key(next, defaults, change.key, lessons::shown(change.value));
    // The ranges of the lesson's own keys depend on one another; the lesson checks them in their order.
    if (find_key(own, change.key)) {
      for_lesson.push_back(change);
      continue;
    }
    if (auto error = lessons::check(*key, change.value)) return error;
    apply_page_key(next, change);
  }
  if (auto error = lessons::update(next.lesson, for_lesson)) return error;
  state = std::move(next);
  return std::nullopt;
}

void apply_hash(AppState& state, const std::string& hash, const Defaults& defaults) {
  AppState next = initial_state(*state.lesson.assets, defaults);
  std::vector<HashEntry> entries = parse_hash(hash);
  std::vector<Error> warnings;
  const auto refuse = [&](const Error& error) { warnings.push_back(error); };

  for (const HashEntry& entry : entries)
    if (entry.readable && entry.key == "lesson")
      if (auto error = set_state(next, {{"lesson", entry.value}}, defaults)) refuse(*error);

  std::vector<Set> changes;
  const std::vector<Key> keys = settable_keys(next, defaults);
  for (const HashEntry& entry : entries) {
    if (!entry.readable) {
      refuse({Error::Kind::Type, "error.hash", {{"value", lessons::shown(entry.key)}}});
    } else if (const Key* key = find_key(keys, entry.key); !key) {
      refuse(unknown_key(next, defaults, lessons::shown(entry.key), lessons::shown(entry.value)));
    } else if (entry.key != "lesson") {
      changes.push_back({entry.key, parse_value(*key, entry.value)});
    }
  }
  // All together, because their ranges depend on one another; a refused one is left out and the rest
  // tried again.
  while (auto error = set_state(next, changes, defaults)) {
    refuse(*error);
    const auto bad = std::find_if(changes.begin(), changes.end(),
                                  [&](const Set& set) { return set.key == error->arguments.front().second; });
    if (bad == changes.end()) break;
    changes.erase(bad);
  }
  next.warnings = std::move(warnings);
  next.progress = std::move(state.progress);
  state = std::move(next);
}

// Where the lecture halts in a lesson: its first picture, two single steps on from there, so that one sees
// what a step is, and the end. Of a short lesson, every step.
constexpr int kShort = 12;
int next_stop(const lessons::LessonState& lesson) {
  constexpr int kSingle = 2;
  const int step = lesson.settings.step, last = lesson.steps - 1;
  lessons::Settings first;
  lesson.lesson->defaults(first);
  const bool single = lesson.steps <= kShort || (step >= first.step && step < first.step + kSingle);
  return single ? std::min(step + 1, last) : last;
}

void go_on(AppState& state) {
  lessons::LessonState& lesson = state.lesson;
  if (lesson.question) {
    stop(state);
    lessons::update(lesson, lessons::Reveal{});
  } else if (state.playing) {
    const int end = state.play_until >= 0 ? state.play_until : lesson.steps - 1;
    stop(state);
    lessons::update(lesson, lessons::StepBy{end - lesson.settings.step});
  } else if (lesson.settings.step < lesson.steps - 1) {
    const int stop_at = next_stop(lesson);
    if (stop_at == lesson.settings.step + 1) {
      lessons::update(lesson, lessons::StepBy{1});
    } else {
      state.playing = true;
      state.play_until = stop_at;
    }
  } else if (const auto* next = neighbour(state, 1)) {
    open_lesson(state, *next);
    // A short lesson may open at its end, with everything built up.
    if (lesson.steps <= kShort) lessons::update(lesson, lessons::StepBy{-lesson.steps});
  }
}

}  // namespace

const lessons::Lesson* neighbour(const AppState& state, int direction) {
  const auto& all = lessons::all();
  const auto here = std::find(all.begin(), all.end(), state.lesson.lesson) - all.begin() + direction;
  return here >= 0 && here < long(all.size()) ? all[size_t(here)] : nullptr;
}

bool trains(const AppState& state) { return state.lesson.lesson->id == std::string("network"); }

bool shows_training(const AppState& state) {
  return trains(state) && state.lesson.settings.view == "training";
}

bool shows_experiments(const AppState& state) {
  return trains(state) && state.lesson.settings.view == "experiments";
}

double play_speed(const AppState& state) {
  constexpr double kLongestRun = 4;  // seconds
  return state.play_until < 0 ? state.speed : std::max(state.speed, state.lesson.steps / kLongestRun);
}

AppState initial_state(const lessons::Assets& assets, const Defaults& defaults) {
  AppState state;
  state.lang = defaults.lang;
  state.lesson = lessons::init(*lessons::all().front(), assets);
  return state;
}

namespace {

std::optional<Error> apply(AppState& state, const Action& action, const Defaults& defaults) {
  if (const auto* set = std::get_if<SetState>(&action)) return set_state(state, set->changes, defaults);
  if (const auto* by = std::get_if<StepBy>(&action))
    return lessons::update(state.lesson, lessons::StepBy{by->n});
  if (const auto* tensor = std::get_if<SetTensor>(&action))
    return lessons::update(state.lesson, lessons::ReplaceTensor{tensor->name, tensor->value});
  if (const auto* answer = std::get_if<GiveAnswer>(&action))
    return lessons::update(state.lesson, lessons::GiveAnswer{answer->given});
  if (std::holds_alternative<Reveal>(action)) return lessons::update(state.lesson, lessons::Reveal{});
  if (std::holds_alternative<Play>(action)) {
    const bool at_end = state.lesson.settings.step == state.lesson.steps - 1;
    if (at_end) lessons::update(state.lesson, lessons::StepBy{-state.lesson.steps});
    stop(state);
    state.playing = true;
  } else if (std::holds_alternative<Pause>(action)) {
    stop(state);
  } else if (std::holds_alternative<Reset>(action)) {
    stop(state);
    lessons::reset(state.lesson);
  } else if (std::holds_alternative<GoOn>(action)) {
    go_on(state);
  } else if (const auto* hash = std::get_if<ApplyHash>(&action)) {
    apply_hash(state, hash->hash, defaults);
  }
  return std::nullopt;
}

// A lesson is begun by a step in it and finished by its last.
void note_progress(AppState& state) {
  const lessons::LessonState& now = state.lesson;
  Progress& progress = state.progress.emplace(now.lesson->id, Progress::Begun).first->second;
  if (now.settings.step == now.steps - 1) progress = Progress::Finished;
}

}  // namespace

std::optional<Error> update(AppState& state, const Action& action, const Defaults& defaults) {
  const auto* lesson = state.lesson.lesson;
  const int step = state.lesson.settings.step;
  auto error = apply(state, action, defaults);
  if (!error && state.lesson.lesson == lesson && state.lesson.settings.step != step) note_progress(state);
  return error;
}

}  // namespace app
