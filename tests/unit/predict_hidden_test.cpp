// Predict before reveal: what is asked for stays hidden until it is answered.
#include <algorithm>
#include <cmath>
#include <set>

#include "tests/unit/predict_support.h"

using namespace predict_test;

namespace {

// Every text of a scene but the prompt.
std::vector<std::string> texts(const Scene& scene) {
  std::vector<std::string> all = {scene.question, scene.lead, scene.takeaway, scene.feedback};
  for (const Pane& pane : scene.panes) {
    all.insert(all.end(), {pane.title, pane.note, pane.where});
    std::string formula;
    for (const Span& span : pane.formula) formula += span.text;
    all.push_back(formula);
    for (const Figure& figure : pane.figures) {
      all.push_back(figure.caption);
      all.insert(all.end(), figure.lines.begin(), figure.lines.end());
    }
  }
  return all;
}

// The numbers in a text, each as it is written.
std::multiset<std::string> numbers_in(const std::string& text) {
  std::multiset<std::string> found;
  const auto digit = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && digit(text[end])) ++end;
    std::string number = text.substr(i, end - i);
    while (!number.empty() && number.back() == '.') number.pop_back();
    if (!number.empty()) found.insert(number);
    i = end + (end == i);
  }
  return found;
}

bool mentions(const Scene& scene, const std::string& number) {
  for (const std::string& text : texts(scene))
    if (numbers_in(text).count(number)) return true;
  return false;
}

bool shows(const Figure& figure, int cell) {
  return !figure.concealed && cell != figure.hidden && (figure.computed < 0 || cell < figure.computed);
}

std::string magnitude(double value) { return strings::number(std::fabs(value)); }

}  // namespace

TEST_CASE("an output cell that is asked for is in no text and no figure of the scene, nor in the narration") {
  nn::Pcg32 rng(73);
  int checked = 0;
  for (const std::string lesson : {"flatten", "convolution", "stride", "padding"})
    for (int round = 0; round < 15; ++round) {
      LessonState state = asking(lesson);
      vary(state, rng);
      if (!ask_for(state, "output-cell")) continue;
      const double value = state.tensors.at("output")[size_t(state.settings.step)];
      const double bias = state.tensors.at("bias")[0];
      for (const auto& language : strings::languages()) {
        const Scene scene = scene_of(state, language, -1);
        REQUIRE(scene.prompt);
        for (const double secret : {value, value - bias}) {
          if (std::fabs(secret) < 0.2 || magnitude(secret) == magnitude(bias)) continue;
          CHECK_MESSAGE(!mentions(scene, magnitude(secret)), lesson, " ", secret);
          // The hint may hold a product that happens to be as large.
          if (state.settings.kernel_size > 1)
            CHECK(numbers_in(narration_of(state, language)).count(magnitude(secret)) <=
                  numbers_in(scene.prompt->hint).count(magnitude(secret)));
          ++checked;
        }
        for (const Pane& pane : scene.panes)
          for (const Figure& figure : pane.figures) {
            if (figure.id == "output") CHECK(!shows(figure, state.settings.step));
            if (figure.id == "output_stride1") CHECK(!shows(figure, figure.current));
          }
      }
      CHECK(!update(state, GiveAnswer{value}));
      for (const auto& language : strings::languages()) {
        const Scene scene = scene_of(state, language, -1);
        CHECK(!scene.prompt);
        CHECK(mentions(scene, magnitude(value)));
        CHECK(numbers_in(narration_of(state, language)).count(magnitude(value)) > 0);
        for (const Pane& pane : scene.panes)
          for (const Figure& figure : pane.figures)
            if (figure.id == "output") CHECK(shows(figure, state.settings.step));
      }
    }
  CHECK(checked > 60);
}

