#define DOCTEST_CONFIG_IMPLEMENT
#include "tests/fuzz/fuzz.h"

#include <cstdlib>
#include <iostream>

namespace fuzz {
namespace {

// doctest without tests: a failed CHECK prints itself and stops the program.
struct Stop {
  doctest::Context context;
  Stop() {
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler([](const doctest::AssertData& failed) {
      std::cerr << failed.m_file << ":" << failed.m_line << ": " << failed.m_expr
                << " is not so: " << failed.m_decomp << "\n";
      const doctest::IContextScope* const* contexts = doctest::IReporter::get_active_contexts();
      for (int i = 0; i < doctest::IReporter::get_num_active_contexts(); ++i) {
        contexts[i]->stringify(&std::cerr);
        std::cerr << "\n";
      }
      std::abort();
    });
  }
};
const Stop stop;

}  // namespace
}  // namespace fuzz
