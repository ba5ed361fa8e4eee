// Walks through all lessons by actions of every kind; the same that tests/fuzz/actions.cpp takes from a
// fuzzer.
#include "tests/unit/long_support.h"
#include "tests/unit/walk_support.h"

TEST_CASE("random actions in every lesson: all that is shown stays sound, and Back undoes") {
  nn::Pcg32 rng(81);
  app_test::TestApp app;
  for (const lessons::Lesson* lesson : lessons::all()) {
    walk::start(app);
    CHECK(!app.dispatch(app::SetState{{{"lesson", std::string(lesson->id)}}}));
    for (int i = 0; i < rounds(120); ++i) {
      CAPTURE(app.hash());
      walk::step(app, walk::drawn_from(rng));
    }
  }
}