TEST_CASE("a size or a count that is asked for is neither said nor drawn") {
  nn::Pcg32 rng(74);
  int checked = 0;
  for (const std::string lesson : {"convolution", "stride", "padding"})
    for (const std::string asked : {"output-size", "window-count"})
      for (int round = 0; round < 15; ++round) {
        LessonState state = asking(lesson);
        vary(state, rng);
        if (!ask_for(state, asked)) continue;
        const Settings& s = state.settings;
        const int out = (28 + 2 * s.padding - s.kernel_size) / s.stride + 1;
        std::set<std::string> given = {"28", "10", "0", "2", "784"};
        for (int n :
             {s.kernel_size, s.stride, s.padding, s.step, s.step / out, s.step % out, 28 + 2 * s.padding})
          given.insert(std::to_string(n));
        for (const auto& language : strings::languages()) {
          const Scene scene = scene_of(state, language, -1);
          CHECK(scene.steps_hidden);
          for (int secret : {out, out * out}) {
            const std::string number = std::to_string(secret);
            // The note counts windows, the corner's too; they are other numbers that may be as large.
            if (given.count(number) || secret <= s.kernel_size * s.kernel_size) continue;
            CHECK_MESSAGE(!mentions(scene, number), lesson, " ", number);
            CHECK(!numbers_in(narration_of(state, language)).count(number));
            ++checked;
          }
          for (const Pane& pane : scene.panes)
            for (const Figure& figure : pane.figures)
              if (figure.id.rfind("output", 0) == 0 || figure.id.rfind("sides", 0) == 0)
                CHECK_MESSAGE(figure.concealed, figure.id);
        }
        CHECK(!update(state, Reveal{}));
        const Scene scene = scene_of(state, strings::languages().front(), -1);
        CHECK(!scene.steps_hidden);
        for (const Pane& pane : scene.panes)
          for (const Figure& figure : pane.figures) CHECK(!figure.concealed);
      }
  CHECK(checked > 40);
}

TEST_CASE("what the other questions ask for is hidden, too") {
  const strings::Strings& english = *strings::find_language("en");
  const auto figure = [](const Scene& scene, const std::string& id) {
    for (const Pane& pane : scene.panes)
      for (const Figure& figure : pane.figures)
        if (figure.id == id) return figure;
    FAIL("no figure ", id);
    return Figure{};
  };
  LessonState state = asking("flatten");
  REQUIRE(ask_for(state, "class"));
  CHECK(figure(scene_of(state, english, -1), "fc_scores").concealed);
  CHECK(!mentions(scene_of(state, english, -1), "5.69"));
  REQUIRE(ask_for(state, "product"));
  CHECK(!shows(figure(scene_of(state, english, -1), "fc_products"), 323));
  const Figure lens = figure(scene_of(state, english, -1), "fc_products.lens");
  CHECK(!shows(lens, 323 - lens.link.first));
  CHECK(!mentions(scene_of(state, english, -1), "2.55"));
  CHECK(!update(state, Reveal{}));
  CHECK(shows(figure(scene_of(state, english, -1), "fc_products"), 323));
  CHECK(mentions(scene_of(state, english, -1), "2.55"));

  state = asking("padding");
  REQUIRE(ask_for(state, "corner-windows"));
  CHECK(figure(scene_of(state, english, -1), "coverage").concealed);
  CHECK(!mentions(scene_of(state, english, -1), "9"));

  state = asking("stride");
  REQUIRE(ask_for(state, "left-over"));
  CHECK(figure(scene_of(state, english, -1), "input").unseen_cols == 0);
  CHECK(!mentions(scene_of(state, english, -1), "11.50"));
  REQUIRE(ask_for(state, "window-origin"));
  for (int followed : {-1, 0, 400}) {
    const Scene scene = scene_of(state, english, followed);
    CHECK(!figure(scene, "input").window);
    for (const Pane& pane : scene.panes)
      for (const Figure& f : pane.figures)
        CHECK((f.link.is == CellIs::Nothing || f.id == "input" || f.id == "output_stride1"));
  }
}
