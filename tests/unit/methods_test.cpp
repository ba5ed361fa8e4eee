// The public methods as a script or a message calls them: what they answer, and that nothing they are given
// breaks the page or changes it by halves.
#include <algorithm>
#include <cmath>

#include "tests/unit/app_support.h"

using namespace app_test;

namespace {

const std::vector<std::string> kMethods = {
    "version", "lessons", "schema", "getState",  "setState",  "step",     "play",   "pause",
    "reset",   "tensors", "tensor", "setTensor", "narration", "question", "answer", "reveal", "code", "csv"};

std::string nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string nested_objects(size_t depth) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += "{\"a\":";
  return text + "1" + std::string(depth, '}');
}

Json tensor_json(const nn::Tensor& tensor) { return app::tensor_to_json(tensor); }

}  // namespace

TEST_CASE("lessons, tensors, tensor, narration, version") {
  TestApp app;
  Json list = app.result("lessons");
  REQUIRE(list.size() == lessons::all().size());
  for (size_t i = 0; i < list.size(); ++i) {
    CHECK(list[i]["id"] == lessons::all()[i]->id);
    CHECK(list[i]["title"] == app.strings().text("lesson." + list[i]["id"].get<std::string>()));
  }
  app.result("setState", R"({"lang": "ko"})");
  CHECK(app.result("lessons") != list);  // titles in the current language
  CHECK(app.result("narration") ==
        lessons::find("flatten")->narration(app.state().lesson, *strings::find_language("ko")));

  const Json names = app.result("tensors");
  CHECK(names.size() == app.state().lesson.tensors.size());
  for (const Json& name : names) {
    const Json tensor = app.result("tensor", Json::array({name}).dump());
    const nn::Tensor& truth = app.state().lesson.tensors.at(name);
    size_t numel = 1;
    for (const Json& size : tensor["shape"]) numel *= size.get<size_t>();
    REQUIRE(tensor["data"].size() == numel);
    REQUIRE(numel == truth.size());
    for (size_t i = 0; i < numel; ++i) REQUIRE(tensor["data"][i].get<float>() == truth[i]);
  }
  for (const std::string bad :
       {"[\"nothing\"]", "[]", "[3]", "[null]", "[{}]", "{}", "[\"\"]", "[\"__proto__\"]"}) {
    const std::string said = app.refusal_of("tensor", bad);
    CHECK_MESSAGE(contains(said, "RangeError"), said);
  }
  CHECK(contains(app.refusal_of("tensor", "[\"nothing\"]"), "nothing"));
  CHECK(contains(app.refusal_of("tensor", "[\"nothing\"]"), "fc_scores"));
  CHECK(contains(app.refusal_of("schema", "[\"nothing\"]"), "RangeError lesson"));
}

TEST_CASE("unknown methods") {
  TestApp app;
  for (const std::string name :
       {"", "getstate", "toString", "__proto__", "constructor", "hasOwnProperty", "train ", "\xff\xfe"}) {
    const std::string said = app.refusal_of(name, "[]");
    CHECK_MESSAGE(contains(said, "TypeError"), said);
    CHECK_MESSAGE(contains(said, "setState"), said);  // what there is
  }
  CHECK(app.refusal_of(std::string(1 << 20, 'x'), "[]").size() < 1000);
}

TEST_CASE("setTensor: the user's own numbers, to the bit") {
  nn::Pcg32 rng(111);
  TestApp app;
  for (const std::string name : {"input", "weight", "bias"}) {
    const nn::Tensor own = web_test::random_tensor(app.tensor(name)->shape(), rng, 5);
    const Json state = app.result("setTensor", Json::array({name, tensor_json(own)}).dump());
    CHECK(nn::same_bits(*app.tensor(name), own));
    CHECK(state[name] == lessons::tensor_to_text(own));
  }
  Json state = app.result("getState");
  CHECK(state["filter"] == "custom");
  CHECK(state["image"] == "custom");
  state = app.result("setState", R"({"input": "", "weight": ""})");
  CHECK(state["filter"] == "vertical-edge");
  CHECK(state["image"] == "digit-3");
}

