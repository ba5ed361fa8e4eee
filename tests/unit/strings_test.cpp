// The languages, against each other and against the sources that use them; numbers as the page writes them.
#include "web/strings/strings.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "tests/unit/web_support.h"
#include "web/app/schema.h"
#include "web/lessons/filters.h"
#include "web/lessons/findings.h"
#include "web/lessons/strokes.h"

using strings::Strings;
using web_test::read_file;

namespace {

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

std::set<std::string> placeholders(const std::string& text) {
  std::set<std::string> names;
  for (size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
    const size_t close = text.find('}', open);
    REQUIRE_MESSAGE(close != text.npos, "unclosed { in: ", text);
    names.insert(text.substr(open + 1, close - open - 1));
  }
  return names;
}

// The keys that a source file names: quoted words with dots whose first part begins a known key, up to the
// closing quote or an escape ("page.damaged\tdata"); in the page itself {{en:key}}.
std::set<std::string> keys_in(const std::string& source, const std::set<std::string>& families) {
  std::set<std::string> keys;
  for (size_t i = 0; i + 1 < source.size(); ++i) {
    const char quote = source[i];
    const bool template_tag = quote == ':' && i >= 4 && source[i - 4] == '{' && source[i - 3] == '{';
    if (quote != '"' && quote != '\'' && quote != '`' && !template_tag) continue;
    size_t end = i + 1;
    while (end < source.size() && is_key_character(source[end])) ++end;
    const std::string word = source.substr(i + 1, end - i - 1);
    const char after = end < source.size() ? source[end] : '\0';
    if (after != quote && after != '\\' && !(template_tag && after == '}')) continue;
    const size_t point = word.find('.');
    if (point == word.npos || !families.count(word.substr(0, point))) continue;
    // "filter." is the beginning of a composed key, "mirror.js" a file.
    if (word.back() != '.' && !word.ends_with(".js")) keys.insert(word);
  }
  return keys;
}

// Keys that the sources compose.
std::set<std::string> composed_keys() {
  std::set<std::string> keys;
  for (const lessons::Lesson* lesson : lessons::all()) {
    keys.insert(std::string("lesson.") + lesson->id);
    for (const std::string part : {".question", ".takeaway"}) keys.insert(lesson->id + part);
  }
  for (const std::string mode : {"predict", "lecture"})
    for (const std::string part : {"", ".why"}) keys.insert("control." + mode + part);
  for (const lessons::Lesson* lesson : lessons::all())
    for (const lessons::Key& key : lesson->keys(lessons::init(*lesson, web_test::assets())))
      if (key.name == "filter" || key.name == "order" || key.name == "cnn_model" || key.name == "fc_model")
        for (const std::string& name : key.values) keys.insert(key.name + "." + name);
  for (const std::string& name : lessons::filter_names()) keys.insert("filter." + name + ".why");
  keys.insert("filter.learned.why");
  for (const std::string part : {"", ".pause"}) keys.insert("control.train" + part);
  for (const std::string command : {"train_step",
                                    "train_reset",
                                    "view",
                                    "view.chain",
                                    "view.volumes",
                                    "view.draw",
                                    "view.training",
                                    "draw_clear",
                                    "draw_fit",
                                    "save_weights.net",
                                    "load_weights.net",
                                    "show",
                                    "show.learned",
                                    "show.confusion",
                                    "show.mistakes",
                                    "show.build",
                                    "cnn_model",
                                    "fc_model",
                                    "lr",
                                    "momentum",
                                    "batch_size",
                                    "seed"})
    keys.insert("control." + command);
  for (const std::string words : {"cnn", "fc", "cnn.what", "fc.what", "curves.accuracy", "curves.loss"})
    keys.insert("training." + words);
  for (int step = 0; step < 5; ++step) keys.insert("parameters.step." + std::to_string(step));
  for (int act = 0; act < 4; ++act) keys.insert("pattern.act." + std::to_string(act));
  for (const std::string& name : lessons::stroke_names()) keys.insert("stroke." + name);
  for (const std::string scores : {"window_scores", "scores_max", "scores_sum"})
    keys.insert("figure." + scores);
  for (int layer = 0; layer < 5; ++layer) keys.insert("layer." + std::to_string(layer));
  for (int channel = 0; channel < 3; ++channel) keys.insert("channel." + std::to_string(channel));
  for (const std::string name : {"pixels_only", "per_channel", "evidence", "order", "flipped"})
    keys.insert("control." + name);
  for (const std::string name : {"input", "weight", "bias", "fc_weight", "fc_bias"})
    keys.insert("script.data." + name);
  for (const std::string size :
       {"kernel_size", "stride", "padding", "out_channels", "filter_index", "shuffled", "image_size",
        "shift_x", "shift_y", "unroll", "layers", "turn", "tilt", "apart"})
    for (const std::string part : {"", ".value"}) keys.insert("control." + size + part);
  for (const std::string name : lessons::kExperiments)
    for (const std::string part : {"", ".question", ".claim", ".first", ".second", ".plan", ".result"})
      keys.insert("experiment." + name + part);
  for (const std::string net :
       {"cnn", "fc", "few.cnn", "few.fc", "maximum", "flattened", "linear", "two_layers"})
    keys.insert("experiment.net." + net);
  for (int shape = 0; shape < 4; ++shape) keys.insert("experiment.shape." + std::to_string(shape));
  for (const std::string view : {"volumes", "maps"}) keys.insert("view." + view);
  for (const std::string command : {"view.experiments", "experiment", "experiment_run"})
    keys.insert("control." + command);
  const app::AppState state = app::initial_state(web_test::assets(), {});
  for (const lessons::Key& key : app::settable_keys(state, {}))
    for (const std::string& value : key.values) {
      if (key.name == "theme") keys.insert("theme." + value);
      if (value == "custom") keys.insert(key.name + ".custom");
    }
  return keys;
}

// A number as strings::number writes it, read back.
double read_number(std::string text) {
  const std::string minus = "−";
  if (text.rfind(minus, 0) == 0) text.replace(0, minus.size(), "-");
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  CHECK_MESSAGE(*end == '\0', text);
  return value;
}

}  // namespace

