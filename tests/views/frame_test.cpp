// Whole frames: every lesson in every language, theme and size is drawn, complete, inside the screen, with no
// text over another and none cut.
#include "imgui_internal.h"  // ImTextCharFromUtf8
#include "tests/unit/long_support.h"
#include "tests/views/frame_support.h"
#include "web/views/widgets.h"

using namespace views_test;

namespace {

const std::vector<std::string> kThemes = {"light", "dark", "projector"};

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

TEST_CASE("every kernel size, picture and filter, own numbers, and the controls hidden" *
          doctest::skip(kSanitized)) {
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
      for (int i = 0; i < 30; ++i) {
        page.frame();
        check_inside(size);
      }
      CHECK(page.view.glide.t == 1);
      CHECK(page.view.glide.flown == 1);
      CHECK(!page.view.wants_frame);  // and then it rests
    }
}

TEST_CASE("tooltips stay inside wherever the pointer is" * doctest::skip(kSanitized)) {
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

TEST_CASE("a tablet held upright shows both panes at once, whichever is chosen") {
  for (const lessons::Lesson* lesson : lessons::all()) {
    CAPTURE(lesson->id);
    Page page(768, 1024, std::string("lesson=") + lesson->id);
    const auto drawn = [&] {
      page.frame(2);
      std::vector<std::string> keys;
      for (const auto& heatmap : page.sink.drawn) keys.push_back(heatmap.id);
      return keys;
    };
    const std::vector<std::string> first = drawn();
    page.view.shown_pane = 1;
    CHECK(drawn() == first);
  }
}
