// Whole frames: every lesson in every language, theme and size is drawn, complete, inside the screen, with no
// text over another and none cut.
#include <cmath>

#include "imgui_internal.h"  // ImTextCharFromUtf8
#include "tests/views/views_support.h"
#include "web/views/widgets.h"

using namespace views_test;
using views::Box;

namespace {

const std::vector<ImVec2> kSizes = {{1920, 1080}, {1280, 800}, {1024, 768},
                                    {768, 1024},  {420, 800},  {320, 480}};
const std::vector<std::string> kThemes = {"light", "dark", "projector"};

struct Glyph {
  Box box;
  ImVec2 uv;
};

// Calls `triangle(first index, command)` for each triangle of the frame that was drawn last.
template <class Triangle>
void each_triangle(Triangle triangle) {
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
std::vector<Glyph> glyphs() {
  std::vector<Glyph> found;
  each_triangle([&](const ImDrawVert* const* corner, const ImDrawCmd&) {
    const ImVec2 a = corner[0]->uv, c = corner[2]->uv;
    const bool upper_right = corner[1]->pos.y == corner[0]->pos.y && corner[1]->pos.x == corner[2]->pos.x;
    if (upper_right && a.x < c.x && a.y < c.y) found.push_back({{corner[0]->pos, corner[2]->pos}, a});
  });
  return found;
}

// Where letters lie on one another, "" when they nowhere do.
std::string overlapping_letters(std::vector<Glyph> letters) {
  std::sort(letters.begin(), letters.end(),
            [](const Glyph& a, const Glyph& b) { return a.box.min.x < b.box.min.x; });
  for (size_t i = 0; i < letters.size(); ++i)
    for (size_t k = i + 1; k < letters.size() && letters[k].box.min.x < letters[i].box.max.x; ++k) {
      const Box &a = letters[i].box, &b = letters[k].box;
      const float w = std::min(a.max.x, b.max.x) - std::max(a.min.x, b.min.x);
      const float h = std::min(a.max.y, b.max.y) - std::max(a.min.y, b.min.y);
      const float smaller = std::min(a.width() * a.height(), b.width() * b.height());
      if (w > 0 && h > 0 && w * h > 0.3f * smaller && smaller > 4)
        return "letters over letters at " + std::to_string(int(b.min.x)) + ", " +
               std::to_string(int(b.min.y));
    }
  return "";
}

bool is_ellipsis(const Glyph& glyph) {
  for (ImFont* font : shared_fonts().atlas.Fonts) {
    const ImFontGlyph* dots = font->FindGlyphNoFallback(0x2026);
    if (dots && dots->U0 == glyph.uv.x && dots->V0 == glyph.uv.y) return true;
  }
  return false;
}

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

void check_inside(ImVec2 screen) {
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
void check_heatmaps(Page& page, ImVec2 screen) {
  const auto& panes = page.scene().panes;
  int whole = 0;
  for (const lessons::Pane& pane : panes) {
    int asked = 0, heatmaps = 0;
    for (const lessons::Figure& figure : pane.figures) {
      if (figure.kind != lessons::FigureKind::Heatmap) continue;
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

void check_text(Page& page, ImVec2 screen) {
  const std::vector<Glyph> letters = glyphs();
  CHECK(letters.size() > 60);
  CHECK(overlapping_letters(letters) == "");
  if (screen.x < 1280 || screen.y < 800) return;
  int dots = 0, meant = 0;  // some texts have dots of their own: "0…323"
  ImVec2 last;
  for (const Glyph& glyph : letters)
    if (is_ellipsis(glyph)) {
      ++dots;
      last = glyph.box.min;
    }
  for (const lessons::Pane& pane : page.scene().panes) meant += count_of(pane.where, "…");
  CHECK_MESSAGE(dots == meant, "a text is cut; the last ellipsis is at ", last.x, ", ", last.y);
}

void check_frame(Page& page, ImVec2 screen) {
  REQUIRE((ImGui::GetDrawData() && ImGui::GetDrawData()->CmdListsCount >= 1));
  check_inside(screen);
  check_heatmaps(page, screen);
  check_text(page, screen);
}

std::string where(const lessons::Lesson* lesson, const std::string& lang, ImVec2 size) {
  return std::string(lesson->id) + " " + lang + " " + std::to_string(int(size.x)) + "×" +
         std::to_string(int(size.y));
}

}  // namespace

TEST_CASE("every lesson × language × theme × size × step") {
  for (const lessons::Lesson* lesson : lessons::all())
    for (const auto& language : strings::languages())
      for (const ImVec2 size : kSizes)
        for (const std::string& theme : kThemes) {
          const std::string name = where(lesson, language.code(), size) + " " + theme;
          CAPTURE(name);
          Page page(size.x, size.y, std::string("lesson=") + lesson->id + "&theme=" + theme, language.code());
          CHECK(page.lesson().lesson == lesson);
          check_frame(page, size);
          if (theme != "light") continue;  // the themes differ in colours alone
          const int last = page.lesson().steps - 1;
          for (const int step : {0, last / 3, last}) {
            CAPTURE(step);
            page.app.dispatch(app::SetState{{{"step", double(step)}}});
            page.frame(2);
            check_frame(page, size);
          }
          for (size_t i = 0; i < page.scene().panes.size(); ++i) {  // where only one fits: each of them
            page.view.shown_pane = int(i);
            page.frame(2);
            check_frame(page, size);
          }
        }
}

TEST_CASE("every kernel size, picture and filter, own numbers, and the controls hidden") {
  for (const lessons::Lesson* lesson : lessons::all())
    for (const auto& language : strings::languages())
      for (const ImVec2 size : kSizes) {
        CAPTURE(where(lesson, language.code(), size));
        Page page(size.x, size.y, std::string("lesson=") + lesson->id, language.code());
        const auto set = [&](const std::string& key, const lessons::Value& value) {
          CAPTURE(key);
          CAPTURE(lessons::shown(value));
          if (page.app.dispatch(app::SetState{{{key, value}}})) return;
          page.frame(2);
          check_frame(page, size);
        };
        for (const lessons::Key& key : lesson->keys(page.lesson())) {
          if (key.type == lessons::Key::Type::Choice)
            for (const std::string& value : key.values) set(key.name, value);
          if (key.type == lessons::Key::Type::Int && key.name != "step")
            for (double value = key.min; value <= key.max;
                 value += std::max(1.0, std::floor((key.max - key.min) / 12)))  // a dozen of many
              set(key.name, value);
          if (key.type == lessons::Key::Type::Bool)
            for (bool value : {true, false}) set(key.name, value);
        }
        for (const std::string& name : web_test::replaceable(page.lesson())) {
          nn::Tensor own(page.lesson().tensors.at(name).shape());
          std::fill(own.begin(), own.end(), -123.456f);
          CHECK(!page.app.dispatch(app::SetTensor{name, own}));
        }
        page.frame(2);
        check_frame(page, size);
        for (const std::string control :
             {"lessons", "transport", "speed", "image", "filter", "kernel_size", "lang", "theme"})
          set("hide", std::vector<std::string>{control});
      }
}

TEST_CASE("the glide from window to window stays inside, too") {
  for (const lessons::Lesson* lesson : lessons::all())
    for (const ImVec2 size : kSizes) {
      CAPTURE(where(lesson, "en", size));
      Page page(size.x, size.y, std::string("lesson=") + lesson->id + "&step=0");
      page.app.dispatch(app::StepBy{1});
      for (int i = 0; i < 20; ++i) {
        page.frame();
        check_inside(size);
      }
      CHECK(page.view.glide.t == 1);
      CHECK(!page.view.wants_frame);  // and then it rests
    }
}

TEST_CASE("tooltips stay inside wherever the pointer is") {
  for (const lessons::Lesson* lesson : lessons::all())
    for (const auto& language : strings::languages())
      for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(320, 480)}) {
        Page page(size.x, size.y, std::string("lesson=") + lesson->id, language.code());
        for (float y = 3; y < size.y; y += size.y / 23)
          for (float x = 3; x < size.x; x += size.x / 23) {
            CAPTURE(where(lesson, language.code(), size));
            CAPTURE(x);
            CAPTURE(y);
            ImGui::GetIO().AddMousePosEvent(x, y);
            page.frame(2);
            check_inside(size);
          }
      }
}

TEST_CASE("every character of every text has a glyph") {
  SharedFonts& shared = shared_fonts();
  REQUIRE(shared.readable);
  const views::Fonts& f = shared.fonts;
  const std::vector<std::pair<std::string, ImFont*>> fonts = {
      {"regular13", f.regular13}, {"regular15", f.regular15}, {"bold15", f.bold15},
      {"regular18", f.regular18}, {"bold18", f.bold18},       {"bold26", f.bold26}};
  for (const auto& entry : fonts) {
    const auto& name = entry.first;
    const auto& font = entry.second;
    REQUIRE(font != nullptr);
    for (const auto& language : strings::languages())
      for (const auto& entry : language.all()) {
        const auto& key = entry.first;
        const auto& text = entry.second;
        if (name == "bold26" && !key.ends_with(".question")) continue;
        for (const char* at = text.c_str(); *at;) {
          unsigned character = 0;
          at += ImTextCharFromUtf8(&character, at, nullptr);
          CHECK_MESSAGE(font->FindGlyphNoFallback(ImWchar(character)) != nullptr, name, " ", key, " U+",
                        character);
        }
      }
    for (const char* at = "0123456789.,+-−×·→Σ…[]=≠≈()/%⌊⌋ ywxsb"; *at && name != "bold26";) {
      unsigned character = 0;
      at += ImTextCharFromUtf8(&character, at, nullptr);
      CHECK_MESSAGE(font->FindGlyphNoFallback(ImWchar(character)) != nullptr, name, " U+", character);
    }
    // Digits are as wide as one another, so that numbers do not tremble.
    for (ImWchar digit = '0'; digit <= '9'; ++digit)
      CHECK(font->GetCharAdvance(digit) == font->GetCharAdvance('0'));
  }
}

TEST_CASE("fonts that are none are said to be, and the page is drawn all the same") {
  ImGuiContext* context = ImGui::CreateContext();
  ImGui::SetCurrentContext(context);
  for (const size_t size : {size_t(1), size_t(40), size_t(5000)}) {
    views::FontFiles files = {std::vector<uint8_t>(size, 'x'), shared_fonts().files.bold};
    views::Fonts fonts;
    CHECK(!views::build_fonts(fonts, files, 1));
    CHECK((fonts.regular13 && fonts.bold15 && fonts.bold26));
  }
  for (float ratio : {1.0f, 1.25f, 2.0f, 3.0f}) {
    views::Fonts fonts;
    CHECK(views::build_fonts(fonts, shared_fonts().files, ratio));
    CHECK(views::font_size(fonts.regular15) == doctest::Approx(15).epsilon(0.035));
  }
  ImGui::DestroyContext(context);
}
