// Scenes are data that four readers draw: every part of one has to fit the state it was made from.
#include "web/lessons/scene.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/unit/long_support.h"
#include "tests/unit/web_support.h"

using namespace lessons;

namespace {

bool has_cells(const Figure& figure) {
  return figure.kind == FigureKind::Heatmap || figure.kind == FigureKind::Strip ||
         figure.kind == FigureKind::Bars || figure.kind == FigureKind::Maps ||
         figure.kind == FigureKind::Volume;
}

void check_text(const std::string& text, const std::string& what) {
  CHECK_MESSAGE(!text.empty(), what);
  CHECK_MESSAGE(!web_test::has_placeholder(text), what, ": ", text);
}

// Every figure exactly once or not at all, and no empty branches.
void check_layout(const Layout& layout, const Pane& pane, std::set<int>& used) {
  if (layout.kind == Layout::Kind::Leaf) {
    CHECK(layout.children.empty());
    REQUIRE(layout.figure >= 0);
    REQUIRE(layout.figure < int(pane.figures.size()));
    CHECK_MESSAGE(used.insert(layout.figure).second, "figure ", layout.figure, " twice");
    return;
  }
  CHECK(!layout.children.empty());
  for (const Layout& child : layout.children) check_layout(child, pane, used);
}

void check_cells(const LessonState& state, const Figure& figure) {
  CAPTURE(figure.id);
  REQUIRE(figure.tensor != nullptr);
  const auto shown = std::find_if(state.tensors.begin(), state.tensors.end(),
                                  [&](const auto& entry) { return &entry.second == figure.tensor; });
  REQUIRE_MESSAGE(shown != state.tensors.end(), "shows a tensor that is not in the state");
  CHECK_MESSAGE(figure.id.rfind(shown->first, 0) == 0, "shows ", shown->first);
  CHECK(figure.rows >= 1);
  CHECK(figure.cols >= 1);
  CHECK(figure.offset >= 0);
  const int planes = figure.scale == Scale::Rgb ? 3 : figure.planes;
  const bool several = figure.kind == FigureKind::Maps || figure.kind == FigureKind::Volume;
  CHECK((several || figure.planes == 1));
  CHECK((figure.per_row >= 1 && figure.plane >= -1 && figure.plane < figure.planes));
  CHECK(size_t(figure.offset + planes * figure.rows * figure.cols) <= figure.tensor->size());
  CHECK(figure.computed >= -1);
  CHECK(figure.computed <= figure.rows * figure.cols);
  CHECK(figure.current >= -1);
  CHECK(figure.current < figure.rows * figure.cols);
  CHECK(figure.padding >= 0);
  CHECK((figure.limit > 0 && std::isfinite(figure.limit)));
  for (const int angle : {figure.pose.turn, figure.pose.tilt}) CHECK(std::abs(angle) <= kMostTurn);
  CHECK((figure.pose.apart >= 0 && figure.pose.apart <= 100));
  CHECK(!figure.symbol.empty());
  CHECK(!web_test::has_placeholder(figure.caption));
  const bool pictures = figure.kind == FigureKind::Heatmap || several;
  if (pictures) check_text(figure.caption, "caption");
  if (figure.window) {
    CHECK(figure.window->rows >= 1);
    CHECK(figure.window->row >= -figure.padding);
    CHECK(figure.window->col >= -figure.padding);
    CHECK(figure.window->row + figure.window->rows <= figure.rows + figure.padding);
    CHECK(figure.window->col + figure.window->cols <= figure.cols + figure.padding);
  }
  if (figure.scale == Scale::Diverging && pictures)
    for (int i = 0; i < figure.planes * figure.rows * figure.cols; ++i)
      CHECK_MESSAGE(std::abs(value_of(figure, i)) <= figure.limit * 1.00001f, "cell ", i,
                    " is beyond full colour");
  CHECK((figure.factors.x == nullptr) == (figure.factors.w == nullptr));
  if (figure.factors.x && figure.factors.w)
    for (int i = 0; i < figure.planes * figure.rows * figure.cols; ++i) {
      const size_t x = size_t(figure.factors.x_offset + i), w = size_t(figure.factors.w_offset + i);
      REQUIRE((x < figure.factors.x->size() && w < figure.factors.w->size()));
      REQUIRE_MESSAGE((*figure.factors.x)[x] * (*figure.factors.w)[w] == value_of(figure, i), "cell ", i);
    }
}

// Words in the head and in each row, and presses that do what they offer or say why not.
void check_table(const LessonState& state, const Figure& figure) {
  CAPTURE(figure.id);
  REQUIRE(figure.table.size() > 1);
  CHECK(int(figure.table.size()) <= figure.rows);
  for (const Figure::Row& row : figure.table) {
    CHECK((!row.cells.empty() || !row.presses.empty()));
    CHECK(row.cells.size() <= figure.table[0].cells.size());
    if (!row.cells.empty()) check_text(row.cells[0], "row");
    for (const Figure::Press& press : row.presses) {
      check_text(press.label, "press");
      CHECK(!web_test::has_placeholder(press.refused));
      LessonState next = state;
      const Value value = press.text.empty() ? Value(press.number) : Value(press.text);
      if (press.refused.empty()) CHECK_MESSAGE(!update(next, Set{press.key, value}), press.key, press.text);
    }
  }
}

// A slider or a toggle: as wide as its key, at its present value, beside a pane.
void check_range_or_switch(const Key& key, const Value& present, const Control& control) {
  CHECK(control.values.empty());
  CHECK(control.pane >= 0);
  if (control.kind == Control::Kind::Toggle) {
    CHECK(key.type == Key::Type::Bool);
    CHECK(present == Value(control.on));
    return;
  }
  CHECK((key.type == Key::Type::Int || key.type == Key::Type::Number));
  CHECK(control.min == key.min);
  CHECK(control.max == key.max);
  CHECK(present == Value(control.value));
  const double ticks = (control.max - control.min) / control.tick;
  CHECK(std::abs(ticks - std::round(ticks)) < 1e-9);
  if (key.type == Key::Type::Int) CHECK(control.tick == std::floor(control.tick));
  check_text(control.shown, "value");
  check_text(control.widest, "widest value");
}

void check_controls(const LessonState& state, const Scene& scene) {
  const std::vector<Key> keys = state.lesson->keys(state);
  const auto known = [&](const std::string& name) {
    return std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
  };
  for (const Control& control : scene.controls) {
    CAPTURE(control.key);
    if (control.kind == Control::Kind::Command || control.kind == Control::Kind::Requests) {
      check_text(control.label, "command");
      continue;
    }
    const auto key = known(control.key);
    REQUIRE(key != keys.end());
    check_text(control.label, "label");
    CHECK(control.labels.size() == control.values.size());
    CHECK((control.pictures.empty() || control.pictures.size() == control.values.size()));
    CHECK((control.kind == Control::Kind::Pictures) == !control.pictures.empty());
    const Value present = value_of(state, control.key);
    if (control.kind == Control::Kind::Slider || control.kind == Control::Kind::Toggle) {
      check_range_or_switch(*key, present, control);
      continue;
    }
    for (const nn::Tensor* picture : control.pictures) CHECK(picture != nullptr);
    CHECK((control.steps.empty() || control.steps.size() == control.pictures.size()));
    for (size_t i = 0; i < control.steps.size(); ++i) {
      LessonState begun = state;
      const double step = std::max(control.steps[i], 0);
      CHECK(!update(begun, std::vector<Set>{{control.key, control.values[i]}, {"step", step}}));
    }
    CHECK(control.pane >= -1);
    CHECK(control.pane < int(scene.panes.size()));
    CHECK(control.selected >= -1);
    REQUIRE(control.selected < int(control.values.size()));
    for (const std::string& label : control.labels) check_text(label, "label of a value");
    for (const std::string& value : control.values)
      CHECK_MESSAGE(!check(*key, key->type == Key::Type::Int ? Value(std::stod(value)) : Value(value)),
                    value);
    if (control.selected < 0) {
      CHECK(present == Value(std::string("custom")));
    } else {
      CHECK(shown(present) == control.values[size_t(control.selected)]);
    }
  }
  for (const Pane& pane : scene.panes)
    for (const Figure& figure : pane.figures) {
      for (const auto& pair : {figure.picks, figure.drags}) {
        if (!pair) continue;
        CAPTURE(figure.id);
        for (const std::string& name : {pair->row_key, pair->col_key}) {
          REQUIRE(known(name) != keys.end());
          CHECK(known(name)->min == pair->first);
          CHECK(known(name)->max == pair->last);
        }
      }
      if (figure.picks) {  // a cell for every pair, the present one outlined
        const int row = figure.current / figure.cols, col = figure.current % figure.cols;
        CHECK(figure.picks->last - figure.picks->first == figure.rows - 1);
        CHECK(figure.cols == figure.rows);
        CHECK(value_of(state, figure.picks->row_key) == Value(double(figure.picks->first + row)));
        CHECK(value_of(state, figure.picks->col_key) == Value(double(figure.picks->first + col)));
      }
      if (figure.chooses.empty() && !figure.also.empty()) {
        LessonState next = state;
        std::vector<Set> click;
        for (const auto& [key, value] : figure.also) click.push_back({key, double(value)});
        CHECK(!update(next, click));
      } else if (!figure.chooses.empty()) {
        CAPTURE(figure.id);
        REQUIRE(known(figure.chooses) != keys.end());
        // The cells are all values of the key, once a click has set what it sets before.
        std::vector<Set> click;
        bool elsewhere = false;
        for (const auto& [key, value] : figure.also) {
          elsewhere |= value_of(state, key) != Value(double(value));
          click.push_back({key, double(value)});
        }
        if (!figure.chooses_plane.empty()) click.push_back({figure.chooses_plane, double(figure.planes - 1)});
        LessonState next = state;
        REQUIRE(!update(next, click));
        const std::vector<Key> ranges = next.lesson->keys(next);
        const auto chosen = std::find_if(ranges.begin(), ranges.end(),
                                         [&](const Key& key) { return key.name == figure.chooses; });
        if (figure.choice >= 0) {
          CHECK(!check(*chosen, Value(double(figure.choice))));
          continue;
        }
        CHECK(chosen->max == figure.rows * figure.cols - 1);
        if (!elsewhere) CHECK(value_of(state, figure.chooses) == Value(double(figure.current)));
      }
    }
}

void check_scene(const LessonState& state, const strings::Strings& language, int followed) {
  const Scene scene = scene_of(state, language, followed);
  check_text(scene.question, "question");
  check_text(scene.lead, "lead");
  REQUIRE(!scene.panes.empty());
  if (followed >= 0) CHECK(scene.followed == followed);
  CHECK(scene.followed < int(state.tensors.at("input").size()));
  std::set<std::string> panes;
  for (const Pane& pane : scene.panes) {
    CAPTURE(pane.id);
    CHECK(panes.insert(pane.id).second);
    check_text(pane.title, "title");
    check_text(pane.note, "note");
    check_text(pane.where, "where");
    CHECK(!pane.formula.empty());
    for (const Span& span : pane.formula) {
      check_text(span.text, "formula");
      CHECK(span.part < int(scene.parts.size()));
    }
    for (const Figure& figure : pane.figures)
      for (const Counted& counted : figure.counted) {
        CHECK((counted.part >= 0 && counted.part < int(scene.parts.size())));
        const CellRect& cells = counted.cells;
        const int frame = figure.padding;
        CHECK((cells.row >= -frame && cells.row + cells.rows <= figure.rows + frame));
        CHECK((cells.col >= -frame && cells.col + cells.cols <= figure.cols + frame));
      }
    std::set<std::string> ids;
    int heatmaps = 0;
    for (const Figure& figure : pane.figures) {
      if (has_cells(figure)) {
        CHECK_MESSAGE(ids.insert(figure.id).second, figure.id, " twice");
        check_cells(state, figure);
        heatmaps += figure.kind == FigureKind::Heatmap || figure.kind == FigureKind::Maps ||
                    figure.kind == FigureKind::Volume;
      } else if (figure.kind == FigureKind::Table) {
        check_table(state, figure);
        ++heatmaps;
      } else {
        CHECK(!figure.lines.empty());
        if (figure.kind == FigureKind::Note)
          for (const std::string& line : figure.lines) check_text(line, "note");
      }
    }
    CHECK(heatmaps > 0);
    CHECK(!pane.layouts.empty());
    for (const Layout& layout : pane.layouts) {
      std::set<int> used;
      check_layout(layout, pane, used);
      for (size_t i = 0; i < pane.figures.size(); ++i)
        if (pane.figures[i].kind == FigureKind::Heatmap)
          CHECK_MESSAGE(used.count(int(i)), pane.figures[i].id, " is left out of a layout");
    }
  }
  check_controls(state, scene);
}

LessonState varied(const Lesson& lesson, int round, nn::Pcg32& rng) {
  LessonState state = init(lesson, web_test::assets(), round % 2 == 1);
  if (round == 0) return state;
  for (size_t i = 0; i < lesson.keys(state).size(); ++i) {
    const Key key = lesson.keys(state)[i];
    Value value = key.initial;
    if (key.type == Key::Type::Int) value = double(rng.below(uint32_t(key.max) + 1));
    if (key.type == Key::Type::Number) value = double(rng.uniform(float(key.min), float(key.max)));
    if (key.type == Key::Type::Bool) value = rng.below(2) == 1;
    if (key.type == Key::Type::Choice) value = web_test::pick(key.values, rng);
    if (key.name != "step" && !check(key, value)) CHECK(!update(state, Set{key.name, value}));
  }
  for (const std::string& name : web_test::replaceable(state))
    if (rng.below(4) == 0) {
      nn::Tensor own = web_test::random_tensor(state.tensors.at(name).shape(), rng, 3);
      if (rng.below(3) == 0) std::fill(own.begin(), own.end(), 0.0f);
      CHECK(!update(state, ReplaceTensor{name, own}));
    }
  CHECK(!update(state, StepBy{int(rng.below(uint32_t(2 * state.steps))) - state.steps}));
  return state;
}

}  // namespace

