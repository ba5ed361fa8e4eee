// What the program offers to its surroundings: the page's scripts in a browser, the event loop on a
// desktop. main.cpp implements it; run() hands it over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace platform {

struct Start {
  std::string lang;  // of the browser or the system; empty = unknown
  std::string hash;  // of the URL, or what was given on the command line
  bool dark = false;
  bool page = false;  // a web page is around, which can make links
};

struct TensorView {
  const float* data = nullptr;  // nullptr: there is no such tensor
  std::vector<int> shape;
};

struct Picture {
  int width = 0, height = 0;    // pixels; 0: it could not be drawn
  std::vector<uint8_t> pixels;  // RGBA, a byte each, the top row first
};

class Program {
 public:
  virtual ~Program() = default;
  // Bytes of "data", "font-regular", "font-bold", before start(); of "digits", the ones to train with, and of
  // "weights.cnn" and "weights.fc", files of weights for the nets, after it. Returns "" or the sentence that
  // says what is wrong with them.
  virtual std::string take_asset(std::string_view name, std::vector<uint8_t> bytes) = 0;
  // Opens the window and draws nothing yet. Returns "" or the key of a sentence in web/strings/,
  // followed by a tab and the file it is about where there is one.
  virtual std::string start(const Start& start) = 0;
  // Draws a frame `seconds` after the last. Returns whether the next one will differ without any input.
  virtual bool frame(double seconds) = 0;
  // What frame() draws, with `pixel_ratio` pixels a logical pixel. The window goes on showing what it shows.
  virtual Picture picture(float pixel_ratio) = 0;
  // Whether the button that shares was pressed since the last question.
  virtual bool take_share() = 0;
  // The GL context was lost and is there again, empty.
  virtual void renew_graphics() = 0;
  virtual bool quit() const = 0;
  virtual void wait_for_input() = 0;
  // Goes on with what is being trained, for about `budget` multiply-adds. Returns whether there is more to
  // do.
  virtual bool train(double budget) = 0;
  // Whether something waits to be trained; and how much of the digits for it has come, 0 … 1.
  virtual bool wants_training() = 0;
  virtual void note_digits(double share) = 0;
  virtual void note_digits_failed() = 0;
  // The weights of the net "cnn" or "fc" as a file; empty when there are none, and then why in `sentence`.
  virtual std::vector<uint8_t> weights(const std::string& net, std::string& sentence) = 0;
  // What somebody asked for that only the surroundings can do, "" most of the time: "own_image" (choose one),
  // "save_weights.cnn", "load_weights.cnn" (a file), the same of "fc".
  virtual std::string take_request() = 0;

  virtual std::string call(std::string_view method, std::string_view params) = 0;
  virtual TensorView tensor(const std::string& name) = 0;
  virtual std::string take_events() = 0;
  // For the page's text mirror: what there is to say and to set (web/app/mirror.h), a number that moves on
  // when that changes, and the press of one of its buttons (web/app/commands.h).
  virtual std::string mirror() = 0;
  virtual unsigned revision() = 0;
  virtual void press(std::string_view key) = 0;
  virtual void apply_hash(const std::string& hash) = 0;
  virtual std::string hash() = 0;
  virtual void set_dark(bool dark) = 0;
  virtual void set_reduced_motion(bool reduced) = 0;
  // The page is used by touch.
  virtual void set_fingers(bool fingers) = 0;
  // Two fingers, in logical pixels of the canvas: whether there is a figure between them, what of it was at one
  // place and is now at another, its cells `ratio` times as large, and that they are off.
  virtual bool begin_pinch(float x, float y) = 0;
  virtual void pinch(float from_x, float from_y, float to_x, float to_y, float ratio) = 0;
  virtual void end_pinch() = 0;
};

// Browser: returns at once, the page's scripts drive the program from then on. Desktop: reads the assets
// beside the executable and runs until the window is closed.
int run(Program& program, int argc, char** argv);

}  // namespace platform
