// The card between picture and formula: the open question, the feedback to an answer, the lesson's takeaway.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "web/lessons/question.h"
#include "web/views/sections.h"
#include "web/views/widgets.h"

namespace views {
namespace {

constexpr size_t kLongestAnswer = 12;
constexpr float kGap = 8;

bool shows_prompt(const Frame& frame) { return frame.scene.prompt && !frame.app.state().playing; }

bool shows_card(const Frame& frame) {
  return shows_prompt(frame) || !frame.scene.feedback.empty() || !frame.scene.takeaway.empty();
}

// A page with little height: a card takes the place of question and formulas there.
bool low(const Frame& frame) { return frame.compact && ImGui::GetIO().DisplaySize.y < 640; }

// The number typed so far, or nothing when it is none.
std::optional<double> typed_number(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(number)) return std::nullopt;
  return number;
}

// What can be pressed below or beside the question: options, or the field and its button, and "show it".
struct Item {
  enum class Kind { Option, Field, Check, Reveal } kind;
  std::string label;
  double value = 0;
  float width = 0;
};

// With `suggested` numbers to choose from where there may be no keyboard, until one is typed all the same.
std::vector<Item> some_items(Frame& frame, size_t suggested) {
  const lessons::Prompt& prompt = *frame.scene.prompt;
  const auto wide = [&](const std::string& label) { return text_width(frame.fonts.bold15, label); };
  std::vector<Item> items;
  for (const auto& option : prompt.options) items.push_back({Item::Kind::Option, option.label, option.value});
  if (items.empty() && frame.compact && frame.view.answer_text.empty()) {
    const lessons::Question& question = *frame.app.state().lesson.question;
    for (double value : lessons::suggestions(question, suggested))
      items.push_back({Item::Kind::Option, strings::number(value, question.decimals), value});
  }
  if (items.empty()) {
    items.push_back({Item::Kind::Field, "", 0, 116});
    items.push_back({Item::Kind::Check, frame.text("prompt.check")});
  }
  items.push_back({Item::Kind::Reveal, frame.text("prompt.reveal")});
  const float inset = low(frame) ? 7 : 10;
  for (Item& item : items)
    if (item.width == 0)
      item.width = std::max(frame.for_fingers() ? kFinger : 34.0f,
                            wide(item.label) + 2 * (item.kind == Item::Kind::Check ? 14 : inset));
  return items;
}

float item_height(const Frame& frame) { return frame.for_fingers() ? kFinger : 34; }

// Calls `place(item, x, row)` for each item, in rows no wider than `width`; returns how many rows.
template <class Place>
int flow(const std::vector<Item>& items, float width, Place place) {
  float x = 0;
  int row = 0;
  for (const Item& item : items) {
    if (x > 0 && x + item.width > width) {
      x = 0;
      ++row;
    }
    place(item, x, row);
    x += item.width + kGap;
  }
  return row + 1;
}

float total_width(const std::vector<Item>& items) {
  float width = -kGap;
  for (const Item& item : items) width += item.width + kGap;
  return width;
}

// Where there is little height, as many numbers to choose from as one row holds.
std::vector<Item> items_of(Frame& frame, float width) {
  size_t suggested = 4;
  std::vector<Item> items = some_items(frame, suggested);
  while (low(frame) && suggested > 2 && total_width(items) > width) items = some_items(frame, --suggested);
  return items;
}

void answer(Frame& frame, double value) {
  frame.actions.push_back(app::GiveAnswer{value});
  frame.view.answer_text.clear();
}

void draw_item(Frame& frame, const Item& item, const Box& box, size_t index) {
  const Theme& theme = frame.theme;
  const float middle = (box.min.y + box.max.y) / 2;
  if (item.kind == Item::Kind::Field) {
    const std::string& typed = frame.view.answer_text;
    frame.draw.AddRectFilled(box.min, box.max, theme.paper, 8);
    frame.draw.AddRect(box.min, box.max, theme.ink, 8, 0, 1.5f);
    float x = box.min.x + 12;
    if (typed.empty()) {
      text(frame, frame.fonts.regular15, {x + 4, middle - 8}, theme.secondary, frame.text("prompt.number"));
    } else {
      x += text(frame, frame.fonts.bold15, {x, middle - 8}, theme.ink, typed) + 2;
    }
    frame.draw.AddLine({x, middle - 9}, {x, middle + 9}, theme.ink, 1.5f);
    return;
  }
  const auto number = typed_number(frame.view.answer_text);
  const bool enabled = item.kind != Item::Kind::Check || number;
  const Press p = press(("answer-" + std::to_string(index)).c_str(), box, enabled);
  ImU32 ink = theme.ink;
  if (item.kind == Item::Kind::Check) {
    frame.draw.AddRectFilled(box.min, box.max, enabled ? theme.ink : theme.hairline, 8);
    ink = enabled ? theme.accent_text : theme.secondary;
  } else if (item.kind == Item::Kind::Option) {
    frame.draw.AddRectFilled(box.min, box.max, p.hovered ? theme.hairline : theme.paper, 8);
    frame.draw.AddRect(box.min, box.max, theme.secondary, 8, 0, 1);
  } else {
    if (p.hovered) frame.draw.AddRectFilled(box.min, box.max, theme.hairline, 8);
    ink = theme.secondary;
  }
  ImFont* font = item.kind == Item::Kind::Reveal ? frame.fonts.regular15 : frame.fonts.bold15;
  const float wide = text_width(font, item.label);
  text(frame, font, {(box.min.x + box.max.x - wide) / 2, middle - 8}, ink, item.label);
  if (!p.clicked) return;
  if (item.kind == Item::Kind::Option) answer(frame, item.value);
  if (item.kind == Item::Kind::Check) answer(frame, *number);
  if (item.kind == Item::Kind::Reveal) frame.actions.push_back(app::Reveal{});
}

// Where the drawing of a card stands; with `draw` off it is only measured.
struct Pen {
  Frame& frame;
  ImVec2 at;
  float width;
  bool draw;
  void words(ImFont* font, ImU32 colour, std::string_view line, float room, int most) {
    at.y += draw ? text_wrapped(frame, font, at, room, colour, line, most)
                 : wrapped_height(font, room, line, most);
  }
};

void lay_prompt(Pen& pen) {
  Frame& frame = pen.frame;
  const lessons::Prompt& prompt = *frame.scene.prompt;
  const std::vector<Item> items = items_of(frame, pen.width);
  const float all = total_width(items), high = item_height(frame);
  const bool beside = !frame.compact && all < 0.5f * pen.width;
  const float room = beside ? pen.width - all - 24 : pen.width;
  const ImVec2 start = pen.at;
  if (beside && prompt.hint.empty()) pen.at.y += 7;  // in the middle of the buttons' height
  pen.words(frame.fonts.bold15, frame.theme.ink, prompt.text, room, 3);
  if (!prompt.hint.empty()) pen.words(frame.fonts.regular13, frame.theme.secondary, prompt.hint, room, 4);
  ImVec2 corner(start.x, pen.at.y + 4);
  if (beside) {
    pen.at.y = std::max(pen.at.y, start.y + high);
    corner = {start.x + pen.width - all, (start.y + pen.at.y - high) / 2};
  }
  size_t index = 0;
  const int rows = flow(items, beside ? all + 1 : pen.width, [&](const Item& item, float x, int row) {
    const ImVec2 at(corner.x + x, corner.y + (high + 6) * float(row));
    if (pen.draw) draw_item(frame, item, {at, {at.x + item.width, at.y + high}}, index);
    ++index;
  });
  if (!beside) pen.at.y = corner.y + (high + 6) * float(rows) - 6;
}

// The given and the true number on a line, the smaller one at the left.
void draw_gap(Frame& frame, const lessons::Gap& gap, const Box& box) {
  const float y = (box.min.y + box.max.y) / 2;
  const std::string &low = gap.over ? gap.expected : gap.given, &high = gap.over ? gap.given : gap.expected;
  ImFont* font = frame.fonts.bold15;
  const ImU32 given_ink = frame.theme.ink, expected_ink = frame.theme.output;
  const float left =
      box.min.x + text(frame, font, {box.min.x, y - 8}, gap.over ? expected_ink : given_ink, low) + 16;
  const float right = box.max.x - text_width(font, high) - 16;
  text(frame, font, {right + 16, y - 8}, gap.over ? given_ink : expected_ink, high);
  frame.draw.AddLine({left, y}, {right, y}, frame.theme.hairline, 3);
  const ImVec2 given(gap.over ? right : left, y), expected(gap.over ? left : right, y);
  frame.draw.AddCircleFilled(given, 6, frame.theme.card, 24);
  frame.draw.AddCircle(given, 6, given_ink, 24, 2);
  frame.draw.AddCircleFilled(expected, 7, expected_ink, 24);
}

void lay_feedback(Pen& pen) {
  Frame& frame = pen.frame;
  const bool line = frame.scene.gap && !frame.compact;
  float wide = 0;
  if (line)
    wide = 130 + text_width(frame.fonts.bold15, frame.scene.gap->given) +
           text_width(frame.fonts.bold15, frame.scene.gap->expected);
  const ImVec2 start = pen.at;
  ImFont* font = frame.compact ? frame.fonts.regular13 : frame.fonts.bold15;
  pen.words(font, frame.theme.ink, frame.scene.feedback, pen.width - (line ? wide + 24 : 0), 4);
  const float right = start.x + pen.width;
  if (pen.draw && line) draw_gap(frame, *frame.scene.gap, {{right - wide, start.y}, {right, pen.at.y}});
}

void lay_takeaway(Pen& pen) {
  Frame& frame = pen.frame;
  const auto* next = app::neighbour(frame.app.state(), 1);
  const bool button = next && !frame.compact && frame.may_use("lessons");
  float room = pen.width;
  const ImVec2 start = pen.at;
  std::string_view label;
  float wide = 0;
  if (button) {
    label = frame.words().next;
    wide = text_width(frame.fonts.bold15, label) + 32;
    room -= wide + 24;
  }
  pen.words(frame.fonts.regular13, frame.theme.secondary, frame.word("takeaway.title"), room, 1);
  pen.words(frame.compact ? frame.fonts.regular13 : frame.fonts.bold15, frame.theme.ink, frame.scene.takeaway,
            room, 5);
  if (!button || !pen.draw) return;
  const float middle = (start.y + pen.at.y) / 2, right = start.x + pen.width;
  const Box box{{right - wide, middle - 18}, {right, middle + 18}};
  const Press p = press("next-lesson", for_finger(frame, box));
  frame.draw.AddRectFilled(box.min, box.max, p.held ? frame.theme.output : frame.theme.ink, 18);
  text(frame, frame.fonts.bold15, {box.min.x + 16, middle - 8}, frame.theme.accent_text, label);
  if (p.clicked) frame.set("lesson", std::string(next->id));
}

float lay(Frame& frame, const Box& box, bool draw) {
  const float inset = frame.compact ? 10 : 20, padding = low(frame) ? 5 : frame.compact ? 7 : 12;
  Pen pen{frame, {box.min.x + inset, box.min.y + padding}, box.width() - 2 * inset, draw};
  if (shows_prompt(frame)) {
    lay_prompt(pen);
  } else {
    if (!frame.scene.feedback.empty()) lay_feedback(pen);
    if (!frame.scene.feedback.empty() && !frame.scene.takeaway.empty()) pen.at.y += 6;
    if (!frame.scene.takeaway.empty()) lay_takeaway(pen);
  }
  return pen.at.y + padding - box.min.y;
}

}  // namespace

