// Text on the page: one line, one that must fit its room, several lines. Positions and sizes are logical
// pixels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/views/view_state.h"

namespace views {

// Draws one line with its em box at `at` and returns its width. `size` 0 = the font's own.
float text(Frame& frame, ImFont* font, ImVec2 at, ImU32 colour, std::string_view line, float size = 0);
float text_width(ImFont* font, std::string_view line, float size = 0);
float font_size(ImFont* font);
constexpr float kSmallestText = 11;  // that is still read
// For tests: what is cut in the frames to come is added to it; nullptr: to nothing.
void note_cut(std::vector<std::string>* into);
// Draws one line so that it never leaves `width`: smaller first, then cut with an ellipsis.
void text_fitted(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view line);
// The same for a caption whose parts are separated by " · ", ", " or " = ": the last parts go first. Where
// not even the first has room, `symbol` stands for it, or nothing.
void caption_fitted(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view line,
                    std::string_view symbol);
// Wraps between words, at most `most` lines, the last not left with a word or two; returns the height used.
float text_wrapped(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view words,
                   int most);
float wrapped_height(ImFont* font, float width, std::string_view words, int most);

}  // namespace views
