// Colours: text that can be read (WCAG 2.2, 1.4.3: 4.5 to 1), and maps whose lightness runs one way.
#include <cmath>

#include "tests/views/views_support.h"
#include "web/views/theme.h"

using namespace views;

namespace {

const std::vector<std::string> kThemes = {"light", "dark", "projector"};

// Luminance and contrast as WCAG defines them, in double precision.
double luminance(ImU32 colour) {
  const auto channel = [&](int shift) {
    const double c = double(colour >> shift & 255) / 255;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(IM_COL32_R_SHIFT) + 0.7152 * channel(IM_COL32_G_SHIFT) +
         0.0722 * channel(IM_COL32_B_SHIFT);
}
double ratio(ImU32 a, ImU32 b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

}  // namespace

TEST_CASE("contrast is WCAG's") {
  const ImU32 black = IM_COL32(0, 0, 0, 255), white = IM_COL32(255, 255, 255, 255);
  CHECK(contrast(black, white) == doctest::Approx(21));
  CHECK(contrast(white, black) == doctest::Approx(21));
  CHECK(contrast(white, white) == doctest::Approx(1));
  nn::Pcg32 rng(131);
  for (int i = 0; i < 200; ++i) {
    const ImU32 a = rng.next() | IM_COL32_A_MASK, b = rng.next() | IM_COL32_A_MASK;
    CHECK(contrast(a, b) == doctest::Approx(ratio(a, b)).epsilon(1e-4));
  }
}

TEST_CASE("all text colours can be read on paper and cards") {
  for (const std::string& name : kThemes) {
    CAPTURE(name);
    const Theme& t = theme(name);
    const std::vector<std::pair<std::string, ImU32>> inks = {
        {"ink", t.ink},       {"secondary", t.secondary}, {"input", t.input},
        {"weight", t.weight}, {"product", t.product},     {"output", t.output}};
    for (const auto& entry : inks) {
      const auto& what = entry.first;
      const auto& ink = entry.second;
      CHECK_MESSAGE(ratio(ink, t.paper) >= 4.5, what, " on paper: ", ratio(ink, t.paper));
      CHECK_MESSAGE(ratio(ink, t.card) >= 4.5, what, " on card: ", ratio(ink, t.card));
    }
    CHECK(ratio(t.accent_text, t.ink) >= 4.5);
    CHECK(ratio(t.paper, t.ink) >= 4.5);  // tooltips
  }
}

TEST_CASE("each role has a colour of its own") {
  for (const std::string& name : kThemes) {
    CAPTURE(name);
    const Theme& t = theme(name);
    using lessons::Role;
    const std::vector<ImU32> roles = {role_colour(t, Role::Input), role_colour(t, Role::Weight),
                                      role_colour(t, Role::Product), role_colour(t, Role::Output),
                                      t.followed};
    CHECK(role_colour(t, Role::Plain) == t.ink);
    for (size_t i = 0; i < roles.size(); ++i)
      for (size_t k = 0; k < i; ++k) {
        const Lab a = to_lab(roles[i]), b = to_lab(roles[k]);
        CHECK_MESSAGE(std::hypot(a.l - b.l, a.a - b.a, a.b - b.b) > 0.08, "roles ", k, " and ", i);
      }
  }
}

// Between black and white the worst background leaves √21 = 4.58 to the better of the two.
TEST_CASE("numbers in cells can be read on every colour of every map") {
  for (const std::string& name : kThemes) {
    const Theme& t = theme(name);
    for (lessons::Scale scale : {lessons::Scale::Grey, lessons::Scale::Diverging, lessons::Scale::Count, lessons::Scale::Light})
      for (int i = -1000; i <= 1000; ++i) {
        const ImU32 background = value_colour(t, scale, 1, float(i) / 1000);
        CHECK_MESSAGE(ratio(readable_on(t, background), background) >= 4.5, name, " at ", float(i) / 1000);
      }
  }
}

TEST_CASE("the maps: ends as the theme says, lightness one way on each side, clamped beyond") {
  for (const std::string& name : kThemes) {
    CAPTURE(name);
    const Theme& t = theme(name);
    using lessons::Scale;
    const auto close = [](ImU32 a, ImU32 b) {
      for (int shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT})
        if (std::abs(int(a >> shift & 255) - int(b >> shift & 255)) > 1) return false;
      return true;
    };
    for (float limit : {0.001f, 1.0f, 50.0f}) {
      CAPTURE(limit);
      CHECK(close(value_colour(t, Scale::Diverging, limit, 0), t.zero));
      CHECK(close(value_colour(t, Scale::Diverging, limit, limit), t.positive));
      CHECK(close(value_colour(t, Scale::Diverging, limit, -limit), t.negative));
      CHECK(close(value_colour(t, Scale::Diverging, limit, 9 * limit), t.positive));
      CHECK(close(value_colour(t, Scale::Diverging, limit, -9 * limit), t.negative));
    }
    CHECK(close(value_colour(t, Scale::Grey, 1, 0), t.grey_low));
    CHECK(close(value_colour(t, Scale::Grey, 1, 1), t.grey_high));
    CHECK(close(value_colour(t, Scale::Grey, 1, 7), t.grey_high));
    CHECK(close(value_colour(t, Scale::Grey, 1, -7), t.grey_low));
    CHECK(value_colour(t, Scale::Light, 1, 0) == IM_COL32_BLACK);
    CHECK(close(value_colour(t, Scale::Light, 1, 1), IM_COL32_WHITE));
    struct Side {
      const char* what;
      Scale scale;
      float end;
    };
    for (const Side& side : {Side{"grey", Scale::Grey, 1}, Side{"positive", Scale::Diverging, 1},
                             Side{"negative", Scale::Diverging, -1}}) {
      const float first = to_lab(value_colour(t, side.scale, 1, 0)).l;
      const float last = to_lab(value_colour(t, side.scale, 1, side.end)).l;
      CHECK_MESSAGE(std::abs(last - first) > 0.35f, std::string(side.what), " is too flat");
      float before = first;
      for (int i = 1; i <= 256; ++i) {
        const float l = to_lab(value_colour(t, side.scale, 1, side.end * float(i) / 256)).l;
        const float onward = (l - before) * (last > first ? 1.0f : -1.0f);
        CHECK_MESSAGE(onward > -0.003f, std::string(side.what), " turns back at ",
                      i);  // eight bits a channel
        const float straight = first + (last - first) * float(i) / 256;
        if (straight > 0.2f)  // below, eight bits a channel are coarse
          CHECK_MESSAGE(std::abs(l - straight) < 0.02f, std::string(side.what), " is bent at ", i);
        before = l;
      }
    }
  }
}

TEST_CASE("OKLab there and back") {
  for (int i = 0; i < 4096; ++i) {
    const ImU32 colour = IM_COL32((i & 15) * 17, (i >> 4 & 15) * 17, (i >> 8) * 17, 255);
    CHECK_MESSAGE(to_srgb(to_lab(colour)) == colour, i);
  }
  CHECK(to_lab(IM_COL32(255, 255, 255, 255)).l == doctest::Approx(1).epsilon(1e-3));
  CHECK(to_lab(IM_COL32(0, 0, 0, 255)).l == doctest::Approx(0));
}
