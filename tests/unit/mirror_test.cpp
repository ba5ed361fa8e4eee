// What the page's text mirror is made of, over all lessons and languages: complete, true, and silent about
// what is asked for.
#include "web/app/mirror.h"

#include <cmath>
#include <cstdlib>
#include <set>

#include "tests/unit/app_support.h"
#include "web/app/commands.h"

using app_test::Json;
using app_test::TestApp;

namespace {

Json mirror_of(const TestApp& app) {
  const Json json = Json::parse(app::mirror(app), nullptr, false);
  REQUIRE(json.is_object());
  return json;
}

void set(TestApp& app, const Json& changes) { app.result("setState", changes.dump()); }

double read_number(std::string text) {
  const std::string minus = "−";
  if (text.rfind(minus, 0) == 0) text.replace(0, minus.size(), "-");
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  CHECK_MESSAGE(*end == '\0', text);
  return value;
}

// Everything that is text; `words` alone are for the page to fill in.
void check_words(const Json& json, const std::string& where) {
  if (json.is_string()) CHECK_MESSAGE(!web_test::has_placeholder(json.get<std::string>()), where);
  if (json.is_structured() && where != "/words")
    for (const auto& item : json.items()) check_words(item.value(), where + "/" + item.key());
}

void check_table(const Json& table, const lessons::Figure& figure) {
  CAPTURE(figure.id);
  const int cells = figure.rows * figure.cols;
  CHECK(figure.planes * cells <= app::kMostCells);
  REQUIRE(int(table["rows"].size()) == figure.planes * figure.rows);
  for (int plane = 0; plane < figure.planes; ++plane)
    for (int cell = 0; cell < cells; ++cell) {
      const Json& row = table["rows"][size_t(plane * figure.rows + cell / figure.cols)];
      REQUIRE(int(row.size()) == figure.cols + 1);
      const std::string text = row[size_t(1 + cell % figure.cols)].get<std::string>();
      const bool chosen = figure.planes == 1 || plane == figure.plane;
      if (chosen && cell == figure.hidden) {
        CHECK(text == "?");
      } else if (chosen && figure.computed >= 0 && cell >= figure.computed) {
        CHECK(text == "–");
      } else if (figure.scale != lessons::Scale::Rgb) {
        const double value = (*figure.tensor)[size_t(figure.offset + plane * cells + cell)];
        CHECK(std::fabs(read_number(text) - value) <= 0.005 + 1e-6 * std::fabs(value));
      }
    }
}

// Where each cell of a figure is found by its axes: every one once.
void check_cells(const Json& cells, const lessons::Figure& figure, const nn::Tensor* tensor) {
  CAPTURE(figure.id);
  REQUIRE(tensor);
  const int size = figure.rows * figure.cols;
  std::set<int> numbers = {0};
  for (const Json& axis : cells["axes"]) {
    std::set<int> next;
    CHECK(!axis["label"].get<std::string>().empty());
    for (int i = 0; i < axis["count"].get<int>(); ++i)
      for (int number : numbers) next.insert(number + i * axis["apart"].get<int>());
    numbers = std::move(next);
  }
  CHECK(int(numbers.size()) == figure.planes * size);
  CHECK(*numbers.rbegin() == figure.planes * size - 1);
  const int last = cells["offset"].get<int>() + *numbers.rbegin();
  CHECK(last < int(tensor->size()));
  CHECK((*tensor)[size_t(last)] == (*figure.tensor)[size_t(figure.offset) + size_t(*numbers.rbegin())]);
  CHECK(cells["hidden"] == figure.hidden);
  CHECK(cells["computed"] == figure.computed);
}

// The words of a list of layers, and each press that can be pressed does what it says.
void check_presses(const TestApp& app, const Json& json, const lessons::Figure& figure) {
  size_t rows = 0, presses = 0;
  for (const auto& row : figure.table) {
    rows += !row.cells.empty();
    for (const auto& press : row.presses) presses += press.refused.empty();
  }
  CHECK(json["table"]["rows"].size() == rows - 1);
  CHECK(json["presses"].size() == presses);
  for (const Json& press : json["presses"]) {
    CHECK(!press["label"].get<std::string>().empty());
    TestApp other;
    set(other, {{"lesson", app.state().lesson.lesson->id}});
    set(other, press["set"]);
  }
}

void check_controls(const Json& mirror, const lessons::Scene& scene) {
  std::set<std::string> keys;
  const auto take = [&](const Json& list) {
    for (const Json& control : list) {
      CHECK(!control["label"].get<std::string>().empty());
      CHECK(keys.insert(control["key"].get<std::string>()).second);
    }
  };
  take(mirror["settings"]);
  for (const Json& pane : mirror["panes"]) take(pane["controls"]);
  for (const auto& control : scene.controls) CHECK_MESSAGE(keys.count(control.key), control.key);
  for (const std::string key : {"speed", "lang", "theme", "predict", "lecture"}) CHECK(keys.count(key));
}

void check_all(TestApp& app) {
  const lessons::Scene scene = lessons::scene_of(app.state().lesson, app.strings(), -1);
  const Json mirror = mirror_of(app);
  CAPTURE(std::string(app.state().lesson.lesson->id));
  check_words(mirror, "");
  CHECK(mirror["lessons"].size() == lessons::all().size());
  CHECK(mirror["question"] == scene.question);
  CHECK(mirror["prompt"].is_null() == !scene.prompt);
  REQUIRE(mirror["panes"].size() == scene.panes.size());
  for (size_t p = 0; p < scene.panes.size(); ++p) {
    size_t at = 0;
    for (const auto& figure : scene.panes[p].figures) {
      if (figure.kind == lessons::FigureKind::Operator) continue;
      const Json& json = mirror["panes"][p]["figures"][at++];
      CHECK(json["id"] == figure.id);
      if (figure.concealed) CHECK((!json.contains("table") && !json.contains("cells")));
      if (figure.kind == lessons::FigureKind::Curves || figure.kind == lessons::FigureKind::Note) continue;
      CHECK(!json["caption"].get<std::string>().empty());
      if (figure.kind == lessons::FigureKind::Table) {
        check_presses(app, json, figure);
        continue;
      }
      CHECK((figure.concealed || json.contains("table") || json.contains("cells")));
      if (json.contains("table")) check_table(json["table"], figure);
      if (json.contains("cells"))
        check_cells(json["cells"], figure, app.tensor(json["cells"]["tensor"].get<std::string>()));
    }
    CHECK(at == mirror["panes"][p]["figures"].size());
  }
}

}  // namespace

