// A page without a window: the views in a headless Dear ImGui, the real fonts, and a list of the heatmaps
// that were asked for. Input goes in as the platform's events do.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "imgui.h"
#include "tests/unit/web_support.h"
#include "web/app/app.h"
#include "web/views/view_state.h"
#include "web/views/widgets.h"

namespace views_test {

struct Drawn {
  std::string id;
  ImVec2 min, max;  // on its plane, where that is seen in perspective
  int rows, cols;
  const float* values;
  views::Projection projection;
  // Where a place is seen that lies so many cells right of and below the upper left corner.
  ImVec2 at(float col, float row) const {
    const float w = (max.x - min.x) / float(cols), h = (max.y - min.y) / float(rows);
    return projection.seen({min.x + w * col, min.y + h * row});
  }
  // The middle of a cell, by its raster index.
  ImVec2 cell(int index) const { return at(float(index % cols) + 0.5f, float(index / cols) + 0.5f); }
};

struct RecordingSink : views::TextureSink {
  std::vector<Drawn> drawn;
  void heatmap(ImDrawList&, const views::HeatmapDraw& draw) override {
    const int planes = draw.scale == lessons::Scale::Rgb ? 3 : 1;
    const bool sound = draw.key && draw.values && draw.offset >= 0 && draw.limit > 0 &&
                       size_t(draw.offset + planes * draw.rows * draw.cols) <= draw.count;
    if (!sound) FAIL("a heatmap that cannot be drawn: ", draw.key ? *draw.key : "");
    const bool whole = draw.part_min.x >= draw.min.x && draw.part_min.y >= draw.min.y &&
                       draw.part_max.x <= draw.max.x && draw.part_max.y <= draw.max.y;
    if (!whole) FAIL("a part that is not in the whole: ", *draw.key);
    drawn.push_back({*draw.key, draw.min, draw.max, draw.rows, draw.cols, draw.values + draw.offset,
                     draw.projection ? *draw.projection : views::Projection{}});
  }
};

// The fonts that the build makes, in one atlas for all tests.
struct SharedFonts {
  ImFontAtlas atlas;
  views::FontFiles files;
  views::Fonts fonts;
  bool readable = false;
};
inline SharedFonts& shared_fonts() {
  static SharedFonts* shared = [] {
    auto* made = new SharedFonts;
    made->files = {web_test::asset_bytes("font-regular.ttf"), web_test::asset_bytes("font-bold.ttf")};
    ImGuiContext* before = ImGui::GetCurrentContext();
    ImGuiContext* context = ImGui::CreateContext(&made->atlas);
    ImGui::SetCurrentContext(context);
    made->readable = views::build_fonts(made->fonts, made->files, 1);
    ImGui::DestroyContext(context);
    ImGui::SetCurrentContext(before);
    return made;
  }();
  return *shared;
}

class Page {
 public:
  app::App app;
  views::ViewState view;
  RecordingSink sink;
  std::vector<std::string> cut;  // the texts of the last frame that end in an ellipsis

  Page(float width, float height, const std::string& hash = "", const std::string& lang = "en")
      : app(web_test::assets(), app::Defaults{lang}) {
    REQUIRE(shared_fonts().readable);
    context_ = ImGui::CreateContext(&shared_fonts().atlas);
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {width, height};
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    ImGui::GetStyle().AntiAliasedLinesUseTex = false;  // then only letters have a place in the font's texture
    view.can_share = true;  // as in the page
    app.dispatch(app::ApplyHash{hash});
    REQUIRE_MESSAGE(app.warnings().empty(), hash, ": ", app.warnings().empty() ? "" : app.warnings()[0]);
    frame(3);
  }
  ~Page() { ImGui::DestroyContext(context_); }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  void frame(int count = 1) {
    for (int i = 0; i < count; ++i) {
      ImGui::GetIO().DeltaTime = 1 / 60.0f;
      sink.drawn.clear();
      cut.clear();
      views::note_cut(&cut);
      view.wants_frame = false;
      ImGui::NewFrame();
      views::draw_frame(app, view, shared_fonts().fonts, sink);
      ImGui::Render();
      views::note_cut(nullptr);
    }
  }
  void move(ImVec2 to) {
    ImGui::GetIO().AddMousePosEvent(to.x, to.y);
    frame(3);
  }
  void leave() { move({-FLT_MAX, -FLT_MAX}); }
  void press(bool down) {
    ImGui::GetIO().AddMouseButtonEvent(0, down);
    frame(4);  // a text field that opens takes letters from the third on
  }
  void click(ImVec2 at) {
    move(at);
    press(true);
    press(false);
  }
  void key(ImGuiKey key) {
    ImGui::GetIO().AddKeyEvent(key, true);
    frame(2);
    ImGui::GetIO().AddKeyEvent(key, false);
    frame(2);
  }
  void type(const std::string& text) {
    for (char c : text) {
      ImGui::GetIO().AddInputCharacter(static_cast<unsigned char>(c));
      frame();
    }
    frame();
  }

  const lessons::LessonState& lesson() const { return app.state().lesson; }
  int step() const { return lesson().settings.step; }
  // The scene as the last frame drew it.
  const lessons::Scene& scene() {
    return app.scene(view.hovered_pixel >= 0 ? view.hovered_pixel : view.pinned_pixel);
  }
  // The n-th heatmap of this name, counting each place once; of a volume, whose planes are drawn one over the
  // other, the first in front.
  Drawn heatmap(const std::string& id, int n = 0) const {
    std::vector<const Drawn*> found;
    size_t first = 0;  // of the planes that lie on the same box
    for (const Drawn& drawn : sink.drawn) {
      if (drawn.id != id) continue;
      const bool same_box =
          !found.empty() && found.back()->min.x == drawn.min.x && found.back()->min.y == drawn.min.y;
      if (!same_box) first = found.size();
      if (same_box && found[first]->values == drawn.values) continue;  // a part of it again
      found.insert(found.begin() + long(first), &drawn);
    }
    if (size_t(n) >= found.size()) FAIL("not drawn: ", id);
    return *found[size_t(n)];
  }

 private:
  ImGuiContext* context_ = nullptr;
};

}  // namespace views_test
