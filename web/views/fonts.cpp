#include "web/views/fonts.h"

#include <cmath>
#include <string>

#include "web/strings/strings.h"

namespace views {
namespace {

bool is_truetype(const std::vector<uint8_t>& file) {
  return file.size() > 12 && file[0] == 0 && file[1] == 1 && file[2] == 0 && file[3] == 0;
}

// The characters of all texts; with `questions_only`, just of those set in the largest size.
void collect(ImVector<ImWchar>& ranges, bool questions_only) {
  ImFontGlyphRangesBuilder builder;
  for (ImWchar c = 0x20; c < 0x7F; ++c) builder.AddChar(c);
  builder.AddText("×·→←Σ−±≤≥≠≈…–‘’“”⌊⌋");
  for (const auto& language : strings::languages())
    for (const auto& [key, text] : language.all())
      if (!questions_only || key.ends_with(".question") || key == "app.title") builder.AddText(text.c_str());
  builder.BuildRanges(&ranges);
}

}  // namespace

bool build_fonts(Fonts& fonts, const FontFiles& files, float pixel_ratio) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  // The atlas reads the ranges when it is built, below.
  ImVector<ImWchar> all, questions;
  collect(all, false);
  collect(questions, true);

  bool readable = true;
  const auto add = [&](const std::vector<uint8_t>& file, float size,
                       const ImVector<ImWchar>& ranges) -> ImFont* {
    ImFontConfig config;
    config.SizePixels = std::round(size * kLinePerEm * pixel_ratio);  // ImGui would cut it off
    if (file.empty()) return atlas.AddFontDefault(&config);
    if (!is_truetype(file)) {
      readable = false;
      return atlas.AddFontDefault(&config);
    }
    config.FontDataOwnedByAtlas = false;
    config.OversampleH = 2;
    config.PixelSnapH = false;
    void* bytes = const_cast<uint8_t*>(file.data());
    return atlas.AddFontFromMemoryTTF(bytes, int(file.size()), config.SizePixels, &config, ranges.Data);
  };
  fonts.regular13 = add(files.regular, 13, all);
  fonts.regular15 = add(files.regular, 15, all);
  fonts.bold15 = add(files.bold, 15, all);
  fonts.regular18 = add(files.regular, 18, all);
  fonts.bold18 = add(files.bold, 18, all);
  fonts.bold26 = add(files.bold, 26, questions);
  atlas.Flags |= ImFontAtlasFlags_NoMouseCursors;
  atlas.Build();
  ImGui::GetIO().FontGlobalScale = 1 / pixel_ratio;
  return readable;
}

}  // namespace views
