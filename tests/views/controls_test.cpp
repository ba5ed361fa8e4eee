// Sliders and toggles beside a pane, in a scene made here: what the pointer and the keys ask for.
#include "web/views/controls.h"

#include <cmath>

#include "tests/views/views_support.h"

using namespace views_test;
using lessons::Control;

namespace {

// A page whose only controls are a slider over −1 … 1 in twentieths and a toggle below it. What they ask for
// is kept in `asked`, and done to them when it is theirs.
struct Desk {
  Page page;
  lessons::Scene scene;
  std::vector<lessons::Set> asked;
  bool compact, arrows_taken = false;
  int rows = 0;

  explicit Desk(float width, bool narrow = false) : page(width, 800), compact(narrow) {
    Control amount, flip;
    amount.kind = Control::Kind::Slider;
    amount.key = "speed";
    amount.label = "amount";
    amount.pane = 0;
    amount.min = -1;
    amount.max = 1;
    amount.tick = 0.1;
    amount.shown = amount.widest = "wide words";
    flip.kind = Control::Kind::Toggle;
    flip.key = "theme";
    flip.label = "flip";
    flip.pane = 0;
    lessons::Pane pane;
    pane.title = "title";
    scene.panes = {pane};
    scene.controls = {amount, flip};
    draw();
  }
  Control& amount() { return scene.controls[0]; }
  Control& flip() { return scene.controls[1]; }

  void draw(int count = 3) {
    for (int i = 0; i < count; ++i) {
      ImGui::NewFrame();
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
      ImGui::Begin("desk", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove);
      views::Frame frame{page.app,
                         page.view,
                         scene,
                         shared_fonts().fonts,
                         views::theme("light"),
                         page.sink,
                         *ImGui::GetWindowDrawList(),
                         compact,
                         -1,
                         -1,
                         {},
                         {},
                         false};
      const float right = ImGui::GetIO().DisplaySize.x - 20;
      views::draw_controls(frame, 0, 20, right, 100);
      rows = views::control_rows(frame, 0, right - 20);
      arrows_taken = frame.arrows_taken;
      ImGui::End();
      ImGui::Render();
      for (const app::Action& action : frame.actions) {
        const lessons::Set& set = std::get<app::SetState>(action).changes.at(0);
        asked.push_back(set);
        if (set.key == "speed") amount().value = std::get<double>(set.value);
        if (set.key == "theme") flip().on = std::get<bool>(set.value);
      }
    }
  }
  void move(ImVec2 to) {
    ImGui::GetIO().AddMousePosEvent(to.x, to.y);
    draw();
  }
  void press(bool down) {
    ImGui::GetIO().AddMouseButtonEvent(0, down);
    draw();
  }
  void click(ImVec2 at) {
    move(at);
    press(true);
    press(false);
  }
  void key(ImGuiKey key) {
    for (bool down : {true, false}) {
      ImGui::GetIO().AddKeyEvent(key, down);
      draw(2);
    }
  }
  // The first place from the right in the first row that asks for something under `key`; x < 0: none does.
  ImVec2 find(const std::string& key, float y) {
    for (float x = ImGui::GetIO().DisplaySize.x - 22; x > 20; x -= 6) {
      asked.clear();
      click({x, y});
      for (const lessons::Set& set : asked)
        if (set.key == key) return {x, y};
    }
    return {-1, y};
  }
};

}  // namespace

TEST_CASE("a slider follows the pointer to both of its ends and no further, and stays when let go") {
  for (bool narrow : {false, true}) {
    Desk desk(1000, narrow);
    const ImVec2 at = desk.find("speed", 100);
    REQUIRE(at.x > 0);
    desk.move(at);
    desk.press(true);
    desk.move({at.x - 400, 300});
    CHECK(desk.amount().value == -1);
    desk.move({at.x + 400, 90});
    CHECK(desk.amount().value == 1);
    desk.move({at.x - 50, 90});
    const double between = desk.amount().value;
    CHECK(between > -1);
    CHECK(between < 1);
    CHECK(std::abs(between * 10 - std::round(between * 10)) < 1e-9);  // on a tick
    desk.asked.clear();
    desk.draw(5);
    CHECK(desk.asked.empty());  // a pointer that rests asks for nothing
    desk.press(false);
    desk.move({at.x + 400, 90});
    CHECK(desk.amount().value == between);
  }
}

TEST_CASE("a slider that was clicked takes the keys until a click elsewhere or Esc") {
  Desk desk(1000);
  CHECK(!desk.arrows_taken);
  desk.key(ImGuiKey_RightArrow);
  CHECK(desk.asked.empty());
  const ImVec2 at = desk.find("speed", 100);
  for (const bool by_click : {false, true}) {
    desk.click(at);
    desk.draw();
    CHECK(desk.arrows_taken);
    desk.key(ImGuiKey_Home);
    CHECK(desk.amount().value == -1);
    desk.key(ImGuiKey_LeftArrow);
    CHECK(desk.amount().value == -1);
    desk.key(ImGuiKey_RightArrow);
    CHECK(desk.amount().value == doctest::Approx(-0.9));
    desk.key(ImGuiKey_UpArrow);
    desk.key(ImGuiKey_DownArrow);
    CHECK(desk.amount().value == doctest::Approx(-0.9));
    desk.key(ImGuiKey_End);
    CHECK(desk.amount().value == 1);
    desk.key(ImGuiKey_RightArrow);
    CHECK(desk.amount().value == 1);
    if (by_click) {
      desk.click({300, 600});
    } else {
      desk.key(ImGuiKey_Escape);
    }
    desk.draw();
    CHECK(!desk.arrows_taken);
    desk.key(ImGuiKey_Home);
    CHECK(desk.amount().value == 1);
  }
}

TEST_CASE("a toggle turns at each click, on its switch and on its word") {
  Desk desk(1000);
  const ImVec2 word = desk.find("theme", 100);
  REQUIRE(word.x > 0);
  CHECK(desk.flip().on);
  desk.click(word);
  CHECK(!desk.flip().on);
  desk.click({word.x - 40, word.y});
  CHECK(desk.flip().on);
}

TEST_CASE("hidden controls are not there, locked ones do not move") {
  for (const std::string how : {"hide", "lock"}) {
    Desk desk(1000);
    const ImVec2 at = desk.find("speed", 100);
    desk.click(at);  // it takes the keys
    CHECK(!desk.page.app.dispatch(app::SetState{{{how, std::vector<std::string>{"speed", "theme"}}}}));
    CHECK(desk.find("speed", 100).x < 0);
    CHECK(desk.find("theme", 100).x < 0);
    desk.asked.clear();
    desk.key(ImGuiKey_Home);
    CHECK(desk.asked.empty());
    CHECK(!desk.arrows_taken);
  }
}

TEST_CASE("on a narrow page they stand below the title, in two rows where one has no room for both") {
  for (const float width : {1000.0f, 330.0f, 250.0f}) {
    Desk desk(width, true);
    CAPTURE(width);
    CHECK(desk.rows == (width > 300 ? 1 : 2));
    CHECK(desk.find("speed", 100).x > 0);
    CHECK((desk.find("theme", 100).x > 0) == (width > 300));
    CHECK((desk.find("theme", 100 + views::kControlRow).x > 0) == (width < 300));
  }
}
