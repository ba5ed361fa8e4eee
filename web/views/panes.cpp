// The picture: one or two panes, side by side, one above the other, or one at a time.
#include <algorithm>

#include "web/views/controls.h"
#include "web/views/figure_view.h"
#include "web/views/sections.h"
#include "web/views/widgets.h"
#include "web/views/zoom.h"

namespace views {
namespace {

constexpr float kPaneGap = 56;
constexpr float kTablet = 640;  // the least width of a tablet held upright

Metrics metrics_for(const Frame& frame) {
  Metrics m;
  if (frame.compact) {
    m.gap = 6;
    m.caption = 21;
    m.operator_width = 14;
    m.bars_width = 84;
    m.strip = 14;
    m.lens = 24;
    m.note = 60;
  }
  return m;
}

// The line of a pane's title: high enough for a finger where controls stand in it, or the tabs of all panes.
float title_height(Frame& frame, int pane, float width) {
  const bool presses =
      frame.only_pane >= 0 || (controls_beside(frame, pane) && !control_rows(frame, pane, width));
  return !frame.compact ? 40 : presses ? 34 : 30;
}

// The title and the rows of controls below it.
float heading_height(Frame& frame, int pane, float width) {
  return title_height(frame, pane, width) + kControlRow * float(control_rows(frame, pane, width));
}

// How large a pane's pictures are in this box, against a box of the same width and any height.
float fit(const lessons::Pane& pane, ImVec2 size, const Metrics& m) {
  const float sides = solve_best(pane, size, m).picture_sides;
  return sides / solve_best(pane, {size.x, 8192}, m).picture_sides;
}

void draw_pane(Frame& frame, int index, const Box& box, bool with_title, const Metrics& m) {
  const lessons::Pane& pane = frame.scene.panes[size_t(index)];
  ImGui::PushID(pane.id.c_str());
  const int below = control_rows(frame, index, box.width());
  const float middle = box.min.y + title_height(frame, index, box.width()) / 2 - 4;
  const float title = heading_height(frame, index, box.width());
  const float controls_end =
      draw_controls(frame, index, box.min.x, box.max.x,
                    below ? box.min.y + title_height(frame, index, box.width()) + kControlRow / 2 : middle);
  const float end = below ? box.max.x : controls_end;
  if (with_title) {
    float x = box.min.x;
    if (end - x > text_width(frame.fonts.bold15, pane.title) + 4)
      x += text(frame, frame.fonts.bold15, {x, middle - 8}, frame.theme.ink, pane.title) + 12;
    if (end - x > text_width(frame.fonts.regular15, pane.note) + 8)
      text(frame, frame.fonts.regular15, {x, middle - 8}, frame.theme.secondary, pane.note);
  }
  const ImVec2 room(box.width(), box.max.y - box.min.y - title);
  const Solution& solution = solve_best(pane, room, m);
  const float dx = (room.x - solution.size.x) / 2;
  const ImVec2 at(
      box.min.x + (pane.figures.size() > 0 && frame.scene.panes.size() > 1 && !frame.compact ? 0 : dx),
      box.min.y + title);
  std::vector<Box>& boxes = frame.view.boxes;
  boxes = solution.boxes;
  for (Box& figure : boxes)
    figure = {{figure.min.x + at.x, figure.min.y + at.y}, {figure.max.x + at.x, figure.max.y + at.y}};
  if (boxes.size() == 1 && fills_height(frame, pane.figures[0])) boxes[0] = {{box.min.x, at.y}, box.max};
  for (size_t i = 0; i + 1 < boxes.size(); ++i) {
    const bool long_strip = pane.figures[i].kind == lessons::FigureKind::Strip && !pane.figures[i].numbers;
    if (long_strip && pane.figures[i + 1].numbers && boxes[i + 1].width() > 0)
      draw_lens_fan(frame, pane.figures[i], boxes[i], boxes[i + 1], m);
  }
  std::vector<size_t> unrolling;  // the one drawn last first: a click is its
  std::vector<FlightPress> pressed;
  const auto home = [&](size_t strip) { return size_t(pane.figures[strip].from); };
  for (size_t i = boxes.size(); i-- > 0;) {
    const lessons::Figure& strip = pane.figures[i];
    if (strip.from < 0 || strip.unroll >= 1 || boxes[i].width() <= 0) continue;
    unrolling.push_back(i);
    frame.view.zooms.erase(pane.figures[home(i)].id);
    pressed.push_back(press_flight(strip, pane.figures[home(i)], boxes[i], boxes[home(i)], m));
  }
  for (size_t i = 0; i < boxes.size(); ++i) draw_figure(frame, pane.figures[i], boxes[i], m);
  for (size_t i = 0; i < boxes.size(); ++i)
    if (const int to = pane.figures[i].makes;
        to >= 0 && boxes[i].width() > 0 && boxes[size_t(to)].width() > 0)
      draw_made(frame, pane.figures[i], boxes[i], pane.figures[size_t(to)], boxes[size_t(to)], m);
  for (size_t n = unrolling.size(); n-- > 0;) {
    const size_t i = unrolling[n];
    keep_whole(frame.view, pane.figures[home(i)].id);
    draw_flight(frame, pane.figures[i], pane.figures[home(i)], boxes[i], boxes[home(i)], m);
    point_at_flight(frame, pane.figures[i], pressed[n]);
  }
  ImGui::PopID();
}

// Two panes one above the other share the height so that neither is small: of a few splits, the one whose
// smaller fit is the largest.
float first_height(Frame& frame, const Box& box, const Metrics& m) {
  const float heading = heading_height(frame, 0, box.width());
  const float room = box.height() - m.gap - heading - heading_height(frame, 1, box.width());
  float best = room / 2, best_fit = -1;
  for (float part = 0.3f; part <= 0.7f; part += 0.02f) {
    const float first = std::max(1.0f, room * part), second = std::max(1.0f, room - first);
    const float smaller = std::min(fit(frame.scene.panes[0], {box.width(), first}, m),
                                   fit(frame.scene.panes[1], {box.width(), second}, m));
    if (smaller > best_fit) {
      best_fit = smaller;
      best = first;
    }
  }
  return heading + best;
}

}  // namespace

bool fits_all_panes(Frame& frame, const Box& box) {
  if (frame.scene.panes.size() < 2 || !frame.compact) return true;
  // What is smaller than it could be is still large enough where there is much room.
  const float least = box.width() >= kTablet ? 0.45f : 0.6f;
  const Metrics m = metrics_for(frame);
  const float width = box.width(), first = first_height(frame, box, m);
  const float first_room = first - heading_height(frame, 0, width);
  const float second_room = box.height() - m.gap - first - heading_height(frame, 1, width);
  return fit(frame.scene.panes[0], {width, std::max(1.0f, first_room)}, m) > least &&
         fit(frame.scene.panes[1], {width, std::max(1.0f, second_room)}, m) > least;
}

void view_one_pane(Frame& frame) {
  frame.only_pane = std::clamp(frame.view.shown_pane, 0, int(frame.scene.panes.size()) - 1);
}

void draw_panes(Frame& frame, const Box& box) {
  const Metrics m = metrics_for(frame);
  const auto& panes = frame.scene.panes;
  if (panes.size() == 1) {
    draw_pane(frame, 0, box, true, m);
  } else if (!frame.compact) {
    const float half = (box.width() - kPaneGap) / 2, middle = box.min.x + half + kPaneGap / 2;
    draw_pane(frame, 0, {box.min, {box.min.x + half, box.max.y}}, true, m);
    frame.draw.AddLine({middle, box.min.y}, {middle, box.max.y}, frame.theme.hairline);
    draw_pane(frame, 1, {{box.max.x - half, box.min.y}, box.max}, true, m);
  } else if (frame.only_pane < 0) {
    const float split = box.min.y + first_height(frame, box, m);
    draw_pane(frame, 0, {box.min, {box.max.x, split}}, true, m);
    draw_pane(frame, 1, {{box.min.x, split + m.gap}, box.max}, true, m);
  } else {
    constexpr float kTabGap = 4;
    float x = box.min.x, wanted = -kTabGap;
    for (const auto& pane : panes) wanted += tab_width(frame, pane.title) + kTabGap;
    const float part = std::min(1.0f, box.width() / wanted);
    for (size_t i = 0; i < panes.size(); ++i) {
      const float wide = part * tab_width(frame, panes[i].title);
      if (tab(frame, panes[i].id.c_str(), {x, box.min.y - 6}, kFinger, panes[i].title,
              int(i) == frame.only_pane, wide)) {
        frame.view.shown_pane = int(i);
        frame.view.wants_frame = true;
      }
      x += wide + part * kTabGap;
    }
    draw_pane(frame, frame.only_pane, box, false, m);
  }
  draw_flying(frame);
}

}  // namespace views
