// The address bar: any bytes as the hash. The page stands, refused parts are told, and its own address is the
// same state again.
#include "web/app/url.h"

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static app_test::TestApp app;
  const std::string hash(reinterpret_cast<const char*>(bytes), size);
  CHECK(!app.dispatch(app::ApplyHash{hash}));
  for (const lessons::Error& warning : app.state().warnings) fuzz::check_refusal(warning);
  fuzz::check_shown(app);
  fuzz::check_address(app);
  const std::vector<app::HashEntry> entries = app::parse_hash("k=" + app::percent_encode(hash));
  const std::vector<app::HashEntry> plain = app::parse_hash("k=" + app::percent_encode("a" + hash));
  CHECK(plain.size() == 1);
  CHECK(entries.size() == 1);
  if (plain[0].readable) CHECK(plain[0].value == "a" + hash);
  return 0;
}
