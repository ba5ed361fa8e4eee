// A picture of cells: its frame, padding, window, numbers and marks.
#include <algorithm>
#include <cmath>

#include "web/app/schema.h"
#include "web/lessons/maps.h"
#include "web/views/figure_view.h"
#include "web/views/widgets.h"
#include "web/views/zoom.h"

namespace views {
namespace {

using lessons::CellRect;
using lessons::Figure;

constexpr float kSlip = 6;  // a press that moves less is a click

// Lines across the box, `apart` pixels from each other, rising to the right or falling. They end at its edge,
// which no clipping could do on a plane in perspective.
void hatch(Frame& frame, const Box& box, float apart, bool rising, ImU32 colour) {
  const float high = box.height();
  for (float x = box.min.x - high; x < box.max.x; x += apart) {
    const float from = std::max(x, box.min.x), to = std::min(x + high, box.max.x);
    const float up = rising ? -1.0f : 1.0f, start = rising ? box.max.y : box.min.y;
    frame.draw.AddLine({from, start + up * (from - x)}, {to, start + up * (to - x)}, colour, 1);
  }
}

// Padding never looks like input: its own colour, hatched.
void draw_padding(Frame& frame, const Box& outer, const Box& cells) {
  frame.draw.AddRectFilled(outer.min, outer.max, frame.theme.padding);
  hatch(frame, outer, 6, true, with_alpha(frame.theme.secondary, 0.35f));
  frame.draw.AddRectFilled(cells.min, cells.max, frame.theme.paper);
}

// The numbers of the rows at the left, of the columns above.
void draw_indices(Frame& frame, const Figure& figure, const Box& cells) {
  const float cell = cells.width() / float(figure.cols), size = std::clamp(cell * 0.5f, 8.0f, 15.0f);
  ImFont* font = frame.fonts.regular13;
  const auto put = [&](int number, float x, float y) {
    const std::string digits = strings::number(number, 0);
    text(frame, font, {x - text_width(font, digits, size) / 2, y - size / 2}, frame.theme.secondary, digits,
         size);
  };
  for (int r = 0; r < figure.rows; ++r)
    put(lessons::index_of(figure, r), cells.min.x - cell / 2, cells.min.y + cell * (float(r) + 0.5f));
  for (int c = 0; c < figure.cols; ++c)
    put(lessons::index_of(figure, c), cells.min.x + cell * (float(c) + 0.5f), cells.min.y - cell / 2);
}

// Rows and columns that no window reaches, because the last step would leave the picture.
void draw_unseen(Frame& frame, const Figure& figure, const Box& outer, float cell) {
  const float right = cell * float(figure.unseen_cols), bottom = cell * float(figure.unseen_rows);
  const auto strike = [&](const Box& box) {
    if (box.width() <= 0 || box.height() <= 0) return;
    frame.draw.AddRectFilled(box.min, box.max, with_alpha(frame.theme.paper, 0.6f));
    hatch(frame, box, 5, false, with_alpha(frame.theme.ink, 0.55f));
  };
  strike({{outer.max.x - right, outer.min.y}, outer.max});
  strike({{outer.min.x, outer.max.y - bottom}, {outer.max.x - right, outer.max.y}});
}

void draw_window(Frame& frame, const Figure& figure, const Box& cells) {
  const Box window = window_box(frame, figure, cells);
  const Box inside{{std::max(window.min.x, cells.min.x), std::max(window.min.y, cells.min.y)},
                   {std::min(window.max.x, cells.max.x), std::min(window.max.y, cells.max.y)}};
  if (inside.width() > 0 && inside.height() > 0) draw_cells(frame, figure, cells, inside, 1);
  outline(frame, window, frame.theme.product, frame.theme.window_outline);
}

// The window that an output cell under the pointer stands for.
void draw_hovered_window(Frame& frame, const Figure& figure, const Box& cells) {
  if (frame.hovered_window < 0) return;
  for (const auto& pane : frame.scene.panes)
    for (const Figure& output : pane.figures) {
      if (output.link.is != lessons::CellIs::Output || frame.hovered_window >= output.rows * output.cols)
        continue;
      const auto& link = output.link;
      const int row = frame.hovered_window / output.cols, col = frame.hovered_window % output.cols;
      const CellRect rect{row * link.stride - link.padding, col * link.stride - link.padding,
                          link.kernel_size, link.kernel_size};
      outline(frame, cell_box(figure, cells, rect), with_alpha(frame.theme.output, 0.9f), 1.5f);
    }
}

}  // namespace

Box map_cells(const Figure& figure, const Box& outer) {
  const float inset = outer.width() / float(figure.cols + 2 * figure.padding) * float(figure.padding);
  return {{outer.min.x + inset, outer.min.y + inset}, {outer.max.x - inset, outer.max.y - inset}};
}

Box cell_box(const Figure& figure, const Box& cells, const CellRect& rect) {
  const float w = cells.width() / float(figure.cols), h = cells.height() / float(figure.rows);
  return {{cells.min.x + w * float(rect.col), cells.min.y + h * float(rect.row)},
          {cells.min.x + w * float(rect.col + rect.cols), cells.min.y + h * float(rect.row + rect.rows)}};
}

Box window_box(const Frame& frame, const Figure& figure, const Box& cells) {
  Box window = cell_box(figure, cells, *figure.window);
  const ImVec2 away = figure.fixed ? ImVec2(0, 0) : frame.view.glide.offset();
  const float cell = cells.width() / float(figure.cols);
  for (ImVec2* corner : {&window.min, &window.max}) {
    corner->x += away.x * cell;
    corner->y += away.y * cell;
  }
  return window;
}

void outline(Frame& frame, const Box& box, ImU32 colour, float thickness) {
  const float outside = thickness / 2;
  frame.draw.AddRect({box.min.x - outside, box.min.y - outside}, {box.max.x + outside, box.max.y + outside},
                     colour, 0, 0, thickness);
}

bool drag(Frame& frame, const Figure& figure, float each) {
  ViewState& view = frame.view;
  const auto& state = frame.app.state();
  const auto value = [&](const std::string& key) { return int(std::get<double>(app::value_of(state, key))); };
  const lessons::KeyPair& keys = *figure.drags;
  if (!frame.may_use(keys)) return false;
  ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (ImGui::IsItemActivated()) {
    view.drag_row = value(keys.row_key);
    view.drag_col = value(keys.col_key);
  }
  const ImVec2 gone = ImGui::GetMouseDragDelta(0, 0);
  const auto wanted = [&](int start, float by) {
    return std::clamp(start + int(std::lround(by / each)), keys.first, keys.last);
  };
  const int row = wanted(view.drag_row, gone.y), col = wanted(view.drag_col, gone.x);
  if (ImGui::IsItemActive() && (row != value(keys.row_key) || col != value(keys.col_key)))
    frame.set_pair(keys, row, col);
  return std::max(std::abs(gone.x), std::abs(gone.y)) > each / 2;
}

void draw_numbers(Frame& frame, const Figure& figure, const Box& cells) {
  const float w = cells.width() / float(figure.cols), h = cells.height() / float(figure.rows);
  if (w < 21 || h < 14) return;
  const float most_wide = w * 0.84f;
  const float most = std::min(15.0f, std::min(w * 0.42f, h * 0.62f));
  ImFont* font = most > 14 ? frame.fonts.regular15 : frame.fonts.regular13;
  const ImVec2 seen_min = frame.draw.GetClipRectMin(), seen_max = frame.draw.GetClipRectMax();
  for (int cell = 0; cell < figure.rows * figure.cols; ++cell) {
    if (figure.computed >= 0 && cell >= figure.computed) break;
    if (cell == figure.hidden) continue;
    const ImVec2 middle(cells.min.x + w * (float(cell % figure.cols) + 0.5f),
                        cells.min.y + h * (float(cell / figure.cols) + 0.5f));
    const bool out_of_sight = middle.x + w < seen_min.x || middle.x - w > seen_max.x ||
                              middle.y + h < seen_min.y || middle.y - h > seen_max.y;
    if (out_of_sight) continue;
    const float value = lessons::value_of(figure, cell);
    const std::string number = strings::cell_number(value);
    float size = most;
    const float wide = text_width(font, number, size);
    if (wide > most_wide) size *= most_wide / wide;
    const ImU32 colour =
        readable_on(frame.theme, value_colour(frame.theme, figure.scale, figure.limit, value));
    text(frame, font, {middle.x - std::min(wide, most_wide) / 2, middle.y - size * 0.52f}, colour, number,
         size);
  }
}

void draw_heatmap(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  draw_map(frame, figure, {box.min, {box.max.x, box.max.y - metrics.caption}});
  draw_caption(frame, figure, box, metrics);
}

void draw_maps(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  const float gap = lessons::plane_gap(figure), across = float(figure.per_row);
  const float cols = float(figure.cols + 2 * figure.padding), rows = float(figure.rows + 2 * figure.padding);
  const float cell = box.width() / (across * cols + (across - 1) * gap);
  for (int plane = 0; plane < figure.planes; ++plane) {
    const ImVec2 at(box.min.x + float(plane % figure.per_row) * (cols + gap) * cell,
                    box.min.y + float(plane / figure.per_row) * (rows + gap) * cell);
    const Box outer{at, {at.x + cols * cell, at.y + rows * cell}};
    ImGui::PushID(plane);
    lessons::map_into(frame.view.map, figure, plane);
    draw_map(frame, frame.view.map, outer);
    ImGui::PopID();
    if (plane == figure.plane && figure.planes > 1)
      outline(frame, outer, role_colour(frame.theme, figure.role), 3);
  }
  draw_caption(frame, figure, box, metrics);
}

void draw_map_face(Frame& frame, const Figure& figure, const Box& outer) {
  const Theme& theme = frame.theme;
  const float cell = outer.width() / float(figure.cols + 2 * figure.padding);
  const Box cells = map_cells(figure, outer);
  note_flight(frame, figure, cells);
  if (figure.indexed)
    draw_indices(frame, figure, cells);
  else if (figure.padding > 0)
    draw_padding(frame, outer, cells);
  draw_cells(frame, figure, cells, figure.muted ? 0.42f : 1);
  draw_unseen(frame, figure, outer, cell);
  const ImU32 colour = role_colour(theme, figure.role);
  const bool offered = figure.choice >= 0, chosen = offered && figure.role != lessons::Role::Plain;
  const Box& edge = figure.indexed ? cells : outer;
  frame.draw.AddRect(edge.min, edge.max, offered && !chosen ? theme.hairline : colour, 0, 0,
                     chosen ? 3 : 1.5f);
  if (figure.window) draw_window(frame, figure, cells);
  for (const int mark : figure.marks)
    outline(frame, cell_box(figure, cells, {mark / figure.cols, mark % figure.cols, 1, 1}),
            role_colour(theme, figure.marks_role), figure.rows > 7 ? 1.5f : 3);
  const bool larger = is_zoomed(frame.view, figure.id) && !frame.projection;
  if (figure.numbers || (larger && figure.scale != lessons::Scale::Rgb)) draw_numbers(frame, figure, cells);
  if (figure.hidden >= 0) {
    const Box hidden =
        cell_box(figure, cells, {figure.hidden / figure.cols, figure.hidden % figure.cols, 1, 1});
    frame.draw.AddRectFilled(hidden.min, hidden.max, theme.empty);
    draw_question_mark(frame, hidden);
  }
  if (figure.current >= 0) {
    const CellRect rect{figure.current / figure.cols, figure.current % figure.cols, 1, 1};
    outline(frame, cell_box(figure, cells, rect), colour, 2.5f);
  }
  const auto rect = lessons::cells_of(figure, frame.scene.followed);
  if (rect && !(offered && cell < 1.1f))  // there the mark would hide the picture
    outline(frame, cell_box(figure, cells, *rect), theme.followed, 2.5f);
  if (figure.link.is == lessons::CellIs::Pixel && figure.window) draw_hovered_window(frame, figure, cells);
  for (const lessons::Counted& counted : figure.counted)
    if (counted.part == frame.hovered_part)
      outline(frame, cell_box(figure, cells, counted.cells), theme.followed, 2.5f);
}

void draw_map(Frame& frame, const Figure& figure, const Box& seen) {
  const float across = float(figure.cols + 2 * figure.padding);
  const Box outer = zoomed(frame.view, figure, seen, seen.width() / across);
  const bool larger = is_zoomed(frame.view, figure.id);
  const WholeButton whole = press_whole(frame, figure, seen);
  if (larger) frame.draw.PushClipRect(seen.min, seen.max, true);
  draw_map_face(frame, figure, outer);
  const float cell = outer.width() / across;
  const Box cells = map_cells(figure, outer);
  if (figure.editable) draw_cell_editor(frame, figure, cells);
  if (larger) {
    frame.draw.PopClipRect();
    frame.draw.AddRect(seen.min, seen.max, role_colour(frame.theme, figure.role), 0, 0, 1.5f);
  }

  const Press p = press(figure.id.c_str(), seen);
  bool dragged = figure.drags && (p.hovered || p.held) && drag(frame, figure, cell);
  if (larger && !figure.drags && !figure.paints && (p.held || p.clicked)) {
    const ImVec2 gone = ImGui::GetMouseDragDelta(0, kSlip);
    dragged = gone.x != 0 || gone.y != 0;
    if (dragged && p.held) pan(frame.view, figure.id, seen, ImGui::GetIO().MouseDelta);
  }
  draw_whole(frame, whole);
  const bool drawn = figure.paints && (p.hovered || p.held) && draw_with_pen(frame, figure, cells);
  if (!p.hovered) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const int row = int(std::floor((mouse.y - cells.min.y) / cell)),
            col = int(std::floor((mouse.x - cells.min.x) / cell));
  if (row < 0 || row >= figure.rows || col < 0 || col >= figure.cols) {
    if (!figure.indexed) frame.tooltip = {frame.text("tooltip.padding")};
    return;
  }
  point_at(frame, figure, row * figure.cols + col, p.clicked && !dragged && !drawn);
}

}  // namespace views
