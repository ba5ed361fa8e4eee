// What mouse and keyboard do: events go in as from the window, and the state is looked at.
#include <cmath>

#include "tests/unit/long_support.h"
#include "tests/views/views_support.h"
#include "web/app/schema.h"

using namespace views_test;

namespace {

std::string filter_of(const Page& page) {
  return std::get<std::string>(lessons::value_of(page.lesson(), "filter"));
}

// Clicks and presses everywhere on the page and uses every key.
void hammer(Page& page, float spacing) {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  for (float y = 6; y < size.y; y += spacing)
    for (float x = 6; x < size.x; x += spacing) {
      ImGui::GetIO().AddMousePosEvent(x, y);
      page.frame(2);
      for (bool down : {true, false}) {
        ImGui::GetIO().AddMouseButtonEvent(0, down);
        page.frame();
      }
    }
  for (ImGuiKey key : {ImGuiKey_Escape, ImGuiKey_Space, ImGuiKey_RightArrow, ImGuiKey_LeftArrow, ImGuiKey_End,
                       ImGuiKey_Home})
    page.key(key);
}

}  // namespace

TEST_CASE("space, arrows, Home and End") {
  for (const lessons::Lesson* lesson : lessons::all()) {
    CAPTURE(std::string(lesson->id));
    Page page(1280, 800, std::string("lesson=") + lesson->id);
    const int steps = page.lesson().steps, cols = page.lesson().out_cols;
    page.key(ImGuiKey_Home);
    CHECK(page.step() == 0);
    page.key(ImGuiKey_RightArrow);
    CHECK(page.step() == 1);
    page.key(ImGuiKey_DownArrow);
    const int below = std::min(1 + cols, steps - 1);
    CHECK(page.step() == below);
    page.key(ImGuiKey_LeftArrow);
    CHECK(page.step() == below - 1);
    page.key(ImGuiKey_UpArrow);
    CHECK(page.step() == 0);
    page.key(ImGuiKey_LeftArrow);
    CHECK(page.step() == 0);
    page.key(ImGuiKey_End);
    CHECK(page.step() == steps - 1);
    page.key(ImGuiKey_Space);
    CHECK(page.app.state().playing);
    CHECK(page.step() == 0);  // from the end it starts again
    page.key(ImGuiKey_Space);
    CHECK(!page.app.state().playing);
  }
}

TEST_CASE("a click on an output cell goes to its window") {
  for (const lessons::Lesson* lesson : lessons::all())
    for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(1920, 1080), ImVec2(420, 800)}) {
      Page page(size.x, size.y, std::string("lesson=") + lesson->id);
      std::string output;  // the last figure of the scene whose cells are windows, or the present filter's
      for (size_t i = 0; i < page.scene().panes.size(); ++i)
        for (const lessons::Figure& figure : page.scene().panes[i].figures)
          if (figure.link.is == lessons::CellIs::Output && figure.chooses == "step" && figure.also.empty()) {
            output = figure.id;
            page.view.shown_pane = int(i);
          }
      if (output.empty()) continue;  // nothing slides
      page.frame(2);
      const int steps = page.lesson().steps;
      for (int step : {0, 1, steps / 2 + 3, steps - 1}) {
        page.click(page.heatmap(output).cell(step));
        page.move(page.heatmap(output).cell(step));  // at the end the takeaway takes some room
        CHECK_MESSAGE(page.step() == step, std::string(lesson->id), " ", size.x);
        CHECK(page.view.hovered_window == step);
      }
    }
}

