// Any actions in any lessons, one after the other, as tests/unit/walk_support.h makes and checks them.
#include "tests/fuzz/fuzz.h"
#include "tests/unit/walk_support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static app_test::TestApp app;
  fuzz::Bytes input(bytes, size);
  walk::start(app);
  const walk::Draw draw = [&](int n) { return input.below(n); };
  for (int i = 0; i < 20 && !input.empty(); ++i) walk::step(app, draw);
  return 0;
}
