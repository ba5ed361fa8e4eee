// The card and the path as a learner meets them: typed, clicked, in every size and language.
#include "tests/views/frame_support.h"

using namespace views_test;

namespace {

// Other seeds until the open question is of this kind.
void ask_for(Page& page, const std::string& key) {
  for (int seed = 1; seed < 300; ++seed) {
    page.app.dispatch(app::SetState{{{"seed", double(seed)}}});
    page.frame(2);
    if (lessons::asks(page.lesson(), key.c_str())) return;
  }
  FAIL("never asked: ", key);
}

bool drawn(const Page& page, const std::string& id) {
  return std::any_of(page.sink.drawn.begin(), page.sink.drawn.end(),
                     [&](const Drawn& d) { return d.id == id; });
}

// Clicks along a row until the question is over; whether it ever is.
bool click_along(Page& page, float y, float from, float to) {
  for (float x = from; x < to; x += 12) {
    page.click({x, y});
    if (!page.lesson().question) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a number is typed without a click, Enter answers; a backspace takes back, Esc clears") {
  Page page(1280, 800, "lesson=convolution&predict=1");
  ask_for(page, "question.window-count");
  page.type("58");
  page.key(ImGuiKey_Backspace);
  page.type("76x ,");
  CHECK(page.view.answer_text == "576");
  CHECK(page.lesson().question);
  page.key(ImGuiKey_Escape);
  CHECK(page.view.answer_text.empty());
  page.key(ImGuiKey_Enter);  // nothing typed, nothing answered
  CHECK(page.lesson().question);
  page.type("-");
  page.key(ImGuiKey_Enter);  // no number
  CHECK(page.lesson().question);
  page.key(ImGuiKey_Escape);
  page.type("576");
  page.key(ImGuiKey_Enter);
  REQUIRE(page.lesson().answer);
  CHECK(page.lesson().answer->correct);
  CHECK(page.lesson().answer->given == 576);
  page.key(ImGuiKey_RightArrow);
  CHECK(!page.lesson().answer);
  CHECK(page.view.answer_text.empty());
}

TEST_CASE("what was typed does not reach the next question") {
  Page page(1280, 800, "lesson=convolution&predict=1&step=3");
  REQUIRE(page.lesson().question);
  page.type("12");
  page.key(ImGuiKey_RightArrow);
  CHECK(page.view.answer_text.empty());
}

TEST_CASE("the size that is asked for is not drawn, a cell is not asked of the sink") {
  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800)}) {
    Page page(size.x, size.y, "lesson=convolution&predict=1");
    ask_for(page, "question.output-size");
    CHECK(!drawn(page, "output"));
    CHECK(drawn(page, "input"));
    page.app.dispatch(app::Reveal{});
    page.frame(2);
    CHECK(drawn(page, "output"));
    ask_for(page, "question.output-cell");
    CHECK(page.scene().panes[0].figures[6].id == "output");
    CHECK(page.scene().panes[0].figures[6].computed == page.step());
  }
}

TEST_CASE("tooltips do not tell what is hidden") {
  Page page(1280, 800, "lesson=stride&predict=1");
  ask_for(page, "question.output-cell");
  const lessons::Figure& dense = page.scene().panes[1].figures[0];
  REQUIRE(dense.id == "output_stride1");
  CHECK(dense.hidden == dense.current);
  // The letters over the hidden cell do not depend on its value; after the answer they do.
  const auto letters = [&](float bias) {
    CHECK(!page.app.dispatch(app::SetTensor{"bias", nn::Tensor({1}, {bias})}));
    ask_for(page, "question.output-cell");
    const int cell = page.scene().panes[1].figures[0].current;
    std::vector<std::vector<ImVec2>> said;
    for (const bool over : {false, true}) {
      if (over) page.app.dispatch(app::Reveal{});
      page.leave();
      page.move(page.heatmap("output_stride1").cell(cell));
      std::vector<ImVec2> uvs;
      for (const ImDrawVert& vertex : ImGui::GetForegroundDrawList()->VtxBuffer) uvs.push_back(vertex.uv);
      CHECK(!uvs.empty());
      said.push_back(std::move(uvs));
    }
    return said;
  };
  const auto same = [](const std::vector<ImVec2>& a, const std::vector<ImVec2>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](ImVec2 p, ImVec2 q) { return p.x == q.x && p.y == q.y; });
  };
  const auto one = letters(0.5f), other = letters(1.25f);
  CHECK(same(one[0], other[0]));
  CHECK(!same(one[1], other[1]));
}