TEST_CASE("scenes fit their states, in every language") {
  nn::Pcg32 rng(61);
  for (const Lesson* lesson : all())
    for (int round = 0; round < rounds(40); ++round) {
      const LessonState state = varied(*lesson, round, rng);
      std::string settings = lesson->id;
      for (const Key& key : lesson->keys(state))
        settings += " " + key.name + "=" + shown(value_of(state, key.name));
      CAPTURE(settings);
      const int pixels = int(state.tensors.at("input").size());
      for (const auto& language : strings::languages())
        for (int followed : {-1, 0, int(rng.below(uint32_t(pixels))), pixels - 1})
          check_scene(state, language, followed);
    }
}

TEST_CASE("every tensor that CONTRACT names for the lesson is there") {
  for (const Lesson* lesson : all()) {
    CAPTURE(std::string(lesson->id));
    const LessonState state = init(*lesson, web_test::assets());
    std::vector<std::string> names = {"input", "weight", "bias", "output", "window", "products"};
    if (std::string(lesson->id) == "pooling") names = {"input", "output", "window", "argmax"};
    if (std::string(lesson->id) == "parameters") names = {"input", "weight", "bias", "output"};
    for (const std::string& name : names) CHECK_MESSAGE(state.tensors.count(name), name);
  }
  const LessonState state = init(*find("flatten"), web_test::assets());
  const std::vector<std::pair<std::string, nn::Shape>> shapes = {
      {"input", {1, 28, 28}}, {"weight", {1, 1, 5, 5}}, {"bias", {1}},   {"output", {1, 28, 28}},
      {"window", {1, 5, 5}},  {"products", {1, 5, 5}},  {"flat", {784}}, {"fc_weight", {10, 784}},
      {"fc_bias", {10}},      {"fc_scores", {10}}};
  for (const auto& entry : shapes) {
    const auto& name = entry.first;
    const auto& shape = entry.second;
    REQUIRE_MESSAGE(state.tensors.count(name), name);
    CHECK_MESSAGE(state.tensors.at(name).shape() == shape, name, " ", state.tensors.at(name).shape().str());
  }
}

TEST_CASE("narration: words for every step, none like another's") {
  for (const Lesson* lesson : all())
    for (const auto& language : strings::languages()) {
      LessonState state = init(*lesson, web_test::assets());
      CHECK(!update(state, Set{"step", 0.0}));
      std::set<std::string> said;
      for (int step = 0; step < state.steps; ++step) {
        const std::string words = lesson->narration(state, language);
        check_text(words, "narration");
        CHECK_MESSAGE(said.insert(words).second, std::string(lesson->id), " ", language.code(), " step ",
                      step);
        CHECK(!update(state, StepBy{1}));
      }
    }
}
