// The controls beside a pane: in the line of its title, from the right, or in rows of their own below it.
#pragma once

#include "web/views/view_state.h"
#include "web/views/widgets.h"

namespace views {

constexpr float kControlRow = 40;

// Whether any control stands beside the pane.
bool controls_beside(const Frame& frame, int pane);
// How many rows below the title the controls of `pane` need in this width; 0: they stand beside it.
int control_rows(Frame& frame, int pane, float width);

// Draws them from `right` to `left`, the first row with its middle at `middle`; returns where the title must
// end. A slider that was clicked takes the arrow keys, Home and End until a click elsewhere or Esc.
float draw_controls(Frame& frame, int pane, float left, float right, float middle);

// The row of buttons beside the question, nullptr: there is none; how wide it wants to be, and its drawing in
// a box, all of which it takes.
const lessons::Control* question_buttons(const Frame& frame);
float question_buttons_width(const Frame& frame, const lessons::Control& control);
void draw_question_buttons(Frame& frame, const lessons::Control& control, const Box& box);

}  // namespace views
