// Lines over steps: how well something does as it goes on.
#include <algorithm>
#include <cmath>

#include "web/views/figure_view.h"
#include "web/views/widgets.h"

namespace views {
namespace {

using lessons::Figure;
using lessons::Series;

constexpr float kLabel = 30;  // left of the axis: "100"
constexpr float kNames = 18;  // below it: the names of the places

struct Axes {
  Box box;
  float last;  // the rightmost place
  float top;   // the highest value
  ImVec2 at(float x, float y) const {
    return {box.min.x + box.width() * x / last, box.max.y - box.height() * std::clamp(y / top, 0.0f, 1.0f)};
  }
};

bool are_shares(const Figure& figure) { return figure.limit == 1; }

void draw_line(Frame& frame, const Figure& figure, const Series& series, const Axes& axes) {
  const ImU32 colour = series.strong ? role_colour(frame.theme, figure.role) : frame.theme.secondary;
  const nn::Tensor &places = *figure.tensor, &values = *series.values;
  const size_t count = std::min(places.size(), values.size());
  for (size_t i = 0; i < count; ++i) frame.draw.PathLineTo(axes.at(places[i], values[i]));
  frame.draw.PathStroke(colour, 0, series.strong ? 2.5f : 1.25f);
  const bool few = !figure.lines.empty();  // each of which was measured by itself
  for (size_t i = few ? 0 : std::max<size_t>(count, 1) - 1; i < count; ++i)
    if (few || series.strong) frame.draw.AddCircleFilled(axes.at(places[i], values[i]), 3.5f, colour, 16);
}

}  // namespace

void draw_curves(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  const Theme& theme = frame.theme;
  const nn::Tensor& places = *figure.tensor;
  const bool named = !figure.lines.empty();
  const float last = named ? float(figure.lines.size() - 1)
                           : std::max(1.0f, places.size() ? places[places.size() - 1] : 0.0f);
  const float aside = named ? kLabel / 2 : 0;  // half a name reaches beyond the outermost places
  const Axes axes{{{box.min.x + kLabel + aside, box.min.y + 6},
                   {box.max.x - 4 - aside, box.max.y - metrics.caption - (named ? kNames : 0)}},
                  last,
                  figure.limit};
  for (const float part : {0.0f, 0.5f, 0.9f, 1.0f}) {
    if (part == 0.9f && !are_shares(figure)) continue;
    const float y = part * figure.limit, high = axes.at(0, y).y;
    frame.draw.AddLine({axes.box.min.x, high}, {axes.box.max.x, high}, theme.hairline);
    if (part == 0.9f && axes.box.height() < 130) continue;  // too close to the line above
    const std::string label = are_shares(figure) ? strings::number(100 * y, 0) : strings::number(y, 1);
    text(frame, frame.fonts.regular13,
         {axes.box.min.x - 6 - text_width(frame.fonts.regular13, label, 11), high - 6}, theme.secondary,
         label, 11);
  }
  for (const Series& series : figure.series) draw_line(frame, figure, series, axes);
  for (size_t i = 0; i < figure.lines.size(); ++i)
    text(frame, frame.fonts.regular13,
         {axes.at(float(i), 0).x - text_width(frame.fonts.regular13, figure.lines[i], 12) / 2,
          axes.box.max.y + 4},
         theme.secondary, figure.lines[i], 12);
  draw_caption(frame, figure, {{axes.box.min.x, box.min.y}, box.max}, metrics);

  if (!press(figure.id.c_str(), axes.box).hovered || places.size() == 0) return;
  const float x = (ImGui::GetIO().MousePos.x - axes.box.min.x) / axes.box.width() * last;
  size_t nearest = 0;
  for (size_t i = 1; i < places.size(); ++i)
    if (std::fabs(places[i] - x) < std::fabs(places[nearest] - x)) nearest = i;
  const float here = axes.at(places[nearest], 0).x;
  frame.draw.AddLine({here, axes.box.min.y}, {here, axes.box.max.y}, theme.followed, 1.5f);
  frame.tooltip = {
      named ? figure.lines[nearest]
            : frame.strings().format("training.where", {{"steps", strings::number(places[nearest], 0)}})};
  for (const Series& series : figure.series)
    frame.tooltip.push_back(series.name + " " +
                            (are_shares(figure) ? strings::number(100 * (*series.values)[nearest], 1) + " %"
                                                : strings::number((*series.values)[nearest])));
}

}  // namespace views
