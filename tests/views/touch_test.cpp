// Fingers: all that can be pressed is large enough, and two of them enlarge the cells below.
#include <algorithm>
#include <cmath>
#include <map>

#include "tests/views/frame_support.h"
#include "web/views/widgets.h"
#include "web/views/zoom.h"

using namespace views_test;

namespace {

constexpr float kFinger = 40, kSlack = 0.05f;

// The targets of the next frame.
std::vector<views::Target> targets_of(Page& page) {
  std::vector<views::Target> targets;
  page.frame();
  views::note_targets(&targets);
  page.frame();
  views::note_targets(nullptr);
  return targets;
}

// A picture is looked at; its cells become as large as one likes, see below. A part of a formula says what it
// counts, and a press on it does nothing.
bool is_control(Page& page, const views::Target& target) {
  if (target.name == "part") return false;
  for (const lessons::Pane& pane : page.scene().panes)
    for (const lessons::Figure& figure : pane.figures)
      if (figure.id == target.name) return false;
  return true;
}

// Whether a press opens a list.
bool opens(Page& page, const views::Target& target) {
  using Kind = lessons::Control::Kind;
  for (const char* name : {"lessons", "lang", "theme", "pictures", "speed"})
    if (target.name == name) return true;
  for (const lessons::Control& control : page.scene().controls)
    if (control.key == target.name) return control.kind <= Kind::Buttons || control.kind == Kind::Requests;
  return false;
}

ImVec2 middle_of(const views::Box& box) { return {(box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2}; }

std::string shown(const views::Target& target) {
  const auto number = [](float value) { return std::to_string(int(std::lround(value))); };
  return target.name + " " + number(target.box.width()) + "×" + number(target.box.height()) + " at " +
         number(target.box.min.x) + ", " + number(target.box.min.y);
}

void check_targets(Page& page) {
  const std::vector<views::Target> targets = targets_of(page);
  CHECK(targets.size() > 5);
  for (size_t i = 0; i < targets.size(); ++i) {
    const views::Target& a = targets[i];
    if (!is_control(page, a)) continue;
    const bool large = a.box.width() >= kFinger - kSlack && a.box.height() >= kFinger - kSlack;
    CHECK_MESSAGE(large, shown(a));
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const bool on_screen = a.box.min.x >= -kSlack && a.box.min.y >= -kSlack &&
                           a.box.max.x <= screen.x + kSlack && a.box.max.y <= screen.y + kSlack;
    CHECK_MESSAGE(on_screen, shown(a));
    for (size_t k = 0; k < i; ++k) {
      const views::Target& b = targets[k];
      const float w = std::min(a.box.max.x, b.box.max.x) - std::max(a.box.min.x, b.box.min.x);
      const float h = std::min(a.box.max.y, b.box.max.y) - std::max(a.box.min.y, b.box.min.y);
      const bool over = a.list == b.list && w > kSlack && h > kSlack && is_control(page, b);
      CHECK_MESSAGE(!over, shown(a), " over ", shown(b));
    }
  }
}

}  // namespace

namespace {

// The page as it is, each of its panes where only one fits, and with each of its lists open.
void check_all_targets(Page& page) {
  page.view.fingers = ImGui::GetIO().DisplaySize.x > 400;  // a small page is for fingers in any case
  check_targets(page);
  for (size_t i = 0; i < page.scene().panes.size(); ++i) {
    page.view.shown_pane = int(i);
    check_targets(page);
  }
  for (const views::Target& target : targets_of(page)) {
    if (!opens(page, target)) continue;
    CAPTURE(target.name);
    page.click(middle_of(target.box));
    check_targets(page);
    page.key(ImGuiKey_Escape);
  }
}

const std::vector<ImVec2> kTouched = {{360, 640}, {320, 480}, {420, 800}, {768, 1024}, {1280, 800}};

}  // namespace

TEST_CASE("every target is 40 pixels wide and high for fingers, and none lies on another") {
  for (const lessons::Lesson* lesson : lessons::all())
    for (const auto& language : strings::languages())
      for (const ImVec2 size : kTouched)
        for (const char* more : {"", "&predict=1"}) {
          CAPTURE(where(lesson, language.code(), size) + more);
          Page page(size.x, size.y, std::string("lesson=") + lesson->id + more, language.code());
          check_all_targets(page);
        }
}

TEST_CASE("so are those of every view of the network") {
  for (const auto& language : strings::languages())
    for (const ImVec2 size : kTouched)
      for (const char* view : {"draw", "experiments", "training", "training&show=confusion",
                               "training&show=mistakes", "training&show=build"}) {
        CAPTURE(view);
        CAPTURE(where(lessons::find("network"), language.code(), size));
        Page page(size.x, size.y, std::string("lesson=network&view=") + view, language.code());
        check_all_targets(page);
      }
}

TEST_CASE("pictures that need two rows stand in rows about equally long") {
  for (const lessons::Lesson* lesson : lessons::all()) {
    CAPTURE(lesson->id);
    Page page(420, 800, std::string("lesson=") + lesson->id);
    const auto& controls = page.scene().controls;
    const auto choice = std::find_if(controls.begin(), controls.end(), [](const lessons::Control& control) {
      return !control.pictures.empty();
    });
    if (choice == controls.end()) continue;
    std::map<int, int> rows;  // how many in each, by its top
    for (const views::Target& target : targets_of(page)) {
      const auto& values = choice->values;
      if (target.name == "own_image" || std::find(values.begin(), values.end(), target.name) != values.end())
        ++rows[int(target.box.min.y)];
    }
    REQUIRE(rows.size() == 2);
    CHECK(std::abs(rows.begin()->second - rows.rbegin()->second) <= 1);
  }
}

TEST_CASE("fingers choose a layer by arrows or a tap, and change it by the buttons below") {
  for (const ImVec2 size : kTouched) {
    CAPTURE(size.x);
    Page page(size.x, size.y, "lesson=network&view=training&show=build");
    page.view.fingers = true;
    const auto stack = [&] { return page.lesson().settings.stack; };
    // The n-th target of that name in the pane of the convolutional net, which is drawn first.
    const auto press = [&](const std::string& name, int n = 0) {
      for (const views::Target& target : targets_of(page))
        if (target.name == name && n-- == 0) return page.click(middle_of(target.box));
      FAIL("no ", name);
    };
    press("stack", 1);  // the first convolution's +
    CHECK(stack() == "conv7x5p2-relu-pool2-conv12x3p1-relu-pool2-flatten-linear10");
    press("row-above");  // there is none
    press("row-below");
    press("row-below");
    press("row-below");
    press("stack", 0);
    CHECK(stack() == "conv7x5p2-relu-pool2-conv11x3p1-relu-pool2-flatten-linear10");
    press("row-above");
    press("stack", 2);  // the first pooling's ×
    CHECK(stack() == "conv7x5p2-relu-conv11x3p1-relu-pool2-flatten-linear10");
    for (const views::Target& target : targets_of(page))
      if (target.name == "train.cnn.layers") {  // its first row, a convolution
        page.click({target.box.min.x + 60, target.box.min.y + 6});
        break;
      }
    press("stack", 0);
    CHECK(stack() == "conv6x5p2-relu-conv11x3p1-relu-pool2-flatten-linear10");
  }
}

namespace {

// Two fingers around `from`, moved so that what was there is at `to`, with cells `ratio` times as large.
void pinch(Page& page, ImVec2 from, ImVec2 to, float ratio) {
  REQUIRE(views::begin_pinch(page.view, from));
  for (int i = 0; i < 4; ++i) {  // in four moves
    const auto way = [&](float a, float b, int n) { return a + (b - a) * float(n) / 4; };
    views::pinch(page.view, {way(from.x, to.x, i), way(from.y, to.y, i)},
                 {way(from.x, to.x, i + 1), way(from.y, to.y, i + 1)}, std::pow(ratio, 0.25f));
    page.frame();
  }
  views::end_pinch(page.view);
  page.frame(2);
}

}  // namespace

TEST_CASE(
    "two fingers enlarge a tensor's cells below them, and each cell is still the one that is pointed at") {
  for (const ImVec2 size : {ImVec2(360, 640), ImVec2(1280, 800)}) {
    CAPTURE(size.x);
    Page page(size.x, size.y, "lesson=convolution&image=digit-3");
    const Drawn before = page.heatmap("input");
    const int focus = 10 * before.cols + 15;
    const ImVec2 from = before.cell(focus);
    const size_t letters = glyphs().size();
    const float ratio = size.x < 400 ? 6 : 4;
    pinch(page, from, {from.x + 10, from.y - 6}, ratio);
    const Drawn after = page.heatmap("input");
    const float cell = (after.max.x - after.min.x) / float(after.cols);
    CHECK(cell == doctest::Approx(ratio * (before.max.x - before.min.x) / float(before.cols)).epsilon(0.01));
    CHECK(after.cell(focus).x == doctest::Approx(from.x + 10).epsilon(0.01));
    CHECK(after.cell(focus).y == doctest::Approx(from.y - 6).epsilon(0.01));
    CHECK(glyphs().size() > letters + 20);  // the values are in the cells now
    check_inside(size);
    // Everywhere in the frame, but for the corner where the button stands: the pixel that is followed is the
    // one there.
    int picked = 0;
    for (float y = std::ceil(before.min.y) + 1; y < before.max.y - 1; y += 3)
      for (float x = std::ceil(before.min.x) + 1; x < before.max.x - 1; x += 3) {
        if (x > before.max.x - 42 && y < before.min.y + 42) continue;
        ImGui::GetIO().AddMousePosEvent(x, y);
        page.frame();
        const int row = int((y - after.min.y) / cell), col = int((x - after.min.x) / cell);
        CHECK(page.view.hovered_pixel == row * after.cols + col);
        ++picked;
      }
    CHECK(picked > 1000);
    // A drag moves it below the finger and is no click; the button shows all of it again.
    page.move(after.cell(focus));
    page.press(true);
    page.move({after.cell(focus).x - 20, after.cell(focus).y + 14});
    page.press(false);
    CHECK(page.view.pinned_pixel == -1);
    const Drawn dragged = page.heatmap("input");
    CHECK(dragged.min.x == doctest::Approx(after.min.x - 20).epsilon(0.01));
    CHECK(dragged.min.y == doctest::Approx(after.min.y + 14).epsilon(0.01));
    // A click jumps there and presses in one frame: that is no drag.
    const ImVec2 there = dragged.cell(focus);
    page.leave();
    page.move({there.x - 60, there.y});
    ImGui::GetIO().AddMousePosEvent(there.x, there.y);
    page.press(true);
    page.press(false);
    CHECK(page.heatmap("input").min.x == dragged.min.x);
    CHECK(page.view.pinned_pixel == focus);
    page.click({before.max.x - 20, before.min.y + 20});
    CHECK(page.view.zooms.empty());
    CHECK(page.heatmap("input").min.x == before.min.x);
    CHECK(page.view.pinned_pixel == focus);
  }
}

TEST_CASE(
    "a picture that is zoomed covers its frame, is never smaller than it, and is whole in the next lesson") {
  Page page(360, 640, "lesson=convolution");
  const Drawn before = page.heatmap("input");
  const ImVec2 from = before.cell(0);
  pinch(page, from, {before.max.x + 200, before.max.y + 200}, 3);
  Drawn now = page.heatmap("input");
  CHECK((now.min.x <= before.min.x + 0.1f && now.min.y <= before.min.y + 0.1f));
  CHECK((now.max.x >= before.max.x - 0.1f && now.max.y >= before.max.y - 0.1f));
  pinch(page, before.cell(400), before.cell(400), 100);
  now = page.heatmap("input");
  CHECK((now.max.x - now.min.x) / float(now.cols) <= 72.1f);
  pinch(page, before.cell(400), before.cell(300), 0.001f);
  CHECK(page.view.zooms.empty());
  CHECK(page.heatmap("input").min.x == before.min.x);
  pinch(page, before.cell(400), before.cell(400), 3);
  page.key(ImGuiKey_Escape);
  CHECK(page.view.zooms.empty());
  pinch(page, before.cell(400), before.cell(400), 3);
  page.app.dispatch(app::SetState{{{"lesson", std::string("stride")}}});
  page.frame(2);
  CHECK(page.view.zooms.empty());
  CHECK_FALSE(views::begin_pinch(page.view, {180, 3}));  // the header
}

TEST_CASE("the first of two fingers presses, paints and picks nothing") {
  Page page(360, 640, "lesson=pattern");
  page.view.fingers = true;
  const nn::Tensor before = page.lesson().tensors.at("input");
  const Drawn input = page.heatmap("input");
  page.move(input.cell(30));
  page.press(true);
  REQUIRE(views::begin_pinch(page.view, input.cell(31)));
  views::pinch(page.view, input.cell(31), input.cell(31), 2);
  page.press(false);
  views::end_pinch(page.view);
  page.frame(2);
  CHECK(nn::same_bits(page.lesson().tensors.at("input"), before));
  CHECK(page.view.pinned_pixel == -1);
  // One alone does paint, when it is off again.
  const Drawn zoomed = page.heatmap("input");
  int cell = 0;
  while (zoomed.cell(cell).x < input.min.x || zoomed.cell(cell).y < input.min.y + 45) ++cell;
  page.move(zoomed.cell(cell));
  page.press(true);
  CHECK(nn::same_bits(page.lesson().tensors.at("input"), before));
  page.press(false);
  nn::Tensor painted = before;
  painted[size_t(cell)] = 1 - painted[size_t(cell)];
  CHECK(nn::same_bits(page.lesson().tensors.at("input"), painted));
}