TEST_CASE("options and suggestions are clicked; show it ends the question without an answer") {
  Page page(1280, 800, "lesson=flatten&predict=1");
  ask_for(page, "question.class");
  page.type("7");  // a digit chooses the option of that name
  REQUIRE(page.lesson().answer);
  CHECK(page.lesson().answer->given == 7);

  for (const ImVec2 size : {ImVec2(1280, 800), ImVec2(420, 800), ImVec2(320, 480)}) {
    Page other(size.x, size.y, "lesson=flatten&predict=1");
    ask_for(other, "question.class");
    bool answered = false;
    for (float y = size.y - 84; y > size.y / 2 && !answered; y -= 10) {
      answered = click_along(other, y, 20, size.x - 20);
      if (answered && other.lesson().answer->revealed) {  // "show it" comes first from below
        other.app.dispatch(app::Reset{});
        ask_for(other, "question.class");
        answered = false;
        break;
      }
    }
    if (!answered) CHECK(size.x < 1280);
  }

  Page phone(420, 800, "lesson=convolution&predict=1");
  ask_for(phone, "question.window-count");
  bool answered = false;
  for (float y = 700; y > 500 && !answered; y -= 10) answered = click_along(phone, y, 24, 60);
  REQUIRE(answered);
  CHECK(phone.lesson().answer->given == 24);  // the smallest suggestion stands first
}

TEST_CASE("cards are inside, legible and complete: questions, answers right and wrong, takeaways") {
  for (const lessons::Lesson* lesson : lessons::all())
    for (const auto& language : strings::languages())
      for (const ImVec2 size : kSizes) {
        CAPTURE(where(lesson, language.code(), size));
        Page page(size.x, size.y, std::string("lesson=") + lesson->id + "&predict=1", language.code());
        std::set<std::string> seen;
        for (int seed = 1; seed < 30; ++seed) {
          page.app.dispatch(app::SetState{{{"seed", double(seed)}}});
          page.frame(2);
          REQUIRE(page.lesson().question);
          if (!seen.insert(page.lesson().question->key).second) continue;
          CAPTURE(std::string(page.lesson().question->key));
          check_frame(page, size);
          const lessons::Question question = *page.lesson().question;
          page.type(question.options.empty() ? "-12" : "");
          check_frame(page, size);
          const double wrong = question.mistakes.empty() ? 1e6 : question.mistakes.back().value;
          page.app.dispatch(app::GiveAnswer{wrong});
          page.frame(2);
          check_frame(page, size);
          page.app.dispatch(app::Reset{});
        }
        CHECK(seen.size() >= 3);
        page.app.dispatch(app::StepBy{page.lesson().steps});
        page.frame(2);
        page.app.dispatch(app::Reveal{});
        page.frame(2);
        CHECK(!page.scene().takeaway.empty());
        check_frame(page, size);
        page.app.dispatch(app::SetState{{{"predict", false}}});
        page.frame(2);
        check_frame(page, size);
      }
}

TEST_CASE(
    "the list of lessons opens inside the screen and leads to each; arrows and keys go along the path") {
  for (const auto& language : strings::languages())
    for (const ImVec2 size : kSizes) {
      CAPTURE(where(lessons::all().front(), language.code(), size));
      Page page(size.x, size.y, "", language.code());
      const float middle = size.x < 860 ? 21 : 29;
      const auto& all = lessons::all();
      // Wherever the list is opened by a click into the header, what opens is on the screen.
      int opened = 0;
      for (float x = 10; x < size.x; x += 20) {
        page.click({x, middle});
        opened += ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId);
        check_inside(size);
        page.key(ImGuiKey_Escape);
      }
      CHECK(opened > 0);
      page.app.dispatch(app::SetState{{{"lesson", std::string(all.front()->id)}}});
      page.frame(3);
      for (size_t i = 1; i < all.size(); ++i) {
        page.key(ImGuiKey_PageDown);
        CHECK(page.lesson().lesson == all[i]);
      }
      page.key(ImGuiKey_PageDown);
      CHECK(page.lesson().lesson == all.back());
      for (size_t i = all.size() - 1; i-- > 0;) {
        page.key(ImGuiKey_PageUp);
        CHECK(page.lesson().lesson == all[i]);
      }
    }
}

TEST_CASE("a lecture: the space bar alone, from the first picture to the last sentence") {
  for (const bool predict : {false, true}) {
    Page page(1280, 800, predict ? "lecture=1&predict=1" : "lecture=1");
    std::vector<std::string> takeaways;
    const auto& all = lessons::all();
    for (int presses = 0; takeaways.size() < all.size(); ++presses) {
      REQUIRE(presses < 40 * int(all.size()));
      page.key(ImGuiKey_Space);
      for (int i = 0; page.app.advance(1 / 30.0); ++i) {
        REQUIRE(i < 30 * 60);
        page.frame();
      }
      page.frame(2);
      const std::string& takeaway = page.scene().takeaway;
      if (!takeaway.empty() && (takeaways.empty() || takeaways.back() != takeaway))
        takeaways.push_back(takeaway);
    }
    for (size_t i = 0; i < all.size(); ++i)
      CHECK(takeaways[i] == page.app.strings().text(std::string(all[i]->id) + ".takeaway"));
  }
}
