#include "web/views/figure_view.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "web/views/widgets.h"

namespace views {
namespace {

using lessons::Figure;
using lessons::FigureKind;

constexpr float kStripLabel = 34;

// Where the followed cell stands on a strip, at least four pixels wide; nothing when it is not on it.
std::optional<Box> followed_mark(const Frame& frame, const Figure& figure, const Box& cells) {
  const auto rect = lessons::cells_of(figure, frame.scene.followed);
  if (!rect) return std::nullopt;
  Box mark = cell_box(figure, cells, *rect);
  const float narrow = std::max(0.0f, 4 - mark.width());
  return Box{{mark.min.x - narrow / 2, mark.min.y - 2}, {mark.max.x + narrow / 2, mark.max.y + 2}};
}

void draw_strip(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  const Theme& theme = frame.theme;
  const Box cells = strip_cells(figure, box, metrics);
  const float height = cells.height();
  const ImU32 colour = role_colour(theme, figure.role);
  const float label = text_width(frame.fonts.regular13, figure.symbol);
  text(frame, frame.fonts.regular13, {cells.min.x - 8 - label, cells.min.y + (height - 13) / 2}, colour,
       figure.symbol);
  draw_cells(frame, figure, cells, 1);
  if (figure.numbers) draw_numbers(frame, figure, cells);
  frame.draw.AddRect(cells.min, cells.max, colour, 0, 0, 1.5f);

  if (const auto mark = followed_mark(frame, figure, cells)) {
    frame.draw.AddRect(mark->min, mark->max, theme.followed, 1, 0, 2.5f);
    if (!figure.caption.empty()) {
      const float width = text_width(frame.fonts.bold15, figure.caption);
      const float middle = (mark->min.x + mark->max.x) / 2;
      const float left =
          std::clamp(middle - width / 2, cells.min.x, std::max(cells.min.x, cells.max.x - width));
      caption_fitted(frame, frame.fonts.bold15, {left, cells.max.y + 6}, cells.max.x - left, theme.ink,
                     figure.caption, figure.symbol);
    }
  }
  const Press p = press(figure.id.c_str(), cells);
  if (!p.hovered) return;
  const float t = (ImGui::GetIO().MousePos.x - cells.min.x) / cells.width();
  point_at(frame, figure, std::clamp(int(t * float(figure.cols)), 0, figure.cols - 1), p.clicked);
}

void draw_bars(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  const Theme& theme = frame.theme;
  const Box cells{{box.min.x + 8, box.min.y}, {box.max.x, box.max.y - metrics.caption}};
  const float row = cells.height() / float(figure.rows);
  const float label = 22, numbers = 40;
  const float left = cells.min.x + label, right = cells.max.x - numbers;
  int best = 0;
  bool any_negative = false;
  for (int i = 0; i < figure.rows; ++i) any_negative |= lessons::value_of(figure, i) < 0;
  const float middle = any_negative ? (left + right) / 2 : left, reach = right - middle;
  for (int i = 1; i < figure.rows; ++i)
    if (lessons::value_of(figure, i) > lessons::value_of(figure, best)) best = i;
  for (int i = 0; i < figure.rows; ++i) {
    const float value = lessons::value_of(figure, i), top = cells.min.y + row * float(i), y = top + row / 2;
    const Box line{{cells.min.x - 4, top}, {cells.max.x, top + row}};
    ImGui::PushID(i);
    const Press p = press(figure.id.c_str(), line);
    ImGui::PopID();
    const bool current = i == figure.current;
    if (current || p.hovered) frame.draw.AddRectFilled(line.min, line.max, theme.card, 4);
    ImFont* font = current ? frame.fonts.bold15 : frame.fonts.regular13;
    const float size = std::min(13.0f, row - 1);
    const bool readable = size >= 8;  // the tooltip says it where the rows are too low
    if (readable)
      text(frame, font, {cells.min.x + 2, y - size / 2}, current ? theme.ink : theme.secondary,
           std::to_string(i), size);
    const float end = middle + value / figure.limit * reach;
    const float half = std::min(6.0f, row / 2 - 1);
    frame.draw.AddRectFilled({std::min(middle, end), y - half}, {std::max(middle, end), y + half},
                             i == best ? theme.output : with_alpha(theme.output, 0.35f));
    const float magnitude = std::fabs(value);
    const int decimals = value == std::floor(value) || magnitude >= 99.95f ? 0 : magnitude >= 9.995f ? 1 : 2;
    const std::string number = strings::number(value, decimals);
    float small = std::min(12.0f, size), wide = text_width(frame.fonts.regular13, number, small);
    if (const float room = cells.max.x - left - 4; wide > room) {  // never over the label
      small *= room / wide;
      wide = room;
    }
    if (readable)
      text(frame, frame.fonts.regular13, {cells.max.x - wide - 2, y - small / 2},
           i == best ? theme.output : theme.secondary, number, small);
    if (p.hovered) point_at(frame, figure, i, p.clicked);
  }
  frame.draw.AddLine({middle, cells.min.y}, {middle, cells.max.y}, theme.hairline);
  draw_caption(frame, figure, {{cells.min.x, box.min.y}, box.max}, metrics);
}

// Whether all of `words` has room on so many lines, no word broken.
bool has_room(ImFont* font, float width, std::string_view words, int lines) {
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(' ', at), words.size());
    if (text_width(font, words.substr(at, end - at)) > width) return false;
    at = end + 1;
  }
  return wrapped_height(font, width, words, lines + 1) <= wrapped_height(font, width, words, lines);
}

