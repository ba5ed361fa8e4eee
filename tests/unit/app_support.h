// What the tests of the app share: an App over the built-in assets, its answers as JSON, random states.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/web_support.h"
#include "web/app/app.h"
#include "web/app/json.h"
#include "web/app/schema.h"
#include "web/lessons/tensor_text.h"

namespace app_test {

using app::Json;

struct TestApp : app::App {
  explicit TestApp(const std::string& lang = "en") : app::App(web_test::assets(), app::Defaults{lang}) {}

  // The whole answer; it is JSON and a result or an error, whatever was asked.
  Json answer(std::string_view method, std::string_view params) {
    const std::string text = call(method, params);
    const Json json = Json::parse(text, nullptr, false);
    REQUIRE_MESSAGE(json.is_object(), "answer ", text);
    REQUIRE_MESSAGE(json.size() == 1, "answer ", text);
    REQUIRE_MESSAGE((json.contains("result") || json.contains("error")), "answer ", text);
    if (json.contains("error")) {
      const Json& error = json["error"];
      REQUIRE((error.contains("name") && error.contains("message")));
      const bool known = error["name"] == "RangeError" || error["name"] == "TypeError";
      CHECK_MESSAGE(known, "answer ", text);
      CHECK_MESSAGE(!error["message"].get<std::string>().empty(), "answer ", text);
    }
    return json;
  }
  Json result(std::string_view method, std::string_view params = "[]") {
    const Json json = answer(method, params);
    REQUIRE_MESSAGE(json.contains("result"), std::string(method), std::string(params), ": ", json.dump());
    return json["result"];
  }
  // Calls what must be refused and must change nothing; the error's name, a space and its message.
  std::string refusal_of(std::string_view method, std::string_view params) {
    const app::AppState before = state();
    const unsigned revision_before = revision();
    const Json json = answer(method, params);
    const std::string what = std::string(method) + " " + std::string(params.substr(0, 200));
    CHECK_MESSAGE(web_test::difference(before, state()) == "", what);
    CHECK_MESSAGE(revision() == revision_before, what);
    CHECK_MESSAGE(json.contains("error"), what, " was accepted");
    if (!json.contains("error")) return "";
    return json["error"]["name"].get<std::string>() + " " + json["error"]["message"].get<std::string>();
  }
  Json events() {
    const std::string text = take_events();
    const Json json = Json::parse(text, nullptr, false);
    REQUIRE_MESSAGE(json.is_array(), "events ", text);
    return json;
  }
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

// A random valid value for a key of the present state, as JSON.
inline Json random_value(const TestApp& app, const lessons::Key& key, nn::Pcg32& rng) {
  using Type = lessons::Key::Type;
  switch (key.type) {
    case Type::Int:
      return int(key.min) + int(rng.below(uint32_t(key.max - key.min) + 1));
    case Type::Number:
      return double(rng.uniform(float(key.min), float(key.max)));
    case Type::Bool:
      return rng.below(2) == 1;
    case Type::Choice:
      return web_test::pick(key.values, rng);
    case Type::List: {
      Json list = Json::array();
      for (const std::string& value : key.values)
        if (rng.below(4) == 0) list.push_back(value);
      return list;
    }
    case Type::Text:
      return web_test::pick(web_test::some_stacks(), rng);
    case Type::Tensor: {
      nn::Tensor tensor = web_test::random_tensor(app.tensor(key.name)->shape(), rng, 2);
      if (rng.below(2))  // on the grid of bytes
        for (float& x : tensor) x = float(rng.below(256)) / 256;
      return lessons::tensor_to_text(tensor);
    }
  }
  return nullptr;
}

// Sets every key with probability 1/2 to a random value, one after the other, the lesson first: `lesson`, or
// any.
inline void randomise(TestApp& app, nn::Pcg32& rng, const char* lesson = nullptr) {
  app.result("setState", Json{{"lesson", lesson ? lesson : web_test::pick(lessons::all(), rng)->id}}.dump());
  for (const lessons::Key& known : app::settable_keys(app.state(), app.defaults())) {
    if (known.name == "lesson" || rng.below(2)) continue;
    for (const lessons::Key& key : app::settable_keys(app.state(), app.defaults()))  // ranges move
      if (key.name == known.name)
        app.result("setState", Json{{key.name, random_value(app, key, rng)}}.dump());
  }
  if (rng.below(2)) app.result("step", Json::array({int(rng.below(1000)) - 500}).dump());
}

}  // namespace app_test
