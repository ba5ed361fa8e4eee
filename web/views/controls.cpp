#include "web/views/controls.h"

#include <algorithm>
#include <cmath>

#include "web/app/commands.h"
#include "web/views/widgets.h"

namespace views {
namespace {

using lessons::Control;

constexpr float kButton = 30, kGap = 8;

// A hundred ticks need more room than a few.
float track_width(const Frame& frame, const Control& control) {
  const bool many = control.max - control.min > 60 * control.tick;
  if (frame.compact) return many ? 104 : 88;
  return many ? 140 : 100;
}

std::string_view present_label(const Frame& frame, const Control& control) {
  if (control.kind == Control::Kind::Requests) return control.label;
  if (control.selected >= 0) return control.labels[size_t(control.selected)];
  return frame.word(control.key + ".custom");
}

// On a narrow page, and for fingers, the buttons are a list.
bool as_buttons(const Frame& frame, const Control& control) {
  return control.kind == Control::Kind::Buttons && !frame.for_fingers();
}

// A number fits a square; words need their room.
float button_width(const Frame& frame, const Control& control, size_t i) {
  return control.number ? kButton : text_width(frame.fonts.regular15, control.labels[i]) + 20;
}

float control_width(Frame& frame, const Control& control) {
  if (control.kind == Control::Kind::Command)
    return text_width(frame.fonts.bold15, control.label) + (frame.compact ? 20 : 28);
  if (control.kind == Control::Kind::Slider)
    return track_width(frame, control) + kGap + text_width(frame.fonts.regular15, control.widest);
  if (control.kind == Control::Kind::Toggle)
    return kSwitchWidth + kGap + text_width(frame.fonts.regular15, control.label);
  if (as_buttons(frame, control)) {
    float width = 0;
    for (size_t i = 0; i < control.values.size(); ++i) width += button_width(frame, control, i);
    return width;
  }
  return choice_width(frame, present_label(frame, control), !frame.locked(control.key));
}

void draw_buttons(Frame& frame, const Control& control, const Box& box, bool enabled) {
  frame.draw.AddRectFilled(box.min, box.max, frame.theme.card, 8);
  float x = box.min.x, needed = 0;
  for (size_t i = 0; i < control.values.size(); ++i) needed += button_width(frame, control, i);
  const float more = (box.width() - needed) / float(control.values.size());  // they share a wider box
  for (size_t i = 0; i < control.values.size(); ++i) {
    const Box button{{x, box.min.y}, {x + button_width(frame, control, i) + more, box.max.y}};
    x = button.max.x;
    const Press p = press((control.key + control.values[i]).c_str(), for_finger(frame, button), enabled);
    const bool selected = int(i) == control.selected;
    if (selected || p.hovered)
      frame.draw.AddRectFilled(button.min, button.max, selected ? frame.theme.ink : frame.theme.hairline, 8);
    const std::string& word = control.number ? control.values[i] : control.labels[i];
    const float wide = text_width(frame.fonts.regular15, word);
    text(frame, frame.fonts.regular15,
         {(button.min.x + button.max.x - wide) / 2, (button.min.y + button.max.y) / 2 - 8},
         selected ? frame.theme.accent_text : frame.theme.ink, word);
    if (p.clicked)
      frame.set(control.key, control.number ? lessons::Value(std::stod(control.values[i]))
                                            : lessons::Value(control.values[i]));
  }
}

void draw_choice(Frame& frame, const Control& control, float right, float middle, bool enabled) {
  float width = 0;
  const int chosen = choice(frame, control.key.c_str(), right, middle, control.label, control.labels,
                            control.selected, present_label(frame, control), width, enabled);
  if (chosen < 0) return;
  const std::string& value = control.values[size_t(chosen)];
  if (control.kind == Control::Kind::Requests) {
    frame.view.request = value;
    return;
  }
  frame.set(control.key, control.number ? lessons::Value(std::stod(value)) : lessons::Value(value));
}

// The tick that a pressed key asks for; `tick` itself when none is.
int tick_by_key(int tick, int last) {
  const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key); };
  if (pressed(ImGuiKey_RightArrow) || pressed(ImGuiKey_UpArrow)) return std::min(tick + 1, last);
  if (pressed(ImGuiKey_LeftArrow) || pressed(ImGuiKey_DownArrow)) return std::max(tick - 1, 0);
  if (pressed(ImGuiKey_Home)) return 0;
  if (pressed(ImGuiKey_End)) return last;
  return tick;
}

