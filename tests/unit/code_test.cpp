// The scripts that the page writes: they run, in Python with NumPy, and compute what the page has.
#include "web/app/code.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/unit/app_support.h"
#include "tests/unit/long_support.h"
#include "tests/unit/python_support.h"
#include "web/lessons/learned.h"

using namespace app_test;

namespace {

namespace fs = std::filesystem;

// What a script's variables are called as tensors of the page.
std::vector<std::pair<std::string, std::string>> variables(const lessons::LessonState& state) {
  const std::string lesson = state.lesson->id;
  std::vector<std::pair<std::string, std::string>> names = {{"x", "input"}, {"y", "output"}};
  const auto add = [&](const char* variable, const char* tensor) {
    if (state.tensors.count(tensor)) names.push_back({variable, tensor});
  };
  const bool network = lesson == "network";
  const bool pixelwise = lesson == "pointwise";  // its layer is run on all pixels at once
  if (!pixelwise) {
    add("flat", "flat");
    add("scores", "fc_scores");
  }
  if (network) {
    add("probabilities", "probabilities");
    if (state.settings.layer % 2 == 0 && state.settings.layer < 4) {
      add("w", "weight");
      add("b", "bias");
      add("window", "window");
    }
    return names;
  }
  add("argmax", "argmax");
  for (const auto& [variable, tensor] : {std::pair("w", "weight"), std::pair("b", "bias"),
                                         std::pair("window", "window"), std::pair("products", "products")})
    add(variable, tensor);
  if (!pixelwise) {
    add("fc_w", "fc_weight");
    add("fc_b", "fc_bias");
  }
  for (const char* same :
       {"input_shuffled", "input_shifted", "input_erased", "output_before", "output_erased",
        "fc_scores_before", "fc_scores_erased", "scores_max", "scores_sum", "fc_output", "output_shifted"})
    if (!(lesson == "invariance" && same == std::string("fc_scores_before"))) add(same, same);
  return names;
}

struct Folder {
  fs::path path = fs::temp_directory_path() / ("conv-playground-" + std::to_string(std::random_device()()));
  Folder() { REQUIRE(fs::create_directories(path)); }
  ~Folder() { fs::remove_all(path); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
  }
  // Both scripts of a state, and the page's numbers beside them.
  void write_scripts(const std::string& name, const lessons::LessonState& state, const char* lang) const {
    std::string list;
    for (const auto& [variable, tensor] : variables(state)) {
      const nn::Tensor& page = state.tensors.at(tensor);
      const std::string file = name + "." + tensor + ".f32";
      write(file, std::string(reinterpret_cast<const char*>(page.data()), page.size() * sizeof(float)));
      list += variable + " " + file + " " + page.shape().str() + "\n";
    }
    for (const auto framework : {app::Framework::NumPy, app::Framework::PyTorch}) {
      const std::string script = name + (framework == app::Framework::NumPy ? "-numpy" : "-pytorch");
      write(script + ".py", app::code(state, *strings::find_language(lang), framework));
      write(script + ".txt", list);
    }
  }
};

// One digit of the last number of the page's block `name_page` made another one.
std::string broken(std::string script, const std::string& name) {
  const size_t at = script.find("\n" + name + "_page = ");
  REQUIRE(at != script.npos);
  size_t end =
      script.find("\n" + std::string(contains(script, "import torch") ? "torch.testing" : "np.testing"), at);
  REQUIRE(end != script.npos);
  end = script.rfind(']', end);
  const size_t digit = script.find_last_of("0123456789", end);
  size_t first = digit;  // the leading digit of that number, so that the error is not a rounding
  while (std::strchr("0123456789.", script[first - 1])) --first;
  script[first] = script[first] == '7' ? '3' : '7';
  return script;
}

}  // namespace

TEST_CASE("every lesson's scripts run in NumPy and give the page's numbers" * doctest::skip(kSanitized)) {
  const std::string python = python_test::find_python("code_run.py");
  if (python.empty()) {
    MESSAGE("skipped: no Python with NumPy here (on Debian: apt-get install python3-numpy)");
    return;
  }
  const Folder folder;
  for (const lessons::Lesson* lesson : lessons::all())
    folder.write_scripts(lesson->id, lessons::init(*lesson, web_test::assets()), "en");
  nn::Pcg32 rng(606);
  for (int round = 0; round < 70; ++round) {
    TestApp app;
    randomise(app, rng, lessons::all()[size_t(round) % lessons::all().size()]->id);  // each five times
    folder.write_scripts("random-" + std::to_string(round), app.state().lesson, round % 2 ? "en" : "ko");
  }
  // A net that has learned in the page.
  lessons::LessonState network = lessons::init(*lessons::find("network"), web_test::assets());
  auto learned = std::make_shared<lessons::Learned>();
  learned->steps = 1;
  for (const char* name : {"0.weight", "0.bias", "3.weight", "3.bias", "7.weight", "7.bias"})
    learned->tensors[std::string("train.cnn.") + name] =
        web_test::random_tensor(network.tensors.at(name).shape(), rng, 0.3f);
  REQUIRE(!lessons::update(network, lessons::Learn{learned}));
  folder.write_scripts("learned", network, "en");
  CHECK(python_test::run(python, "code_run.py", "check \"" + folder.path.string() + "\""));
}

