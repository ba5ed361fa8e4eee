// A square on its way to becoming a strip: each cell travels by itself, so that the order can be seen.
#include <algorithm>
#include <cmath>

#include "web/views/figure_view.h"
#include "web/views/widgets.h"

namespace views {
namespace {

using lessons::Figure;

// The square is pale where its cells have left, and itself again when all have arrived.
float veil(const Figure& strip) { return 0.78f * std::clamp((1 - strip.unroll) / 0.15f, 0.0f, 1.0f); }

// The colour of a value as a film over what is below, so that a zero on its way hides nothing.
ImU32 thin_colour(const Theme& theme, const Figure& strip, float value) {
  const MapEnds ends = map_ends(theme, strip.scale);
  const float part = std::fabs(value) / (has_limit(strip.scale) ? strip.limit : 1);
  return with_alpha(value < 0 ? ends.negative : ends.high, std::clamp(part, 0.05f, 1.0f));
}

bool under_way(const Figure& strip, int index) {
  const float t = lessons::unrolled(strip, index);
  return t > 0 && t < 1;
}

}  // namespace

Box flight_box(const Figure& strip, const Figure& square, const Box& strip_box, const Box& square_box,
               const Metrics& metrics, int index) {
  const int pixel = lessons::pixel_of(strip, index);
  const Box from =
      cell_box(square, square_cells(square_box, metrics), {pixel / square.cols, pixel % square.cols, 1, 1});
  const Box to = cell_box(strip, strip_cells(strip, strip_box, metrics), {0, index, 1, 1});
  const float t = lessons::unrolled(strip, index), eased = t * t * (3 - 2 * t);
  const auto between = [&](float a, float b) { return a + (b - a) * eased; };
  return {{between(from.min.x, to.min.x), between(from.min.y, to.min.y)},
          {between(from.max.x, to.max.x), between(from.max.y, to.max.y)}};
}

void draw_flight(Frame& frame, const Figure& strip, const Figure& square, const Box& strip_box,
                 const Box& square_box, const Metrics& metrics) {
  const Box cells = square_cells(square_box, metrics);
  const auto place = [&](int pixel) {
    return cell_box(square, cells, {pixel / square.cols, pixel % square.cols, 1, 1});
  };
  const ImU32 pale = with_alpha(frame.theme.paper, veil(strip));
  for (int index = 0; index < strip.cols && lessons::unrolled(strip, index) > 0; ++index) {
    const Box left = place(lessons::pixel_of(strip, index));
    frame.draw.AddRectFilled(left.min, left.max, pale);
  }
  frame.draw.AddRect(cells.min, cells.max, role_colour(frame.theme, square.role), 0, 0, 1.5f);
  for (int index = 0; index < strip.cols; ++index) {
    if (!under_way(strip, index)) continue;
    const Box box = flight_box(strip, square, strip_box, square_box, metrics, index);
    frame.draw.AddRectFilled(box.min, box.max,
                             thin_colour(frame.theme, strip, lessons::value_of(strip, index)));
    if (lessons::pixel_of(strip, index) == frame.scene.followed)
      frame.draw.AddRect({box.min.x - 1, box.min.y - 1}, {box.max.x + 1, box.max.y + 1}, frame.theme.followed,
                         0, 0, 2.5f);
  }
}

FlightPress press_flight(const Figure& strip, const Figure& square, const Box& strip_box,
                         const Box& square_box, const Metrics& metrics) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  for (int index = strip.cols - 1; index >= 0; --index) {  // the last one is drawn above the others
    if (!under_way(strip, index)) continue;
    const Box box = flight_box(strip, square, strip_box, square_box, metrics, index);
    if (mouse.x < box.min.x || mouse.x >= box.max.x || mouse.y < box.min.y || mouse.y >= box.max.y) continue;
    const Press p = press((strip.id + ".flight").c_str(), box);
    return {p.hovered ? index : -1, p.clicked};
  }
  return {};
}

void point_at_flight(Frame& frame, const Figure& strip, const FlightPress& pressed) {
  if (pressed.index < 0) return;
  Figure arrived = strip;  // the value is known, wherever the cell is
  arrived.computed = -1;
  point_at(frame, arrived, pressed.index, pressed.clicked);
}

}  // namespace views
