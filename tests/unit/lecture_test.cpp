// The path: what GoOn alone reaches, and how far one has come.
#include <set>

#include "tests/unit/app_support.h"

using namespace app_test;

namespace {

// Lets what plays run on, as frames do, until it rests.
void rest(TestApp& app) {
  for (int i = 0; app.advance(1 / 60.0); ++i) REQUIRE(i < 60 * 60);
}

}  // namespace

TEST_CASE("going on walks every lesson to its end, in order, in a few presses each") {
  for (const bool predict : {false, true})
    for (const bool patient : {false, true}) {
      TestApp app;
      app.result("setState", Json{{"lecture", true}, {"predict", predict}}.dump());
      std::vector<std::string> walked = {app.state().lesson.lesson->id};
      std::set<std::string> ended;
      int presses = 0, on_this = 0;
      const auto& last = *lessons::all().back();
      const auto done = [&] {
        const auto& lesson = app.state().lesson;
        return lesson.lesson == &last && lesson.settings.step == lesson.steps - 1 && !lesson.question;
      };
      while (!done()) {
        REQUIRE(++presses < 40 * int(lessons::all().size()));
        CHECK(!app.dispatch(app::GoOn{}));
        if (patient) rest(app);
        const auto& lesson = app.state().lesson;
        if (walked.back() != lesson.lesson->id) {
          walked.push_back(lesson.lesson->id);
          on_this = 0;
        }
        CHECK(++on_this < 30);
        if (lesson.settings.step == lesson.steps - 1) ended.insert(lesson.lesson->id);
        CHECK(app.state().lecture);
      }
      REQUIRE(walked.size() == lessons::all().size());
      for (size_t i = 0; i < walked.size(); ++i) {
        CHECK(walked[i] == lessons::all()[i]->id);
        CHECK(ended.count(walked[i]) == 1);
        CHECK(app.state().progress.at(walked[i]) == app::Progress::Finished);
      }
      const app::AppState before = app.state();
      CHECK(!app.dispatch(app::GoOn{}));  // the end of the path
      CHECK(web_test::difference(before, app.state()) == "");
    }
}

TEST_CASE("a run of the lecture takes seconds and can be cut short") {
  TestApp app;
  app.result("setState", R"({"lecture": true, "lesson": "convolution"})");
  const int first = app.state().lesson.settings.step;
  app.dispatch(app::GoOn{});
  CHECK(app.state().lesson.settings.step == first + 1);
  CHECK(!app.state().playing);
  app.dispatch(app::GoOn{});
  CHECK(app.state().lesson.settings.step == first + 2);
  app.dispatch(app::GoOn{});
  CHECK(app.state().playing);
  double seconds = 0;
  while (app.advance(1 / 60.0)) seconds += 1 / 60.0;
  CHECK(seconds > 0.2);
  CHECK(seconds < 5);
  CHECK(app.state().lesson.settings.step == app.state().lesson.steps - 1);
  CHECK(app.state().play_until == -1);

  app.result("setState", Json{{"step", 400}}.dump());
  app.dispatch(app::GoOn{});
  CHECK(app.state().playing);
  app.dispatch(app::GoOn{});
  CHECK(!app.state().playing);
  CHECK(app.state().lesson.settings.step == app.state().lesson.steps - 1);
  for (const app::Action& other : std::vector<app::Action>{app::Pause{}, app::Reset{}, app::Play{}}) {
    app.result("setState", Json{{"step", 0}}.dump());
    app.dispatch(app::GoOn{});
    CHECK(app.state().play_until >= 0);
    app.dispatch(other);
    CHECK(app.state().play_until == -1);
  }
}

