// The state in the URL: there and back, and every bad value one sentence that names it.
#include "web/app/url.h"

#include <algorithm>

#include "tests/unit/app_support.h"

using namespace app_test;

namespace {

std::vector<std::string> warnings_after(TestApp& app, const std::string& hash) {
  const auto error = app.dispatch(app::ApplyHash{hash});
  CHECK_MESSAGE(!error, hash);  // a URL is never an error
  const Json state = app.result("getState");
  std::vector<std::string> warnings = app.warnings();
  CHECK(state["warnings"].size() == warnings.size());
  return warnings;
}

// The state without what is only read.
Json settable(TestApp& app) {
  Json state = app.result("getState");
  state.erase("warnings");
  return state;
}

// `hash` as it stands, as a part among good ones: one warning with `parts`, and the rest applied.
void check_warns(const std::string& bad, const std::vector<std::string>& parts) {
  for (const std::string lang : {"en", "ko"}) {
    TestApp expected(lang), app(lang);
    const std::string good = "lesson=convolution&stride=2&image=digit-5";
    CHECK(warnings_after(expected, good).empty());
    for (const std::string& hash : {good + "&" + bad, "#" + bad + "&" + good}) {
      CAPTURE(hash);
      const std::vector<std::string> warnings = warnings_after(app, hash);
      CHECK(warnings.size() == 1);
      if (!warnings.empty())
        for (const std::string& part : parts)
          CHECK_MESSAGE(contains(warnings[0], part), warnings[0], " lacks ", part);
      CHECK(settable(app) == settable(expected));
    }
  }
}

}  // namespace

TEST_CASE("hash → state → hash, for random states") {
  nn::Pcg32 rng(121);
  for (int round = 0; round < 200; ++round) {
    TestApp app(rng.below(2) ? "en" : "ko");
    randomise(app, rng);
    const std::string hash = app.hash();
    CAPTURE(hash);
    CHECK(hash.rfind("lesson=", 0) == 0);
    const std::string url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,%&=";
    CHECK(hash.find_first_not_of(url) == hash.npos);
    TestApp other(app.defaults().lang);
    randomise(other, rng);  // whatever was shown before
    CHECK(warnings_after(other, rng.below(2) ? hash : "#" + hash).empty());
    CHECK(settable(other) == settable(app));
    CHECK(other.hash() == hash);
    for (const auto& shown : app.state().lesson.tensors)
      CHECK_MESSAGE(nn::same_bits(shown.second, *other.tensor(shown.first)), shown.first);
  }
}

TEST_CASE("a kernel of the user's own keeps the preset that a kernel_size change returns to") {
  TestApp app, other;
  app.result("setState", R"({"lesson": "convolution", "filter": "blur"})");
  app.result("setState", R"({"filter": "custom"})");
  CHECK(warnings_after(other, app.hash()).empty());
  CHECK(app.result("setState", R"({"kernel_size": 3})")["filter"] == "blur");
  CHECK(other.result("setState", R"({"kernel_size": 3})")["filter"] == "blur");
}

TEST_CASE("what CONTRACT's example says") {
  TestApp app;
  const std::vector<std::string> warnings =
      warnings_after(app, "#lesson=convolution&stride=2&padding=1&step=4&lang=ko&hide=theme,lang&playing=1");
  CHECK(warnings.empty());
  const Json state = app.result("getState");
  CHECK(state["lesson"] == "convolution");
  CHECK(state["stride"] == 2);
  CHECK(state["padding"] == 1);
  CHECK(state["step"] == 4);
  CHECK(state["lang"] == "ko");
  CHECK(state["hide"] == Json::array({"theme", "lang"}));
  CHECK(state["playing"] == true);
}

TEST_CASE("a hash replaces the state: defaults plus hash") {
  TestApp fresh, app;
  app.result("setState",
             R"({"theme": "dark", "speed": 16, "image": "digit-9", "hide": ["lang"], "playing": true})");
  for (const std::string hash : {"", "#", "&", "#&&", "lesson=flatten"}) {
    CHECK_MESSAGE(warnings_after(app, hash).empty(), hash);
    CHECK_MESSAGE(settable(app) == settable(fresh), hash);
  }
  CHECK(warnings_after(app, "speed=8&speed=2&speed=0.5").empty());  // the last of the same key counts
  CHECK(app.state().speed == 0.5);
  CHECK(warnings_after(app, "sp%65ed=%32").empty());  // percent-encoded
  CHECK(app.state().speed == 2);
}

