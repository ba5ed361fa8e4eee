// A matrix that somebody pastes or types, put where it belongs: its size decides.
#pragma once

#include <string_view>

#include "web/app/app_state.h"

namespace app {

struct Pasted {
  SetState action;
  lessons::Error said;  // what was done, as a sentence
};

// What `text` (see lessons/matrix_text.h) would replace in this state: the picture where it is as large as
// that, else the kernel; a square of another size is a kernel of that size where the lesson has such. A
// picture of whole numbers up to 255 is brought to 0 … 1. On an error `pasted` stays as it was.
std::optional<lessons::Error> read_pasted(Pasted& pasted, const AppState& state, std::string_view text);

}  // namespace app
