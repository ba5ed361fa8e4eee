// The public methods: each line is a call, its name, a space and its parameters. Every answer is a result, or
// an error that says something and has changed nothing.
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  app_test::TestApp app;
  fuzz::Bytes input(bytes, size);
  const std::string text = input.text(size);
  size_t at = 0;
  for (int call = 0; call < 20 && at < text.size(); ++call) {
    const size_t end = std::min(text.find('\n', at), text.size()), space = std::min(text.find(' ', at), end);
    const std::string method = text.substr(at, space - at);
    const std::string params = space < end ? text.substr(space + 1, end - space - 1) : "";
    at = end + 1;
    const app::AppState before = app.state();
    if (app.answer(method, params).contains("error"))
      CHECK_MESSAGE(web_test::difference(before, app.state()) == "", method);
    CHECK(app.events().is_array());
  }
  fuzz::check_shown(app);
  fuzz::check_address(app);
  return 0;
}
