// The path through the lessons: previous, the present one with the list of all, next; and how far one has
// come.
#include <algorithm>
#include <cmath>

#include "web/app/schema.h"
#include "web/views/sections.h"
#include "web/views/widgets.h"

namespace views {
namespace {

constexpr const char* kModes[] = {"predict", "lecture"};
constexpr float kEdge = 8;

int number_of(const lessons::Lesson* lesson) {
  const auto& all = lessons::all();
  return int(std::find(all.begin(), all.end(), lesson) - all.begin());
}

const std::string& title_of(const Frame& frame, const lessons::Lesson* lesson) {
  return frame.words().lessons[size_t(number_of(lesson))];
}

bool begun(const Frame& frame, const lessons::Lesson* lesson) {
  return frame.app.state().progress.count(lesson->id) > 0;
}

bool finished(const Frame& frame, const lessons::Lesson* lesson) {
  const auto& progress = frame.app.state().progress;
  const auto found = progress.find(lesson->id);
  return found != progress.end() && found->second == app::Progress::Finished;
}

void draw_tick(ImDrawList& draw, ImVec2 at, ImU32 colour) {
  draw.AddLine({at.x - 5, at.y}, {at.x - 1, at.y + 4}, colour, 2);
  draw.AddLine({at.x - 1, at.y + 4}, {at.x + 6, at.y - 5}, colour, 2);
}

// An arrow to a neighbour; filled where the lesson is over and this is the way on.
void arrow(Frame& frame, int direction, const Box& box, bool enabled) {
  const auto* lesson = app::neighbour(frame.app.state(), direction);
  const bool live = lesson && enabled;
  const Press p = press(direction < 0 ? "lesson-before" : "lesson-after", box, live);
  const ImVec2 middle((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2);
  const bool way_on = live && direction > 0 && !frame.scene.takeaway.empty();
  if (way_on || p.hovered)
    frame.draw.AddCircleFilled(middle, 15, way_on ? frame.theme.ink : frame.theme.card, 32);
  const ImU32 colour = way_on ? frame.theme.accent_text : live ? frame.theme.ink : frame.theme.hairline;
  const float dx = 3.0f * float(direction);
  frame.draw.AddLine({middle.x - dx, middle.y - 6}, {middle.x + dx, middle.y}, colour, 2);
  frame.draw.AddLine({middle.x + dx, middle.y}, {middle.x - dx, middle.y + 6}, colour, 2);
  if (p.hovered)
    frame.tooltip = {frame.text(direction < 0 ? "lessons.previous" : "lessons.next"),
                     title_of(frame, lesson)};
  if (p.clicked) frame.set("lesson", std::string(lesson->id));
}

// How the list stands on the screen: one column with each lesson's question where there is room, else as many
// columns as it takes.
struct Shape {
  float row, width, footer;
  int rows, columns;
  bool questions;
};

bool languages_in_list(const Frame& frame) {
  return !frame.hidden("lang") && ImGui::GetIO().DisplaySize.x < kLanguageInHeader;
}

Shape shape_of(Frame& frame, float top) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const int count = int(lessons::all().size());
  Shape shape{};
  shape.row = frame.for_fingers() ? kFinger : 34;
  int lines = languages_in_list(frame) ? 1 : 0;
  for (const char* mode : kModes) lines += !frame.hidden(mode);
  shape.footer = lines > 0 ? 13 + 40 * float(lines) : 0;
  const float room = screen.y - top - shape.footer - 12 - kEdge;
  shape.rows = std::clamp(int(room / shape.row), 1, count);
  shape.columns = (count + shape.rows - 1) / shape.rows;
  shape.rows = (count + shape.columns - 1) / shape.columns;
  shape.questions = shape.columns == 1 && screen.x >= 700;
  shape.width = shape.questions ? 640.0f : std::min(screen.x - 2 * kEdge, 220.0f * float(shape.columns));
  return shape;
}

void draw_row(Frame& frame, const lessons::Lesson* lesson, int number, const Box& box, bool questions) {
  const bool present = lesson == frame.app.state().lesson.lesson;
  ImGui::PushID(number);
  const Press p = press("lesson", box);
  ImGui::PopID();
  if (present || p.hovered)
    frame.draw.AddRectFilled(box.min, box.max, present ? frame.theme.ink : frame.theme.card, 8);
  const ImU32 ink = present ? frame.theme.accent_text : frame.theme.ink;
  const ImU32 pale = present ? frame.theme.accent_text : frame.theme.secondary;
  const float middle = (box.min.y + box.max.y) / 2;
  const std::string digits = std::to_string(number + 1);
  ImFont *font = frame.fonts.regular15, *bold = frame.fonts.bold15;
  text(frame, font, {box.min.x + 28 - text_width(font, digits), middle - 8}, pale, digits);
  const float x = box.min.x + 40, right = box.max.x - 30;
  const float title = questions ? 170.0f : right - x;
  text_fitted(frame, present ? bold : font, {x, middle - 8}, title, ink, title_of(frame, lesson));
  if (questions)
    text_fitted(frame, frame.fonts.regular13, {x + title + 12, middle - 7}, right - x - title - 12, pale,
                frame.text((std::string(lesson->id) + ".question").c_str()));
  const ImVec2 mark(box.max.x - 16, middle);
  if (finished(frame, lesson)) {
    draw_tick(frame.draw, mark, present ? frame.theme.accent_text : frame.theme.output);
  } else if (begun(frame, lesson)) {
    frame.draw.AddCircleFilled(mark, 3, pale, 16);
  }
  if (!p.clicked) return;
  frame.set("lesson", std::string(lesson->id));
  ImGui::CloseCurrentPopup();
}

void draw_mode(Frame& frame, const std::string& mode, const Box& box) {
  const bool on = std::get<bool>(app::value_of(frame.app.state(), mode));
  const bool enabled = !frame.locked(mode);
  const Press p = press(mode.c_str(), box, enabled);
  if (p.hovered) frame.draw.AddRectFilled(box.min, box.max, frame.theme.card, 8);
  const float middle = (box.min.y + box.max.y) / 2;
  draw_switch(frame, {box.min.x + 8, middle}, on, p.hovered);
  float x = box.min.x + 8 + kSwitchWidth + 10;
  const ImU32 ink = enabled ? frame.theme.ink : frame.theme.secondary;
  x += text(frame, frame.fonts.bold15, {x, middle - 8}, ink, frame.text(("control." + mode).c_str())) + 12;
  const std::string why = frame.text(("control." + mode + ".why").c_str());
  if (text_width(frame.fonts.regular13, why) < box.max.x - x - 8)
    text(frame, frame.fonts.regular13, {x, middle - 7}, frame.theme.secondary, why);
  if (p.clicked) frame.set(mode, !on);
}

void draw_languages(Frame& frame, ImVec2 at) {
  for (const auto& language : strings::languages()) {
    const std::string name(language.text("language.name"));
    const bool present = language.code() == frame.app.state().lang;
    if (tab(frame, language.code().c_str(), at, 40, name, present) && !frame.locked("lang"))
      frame.set("lang", language.code());
    at.x += tab_width(frame, name) + 4;
  }
}

void draw_list(Frame& frame, const Shape& shape, ImVec2 corner) {
  const auto& all = lessons::all();
  const float column = (shape.width - 12) / float(shape.columns);
  for (size_t i = 0; i < all.size(); ++i) {
    const ImVec2 at(corner.x + 6 + column * float(int(i) / shape.rows),
                    corner.y + 6 + shape.row * float(int(i) % shape.rows));
    draw_row(frame, all[i], int(i), {at, {at.x + column, at.y + shape.row}}, shape.questions);
  }
  if (shape.footer == 0) return;
  float y = corner.y + 12 + shape.row * float(shape.rows);
  frame.draw.AddLine({corner.x + 12, y}, {corner.x + shape.width - 12, y}, frame.theme.hairline);
  y += 7;
  for (const char* mode : kModes) {
    if (frame.hidden(mode)) continue;
    draw_mode(frame, mode, {{corner.x + 6, y}, {corner.x + shape.width - 6, y + 40}});
    y += 40;
  }
  if (languages_in_list(frame)) draw_languages(frame, {corner.x + 6, y});
}

}  // namespace

void draw_lesson_path(Frame& frame, float left, float right, float middle) {
  const bool enabled = !frame.locked("lessons");
  const float arrow_width = frame.for_fingers() ? kFinger : 32, half = arrow_width / 2;
  const auto& all = lessons::all();
  const int number = number_of(frame.app.state().lesson.lesson);
  ImFont *bold = frame.fonts.bold15, *font = frame.fonts.regular15;
  // On a phone the number alone: the title needs the room.
  const bool phone = ImGui::GetIO().DisplaySize.x < kLanguageInHeader;
  const std::string alone = std::to_string(number + 1);
  const std::string_view place = phone ? alone : frame.words().place;

  // As wide as the longest title, so that nothing moves from lesson to lesson.
  float title = 0;
  for (const std::string& other : frame.words().lessons) title = std::max(title, text_width(bold, other));
  const float place_width = text_width(font, place) + 10, chevron = enabled ? 22 : 0;
  const float room = right - left - 2 * arrow_width - 6;
  const float width = std::min(room, 24 + place_width + title + chevron);

  arrow(frame, -1, {{left, middle - half}, {left + arrow_width, middle + half}}, enabled);
  left += arrow_width;
  const Box box{{left, middle - half}, {left + width, middle + half}};
  const Press p = press("lessons", box, enabled);
  const bool open = ImGui::IsPopupOpen("lessons");
  frame.draw.AddRectFilled({box.min.x, middle - 16}, {box.max.x, middle + 16},
                           p.hovered || open ? frame.theme.hairline : frame.theme.card, 8);
  const float x = left + 12, end = box.max.x - 12 - chevron;
  const std::string_view name = title_of(frame, all[size_t(number)]);
  if (x + place_width + text_width(bold, name, kSmallestText) <= end) {
    text(frame, font, {x, middle - 8}, frame.theme.secondary, place);
    text_fitted(frame, bold, {x + place_width, middle - 8}, end - x - place_width, frame.theme.ink, name);
  } else {
    text(frame, bold, {x, middle - 8}, frame.theme.ink, frame.words().place);
  }
  if (enabled) draw_chevron(frame, {box.max.x - 15, middle + 2.5f});
  left += width;
  arrow(frame, 1, {{left, middle - half}, {left + arrow_width, middle + half}}, enabled);

  left += arrow_width + 12;
  const std::string_view lecture = frame.word("control.lecture");
  if (frame.app.state().lecture && !frame.compact && right - left > tab_width(frame, lecture)) {
    if (tab(frame, "lecture-on", {left, middle - 14}, 28, lecture, true) && !frame.locked("lecture"))
      frame.set("lecture", false);
  }

  if (p.clicked) ImGui::OpenPopup("lessons");
  const float top = box.max.y + 4;
  const Shape shape = shape_of(frame, top);
  const float most = ImGui::GetIO().DisplaySize.x - kEdge - shape.width;
  ImGui::SetNextWindowPos({std::max(kEdge, std::min(box.min.x, most)), top});
  ImGui::SetNextWindowSize({shape.width, 12 + shape.row * float(shape.rows) + shape.footer});
  if (!ImGui::BeginPopup("lessons", ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoScrollbar)) return;
  Frame above = frame.over(*ImGui::GetWindowDrawList());
  draw_list(above, shape, ImGui::GetWindowPos());
  frame.actions.insert(frame.actions.end(), above.actions.begin(), above.actions.end());
  ImGui::EndPopup();
}

void draw_progress(Frame& frame, const Box& box) {
  const auto& all = lessons::all();
  const float gap = 3, piece = (box.width() + gap) / float(all.size()) - gap;
  for (size_t i = 0; i < all.size(); ++i) {
    const float x = box.min.x + (piece + gap) * float(i);
    const bool present = all[i] == frame.app.state().lesson.lesson;
    const ImU32 colour = finished(frame, all[i]) ? frame.theme.output
                         : present               ? frame.theme.ink
                         : begun(frame, all[i])  ? with_alpha(frame.theme.output, 0.4f)
                                                 : frame.theme.hairline;
    const float high = present ? 3 : 2;
    frame.draw.AddRectFilled({x, box.max.y - high}, {x + piece, box.max.y}, colour, 1);
  }
}

}  // namespace views
