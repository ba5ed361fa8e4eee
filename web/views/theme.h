// The visual language: one colour for one meaning, in each theme.
#pragma once

#include <string>

#include "imgui.h"
#include "web/lessons/scene.h"

namespace views {

// A colour in OKLab (Björn Ottosson, 2020), where equal steps look equally large; colour maps are
// straight lines in it, in the shader and here.
struct Lab {
  float l, a, b;
};
Lab to_lab(ImU32 colour);
ImU32 to_srgb(const Lab& lab);
// a at t = 0, b at t = 1.
Lab mix(const Lab& a, const Lab& b, float t);

struct Theme {
  ImU32 paper, card, ink, secondary, hairline, accent_text;
  ImU32 input, weight, product, output, followed, padding;
  ImU32 grey_low, grey_high;       // images: 0 and 1
  ImU32 zero, negative, positive;  // signed tensors: middle and ends of the diverging map
  ImU32 empty;                     // a cell that is not computed yet
  float window_outline;            // line width of the current window
};

// "light", "dark" or "projector".
const Theme& theme(const std::string& name);

ImU32 role_colour(const Theme& theme, lessons::Role role);
// Whether values are measured against a figure's limit; else they are 0 … 1.
inline bool has_limit(lessons::Scale scale) {
  return scale == lessons::Scale::Diverging || scale == lessons::Scale::Count;
}
// The colours of 0, of the largest and of the smallest value.
struct MapEnds {
  ImU32 low, high, negative;
};
MapEnds map_ends(const Theme& theme, lessons::Scale scale);
// The colour the shader gives to `value`, of every scale but Rgb.
ImU32 value_colour(const Theme& theme, lessons::Scale scale, float limit, float value);
// Ink or paper, or else black or white: what can be read on `background` with a contrast of 4.5 or more.
ImU32 readable_on(const Theme& theme, ImU32 background);
ImU32 with_alpha(ImU32 colour, float alpha);

// WCAG 2.2 contrast ratio, 1 … 21.
float contrast(ImU32 a, ImU32 b);

}  // namespace views
