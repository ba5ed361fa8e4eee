// What a click into a picture does beyond stepping: painting, choosing a filter, choosing a picture; and the
// links between a formula and what it counts.
#include <map>

#include "tests/views/views_support.h"

using namespace views_test;

TEST_CASE("a click paints a cell and keeps the window; another erases it; a tile chooses its filter") {
  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800), ImVec2(320, 480)}) {
    Page page(size.x, size.y, "lesson=pattern&step=8");
    const auto cells = [&] { return page.lesson().tensors.at("input"); };
    const nn::Tensor before = cells();
    const int place = page.lesson().cell;
    const int blank = 3 * 16 + 12;
    REQUIRE(before[size_t(blank)] == 0);
    page.click(page.heatmap("input").cell(blank));
    CHECK(cells()[size_t(blank)] == 1);
    CHECK(page.lesson().cell == place);
    page.click(page.heatmap("input").cell(blank));
    CHECK(nn::same_bits(cells(), before));
    const int lit = 3 * 16 + 3;  // the middle of the first pattern
    page.click(page.heatmap("input").cell(lit));
    CHECK(cells()[size_t(lit)] == 0);
    CHECK(page.lesson().cell == place);
    page.view.shown_pane = 1;
    page.frame(2);
    page.click(page.heatmap("weight.4").cell(12));
    CHECK(page.lesson().settings.filter_index == 4);
    page.click(page.heatmap("output").cell(30));  // the picture is one's own: the window slides
    CHECK(page.step() == 30);
    const nn::Tensor own = cells();
    page.app.dispatch(app::SetState{{{"lock", std::vector<std::string>{"input", "filter_index"}}}});
    page.view.shown_pane = 0;
    page.frame(2);
    page.click(page.heatmap("input").cell(blank));
    CHECK(nn::same_bits(cells(), own));
    page.view.shown_pane = 1;
    page.frame(2);
    page.click(page.heatmap("weight.2").cell(12));
    CHECK(page.lesson().settings.filter_index == 4);
  }
}

TEST_CASE("pointing at a factor shows what it counts; pointing at what is counted shows the factor") {
  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800)}) {
    Page page(size.x, size.y, "lesson=parameters");
    const auto yellow = [&] {  // corners in the colour of what is followed
      const ImU32 followed = views::theme("light").followed;
      int count = 0;
      for (int i = 0; i < ImGui::GetDrawData()->CmdListsCount; ++i)
        for (const ImDrawVert& vertex : ImGui::GetDrawData()->CmdLists[i]->VtxBuffer)
          count += vertex.col == followed;
      return count;
    };
    page.leave();
    const int quiet = yellow();
    std::map<int, int> marked;  // by part, from the formula
    for (float y = size.y / 2; y < size.y - 80; y += 7)
      for (float x = 10; x < size.x / 2; x += 5) {
        page.move({x, y});
        if (page.view.hovered_part < 0) continue;
        const Drawn tile = page.heatmap("weight.0");
        if (y > tile.max.y + 40) marked[page.view.hovered_part] = yellow() - quiet;
      }
    REQUIRE(marked.size() == 4);
    CHECK(marked[1] > marked[0]);  // three planes, one
    CHECK(marked[3] > marked[1]);  // ten filters with their biases
    const std::vector<std::pair<std::string, std::pair<int, int>>> cells = {
        {"weight.0", {12, 0}}, {"weight.0", {25, 1}}, {"weight.0", {74, 1}},
        {"bias.0", {0, 2}},    {"weight.3", {0, 3}},  {"bias.9", {0, 3}}};
    for (const auto& [id, expected] : cells) {
      page.move(page.heatmap(id).cell(expected.first));
      CHECK_MESSAGE(page.view.hovered_part == expected.second, id);
      CHECK(yellow() > quiet);
    }
    page.leave();
    CHECK(page.view.hovered_part == -1);
    CHECK(yellow() == quiet);
  }
}

TEST_CASE("a picture begins where there is something to see") {
  Page page(1280, 800, "lesson=pattern&step=8");
  const auto pictures = page.scene().controls.front();
  for (size_t i = 0; i < pictures.values.size(); ++i) {
    page.click(page.heatmap(pictures.values[i]).cell(0));
    CHECK(page.lesson().settings.image == pictures.values[i]);
    const nn::Tensor& scores = page.lesson().tensors.at("window_scores");
    CHECK(scores[0] > 0);
    if (page.lesson().steps > 12) CHECK(scores[0] == page.lesson().tensors.at("scores_max")[0]);
  }
}
