// The typeface in the few sizes the page uses: 26, 18, 15 and 13 logical pixels.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "imgui.h"

namespace views {

// Dear ImGui's size of a font is its line (ascent + descent); a designer's is its em. Pretendard's line
// is this many ems. All sizes in the views are ems, as in CSS.
constexpr float kLinePerEm = 2446.0f / 2048.0f;

struct Fonts {
  ImFont* regular13 = nullptr;
  ImFont* regular15 = nullptr;
  ImFont* bold15 = nullptr;
  ImFont* regular18 = nullptr;
  ImFont* bold18 = nullptr;
  ImFont* bold26 = nullptr;
};

struct FontFiles {
  std::vector<uint8_t> regular, bold;  // TrueType; empty = Dear ImGui's own font (tests)
};

// Fills the font atlas of the current ImGui context for a screen with `pixel_ratio` pixels a logical
// pixel; glyphs are those of all strings. Returns false when a file is no TrueType font.
// `files` must outlive the atlas.
bool build_fonts(Fonts& fonts, const FontFiles& files, float pixel_ratio);

}  // namespace views
