// What a frame says beside its scene: made when the state or the language has changed, not in each frame.
#pragma once

#include <string>
#include <vector>

#include "web/app/app.h"

namespace views {

struct Words {
  std::vector<std::string> lessons;    // their titles
  std::vector<std::string> languages;  // their own names
  std::vector<std::string> themes, speeds;
  int language = -1, theme = 0, speed = -1;               // the present one of each; −1: none of them
  std::string present_theme, present_speed, short_speed;  // as their lists show it when they are closed
  std::string place;                                      // of the lesson among all: "3 / 14"
  std::string next;          // what leads to the lesson after the present one, if there is one
  bool takes_input = false;  // the learner's own input

  // Brings them up to date with the state.
  void follow(const app::App& app);

 private:
  unsigned revision_ = 0;
  std::string lang_;
};

// The names of the themes in the state, in the order of `Words::themes`.
const std::vector<std::string>& theme_names();

}  // namespace views