void draw_slider(Frame& frame, const Control& control, const Box& box, bool enabled) {
  ViewState& view = frame.view;
  const int last = int(std::lround((control.max - control.min) / control.tick));
  const int tick = int(std::lround((control.value - control.min) / control.tick));
  // On a narrow page its name stands above it.
  const float top = box.min.y + (frame.compact ? 10 : 0);
  const Box track{{box.min.x, top}, {box.min.x + track_width(frame, control), box.max.y}};
  const Box pressed{{track.min.x, box.min.y}, track.max};
  const bool active = enabled && view.active_slider == control.key;
  int wanted = slider(frame, control.key.c_str(), pressed, tick, last + 1, frame.theme.ink, active, enabled,
                      (top - box.min.y) / 2);
  const bool hovered = enabled && ImGui::IsItemHovered();
  if (active && !ImGui::GetIO().WantTextInput) {
    frame.arrows_taken = true;
    const int by_key = tick_by_key(tick, last);
    if (by_key != tick) wanted = by_key;
  }
  if (ImGui::IsMouseClicked(0) && hovered) {
    view.active_slider = control.key;
  } else if (active && (ImGui::IsMouseClicked(0) || ImGui::IsKeyPressed(ImGuiKey_Escape, false))) {
    view.active_slider.clear();
  }
  if (wanted >= 0) frame.set(control.key, wanted == last ? control.max : control.min + control.tick * wanted);
  if (hovered) frame.tooltip = {control.label};
  if (frame.compact)
    text(frame, frame.fonts.regular13, {track.min.x + 8, box.min.y + 2}, frame.theme.secondary, control.label,
         11);
  const float middle = (track.min.y + track.max.y) / 2;
  text(frame, frame.fonts.regular15, {track.max.x + kGap, middle - 8},
       enabled ? frame.theme.ink : frame.theme.secondary, control.shown);
}

void draw_toggle(Frame& frame, const Control& control, const Box& box, bool enabled) {
  const Press p = press(control.key.c_str(), box, enabled);
  const float middle = (box.min.y + box.max.y) / 2;
  draw_switch(frame, {box.min.x, middle}, control.on, p.hovered);
  text(frame, frame.fonts.regular15, {box.min.x + kSwitchWidth + kGap, middle - 8},
       p.hovered || control.on ? frame.theme.ink : frame.theme.secondary, control.label);
  if (p.clicked) frame.set(control.key, !control.on);
}

void draw_command(Frame& frame, const Control& control, const Box& box, bool enabled) {
  const Press p = press(control.key.c_str(), box, enabled);
  const ImU32 fill = control.on ? (p.held ? frame.theme.output : frame.theme.ink)
                                : (p.hovered ? frame.theme.hairline : frame.theme.card);
  frame.draw.AddRectFilled(box.min, box.max, fill, 8);
  const float wide = text_width(frame.fonts.bold15, control.label);
  const ImVec2 at((box.min.x + box.max.x - wide) / 2, (box.min.y + box.max.y) / 2 - 8);
  text(frame, frame.fonts.bold15, at, control.on ? frame.theme.accent_text : frame.theme.ink, control.label);
  if (!p.clicked) return;
  if (const auto action = app::command(frame.app, control.key)) frame.actions.push_back(*action);
}

