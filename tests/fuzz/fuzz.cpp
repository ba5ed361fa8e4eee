#define DOCTEST_CONFIG_IMPLEMENT
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

#include "web/app/mirror.h"

namespace fuzz {
namespace {

// doctest without tests: a failed CHECK prints itself and stops the program.
struct Stop {
  doctest::Context context;
  Stop() {
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler([](const doctest::AssertData& failed) {
      std::cerr << failed.m_file << ":" << failed.m_line << ": " << failed.m_expr
                << " is not so: " << failed.m_decomp << "\n";
      const doctest::IContextScope* const* contexts = doctest::IReporter::get_active_contexts();
      for (int i = 0; i < doctest::IReporter::get_num_active_contexts(); ++i) {
        contexts[i]->stringify(&std::cerr);
        std::cerr << "\n";
      }
      std::abort();
    });
  }
};
const Stop stop;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// "nan" or "inf" as a word, as a number that is none is printed.
bool tells_no_number(const std::string& text) {
  for (const char* word : {"nan", "inf", "NaN", "Infinity"})
    for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
      const size_t end = at + std::string(word).size();
      if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
    }
  return false;
}

void check_words(const std::string& text, const std::string& what) {
  CHECK_MESSAGE(!tells_no_number(text), what, ": ", text);
  CHECK_MESSAGE(!web_test::has_placeholder(text), what, ": ", text);
  const std::string json = app::Json(text).dump(-1, ' ', false, app::Json::error_handler_t::ignore);
  CHECK_MESSAGE(app::Json::parse(json) == text, what, " is no UTF-8: ", text);
}

void check_figure(const lessons::Figure& figure) {
  check_words(figure.caption, figure.id);
  for (const std::string& line : figure.lines) check_words(line, figure.id);
  for (const lessons::Figure::Row& row : figure.table)
    for (const std::string& cell : row.cells) check_words(cell, figure.id);
  CHECK_MESSAGE(std::isfinite(figure.limit), figure.id);
  const auto check_numbers = [&](const nn::Tensor* tensor) {
    if (!tensor) return;
    const bool finite =
        std::all_of(tensor->begin(), tensor->end(), [](float value) { return std::isfinite(value); });
    CHECK_MESSAGE(finite, figure.id);
  };
  check_numbers(figure.tensor);
  for (const lessons::Series& series : figure.series) check_numbers(series.values);
}

template <class E>
void check_sentence(const E& error) {
  for (const strings::Strings& language : strings::languages()) {
    CHECK_MESSAGE(language.has(error.message), error.message);
    CHECK_MESSAGE(language.format(error.message, error.arguments).size() > 8, error.message);
  }
}

}  // namespace

void check_refusal(const lessons::Error& error) { check_sentence(error); }
void check_refusal(const training::Error& error) { check_sentence(error); }

void check_shown(app_test::TestApp& app) {
  const lessons::LessonState& lesson = app.state().lesson;
  CHECK((lesson.steps >= 1 && lesson.settings.step >= 0 && lesson.settings.step < lesson.steps));
  for (const lessons::Key& key : app::settable_keys(app.state(), app.defaults())) {
    const auto error = lessons::check(key, app::value_of(app.state(), key.name));
    CHECK_MESSAGE(!error, key.name, " is outside its own range");
  }
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
  CHECK(app::Json::parse(app::mirror(app), nullptr, false).is_object());
}

void check_address(app_test::TestApp& app) {
  static app_test::TestApp other;
  const std::string hash = app.hash();
  CHECK(!other.dispatch(app::ApplyHash{hash}));
  const std::string warning = other.warnings().empty() ? "" : other.warnings()[0];
  CHECK_MESSAGE(warning.empty(), hash, ": ", warning);
  CHECK_MESSAGE(other.hash() == hash, hash, ", then ", other.hash());
  for (const lessons::Key& key : app::settable_keys(app.state(), app.defaults())) {
    const bool same = app::value_of(app.state(), key.name) == app::value_of(other.state(), key.name);
    CHECK_MESSAGE(same, hash, ": ", key.name);
  }
  for (const auto& shown : app.state().lesson.tensors) {
    const nn::Tensor* same = other.tensor(shown.first);
    CHECK_MESSAGE((same && nn::same_bits(shown.second, *same)), hash, ": ", shown.first);
  }
}

}  // namespace fuzz
