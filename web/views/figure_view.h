// Draws one figure of a scene into its box and answers the pointer over it.
#pragma once

#include "web/views/layout.h"
#include "web/views/view_state.h"

namespace views {

void draw_figure(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);

// The light cone from the followed cell of a long strip down to the row of large cells around it.
void draw_lens_fan(Frame& frame, const lessons::Figure& strip, const Box& strip_box, const Box& lens_box,
                   const Metrics& metrics);

// Pieces of it.
void draw_heatmap(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);
void draw_maps(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);
// A heatmap without its caption: the frame, all that is in it, and the pointer over it.
void draw_map(Frame& frame, const lessons::Figure& figure, const Box& outer);
void draw_caption(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);
// Asks the sink for the figure's cells; `strength` below 1 draws them paler.
void draw_cells(Frame& frame, const lessons::Figure& figure, const Box& cells, float strength);
HeatmapColours heatmap_colours(const Theme& theme, lessons::Scale scale);
// Where a value is hidden.
void draw_question_mark(Frame& frame, const Box& box);
// Writes each value into its cell when the cells are large enough.
void draw_numbers(Frame& frame, const lessons::Figure& figure, const Box& cells);
// What the pointer over `cell` does: follow its pixel, show a tooltip, pin, choose or edit.
void point_at(Frame& frame, const lessons::Figure& figure, int cell, bool clicked);
// The text field over the kernel cell that is being edited.
void draw_cell_editor(Frame& frame, const lessons::Figure& figure, const Box& cells);

// The box of a rectangle of cells; may reach outside `cells`.
Box cell_box(const lessons::Figure& figure, const Box& cells, const lessons::CellRect& rect);

}  // namespace views