TEST_CASE("all languages have the same keys with the same placeholders") {
  const auto& languages = strings::languages();
  REQUIRE(languages.size() >= 2);
  for (const std::string code : {"ko", "en"}) REQUIRE(strings::find_language(code) != nullptr);
  CHECK(strings::find_language("xx") == nullptr);
  CHECK(strings::find_language("") == nullptr);
  const Strings& first = languages.front();
  for (const Strings& language : languages) {
    CAPTURE(language.code());
    CHECK(strings::find_language(language.code()) == &language);
    for (const auto& entry : first.all()) {
      const auto& key = entry.first;
      const auto& text = entry.second;
      CAPTURE(key);
      CHECK(language.has(key));
      CHECK(placeholders(text) == placeholders(std::string(language.text(key))));
    }
    for (const auto& entry : language.all()) {
      const auto& key = entry.first;
      const auto& text = entry.second;
      CHECK_MESSAGE(first.has(key), key, " is not in ", first.code());
      CHECK_MESSAGE(text.find_first_not_of(" ") != text.npos, key, " is empty");
    }
  }
}

TEST_CASE("every key that the sources use exists, and none is unused") {
  const Strings& english = *strings::find_language("en");
  std::set<std::string> families;
  for (const auto& [key, text] : english.all()) families.insert(key.substr(0, key.find('.')));
  std::set<std::string> used = composed_keys();
  for (const std::string& key : used) CHECK_MESSAGE(english.has(key), "composed key ", key);

  namespace fs = std::filesystem;
  std::vector<fs::path> sources = {fs::path(CONV_SOURCE_DIR) / "index.html"};
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(CONV_SOURCE_DIR) / "web")) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".cpp" || extension == ".h" || extension == ".js") sources.push_back(entry.path());
  }
  CHECK(sources.size() > 40);
  for (const fs::path& path : sources)
    for (const std::string& key : keys_in(read_file(path.string()), families)) {
      CHECK_MESSAGE(english.has(key), path.filename().string(), " uses the missing key ", key);
      used.insert(key);
    }
  for (const auto& entry : english.all()) CHECK_MESSAGE(used.count(entry.first), "unused key ", entry.first);
}

