// Draws one figure of a scene into its box and answers the pointer over it.
#pragma once

#include "web/views/layout.h"
#include "web/views/view_state.h"

namespace views {

void draw_figure(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);

// The light cone from the followed cell of a long strip down to the row of large cells around it.
void draw_lens_fan(Frame& frame, const lessons::Figure& strip, const Box& strip_box, const Box& lens_box,
                   const Metrics& metrics);

// Between a square and the strip that it is unrolled into: what has left the square is pale there, and what
// is under way is drawn where it is.
void draw_flight(Frame& frame, const lessons::Figure& strip, const lessons::Figure& square,
                 const Box& strip_box, const Box& square_box, const Metrics& metrics);
// The cell under way that the pointer is over, by its flat index, and whether it was clicked; −1: none. Asked
// before the figures below, so that a click is not theirs; told after them, so that it has the last word.
struct FlightPress {
  int index = -1;
  bool clicked = false;
};
FlightPress press_flight(const lessons::Figure& strip, const lessons::Figure& square, const Box& strip_box,
                         const Box& square_box, const Metrics& metrics);
void point_at_flight(Frame& frame, const lessons::Figure& strip, const FlightPress& pressed);
// Where flat index `index` is.
Box flight_box(const lessons::Figure& strip, const lessons::Figure& square, const Box& strip_box,
               const Box& square_box, const Metrics& metrics, int index);

// Pieces of it.
// The cells of a strip, and those of a picture without padding, in their box.
Box strip_cells(const lessons::Figure& figure, const Box& box, const Metrics& metrics);
Box square_cells(const Box& box, const Metrics& metrics);
void draw_heatmap(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);
void draw_curves(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);
void draw_table(Frame& frame, const lessons::Figure& figure, const Box& box);
// Whether a figure takes all the room that there is: a table whose rows are changed by fingers.
bool fills_height(const Frame& frame, const lessons::Figure& figure);
void draw_maps(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);
// A heatmap without its caption: the frame, all that is in it, and the pointer over it.
void draw_map(Frame& frame, const lessons::Figure& figure, const Box& outer);
void draw_caption(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);
// A stack of planes in perspective; see volume.h.
void draw_volume(Frame& frame, const lessons::Figure& figure, const Box& box, const Metrics& metrics);
// Notes for draw_flying() where the figure's cells are, if they fly or others land on one of them.
void note_flight(Frame& frame, const lessons::Figure& figure, const Box& cells);
// The products under way to the cell that they make.
void draw_flying(Frame& frame);
// From the window of a volume to the cell of another that it makes.
void draw_made(Frame& frame, const lessons::Figure& from, const Box& from_box, const lessons::Figure& to,
               const Box& to_box, const Metrics& metrics);
// What is drawn of a map whose padding and cells fill `outer`, without the pointer.
void draw_map_face(Frame& frame, const lessons::Figure& figure, const Box& outer);
// The figure's keys by as many as the pointer has dragged it, `each` pixels for one. Whether it was dragged,
// and not just clicked.
bool drag(Frame& frame, const lessons::Figure& figure, float each);
void outline(Frame& frame, const Box& box, ImU32 colour, float thickness);
// Asks the sink for the figure's cells, or for those in `part` alone; `strength` below 1 draws them paler.
void draw_cells(Frame& frame, const lessons::Figure& figure, const Box& cells, float strength);
void draw_cells(Frame& frame, const lessons::Figure& figure, const Box& cells, const Box& part,
                float strength);
HeatmapColours heatmap_colours(const Theme& theme, lessons::Scale scale, int tint = -1);
// Where a value is hidden.
void draw_question_mark(Frame& frame, const Box& box);
// Writes each value into its cell when the cells are large enough.
void draw_numbers(Frame& frame, const lessons::Figure& figure, const Box& cells);
// What the pointer over `cell` does: follow its pixel, show a tooltip, pin, choose or edit.
void point_at(Frame& frame, const lessons::Figure& figure, int cell, bool clicked);
// Draws into a figure that paints while its button, the last item, is pressed. Whether that is what the press
// meant: then it is no click.
bool draw_with_pen(Frame& frame, const lessons::Figure& figure, const Box& cells);
// The text field over the kernel cell that is being edited.
void draw_cell_editor(Frame& frame, const lessons::Figure& figure, const Box& cells);

// The cells of a map, inside its padding.
Box map_cells(const lessons::Figure& figure, const Box& outer);
// The box of a rectangle of cells; may reach outside `cells`.
Box cell_box(const lessons::Figure& figure, const Box& cells, const lessons::CellRect& rect);
// Where the figure's window is, on its way from one step to the next.
Box window_box(const Frame& frame, const lessons::Figure& figure, const Box& cells);

}  // namespace views
