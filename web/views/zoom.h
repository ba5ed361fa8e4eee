// A figure's cells enlarged within its frame: by two fingers, or by the wheel with Ctrl. Positions are
// logical pixels.
#pragma once

#include "web/views/layout.h"
#include "web/views/view_state.h"

namespace views {

// Takes hold of the figure at `at`, if one is drawn there; what else was pressed is let go.
bool begin_pinch(ViewState& view, ImVec2 at);
// What was at `from` in the held figure is now at `to`, its cells `ratio` times as large.
void pinch(ViewState& view, ImVec2 from, ImVec2 to, float ratio);
void end_pinch(ViewState& view);

// Where the whole of a figure is that can be zoomed and whose frame is `outer`: the same, or a larger box
// around the frame. `cell`: the side of a cell that is not enlarged. Notes the frame for the next pinch.
Box zoomed(ViewState& view, const lessons::Figure& figure, const Box& outer, float cell);
bool is_zoomed(const ViewState& view, const std::string& id);
void pan(ViewState& view, const std::string& id, const Box& outer, ImVec2 by);
// Shows all of a figure, and does so until the next frame.
void keep_whole(ViewState& view, const std::string& id);

// The button that shows all of it again, in the frame's corner. Pressed before the figure below it, drawn
// after.
struct WholeButton {
  Box box;
  bool shown = false, hovered = false;
};
WholeButton press_whole(Frame& frame, const lessons::Figure& figure, const Box& outer);
void draw_whole(Frame& frame, const WholeButton& button);

}  // namespace views
