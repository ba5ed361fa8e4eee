// The products of the step fly to the cell that they make: where each is, is a function of the step and t.
#include <algorithm>

#include "web/views/figure_view.h"
#include "web/views/widgets.h"

namespace views {

void note_flight(Frame& frame, const lessons::Figure& figure, const Box& cells) {
  if (frame.view.glide.flown >= 1) return;
  if (figure.lands && figure.current >= 0) {
    Box cell = cell_box(figure, cells, {figure.current / figure.cols, figure.current % figure.cols, 1, 1});
    if (frame.projection) cell = {frame.projection->seen(cell.min), frame.projection->seen(cell.max)};
    frame.view.landing = {cell.min, cell.max};
  }
  if (figure.flies && !frame.projection)
    frame.view.flying.push_back({figure.tensor->data() + figure.offset, figure.rows, figure.cols,
                                 figure.scale, figure.limit, cells.min, cells.max});
}

void draw_flying(Frame& frame) {
  if (!frame.view.landing) return;
  constexpr float kSpread = 0.5f;  // of the time, between the first that leaves and the last
  const auto& [to_min, to_max] = *frame.view.landing;
  const float flown = frame.view.glide.flown;
  for (const Flying& from : frame.view.flying) {
    const float w = (from.max.x - from.min.x) / float(from.cols),
                h = (from.max.y - from.min.y) / float(from.rows);
    const int count = from.rows * from.cols;
    for (int i = 0; i < count; ++i) {
      const float t = (flown - kSpread * float(i) / float(count)) / (1 - kSpread);
      if (t <= 0 || t >= 1 || from.values[i] == 0) continue;  // a zero adds nothing
      const float eased = t * t * (3 - 2 * t);
      const ImVec2 start(from.min.x + w * float(i % from.cols), from.min.y + h * float(i / from.cols));
      const auto between = [&](float a, float b) { return a + (b - a) * eased; };
      const ImVec2 min(between(start.x, to_min.x), between(start.y, to_min.y));
      const ImVec2 max(between(start.x + w, to_max.x), between(start.y + h, to_max.y));
      frame.draw.AddRectFilled(min, max, value_colour(frame.theme, from.scale, from.limit, from.values[i]),
                               2);
      frame.draw.AddRect(min, max, frame.theme.product, 2);
    }
  }
}

}  // namespace views
