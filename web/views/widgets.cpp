#include "web/views/widgets.h"

#include <algorithm>
#include <cmath>

namespace views {
namespace {

std::vector<Target>* noted = nullptr;

void triangle(ImDrawList& draw, ImVec2 middle, float size, bool right, ImU32 colour) {
  const float dx = right ? size * 0.55f : -size * 0.55f;
  const ImVec2 tip(middle.x + dx, middle.y);
  const ImVec2 above(middle.x - dx, middle.y - size * 0.6f), below(middle.x - dx, middle.y + size * 0.6f);
  // Clockwise: the other way round ImGui does not smooth the edges.
  draw.AddTriangleFilled(right ? above : below, tip, right ? below : above, colour);
}

}  // namespace

void note_targets(std::vector<Target>* into) { noted = into; }

Box for_finger(const Frame& frame, const Box& box) {
  if (!frame.for_fingers()) return box;
  const float x = std::max(0.0f, kFinger - box.width()) / 2, y = std::max(0.0f, kFinger - box.height()) / 2;
  return {{box.min.x - x, box.min.y - y}, {box.max.x + x, box.max.y + y}};
}

Press press(const char* name, const Box& box, bool enabled) {
  if (!enabled || box.width() <= 0 || box.height() <= 0) return {};
  if (noted) noted->push_back({name, box, ImGui::GetWindowDrawList()});
  ImGui::SetCursorScreenPos(box.min);
  Press result;
  result.clicked = ImGui::InvisibleButton(name, {box.width(), box.height()});
  result.hovered = ImGui::IsItemHovered();
  result.held = ImGui::IsItemActive();
  return result;
}

bool icon_button(Frame& frame, const char* name, const Box& box, Icon icon, bool primary,
                 std::string_view tip) {
  const Press p = press(name, box);
  const ImVec2 middle((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2);
  const float radius = std::min(box.width(), box.height()) / 2 - (frame.for_fingers() ? 2 : 0);
  ImU32 colour = frame.theme.ink;
  if (primary) {
    frame.draw.AddCircleFilled(middle, radius, p.held ? frame.theme.output : frame.theme.ink, 48);
    colour = frame.theme.accent_text;
  } else if (p.hovered || p.held) {
    frame.draw.AddCircleFilled(middle, radius, p.held ? frame.theme.hairline : frame.theme.card, 48);
  }
  if (p.hovered) frame.tooltip = {std::string(tip)};
  const float size = primary ? 11 : 10;
  switch (icon) {
    case Icon::Play:
      triangle(frame.draw, {middle.x + 1.5f, middle.y}, size, true, colour);
      break;
    case Icon::Next:
      triangle(frame.draw, middle, size, true, colour);
      break;
    case Icon::Back:
      triangle(frame.draw, middle, size, false, colour);
      break;
    case Icon::Pause:
      for (float x : {-4.5f, 4.5f})
        frame.draw.AddRectFilled({middle.x + x - 2, middle.y - 7}, {middle.x + x + 2, middle.y + 7}, colour,
                                 1);
      break;
    case Icon::First:
    case Icon::Last: {
      const float side = icon == Icon::Last ? 1.0f : -1.0f;
      triangle(frame.draw, {middle.x - side * 2, middle.y}, size, icon == Icon::Last, colour);
      const float bar = middle.x + side * 6;
      frame.draw.AddRectFilled({bar - 1.5f, middle.y - 6.5f}, {bar + 1.5f, middle.y + 6.5f}, colour);
      break;
    }
  }
  return p.clicked;
}

void draw_switch(Frame& frame, ImVec2 at, bool on, bool hovered) {
  const float half = 10;
  const ImVec2 from(at.x, at.y - half), to(at.x + kSwitchWidth, at.y + half);
  const float knob = on ? to.x - half : from.x + half;
  if (on) {
    frame.draw.AddRectFilled(from, to, frame.theme.ink, half);
    frame.draw.AddCircleFilled({knob, at.y}, 7, frame.theme.accent_text, 24);
  } else {
    frame.draw.AddRectFilled(from, to, hovered ? frame.theme.hairline : frame.theme.card, half);
    frame.draw.AddRect(from, to, frame.theme.secondary, half, 0, 1.5f);
    frame.draw.AddCircleFilled({knob, at.y}, 6, frame.theme.secondary, 24);
  }
}

void draw_chevron(Frame& frame, ImVec2 tip) {
  frame.draw.AddLine({tip.x - 4, tip.y - 4}, tip, frame.theme.secondary, 1.6f);
  frame.draw.AddLine({tip.x + 4, tip.y - 4}, tip, frame.theme.secondary, 1.6f);
}

float tab_width(Frame& frame, std::string_view label) { return text_width(frame.fonts.bold15, label) + 24; }

bool tab(Frame& frame, const char* name, ImVec2 at, float height, std::string_view label, bool selected,
         float width) {
  if (width <= 0) width = tab_width(frame, label);
  const Box box{at, {at.x + width, at.y + height}};
  const Press p = press(name, for_finger(frame, box));
  ImU32 colour = p.hovered ? frame.theme.ink : frame.theme.secondary;
  // What a finger can hit may be larger than what is drawn.
  const float seen = std::min(height, 28.0f), top = at.y + (height - seen) / 2;
  if (selected || p.hovered)
    frame.draw.AddRectFilled({box.min.x, top}, {box.max.x, top + seen},
                             selected ? frame.theme.ink : frame.theme.card, seen / 2);
  if (selected) colour = frame.theme.accent_text;
  ImFont* font = selected ? frame.fonts.bold15 : frame.fonts.regular15;
  const float natural = text_width(font, label), wide = std::min(natural, width - 12);
  const float size = font_size(font) * wide / natural;
  text(frame, font, {at.x + (width - wide) / 2, at.y + (height - size) / 2}, colour, label, size);
  return p.clicked;
}

float choice_width(Frame& frame, std::string_view present, bool enabled) {
  return text_width(frame.fonts.regular15, present) + 24 + (enabled ? 18.0f : 0.0f);
}

int choice(Frame& frame, const char* name, float right, float middle, std::string_view label,
           const std::vector<std::string>& items, int selected, std::string_view present, float& width,
           bool enabled) {
  ImFont* font = frame.fonts.regular15;
  const float height = frame.for_fingers() ? kFinger : 30;
  width = choice_width(frame, present, enabled);
  const Box box{{right - width, middle - height / 2}, {right, middle + height / 2}};
  const Press p = press(name, box, enabled);
  const bool open = ImGui::IsPopupOpen(name);
  const float visible = frame.compact ? 32 : 30;  // what can be pressed may be larger than what is drawn
  frame.draw.AddRectFilled({box.min.x, middle - visible / 2}, {box.max.x, middle + visible / 2},
                           p.hovered || open ? frame.theme.hairline : frame.theme.card, 8);
  text(frame, font, {box.min.x + 12, middle - font_size(font) / 2}, frame.theme.ink, present);
  if (enabled) draw_chevron(frame, {box.max.x - 15, middle + 2.5f});
  if (p.hovered && !open && !label.empty()) frame.tooltip = {std::string(label)};
  if (p.clicked) ImGui::OpenPopup(name);

  int chosen = -1;
  // A long list on a low screen stands closer, or where it is for fingers, in columns.
  const float room = ImGui::GetIO().DisplaySize.y - 2 * 4 - 12;
  const int count = int(items.size()), most = std::max(1, int(room / kFinger));
  const int columns = frame.for_fingers() ? std::max(1, (count + most - 1) / most) : 1;
  const int rows = std::max(1, (count + columns - 1) / columns);
  const float row_height = std::min(frame.for_fingers() ? kFinger : 32.0f, room / float(rows));
  float column = columns > 1 ? kFinger : width - 12;
  for (const auto& item : items) column = std::max(column, text_width(frame.fonts.bold15, item) + 20);
  const float list_width = column * float(columns) + 12, list_height = row_height * float(rows) + 12;
  const float below = box.max.y + 4;
  const bool fits = below + list_height <= ImGui::GetIO().DisplaySize.y;
  ImGui::SetNextWindowPos(
      {std::max(4.0f, right - list_width), fits ? below : std::max(4.0f, box.min.y - 4 - list_height)});
  ImGui::SetNextWindowSize({list_width, list_height});
  if (ImGui::BeginPopup(name, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoScrollbar)) {
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    const ImVec2 corner = ImGui::GetWindowPos();
    for (size_t i = 0; i < items.size(); ++i) {
      const ImVec2 at(corner.x + 6 + column * float(int(i) / rows),
                      corner.y + 6 + row_height * float(int(i) % rows));
      const Box row{at, {at.x + column, at.y + row_height}};
      ImGui::PushID(int(i));
      const Press item = press("item", row);
      ImGui::PopID();
      if (item.hovered) draw.AddRectFilled(row.min, row.max, frame.theme.card, 6);
      ImFont* face = int(i) == selected ? frame.fonts.bold15 : font;
      const float size = font_size(face);
      draw.AddText(face, size * kLinePerEm, {at.x + 10, at.y + (row_height - size * kLinePerEm) / 2},
                   frame.theme.ink, items[i].c_str());
      if (item.clicked) {
        chosen = int(i);
        ImGui::CloseCurrentPopup();
      }
    }
    ImGui::EndPopup();
  }
  return chosen;
}

int slider(Frame& frame, const char* name, const Box& box, int tick, int ticks, ImU32 colour, bool active,
           bool enabled, float drop) {
  const Press p = press(name, box, enabled && ticks > 1);
  const float middle = (box.min.y + box.max.y) / 2 + drop, inset = 8;
  const float left = box.min.x + inset, right = box.max.x - inset;
  const float at = ticks > 1 ? left + (right - left) * float(tick) / float(ticks - 1) : left;
  frame.draw.AddRectFilled({left, middle - 2}, {right, middle + 2}, frame.theme.hairline, 2);
  frame.draw.AddRectFilled({left, middle - 2}, {at, middle + 2}, colour, 2);
  frame.draw.AddCircleFilled({at, middle}, p.hovered || p.held ? 9.0f : 8.0f, colour, 32);
  if (active) frame.draw.AddCircle({at, middle}, 12, colour, 32, 1.5f);
  if (!p.held) return -1;
  const float t = std::clamp((ImGui::GetIO().MousePos.x - left) / std::max(1.0f, right - left), 0.0f, 1.0f);
  const int wanted = int(std::lround(t * float(ticks - 1)));
  return wanted == tick ? -1 : wanted;
}

}  // namespace views
