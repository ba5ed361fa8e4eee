// The state of the page: its JSON, setState whole or not at all, playing, events, reset.
#include "web/app/app.h"

#include <algorithm>

#include "tests/unit/app_support.h"

using namespace app_test;
using web_test::difference;

TEST_CASE("a fresh page shows flatten in the language of its surroundings") {
  for (const std::string lang : {"en", "ko"}) {
    TestApp app(lang);
    const Json state = app.result("getState");
    CHECK(state["lesson"] == "flatten");
    CHECK(state["lang"] == lang);
    CHECK(state["theme"] == "auto");
    CHECK(state["playing"] == false);
    CHECK(state["speed"] == 4);
    CHECK(state["image"] == "digit-3");
    CHECK(state["steps"] == 784);
    CHECK(state["warnings"] == Json::array());
    CHECK(app.narration() == app.result("narration"));
  }
  TestApp app;
  CHECK(app.result("version").is_string());
}

TEST_CASE("the state's keys stand in CONTRACT's order") {
  const std::vector<std::string> order = {"lesson",       "step",         "steps",       "playing",
                                          "speed",        "image",        "kernel_size", "stride",
                                          "padding",      "out_channels", "filter",      "layer",
                                          "filter_index", "shift_x",      "shift_y",     "permutation_seed",
                                          "pool",         "input",        "weight",      "bias",
                                          "seed",         "lang",         "theme",       "predict",
                                          "hide",         "lock",         "warnings"};
  TestApp app;
  for (const lessons::Lesson* lesson : lessons::all()) {
    const Json state = app.result("setState", Json{{"lesson", lesson->id}}.dump());
    long last = -1;
    for (const auto& item : state.items()) {
      const std::string& key = item.key();
      const Json& value = item.value();
      CAPTURE(key);
      CHECK_MESSAGE(!value.is_object(), "plain");
      CHECK(!value.is_null());
      const auto place = std::find(order.begin(), order.end(), key);
      if (place == order.end()) continue;  // a lesson may add keys
      CHECK(place - order.begin() > last);
      last = place - order.begin();
    }
    for (const std::string key : {"lesson", "step", "steps", "playing", "speed", "image", "lang", "theme",
                                  "hide", "lock", "warnings"})
      CHECK_MESSAGE(state.contains(key), std::string(lesson->id), " ", key);
  }
}

TEST_CASE("schema: every key of the state, its type, range and default") {
  for (const lessons::Lesson* lesson : lessons::all()) {
    TestApp app;
    CAPTURE(std::string(lesson->id));
    const Json schema = app.result("schema", Json::array({lesson->id}).dump());
    const Json state = app.result("setState", Json{{"lesson", lesson->id}}.dump());
    CHECK(app.result("schema") == schema);
    CHECK(schema.size() + 2 == state.size());  // steps and warnings can only be read
    for (const auto& item : schema.items()) {
      const std::string& key = item.key();
      const Json& entry = item.value();
      CAPTURE(key);
      REQUIRE(state.contains(key));
      if (key != "lesson") CHECK(entry["default"] == state[key]);
      const std::string type = entry["type"];
      if (type == "int" || type == "number") {
        for (const std::string end : {"min", "max"}) {
          CHECK(!app.answer("setState", Json{{key, entry[end]}}.dump()).contains("error"));
          const double beyond = entry[end].get<double>() + (end == "min" ? -1 : 1);
          const std::string said = app.refusal_of("setState", Json{{key, beyond}}.dump());
          CHECK(contains(said, "RangeError " + key));
          for (const std::string bound : {"min", "max"}) {
            const double allowed = app.result("schema")[key][bound];
            CHECK_MESSAGE(contains(said, lessons::shown(lessons::Value(allowed))), said);
          }
          CHECK_MESSAGE(contains(said, lessons::shown(lessons::Value(beyond))), said);
        }
        // Back, since the ranges of later keys may depend on it.
        CHECK(!app.answer("setState", Json{{key, entry["default"]}}.dump()).contains("error"));
        if (type == "int")
          CHECK(contains(app.refusal_of("setState", Json{{key, 1.5}}.dump()), "TypeError " + key));
        CHECK(contains(app.refusal_of("setState", Json{{key, "1"}}.dump()), "TypeError " + key));
      } else {
        CHECK(contains(app.refusal_of("setState", Json{{key, 7}}.dump()), "TypeError " + key));
      }
      CHECK(contains(app.refusal_of("setState", Json{{key, nullptr}}.dump()), "Error " + key));
      CHECK(contains(app.refusal_of("setState", Json{{key, Json::object()}}.dump()), "Error " + key));
      if (entry.contains("values")) {
        const Json unknown = type == "list" ? Json::array({"nonsense"}) : Json("nonsense");
        const std::string said = app.refusal_of("setState", Json{{key, unknown}}.dump());
        CHECK_MESSAGE(contains(said, "RangeError " + key), said);
        CHECK_MESSAGE(contains(said, "nonsense"), said);
        for (const Json& value : entry["values"])
          CHECK_MESSAGE(contains(said, value), said, " lacks ", value.dump());
      }
    }
  }
}

