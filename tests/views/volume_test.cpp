// Volumes in perspective. That they are one is shown by what is true of every picture that a pinhole takes of
// a box, whatever its numbers: parallel edges meet in one point, equal distances keep their cross-ratio, and
// the three points where the edges meet are the corners of a triangle whose altitudes meet in the middle of
// the picture.
#include "web/views/volume.h"

#include <sys/mman.h>

#include <chrono>
#include <cmath>

#include "engine/rng.h"
#include "tests/views/frame_support.h"
#include "web/views/figure_view.h"

using namespace views_test;

namespace {

struct Vec {
  double x, y, z;
};
Vec cross(Vec a, Vec b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
// Points and lines of the plane in homogeneous coordinates: the line through two points, the point on two
// lines.
Vec point(ImVec2 at) { return {at.x, at.y, 1}; }
Vec meeting(ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d) {
  const Vec at = cross(cross(point(a), point(b)), cross(point(c), point(d)));
  return {at.x / at.z, at.y / at.z, 1};
}
double apart(Vec a, Vec b) { return std::hypot(a.x - b.x, a.y - b.y); }
double apart(ImVec2 a, ImVec2 b) { return apart(point(a), point(b)); }
// (AC · BD) / (BC · AD) of four points on a line.
double cross_ratio(ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d) {
  return apart(a, c) * apart(b, d) / (apart(b, c) * apart(a, d));
}

// Where the altitudes of a triangle meet.
Vec orthocentre(Vec a, Vec b, Vec c) {
  const auto altitude = [](Vec from, Vec p, Vec q) {  // through `from`, at a right angle to p q
    return cross(from, {from.x - (q.y - p.y), from.y + (q.x - p.x), 1});
  };
  const Vec at = cross(altitude(a, b, c), altitude(b, c, a));
  return {at.x / at.z, at.y / at.z, 1};
}

lessons::Figure stack(int planes, int rows, int cols, lessons::Pose pose) {
  lessons::Figure figure;
  figure.kind = lessons::FigureKind::Volume;
  figure.planes = figure.per_row = planes;
  figure.rows = rows;
  figure.cols = cols;
  figure.pose = pose;
  return figure;
}

constexpr views::Box kRoom{{40, 30}, {340, 290}};

struct Corners {
  ImVec2 at[4];  // upper left, upper right, lower right, lower left
};
Corners corners(const views::Volume& volume, int plane) {
  const views::Box& flat = volume.flat();
  const views::Projection p = volume.plane(float(plane));
  return {{p.seen(flat.min), p.seen({flat.max.x, flat.min.y}), p.seen(flat.max),
           p.seen({flat.min.x, flat.max.y})}};
}

// Whether `at` is within a convex outline.
bool inside(const Corners& outline, ImVec2 at) {
  for (int i = 0; i < 4; ++i) {
    const ImVec2 a = outline.at[i], b = outline.at[(i + 1) % 4];
    if ((b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) < 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a volume is seen as a pinhole sees a box") {
  for (const lessons::Pose pose :
       {lessons::Pose{32, 16, 55}, {-50, 35, 100}, {20, -40, 70}, {-25, -12, 30}}) {
    CAPTURE(pose.turn);
    CAPTURE(pose.tilt);
    const views::Volume volume(stack(4, 20, 20, pose), kRoom);
    const Corners first = corners(volume, 0), second = corners(volume, 1), third = corners(volume, 2),
                  last = corners(volume, 3);
    // Three directions, each with the point where two of its edges meet; all others meet there, too.
    const Vec across = meeting(first.at[0], first.at[1], first.at[3], first.at[2]);
    const Vec down = meeting(first.at[0], first.at[3], first.at[1], first.at[2]);
    const Vec deep = meeting(first.at[0], last.at[0], first.at[2], last.at[2]);
    const double far =
        1e-3 * (std::hypot(across.x, across.y) + std::hypot(down.x, down.y) + std::hypot(deep.x, deep.y));
    CHECK(apart(across, meeting(last.at[0], last.at[1], last.at[3], last.at[2])) < far);
    CHECK(apart(across, meeting(first.at[0], first.at[1], last.at[3], last.at[2])) < far);
    CHECK(apart(down, meeting(last.at[0], last.at[3], first.at[1], first.at[2])) < far);
    CHECK(apart(deep, meeting(first.at[1], second.at[1], first.at[3], third.at[3])) < far);
    // Equal distances: of four equally distant points the cross-ratio is 4 : 3; cells are equally distant.
    for (int i = 0; i < 4; ++i)
      CHECK(cross_ratio(first.at[i], second.at[i], third.at[i], last.at[i]) ==
            doctest::Approx(4.0 / 3).epsilon(1e-3));
    const views::Projection front = volume.plane(0);
    const views::Box& flat = volume.flat();
    const auto cell = [&](float part) { return front.seen({flat.min.x + part * flat.width(), flat.min.y}); };
    CHECK(cross_ratio(cell(0), cell(0.25f), cell(0.5f), cell(0.75f)) ==
          doctest::Approx(4.0 / 3).epsilon(1e-3));
    // The three directions are at right angles: the altitudes of that triangle meet where the eye looks at,
    // which is the middle of the box, where its diagonals cross.
    const Vec ortho = orthocentre(across, down, deep);
    const Vec centre = meeting(first.at[0], last.at[2], first.at[1], last.at[3]);
    CHECK(apart(ortho, centre) < 0.5);
  }
}

TEST_CASE("a volume stays in its room, is as large at every turn, and the nearest plane is the first") {
  nn::Pcg32 random(7);
  for (int n = 0; n < 4000; ++n) {
    const auto upto = [&](int most) { return int(random.below(uint32_t(most) + 1)); };
    const lessons::Pose pose{upto(100) - 50, upto(100) - 50, upto(100)};
    lessons::Figure figure = stack(1 + upto(15), 1 + upto(40), 1 + upto(40), pose);
    figure.padding = upto(3);
    const views::Volume volume(figure, kRoom);
    for (int plane = 0; plane < figure.planes; ++plane) {
      const Corners seen = corners(volume, plane);
      for (const ImVec2 at : seen.at) {
        const bool within = at.x > kRoom.min.x - 0.1f && at.x < kRoom.max.x + 0.1f &&
                            at.y > kRoom.min.y - 0.1f && at.y < kRoom.max.y + 0.1f;
        if (!within) FAIL("outside its room: ", at.x, ", ", at.y);
        const views::Projection p = volume.plane(float(plane));
        const ImVec2 back = p.seen(p.lying(at));
        if (apart(back, at) > 0.05) FAIL("not where it lies: ", back.x, " for ", at.x);
      }
      // Turned clockwise: seen from its front.
      const ImVec2 a = seen.at[0], b = seen.at[1], d = seen.at[3];
      if ((b.x - a.x) * (d.y - a.y) - (b.y - a.y) * (d.x - a.x) <= 0) FAIL("seen from behind");
    }
  }
  const auto side = [](int turn, int tilt) {
    return views::Volume(stack(3, 32, 32, {turn, tilt, 55}), kRoom).flat().width();
  };
  for (int turn = -50; turn <= 50; turn += 5)
    for (const int tilt : {-16, 0, 16}) CHECK(side(turn, tilt) == doctest::Approx(side(0, 0)));
}

TEST_CASE("the pointer finds the very cell of the very plane, and a click chooses it") {
  for (const std::string pose : {"", "&turn=-45&tilt=30&apart=100", "&turn=10&tilt=-20&apart=20", "&apart=0"})
    for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800)}) {
      CAPTURE(pose);
      Page page(size.x, size.y, "lesson=channels&step=31&kernel_size=3&padding=1" + pose);
      std::vector<Drawn> planes;
      const auto find = [&](int chosen) {  // at the last step the takeaway takes some room
        page.app.dispatch(app::SetState{{{"filter_index", double(chosen)}}});
        page.frame(2);
        planes.clear();
        for (int filter = 0; filter < 4; ++filter) planes.push_back(page.heatmap("output", filter));
      };
      const auto covered = [&](int plane, ImVec2 at) {
        for (int nearer = 0; nearer < plane; ++nearer) {
          const Drawn& d = planes[size_t(nearer)];
          if (inside({{d.at(0, 0), d.at(32, 0), d.at(32, 32), d.at(0, 32)}}, at)) return true;
        }
        return false;
      };
      int tried[4] = {};
      for (int plane = 0; plane < 4; ++plane)
        for (const int cell : {0, 31, 32 * 31, 1023, 333, 540, 700, 5 * 32 + 30, 2 * 32 + 3}) {
          find(0);
          const Drawn& drawn = planes[size_t(plane)];
          const float row = float(cell / 32), col = float(cell % 32);
          const ImVec2 middle = drawn.cell(cell),
                       at(std::floor(middle.x), std::floor(middle.y));  // where a mouse can be
          const Corners own = {{drawn.at(col, row), drawn.at(col + 1, row), drawn.at(col + 1, row + 1),
                                drawn.at(col, row + 1)}};
          if (!inside(own, at) || covered(plane, at)) continue;
          page.click(at);
          CAPTURE(plane);
          CAPTURE(at.x);
          CAPTURE(at.y);
          CHECK(page.step() == cell);
          CHECK(page.lesson().settings.filter_index == plane);
          ++tried[plane];
        }
      // Those before the chosen plane are veils: it is found everywhere.
      for (const int cell : {33, 300, 700, 900}) {
        find(2);
        const ImVec2 middle = planes[2].cell(cell);
        page.move(middle);
        if (size.x > 1000) CHECK(page.view.hovered_window == cell);
      }
      CHECK(tried[0] >= 5);
      if (size.x > 1000) CHECK(tried[0] == 9);
      if (size.x > 1000 && pose.find("apart=0") == std::string::npos) CHECK(tried[3] > 0);
    }
}

TEST_CASE("dragging turns all volumes of the pane and chooses nothing; where it is locked it does neither") {
  Page page(1280, 800, "lesson=channels");
  const auto pose = [&] { return page.lesson().settings; };
  const int step = page.step(), turn = pose().turn, tilt = pose().tilt;
  const ImVec2 start = page.heatmap("output").cell(500);
  const auto drag = [&](ImVec2 by) {
    page.move(start);
    ImGui::GetIO().AddMouseButtonEvent(0, true);
    page.frame(2);
    page.move({start.x + by.x, start.y + by.y});
    ImGui::GetIO().AddMouseButtonEvent(0, false);
    page.frame(3);
  };
  drag({-50, 25});
  CHECK(pose().turn == turn - 20);
  CHECK(pose().tilt == tilt + 10);
  drag({-900, 900});
  CHECK(pose().turn == -lessons::kMostTurn);
  CHECK(pose().tilt == lessons::kMostTurn);
  CHECK(page.step() == step);
  Page locked(1280, 800, "lesson=channels&lock=turn");
  const int before = locked.lesson().settings.turn;
  locked.move(locked.heatmap("output").cell(500));
  ImGui::GetIO().AddMouseButtonEvent(0, true);
  locked.frame(2);
  locked.move({start.x - 50, start.y});
  ImGui::GetIO().AddMouseButtonEvent(0, false);
  locked.frame(3);
  CHECK(locked.lesson().settings.turn == before);
}

// Pages of the tensor that may not be read while it is drawn: whoever looks at a cell crashes.
TEST_CASE("an activation of 256×256×64 is drawn without looking at its cells, and each is found") {
  Page page(1280, 800);
  const nn::Tensor tensor(nn::Shape{64, 256, 256});
  lessons::Figure figure = stack(64, 256, 256, {30, 15, 100});
  figure.id = "output";
  figure.scale = lessons::Scale::Diverging;
  figure.tensor = &tensor;
  const uintptr_t size = 4096, first = (uintptr_t(tensor.data()) + size - 1) / size * size;
  const size_t length = (uintptr_t(tensor.data() + tensor.size()) - first) / size * size;
  const lessons::Scene scene = page.scene();
  const auto draw = [&](int* vertices) {
    ImGui::GetIO().DeltaTime = 1 / 60.0f;
    page.sink.drawn.clear();
    ImGui::NewFrame();
    ImGui::Begin("volume");
    views::Frame frame{page.app,
                       page.view,
                       scene,
                       shared_fonts().fonts,
                       views::theme("light"),
                       page.sink,
                       *ImGui::GetWindowDrawList(),
                       false,
                       -1,
                       -1,
                       {},
                       {},
                       false};
    const int before = frame.draw.VtxBuffer.Size;
    const auto began = std::chrono::steady_clock::now();
    views::draw_figure(frame, figure, {{300, 100}, {900, 700}}, {});
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    *vertices = frame.draw.VtxBuffer.Size - before;
    ImGui::End();
    ImGui::Render();
    return took.count();
  };
  REQUIRE(mprotect(reinterpret_cast<void*>(first), length, PROT_NONE) == 0);
  double best = 1e9;
  int vertices = 0;
  for (int n = 0; n < 20; ++n) best = std::min(best, draw(&vertices));
  REQUIRE(mprotect(reinterpret_cast<void*>(first), length, PROT_READ | PROT_WRITE) == 0);
  CHECK(page.sink.drawn.size() == 64);
  CHECK(vertices < 64 * 200);
  MESSAGE("256×256×64 drawn in ", best, " ms");
  CHECK(best < 2);
}

TEST_CASE("the products of a step fly to the cell that they make, unless no motion is wanted") {
  const auto flies = [](const std::string& hash, bool still, int by, const std::string& id = "output") {
    Page page(1280, 800, hash);
    page.view.reduced_motion = still;
    page.app.dispatch(app::StepBy{by});
    page.frame();
    const auto flying = page.view.flying;
    const auto landing = page.view.landing;
    CAPTURE(hash);
    if (landing) {
      const ImVec2 at((landing->first.x + landing->second.x) / 2, (landing->first.y + landing->second.y) / 2);
      const bool volume = page.lesson().settings.view == "volumes";
      const int plane = volume ? page.lesson().settings.filter_index : 0;
      CHECK(apart(at, page.heatmap(id, plane).cell(page.step())) < 0.5);
    }
    for (int i = 0; i < 30; ++i) page.frame();
    CHECK(page.view.flying.empty());
    CHECK(!page.view.wants_frame);
    return landing ? int(flying.size()) : 0;
  };
  CHECK(flies("lesson=convolution&step=100", false, 1) == 1);
  CHECK(flies("lesson=convolution&step=100", true, 1) == 0);
  CHECK(flies("lesson=convolution&step=100", false, 300) == 0);  // a jump is a jump
  CHECK(flies("lesson=channels&step=100&filter_index=2", false, 1) == 3);
  CHECK(flies("lesson=channels&step=100&view=maps", false, 1, "output.0") == 3);
  CHECK(flies("lesson=network&layer=2&step=20", false, 1) == 6);
}
