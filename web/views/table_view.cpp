// Rows of words and numbers, with small buttons at their right; for fingers, with large ones for the chosen
// row.
#include <algorithm>

#include "web/views/figure_view.h"
#include "web/views/widgets.h"

namespace views {
namespace {

using lessons::Figure;

// Where the columns end, of the whole width: the first begins at its left, the others end there. Behind them
// stand the presses; without any, each number has as much room.
constexpr float kEnds[] = {0.38f, 0.53f, 0.66f, 0.80f}, kAlone = 0.2f;
// The same where the presses stand below.
constexpr float kWideEnds[] = {0.45f, 0.64f, 0.81f, 1.0f};

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

// How a table's rows stand. Without presses each number has as much room; for fingers these stand below.
enum class Form { Alone, Small, Fingers };

float column_end(Form form, size_t columns, size_t column) {
  if (form == Form::Alone) return 1 - kAlone * float(columns - 1 - column);
  return form == Form::Small ? kEnds[column] : kWideEnds[column];
}

void draw_row(Frame& frame, const Figure& figure, const Figure::Row& row, Form form, float left, float top,
              float wide, float high) {
  const float size =
      std::min(form == Form::Alone ? 15.0f : 13.0f, high * (form == Form::Fingers ? 0.7f : 0.62f));
  ImFont* font = size > 13 ? frame.fonts.regular15 : frame.fonts.regular13;
  const ImU32 colour = row.strong ? frame.theme.ink : frame.theme.secondary;
  const auto end = [&](size_t column) {
    return wide * column_end(form, figure.table[0].cells.size(), column);
  };
  for (size_t c = 0; c < row.cells.size(); ++c) {
    const float room = end(c) - (c == 0 ? 0 : end(c - 1)) - 4, natural = text_width(font, row.cells[c], size);
    const float fitted = natural > room ? size * room / natural : size;
    text(frame, font,
         {c == 0 ? left : left + end(c) - std::min(natural, room), top + high / 2 - fitted / 2 - 1},
         c == 0 ? frame.theme.ink : colour, row.cells[c], fitted);
  }
  if (!row.strong) return;
  const float y = &row == &figure.table[0] ? top + high : top;
  frame.draw.AddLine({left, y}, {left + wide, y}, frame.theme.hairline);
}

// Presses side by side in `box`, each as wide; `index` counts those of the table.
void draw_presses(Frame& frame, const std::vector<Figure::Press>& presses, const Box& box, float gap,
                  int index) {
  const float count = float(presses.size()), each = (box.width() - gap * (count - 1)) / std::max(1.0f, count);
  float left = box.min.x;
  for (const Figure::Press& wanted : presses) {
    if (!frame.hidden(wanted.key))
      draw_press(frame, wanted, {{left, box.min.y}, {left + each, box.max.y}}, index);
    ++index;
    left += each + gap;
  }
}

bool changes(const Figure::Row& row) { return !row.cells.empty() && !row.presses.empty(); }

// The row that the buttons below are for: the one that was chosen, or the first after it, or else before it.
int chosen_row(const ViewState& view, const Figure& figure) {
  const auto found = view.chosen_rows.find(figure.id);
  const int wanted = found == view.chosen_rows.end() ? 0 : found->second, count = int(figure.table.size());
  for (int r = wanted; r < count; ++r)
    if (changes(figure.table[size_t(r)])) return r;
  for (int r = std::min(wanted, count) - 1; r >= 0; --r)
    if (changes(figure.table[size_t(r)])) return r;
  return -1;
}

void choose_row(Frame& frame, const Figure& figure, int row) {
  frame.view.chosen_rows[figure.id] = row;
  frame.view.wants_frame = true;
}

// To the next row that can be changed, up (−1) or down (1).
void draw_arrow(Frame& frame, const Figure& figure, const Box& box, int chosen, int way) {
  int to = chosen + way;
  while (to >= 0 && to < int(figure.table.size()) && !changes(figure.table[size_t(to)])) to += way;
  const bool further = to >= 0 && to < int(figure.table.size());
  const Press p = press(way < 0 ? "row-above" : "row-below", box);
  frame.draw.AddRectFilled(box.min, box.max, p.held && further ? frame.theme.hairline : frame.theme.card, 6);
  const ImVec2 middle((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2);
  const float reach = 5 * float(way);
  const ImU32 colour = further ? frame.theme.ink : frame.theme.hairline;
  for (const float x : {-7.0f, 7.0f})
    frame.draw.AddLine({middle.x + x, middle.y - reach * 0.6f}, {middle.x, middle.y + reach * 0.6f}, colour,
                       2);
  if (p.clicked && further) choose_row(frame, figure, to);
}

// One row is chosen, by a tap on it or by the arrows, and its presses stand below, large. Where there is no
// room for all rows, those around the chosen one are shown.
void draw_for_fingers(Frame& frame, const Figure& figure, const Box& box) {
  constexpr float kGap = 6, kLeast = 17, kMost = 36, kArrow = 48;
  const int chosen = chosen_row(frame.view, figure);
  int lines = 0;
  for (const Figure::Row& row : figure.table) lines += !row.cells.empty();
  const float below = (kFinger + kGap) * float(int(figure.table.size()) - lines + (chosen >= 0));
  const float room = std::max(2 * kLeast, box.height() - below);
  const int shown = std::min(lines, int(room / kLeast));
  const float high = std::min(kMost, room / float(shown));
  const int first = 1 + std::clamp(chosen - 1 - (shown - 1) / 2, 0, lines - shown);

  const Box body{{box.min.x, box.min.y + high}, {box.max.x, box.min.y + high * float(shown)}};
  if (const Press p = press(figure.id.c_str(), body); p.clicked) {
    const int row = first + int((ImGui::GetIO().MousePos.y - body.min.y) / high);
    if (row < lines && changes(figure.table[size_t(row)])) choose_row(frame, figure, row);
  }
  draw_row(frame, figure, figure.table[0], Form::Fingers, box.min.x, box.min.y, box.width(), high);
  for (int r = first; r < first + shown - 1; ++r) {
    const float top = body.min.y + high * float(r - first);
    if (r == chosen) {
      frame.draw.AddRectFilled({box.min.x - 6, top}, {box.max.x + 6, top + high}, frame.theme.card, 6);
      frame.draw.AddRectFilled({box.min.x - 6, top + 3}, {box.min.x - 3, top + high - 3}, frame.theme.ink,
                               1.5f);
    }
    draw_row(frame, figure, figure.table[size_t(r)], Form::Fingers, box.min.x, top, box.width(), high);
  }
  float top = body.max.y + kGap;
  int index = 0;
  for (int r = 0; r < int(figure.table.size()); ++r) {
    const Figure::Row& row = figure.table[size_t(r)];
    if (r == chosen) {
      draw_arrow(frame, figure, {{box.min.x, top}, {box.min.x + kArrow, top + kFinger}}, chosen, -1);
      draw_arrow(frame, figure,
                 {{box.min.x + kArrow + kGap, top}, {box.min.x + 2 * kArrow + kGap, top + kFinger}}, chosen,
                 1);
      const float wide = (kArrow + kGap) * float(row.presses.size()) - kGap;
      draw_presses(frame, row.presses, {{box.max.x - wide, top}, {box.max.x, top + kFinger}}, kGap, index);
      top += kFinger + kGap;
    } else if (row.cells.empty()) {
      draw_presses(frame, row.presses, {{box.min.x, top}, {box.max.x, top + kFinger}}, kGap, index);
      top += kFinger + kGap;
    }
    index += int(row.presses.size());
  }
}

}  // namespace

bool fills_height(const Frame& frame, const Figure& figure) {
  return figure.kind == lessons::FigureKind::Table && frame.for_fingers() &&
         std::any_of(figure.table.begin(), figure.table.end(), changes);
}

void draw_table(Frame& frame, const Figure& figure, const Box& box) {
  if (fills_height(frame, figure)) return draw_for_fingers(frame, figure, box);
  const float high = box.height() / float(figure.rows), wide = box.width();
  const bool alone = std::all_of(figure.table.begin(), figure.table.end(),
                                 [](const Figure::Row& row) { return row.presses.empty(); });
  int index = 0;
  for (size_t r = 0; r < figure.table.size(); ++r) {
    const Figure::Row& row = figure.table[r];
    const float top = box.min.y + high * float(r);
    draw_row(frame, figure, row, alone ? Form::Alone : Form::Small, box.min.x, top, wide, high);
    // Small ones stand at the right, those with words from the left.
    const bool words = row.cells.empty();
    const float gap = std::min(4.0f, wide * 0.008f), each = std::min(28.0f, wide * 0.055f);
    const float left = words ? box.min.x : box.max.x - 3 * each - 2 * gap;
    const float right = words ? box.max.x : left + (each + gap) * float(row.presses.size()) - gap;
    draw_presses(frame, row.presses, {{left, top + 2}, {right, top + high - 2}}, gap, index);
    index += int(row.presses.size());
  }
}

}  // namespace views
