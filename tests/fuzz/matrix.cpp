// Numbers that somebody pastes, and tensors as an address carries them: read as finite numbers that can be
// written and read again, or refused.
#include <algorithm>
#include <cmath>

#include "tests/fuzz/fuzz.h"
#include "web/app/paste.h"
#include "web/lessons/matrix_text.h"

namespace {

void check_read(const nn::Tensor& tensor) {
  CHECK(!tensor.empty());
  CHECK(tensor.size() <= size_t(lessons::kMostNumbers));
  CHECK(std::all_of(tensor.begin(), tensor.end(), [](float value) { return std::isfinite(value); }));
  const auto again = lessons::tensor_from_text(lessons::tensor_to_text(tensor));
  CHECK((again && nn::same_bits(*again, tensor)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  fuzz::Bytes input(bytes, size);
  const auto& known = lessons::all();
  const lessons::Lesson& lesson = *known[size_t(input.below(int(known.size())))];
  const std::string text = input.text(size);
  nn::Tensor matrix;
  if (const auto error = lessons::read_matrix(matrix, text))
    fuzz::check_refusal(*error);
  else
    check_read(matrix);
  if (const auto tensor = lessons::tensor_from_text(text)) check_read(*tensor);

  static app_test::TestApp app;
  CHECK(!app.dispatch(app::SetState{{{"lesson", std::string(lesson.id)}}}));
  app::Pasted pasted;
  if (const auto error = app::read_pasted(pasted, app.state(), text)) {
    fuzz::check_refusal(*error);
  } else {
    fuzz::check_refusal(pasted.said);
    const app::AppState before = app.state();
    if (const auto refused = app.dispatch(pasted.action)) {  // a number may be too large
      fuzz::check_refusal(*refused);
      CHECK(web_test::difference(before, app.state()) == "");
    }
    fuzz::check_shown(app);
    fuzz::check_address(app);
  }
  CHECK(!app.dispatch(app::Reset{}));
  return 0;
}
