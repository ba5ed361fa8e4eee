// Dear ImGui's draw lists and the heatmaps in them as pixels, computed on the CPU: for pictures that are made
// where there is no graphics card. What the shaders of shaders/ compute a pixel at a time is computed here
// the same way.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "web/views/texture_sink.h"

namespace stills {

// width × height pixels, red, green and blue a byte each, the top row first.
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;
};

class Raster : public views::TextureSink {
 public:
  // Before the views draw a frame: forgets the heatmaps of the one before.
  void begin_frame() { heatmaps_.clear(); }
  void heatmap(ImDrawList& list, const views::HeatmapDraw& draw) override;

  // The frame that the current ImGui context has rendered, on `paper`, with one pixel a logical pixel.
  Picture picture(ImU32 paper);

 private:
  // What a heatmap is drawn from; the frame's own may be gone when it is.
  struct Heatmap {
    views::HeatmapDraw draw;
    views::Projection projection;
  };
  // Pixels from (x0, y0) up to but without (x1, y1).
  struct Clip {
    int x0, y0, x1, y1;
  };

  Clip clip_of(const ImVec4& rect) const;
  void blend(int x, int y, const std::array<float, 4>& colour);
  void triangle(const Clip& clip, const ImDrawVert* const* corners);
  void paint(const Clip& clip, const Heatmap& heatmap);

  std::deque<Heatmap> heatmaps_;  // a deque, so that addresses stay
  Picture picture_;
  const unsigned char* letters_ = nullptr;  // the font's texture, a byte of opacity each
  int letters_width_ = 0, letters_height_ = 0;
};

}  // namespace stills
