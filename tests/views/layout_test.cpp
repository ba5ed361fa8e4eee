// The solver for layouts: as large as fits, rows equally high, columns equally wide, square cells.
#include "web/views/layout.h"

#include <cmath>

#include "tests/views/views_support.h"

using namespace views;
using lessons::FigureKind;
using lessons::Layout;

namespace {

constexpr float kSlack = 0.05f;

const std::vector<ImVec2> kSizes = {{320, 480},  {420, 800},  {768, 1024},
                                    {1024, 768}, {1280, 800}, {1920, 1080}};

Box around(const Layout& layout, const Solution& solution) {
  if (layout.kind == Layout::Kind::Leaf) return solution.boxes[size_t(layout.figure)];
  Box box = around(layout.children[0], solution);
  for (const Layout& child : layout.children) {
    const Box next = around(child, solution);
    box.min = {std::min(box.min.x, next.min.x), std::min(box.min.y, next.min.y)};
    box.max = {std::max(box.max.x, next.max.x), std::max(box.max.y, next.max.y)};
  }
  return box;
}

void collect_leaves(const Layout& layout, std::vector<int>& leaves) {
  if (layout.kind == Layout::Kind::Leaf) leaves.push_back(layout.figure);
  for (const Layout& child : layout.children) collect_leaves(child, leaves);
}

void check_equal_sides(const Layout& layout, const Solution& solution) {
  if (layout.kind == Layout::Kind::Leaf) return;
  const Box first = around(layout.children[0], solution);
  for (const Layout& child : layout.children) {
    const Box box = around(child, solution);
    if (layout.kind == Layout::Kind::Row) {
      CHECK(box.height() == doctest::Approx(first.height()).epsilon(1e-3));
      CHECK(std::abs(box.min.y - first.min.y) < kSlack);
    } else {
      CHECK(box.width() == doctest::Approx(first.width()).epsilon(1e-3));
      CHECK(std::abs(box.min.x - first.min.x) < kSlack);
    }
    check_equal_sides(child, solution);
  }
}

bool overlap(const Box& a, const Box& b) {
  return a.min.x < b.max.x - kSlack && b.min.x < a.max.x - kSlack && a.min.y < b.max.y - kSlack &&
         b.min.y < a.max.y - kSlack;
}

void check_solution(const lessons::Pane& pane, const Layout& layout, const Solution& solution, ImVec2 room,
                    const Metrics& m) {
  REQUIRE(solution.boxes.size() == pane.figures.size());
  CHECK(solution.size.x <= room.x + kSlack);
  CHECK(solution.size.y <= room.y + kSlack);
  std::vector<int> leaves;
  collect_leaves(layout, leaves);
  for (int i : leaves) {
    const Box& box = solution.boxes[size_t(i)];
    const lessons::Figure& figure = pane.figures[size_t(i)];
    CAPTURE(i);
    CAPTURE(figure.id);
    CHECK(box.width() > 0);
    CHECK(box.height() > 0);
    CHECK(box.min.x >= -kSlack);
    CHECK(box.min.y >= -kSlack);
    CHECK(box.max.x <= solution.size.x + kSlack);
    CHECK(box.max.y <= solution.size.y + kSlack);
    if (figure.kind == FigureKind::Heatmap) {
      const float cell_width = box.width() / float(figure.cols + 2 * figure.padding);
      const float cell_height = (box.height() - m.caption) / float(figure.rows + 2 * figure.padding);
      CHECK(cell_width > 0);
      CHECK(cell_height == doctest::Approx(cell_width).epsilon(1e-3));
    }
    for (int k : leaves)
      if (k < i) CHECK_MESSAGE(!overlap(box, solution.boxes[size_t(k)]), "figures ", i, " and ", k);
  }
  for (size_t i = 0; i < solution.boxes.size(); ++i)
    if (std::find(leaves.begin(), leaves.end(), int(i)) == leaves.end())
      CHECK(solution.boxes[i].width() + solution.boxes[i].height() == 0);
  check_equal_sides(layout, solution);
}

// As large as fits: a little more of one side would be too wide or too high.
bool touches(const Solution& solution, ImVec2 room) {
  return solution.size.x > room.x - 1 || solution.size.y > room.y - 1;
}

}  // namespace

TEST_CASE("every layout of every lesson, at every size") {
  const Metrics wide, narrow{6, 21, 14, 84, 14, 24, 60};
  for (const lessons::Lesson* lesson : lessons::all())
    for (const int kernel : {0, 1, 7}) {
      lessons::LessonState state = lessons::init(*lesson, web_test::assets());
      if (kernel > 0) update(state, lessons::Set{"kernel_size", double(kernel)});  // where the lesson has it
      const lessons::Scene scene = lesson->scene(state, strings::languages().front(), -1);
      for (const lessons::Pane& pane : scene.panes)
        for (size_t which = 0; which < pane.layouts.size(); ++which)
          for (const ImVec2 room : kSizes)
            for (const Metrics* metrics : {&wide, &narrow}) {
              const std::string what = std::string(lesson->id) + " " + pane.id + " layout " +
                                       std::to_string(which) + " in " + std::to_string(int(room.x)) + "×" +
                                       std::to_string(int(room.y)) + (metrics == &wide ? "" : " narrow");
              CAPTURE(what);
              const Solution solution = solve(pane, pane.layouts[which], room, *metrics);
              check_solution(pane, pane.layouts[which], solution, room, *metrics);
              CHECK(touches(solution, room));
            }
    }
}

TEST_CASE("solve_best is one of the layouts, and never one with clearly smaller pictures than another") {
  const Metrics m;
  for (const lessons::Lesson* lesson : lessons::all()) {
    const lessons::LessonState state = lessons::init(*lesson, web_test::assets());
    const lessons::Scene scene = lesson->scene(state, strings::languages().front(), -1);
    for (const lessons::Pane& pane : scene.panes)
      for (const ImVec2 room : kSizes) {
        CAPTURE(pane.id);
        CAPTURE(room.x);
        const Solution best = solve_best(pane, room, m);
        CHECK(best.size.x <= room.x + kSlack);
        CHECK(best.size.y <= room.y + kSlack);
        bool one_of_them = false;
        for (const Layout& layout : pane.layouts) {
          const Solution other = solve(pane, layout, room, m);
          one_of_them |= other.size.x == best.size.x && other.size.y == best.size.y;
          // Unless its maps are too small to be told apart.
          const bool readable = other.smallest_map >= std::min(18.0f, best.smallest_map);
          CHECK((best.picture_sides * 1.26f >= other.picture_sides || !readable));
        }
        CHECK(one_of_them);
      }
  }
}

TEST_CASE("one by hand: two squares in a row, and one above the other") {
  lessons::Pane pane;
  for (int i = 0; i < 2; ++i) {
    lessons::Figure figure;
    figure.rows = figure.cols = 4;
    pane.figures.push_back(figure);
  }
  Metrics m;
  m.gap = 10;
  m.caption = 20;
  const Solution row = solve(pane, lessons::row({lessons::leaf(0), lessons::leaf(1)}), {210, 500}, m);
  CHECK(row.boxes[0].width() == doctest::Approx(100));
  CHECK(row.boxes[1].min.x == doctest::Approx(110));
  CHECK(row.size.y == doctest::Approx(120));  // the caption below the square
  const Solution column = solve(pane, lessons::column({lessons::leaf(0), lessons::leaf(1)}), {500, 250}, m);
  CHECK(column.boxes[0].width() == doctest::Approx(100));
  CHECK(column.boxes[1].min.y == doctest::Approx(130));
  CHECK(column.size.y == doctest::Approx(250));
}
