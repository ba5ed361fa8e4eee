// The sections of the page from top to bottom. Each draws into the box it is given.
#pragma once

#include "web/views/layout.h"
#include "web/views/view_state.h"

namespace views {

void draw_header(Frame& frame, const Box& box);
// The path through the lessons, in the header between `left` and `right`.
void draw_lesson_path(Frame& frame, float left, float right, float middle);
// A piece for each lesson along the bottom of `box`.
void draw_progress(Frame& frame, const Box& box);
// On a narrower page the languages are at the foot of the list of lessons.
constexpr float kLanguageInHeader = 400;
float question_height(Frame& frame, float width);
void draw_question(Frame& frame, const Box& box);
void draw_panes(Frame& frame, const Box& box);
float formula_height(Frame& frame);
void draw_formulas(Frame& frame, const Box& box);
// The open question, the feedback to an answer, the takeaway; 0: none of them.
float card_height(Frame& frame, float width);
void draw_card(Frame& frame, const Box& box);
// Where there is little room, the card stands where the formulas, or the lesson's question, would.
bool card_replaces_formulas(const Frame& frame);
bool card_replaces_question(const Frame& frame);
// What the keys say to the open question: digits are typed without a click, Enter answers.
void type_answer(Frame& frame);
float transport_height(const Frame& frame);
void draw_transport(Frame& frame, const Box& box);
void draw_tooltip(Frame& frame);

// Whether all panes of the scene can be shown in a box of this size; else view_one_pane() has the section
// show one, with a switch.
bool fits_all_panes(Frame& frame, const Box& box);
void view_one_pane(Frame& frame);

}  // namespace views
