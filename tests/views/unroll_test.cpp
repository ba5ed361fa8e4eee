// A square on its way to a strip: each cell is drawn and can be pointed at where it is. And the ten
// templates, which are chosen by a click.
#include "tests/views/frame_support.h"

using namespace views_test;

namespace {

struct Flight {
  const lessons::Figure* strip;
  Drawn from, to;
  views::Box box(int index) const {
    const float t = lessons::unrolled(*strip, index), s = t * t * (3 - 2 * t);
    const ImVec2 a = from.cell(lessons::pixel_of(*strip, index)), b = to.cell(index);
    const ImVec2 at(a.x + (b.x - a.x) * s, a.y + (b.y - a.y) * s);
    const float w = mix((from.max.x - from.min.x) / 28, (to.max.x - to.min.x) / 784, s) / 2;
    const float h = mix((from.max.y - from.min.y) / 28, to.max.y - to.min.y, s) / 2;
    return {{at.x - w, at.y - h}, {at.x + w, at.y + h}};
  }
  // The cell on its way that is drawn above all others at this place.
  int at(ImVec2 p) const {
    for (int index = 783; index >= 0; --index) {
      const float t = lessons::unrolled(*strip, index);
      const views::Box b = box(index);
      if (t > 0 && t < 1 && p.x >= b.min.x && p.x < b.max.x && p.y >= b.min.y && p.y < b.max.y) return index;
    }
    return -1;
  }
  static float mix(float a, float b, float t) { return a + (b - a) * t; }
};

}  // namespace

TEST_CASE("a cell on its way is the pixel that it holds, under the pointer and when pinned") {
  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800)})
    for (const std::string order : {"rows", "columns", "any"})
      for (const int unroll : {10, 40, 70}) {
        CAPTURE(order);
        CAPTURE(unroll);
        Page page(size.x, size.y,
                  "lesson=flatten&step=0&order=" + order + "&unroll=" + std::to_string(unroll));
        int tried = 0;
        for (int index = 0; index < 784; index += 5) {
          page.leave();
          const auto& figures = page.scene().panes[0].figures;
          std::vector<Flight> flights;  // the later one is above the earlier
          for (const lessons::Figure& strip : figures)
            if (strip.from >= 0)
              flights.push_back(
                  {&strip, page.heatmap(figures[size_t(strip.from)].id), page.heatmap(strip.id)});
          REQUIRE(flights.size() == 2);
          const float t = lessons::unrolled(*flights[0].strip, index);
          if (t <= 0.02f || t >= 0.6f) continue;  // later it is narrower than a pixel of the mouse
          const views::Box box = flights[0].box(index);
          const ImVec2 middle(std::floor((box.min.x + box.max.x) / 2),  // where a mouse can be
                              std::floor((box.min.y + box.max.y) / 2));
          if (flights[0].at(middle) < 0) continue;
          int pixel = -1;
          for (const Flight& flight : flights)
            if (const int above = flight.at(middle); above >= 0)
              pixel = lessons::pixel_of(*flight.strip, above);
          REQUIRE(pixel >= 0);
          page.move(middle);
          CHECK(page.view.hovered_pixel == pixel);
          ++tried;
          if (index % 2) continue;
          page.press(true);
          page.press(false);
          CHECK(page.view.pinned_pixel == pixel);
          page.key(ImGuiKey_Escape);
        }
        CHECK(tried > 3);
      }
}

TEST_CASE("whole frames while it unrolls, in any order and with a question open") {
  for (const auto& language : strings::languages())
    for (const ImVec2 size : kSizes)
      for (const std::string order : {"rows", "columns", "any"}) {
        CAPTURE(where(lessons::all().front(), language.code(), size));
        Page page(size.x, size.y, "lesson=flatten&unroll=40&order=" + order, language.code());
        check_frame(page, size);
        for (const char* change : {"evidence", "predict"}) {
          page.app.dispatch(app::SetState{{{change, true}}});
          page.frame(2);
          check_frame(page, size);
        }
      }
}

TEST_CASE("a template chooses its class") {
  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800), ImVec2(320, 480)}) {
    Page page(size.x, size.y, "lesson=flatten&evidence=1");
    for (int c : {0, 9, 4}) {
      page.click(page.heatmap("fc_templates." + std::to_string(c)).cell(400));
      CHECK(page.lesson().settings.class_index == c);
    }
    page.app.dispatch(app::SetState{{{"lock", std::vector<std::string>{"class"}}}});
    page.frame(2);
    page.click(page.heatmap("fc_templates.7").cell(400));
    CHECK(page.lesson().settings.class_index == 4);
  }
}