bool card_replaces_formulas(const Frame& frame) {
  return (shows_card(frame) && low(frame)) ||
         (shows_prompt(frame) && (frame.compact || ImGui::GetIO().DisplaySize.y < 700));
}

bool card_replaces_question(const Frame& frame) { return shows_card(frame) && low(frame); }

float card_height(Frame& frame, float width) {
  if (!shows_card(frame)) return 0;
  // From question to answer to question, the picture should stay where it is.
  const bool predicting = frame.app.state().lesson.settings.predict && !frame.compact;
  return std::max(predicting ? 82.0f : 0.0f, std::ceil(lay(frame, {{0, 0}, {width, 0}}, false)));
}

void draw_card(Frame& frame, const Box& box) {
  if (!shows_card(frame)) return;
  frame.draw.AddRectFilled(box.min, box.max, frame.theme.card, 10);
  frame.draw.AddRect(box.min, box.max, frame.theme.hairline, 10, 0, 1);
  const float spare = box.height() - lay(frame, box, false);
  lay(frame, {{box.min.x, box.min.y + spare / 2}, box.max}, true);
}

void type_answer(Frame& frame) {
  std::string& typed = frame.view.answer_text;
  if (!shows_prompt(frame)) {
    typed.clear();
    return;
  }
  const lessons::Prompt& prompt = *frame.scene.prompt;
  if (frame.view.answered_prompt != prompt.text + prompt.hint) {
    frame.view.answered_prompt = prompt.text + prompt.hint;
    typed.clear();
  }
  for (ImWchar c : ImGui::GetIO().InputQueueCharacters) {
    if (!prompt.options.empty()) {
      for (const auto& option : prompt.options)
        if (option.label == std::string(1, char(c)) && c < 128) answer(frame, option.value);
    } else if (((c >= '0' && c <= '9') || c == '.' || c == '-') && typed.size() < kLongestAnswer) {
      typed += char(c);
    }
  }
  if (typed.empty()) return;
  frame.view.wants_frame = true;
  if (ImGui::IsKeyPressed(ImGuiKey_Backspace)) typed.pop_back();
  if (ImGui::IsKeyPressed(ImGuiKey_Escape, false)) typed.clear();
  if (ImGui::IsKeyPressed(ImGuiKey_Enter, false) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false))
    if (const auto number = typed_number(typed)) answer(frame, *number);
}

}  // namespace views