TEST_CASE(
    "progress: begun by a step, finished by the last one, kept by a new address, never by opening alone") {
  TestApp app;
  CHECK(app.state().progress.empty());
  app.result("setState", R"({"lesson": "padding"})");
  CHECK(app.state().progress.empty());
  app.result("step");
  CHECK(app.state().progress.at("padding") == app::Progress::Begun);
  app.result("step", "[100000]");
  CHECK(app.state().progress.at("padding") == app::Progress::Finished);
  app.result("step", "[-5]");
  app.result("reset");
  CHECK(app.state().progress.at("padding") == app::Progress::Finished);
  app.dispatch(app::ApplyHash{"lesson=stride"});
  CHECK(app.state().progress.at("padding") == app::Progress::Finished);
  CHECK(app.state().progress.count("stride") == 0);
}

TEST_CASE("neighbours in the path") {
  TestApp app;
  const auto& all = lessons::all();
  CHECK(app::neighbour(app.state(), -1) == nullptr);
  for (size_t i = 0; i < all.size(); ++i) {
    app.result("setState", Json{{"lesson", all[i]->id}}.dump());
    CHECK(app::neighbour(app.state(), 1) == (i + 1 < all.size() ? all[i + 1] : nullptr));
    CHECK(app::neighbour(app.state(), -1) == (i > 0 ? all[i - 1] : nullptr));
  }
}

TEST_CASE("the answer event, and what scripts can ask") {
  TestApp app;
  CHECK(app.result("question").is_null());
  CHECK(contains(app.refusal_of("answer", "[1]"), "RangeError"));
  app.result("setState", R"({"lesson": "convolution", "predict": true})");
  CHECK(app.result("getState")["predict"] == true);
  CHECK(app.result("getState")["seed"] == 1);
  for (int seed = 1; app.result("question")["question"] != "output-cell"; ++seed) {
    REQUIRE(seed < 100);
    app.result("setState", Json{{"seed", seed}}.dump());
  }
  const Json question = app.result("question");
  CHECK(question["options"].empty());
  CHECK(!question["text"].get<std::string>().empty());
  CHECK(contains(app.result("narration").get<std::string>(), question["text"].get<std::string>()));
  for (const std::string bad : {"[]", "[null]", "[\"1\"]", "[[1]]", "[true]"})
    CHECK(contains(app.refusal_of("answer", bad), "TypeError"));
  app.take_events();
  const auto& lesson = app.state().lesson;
  const double expected = lesson.tensors.at("output")[size_t(lesson.settings.step)];
  const double given = expected - lesson.tensors.at("bias")[0];
  app.result("answer", Json::array({given}).dump());
  Json detail;
  for (const Json& event : app.events())
    if (event["event"] == "answer") {
      CHECK(detail.is_null());
      detail = event["detail"];
    }
  REQUIRE(detail.is_object());
  CHECK(detail["lesson"] == "convolution");
  CHECK(detail["step"] == lesson.settings.step);
  CHECK(detail["question"] == "output-cell");
  CHECK(detail["given"].get<double>() == given);
  CHECK(detail["expected"].get<double>() == expected);
  CHECK(detail["correct"] == false);
  CHECK(detail["diagnosis"] == "bias-forgotten");
  CHECK(detail.size() == 7);
  CHECK(app.result("question").is_null());
  CHECK(contains(app.result("narration").get<std::string>(), strings::number(expected)));

  app.result("step");
  CHECK(!app.result("question").is_null());
  app.take_events();
  app.result("reveal");
  for (const Json& event : app.events()) CHECK(event["event"] != "answer");
  app.result("setState", R"({"lesson": "padding"})");
  CHECK(app.state().lesson.settings.predict);  // kept
  CHECK(!app.result("question").is_null());
  app.result("setState", R"({"predict": false})");
  CHECK(app.result("question").is_null());
}

TEST_CASE("playing stops at a question") {
  TestApp app;
  app.result("setState", R"({"predict": true, "step": 10, "speed": 16})");
  app.result("reveal");
  app.result("play");
  rest(app);
  CHECK(app.state().lesson.settings.step == 11);
  CHECK(app.state().lesson.question);
}