// What has no room is left out and not cut: the text beside the canvas has it.
void draw_note(Frame& frame, const Figure& figure, const Box& box) {
  ImVec2 at(box.min.x, box.min.y + 2);
  for (size_t i = 0; i < figure.lines.size(); ++i) {
    ImFont* font = i == 0 ? frame.fonts.bold15 : frame.fonts.regular13;
    const float line = wrapped_height(font, box.width(), "x", 1);
    const int lines = int((box.max.y - at.y) / line);
    if (lines < 1 || !has_room(font, box.width(), figure.lines[i], lines)) return;
    at.y += text_wrapped(frame, font, at, box.width(), i == 0 ? frame.theme.ink : frame.theme.secondary,
                         figure.lines[i], lines);
    if (i == 0) at.y += 2;
  }
}

}  // namespace

Box strip_cells(const Figure& figure, const Box& box, const Metrics& metrics) {
  const float height = figure.numbers ? metrics.lens : metrics.strip;
  return {{box.min.x + kStripLabel, box.min.y}, {box.max.x, box.min.y + height}};
}

Box square_cells(const Box& box, const Metrics& metrics) {
  return {box.min, {box.max.x, box.max.y - metrics.caption}};
}

void draw_lens_fan(Frame& frame, const Figure& strip, const Box& strip_box, const Box& lens_box,
                   const Metrics& metrics) {
  const auto mark = followed_mark(frame, strip, strip_cells(strip, strip_box, metrics));
  if (!mark) return;
  const ImVec2 corners[] = {{mark->min.x, mark->max.y},
                            {mark->max.x, mark->max.y},
                            {lens_box.max.x, lens_box.min.y},
                            {lens_box.min.x + kStripLabel, lens_box.min.y}};
  frame.draw.AddConvexPolyFilled(corners, 4, with_alpha(frame.theme.followed, 0.16f));
}

void draw_caption(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  const float top = box.max.y - metrics.caption + 5;
  float room = box.width();
  ImFont* font = frame.fonts.regular13;
  const bool one_limit = figure.kind == FigureKind::Heatmap || figure.kind == FigureKind::Volume;
  const bool scaled = !figure.concealed && one_limit && has_limit(figure.scale);
  const bool both = figure.scale == lessons::Scale::Diverging;
  const int decimals = figure.limit == std::floor(figure.limit) ? 0 : figure.limit < 10 ? 2 : 1;
  const std::string high = strings::number(figure.limit, decimals);
  const std::string low = both ? strings::number(-figure.limit, decimals) : "0";
  const float bar = 44, legend = bar + text_width(font, low, 11) + text_width(font, high, 11) + 10;
  if (scaled && room > legend + text_width(font, figure.caption) + 12) {
    float x = box.max.x - legend;
    x += text(frame, font, {x, top + 1}, frame.theme.secondary, low, 11) + 5;
    for (int i = 0; i < 22; ++i) {
      const float t = both ? (float(i) - 10.5f) / 10.5f : float(i) / 21;
      frame.draw.AddRectFilled({x + bar * float(i) / 22, top + 3}, {x + bar * float(i + 1) / 22, top + 11},
                               value_colour(frame.theme, figure.scale, figure.limit, figure.limit * t));
    }
    text(frame, font, {x + bar + 5, top + 1}, frame.theme.secondary, high, 11);
    room -= legend + 8;
  }
  caption_fitted(frame, font, {box.min.x, top}, room, role_colour(frame.theme, figure.role), figure.caption,
                 figure.symbol);
}