TEST_CASE("pointing at a pixel in any figure follows it in all") {
  for (const lessons::Lesson* lesson : lessons::all()) {
    CAPTURE(std::string(lesson->id));
    Page page(1280, 800, std::string("lesson=") + lesson->id);
    page.leave();
    const int unhovered = page.scene().followed;
    const lessons::Scene before = page.scene();
    int figures = 0;
    for (const lessons::Pane& pane : before.panes) {
      int nth;
      for (const lessons::Figure& figure : pane.figures) {
        if (figure.link.is != lessons::CellIs::Pixel && figure.link.is != lessons::CellIs::Tap) continue;
        const bool drawn = std::any_of(page.sink.drawn.begin(), page.sink.drawn.end(),
                                       [&](const Drawn& d) { return d.id == figure.id; });
        if (!drawn) continue;  // a layout may leave it out
        nth = 0;               // the same picture in a pane before this one
        for (const lessons::Pane& earlier : before.panes) {
          if (&earlier == &pane) break;
          for (const lessons::Figure& other : earlier.figures) nth += other.id == figure.id;
        }
        const int cells = figure.rows * figure.cols;
        for (int cell : {cells / 2, cells / 2 - figure.cols / 3, cells - 2}) {
          page.leave();
          CHECK(page.scene().followed == unhovered);
          page.move(page.heatmap(figure.id, nth).cell(cell));
          const int pixel = lessons::pixel_of(figure, cell);
          if (pixel < 0) continue;
          CAPTURE(figure.id);
          CAPTURE(cell);
          CHECK(page.view.hovered_pixel >= 0);
          if (figure.kind == lessons::FigureKind::Strip && figure.numbers) {
            // The cells of a lens move with what is followed.
          } else if (figure.kind == lessons::FigureKind::Strip) {
            CHECK(std::abs(page.scene().followed - pixel) <= 2);  // its cells are narrower than a pixel
          } else {
            CHECK(page.scene().followed == pixel);
          }
          ++figures;
        }
      }
    }
    if (page.lesson().tensors.count("window")) CHECK(figures >= 4);
  }
}

TEST_CASE(
    "a picture is dragged by whole cells, as far as it may; a cell of the map of moves makes its move") {
  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800)}) {
    Page page(size.x, size.y, "lesson=invariance&shift_x=0&shift_y=0");
    const auto moved = [&] {
      const lessons::Settings& s = page.lesson().settings;
      return std::pair(s.shift_x, s.shift_y);
    };
    const Drawn picture = page.heatmap("input_shifted");
    const auto drag_to = [&](int from, ImVec2 cells, bool release) {
      const float cell = (picture.max.x - picture.min.x) / float(picture.cols);
      const ImVec2 start = picture.cell(from);
      page.move(start);
      page.press(true);
      page.move({start.x + cells.x * cell, start.y + cells.y * cell});
      if (release) page.press(false);
    };
    drag_to(400, {3.1f, -1.9f}, true);
    CHECK(moved() == std::pair(3, -2));
    CHECK(page.view.pinned_pixel == -1);  // it was no click
    drag_to(400, {-4, 1}, false);         // on from where it is
    CHECK(moved() == std::pair(-1, -1));
    page.move(picture.cell(400));  // and back, in the same drag
    CHECK(moved() == std::pair(3, -2));
    page.press(false);
    drag_to(400, {0.2f, 0.1f}, true);
    CHECK(moved() == std::pair(3, -2));
    page.key(ImGuiKey_Escape);
    drag_to(392, {90, -90}, true);  // far out of the picture
    CHECK(moved() == std::pair(6, -6));

    page.click(page.heatmap("move_scores.class").cell(13 * 2 + 11));
    CHECK(moved() == std::pair(5, -4));
    page.app.dispatch(app::SetState{{{"lock", std::vector<std::string>{"shift_y"}}}});
    page.frame(2);
    page.click(page.heatmap("move_scores.class").cell(0));
    drag_to(400, {2, 0}, true);
    CHECK(moved() == std::pair(5, -4));  // both or neither
  }
}

