#include "web/data/committed_text.h"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace data {

int write_or_check(const std::string& text, const std::string& path, bool check) {
  const auto fail = [](const std::string& sentence) {
    std::fprintf(stderr, "%s\n", sentence.c_str());
    return 1;
  };
  if (check) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail("There is no " + path + " to compare with.");
    const std::string committed((std::istreambuf_iterator<char>(file)), {});
    if (committed != text) return fail(path + " is not what training gives now.");
    std::printf("%s is what training gives, to the byte\n", path.c_str());
    return 0;
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) return fail("Cannot write " + path + ".");
  return 0;
}

}  // namespace data
