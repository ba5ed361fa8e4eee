// Walks through all lessons with hands on the page: actions of every kind, clicks and keys anywhere, in
// windows of every size. Each frame can be drawn, and everything in it is a number.
#include "tests/unit/long_support.h"
#include "tests/unit/walk_support.h"
#include "tests/views/frame_support.h"

using namespace views_test;

namespace {

void check_numbers(const Page& page) {
  bool finite = true;
  each_triangle([&](const ImDrawVert* const* corner, const ImDrawCmd&) {
    for (int k = 0; k < 3; ++k)
      finite = finite && std::isfinite(corner[k]->pos.x) && std::isfinite(corner[k]->pos.y);
  });
  CHECK(finite);
  for (const Drawn& drawn : page.sink.drawn) {
    const bool numbers = std::all_of(drawn.values, drawn.values + drawn.rows * drawn.cols,
                                     [](float value) { return std::isfinite(value); });
    CHECK_MESSAGE(numbers, drawn.id);
  }
}

void use(Page& page, const walk::Draw& draw) {
  static const ImGuiKey keys[] = {ImGuiKey_Space,      ImGuiKey_Escape,  ImGuiKey_LeftArrow,
                                  ImGuiKey_RightArrow, ImGuiKey_UpArrow, ImGuiKey_DownArrow,
                                  ImGuiKey_Home,       ImGuiKey_End,     ImGuiKey_Backspace,
                                  ImGuiKey_Enter,      ImGuiKey_PageUp,  ImGuiKey_PageDown};
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const ImVec2 place = {screen.x * float(draw(1000)) / 1000, screen.y * float(draw(1000)) / 1000};
  switch (draw(6)) {
    case 0:
      return page.click(place);
    case 1:
      return page.move(place);
    case 2:
      return page.key(keys[draw(int(std::size(keys)))]);
    case 3:
      page.app.advance(draw(256) / 64.0);
      page.app.wants_training();
      page.app.advance_training(3e7);
      break;
    default:
      page.app.dispatch(walk::any_action(page.app, draw));
  }
  page.frame();
}

}  // namespace

TEST_CASE(
    "random actions, clicks and keys in every lesson: each frame can be drawn, and shows numbers alone") {
  nn::Pcg32 rng(82);
  const walk::Draw draw = walk::drawn_from(rng);
  for (const lessons::Lesson* lesson : lessons::all())
    for (int i = 0; i < 4; ++i) {
      const ImVec2 size = walk::one_of(kSizes, draw);
      Page page(size.x, size.y, std::string("lesson=") + lesson->id, draw(2) ? "en" : "ko");
      CHECK(!page.app.take_digits(walk::few_digits().data(), walk::few_digits().size()));
      for (int k = 0; k < rounds(40); ++k) {
        CAPTURE(page.app.hash());
        use(page, draw);
        check_numbers(page);
      }
    }
}
