// The page's own few controls, drawn in its own style. Positions and sizes are logical pixels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/views/layout.h"
#include "web/views/type.h"
#include "web/views/view_state.h"

namespace views {

struct Press {
  bool hovered = false, clicked = false, held = false;
};
// For tests: what can be pressed in the frames to come is added to it; nullptr: to nothing.
struct Target {
  std::string name;
  Box box;
  const ImDrawList* list;  // of the page or of what has opened above it
};
void note_targets(std::vector<Target>* into);
// `box`, or what a finger can hit around it where the page is for fingers.
constexpr float kFinger = 40;
Box for_finger(const Frame& frame, const Box& box);
// An invisible button; `name` must be unique on the page.
Press press(const char* name, const Box& box, bool enabled = true);

enum class Icon { First, Back, Play, Pause, Next, Last };
bool icon_button(Frame& frame, const char* name, const Box& box, Icon icon, bool primary,
                 std::string_view tip);

// On or off, with its left end at `at`, in the middle of its height.
constexpr float kSwitchWidth = 34;
void draw_switch(Frame& frame, ImVec2 at, bool on, bool hovered);
// The sign that something opens; its tip is at `tip`.
void draw_chevron(Frame& frame, ImVec2 tip);

// A word that is a button: filled when it is the present choice. `width`: less than tab_width(), then the
// word is smaller; 0: that.
bool tab(Frame& frame, const char* name, ImVec2 at, float height, std::string_view label, bool selected,
         float width = 0);
float tab_width(Frame& frame, std::string_view label);

float choice_width(Frame& frame, std::string_view present, bool enabled);
// A button that shows the present choice and opens a list. Returns the index that was chosen, or −1.
// Drawn with its right edge at `right`; `width` gets what it took.
int choice(Frame& frame, const char* name, float right, float middle, std::string_view label,
           const std::vector<std::string>& items, int selected, std::string_view present, float& width,
           bool enabled = true);

// A horizontal slider over 0 … ticks − 1; returns the new tick, or −1. `active`: with a ring, because the
// arrow keys move it. `drop`: how far below the middle of what can be pressed it is drawn.
int slider(Frame& frame, const char* name, const Box& box, int tick, int ticks, ImU32 colour, bool active,
           bool enabled, float drop = 0);

}  // namespace views