TEST_CASE("bad values: one warning with key, value and what is allowed; the default, and the rest applied") {
  TestApp app;
  const auto warnings = warnings_after(app, "theme=dark&lesson=nothing&class=4");
  REQUIRE(warnings.size() == 1);
  for (const std::string part : {"lesson", "nothing", "flatten", "convolution"})
    CHECK(contains(warnings[0], part));
  CHECK(app.result("getState")["class"] == 4);  // of the default lesson
  CHECK(app.state().theme == "dark");
  check_warns("kernel_size=8", {"kernel_size", "8", "1 … 7"});
  check_warns("kernel_size=0", {"kernel_size", "0", "1 … 7"});
  check_warns("kernel_size=-3", {"kernel_size", "-3", "1 … 7"});
  check_warns("kernel_size=2.5", {"kernel_size", "2.5", "1 … 7"});
  check_warns("kernel_size=five", {"kernel_size", "five", "1 … 7"});
  check_warns("kernel_size=", {"kernel_size", "1 … 7"});
  check_warns("kernel_size=3x", {"kernel_size", "3x"});
  check_warns("kernel_size=0x3", {"kernel_size", "0x3"});
  check_warns("kernel_size=nan", {"kernel_size", "nan"});
  check_warns("kernel_size=inf", {"kernel_size", "inf"});
  check_warns("kernel_size=%203", {"kernel_size", " 3"});
  check_warns("padding=99999999999999999999", {"padding", "0 … 3"});
  check_warns("padding=1e999", {"padding", "0 … 3"});
  check_warns("speed=0", {"speed", "0", "0.25 … 16"});
  check_warns("step=144", {"step", "144", "0 … 143"});  // with the stride of the same address
  check_warns("step=-1", {"step", "-1", "0 … 143"});
  check_warns("filter=digit-1", {"filter", "digit-1", "outline", "custom"});
  check_warns("filter=Blur", {"filter", "Blur", "blur"});
  check_warns("lang=fr", {"lang", "fr", "ko", "en"});
  check_warns("theme=", {"theme", "light", "projector"});
  check_warns("playing=true", {"playing", "true", "1", "0"});
  check_warns("hide=theme,nothing", {"hide", "nothing", "transport"});
  check_warns("lock=Theme", {"lock", "Theme", "theme"});
  check_warns("weight=nonsense", {"weight", "nonsense", "u8"});
  check_warns("weight=1x1x3x3.u8.AAAAAAAAAAAA", {"weight", "1x1x3x3", "1x1x5x5"});
  check_warns("bias=1.f32.AACAfw", {"bias", "1.f32.AACAfw"});
  check_warns("nothing=3", {"nothing", "3", "stride"});
  check_warns("__proto__=3", {"__proto__", "3"});
  check_warns("class=3", {"class", "3", "kernel_size"});  // of the other lesson
  check_warns("steps=3", {"steps", "3", "stride"});
  check_warns("stride", {"stride"});
  check_warns("=3", {"=3"});
  check_warns("speed=%2", {"speed=%2"});
  check_warns("speed=%zz", {"speed=%zz"});
}

TEST_CASE("several bad values are as many warnings; a good hash clears them") {
  TestApp app;
  CHECK(warnings_after(app, "lesson=convolution&kernel_size=9&padding=x&lang=fr&nothing=1&&&step=5").size() ==
        4);
  CHECK(app.result("getState")["step"] == 5);
  app.result("step");  // until the next URL
  CHECK(app.warnings().size() == 4);
  CHECK(warnings_after(app, "lesson=convolution").empty());
}

TEST_CASE("an address of any bytes never breaks the page") {
  nn::Pcg32 rng(122);
  const std::string pieces =
      "lesson=convolution&kernel_size=3&hide=theme,lang&weight=1x1x5x5.f32.AAAA&step=%ff%E3%82&%=,.";
  for (int round = 0; round < 3000; ++round) {
    TestApp app;
    std::string hash;
    for (uint32_t n = rng.below(6); n-- > 0;) {
      const size_t from = rng.below(uint32_t(pieces.size()));
      hash += pieces.substr(from, rng.below(40));
      if (rng.below(4) == 0) hash += char(rng.below(256));
    }
    CAPTURE(round);
    warnings_after(app, hash);
    CHECK(app.result("getState")["step"].is_number());
  }
  TestApp app;
  CHECK(warnings_after(app, "theme=" + std::string(1 << 20, 'x')).at(0).size() < 1000);
  CHECK(warnings_after(app, std::string(1 << 20, '&')).empty());
  CHECK(warnings_after(app, std::string(1 << 16, '%')).size() == 1);
}

TEST_CASE("warnings of broken UTF-8 still make an event") {
  for (const std::string hash : {"%ff=1", "theme=%ff", "theme=%E3%82", "\xff", "theme=\xc3",
                                 "theme=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa가나다"}) {
    CAPTURE(hash);
    TestApp app;
    CHECK(warnings_after(app, hash).size() == 1);
    CHECK(!app.events().empty());
  }
}

TEST_CASE("number_text is short and exact, percent_encode keeps what a URL keeps") {
  nn::Pcg32 rng(123);
  CHECK(app::number_text(4) == "4");
  CHECK(app::number_text(0.25) == "0.25");
  CHECK(app::number_text(0.1) == "0.1");
  for (int i = 0; i < 2000; ++i) {
    const double value = double(rng.uniform(-20, 20)) / (1 + rng.below(1000));
    CHECK(std::strtod(app::number_text(value).c_str(), nullptr) == value);
  }
  CHECK(app::percent_encode("a-Z_0.9~,") == "a-Z_0.9~,");
  CHECK(app::percent_encode("&=#% +\"") == "%26%3D%23%25%20%2B%22");
  CHECK(app::percent_encode("가") == "%EA%B0%80");
  const auto entries = app::parse_hash("#a=" + app::percent_encode("&=#% 가") + "&b=1&a=2&c");
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].value == "2");
  CHECK(!entries[2].readable);
}
