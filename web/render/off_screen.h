// A picture in the graphics memory, of any size: what is drawn while it lives goes into it and not into the
// window.
#pragma once

#include <cstdint>
#include <vector>

namespace render {

class OffScreen {
 public:
  // width × height pixels. Needs a current GL context; ready() is false when that is lost or cannot hold so
  // many.
  OffScreen(int width, int height);
  ~OffScreen();
  OffScreen(const OffScreen&) = delete;
  OffScreen& operator=(const OffScreen&) = delete;

  bool ready() const { return ready_; }
  // Red, green, blue and alpha of each pixel, a byte each, the top row first.
  std::vector<uint8_t> pixels() const;

 private:
  int width_, height_;
  unsigned frame_ = 0, colours_ = 0;
  bool ready_ = false;
};

}  // namespace render
