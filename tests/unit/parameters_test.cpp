// What the lesson parameters counts, against counting one by one.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

#include "tests/unit/web_support.h"

using namespace lessons;

namespace {

LessonState with(int kernel, int filters) {
  LessonState state = init(*find("parameters"), web_test::assets());
  REQUIRE(!update(state, {{"kernel_size", double(kernel)}, {"out_channels", double(filters)}}));
  return state;
}

std::string formula(const LessonState& state, size_t pane) {
  const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
  std::string words;
  for (const Span& span : scene.panes[pane].formula) words += span.text;
  return words;
}

// Counted one at a time, as a reader of the picture would.
int64_t counted(int kernel, int filters) {
  int64_t count = 0;
  for (int o = 0; o < filters; ++o) {
    for (int c = 0; c < 3; ++c)
      for (int row = 0; row < kernel; ++row)
        for (int col = 0; col < kernel; ++col) ++count;
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("ten filters of 5×5×3 have 10·((5·5·3)+1) = 760 parameters") {
  const LessonState state = init(*find("parameters"), web_test::assets());
  CHECK(state.tensors.at("weight").shape() == nn::Shape{10, 3, 5, 5});
  CHECK(state.tensors.at("bias").shape() == nn::Shape{10});
  CHECK(state.tensors.at("output").shape() == nn::Shape{10, 28, 28});
  CHECK(formula(state, 0) == "10·((5·5·3)+1) = 760");
  CHECK(formula(state, 1) == "(3·32·32+1) · (10·28·28) = 24,092,320");
  for (const auto& language : strings::languages()) {
    const std::string words = state.lesson->narration(state, language);
    for (const std::string number : {"760", "24,092,320", "588,000", "24,084,480"})
      CHECK_MESSAGE(words.find(number) != words.npos, number, " is not in ", words);
  }
}

TEST_CASE("the formula grows factor by factor") {
  LessonState state = init(*find("parameters"), web_test::assets());
  const std::string built[] = {"5 = 5", "5·5 = 25", "5·5·3 = 75", "(5·5·3)+1 = 76", "10·((5·5·3)+1) = 760"};
  CHECK(state.steps == 5);
  for (int step = 0; step < 5; ++step) {
    REQUIRE(!update(state, Set{"step", double(step)}));
    CHECK(formula(state, 0) == built[step]);
  }
}

TEST_CASE("each factor of the formula counts what it is linked to in the picture") {
  for (int kernel = 1; kernel <= 7; ++kernel)
    for (int filters : {1, 2, 10, 12})
      for (int step = 0; step < 5; ++step) {
        CAPTURE(kernel);
        CAPTURE(filters);
        CAPTURE(step);
        LessonState state = with(kernel, filters);
        REQUIRE(!update(state, Set{"step", double(step)}));
        const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
        std::map<int, std::string> words;  // what the formula says of each part
        for (const Span& span : scene.panes[0].formula)
          if (span.part >= 0) words[span.part] += span.text;
        std::map<int, int> rects, area;
        std::map<int, std::set<std::string>> figures;
        std::map<int, std::set<std::pair<std::string, int>>> tops;  // no two of a part are the same
        for (const Figure& figure : scene.panes[0].figures)
          for (const Counted& counted : figure.counted) {
            const CellRect& cells = counted.cells;
            CHECK((cells.row >= 0 && cells.row + cells.rows <= figure.rows));
            CHECK((cells.col >= 0 && cells.col + cells.cols <= figure.cols));
            REQUIRE(counted.part < int(scene.parts.size()));
            CHECK(words.count(counted.part));
            ++rects[counted.part];
            area[counted.part] += cells.rows * cells.cols;
            figures[counted.part].insert(tensor_name(figure));
            CHECK(tops[counted.part].insert({figure.id, cells.row}).second);
          }
        CHECK(words.size() == std::vector<size_t>{1, 1, 2, 3, 4}[size_t(step)]);
        for (const auto& entry : words) {
          const int part = entry.first;
          const std::string& word = entry.second;
          CAPTURE(word);
          if (part == 0) {
            CHECK(word == (step == 0 ? std::to_string(kernel)
                                     : std::to_string(kernel) + "·" + std::to_string(kernel)));
            CHECK(area[part] == (step == 0 ? kernel : kernel * kernel));
          } else if (part == 1) {
            CHECK(word == "3");
            CHECK(rects[part] == 3);
            CHECK(area[part] == 3 * kernel * kernel);
          } else if (part == 2) {
            CHECK(word == "+1");
            CHECK(area[part] == 1);
            CHECK(figures[part] == std::set<std::string>{"bias"});
          } else {
            CHECK(word == std::to_string(filters));
            CHECK(rects[part] == 2 * filters);  // weights and bias
            CHECK(area[part] == counted(kernel, filters));
          }
        }
      }
}

TEST_CASE("every count and size: what the picture shows is what is counted") {
  for (int kernel = 1; kernel <= 7; ++kernel)
    for (int filters = 1; filters <= 12; ++filters) {
      CAPTURE(kernel);
      CAPTURE(filters);
      const LessonState state = with(kernel, filters);
      const int64_t side = 33 - kernel, outputs = filters * side * side, own = counted(kernel, filters);
      const nn::Tensor& counts = state.tensors.at("counts");
      CHECK(size_t(own) == state.tensors.at("weight").size() + state.tensors.at("bias").size());
      CHECK(counts[0] == float(own));
      CHECK(counts[1] == float(outputs * (3 * 32 * 32 + 1)));
      CHECK(counts[2] == float(outputs * kernel * kernel * 3));
      CHECK(counts[3] == float(outputs * 3 * 32 * 32));
      const Scene scene = state.lesson->scene(state, strings::languages().front(), -1);
      int64_t cells = 0;
      for (const Figure& figure : scene.panes[0].figures)
        if (figure.kind == FigureKind::Heatmap) cells += figure.rows * figure.cols;
      CHECK(cells == own);
      const Figure& square = scene.panes[1].figures[0];
      const int64_t ratio = outputs * (3 * 32 * 32 + 1) / own;
      CHECK(square.computed == ratio / (ratio > 100000 ? 100 : 1));
      CHECK(square.rows * square.cols >= square.computed);
      CHECK(square.rows * square.cols - square.computed < square.cols);
    }
}
