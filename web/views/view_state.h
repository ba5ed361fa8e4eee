// What the eyes and the pointer are doing. Nothing here is part of the lesson or of the URL.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/app/app.h"
#include "web/lessons/pen.h"
#include "web/views/fonts.h"
#include "web/views/layout.h"
#include "web/views/texture_sink.h"
#include "web/views/words.h"

namespace views {

// The window glides from one step's place to the next; where it stands is a function of the step and t.
struct Glide {
  const lessons::Lesson* lesson = nullptr;
  int row = 0, col = 0;              // the place of the present step, in input cells
  float from_row = 0, from_col = 0;  // where the window came from, relative to that
  float t = 1;                       // 0 … 1; 1 = arrived
  float flown = 1;                   // the same of the products on their way to the cell that they make
  // How far the window still is from its place, in input cells.
  ImVec2 offset() const;
};

// How much larger a figure's cells are than in the layout, and which part of its sides is left of and above
// its frame.
struct Zoom {
  float scale = 1, left = 0, top = 0;
};
// Where a figure that can be zoomed was drawn, and the side of its cells in the layout.
struct ZoomFrame {
  std::string id;
  ImVec2 min, max;
  float cell = 1;
};

// Cells that fly to the one they make: where they stand, and what they are.
struct Flying {
  const float* values;
  int rows, cols;
  lessons::Scale scale;
  float limit;
  ImVec2 min, max;
};

struct ViewState {
  int hovered_pixel = -1;   // of the image, under the pointer now
  int pinned_pixel = -1;    // clicked, stays until clicked again or Esc
  int hovered_window = -1;  // output cell under the pointer
  int hovered_part = -1;    // of the formula, under the pointer or counting the cell under it
  int shown_pane = 0;       // where only one fits

  // The kernel cell being typed into; −1 none.
  int edited_cell = -1;
  std::string edited_figure;  // its id
  char edit_text[32] = "";
  std::string edit_start_text;  // rounded for the eye: leaving it as it is must not change the number
  bool edit_starts = false;
  std::string edit_error;

  std::string answer_text, answered_prompt;  // typed so far, and to which question
  int drag_row = 0, drag_col = 0;            // what the dragged picture's keys were when it was taken hold of
  // The pen on a picture that is drawn into: where it is, in cells, and whether it has touched the paper.
  lessons::Spot pen = {0, 0};
  bool pen_down = false;
  float pen_ink = 1;          // what cells that are on or off become
  std::string active_slider;  // the control that takes the arrow keys; "": none

  std::map<std::string, Zoom>
      zooms;  // by the figure's id: in both panes alike; those that are whole are not in it
  // Of the last frame, the first so many; the others keep their memory for the next.
  std::vector<ZoomFrame> zoom_frames;
  size_t zoom_frame_count = 0;
  ZoomFrame pinched;     // under two fingers now; its id is "" when none is
  bool fingers = false;  // the page is used by touch: what can be pressed is large enough for it

  std::map<std::string, int> chosen_rows;  // of tables that fingers change, by the figure's id

  std::string request;  // what only the page around can do: "own_image", "save_weights.cnn", …

  Glide glide;
  Words words;
  // Memory that each frame uses anew: where a pane's figures stand, and one plane of Maps.
  std::vector<Box> boxes;
  lessons::Figure map;
  // Of this frame: the products, and the corners of the cell that they make.
  std::vector<Flying> flying;
  std::optional<std::pair<ImVec2, ImVec2>> landing;
  bool system_is_dark = false;
  bool can_share = false;    // a page is around that can make links
  bool share_asked = false;  // its button was pressed; who opens the dialog takes it back
  bool reduced_motion = false;
  bool wants_frame = true;  // something changed that only the next frame can show
};

// Everything a view function needs for one frame.
struct Frame {
  app::App& app;
  ViewState& view;
  const lessons::Scene& scene;
  const Fonts& fonts;
  const Theme& theme;
  TextureSink& sink;
  ImDrawList& draw;
  bool compact;                      // too narrow for two panes side by side
  int hovered_window;                // what the last frame found under the pointer
  int only_pane;                     // where there is room for just one; −1: all are shown
  std::vector<std::string> tooltip;  // drawn last, above everything
  std::vector<app::Action> actions;  // sent when the frame is done
  bool arrows_taken;                 // by the active slider
  int hovered_part = -1;             // like hovered_window
  float opacity = 1;                 // of the plane that is being drawn
  const Projection* projection =
      nullptr;  // how the plane is seen that is being drawn; none: it is the screen

  const strings::Strings& strings() const { return app.strings(); }
  std::string text(const char* key) const { return std::string(app.strings().text(key)); }
  std::string_view word(std::string_view key) const { return app.strings().text(key); }
  const Words& words() const { return view.words; }
  bool hidden(const std::string& control) const { return listed(app.state().hide, control); }
  bool locked(const std::string& control) const { return listed(app.state().lock, control); }
  bool may_use(const std::string& control) const { return !hidden(control) && !locked(control); }
  // What can be pressed is at least 40 pixels wide and high.
  bool for_fingers() const { return compact || view.fingers; }
  bool may_use(const lessons::KeyPair& keys) const { return may_use(keys.row_key) && may_use(keys.col_key); }
  // The same frame, drawing into another list and with actions of its own.
  Frame over(ImDrawList& list) const {
    return {app, view, scene, fonts, theme, sink, list, compact, -1, -1, {}, {}, false};
  }
  void set(const std::string& key, lessons::Value value) {
    actions.push_back(app::SetState{{{key, std::move(value)}}});
  }
  void set_pair(const lessons::KeyPair& keys, int row, int col) {
    actions.push_back(app::SetState{{{keys.row_key, double(row)}, {keys.col_key, double(col)}}});
  }

 private:
  static bool listed(const std::vector<std::string>& names, const std::string& name) {
    for (const std::string& item : names)
      if (item == name) return true;
    return false;
  }
};

// Draws the whole page into the current ImGui frame and sends the actions it caused.
void draw_frame(app::App& app, ViewState& view, const Fonts& fonts, TextureSink& sink);

}  // namespace views