TEST_CASE("a click pins a pixel, another or Esc lets it go") {
  Page page(1280, 800, "lesson=flatten");
  const Drawn input = page.heatmap("input");
  page.click(input.cell(100));
  CHECK(page.view.pinned_pixel == 100);
  page.leave();
  CHECK(page.scene().followed == 100);
  page.move(input.cell(300));  // what is pointed at goes before what is pinned
  CHECK(page.scene().followed == 300);
  page.leave();
  page.key(ImGuiKey_Escape);
  CHECK(page.view.pinned_pixel == -1);
  CHECK(page.scene().followed != 100);
  page.click(input.cell(100));
  page.click(input.cell(100));
  CHECK(page.view.pinned_pixel == -1);
  page.click(input.cell(100));
  page.click(input.cell(101));
  CHECK(page.view.pinned_pixel == 101);
}

TEST_CASE("dragging along the slider scrubs through the steps") {
  Page page(1280, 800, "lesson=convolution&step=0");
  // The transport is the lowest 76 pixels, the slider its middle part.
  const float y = 800 - 38;
  page.move({640, y});
  page.press(true);
  const int middle = page.step();
  CHECK(middle > 0);
  CHECK(middle < page.lesson().steps - 1);
  page.move({700, y});
  const int further = page.step();
  CHECK(further > middle);
  page.move({-50, y});
  CHECK(page.step() == 0);
  page.move({2000, y});
  CHECK(page.step() == page.lesson().steps - 1);
  page.press(false);
  page.move({640, y});
  CHECK(page.step() == page.lesson().steps - 1);  // let go
}

TEST_CASE("a lesson's slider scrubs through its values, then takes the arrows until Esc; its toggle turns") {
  Page page(1280, 800, "lesson=shuffle&shuffled=50");
  const auto& settings = page.lesson().settings;
  const float y = page.heatmap("input").min.y - 24;  // beside the title of the first pane
  float x = 100;
  while (x < 620 && settings.shuffled == 50) page.click({x += 6, y});
  CHECK(settings.shuffled < 10);  // its left end
  page.press(true);
  page.move({x + 60, y});
  page.press(false);
  const int between = settings.shuffled;
  CHECK(between > 10);
  CHECK(between < 100);
  const int step = page.step();
  page.key(ImGuiKey_RightArrow);
  CHECK(settings.shuffled == between + 1);
  CHECK(page.step() == step);
  page.key(ImGuiKey_Home);
  CHECK(settings.shuffled == 0);
  CHECK(page.step() == step);
  page.key(ImGuiKey_Escape);
  page.key(ImGuiKey_RightArrow);
  CHECK(settings.shuffled == 0);
  CHECK(page.step() == step + 1);
  x = 620;
  while (x > 400 && !settings.pixels_only) page.click({x -= 6, y});
  CHECK(settings.pixels_only);
  page.click({x, y});
  CHECK(!settings.pixels_only);
}

TEST_CASE("a class is chosen by its bar, a digit by its picture, a lesson by its name") {
  Page page(1280, 800, "lesson=flatten");
  const Drawn digit = page.heatmap("digit-8");
  page.click(digit.cell(400));
  CHECK(page.lesson().settings.image == "digit-8");
  const int before = page.lesson().settings.class_index;
  const Drawn weight = page.heatmap("fc_templates");  // the bars stand to its right
  page.click({weight.max.x + 60, weight.min.y + (weight.max.y - weight.min.y) * 0.05f});
  CHECK(page.lesson().settings.class_index != before);
  CHECK(page.lesson().settings.class_index == 0);
}

TEST_CASE("typing a number into a kernel cell") {
  Page page(1280, 800, "lesson=convolution");
  const nn::Tensor before = page.lesson().tensors.at("weight");
  const auto edit = [&](int cell, const std::string& text) {
    page.click(page.heatmap("weight").cell(cell));
    CHECK(page.view.edited_cell == cell);
    page.type(text);
    page.key(ImGuiKey_Enter);
  };
  edit(7, "1.25");
  CHECK(page.view.edited_cell == -1);
  CHECK(page.lesson().tensors.at("weight")[7] == 1.25f);
  for (size_t i = 0; i < before.size(); ++i)
    if (i != 7) CHECK(page.lesson().tensors.at("weight")[i] == before[i]);
  CHECK(filter_of(page) == "custom");
  edit(0, "-3e-2");
  CHECK(page.lesson().tensors.at("weight")[0] == -0.03f);
  const int step = page.step();
  page.key(ImGuiKey_RightArrow);  // the keys step again
  CHECK(page.step() == step + 1);
}