bool beside(const Frame& frame, const Control& control, int pane) {
  // Where there is least room, a card takes that of the controls.
  const bool least_room = frame.compact && ImGui::GetIO().DisplaySize.y < 640;
  const bool card = frame.scene.prompt || !frame.scene.feedback.empty();
  return control.pane == pane && !control.by_drag && !frame.hidden(control.key) &&
         !(least_room && (control.minor || card));
}

}  // namespace

const lessons::Control* question_buttons(const Frame& frame) {
  for (const Control& control : frame.scene.controls)
    if (control.kind == Control::Kind::Buttons && control.pane < 0 && !frame.hidden(control.key))
      return &control;
  return nullptr;
}

float question_buttons_width(const Frame& frame, const lessons::Control& control) {
  float width = 0;
  for (size_t i = 0; i < control.values.size(); ++i) width += button_width(frame, control, i);
  return width;
}

void draw_question_buttons(Frame& frame, const lessons::Control& control, const Box& box) {
  draw_buttons(frame, control, box, !frame.locked(control.key));
}

bool controls_beside(const Frame& frame, int pane) {
  for (const Control& control : frame.scene.controls)
    if (beside(frame, control, pane)) return true;
  return false;
}

int control_rows(Frame& frame, int pane, float width) {
  if (!frame.compact) return 0;
  float title = 0, needed = 0, row = 0;
  int rows = 1;
  bool slider = false;  // with its name it is higher than a title
  for (const Control& control : frame.scene.controls) {
    if (!beside(frame, control, pane)) continue;
    const float wide = control_width(frame, control) + kGap;
    if (row > 0 && row + wide - kGap > width) {
      ++rows;
      row = 0;
    }
    row += wide;
    needed += wide;
    slider |= control.kind == Control::Kind::Slider;
  }
  if (frame.only_pane < 0) {
    title = text_width(frame.fonts.bold15, frame.scene.panes[size_t(pane)].title);
  } else {
    for (const auto& other : frame.scene.panes) title += tab_width(frame, other.title) + 4;
  }
  return needed > 0 && (slider || title + needed > width) ? rows : 0;
}

float draw_controls(Frame& frame, int pane, float left, float right, float middle) {
  const float start = right;
  for (const Control& control : frame.scene.controls) {
    if (!beside(frame, control, pane)) continue;
    const bool enabled =
        !frame.locked(control.key) && (control.key != "picture_from" || frame.may_use("input"));
    const float width = control_width(frame, control);
    if (right < start && right - width < left) {  // the next row
      right = start;
      middle += kControlRow;
    }
    const float high = frame.for_fingers() ? kFinger / 2 : 15;
    const Box box{{right - width, middle - high}, {right, middle + high}};
    if (control.kind == Control::Kind::Slider) {
      draw_slider(frame, control, box, enabled);
    } else if (control.kind == Control::Kind::Toggle) {
      draw_toggle(frame, control, box, enabled);
    } else if (control.kind == Control::Kind::Command) {
      draw_command(frame, control, box, enabled);
    } else if (as_buttons(frame, control)) {
      draw_buttons(frame, control, box, enabled);
    } else {
      draw_choice(frame, control, right, middle, enabled);
    }
    right -= width + kGap;
    const bool named = control.kind == Control::Kind::Buttons || control.kind == Control::Kind::Slider;
    if (frame.compact || !named) continue;
    const float label = text_width(frame.fonts.regular15, control.label);
    const float title = text_width(frame.fonts.bold15, frame.scene.panes[size_t(pane)].title) + 24;
    // A row of buttons leaves room for the title's note; a slider is not clear without its name.
    if (right - label > left + (control.kind == Control::Kind::Slider ? title : 220)) {
      text(frame, frame.fonts.regular15, {right - label, middle - 8}, frame.theme.secondary, control.label);
      right -= label + 16;
    }
  }
  return right;
}

}  // namespace views
