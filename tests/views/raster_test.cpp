// Pictures made on the CPU: a cell has the colour of its value, a line and a letter are where they were
// drawn.
#include "web/stills/raster.h"

#include "tests/views/views_support.h"

using namespace views_test;

namespace {

const ImU32 kPaper = IM_COL32(250, 250, 250, 255);

ImU32 at(const stills::Picture& picture, int x, int y) {
  const uint8_t* pixel = &picture.pixels[size_t(y * picture.width + x) * 3];
  return IM_COL32(pixel[0], pixel[1], pixel[2], 255);
}

// What `draw` puts into the list of a page of 120×80 pixels.
template <class Draw>
stills::Picture pictured(Draw draw) {
  ImGuiContext* context = ImGui::CreateContext(&shared_fonts().atlas);
  ImGui::SetCurrentContext(context);
  ImGui::GetIO().DisplaySize = {120, 80};
  ImGui::GetIO().IniFilename = nullptr;
  stills::Raster raster;
  ImGui::NewFrame();
  raster.begin_frame();
  draw(*ImGui::GetForegroundDrawList(), raster);
  ImGui::Render();
  const stills::Picture picture = raster.picture(kPaper);
  ImGui::DestroyContext(context);
  return picture;
}

views::HeatmapDraw heatmap(const views::Theme& theme, const std::string& key,
                           const std::vector<float>& values, int rows, int cols) {
  const views::MapEnds ends = views::map_ends(theme, lessons::Scale::Diverging);
  views::HeatmapDraw draw = {};
  draw.key = &key;
  draw.values = values.data();
  draw.count = values.size();
  draw.rows = rows;
  draw.cols = cols;
  draw.computed = -1;
  draw.min = draw.part_min = {10, 20};
  draw.max = draw.part_max = {10 + 10.0f * float(cols), 20 + 10.0f * float(rows)};
  draw.scale = lessons::Scale::Diverging;
  draw.limit = 2;
  draw.strength = 1;
  draw.keep = 1;
  draw.colours = {views::to_lab(ends.low),    views::to_lab(ends.high),   views::to_lab(ends.negative),
                  views::to_lab(theme.empty), views::to_lab(theme.paper), views::to_lab(theme.hairline)};
  return draw;
}

}  // namespace

TEST_CASE(
    "every cell of a picture has the colour of its value, and what is not computed yet that of nothing") {
  const views::Theme& theme = views::theme("light");
  const std::string key = "output";
  const std::vector<float> values = {-2, -1, 0, 0.5f, 1, 2};
  const auto picture = pictured([&](ImDrawList& list, stills::Raster& raster) {
    views::HeatmapDraw draw = heatmap(theme, key, values, 2, 3);
    draw.computed = 5;
    raster.heatmap(list, draw);
  });
  for (int i = 0; i < 6; ++i) {
    const ImU32 wanted =
        i < 5 ? views::value_colour(theme, lessons::Scale::Diverging, 2, values[size_t(i)]) : theme.empty;
    CHECK_MESSAGE(at(picture, 15 + i % 3 * 10, 25 + i / 3 * 10) == wanted, "cell ", i);
  }
  CHECK(at(picture, 9, 25) == kPaper);
  CHECK(at(picture, 40, 25) == kPaper);
}

TEST_CASE("seen in perspective a cell is where the projection puts it") {
  const views::Theme& theme = views::theme("light");
  const std::string key = "output";
  const std::vector<float> values = {-2, 2};
  views::Projection projection;
  projection.m[0] = 0.5f;  // half as wide, and 30 to the right
  projection.m[2] = 30;
  const auto picture = pictured([&](ImDrawList& list, stills::Raster& raster) {
    views::HeatmapDraw draw = heatmap(theme, key, values, 1, 2);
    draw.projection = &projection;
    raster.heatmap(list, draw);
  });
  CHECK(at(picture, 37, 25) == theme.negative);
  CHECK(at(picture, 43, 25) == theme.positive);
  CHECK(at(picture, 15, 25) == kPaper);
}

TEST_CASE("rectangles that share an edge cover each pixel once, and letters have ink") {
  const ImU32 half = IM_COL32(0, 0, 0, 128);
  const auto picture = pictured([&](ImDrawList& list, stills::Raster&) {
    list.AddRectFilled({10, 10}, {30, 30}, half);
    list.AddRectFilled({30, 10}, {50, 30}, half);
    list.AddText(shared_fonts().fonts.bold26, 30, {60, 30}, IM_COL32_BLACK, "I");
  });
  for (int y = 10; y < 30; ++y)
    for (int x = 10; x < 50; ++x) CHECK(at(picture, x, y) == at(picture, 12, 12));
  CHECK(at(picture, 50, 20) == kPaper);
  int ink = 0;
  for (int y = 30; y < 70; ++y)
    for (int x = 58; x < 80; ++x) ink += (at(picture, x, y) & 255) < 40;
  CHECK(ink > 30);
}
