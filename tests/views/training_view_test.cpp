// The training in the lesson `network` as a learner meets it: before the digits are there, before the first
// step, and after some; its buttons.
#include <set>

#include "tests/views/frame_support.h"

using namespace views_test;

namespace {

void give_digits(Page& page) {
  const std::vector<uint8_t> bytes = web_test::asset_bytes("training.data.bin");
  REQUIRE(!page.app.take_digits(bytes.data(), bytes.size()));
}

void finish(Page& page) {
  while (page.app.wants_training() && page.app.advance_training(1e9)) {
  }
  page.frame(2);
}

bool drawn(const Page& page, const std::string& id) {
  return std::any_of(page.sink.drawn.begin(), page.sink.drawn.end(),
                     [&](const Drawn& d) { return d.id == id; });
}

// Clicks along the row of the commands until `done`; whether it ever is.
template <class Done>
bool click_along(Page& page, float y, float from, float to, Done done) {
  for (float x = from; x < to; x += 12) {
    page.click({x, y});
    if (done()) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the training is inside, legible and complete, with and without its nets") {
  for (const auto& language : strings::languages())
    for (const ImVec2 size : kSizes) {
      Page page(size.x, size.y, "lesson=network&view=training", language.code());
      CAPTURE(where(page.lesson().lesson, language.code(), size));
      page.app.note_digits(0.4);
      page.frame(2);
      check_frame(page, size);
      page.app.note_digits_failed();
      page.frame(2);
      check_frame(page, size);
      give_digits(page);
      finish(page);
      check_frame(page, size);
      CHECK(drawn(page, "train.cnn.0.weight.0"));
      if (size.x >= 860) CHECK(drawn(page, "train.fc.1.weight.9"));
      page.app.dispatch(app::Train{2});
      page.frame(2);
      check_frame(page, size);  // the first command says pause now
      finish(page);
      check_frame(page, size);
    }
}

TEST_CASE("what the nets get wrong, and what they are made of, is inside, legible and complete") {
  for (const auto& language : strings::languages())
    for (const ImVec2 size : kSizes)
      for (const std::string show : {"confusion", "mistakes", "build"}) {
        Page page(size.x, size.y, "lesson=network&view=training&show=" + show, language.code());
        CAPTURE(where(page.lesson().lesson, language.code(), size));
        CAPTURE(show);
        check_frame(page, size);
        give_digits(page);
        finish(page);
        check_frame(page, size);
        if (show == "confusion") CHECK(drawn(page, "train.cnn.confusion"));
        if (show == "mistakes") CHECK(drawn(page, "train.cnn.mistakes.0"));
      }
}

TEST_CASE("a press on a layer changes the stack; one that cannot be does nothing") {
  Page page(1280, 800, "lesson=network&view=training&show=build");
  const auto stack = [&] { return page.lesson().settings.stack; };
  // Along the right side of the first table, where the presses are.
  std::set<std::string> seen;
  for (float y = 200; y < 700; y += 9)
    for (float x = 520; x < 614; x += 11) {
      page.click({x, y});
      seen.insert(stack());
      page.app.dispatch(app::SetState{{{"cnn_model", std::string("small_cnn")}}});
      page.frame();
    }
  CHECK(seen.count("conv7x5p2-relu-pool2-conv12x3p1-relu-pool2-flatten-linear10"));
  CHECK(seen.count("conv5x5p2-relu-pool2-conv12x3p1-relu-pool2-flatten-linear10"));
  CHECK(seen.count("conv6x5p2-relu-conv12x3p1-relu-pool2-flatten-linear10"));
  CHECK(seen.count("conv6x5p2-pool2-conv12x3p1-relu-pool2-flatten-linear10"));
}

TEST_CASE("the commands train, pause, take one batch and start over") {
  Page page(1280, 800, "lesson=network&view=training");
  give_digits(page);
  finish(page);
  const app::LiveTraining& training = page.app.training();
  const float y = 165;  // the row of the pane's heading
  REQUIRE(click_along(page, y, 200, 620, [&] { return training.wanted(); }));
  CHECK(training.goal() > 100);
  page.frame(2);
  page.app.advance_training(1e7);
  REQUIRE(click_along(page, y, 200, 620, [&] { return training.goal() <= training.nets()->steps(); }));
  finish(page);
  const int64_t steps = training.nets()->steps();
  REQUIRE(click_along(page, y, 400, 620, [&] { return training.goal() == steps + 1; }));
  finish(page);
  CHECK(training.nets()->steps() == steps + 1);
  REQUIRE(click_along(page, y, 492, 620, [&] { return training.goal() == 0; }));
  finish(page);
  CHECK(training.nets()->steps() == 0);
}