HeatmapColours heatmap_colours(const Theme& theme, lessons::Scale scale, int tint) {
  MapEnds ends = map_ends(theme, scale);
  const ImU32 tints[] = {IM_COL32(255, 0, 0, 255), IM_COL32(0, 255, 0, 255), IM_COL32(0, 0, 255, 255)};
  if (tint >= 0) ends.high = tints[tint];
  // Between the cells of a photograph's plane a line of its own middle grey.
  const ImU32 line = scale == lessons::Scale::Light ? IM_COL32(128, 128, 128, 255) : theme.hairline;
  return {to_lab(ends.low),    to_lab(ends.high),   to_lab(ends.negative),
          to_lab(theme.empty), to_lab(theme.paper), to_lab(line)};
}

void draw_cells(Frame& frame, const Figure& figure, const Box& cells, const Box& part, float strength) {
  frame.sink.heatmap(frame.draw, {&figure.id, frame.app.revision(), figure.tensor->data(),
                                  figure.tensor->size(), figure.offset, figure.rows, figure.cols,
                                  figure.computed, cells.min, cells.max, figure.scale, figure.limit, strength,
                                  figure.keep, heatmap_colours(frame.theme, figure.scale, figure.tint),
                                  part.min, part.max, frame.opacity, frame.projection});
}
void draw_cells(Frame& frame, const Figure& figure, const Box& cells, float strength) {
  draw_cells(frame, figure, cells, cells, strength);
}

namespace {

// A figure that would answer the open question: its frame and a question mark.
void draw_concealed(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  const Box inside{box.min, {box.max.x, box.max.y - metrics.caption}};
  frame.draw.AddRectFilled(inside.min, inside.max, frame.theme.empty);
  frame.draw.AddRect(inside.min, inside.max, role_colour(frame.theme, figure.role), 0, 0, 1.5f);
  draw_question_mark(frame, inside);
  draw_caption(frame, figure, box, metrics);
  if (press(figure.id.c_str(), inside).hovered) frame.tooltip = {frame.text("tooltip.hidden")};
}

}  // namespace

void draw_question_mark(Frame& frame, const Box& box) {
  const float size = std::clamp(0.62f * std::min(box.width(), box.height()), 5.0f, 26.0f);
  ImFont* font = size > 20 ? frame.fonts.bold26 : size > 14 ? frame.fonts.bold18 : frame.fonts.bold15;
  const ImVec2 middle((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2);
  text(frame, font, {middle.x - text_width(font, lessons::kHidden, size) / 2, middle.y - size / 2},
       frame.theme.secondary, lessons::kHidden, size);
}

void draw_figure(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  if (box.width() <= 0) return;
  if (figure.concealed) return draw_concealed(frame, figure, box, metrics);
  switch (figure.kind) {
    case FigureKind::Heatmap:
      draw_heatmap(frame, figure, box, metrics);
      break;
    case FigureKind::Maps:
      draw_maps(frame, figure, box, metrics);
      break;
    case FigureKind::Volume:
      draw_volume(frame, figure, box, metrics);
      break;
    case FigureKind::Strip:
      draw_strip(frame, figure, box, metrics);
      break;
    case FigureKind::Bars:
      draw_bars(frame, figure, box, metrics);
      break;
    case FigureKind::Curves:
      draw_curves(frame, figure, box, metrics);
      break;
    case FigureKind::Table:
      draw_table(frame, figure, box);
      break;
    case FigureKind::Note:
      draw_note(frame, figure, box);
      break;
    case FigureKind::Operator: {
      const float width = text_width(frame.fonts.regular18, figure.lines[0]);
      const float middle = (box.min.y + box.max.y - metrics.caption) / 2;
      text(frame, frame.fonts.regular18, {(box.min.x + box.max.x - width) / 2, middle - 9},
           frame.theme.secondary, figure.lines[0]);
      break;
    }
  }
}

}  // namespace views