TEST_CASE("a wrong number in a script stops it") {
  const std::string python = python_test::find_python("code_run.py");
  if (python.empty()) return;
  const Folder folder;
  TestApp app;
  for (const lessons::Lesson* lesson : lessons::all()) {
    app.result("setState", Json{{"lesson", lesson->id}}.dump());
    if (lesson->id == std::string("channels")) app.result("setState", R"({"out_channels": 1})");
    if (lesson->id == std::string("pooling")) app.result("setState", R"({"image": "photo"})");
    for (const std::string framework : {"numpy", "pytorch"}) {
      const std::string script = app.result("code", Json::array({framework}).dump());
      for (const std::string name : {"y", "scores", "argmax"})
        if (contains(script, "\n" + name + "_page = ") && !contains(script, "\n" + name + "_page_bytes"))
          folder.write(std::string(lesson->id) + "-" + name + "-" + framework + ".broken.py",
                       broken(script, name));
    }
  }
  CHECK(python_test::run(python, "code_run.py", "check \"" + folder.path.string() + "\""));
}

TEST_CASE("scripts are short, in the page's language, and their comments are comments") {
  for (const std::string lang : {"en", "ko"}) {
    TestApp app(lang);
    for (const lessons::Lesson* lesson : lessons::all()) {
      CAPTURE(lesson->id);
      app.result("setState", Json{{"lesson", lesson->id}}.dump());
      const std::string script = app.result("code");
      CHECK(script == app.result("code", R"(["pytorch"])"));
      CHECK(contains(script, "import torch"));
      CHECK(contains(script, "torch.testing.assert_close("));
      const std::string numpy = app.result("code", R"(["numpy"])");
      CHECK(!contains(numpy, "torch."));
      CHECK(contains(numpy, "np.testing.assert_allclose("));
      CHECK(contains(script, std::string(app.strings().text("lesson." + std::string(lesson->id)))));
      CHECK(script.size() < 90000);
      CHECK(!contains(script, "script."));  // a comment that is missing
      CHECK(!web_test::has_placeholder(script.substr(0, script.find("print("))));
    }
  }
  TestApp app;
  CHECK(contains(app.refusal_of("code", R"(["keras"])"), "RangeError framework"));
  CHECK(contains(app.refusal_of("code", "[3]"), "pytorch, numpy"));
}

TEST_CASE("no words leave their comment, no text its quotes") {
  const auto strings = strings::Strings::parse(
      "xx", R"({"evil": "a\nimport os\r\u0000\u2028\"\"\"'''\\ {x}", "script.base64": "b"})");
  REQUIRE(strings);
  for (const app::Framework framework : {app::Framework::PyTorch, app::Framework::NumPy}) {
    app::Script script(framework, *strings);
    script.say("evil", {{"x", "\nb = 1\n"}});
    script.gap();
    script.say("evil", {{"x", "\nb = 1\n"}});
    script.print("evil", {{"x", "\"); import os #"}});
    const std::string text = script.text();
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at);
      const std::string line = text.substr(at, end - at);
      const bool fine = line.empty() || line[0] == '#' || line.rfind("print(\"", 0) == 0 ||
                        line.rfind("import torch", 0) == 0 || line == "import numpy as np";
      CHECK_MESSAGE(fine, line);
      at = end + 1;
    }
  }
  CHECK(app::quoted("a\"b\\c\nd") == R"("a\"b\\c\x0ad")");
}

TEST_CASE("numbers are the shortest that give the same bits") {
  CHECK(app::shortest(0.1f) == "0.1");
  CHECK(app::shortest(1) == "1.0");
  CHECK(app::shortest(-1e15f) == "-1e+15");
  nn::Pcg32 rng(7);
  for (int i = 0; i < 20000; ++i) {
    const uint32_t bits = rng.next();
    float value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    REQUIRE(float(std::strtod(app::shortest(value).c_str(), nullptr)) == value);
  }
}

TEST_CASE("csv: a line a row, an empty line between planes, the same numbers") {
  CHECK(app::csv(nn::Tensor({3}, {1, -2.5f, 0.1f})) == "1,-2.5,0.1\n");
  CHECK(app::csv(nn::Tensor({2, 2}, {1, 2, 3, 4})) == "1,2\n3,4\n");
  CHECK(app::csv(nn::Tensor({2, 1, 2}, {1, 2, 3, 4})) == "1,2\n\n3,4\n");
  TestApp app;
  const std::string text = app.result("csv", R"(["output"])");
  const nn::Tensor& output = *app.tensor("output");
  size_t n = 0;
  for (size_t at = 0; at < text.size(); ++n) {
    REQUIRE(float(std::strtod(text.c_str() + at, nullptr)) == output[n]);
    at = text.find_first_of(",\n", at) + 1;
  }
  CHECK(n == output.size());
  CHECK(contains(app.refusal_of("csv", R"(["nothing"])"), "RangeError"));
}
