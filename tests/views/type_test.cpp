// Lines of text, read back from the vertices of their letters.
#include "web/views/type.h"

#include <cmath>

#include "tests/views/views_support.h"
#include "web/views/theme.h"

using namespace views_test;

namespace {

const std::vector<const char*> kTexts = {
    "A small shift mostly fades with each pooling; a shift by a multiple of the stride moves the result "
    "along.",
    "Slide one window: how does the feature map fill up?",
    "필터 하나는 패턴 하나를 찾습니다. 창 속에 그 패턴이 많을수록 점수가 오릅니다. 칸을 눌러 직접 그려 "
    "보세요.",
    "One word"};

struct Words {
  std::vector<float> lines;  // how wide each is
  float height = 0;          // as text_wrapped says
};

Words wrapped(Page& page, const std::string& words, float width, int most) {
  Words found;
  ImGui::NewFrame();
  ImGui::Begin("type", nullptr, ImGuiWindowFlags_NoDecoration);
  ImDrawList draw(ImGui::GetDrawListSharedData());
  draw._ResetForNewFrame();
  draw.PushClipRectFullScreen();
  draw.PushTextureID(shared_fonts().atlas.TexID);
  const views::Theme& theme = views::theme("light");
  views::Frame frame{
      page.app, page.view, page.scene(), shared_fonts().fonts, theme, page.sink, draw, false, -1, -1,
      {},       {},        false};
  ImFont* font = shared_fonts().fonts.regular15;
  found.height = views::text_wrapped(frame, font, {100, 0}, width, IM_COL32_BLACK, words, most);
  CHECK(found.height == views::wrapped_height(font, width, words, most));
  const float line = found.height / std::round(found.height / (views::font_size(font) * 1.4f));
  for (int i = 0; i + 3 < draw.VtxBuffer.Size; i += 4) {
    const ImVec2 from = draw.VtxBuffer[i].pos, to = draw.VtxBuffer[i + 2].pos;
    const size_t at = size_t((from.y + to.y) / 2 / line);
    if (found.lines.size() <= at) found.lines.resize(at + 1);
    found.lines[at] = std::max(found.lines[at], to.x - 100);
  }
  ImGui::End();
  ImGui::Render();
  return found;
}

}  // namespace

TEST_CASE("no line leaves its room, and the last is not left with a word or two") {
  Page page(1280, 800);
  int several = 0;
  for (const std::string words : kTexts)
    for (float width = 140; width <= 700; width += 7) {
      CAPTURE(words);
      CAPTURE(width);
      const Words all = wrapped(page, words, width, 20);
      REQUIRE(!all.lines.empty());
      for (const float line : all.lines) CHECK(line <= width + 1);
      if (all.lines.size() < 2) continue;
      ++several;
      // Not more lines than words that are packed greedily need.
      size_t greedy = 1;
      float used = 0;
      for (size_t from = 0; from < words.size();) {
        const size_t to = std::min(words.find(' ', from), words.size());
        ImFont* font = shared_fonts().fonts.regular15;
        const float space = used > 0 ? views::text_width(font, " ") : 0;
        const float word = views::text_width(font, words.substr(from, to - from));
        if (used > 0 && used + space + word > width)
          ++greedy, used = word;
        else
          used += space + word;
        from = to + 1;
      }
      CHECK(all.lines.size() == greedy);
      const float longest = *std::max_element(all.lines.begin(), all.lines.end());
      CHECK(all.lines.back() > 0.38f * longest);
    }
  CHECK(several > 100);
}

TEST_CASE("what is cut fills its lines") {
  Page page(1280, 800);
  const Words two = wrapped(page, kTexts[0], 200, 2);
  REQUIRE(two.lines.size() == 2);
  CHECK(two.lines[0] > 150);
  CHECK(two.lines[1] > 150);
}