TEST_CASE("format fills in what it is given and leaves the rest visible") {
  const auto language =
      Strings::parse("xx", R"({"a": "{x} and {y}{x}", "b": "{", "c": "{x", "d": "{} {x y}"})");
  REQUIRE(language);
  CHECK(language->code() == "xx");
  CHECK(language->format("a", {{"x", "1"}, {"y", "2"}}) == "1 and 21");
  CHECK(language->format("a", {{"x", "1"}}) == "1 and {y}1");
  CHECK(language->format("a", {{"z", "1"}}) == "{x} and {y}{x}");
  CHECK(language->format("a", {{"x", "{y}"}, {"y", "{x}"}}) == "{y} and {x}{y}");  // arguments are not texts
  CHECK(language->format("b", {{"x", "1"}}) == "{");
  CHECK(language->format("c", {{"x", "1"}}) == "{x");
  CHECK(language->format("d", {{"x", "1"}}) == "{} {x y}");
  CHECK(language->format("missing.key", {{"x", "1"}}) == "missing.key");
  CHECK(language->text("missing.key") == "missing.key");
  CHECK(!language->has("missing.key"));
}

TEST_CASE("malformed languages are refused") {
  for (const std::string json :
       {"", "{", "[]", "null", "3", "\"text\"", R"({"a": 1})", R"({"a": null})", R"({"a": {"b": "c"}})",
        R"({"a": ["b"]})", R"({"a": "b",})", R"({"a": "b"} {)", R"({a: "b"})", "{\"a\": \"\xff\"}"})
    CHECK_MESSAGE(!Strings::parse("xx", json), json);
  const std::string whole = read_file(std::string(CONV_SOURCE_DIR) + "/web/strings/ko.json");
  CHECK(Strings::parse("ko", whole));
  const size_t end = whole.rfind('}');
  for (size_t size = 0; size <= end; size += size < end - 50 ? 97 : 1)
    CHECK_MESSAGE(!Strings::parse("ko", whole.substr(0, size)), "cut after byte ", size);
}

TEST_CASE("number: rounded, a true minus sign, never minus zero") {
  using strings::number;
  CHECK(number(-0.484) == "−0.48");
  CHECK(number(1.718) == "1.72");
  CHECK(number(0) == "0.00");
  CHECK(number(-0.0) == "0.00");
  CHECK(number(-0.004) == "0.00");
  CHECK(number(-0.006) == "−0.01");
  CHECK(number(1234.5678, 1) == "1234.6");
  CHECK(number(-0.04, 1) == "0.0");
  CHECK(number(-0.00004, 4) == "0.0000");
  CHECK(number(-0.4, 0) == "0");
  CHECK(number(-7, 0) == "−7");
  nn::Pcg32 rng(41);
  for (int i = 0; i < 5000; ++i) {
    const double value = rng.uniform(-1, 1) * std::pow(10, rng.below(6)) / 100;
    for (int decimals : {0, 1, 2, 4}) {
      const std::string text = number(value, decimals);
      CAPTURE(value);
      CAPTURE(text);
      CHECK(text.find('-') == text.npos);
      const double back = read_number(text);
      CHECK(std::abs(back - value) <= 0.5000001 * std::pow(10, -decimals));
      CHECK(!(back == 0 && text.rfind("−", 0) == 0));
    }
  }
}

TEST_CASE("cell_number: short, whole numbers bare, never minus zero") {
  using strings::cell_number;
  const std::vector<std::pair<double, std::string>> table = {
      {-0.5, "−.50"},  {0.25, ".25"},    {1, "1"},          {-1, "−1"},       {0, "0"},
      {-0.0, "0"},     {-0.004, "0"},    {0.004, "0"},      {0.999, "1"},     {-0.999, "−1"},
      {1.5, "1.50"},   {-2.25, "−2.25"}, {9.99, "9.99"},    {9.999, "10"},    {10, "10"},
      {12.34, "12.3"}, {-12, "−12"},     {-12.34, "−12.3"}, {100.5, "100.5"}, {0.1f, ".10"}};
  for (const auto& row : table) CHECK_MESSAGE(cell_number(row.first) == row.second, row.first);
  nn::Pcg32 rng(42);
  for (int i = 0; i < 5000; ++i) {
    const double value = rng.uniform(-1, 1) * std::pow(10, rng.below(5)) / 100;
    const std::string text = cell_number(value);
    CAPTURE(value);
    CAPTURE(text);
    CHECK(text.find('-') == text.npos);
    const double back = read_number(text);
    CHECK(std::abs(back - value) <= (std::abs(value) < 10 ? 0.005 : 0.05) * 1.000001);
    const bool zero = back == 0;
    CHECK((!zero || text == "0"));
    const size_t point = text.find('.');
    if (point != text.npos) {  // two decimals, one from ten on; none where they would all be zero
      CHECK(text.size() - point - 1 == (std::abs(value) < 10 ? 2 : 1));
      CHECK(text.find_first_not_of('0', point + 1) != text.npos);
    }
  }
}