TEST_CASE("nonsense in a kernel cell: refused with a sentence, nothing lost, until Esc") {
  for (const std::string nonsense : {"abc", "1.2.3", "--1", "1e99", "nan", "inf", "1,5", ""}) {
    CAPTURE(nonsense);
    Page page(1280, 800, "lesson=convolution");
    const nn::Tensor before = page.lesson().tensors.at("weight");
    page.click(page.heatmap("weight").cell(7));
    if (nonsense.empty()) page.key(ImGuiKey_Delete);  // the whole number is selected
    page.type(nonsense);
    page.key(ImGuiKey_Enter);
    CHECK(nn::same_bits(page.lesson().tensors.at("weight"), before));
    CHECK(filter_of(page) == "vertical-edge");
    CHECK(page.view.edit_error.find(nonsense) != std::string::npos);
    CHECK(!page.view.edit_error.empty());
    CHECK(page.view.edited_cell == 7);
    page.frame(30);
    CHECK(!page.view.edit_error.empty());
    const int step = page.step();
    page.key(ImGuiKey_Space);  // goes to the field
    CHECK(page.step() == step);
    CHECK(!page.app.state().playing);
    page.key(ImGuiKey_Escape);
    CHECK(page.view.edit_error.empty());
    CHECK(page.view.edited_cell == -1);
    CHECK(nn::same_bits(page.lesson().tensors.at("weight"), before));
  }
}

TEST_CASE("a kernel cell that was opened but not changed stays what it is, to the bit") {
  for (const std::string filter : {"blur", "sharpen", "outline", "vertical-edge"})
    for (int kernel : {3, 7}) {
      CAPTURE(filter);
      CAPTURE(kernel);
      Page page(1280, 800, "lesson=convolution&filter=" + filter + "&kernel_size=" + std::to_string(kernel));
      const nn::Tensor before = page.lesson().tensors.at("weight");
      page.click(page.heatmap("weight").cell(2));
      page.key(ImGuiKey_Enter);
      CHECK(page.view.edited_cell == -1);
      CHECK(nn::same_bits(page.lesson().tensors.at("weight"), before));
      CHECK(filter_of(page) == filter);
      page.click(page.heatmap("weight").cell(1));
      page.click({1270, 600});  // somewhere else
      CHECK(filter_of(page) == filter);
    }
}

// All controls at once, so that one hammering tests them all.
TEST_CASE("what a teacher has hidden or locked cannot be operated" * doctest::skip(kSanitized)) {
  std::string all;
  for (const std::string& name : app::control_names()) all += (all.empty() ? "" : ",") + name;
  for (const lessons::Lesson* lesson : lessons::all())
    for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800)})
      for (const std::string how : {"hide", "lock"}) {
        Page page(size.x, size.y, std::string("lesson=") + lesson->id + "&" + how + "=" + all);
        const app::AppState before = page.app.state();
        hammer(page, size.x > 500 ? 28 : 20);
        CHECK(page.app.state().lesson.lesson == lesson);
        for (const lessons::Key& key : app::settable_keys(before, {})) {
          if (key.name == "step" && how == "hide")
            continue;  // a hidden slider leaves the picture to step with
          const std::string name =
              std::string(lesson->id) + " " + std::to_string(int(size.x)) + " " + how + ": " + key.name;
          CHECK_MESSAGE(app::value_of(page.app.state(), key.name) == app::value_of(before, key.name), name);
        }
      }
}

TEST_CASE("the same hammering does change what is free") {
  Page page(1280, 800, "lesson=convolution");
  hammer(page, 26);
  CHECK(page.app.hash() != "lesson=convolution");
}
