// What a drawn frame is checked for: everything inside the screen, no letters over letters, none cut, and the
// scene's heatmaps asked of the sink.
#pragma once

#include <cmath>
#include <set>

#include "tests/views/views_support.h"
#include "web/views/layout.h"

namespace views_test {

inline const std::vector<ImVec2> kSizes = {{1920, 1080}, {1280, 800}, {1024, 768},
                                           {768, 1024},  {420, 800},  {320, 480}};

struct Glyph {
  views::Box box;
};

// Calls `triangle(first index, command)` for each triangle of the frame that was drawn last.
template <class Triangle>
inline void each_triangle(Triangle triangle) {
  const ImDrawData& data = *ImGui::GetDrawData();
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    for (const ImDrawCmd& command : list.CmdBuffer)
      for (unsigned e = 0; e + 2 < command.ElemCount; e += 3) {
        const ImDrawVert* corner[3];
        for (unsigned k = 0; k < 3; ++k)
          corner[k] =
              &list.VtxBuffer[int(command.VtxOffset + list.IdxBuffer[int(command.IdxOffset + e + k)])];
        triangle(corner, command);
      }
  }
}

// The letters on the screen: the upper right triangles of rectangles that show a part of the font's texture.
inline std::vector<Glyph> glyphs() {
  std::vector<Glyph> found;
  each_triangle([&](const ImDrawVert* const* corner, const ImDrawCmd&) {
    const ImVec2 a = corner[0]->uv, c = corner[2]->uv;
    const bool upper_right = corner[1]->pos.y == corner[0]->pos.y && corner[1]->pos.x == corner[2]->pos.x;
    if (upper_right && a.x < c.x && a.y < c.y) found.push_back({{corner[0]->pos, corner[2]->pos}});
  });
  return found;
}

// Where letters lie on one another, "" when they nowhere do.
inline std::string overlapping_letters(std::vector<Glyph> letters) {
  std::sort(letters.begin(), letters.end(),
            [](const Glyph& a, const Glyph& b) { return a.box.min.x < b.box.min.x; });
  for (size_t i = 0; i < letters.size(); ++i)
    for (size_t k = i + 1; k < letters.size() && letters[k].box.min.x < letters[i].box.max.x; ++k) {
      const views::Box &a = letters[i].box, &b = letters[k].box;
      const float w = std::min(a.max.x, b.max.x) - std::max(a.min.x, b.min.x);
      const float h = std::min(a.max.y, b.max.y) - std::max(a.min.y, b.min.y);
      const float smaller = std::min(a.width() * a.height(), b.width() * b.height());
      if (w > 0 && h > 0 && w * h > 0.3f * smaller && smaller > 4)
        return "letters over letters at " + std::to_string(int(b.min.x)) + ", " +
               std::to_string(int(b.min.y));
    }
  return "";
}

inline void check_inside(ImVec2 screen) {
  int triangles = 0, outside = 0;
  ImVec2 last;
  each_triangle([&](const ImDrawVert* const* corner, const ImDrawCmd& command) {
    ++triangles;
    const ImVec4 clip = command.ClipRect;
    const bool clipped = clip.x > 0 || clip.y > 0 || clip.z < screen.x || clip.w < screen.y;
    for (int k = 0; k < 3; ++k) {
      const ImVec2 at = corner[k]->pos;
      const bool finite = std::isfinite(at.x) && std::isfinite(at.y);
      if (finite && (clipped || (at.x >= -2 && at.y >= -2 && at.x <= screen.x + 2 && at.y <= screen.y + 2)))
        continue;
      ++outside;
      last = at;
    }
  });
  CHECK(triangles > 200);
  CHECK_MESSAGE(outside == 0, "corners outside, the last at ", last.x, ", ", last.y);
}

// Which of the scene's heatmaps the sink was asked for; all of the panes that are shown.
inline void check_heatmaps(Page& page, ImVec2 screen) {
  const auto& panes = page.scene().panes;
  int whole = 0;
  for (const lessons::Pane& pane : panes) {
    int asked = 0, heatmaps = 0;
    for (const lessons::Figure& figure : pane.figures) {
      if (figure.kind != lessons::FigureKind::Heatmap || figure.concealed) continue;
      ++heatmaps;
      asked += std::any_of(page.sink.drawn.begin(), page.sink.drawn.end(), [&](const Drawn& drawn) {
        return drawn.id == figure.id && drawn.values == figure.tensor->data() + figure.offset &&
               drawn.rows == figure.rows && drawn.cols == figure.cols;
      });
    }
    whole += asked == heatmaps;
  }
  CHECK(whole >= 1);
  if (screen.x >= 860) CHECK(whole == int(panes.size()));
  for (size_t i = 0; i < page.sink.drawn.size(); ++i) {
    const Drawn& a = page.sink.drawn[i];
    CAPTURE(a.id);
    CHECK((a.min.x >= 0 && a.min.y >= 0 && a.max.x <= screen.x && a.max.y <= screen.y));
    CHECK((a.max.x - a.min.x >= 8 && a.max.y - a.min.y >= 8));
    for (size_t k = 0; k < i; ++k) {
      const Drawn& b = page.sink.drawn[k];
      const bool again = a.min.x == b.min.x && a.min.y == b.min.y;  // the window in full colours
      const bool apart = a.min.x >= b.max.x - 0.1f || b.min.x >= a.max.x - 0.1f ||
                         a.min.y >= b.max.y - 0.1f || b.min.y >= a.max.y - 0.1f;
      CHECK_MESSAGE((again || apart), a.id, " over ", b.id);
    }
  }
}

inline void check_text(Page& page) {
  const std::vector<Glyph> letters = glyphs();
  CHECK(letters.size() > 60);
  CHECK(overlapping_letters(letters) == "");
  CHECK_MESSAGE(page.cut.empty(), "cut: ", page.cut.empty() ? "" : page.cut[0]);
}

inline void check_frame(Page& page, ImVec2 screen) {
  REQUIRE((ImGui::GetDrawData() && ImGui::GetDrawData()->CmdListsCount >= 1));
  check_inside(screen);
  check_heatmaps(page, screen);
  check_text(page);
}

inline std::string where(const lessons::Lesson* lesson, const std::string& lang, ImVec2 size) {
  return std::string(lesson->id) + " " + lang + " " + std::to_string(int(size.x)) + "×" +
         std::to_string(int(size.y));
}

}  // namespace views_test