TEST_CASE("setTensor refuses other names, shapes and numbers, and says why") {
  TestApp app;
  const auto refused = [&](const Json& params) { return app.refusal_of("setTensor", params.dump()); };
  const Json good = tensor_json(*app.tensor("weight"));
  for (const std::string name : {"output", "fc_weight", "flat", "Weight", "", "__proto__", "window"})
    CHECK_MESSAGE(contains(refused({name, tensor_json(nn::Tensor({1}, {1}))}), "input, weight, bias"), name);
  for (const Json& shape :
       {Json{25}, Json{5, 5}, Json{1, 5, 5}, Json{1, 1, 25, 1}, Json{1, 1, 5, 4}, Json{1, 1, 1, 5, 5},
        Json{1, 1, 5, 5, 1}, Json::array(), Json{0}, Json{1, 1, 65536, 65536}}) {
    Json bad = good;
    bad["shape"] = shape;
    const std::string said = refused({"weight", bad});
    CHECK_MESSAGE(contains(said, "Error"), shape.dump());
  }
  Json wrong = good;
  wrong["shape"] = Json{1, 1, 5, 4};
  wrong["data"].erase(wrong["data"].begin(), wrong["data"].begin() + 5);
  const std::string said = refused({"weight", wrong});  // key, value and what is needed
  CHECK_MESSAGE(contains(said, "RangeError weight"), said);
  CHECK_MESSAGE(contains(said, "1x1x5x4"), said);
  CHECK_MESSAGE(contains(said, "1x1x5x5"), said);
  for (const Json& shape :
       {Json("1x1x5x5"), Json(25), Json(nullptr), Json{{"0", 1}}, Json{1, 1, 5, "5"}, Json{1, 1, 5, 5.5},
        Json{1, 1, 5, -5}, Json{1, 1, 5, 1e300}, Json{-1, -1, -5, -5}}) {
    Json bad = good;
    bad["shape"] = shape;
    CHECK_MESSAGE(contains(refused({"weight", bad}), "TypeError"), shape.dump());
  }
  for (const Json& number :
       {Json(nullptr), Json("1"), Json(true), Json::array({1}), Json::object(), Json(1e39), Json(-1e300)}) {
    Json bad = good;
    bad["data"][24] = number;
    const std::string said = refused({"weight", bad});
    CHECK_MESSAGE(contains(said, "Error weight"), number.dump(), ": ", said);
    CHECK_MESSAGE(contains(said, "finite"), number.dump(), ": ", said);
  }
  for (const std::string bad :
       {"[]", "{}", "[\"weight\"]", "[\"weight\", null]", "[\"weight\", []]", "[\"weight\", {}]",
        "[\"weight\", {\"shape\": [1]}]", "[\"weight\", {\"data\": [1]}]",
        "[null, {\"shape\": [1], \"data\": [1]}]", "[\"bias\", {\"shape\": [1], \"data\": \"1\"}]",
        "[\"bias\", {\"shape\": [1], \"data\": [1]}, 3]"})
    CHECK_MESSAGE(contains(app.refusal_of("setTensor", bad), "TypeError"), bad);
}

TEST_CASE("malformed JSON is refused by every method") {
  TestApp app;
  for (const std::string& method : kMethods)
    for (const std::string bad :
         {"[",     "]",   "{",           "[1,]",       "[1 2]", "{\"a\"}",    "{\"a\":1,}",    "nul",
          "[] []", "[]x", "[\"\\u12\"]", "[\"\xff\"]", "[NaN]", "[Infinity]", "[01]",          "[.5]",
          "[1e]",  "'a'", "3",           "null",       "true",  "\"a\"",      "[\"\\ud800\"]", "[1e400]"})
      CHECK_MESSAGE(contains(app.refusal_of(method, bad), "TypeError"), method, " ", bad);
  CHECK(app.refusal_of("setState", std::string("[\"a\0\"]", 6)) != "");
}

TEST_CASE("keys like those of a JavaScript object's prototype are just unknown") {
  TestApp app;
  for (const std::string key : {"__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "",
                                " step", "Step", "step\\u0000"}) {
    const std::string said = app.refusal_of("setState", "{\"" + key + "\": 3, \"speed\": 2}");
    CHECK_MESSAGE(contains(said, "TypeError"), key);
    CHECK_MESSAGE(contains(app.refusal_of("setState", "{\"" + key + "\": {\"step\": 3}}"), "TypeError"), key);
  }
  const std::string said =
      app.refusal_of("setState", R"({"kernel_size": 3})");  // key, value, what is allowed
  for (const std::string part : {"kernel_size", "3", "image", "speed", "theme"})
    CHECK_MESSAGE(contains(said, part), said);
  CHECK(app.refusal_of("setState", "{\"" + std::string(1 << 20, 'k') + "\": 1}").size() < 10000);
}

