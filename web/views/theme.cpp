#include "web/views/theme.h"

#include <algorithm>
#include <cmath>

namespace views {
namespace {

constexpr ImU32 hex(uint32_t rgb) { return IM_COL32(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255, 255); }

float linear(float channel) {
  return channel <= 0.04045f ? channel / 12.92f : std::pow((channel + 0.055f) / 1.055f, 2.4f);
}

float gamma(float channel) {
  channel = std::clamp(channel, 0.0f, 1.0f);
  return channel <= 0.0031308f ? 12.92f * channel : 1.055f * std::pow(channel, 1 / 2.4f) - 0.055f;
}

ImVec4 linear_rgb(ImU32 colour) {
  const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
  return {linear(c.x), linear(c.y), linear(c.z), c.w};
}

float luminance(ImU32 colour) {
  const ImVec4 c = linear_rgb(colour);
  return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z;
}

constexpr Theme kLight = {.paper = hex(0xFBFAF7),
                          .card = hex(0xF2F0E9),
                          .ink = hex(0x1C2430),
                          .secondary = hex(0x59626E),
                          .hairline = hex(0xDDD9CF),
                          .accent_text = hex(0xFBFAF7),
                          .input = hex(0x3F4B5C),
                          .weight = hex(0x6D4AC4),
                          .product = hex(0x9C5200),
                          .output = hex(0x0B7A6F),
                          .followed = hex(0xF2B705),
                          .padding = hex(0xE9E3D3),
                          .grey_low = hex(0xFBFAF7),
                          .grey_high = hex(0x14171C),
                          .zero = hex(0xFAF8F3),
                          .negative = hex(0x21589E),
                          .positive = hex(0xB24822),
                          .empty = hex(0xF4F1EA),
                          .window_outline = 2};

constexpr Theme kDark = {.paper = hex(0x14181F),
                         .card = hex(0x1D232C),
                         .ink = hex(0xECEAE4),
                         .secondary = hex(0xA7B0BC),
                         .hairline = hex(0x353D49),
                         .accent_text = hex(0x14181F),
                         .input = hex(0x9CB0CE),
                         .weight = hex(0xB7A1FF),
                         .product = hex(0xF0A860),
                         .output = hex(0x5ADCC4),
                         .followed = hex(0xFFD23F),
                         .padding = hex(0x3A3528),
                         .grey_low = hex(0x14181F),
                         .grey_high = hex(0xF4F2EC),
                         .zero = hex(0x1A1F27),
                         .negative = hex(0x6AA7F2),
                         .positive = hex(0xF08456),
                         .empty = hex(0x20262F),
                         .window_outline = 2};

constexpr Theme kProjector = {.paper = hex(0xFFFFFF),
                              .card = hex(0xF0F0F0),
                              .ink = hex(0x000000),
                              .secondary = hex(0x2B2F36),
                              .hairline = hex(0x9A9A9A),
                              .accent_text = hex(0xFFFFFF),
                              .input = hex(0x1F2A3A),
                              .weight = hex(0x4B22B0),
                              .product = hex(0x7A3B00),
                              .output = hex(0x00584F),
                              .followed = hex(0xFFB000),
                              .padding = hex(0xE4D9B8),
                              .grey_low = hex(0xFFFFFF),
                              .grey_high = hex(0x000000),
                              .zero = hex(0xFFFFFF),
                              .negative = hex(0x003F94),
                              .positive = hex(0xA02800),
                              .empty = hex(0xEFEFEF),
                              .window_outline = 3};

}  // namespace

Lab to_lab(ImU32 colour) {
  const ImVec4 c = linear_rgb(colour);
  const float l = std::cbrt(0.4122214708f * c.x + 0.5363325363f * c.y + 0.0514459929f * c.z);
  const float m = std::cbrt(0.2119034982f * c.x + 0.6806995451f * c.y + 0.1073969566f * c.z);
  const float s = std::cbrt(0.0883024619f * c.x + 0.2817188376f * c.y + 0.6299787005f * c.z);
  return {0.2104542553f * l + 0.7936177850f * m - 0.0040720468f * s,
          1.9779984951f * l - 2.4285922050f * m + 0.4505937099f * s,
          0.0259040371f * l + 0.7827717662f * m - 0.8086757660f * s};
}

ImU32 to_srgb(const Lab& lab) {
  const auto cube = [](float v) { return v * v * v; };
  const float l = cube(lab.l + 0.3963377774f * lab.a + 0.2158037573f * lab.b);
  const float m = cube(lab.l - 0.1055613458f * lab.a - 0.0638541728f * lab.b);
  const float s = cube(lab.l - 0.0894841775f * lab.a - 1.2914855480f * lab.b);
  return ImGui::ColorConvertFloat4ToU32({gamma(4.0767416621f * l - 3.3077115913f * m + 0.2309699292f * s),
                                         gamma(-1.2684380046f * l + 2.6097574011f * m - 0.3413193965f * s),
                                         gamma(-0.0041960863f * l - 0.7034186147f * m + 1.7076147010f * s),
                                         1});
}

Lab mix(const Lab& a, const Lab& b, float t) {
  return {a.l + (b.l - a.l) * t, a.a + (b.a - a.a) * t, a.b + (b.b - a.b) * t};
}

const Theme& theme(const std::string& name) {
  if (name == "dark") return kDark;
  if (name == "projector") return kProjector;
  return kLight;
}

ImU32 role_colour(const Theme& theme, lessons::Role role) {
  switch (role) {
    case lessons::Role::Input:
      return theme.input;
    case lessons::Role::Weight:
      return theme.weight;
    case lessons::Role::Product:
      return theme.product;
    case lessons::Role::Output:
      return theme.output;
    case lessons::Role::Plain:
      break;
  }
  return theme.ink;
}

MapEnds map_ends(const Theme& theme, lessons::Scale scale) {
  if (scale == lessons::Scale::Grey) return {theme.grey_low, theme.grey_high, theme.grey_low};
  if (scale == lessons::Scale::Light) return {IM_COL32_BLACK, IM_COL32_WHITE, IM_COL32_BLACK};
  if (scale == lessons::Scale::Count) return {theme.zero, theme.product, theme.zero};
  return {theme.zero, theme.positive, theme.negative};
}

ImU32 value_colour(const Theme& theme, lessons::Scale scale, float limit, float value) {
  const float t = !has_limit(scale) ? std::clamp(value, 0.0f, 1.0f) : std::clamp(value / limit, -1.0f, 1.0f);
  const MapEnds ends = map_ends(theme, scale);
  return to_srgb(mix(to_lab(ends.low), to_lab(t < 0 ? ends.negative : ends.high), std::fabs(t)));
}

float contrast(ImU32 a, ImU32 b) {
  const float x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05f) / (std::min(x, y) + 0.05f);
}

ImU32 readable_on(const Theme& theme, ImU32 background) {
  ImU32 best = theme.ink;
  // Ink or paper where they will do; black or white in the middle of the maps, where they will not.
  for (const ImU32 colour : {theme.paper, IM_COL32_BLACK, IM_COL32_WHITE})
    if (contrast(best, background) < 4.5f && contrast(colour, background) > contrast(best, background))
      best = colour;
  return best;
}

ImU32 with_alpha(ImU32 colour, float alpha) {
  return (colour & ~IM_COL32_A_MASK) | ImU32(alpha * 255 + 0.5f) << IM_COL32_A_SHIFT;
}

}  // namespace views
