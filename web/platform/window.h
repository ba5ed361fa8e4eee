// One window with an OpenGL context, by SDL2, feeding Dear ImGui: a desktop window, or the page's canvas.
#pragma once

#include <string>

struct SDL_Window;

namespace platform {

class Window {
 public:
  Window() = default;
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // Opens the window with a GL context and an ImGui context; false, with error(), when there is none.
  bool open(const std::string& title);
  const std::string& error() const { return error_; }

  // In logical pixels.
  void size(int& width, int& height) const;
  // Pixels a logical pixel.
  float pixel_ratio() const;
  // Hands waiting events to ImGui; false when the window was closed. `any` tells whether there were some.
  bool poll(bool& any);
  // Waits up to `seconds` for an event (desktop).
  void wait(double seconds);
  // `pixel_ratio` is for a frame that is not the window's own; 0: the window's.
  void begin_frame(float pixel_ratio = 0);
  // Clears to `rgb` (0 … 1 each) and draws what ImGui has, into the window or where else OpenGL draws now.
  void draw(float red, float green, float blue);
  // Shows what was drawn.
  void show();
  // The GL context has lost all that was in it.
  void renew();
  // The font atlas was rebuilt.
  void fonts_changed();
  bool system_is_dark = false;

 private:
  SDL_Window* window_ = nullptr;
  void* context_ = nullptr;
  std::string error_;
};

}  // namespace platform