TEST_CASE("huge numbers, long texts and deep nesting") {
  TestApp app;
  for (const std::string number :
       {"1e300", "-1e300", "99999999999999999999999", "-99999999999999999999999", "4294967296", "2147483648",
        "-2147483649", "18446744073709551615", "1e-300"})
    for (const std::string key : {"step", "speed", "class"})
      CHECK_MESSAGE(contains(app.refusal_of("setState", "{\"" + key + "\": " + number + "}"), "Error " + key),
                    number);
  const std::string megabyte(1 << 20, 'a');
  for (const std::string key : {"image", "theme", "weight", "step", "hide"})
    CHECK_MESSAGE(app.refusal_of("setState", Json{{key, megabyte}}.dump()).size() < 2000, key);
  CHECK(app.refusal_of("setState", Json{{"hide", std::vector<std::string>(20000, "x")}}.dump()).size() <
        2000);
  for (size_t depth : {100, 5000, 200000})
    for (const std::string& method : kMethods) {
      CAPTURE(method);
      CAPTURE(depth);
      app.answer(method, nested(depth));
      app.answer(method, "[" + nested_objects(depth) + "]");
      if (method == "setState") {
        for (const std::string key : {"step", "hide", "theme", "nothing"})
          app.refusal_of(method, "{\"" + key + "\": " + nested(depth) + "}");
        app.refusal_of(method, "{\"step\": " + nested_objects(depth) + "}");
      }
      if (method == "setTensor")
        app.refusal_of(method, "[\"bias\", {\"shape\": " + nested(depth) + ", \"data\": [1]}]");
    }
}

TEST_CASE("a message cut in the middle of a character is still an answer") {
  TestApp app;
  // 59 letters and then characters of three bytes: whatever is shortened is shortened within one.
  for (size_t letters = 55; letters < 64; ++letters) {
    const std::string text = std::string(letters, 'a') + "가나다라마바사";
    const std::string said = app.refusal_of("setState", Json{{"theme", text}}.dump());
    CHECK_MESSAGE(!contains(said, "\xEF\xBF\xBD"), "a broken character in: ", said);
  }
}

TEST_CASE("random and mutated calls: always an answer, refused ones change nothing") {
  nn::Pcg32 rng(112);
  TestApp app;
  const std::vector<std::string> seeds = {
      R"({"lesson":"convolution","kernel_size":3,"stride":2,"padding":1,"step":4})",
      R"({"speed":0.5,"hide":["lang","theme"],"lock":[]})",
      R"([{"image":"digit-7","filter":"blur","weight":"","bias":"1.f32.AAAAwA"}])",
      R"(["bias",{"shape":[1],"data":[0.25]}])",
      "[-3]",
      "[\"output\"]"};
  const std::string alphabet = "{}[]\",:0123456789.-eE\\ntrue\x01\x80\xff";
  for (int round = 0; round < 6000; ++round) {
    std::string params = web_test::pick(seeds, rng);
    for (uint32_t n = rng.below(4); n-- > 0;) {
      const size_t at = rng.below(uint32_t(params.size()));
      const char c = alphabet[rng.below(uint32_t(alphabet.size()))];
      if (rng.below(3) == 0)
        params.erase(at, 1 + rng.below(3));
      else if (rng.below(2))
        params.insert(at, 1, c);
      else
        params[at] = c;
      if (params.empty()) params = "[]";
    }
    const app::AppState before = app.state();
    const Json answer = app.answer(web_test::pick(kMethods, rng), params);
    if (answer.contains("error")) CHECK_MESSAGE(web_test::difference(before, app.state()) == "", params);
    if (round % 50 == 0) {
      app.events();
      for (const auto& shown : app.state().lesson.tensors)
        CHECK_MESSAGE(
            std::all_of(shown.second.begin(), shown.second.end(), [](float x) { return std::isfinite(x); }),
            shown.first);
    }
  }
}
