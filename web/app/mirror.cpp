#include "web/app/mirror.h"

#include <algorithm>
#include <cmath>

#include "web/app/mirror_figure.h"
#include "web/app/schema.h"
#include "web/app/url.h"

namespace app {
namespace {

using lessons::Control;
using strings::Strings;

bool listed(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const char* kind_of(const Control& control) {
  switch (control.kind) {
    case Control::Kind::Slider:
      return "slider";
    case Control::Kind::Toggle:
      return "toggle";
    case Control::Kind::Command:
      return "command";
    case Control::Kind::Requests:
      return "requests";
    default:
      return "list";
  }
}

// One control; null when the teacher has hidden it.
Json control_json(const AppState& state, const Strings& strings, const Control& control) {
  if (listed(state.hide, control.key)) return {};
  Json json = {{"kind", kind_of(control)},
               {"key", control.key},
               {"label", control.label},
               {"locked", listed(state.lock, control.key)}};
  if (control.kind == Control::Kind::Slider) {
    json["ticks"] = int(std::lround((control.max - control.min) / control.tick));
    json["tick"] = int(std::lround((control.value - control.min) / control.tick));
    json["min"] = control.min;
    json["max"] = control.max;
    json["unit"] = control.tick;
    json["shown"] = control.shown;
  } else if (control.kind == Control::Kind::Toggle) {
    json["on"] = control.on;
  } else if (control.kind == Control::Kind::Requests) {
    Json requests = Json::array();
    for (size_t i = 0; i < control.values.size(); ++i)
      requests.push_back({{"request", control.values[i]}, {"label", control.labels[i]}});
    json["requests"] = std::move(requests);
  } else if (control.kind != Control::Kind::Command) {
    Json options = Json::array();
    for (size_t i = 0; i < control.values.size(); ++i) {
      Json set = {
          {control.key, control.number ? Json(std::stod(control.values[i])) : Json(control.values[i])}};
      if (i < control.steps.size() && control.steps[i] >= 0) set["step"] = control.steps[i];
      options.push_back({{"label", control.labels[i]}, {"set", set}});
    }
    json["options"] = std::move(options);
    json["selected"] = control.selected;
    if (control.selected < 0) json["other"] = strings.text(control.key + ".custom");
  }
  return json;
}

Control list_of(const Strings& strings, const char* key, std::vector<std::string> values,
                std::vector<std::string> labels, const std::string& present) {
  Control control;
  control.key = key;
  control.label = strings.text(std::string("control.") + key);
  control.selected = int(std::find(values.begin(), values.end(), present) - values.begin());
  control.values = std::move(values);
  control.labels = std::move(labels);
  return control;
}

Control toggle_of(const Strings& strings, const char* key, bool on) {
  Control control;
  control.kind = Control::Kind::Toggle;
  control.key = key;
  control.label = strings.text(std::string("control.") + key);
  control.on = on;
  return control;
}

// The controls that the canvas has in its header and beside the steps.
std::vector<Control> page_controls(const AppState& state, const Strings& strings) {
  std::vector<std::string> codes, names, themes, theme_names, numbers, speed_names;
  for (const auto& language : strings::languages()) {
    codes.push_back(language.code());
    names.emplace_back(language.text("language.name"));
  }
  for (const char* theme : {"auto", "light", "dark", "projector"}) {
    themes.push_back(theme);
    theme_names.emplace_back(strings.text(std::string("theme.") + theme));
  }
  for (double speed : speeds()) {
    numbers.push_back(number_text(speed));
    speed_names.push_back(strings.format("transport.speed", {{"speed", numbers.back()}}));
  }
  Control speed = list_of(strings, "speed", numbers, speed_names, number_text(state.speed));
  speed.number = true;
  if (speed.selected == int(speed.values.size())) {  // set by a script to one between
    speed.values.push_back(number_text(state.speed));
    speed.labels.push_back(strings.format("transport.speed", {{"speed", speed.values.back()}}));
  }
  return {std::move(speed), list_of(strings, "lang", codes, names, state.lang),
          list_of(strings, "theme", themes, theme_names, state.theme),
          toggle_of(strings, "predict", state.lesson.settings.predict),
          toggle_of(strings, "lecture", state.lecture)};
}

Json lesson_list(const AppState& state, const Strings& strings) {
  if (listed(state.hide, "lessons")) return {};
  Json list = Json::array();
  for (const lessons::Lesson* lesson : lessons::all())
    list.push_back({{"id", lesson->id},
                    {"title", strings.text(std::string("lesson.") + lesson->id)},
                    {"current", lesson == state.lesson.lesson},
                    {"locked", listed(state.lock, "lessons")}});
  return list;
}

Json steps_json(const AppState& state, const lessons::Scene& scene) {
  if (scene.without_steps || listed(state.hide, "transport")) return {};
  const int step = state.lesson.settings.step, last = state.lesson.steps - 1;
  const std::string shown = scene.steps_hidden ? lessons::kHidden : std::to_string(last);
  return {{"step", step},
          {"last", scene.steps_hidden ? Json() : Json(last)},
          {"shown", std::to_string(step) + " / " + shown},
          {"slider", !listed(state.hide, "step") && !scene.steps_hidden},
          {"locked", listed(state.lock, "transport") || listed(state.lock, "step")},
          {"playing", state.playing},
          {"lecture", state.lecture}};
}

Json prompt_json(const lessons::Prompt& prompt) {
  Json options = Json::array();
  for (const auto& option : prompt.options)
    options.push_back({{"value", to_json(option.value)}, {"label", option.label}});
  return {{"text", prompt.text}, {"hint", prompt.hint}, {"options", options}};
}

Json words_json(const Strings& strings) {
  Json words = Json::object();
  for (const char* key :
       {"mirror.open",    "mirror.back",     "mirror.leave",    "mirror.lessons", "mirror.steps",
        "mirror.step",    "mirror.settings", "mirror.question", "mirror.cells",   "mirror.value",
        "prompt.check",   "prompt.reveal",   "prompt.number",   "takeaway.title", "edit.not_a_number",
        "tooltip.hidden", "transport.first", "transport.back",  "transport.play", "transport.pause",
        "transport.next", "transport.last",  "transport.go_on"})
    words[key] = strings.text(key);
  return words;
}

}  // namespace

std::string mirror(const App& app) {
  const AppState& state = app.state();
  const Strings& strings = app.strings();
  const lessons::Scene scene = lessons::scene_of(state.lesson, strings, -1);

  Json settings = Json::array();
  std::vector<Json> beside(scene.panes.size(), Json::array());
  const auto add = [&](const Control& control) {
    Json json = control_json(state, strings, control);
    if (json.is_null()) return;
    (control.pane < 0 ? settings : beside[size_t(control.pane)]).push_back(std::move(json));
  };
  for (const Control& control : scene.controls) add(control);
  for (const Control& control : page_controls(state, strings)) add(control);

  Json panes = Json::array();
  for (size_t i = 0; i < scene.panes.size(); ++i) {
    const lessons::Pane& pane = scene.panes[i];
    std::string formula;
    for (const auto& span : pane.formula) formula += span.text;
    Json figures = Json::array();
    for (const auto& figure : pane.figures)
      if (Json json = mirror_figure(state, strings, figure); !json.is_null())
        figures.push_back(std::move(json));
    panes.push_back({{"title", pane.title},
                     {"note", pane.note},
                     {"where", pane.where},
                     {"formula", formula},
                     {"controls", std::move(beside[i])},
                     {"figures", std::move(figures)}});
  }

  Json json = {{"lang", state.lang},
               {"theme", state.theme},
               {"title", strings.text("app.title")},
               {"lesson", strings.text(std::string("lesson.") + state.lesson.lesson->id)},
               {"words", words_json(strings)},
               {"question", scene.question},
               {"lead", scene.lead},
               {"feedback", scene.feedback},
               {"takeaway", scene.takeaway},
               {"lessons", lesson_list(state, strings)},
               {"steps", steps_json(state, scene)},
               {"prompt", scene.prompt && !state.playing ? prompt_json(*scene.prompt) : Json()},
               {"settings", std::move(settings)},
               {"panes", std::move(panes)}};
  const auto* next = neighbour(state, 1);
  if (next && !scene.takeaway.empty() && may_use(state, "lessons")) {
    const std::string title(strings.text(std::string("lesson.") + next->id));
    json["next"] = {{"id", next->id}, {"label", strings.format("takeaway.next", {{"title", title}})}};
  }
  return to_text(json);
}

}  // namespace app
