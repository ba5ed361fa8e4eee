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

// A lesson starts at its defaults; language, theme, hide, lock and speed stay.
void open_lesson(AppState& state, const lessons::Lesson& lesson) {
  state.lesson = lessons::init(lesson, *state.lesson.assets);
  state.playing = false;
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
    state.playing = std::get<bool>(value);
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
  const std::vector<Key> own = next.lesson.lesson->keys(next.lesson);
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
  state = std::move(next);
}

}  // namespace

AppState initial_state(const lessons::Assets& assets, const Defaults& defaults) {
  AppState state;
  state.lang = defaults.lang;
  state.lesson = lessons::init(*lessons::all().front(), assets);
  return state;
}

std::optional<Error> update(AppState& state, const Action& action, const Defaults& defaults) {
  if (const auto* set = std::get_if<SetState>(&action)) return set_state(state, set->changes, defaults);
  if (const auto* by = std::get_if<StepBy>(&action))
    return lessons::update(state.lesson, lessons::StepBy{by->n});
  if (const auto* tensor = std::get_if<SetTensor>(&action))
    return lessons::update(state.lesson, lessons::ReplaceTensor{tensor->name, tensor->value});
  if (std::holds_alternative<Play>(action)) {
    const bool at_end = state.lesson.settings.step == state.lesson.steps - 1;
    if (at_end) lessons::update(state.lesson, lessons::StepBy{-state.lesson.steps});
    state.playing = true;
  } else if (std::holds_alternative<Pause>(action)) {
    state.playing = false;
  } else if (std::holds_alternative<Reset>(action)) {
    state.playing = false;
    lessons::reset(state.lesson);
  } else if (const auto* hash = std::get_if<ApplyHash>(&action)) {
    apply_hash(state, hash->hash, defaults);
  }
  return std::nullopt;
}

}  // namespace app
