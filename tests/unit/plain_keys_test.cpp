// Keys that are numbers and switches, in a lesson made for this test: set, refused, shown as controls.
#include <doctest/doctest.h>

#include "tests/unit/web_support.h"
#include "web/lessons/sliding.h"

using namespace lessons;

namespace {

void defaults(Settings& settings) { settings.shuffled = 40; }

std::vector<Key> keys(const LessonState& state) {
  std::vector<Key> keys = sliding_keys(state, Settings());
  Settings initial;
  defaults(initial);
  keys.push_back(int_key("shuffled", 0, 100, initial.shuffled));
  keys.push_back({Key::Type::Bool, "pixels_only", 0, 0, {}, initial.pixels_only});
  return keys;
}

Scene no_scene(const LessonState&, const strings::Strings&, int) { return {}; }
std::string no_words(const LessonState&, const strings::Strings&) { return "…"; }

const Lesson lesson = {"made-up", keys, defaults, compute_convolution, compute_window, no_scene, no_words};

LessonState fresh() { return init(lesson, web_test::assets()); }

}  // namespace

TEST_CASE("a number and a switch are set within their ranges, and nothing else is taken for one") {
  LessonState state = fresh();
  CHECK(value_of(state, "shuffled") == Value(40.0));
  CHECK(value_of(state, "pixels_only") == Value(false));
  CHECK(!update(state, std::vector<Set>{{"pixels_only", true}, {"shuffled", 0.0}, {"step", 3.0}}));
  CHECK(value_of(state, "shuffled") == Value(0.0));
  CHECK(value_of(state, "pixels_only") == Value(true));
  CHECK(state.settings.step == 3);
  const LessonState before = state;
  for (const Set& bad :
       {Set{"shuffled", -1.0}, Set{"shuffled", 101.0}, Set{"shuffled", 0.5}, Set{"shuffled", true},
        Set{"shuffled", std::string("40")}, Set{"pixels_only", 1.0}, Set{"pixels_only", std::string("1")}}) {
    const auto error = update(state, std::vector<Set>{{"pixels_only", false}, bad});
    CHECK_MESSAGE(error, bad.key, " ", shown(bad.value));
    CHECK(web_test::difference(before, state) == "");
  }
  CHECK(!update(state, Set{"pixels_only", false}));
  CHECK(value_of(state, "pixels_only") == Value(false));
  CHECK(!update(state, Set{"shuffled", 100.0}));
  CHECK(state.settings.shuffled == 100);
}
