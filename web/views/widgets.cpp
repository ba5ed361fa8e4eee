#include "web/views/widgets.h"

#include <algorithm>
#include <cmath>

namespace views {
namespace {

constexpr float kLineSpacing = 1.4f;

std::vector<Target>* noted = nullptr;
std::vector<std::string>* noted_cut = nullptr;

// How many bytes of `words` make its first line: as many whole words as fit, part of one only if it alone
// does not. ImGui would break after a point or comma, too, and cut numbers in two.
size_t first_line(ImFont* font, float width, std::string_view words) {
  float used = 0;
  size_t end = 0;
  while (end < words.size()) {
    const size_t next = std::min(words.find(' ', end + 1), words.size());
    used += text_width(font, words.substr(end, next - end));
    if (used > width) break;
    end = next;
  }
  if (end > 0) return end;
  const char* cut = font->CalcWordWrapPositionA(font_size(font) * kLinePerEm / font->FontSize, words.data(),
                                                words.data() + words.size(), width);
  return cut == words.data() ? words.size() : size_t(cut - words.data());
}

// Calls `emit(line)` for each line of `words` wrapped to `width`; returns how many.
template <class Emit>
int wrap(ImFont* font, float width, std::string_view words, int most, Emit emit) {
  int lines = 0;
  while (!words.empty() && lines < most) {
    const size_t n = first_line(font, width, words);
    emit(words.substr(0, n), lines == most - 1 && n < words.size());
    words.remove_prefix(n);
    while (!words.empty() && words.front() == ' ') words.remove_prefix(1);
    ++lines;
  }
  return lines;
}

void triangle(ImDrawList& draw, ImVec2 middle, float size, bool right, ImU32 colour) {
  const float dx = right ? size * 0.55f : -size * 0.55f;
  const ImVec2 tip(middle.x + dx, middle.y);
  const ImVec2 above(middle.x - dx, middle.y - size * 0.6f), below(middle.x - dx, middle.y + size * 0.6f);
  // Clockwise: the other way round ImGui does not smooth the edges.
  draw.AddTriangleFilled(right ? above : below, tip, right ? below : above, colour);
}

}  // namespace

float font_size(ImFont* font) { return font->FontSize * ImGui::GetIO().FontGlobalScale / kLinePerEm; }

float text_width(ImFont* font, std::string_view line, float size) {
  if (size <= 0) size = font_size(font);
  return font->CalcTextSizeA(size * kLinePerEm, FLT_MAX, 0, line.data(), line.data() + line.size()).x;
}

float text(Frame& frame, ImFont* font, ImVec2 at, ImU32 colour, std::string_view line, float size) {
  if (size <= 0) size = font_size(font);
  frame.draw.AddText(font, size * kLinePerEm, {at.x, at.y - size * (kLinePerEm - 1) / 2}, colour, line.data(),
                     line.data() + line.size());
  return text_width(font, line, size);
}

void note_cut(std::vector<std::string>* into) { noted_cut = into; }

void caption_fitted(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view line,
                    std::string_view symbol) {
  while (text_width(font, line, kSmallestText) > width) {
    size_t cut = 0;
    for (const std::string_view between : {" · ", ", ", " = "})
      if (const size_t at = line.rfind(between); at != line.npos) cut = std::max(cut, at);
    if (cut == 0) break;
    line = line.substr(0, cut);
  }
  if (!symbol.empty() && text_width(font, line, kSmallestText) > width) {
    line = symbol;
    if (text_width(font, line, kSmallestText) > width) return;
  }
  text_fitted(frame, font, at, width, colour, line);
}

namespace {

// `line`, and after it dots where there is more (`more`) or where not all of it has room.
void fitted(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view line,
            bool more) {
  constexpr const char* kDots = "…";
  float size = font_size(font);
  const auto needed = [&](bool dots) {
    return text_width(font, line, size) + (dots ? text_width(font, kDots, size) : 0);
  };
  const float full = needed(more);
  if (full > width) size = std::max(kSmallestText, 0.99f * size * width / full);
  if (needed(more) > width) {
    more = true;
    while (!line.empty() && needed(true) > width) {
      size_t end = line.size() - 1;
      while (end > 0 && (line[end] & 0xC0) == 0x80) --end;  // the first byte of the last letter
      line = line.substr(0, end);
    }
  }
  at.x += text(frame, font, at, colour, line, size);
  if (more) text(frame, font, at, colour, kDots, size);
  if (more && noted_cut) noted_cut->emplace_back(line);
}

}  // namespace

void text_fitted(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view line) {
  fitted(frame, font, at, width, colour, line, false);
}

float text_wrapped(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view words,
                   int most) {
  const float line_height = font_size(font) * kLineSpacing;
  const int lines = wrap(font, width, words, most, [&](std::string_view line, bool cut) {
    if (cut) {
      fitted(frame, font, at, width, colour, line, true);
    } else {
      text(frame, font, at, colour, line);
    }
    at.y += line_height;
  });
  return float(lines) * line_height;
}

float wrapped_height(ImFont* font, float width, std::string_view words, int most) {
  return float(wrap(font, width, words, most, [](std::string_view, bool) {})) * font_size(font) *
         kLineSpacing;
}

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
