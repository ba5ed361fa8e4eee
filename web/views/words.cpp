#include "web/views/words.h"

#include <algorithm>

#include "web/app/schema.h"
#include "web/app/url.h"

namespace views {

const std::vector<std::string>& theme_names() {
  static const std::vector<std::string> names = {"auto", "light", "dark", "projector"};
  return names;
}

void Words::follow(const app::App& app) {
  if (revision_ == app.revision()) return;
  revision_ = app.revision();
  const app::AppState& state = app.state();
  const strings::Strings& strings = app.strings();
  const auto& all = lessons::all();
  if (lang_ != state.lang) {
    lang_ = state.lang;
    for (auto* list : {&lessons, &languages, &themes, &speeds}) list->clear();
    language = -1;
    for (const auto* lesson : all) lessons.emplace_back(strings.text(std::string("lesson.") + lesson->id));
    for (const auto& each : strings::languages()) {
      if (each.code() == lang_) language = int(languages.size());
      languages.emplace_back(each.text("language.name"));
    }
    for (const std::string& name : theme_names()) themes.emplace_back(strings.text("theme." + name));
    for (const double each : app::speeds())
      speeds.push_back(strings.format("transport.speed", {{"speed", app::number_text(each)}}));
  }
  const auto& names = theme_names();
  theme = std::max(0, int(std::find(names.begin(), names.end(), state.theme) - names.begin()));
  present_theme = std::string(strings.text("control.theme")) + " · " + themes[size_t(theme)];
  speed = -1;
  for (size_t i = 0; i < app::speeds().size(); ++i)
    if (app::speeds()[i] == state.speed) speed = int(i);
  present_speed = strings.format("transport.speed", {{"speed", app::number_text(state.speed)}});
  short_speed = app::number_text(state.speed) + "×";
  const auto number = std::find(all.begin(), all.end(), state.lesson.lesson) - all.begin();
  place = strings.format("lessons.place",
                         {{"number", std::to_string(number + 1)}, {"count", std::to_string(all.size())}});
  next = size_t(number) + 1 < all.size()
             ? strings.format("takeaway.next", {{"title", lessons[size_t(number) + 1]}})
             : "";
  takes_input = false;
  for (const lessons::Key& key : lessons::keys_of(state.lesson)) takes_input |= key.name == "input";
}

}  // namespace views