TEST_CASE("setState: all or nothing, lesson first, what a lesson change keeps") {
  TestApp app;
  for (const std::string bad :
       {R"({"speed": 2, "theme": "dark", "stride": 2})", R"({"lesson": "convolution", "kernel_size": 8})",
        R"({"kernel_size": 3, "lesson": "convolution", "lang": "xx"})", R"({"playing": true, "steps": 3})",
        R"({"lang": "ko", "warnings": []})", R"({"image": "digit-4", "weight": "1x1x3x3.u8.AAAA"})",
        R"({"lesson": "nothing", "speed": 1})", R"({"speed": 1, "step": 784})",
        R"({"step": -1, "lang": "ko"})", R"({"hide": ["lang"], "lock": ["nothing"]})",
        R"({"lock": ["lang"], "hide": "theme"})", R"({"playing": 1, "speed": 1})",
        R"({"speed": 1, "playing": "true"})", R"({"speed": 0})"})
    app.refusal_of("setState", bad);
  CHECK(contains(app.refusal_of("setState", R"({"steps": 3})"), "RangeError steps"));
  CHECK(contains(app.refusal_of("setState", R"({"stride": 2})"), "TypeError This lesson has no “stride”"));

  app.result("setState", R"({"lang": "ko", "theme": "dark", "hide": ["lang"], "lock": ["theme"], "speed": 8,
                             "playing": true, "image": "digit-5", "step": 5})");
  const Json state = app.result("setState", R"({"kernel_size": 3, "step": 675, "lesson": "convolution"})");
  CHECK(state["kernel_size"] == 3);  // `lesson` is applied before the other keys of the same call
  CHECK(state["step"] == 675);
  CHECK(state["playing"] == false);
  CHECK(state["image"] == "digit-3");  // its defaults
  CHECK(state["lang"] == "ko");
  CHECK(state["theme"] == "dark");
  CHECK(state["hide"] == Json::array({"lang"}));
  CHECK(state["lock"] == Json::array({"theme"}));
  CHECK(state["speed"] == 8);
  CHECK(app.result("setState", R"({"kernel_size": 7})")["step"] ==
        483);  // a step that is not named is clamped
  CHECK(app.result("setState", "{}") == app.result("getState"));
  CHECK(app.result("setState", R"([{"stride": 2}])")["stride"] == 2);
  CHECK(app.result("tensor", R"(["output"])")["shape"] == Json::array({1, 11, 11}));
}

TEST_CASE("setState with random good and bad keys is atomic") {
  nn::Pcg32 rng(101);
  TestApp app;
  for (int round = 0; round < 300; ++round) {
    if (round % 20 == 0) randomise(app, rng);
    Json partial = Json::object();
    for (const lessons::Key& key : app::settable_keys(app.state(), app.defaults()))
      if (key.name != "lesson" && key.name != "step" && key.type != lessons::Key::Type::Tensor &&
          rng.below(2))
        partial[key.name] = random_value(app, key, rng);
    if (partial.contains("out_channels") || partial.contains("layer") || partial.contains("image"))
      partial.erase("filter_index");  // its range depends on them
    Json bad = Json::object();
    const uint32_t where = rng.below(uint32_t(partial.size()) + 1);
    uint32_t i = 0;
    for (const auto& item : partial.items()) {
      const std::string& key = item.key();
      const Json& value = item.value();
      if (i++ == where) bad["speed"] = 99;
      if (key != "speed") bad[key] = value;
    }
    bad["speed"] = 99;
    app.refusal_of("setState", bad.dump());
    app.result("setState", partial.dump());
  }
}

