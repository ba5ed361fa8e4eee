// The sections of the page from top to bottom. Each draws into the box it is given.
#pragma once

#include "web/views/layout.h"
#include "web/views/view_state.h"

namespace views {

void draw_header(Frame& frame, const Box& box);
float question_height(Frame& frame, float width);
void draw_question(Frame& frame, const Box& box);
void draw_panes(Frame& frame, const Box& box);
float formula_height(Frame& frame);
void draw_formulas(Frame& frame, const Box& box);
float transport_height(const Frame& frame);
void draw_transport(Frame& frame, const Box& box);
void draw_tooltip(Frame& frame);

// Whether all panes of the scene can be shown in a box of this size; else view_one_pane() has the section
// show one, with a switch.
bool fits_all_panes(Frame& frame, const Box& box);
void view_one_pane(Frame& frame);

}  // namespace views