TEST_CASE("the mirror has every control, figure and number of the scene, in all lessons and languages") {
  nn::Pcg32 rng(61);
  for (const auto& language : strings::languages())
    for (const lessons::Lesson* lesson : lessons::all())
      for (bool predict : {false, true}) {
        TestApp app(language.code());
        set(app, {{"lesson", lesson->id}, {"predict", predict}});
        check_all(app);
        check_controls(mirror_of(app), lessons::scene_of(app.state().lesson, app.strings(), -1));
      }
  for (int round = 0; round < 60; ++round) {
    TestApp app;
    app_test::randomise(app, rng);
    set(app, {{"hide", Json::array()}, {"lock", Json::array()}, {"playing", false}});
    check_all(app);
  }
}

TEST_CASE("a value that is asked for is in no cell of the mirror until it is answered") {
  for (const std::string lesson : {"convolution", "stride", "padding", "flatten"}) {
    TestApp app;
    set(app, {{"lesson", lesson}, {"predict", true}});
    int found = 0;
    for (int seed = 1; seed < 60 && !found; ++seed) {
      set(app, {{"seed", seed}});
      if (app.result("question")["question"] != "output-cell") continue;
      const Json mirror = mirror_of(app);
      CHECK(mirror["prompt"]["text"] == app.result("question")["text"]);
      CHECK(mirror["feedback"] == "");
      for (const Json& pane : mirror["panes"])
        for (const Json& figure : pane["figures"])
          if (figure["id"] == "output") {
            CHECK(figure["cells"]["hidden"] == app.state().lesson.settings.step);
            ++found;
          }
      app.result("answer", "[0]");
      CHECK(mirror_of(app)["prompt"].is_null());
      CHECK(mirror_of(app)["feedback"] != "");
    }
    CHECK_MESSAGE(found == 1, lesson);
  }
}

TEST_CASE("what a teacher has hidden is not in the mirror, what is locked says so") {
  TestApp app;
  set(app, {{"lesson", "convolution"},
            {"hide", {"lessons", "transport", "theme"}},
            {"lock", {"image", "weight"}}});
  Json mirror = mirror_of(app);
  CHECK(mirror["lessons"].is_null());
  CHECK(mirror["steps"].is_null());
  for (const Json& control : mirror["settings"]) {
    CHECK(control["key"] != "theme");
    CHECK(control["locked"] == (control["key"] == "image"));
  }
  const auto edits = [](const Json& of) {
    int count = 0;
    for (const Json& pane : of["panes"])
      for (const Json& figure : pane["figures"])
        count += figure.contains("cells") && figure["cells"].contains("act") &&
                 figure["cells"]["act"]["do"] == "edit";
    return count;
  };
  CHECK(edits(mirror) == 0);
  set(app, {{"hide", Json::array()}, {"lock", {"lessons", "step"}}});
  mirror = mirror_of(app);
  CHECK(mirror["steps"]["locked"] == true);
  for (const Json& lesson : mirror["lessons"]) CHECK(lesson["locked"] == true);
  CHECK(edits(mirror) == 1);
}

TEST_CASE("commands: training is started, paused and discarded, the lecture goes on") {
  TestApp app;
  set(app, {{"lesson", "network"}, {"view", "training"}});
  CHECK(!app::command(app, "stride"));
  CHECK(!app.dispatch(*app::command(app, "train_step")));
  CHECK(app.training().goal() == 1);
  CHECK(!app.dispatch(*app::command(app, "train")));  // one is still to be taken: it is paused
  CHECK(app.training().goal() == 0);
  CHECK(!app.dispatch(*app::command(app, "train")));
  CHECK(app.training().goal() > 1);
  CHECK(!app.dispatch(*app::command(app, "train_reset")));
  CHECK(app.training().goal() == 0);
  const int before = app.state().lesson.settings.step;
  CHECK(!app.dispatch(*app::command(app, "go_on")));
  CHECK(app.state().lesson.settings.step + int(app.state().playing) > before);
}
