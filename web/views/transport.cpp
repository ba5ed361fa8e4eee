// The formula with the present numbers, the step buttons below it, and the tooltip above everything.
#include <algorithm>
#include <cmath>

#include "web/app/schema.h"
#include "web/views/sections.h"
#include "web/views/widgets.h"

namespace views {
namespace {

float spans_width(Frame& frame, const std::vector<lessons::Span>& spans, float size) {
  float width = 0;
  for (const auto& span : spans)
    width += text_width(span.strong ? frame.fonts.bold18 : frame.fonts.regular18, span.text, size);
  return width;
}

// A part that counts something in the picture: underlined, and marked where it or what it counts is pointed
// at.
void point_at_part(Frame& frame, const lessons::Span& span, int index, const Box& box) {
  const Box around{{box.min.x, box.min.y - 3}, {box.max.x, box.max.y + 3}};
  ImGui::PushID(index);
  const Press p = press("part", around);
  ImGui::PopID();
  if (p.hovered) {
    frame.view.hovered_part = span.part;
    frame.tooltip = {frame.scene.parts[size_t(span.part)]};
  }
  if (frame.hovered_part == span.part)
    frame.draw.AddRectFilled(around.min, around.max, with_alpha(frame.theme.followed, 0.45f), 3);
  frame.draw.AddLine({box.min.x + 1, around.max.y}, {box.max.x - 1, around.max.y},
                     frame.hovered_part == span.part ? frame.theme.followed : frame.theme.secondary);
}

void draw_spans(Frame& frame, const std::vector<lessons::Span>& spans, ImVec2 at, float room) {
  float size = frame.compact ? 15 : 18;
  const float full = spans_width(frame, spans, size);
  if (full > room) size = std::max(11.0f, size * room / full);
  for (size_t i = 0; i < spans.size(); ++i) {
    const lessons::Span& span = spans[i];
    ImFont* font = span.strong ? frame.fonts.bold18 : frame.fonts.regular18;
    if (span.part >= 0)
      point_at_part(frame, span, int(i), {at, {at.x + text_width(font, span.text, size), at.y + size}});
    at.x += text(frame, font, at, role_colour(frame.theme, span.role), span.text, size);
  }
}

void draw_formula(Frame& frame, const lessons::Pane& pane, const Box& box) {
  if (frame.compact) {
    draw_spans(frame, pane.formula, {box.min.x, box.min.y + 4}, box.width());
    return;
  }
  text_fitted(frame, frame.fonts.bold15, {box.min.x, box.min.y + 12}, box.width(), frame.theme.secondary,
              pane.where);
  draw_spans(frame, pane.formula, {box.min.x, box.min.y + 38}, box.width());
}

float draw_speed(Frame& frame, float right, float middle) {
  if (frame.hidden("speed")) return right;
  const Words& words = frame.words();
  float width = 0;
  const int chosen =
      choice(frame, "speed", right, middle, frame.word("control.speed"), words.speeds, words.speed,
             frame.compact ? words.short_speed : words.present_speed, width, !frame.locked("speed"));
  if (chosen >= 0) frame.set("speed", app::speeds()[size_t(chosen)]);
  return right - width - 16;
}

}  // namespace

float formula_height(Frame& frame) {
  if (!frame.compact) return 76;
  return 12 + 24 * (frame.only_pane < 0 ? float(frame.scene.panes.size()) : 1.0f);
}

void draw_formulas(Frame& frame, const Box& box) {
  frame.draw.AddRectFilled(box.min, box.max, frame.theme.card, 10);
  const auto& panes = frame.scene.panes;
  const float inset = frame.compact ? 10 : 20;
  if (frame.compact) {
    float y = box.min.y + 6;
    for (size_t i = 0; i < panes.size(); ++i) {
      if (frame.only_pane >= 0 && int(i) != frame.only_pane) continue;
      draw_formula(frame, panes[i], {{box.min.x + inset, y}, {box.max.x - inset, box.max.y}});
      y += 24;
    }
    return;
  }
  // The formulas stand below their panes.
  const float half = panes.size() > 1 ? (box.width() - 56) / 2 : box.width();
  for (size_t i = 0; i < panes.size(); ++i) {
    const float left = i == 0 ? box.min.x + inset : box.max.x - half;
    const float right = i == 0 && panes.size() > 1 ? box.min.x + half : box.max.x - inset;
    draw_formula(frame, panes[i], {{left, box.min.y}, {right, box.max.y}});
  }
}

float transport_height(const Frame& frame) { return frame.compact ? 82 : 76; }

void draw_transport(Frame& frame, const Box& box) {
  const auto& state = frame.app.state();
  const int step = state.lesson.settings.step, steps = state.lesson.steps;
  const bool enabled = !frame.locked("transport") && !frame.locked("step");
  const float target = frame.for_fingers() ? kFinger : 36, play = frame.for_fingers() ? kFinger : 38;
  float middle = box.min.y + box.height() / 2 - (frame.compact ? -20.0f : 0.0f);
  float x = box.min.x - (frame.compact ? 4 : 2);
  const auto by = [&](int n) { frame.actions.push_back(app::StepBy{n}); };
  const auto button = [&](const char* name, Icon icon, bool primary, const char* tip) {
    const float side = primary ? play : target;
    const Box place{{x, middle - side / 2}, {x + side, middle + side / 2}};
    x += side + (frame.compact ? 2.0f : 6.0f);
    return icon_button(frame, name, place, icon, primary, frame.word(tip)) && enabled;
  };
  if (button("first", Icon::First, false, "transport.first")) by(-steps);
  if (button("back", Icon::Back, false, "transport.back")) by(-1);
  const bool pauses = state.playing && !state.lecture;
  if (button("play", pauses ? Icon::Pause : Icon::Play, true,
             state.lecture ? "transport.go_on"
             : pauses      ? "transport.pause"
                           : "transport.play")) {
    if (state.lecture) {
      frame.actions.push_back(app::GoOn{});
    } else if (state.playing) {
      frame.actions.push_back(app::Pause{});
    } else {
      frame.actions.push_back(app::Play{});
    }
  }
  if (button("next", Icon::Next, false, "transport.next")) by(1);
  if (button("last", Icon::Last, false, "transport.last")) by(steps);

  float right = draw_speed(frame, box.max.x, middle);
  if (frame.compact) {  // the count stands beside the slider, above the buttons
    right = box.max.x;
    middle = box.min.y + 20;
  }
  const std::string last = frame.scene.steps_hidden ? lessons::kHidden : std::to_string(steps - 1);
  const std::string count = std::to_string(step) + " / " + last;
  ImFont* font = frame.fonts.regular15;
  right -= text_width(font, std::to_string(steps - 1) + " / " + std::to_string(steps - 1));
  text(frame, font, {right, middle - 8}, frame.theme.ink, count);
  right -= 20;

  const Box track = frame.compact ? Box{{box.min.x - 8, box.min.y}, {right + 8, box.min.y + 40}}
                                  : for_finger(frame, {{x + 14, middle - 14}, {right, middle + 14}});
  if (frame.hidden("step")) return;
  const int wanted = slider(frame, "step-slider", track, step, steps, frame.theme.output, false, enabled);
  if (wanted >= 0) frame.set("step", double(wanted));
}

void draw_tooltip(Frame& frame) {
  if (frame.tooltip.empty() || ImGui::GetIO().MousePos.x < 0) return;
  ImDrawList& draw = *ImGui::GetForegroundDrawList();
  const ImVec2 screen = ImGui::GetIO().DisplaySize, mouse = ImGui::GetIO().MousePos;
  ImFont *first = frame.fonts.bold15, *rest = frame.fonts.regular13;
  const float most = std::min(420.0f, screen.x - 32);
  float width = 0, height = 12;
  for (size_t i = 0; i < frame.tooltip.size(); ++i) {
    ImFont* font = i == 0 ? first : rest;
    width = std::max(width, std::min(most, text_width(font, frame.tooltip[i])));
    height += wrapped_height(font, most, frame.tooltip[i], 4);
  }
  ImVec2 at(mouse.x + 16, mouse.y + 20);
  at.x = std::clamp(at.x, 8.0f, std::max(8.0f, screen.x - width - 32));
  if (at.y + height > screen.y - 8) at.y = std::max(8.0f, mouse.y - height - 12);
  draw.AddRectFilled(at, {at.x + width + 24, at.y + height}, frame.theme.ink, 8);
  ImVec2 line(at.x + 12, at.y + 7);
  Frame above = frame.over(draw);
  for (size_t i = 0; i < frame.tooltip.size(); ++i) {
    const ImU32 colour = i == 0 ? frame.theme.paper : with_alpha(frame.theme.paper, 0.8f);
    line.y += text_wrapped(above, i == 0 ? first : rest, line, most, colour, frame.tooltip[i], 4);
  }
}

}  // namespace views
