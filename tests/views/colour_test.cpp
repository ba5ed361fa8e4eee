// Colours as they are seen: by eyes without red or green cones, too; and as shaders/README.md writes them
// down.
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>

#include "tests/views/views_support.h"
#include "web/views/theme.h"

using namespace views;

namespace {

const std::vector<std::string> kThemes = {"light", "dark", "projector"};

using Vec = std::array<double, 3>;
using Matrix = std::array<Vec, 3>;

// Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color vision
// deficiency", severity 1, on linear RGB.
const std::vector<std::pair<std::string, Matrix>> kEyes = {
    {"all cones", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    {"protanopia",
     {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}}},
    {"deuteranopia",
     {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}}}};

Vec times(const Matrix& m, const Vec& v) {
  Vec out{};
  for (int i = 0; i < 3; ++i)
    for (int k = 0; k < 3; ++k) out[i] += m[i][k] * v[k];
  return out;
}

// CIELAB (D65) of an sRGB colour as these eyes see it.
Vec seen(ImU32 colour, const Matrix& eyes) {
  Vec linear;
  const int shifts[] = {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT};
  for (int i = 0; i < 3; ++i) {
    const double c = double(colour >> shifts[i] & 255) / 255;
    linear[i] = c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  }
  linear = times(eyes, linear);
  for (double& c : linear) c = std::clamp(c, 0.0, 1.0);
  const Vec xyz = times({{{0.4124564, 0.3575761, 0.1804375},
                          {0.2126729, 0.7151522, 0.0721750},
                          {0.0193339, 0.1191920, 0.9503041}}},
                        linear);
  const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
  const double x = f(xyz[0] / 0.95047), y = f(xyz[1]), z = f(xyz[2] / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(const Vec& a, const Vec& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

std::string hex(ImU32 colour) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02X%02X%02X", unsigned(colour >> IM_COL32_R_SHIFT & 255),
                unsigned(colour >> IM_COL32_G_SHIFT & 255), unsigned(colour >> IM_COL32_B_SHIFT & 255));
  return text;
}

}  // namespace

TEST_CASE("CIELAB of a few known colours") {
  const Matrix& eyes = kEyes[0].second;
  CHECK(distance(seen(IM_COL32_WHITE, eyes), {100, 0, 0}) < 0.02);
  CHECK(distance(seen(IM_COL32(255, 0, 0, 255), eyes), {53.24, 80.09, 67.20}) < 0.05);
  CHECK(distance(seen(IM_COL32(0, 0, 255, 255), eyes), {32.30, 79.19, -107.86}) < 0.05);
  // Red and green of one lightness are one colour to those without either cone.
  const ImU32 red = IM_COL32(191, 80, 64, 255), green = IM_COL32(112, 112, 48, 255);
  CHECK(distance(seen(red, kEyes[2].second), seen(green, kEyes[2].second)) <
        distance(seen(red, eyes), seen(green, eyes)) / 2);
}

TEST_CASE("roles and the ends of the diverging map stay apart, also without red or green cones") {
  for (const std::string& name : kThemes)
    for (const auto& [sort, seen_by] : kEyes) {
      const std::string& eyes = sort;  // lambdas, and doctest's messages are some, take no bindings
      const Matrix& matrix = seen_by;
      const Theme& t = theme(name);
      const std::vector<std::pair<std::string, ImU32>> roles = {{"input", t.input},
                                                                {"weight", t.weight},
                                                                {"product", t.product},
                                                                {"output", t.output},
                                                                {"followed", t.followed}};
      for (size_t i = 0; i < roles.size(); ++i)
        for (size_t k = 0; k < i; ++k) {
          const double apart = distance(seen(roles[i].second, matrix), seen(roles[k].second, matrix));
          CHECK_MESSAGE(apart >= 15, name, ", ", eyes, ": ", roles[k].first, " and ", roles[i].first, " ",
                        apart);
        }
      for (const ImU32 end : {t.positive, t.negative})
        CHECK(distance(seen(end, matrix), seen(t.zero, matrix)) >= 40);
      CHECK(distance(seen(t.positive, matrix), seen(t.negative, matrix)) >= 60);
      CHECK(distance(seen(t.padding, matrix), seen(t.paper, matrix)) >= 10);
    }
}

TEST_CASE("the maps run one way in CIELAB lightness for all eyes, and half of each end tells its sign") {
  using lessons::Scale;
  struct Side {
    Scale scale;
    double end;
  };
  for (const std::string& name : kThemes)
    for (const auto& [sort, seen_by] : kEyes) {
      const std::string& eyes = sort;  // lambdas, and doctest's messages are some, take no bindings
      const Matrix& matrix = seen_by;
      CAPTURE(name);
      CAPTURE(eyes);
      const Theme& t = theme(name);
      for (const Side& side : {Side{Scale::Grey, 1}, Side{Scale::Diverging, 1}, Side{Scale::Diverging, -1},
                               Side{Scale::Count, 1}, Side{Scale::Light, 1}}) {
        const auto lightness = [&](double u) {
          return seen(value_colour(t, side.scale, 1, float(side.end * u)), matrix)[0];
        };
        const double way = lightness(1) > lightness(0) ? 1 : -1;
        CHECK(way * (lightness(1) - lightness(0)) >= 30);
        for (int i = 1; i <= 16; ++i) {  // near black, eight bits a channel hold no finer steps
          const double onward = way * (lightness(i / 16.0) - lightness((i - 1) / 16.0));
          CHECK_MESSAGE(onward > 0, "scale ", int(side.scale), " to ", side.end, " turns back at ", i);
        }
      }
      const ImU32 more = value_colour(t, Scale::Diverging, 1, 0.5f),
                  less = value_colour(t, Scale::Diverging, 1, -0.5f);
      CHECK(distance(seen(more, matrix), seen(less, matrix)) >= 30);
    }
}

TEST_CASE("shaders/README.md names every colour of every theme as it is") {
  const std::vector<std::pair<std::string, ImU32 Theme::*>> colours = {
      {"input", &Theme::input},         {"weight", &Theme::weight},     {"product", &Theme::product},
      {"output", &Theme::output},       {"followed", &Theme::followed}, {"padding", &Theme::padding},
      {"empty", &Theme::empty},         {"zero", &Theme::zero},         {"negative", &Theme::negative},
      {"positive", &Theme::positive},   {"grey_low", &Theme::grey_low}, {"grey_high", &Theme::grey_high},
      {"paper", &Theme::paper},         {"card", &Theme::card},         {"ink", &Theme::ink},
      {"secondary", &Theme::secondary}, {"hairline", &Theme::hairline}, {"accent_text", &Theme::accent_text}};
  CHECK(sizeof(Theme) == colours.size() * sizeof(ImU32) + sizeof(float));  // none is left out
  std::ifstream file(CONV_SOURCE_DIR "/shaders/README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto& [called, colour] : colours) {
    const auto& name = called;
    std::string end = " |";
    for (const std::string& which : kThemes) end += " `" + hex(theme(which).*colour) + "` |";
    const size_t at = text.str().find("| `" + name + "` |");
    REQUIRE_MESSAGE(at != std::string::npos, name);
    const std::string row = text.str().substr(at, text.str().find('\n', at) - at);
    CHECK_MESSAGE(row.size() > end.size(), name);
    CHECK(row.substr(row.size() - std::min(row.size(), end.size())) == end);
  }
}