TEST_CASE("playing: steps by the clock, stops at the end, starts again from the beginning") {
  TestApp app;
  CHECK(!app.advance(10));
  app.result("setState", R"({"step": 0, "speed": 4})");
  CHECK(app.result("play")["playing"] == true);
  const auto step = [&] { return app.state().lesson.settings.step; };
  CHECK(app.advance(0.24));
  CHECK(step() == 0);
  CHECK(app.advance(0.02));
  CHECK(step() == 1);
  for (int i = 0; i < 160; ++i) app.advance(0.0625);
  CHECK(step() == 41);
  app.result("pause");
  CHECK(!app.advance(10));
  CHECK(step() == 41);
  app.result("play");
  CHECK(app.advance(0.2));  // what was left over before the pause does not count
  CHECK(step() == 41);
  app.result("setState", R"({"step": 780})");
  CHECK(app.advance(0.5));
  CHECK(step() >= 782);
  CHECK(!app.advance(1));
  CHECK(step() == 783);
  CHECK(!app.state().playing);
  CHECK(app.result("play")["step"] == 0);
  CHECK(app.state().playing);
  CHECK(!app.advance(1e6));
  CHECK(step() == 783);
}

TEST_CASE("step: by n, clamped at both ends") {
  TestApp app;
  app.result("setState", R"({"step": 10})");
  CHECK(app.result("step")["step"] == 11);
  CHECK(app.result("step", "")["step"] == 12);
  CHECK(app.result("step", "[5]")["step"] == 17);
  CHECK(app.result("step", "[-2.0]")["step"] == 15);
  CHECK(app.result("step", "[0]")["step"] == 15);
  CHECK(app.result("step", "[1e300]")["step"] == 783);
  CHECK(app.result("step", "[-99999999999999999999]")["step"] == 0);
  CHECK(app.result("step", "[-1]")["step"] == 0);
  for (const std::string bad :
       {"[0.5]", "[\"1\"]", "[null]", "[true]", "[[]]", "[{}]", "3", "\"3\"", "[1e999]", "{\"n\": 3}"})
    CHECK_MESSAGE(contains(app.refusal_of("step", bad), "TypeError"), bad);
}

TEST_CASE("events: each step with its cell and value, one change with the state, nothing twice") {
  TestApp app;
  CHECK(app.events().empty());
  app.result("step", "[1]");
  app.result("step", "[-30]");
  Json events = app.events();
  REQUIRE(events.size() == 3);
  for (size_t i = 0; i < 2; ++i) {
    const int step = i == 0 ? 324 : 294;
    CHECK(events[i]["event"] == "step");
    CHECK(events[i]["detail"]["step"] == step);
    CHECK(events[i]["detail"]["row"] == step / 28);
    CHECK(events[i]["detail"]["col"] == step % 28);
    CHECK(events[i]["detail"]["value"].get<float>() == (*app.tensor("output"))[size_t(step)]);
  }
  CHECK(events[2]["event"] == "change");
  CHECK(events[2]["detail"] == app.result("getState"));
  CHECK(app.events().empty());
  app.refusal_of("setState", R"({"step": -1})");
  app.result("getState");
  app.result("tensor", R"(["input"])");
  CHECK(app.events().empty());
  app.result("setState", R"({"theme": "dark"})");
  events = app.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0]["event"] == "change");
}

TEST_CASE("reset: same lesson and parameters, step 0, the user's own numbers gone") {
  nn::Pcg32 rng(102);
  for (int round = 0; round < 30; ++round) {
    TestApp app;
    randomise(app, rng);
    const Json before = app.result("getState"), after = app.result("reset");
    for (const auto& item : after.items()) {
      const std::string& key = item.key();
      const Json& value = item.value();
      CAPTURE(key);
      if (key == "step")
        CHECK(value == 0);
      else if (key == "playing")
        CHECK(value == false);
      else if (key == "input" || key == "weight" || key == "bias")
        CHECK(value == "");
      else if (before[key] == "custom" && key != "cnn_model")  // layers are no numbers, they stay
        CHECK(value != "custom");
      else if (before["lesson"] == "pattern" && key == "steps")
        CHECK(value > 0);  // a built-in picture that is painted has steps of its own
      else
        CHECK(value == before[key]);
    }
    CHECK(app.result("reset") == after);
  }
}
