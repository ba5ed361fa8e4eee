// Drawing with the pointer: on the pad, on the image of the chain, and in a picture of cells that are on or
// off.
#include "tests/views/views_support.h"
#include "web/lessons/pen.h"

using namespace views_test;

namespace {

const nn::Tensor& input(const Page& page) { return page.lesson().tensors.at("input"); }

void drag(Page& page, const std::vector<ImVec2>& way) {
  page.move(way.front());
  page.press(true);
  for (const ImVec2& at : way) page.move(at);
  page.press(false);
}

// Clicks along a row of the page until `done`; whether it ever is.
template <class Done>
bool click_along(Page& page, float y, Done done) {
  for (float x = ImGui::GetIO().DisplaySize.x - 30; x > 10; x -= 20) {
    page.app.dispatch(app::SetState{{{"view", std::string("draw")}}});
    page.frame(2);
    page.click({x, y});
    if (done()) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("dragging over the pad draws what the pen draws, and a click a dot") {
  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800), ImVec2(320, 480)}) {
    Page page(size.x, size.y, "lesson=network&view=draw");
    page.app.dispatch(app::SetTensor{"input", nn::Tensor(nn::Shape{1, 28, 28})});
    page.frame(2);
    const Drawn pad = page.heatmap("input");
    const int cells[] = {5 * 28 + 6, 5 * 28 + 20, 22 * 28 + 12};
    drag(page, {pad.cell(cells[0]), pad.cell(cells[1]), pad.cell(cells[2])});
    nn::Tensor expected(nn::Shape{1, 28, 28});
    lessons::draw_line(expected, {5.5f, 6.5f}, {5.5f, 20.5f}, true, 1);
    lessons::draw_line(expected, {5.5f, 20.5f}, {22.5f, 12.5f}, true, 1);
    const float pixel = 28 / (pad.max.x - pad.min.x);  // the pointer stands on whole pixels
    for (size_t i = 0; i < 784; ++i) CHECK(std::fabs(input(page)[i] - expected[i]) <= 1.5f * pixel);
    const nn::Tensor before = input(page);
    page.click(pad.cell(24 * 28 + 24));
    CHECK(input(page)[24 * 28 + 24] > 0.99f);
    CHECK(input(page)[5 * 28 + 12] == before[5 * 28 + 12]);
    // Away from the paper the pen writes nothing, and what was not pressed on it is no stroke.
    const nn::Tensor dotted = input(page);
    drag(page, {{pad.max.x + 30, pad.max.y + 3}, pad.cell(400)});
    CHECK(nn::same_bits(input(page), dotted));
    page.app.dispatch(app::SetState{{{"lock", std::vector<std::string>{"input"}}}});
    page.frame(2);
    drag(page, {pad.cell(300), pad.cell(310)});
    CHECK(nn::same_bits(input(page), dotted));
  }
}

TEST_CASE("on the chain's image a drag draws and a click still pins") {
  Page page(1280, 800, "lesson=network");
  const Drawn image = page.heatmap("input");
  const nn::Tensor before = input(page);
  page.click(image.cell(100));
  CHECK(nn::same_bits(input(page), before));
  CHECK(page.view.pinned_pixel == 100);
  drag(page, {image.cell(30), image.cell(40)});
  CHECK(input(page)[35] > 0.99f);
  CHECK(page.view.pinned_pixel == 100);
}

TEST_CASE("dragging over cells that are on or off makes all of them what the first becomes") {
  Page page(1280, 800, "lesson=pattern&step=8");
  const Drawn picture = page.heatmap("input");
  const int place = page.lesson().cell;
  for (const float ink : {1.0f, 0.0f}) {
    drag(page, {picture.cell(1 * 16 + 10), picture.cell(1 * 16 + 14)});
    for (int col = 10; col <= 14; ++col) CHECK(input(page)[size_t(16 + col)] == ink);
    CHECK(page.lesson().cell == place);
  }
}

TEST_CASE(
    "commands of the pad: blank paper, and the fitting of MNIST; the tile with the plus asks for a file") {
  Page page(1280, 800, "lesson=network&view=draw");
  nn::Tensor small(nn::Shape{1, 28, 28});
  lessons::draw_line(small, {3, 3}, {8, 5}, true, 1);
  page.app.dispatch(app::SetTensor{"input", small});
  page.frame(2);
  const nn::Tensor made = lessons::fitted(small);
  REQUIRE(!nn::same_bits(made, small));
  const float row = page.heatmap("input").min.y - 24;
  CHECK(click_along(page, row, [&] { return nn::same_bits(input(page), made); }));
  CHECK(click_along(page, row, [&] {
    return std::all_of(input(page).begin(), input(page).end(), [](float v) { return v == 0; });
  }));
  CHECK(page.view.request.empty());
  const Drawn nine = page.heatmap("digit-9");
  CHECK(click_along(page, (nine.min.y + nine.max.y) / 2, [&] { return page.view.request == "own_image"; }));
}
