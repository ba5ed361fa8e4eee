#include "web/views/type.h"

#include <algorithm>

namespace views {
namespace {

constexpr float kLineSpacing = 1.4f;

std::vector<std::string>* noted_cut = nullptr;

// How many bytes of `words` make its first line: as many whole words as fit, part of one only if it alone
// does not. ImGui would break after a point or comma, too, and cut numbers in two.
size_t first_line(ImFont* font, float width, std::string_view words) {
  float used = 0;
  size_t end = 0;
  while (end < words.size()) {
    const size_t next = std::min(words.find(' ', end + 1), words.size());
    used += text_width(font, words.substr(end, next - end));
    if (used > width) break;
    end = next;
  }
  if (end > 0) return end;
  const char* cut = font->CalcWordWrapPositionA(font_size(font) * kLinePerEm / font->FontSize, words.data(),
                                                words.data() + words.size(), width);
  return cut == words.data() ? words.size() : size_t(cut - words.data());
}

// Calls `emit(line)` for each line of `words` wrapped to `width`; returns how many.
template <class Emit>
int wrap(ImFont* font, float width, std::string_view words, int most, Emit emit) {
  int lines = 0;
  while (!words.empty() && lines < most) {
    const size_t n = first_line(font, width, words);
    emit(words.substr(0, n), lines == most - 1 && n < words.size());
    words.remove_prefix(n);
    while (!words.empty() && words.front() == ' ') words.remove_prefix(1);
    ++lines;
  }
  return lines;
}

// `width`, or where the last line would be left with a word or two the least that takes no more lines: they
// are about equally long then.
float evened(ImFont* font, float width, std::string_view words, int most) {
  constexpr float kShort = 0.4f;
  float last = 0, longest = 0;
  bool whole = true;
  const int lines = wrap(font, width, words, most, [&](std::string_view line, bool cut) {
    last = text_width(font, line);
    whole = whole && !cut;
  });
  if (lines < 2 || !whole || last >= kShort * width) return width;
  for (size_t from = 0; from < words.size();) {
    const size_t to = std::min(words.find(' ', from), words.size());
    longest = std::max(longest, text_width(font, words.substr(from, to - from)));
    from = to + 1;
  }
  float narrow = longest, wide = width;
  while (wide - narrow > 4) {
    const float between = (narrow + wide) / 2;
    const int taken = wrap(font, between, words, lines + 1, [](std::string_view, bool) {});
    (taken > lines ? narrow : wide) = between;
  }
  return wide;
}

}  // namespace

float font_size(ImFont* font) { return font->FontSize * ImGui::GetIO().FontGlobalScale / kLinePerEm; }

float text_width(ImFont* font, std::string_view line, float size) {
  if (size <= 0) size = font_size(font);
  return font->CalcTextSizeA(size * kLinePerEm, FLT_MAX, 0, line.data(), line.data() + line.size()).x;
}

float text(Frame& frame, ImFont* font, ImVec2 at, ImU32 colour, std::string_view line, float size) {
  if (size <= 0) size = font_size(font);
  frame.draw.AddText(font, size * kLinePerEm, {at.x, at.y - size * (kLinePerEm - 1) / 2}, colour, line.data(),
                     line.data() + line.size());
  return text_width(font, line, size);
}

void note_cut(std::vector<std::string>* into) { noted_cut = into; }

void caption_fitted(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view line,
                    std::string_view symbol) {
  while (text_width(font, line, kSmallestText) > width) {
    size_t cut = 0;
    for (const std::string_view between : {" · ", ", ", " = "})
      if (const size_t at = line.rfind(between); at != line.npos) cut = std::max(cut, at);
    if (cut == 0) break;
    line = line.substr(0, cut);
  }
  if (!symbol.empty() && text_width(font, line, kSmallestText) > width) {
    line = symbol;
    if (text_width(font, line, kSmallestText) > width) return;
  }
  text_fitted(frame, font, at, width, colour, line);
}

namespace {

// `line`, and after it dots where there is more (`more`) or where not all of it has room.
void fitted(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view line,
            bool more) {
  constexpr const char* kDots = "…";
  float size = font_size(font);
  const auto needed = [&](bool dots) {
    return text_width(font, line, size) + (dots ? text_width(font, kDots, size) : 0);
  };
  const float full = needed(more);
  if (full > width) size = std::max(kSmallestText, 0.99f * size * width / full);
  if (needed(more) > width) {
    more = true;
    while (!line.empty() && needed(true) > width) {
      size_t end = line.size() - 1;
      while (end > 0 && (line[end] & 0xC0) == 0x80) --end;  // the first byte of the last letter
      line = line.substr(0, end);
    }
  }
  at.x += text(frame, font, at, colour, line, size);
  if (more) text(frame, font, at, colour, kDots, size);
  if (more && noted_cut) noted_cut->emplace_back(line);
}

}  // namespace

void text_fitted(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view line) {
  fitted(frame, font, at, width, colour, line, false);
}

float text_wrapped(Frame& frame, ImFont* font, ImVec2 at, float width, ImU32 colour, std::string_view words,
                   int most) {
  const float line_height = font_size(font) * kLineSpacing;
  const int lines =
      wrap(font, evened(font, width, words, most), words, most, [&](std::string_view line, bool cut) {
        if (cut) {
          fitted(frame, font, at, width, colour, line, true);
        } else {
          text(frame, font, at, colour, line);
        }
        at.y += line_height;
      });
  return float(lines) * line_height;
}

float wrapped_height(ImFont* font, float width, std::string_view words, int most) {
  return float(wrap(font, width, words, most, [](std::string_view, bool) {})) * font_size(font) *
         kLineSpacing;
}

}  // namespace views
