// The line at the top and the question below it.
#include <algorithm>

#include "web/views/controls.h"
#include "web/views/figure_view.h"
#include "web/views/sections.h"
#include "web/views/widgets.h"

namespace views {
namespace {

// The built-in pictures as a row of thumbnails.
constexpr float kButtonsHeight = kFinger;  // of the buttons below the question on a narrow page
constexpr float kThumbnailGap = 5, kNarrowGap = 4;
float thumbnail(const Frame& frame) { return frame.for_fingers() ? kFinger : 34; }

const lessons::Control* pictures(const Frame& frame) {
  for (const auto& control : frame.scene.controls)
    if (control.kind == lessons::Control::Kind::Pictures && !frame.hidden(control.key)) return &control;
  return nullptr;
}

// Whether a picture of one's own can stand here; then a tile with a plus offers to choose a file.
bool takes_own(const Frame& frame) {
  if (frame.hidden("input") || frame.hidden("image")) return false;
  if (frame.scene.without_steps && !pictures(frame)) return false;  // the picture is not what is shown
  return frame.words().takes_input;
}

// How many tiles there are: the pictures, and the one for a picture of one's own.
int tiles(const Frame& frame, const lessons::Control& control) {
  return int(control.pictures.size()) + (takes_own(frame) ? 1 : 0);
}

// On a narrow page they have rows of their own, about equally long, each tile as large as a finger.
int tile_rows(const Frame& frame, const lessons::Control& control, float width) {
  const int most = std::max(1, int((width + kNarrowGap) / (kFinger + kNarrowGap)));
  return (tiles(frame, control) + most - 1) / most;
}
int tiles_per_row(const Frame& frame, const lessons::Control& control, float width) {
  const int rows = std::max(1, tile_rows(frame, control, width));
  return (tiles(frame, control) + rows - 1) / rows;
}
// On a low page, where they would take the picture's room, they are a list in the header instead.
bool thumbnails_fit(const Frame& frame, const lessons::Control& control) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  return screen.y >= (tile_rows(frame, control, screen.x - 28) > 1 ? 720 : 560);
}

void draw_picture(Frame& frame, const lessons::Control& control, size_t i, const Box& box, float strength) {
  const nn::Tensor& picture = *control.pictures[i];
  const auto& shape = picture.shape();
  // The pictures never change: one revision for ever.
  const lessons::Scale scale = shape[0] == 3 ? lessons::Scale::Rgb : lessons::Scale::Grey;
  frame.sink.heatmap(
      frame.draw, {&control.values[i], 1, picture.data(), picture.size(), 0, shape[1], shape[2], -1, box.min,
                   box.max, scale, 1, strength, 1, heatmap_colours(frame.theme, scale), box.min, box.max});
}

void choose_picture(Frame& frame, const lessons::Control& control, size_t i) {
  app::SetState chosen{{{control.key, control.values[i]}}};
  if (i < control.steps.size() && control.steps[i] >= 0)
    chosen.changes.push_back({"step", double(control.steps[i])});
  frame.actions.push_back(std::move(chosen));
}

// Three points and what connects them; opens the page's own dialog.
void draw_share(Frame& frame, const Box& box) {
  const Press p = press("share", box, !frame.locked("share"));
  const ImVec2 middle((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2);
  if (p.hovered) {
    frame.draw.AddCircleFilled(middle, 15, frame.theme.card, 32);
    frame.tooltip = {frame.text("control.share")};
  }
  const ImU32 colour = frame.locked("share") ? frame.theme.hairline : frame.theme.ink;
  const ImVec2 from(middle.x - 5, middle.y);
  for (const float dy : {-5.0f, 5.0f}) {
    const ImVec2 to(middle.x + 5, middle.y + dy);
    frame.draw.AddLine(from, to, colour, 1.5f);
    frame.draw.AddCircleFilled(to, 2.8f, colour, 16);
  }
  frame.draw.AddCircleFilled(from, 2.8f, colour, 16);
  if (p.clicked) frame.view.share_asked = true;
}

// Sharing, languages and themes, at the right; returns where they begin.
float draw_settings(Frame& frame, const Box& box) {
  const float middle = (box.min.y + box.max.y) / 2 - 1;
  float right = box.max.x, width = 0;
  const auto& state = frame.app.state();
  if (frame.view.can_share && !frame.hidden("share")) {
    const float half = frame.for_fingers() ? kFinger / 2 : 16;
    right += half - 10;  // the sign itself ends where the margin begins
    draw_share(frame, {{right - 2 * half, middle - half}, {right, middle + half}});
    right -= 2 * half + 2;
  }
  if (!frame.hidden("lang") && ImGui::GetIO().DisplaySize.x >= kLanguageInHeader) {
    const auto& names = frame.words().languages;
    const int selected = frame.words().language;
    const int chosen =
        choice(frame, "lang", right, middle, frame.word("control.lang"), names, selected,
               selected >= 0 ? std::string_view(names[size_t(selected)]) : "", width, !frame.locked("lang"));
    if (chosen >= 0) frame.set("lang", strings::languages()[size_t(chosen)].code());
    right -= width + 8;
  }
  const auto* control = pictures(frame);
  if (control && frame.compact && !thumbnails_fit(frame, *control)) {
    // The picture itself is its best name.
    const bool listed = control->selected >= 0;
    const std::string present = listed ? "       " : "…";
    std::vector<std::string> labels = control->labels;
    if (takes_own(frame)) labels.push_back(frame.text("own.choose"));
    const int chosen = choice(frame, "pictures", right, middle, control->label, labels, control->selected,
                              present, width, !frame.locked(control->key));
    if (chosen == int(control->labels.size())) {
      frame.view.request = "own_image";
    } else if (chosen >= 0) {
      choose_picture(frame, *control, size_t(chosen));
    }
    if (listed)
      draw_picture(frame, *control, size_t(control->selected),
                   {{right - width + 8, middle - 13}, {right - width + 34, middle + 13}}, 1);
    right -= width + 8;
  }
  if (!frame.hidden("theme") && box.width() > 500) {
    const Words& words = frame.words();
    const int chosen = choice(frame, "theme", right, middle, frame.word("control.theme"), words.themes,
                              words.theme, words.present_theme, width, !frame.locked("theme"));
    if (chosen >= 0) frame.set("theme", theme_names()[size_t(chosen)]);
    right -= width + 8;
  }
  if (!frame.hidden("predict") && !frame.compact) {
    const bool on = state.lesson.settings.predict;
    const std::string_view label = frame.word("control.predict");
    width = kSwitchWidth + 8 + text_width(frame.fonts.regular15, label);
    right -= 12;
    if (right - width - box.min.x > 300) {
      const Box box{{right - width, middle - 15}, {right, middle + 15}};
      const Press p = press("predict", for_finger(frame, box), !frame.locked("predict"));
      draw_switch(frame, {right - width, middle}, on, p.hovered);
      text(frame, frame.fonts.regular15, {right - width + kSwitchWidth + 8, middle - 8},
           on || p.hovered ? frame.theme.ink : frame.theme.secondary, label);
      if (p.hovered) frame.tooltip = {frame.text("control.predict.why")};
      if (p.clicked) frame.set("predict", !on);
      right -= width + 12;
    }
  }
  return right;
}

void draw_own_tile(Frame& frame, ImVec2 at, float side) {
  const Box box{at, {at.x + side, at.y + side}};
  const Press p = press("own_image", box, frame.may_use("input"));
  const bool own = frame.app.state().lesson.settings.input.has_value();
  const ImU32 colour = own ? frame.theme.input : p.hovered ? frame.theme.secondary : frame.theme.hairline;
  frame.draw.AddRect(box.min, box.max, colour, 0, 0, own ? 2.5f : 1);
  const ImVec2 middle((box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2);
  const float arm = side * 0.22f;
  const ImU32 ink = p.hovered ? frame.theme.ink : frame.theme.secondary;
  frame.draw.AddLine({middle.x - arm, middle.y}, {middle.x + arm, middle.y}, ink, 2);
  frame.draw.AddLine({middle.x, middle.y - arm}, {middle.x, middle.y + arm}, ink, 2);
  if (p.hovered) frame.tooltip = {frame.text("own.choose"), frame.text("own.how")};
  if (p.clicked) frame.view.request = "own_image";
}

void draw_thumbnails(Frame& frame, const lessons::Control& control, ImVec2 corner, float side, float gap,
                     int per_row) {
  const bool enabled = !frame.locked(control.key);
  const auto place = [&](size_t i) {
    return ImVec2(corner.x + (side + gap) * float(int(i) % per_row),
                  corner.y + (side + gap) * float(int(i) / per_row));
  };
  for (size_t i = 0; i < control.pictures.size(); ++i) {
    const ImVec2 at = place(i);
    const Box box{at, {at.x + side, at.y + side}};
    const bool selected = int(i) == control.selected;
    draw_picture(frame, control, i, box, selected ? 1.0f : 0.75f);
    const Press p = press(control.values[i].c_str(), box, enabled);
    const ImU32 colour = selected    ? frame.theme.input
                         : p.hovered ? frame.theme.secondary
                                     : frame.theme.hairline;
    frame.draw.AddRect(box.min, box.max, colour, 0, 0, selected ? 2.5f : 1);
    if (p.hovered) frame.tooltip = {control.labels[i]};
    if (p.clicked) choose_picture(frame, control, i);
  }
  if (takes_own(frame)) draw_own_tile(frame, place(control.pictures.size()), side);
}

// On a phone the picture comes before the words.
bool lead_fits(const Frame& frame) {
  return ImGui::GetIO().DisplaySize.y >= (frame.scene.panes.size() > 1 ? 880 : 640);
}

}  // namespace

void draw_header(Frame& frame, const Box& box) {
  const float margin = frame.compact ? 14 : 28, middle = (box.min.y + box.max.y) / 2;
  float x = margin;
  if (!frame.compact) {
    x += text(frame, frame.fonts.bold18, {x, middle - 10}, frame.theme.ink, frame.word("app.title")) + 24;
  }
  const float right = draw_settings(frame, {{x, box.min.y}, {box.max.x - margin, box.max.y}});
  if (frame.hidden("lessons")) {
    frame.draw.AddLine({0, box.max.y - 0.5f}, {box.max.x, box.max.y - 0.5f}, frame.theme.hairline);
  } else {
    draw_lesson_path(frame, x - (frame.compact ? 10 : 0), right, middle - 1);
    draw_progress(frame, box);
  }
}

float question_height(Frame& frame, float width) {
  if (!frame.compact) return 60;
  float height = wrapped_height(frame.fonts.bold18, width, frame.scene.question, 2);
  if (lead_fits(frame)) height += 2 + wrapped_height(frame.fonts.regular13, width, frame.scene.lead, 3);
  const auto* control = pictures(frame);
  if (control && thumbnails_fit(frame, *control))
    height += 6 - kNarrowGap + (kFinger + kNarrowGap) * float(tile_rows(frame, *control, width));
  if (question_buttons(frame)) height += 6 + kButtonsHeight;
  return height;
}

void draw_question(Frame& frame, const Box& box) {
  const auto* control = pictures(frame);
  if (frame.compact) {
    ImVec2 at = box.min;
    at.y +=
        text_wrapped(frame, frame.fonts.bold18, at, box.width(), frame.theme.ink, frame.scene.question, 2);
    if (lead_fits(frame))
      at.y += 2 + text_wrapped(frame, frame.fonts.regular13, {at.x, at.y + 2}, box.width(),
                               frame.theme.secondary, frame.scene.lead, 3);
    if (control && thumbnails_fit(frame, *control))
      draw_thumbnails(frame, *control, {at.x, at.y + 6}, kFinger, kNarrowGap,
                      tiles_per_row(frame, *control, box.width()));
    if (const auto* buttons = question_buttons(frame))
      draw_question_buttons(frame, *buttons, {{at.x, box.max.y - kButtonsHeight}, box.max});
    return;
  }
  float right = box.max.x;
  if (control) {
    const int count = tiles(frame, *control);
    right -= float(count) * (thumbnail(frame) + kThumbnailGap) - kThumbnailGap;
    draw_thumbnails(frame, *control, {right, box.min.y + 10}, thumbnail(frame), kThumbnailGap, count);
    right -= 24;
  } else if (takes_own(frame)) {
    right -= thumbnail(frame);
    draw_own_tile(frame, {right, box.min.y + 10}, thumbnail(frame));
    right -= 24;
  }
  const float lead_room = right - box.min.x;
  float room = lead_room;
  if (const auto* buttons = question_buttons(frame)) {
    const float left = right - question_buttons_width(frame, *buttons);
    draw_question_buttons(frame, *buttons, {{left, box.min.y}, {right, box.min.y + 32}});
    room = left - 24 - box.min.x;
  }
  const bool large = text_width(frame.fonts.bold26, frame.scene.question) <= room;
  ImFont* font = large ? frame.fonts.bold26 : frame.fonts.bold18;
  text_fitted(frame, font, {box.min.x, box.min.y + (large ? 0.0f : 4.0f)}, room, frame.theme.ink,
              frame.scene.question);
  // In one line, or where that is too long in two smaller ones.
  if (text_width(frame.fonts.regular15, frame.scene.lead) <= lead_room)
    text(frame, frame.fonts.regular15, {box.min.x, box.min.y + 38}, frame.theme.secondary, frame.scene.lead);
  else
    text_wrapped(frame, frame.fonts.regular13, {box.min.x, box.min.y + 34}, lead_room, frame.theme.secondary,
                 frame.scene.lead, 2);
}

}  // namespace views
