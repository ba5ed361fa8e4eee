// Rows of words and numbers, with small buttons at their right.
#include <algorithm>

#include "web/views/figure_view.h"
#include "web/views/widgets.h"

namespace views {
namespace {

using lessons::Figure;

// Where the columns end, of the whole width: the first begins at its left, the others end there. Behind them
// stand the presses; without any, each number has as much room.
constexpr float kEnds[] = {0.38f, 0.53f, 0.66f, 0.80f}, kAlone = 0.2f;

void draw_press(Frame& frame, const Figure::Press& wanted, const Box& box, int index) {
  const bool enabled = wanted.refused.empty() && !frame.locked(wanted.key);
  ImGui::PushID(index);
  const Press p = press(wanted.key.c_str(), box);
  ImGui::PopID();
  frame.draw.AddRectFilled(box.min, box.max, p.hovered && enabled ? frame.theme.hairline : frame.theme.card,
                           6);
  const float size = std::min(15.0f, box.height() * 0.7f);
  const float wide = text_width(frame.fonts.regular15, wanted.label, size);
  text(frame, frame.fonts.regular15,
       {(box.min.x + box.max.x - wide) / 2, (box.min.y + box.max.y - size) / 2 - 1},
       enabled ? frame.theme.ink : frame.theme.secondary, wanted.label, size);
  if (p.hovered && !wanted.refused.empty()) frame.tooltip = {wanted.refused};
  if (!p.clicked || !enabled) return;
  if (wanted.text.empty())
    frame.set(wanted.key, wanted.number);
  else
    frame.set(wanted.key, wanted.text);
}

}  // namespace

void draw_table(Frame& frame, const Figure& figure, const Box& box) {
  const float high = box.height() / float(figure.rows), wide = box.width();
  const bool alone = std::all_of(figure.table.begin(), figure.table.end(),
                                 [](const Figure::Row& row) { return row.presses.empty(); });
  const auto end = [&](size_t column) {
    const float behind = float(figure.table[0].cells.size() - 1 - column);
    return alone ? 1 - kAlone * behind : kEnds[column];
  };
  int index = 0;
  for (size_t r = 0; r < figure.table.size(); ++r) {
    const Figure::Row& row = figure.table[r];
    const float top = box.min.y + high * float(r), middle = top + high / 2;
    const float size = std::min(alone ? 15.0f : 13.0f, high * 0.62f);
    ImFont* font = size > 13 ? frame.fonts.regular15 : frame.fonts.regular13;
    const ImU32 colour = row.strong ? frame.theme.ink : frame.theme.secondary;
    float x = box.min.x;
    for (size_t c = 0; c < row.cells.size(); ++c) {
      const bool first = c == 0;
      const float room = first ? wide * end(0) - 4 : wide * (end(c) - end(c - 1)) - 4;
      const float natural = text_width(font, row.cells[c], size);
      const float fitted = natural > room ? size * room / natural : size;
      const float left = first ? x : box.min.x + wide * end(c) - std::min(natural, room);
      text(frame, font, {left, middle - fitted / 2 - 1}, first ? frame.theme.ink : colour, row.cells[c],
           fitted);
    }
    if (row.strong) {
      const float y = r == 0 ? top + high : top;
      frame.draw.AddLine({box.min.x, y}, {box.max.x, y}, frame.theme.hairline);
    }
    // Small ones stand at the right, those with words from the left.
    const bool words = row.cells.empty();
    const float gap = std::min(4.0f, wide * 0.008f), count = float(row.presses.size());
    const float each =
        words ? (wide - gap * (count - 1)) / std::max(1.0f, count) : std::min(28.0f, wide * 0.055f);
    float left = words ? box.min.x : box.max.x - 3 * each - 2 * gap;
    for (const Figure::Press& wanted : row.presses) {
      if (!frame.hidden(wanted.key))
        draw_press(frame, wanted, {{left, top + 2}, {left + each, top + high - 2}}, index);
      ++index;
      left += each + gap;
    }
  }
}

}  // namespace views
