// That all that can be seen and read of a state is sound, and that its address is the same state.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/unit/app_support.h"
#include "web/app/mirror.h"
#include "web/lessons/learned.h"
#include "web/training/error.h"

namespace app_test {

// "nan" or "inf" as a word, as a number that is none is printed.
inline bool tells_no_number(const std::string& text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (const char* word : {"nan", "inf", "NaN", "Infinity"})
    for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
      const size_t end = at + std::string(word).size();
      if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
    }
  return false;
}

inline bool finite(const nn::Tensor& tensor) {
  return std::all_of(tensor.begin(), tensor.end(), [](float value) { return std::isfinite(value); });
}

inline void check_words(const std::string& text, const std::string& what) {
  CHECK_MESSAGE(!tells_no_number(text), what, ": ", text);
  CHECK_MESSAGE(!web_test::has_placeholder(text), what, ": ", text);
  const std::string json = Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore);
  CHECK_MESSAGE(Json::parse(json) == text, what, " is no UTF-8: ", text);
}

inline void check_figure(const lessons::Figure& figure) {
  check_words(figure.caption, figure.id);
  for (const std::string& line : figure.lines) check_words(line, figure.id);
  for (const lessons::Figure::Row& row : figure.table)
    for (const std::string& cell : row.cells) check_words(cell, figure.id);
  CHECK_MESSAGE(std::isfinite(figure.limit), figure.id);
  if (figure.tensor) CHECK_MESSAGE(finite(*figure.tensor), figure.id);
  for (const lessons::Series& series : figure.series)
    if (series.values) CHECK_MESSAGE(finite(*series.values), figure.id);
}

// A refusal is a sentence in every language.
template <class E>
void check_refusal(const E& error) {
  for (const strings::Strings& language : strings::languages()) {
    CHECK_MESSAGE(language.has(error.message), error.message);
    CHECK_MESSAGE(language.format(error.message, error.arguments).size() > 8, error.message);
  }
}

// Every key within its own range, every number finite, every word UTF-8 without placeholder and without the
// name of a number that is none.
inline void check_shown(app::App& app) {
  const lessons::LessonState& lesson = app.state().lesson;
  CHECK((lesson.steps >= 1 && lesson.settings.step >= 0 && lesson.settings.step < lesson.steps));
  for (const lessons::Key& key : app::settable_keys(app.state(), app.defaults())) {
    const auto error = lessons::check(key, app::value_of(app.state(), key.name));
    CHECK_MESSAGE(!error, key.name, " is outside its own range");
  }
  for (const auto& shown : lesson.tensors) CHECK_MESSAGE(finite(shown.second), shown.first);
  const lessons::Scene& scene = app.scene(-1);
  CHECK(!scene.panes.empty());
  for (const lessons::Pane& pane : scene.panes) {
    check_words(pane.title, pane.id);
    check_words(pane.note, pane.id);
    check_words(pane.where, pane.id);
    for (const lessons::Span& span : pane.formula) check_words(span.text, "formula");
    for (const lessons::Figure& figure : pane.figures) check_figure(figure);
  }
  for (const std::string* text : {&scene.question, &scene.lead, &scene.feedback, &scene.takeaway})
    check_words(*text, "scene");
  check_words(app.narration(), "narration");
  CHECK(Json::parse(app::mirror(app), nullptr, false).is_object());
}

// The state's address makes the same state anew.
inline void check_address(const app::App& app) {
  static TestApp other;
  const std::string hash = app.hash();
  CHECK(!other.dispatch(app::ApplyHash{hash}));
  const std::string warning = other.warnings().empty() ? "" : other.warnings()[0];
  CHECK_MESSAGE(warning.empty(), hash, ": ", warning);
  CHECK_MESSAGE(other.hash() == hash, hash, ", then ", other.hash());
  for (const lessons::Key& key : app::settable_keys(app.state(), app.defaults())) {
    const bool same = app::value_of(app.state(), key.name) == app::value_of(other.state(), key.name);
    CHECK_MESSAGE(same, hash, ": ", key.name);
  }
  const auto& learned = app.state().lesson.learned;  // no address holds it, and numbers may rest on it
  const bool all_held = !learned || (learned->tensors.empty() && !learned->tried);
  for (const auto& shown : app.state().lesson.tensors) {
    if (!all_held) break;
    const nn::Tensor* same = other.tensor(shown.first);
    CHECK_MESSAGE((same && nn::same_bits(shown.second, *same)), hash, ": ", shown.first);
  }
}

}  // namespace app_test
