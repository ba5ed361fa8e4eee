// The desktop's event loop and files.
#ifndef __EMSCRIPTEN__

#include <SDL.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "web/platform/program.h"
#include "web/strings/strings.h"

namespace platform {
namespace {

// "page.damaged\tdata" → the sentence in `lang`.
std::string sentence(const std::string& problem, const std::string& lang) {
  const size_t tab = problem.find('\t');
  const auto* strings = strings::find_language(lang);
  if (!strings) strings = strings::find_language("en");
  const std::string file = tab == std::string::npos ? "" : problem.substr(tab + 1);
  return strings->format(problem.substr(0, tab), {{"file", file}, {"detail", file}});
}

std::string system_language() {
  const char* name = SDL_getenv("LC_ALL");
  if (!name || !*name) name = SDL_getenv("LANG");
  return name ? std::string(name).substr(0, 2) : "";
}

}  // namespace

int run(Program& program, int argc, char** argv) {
  Start start{system_language(), argc > 1 ? argv[1] : "", false};
  char* base = SDL_GetBasePath();
  const std::string folder = base ? base : "./";
  SDL_free(base);
  for (const auto& [name, file] :
       {std::pair("data", "playground.data.bin"), std::pair("font-regular", "font-regular.ttf"),
        std::pair("font-bold", "font-bold.ttf")}) {
    std::ifstream stream(folder + "assets/" + file, std::ios::binary);
    if (!stream) {
      std::fprintf(stderr, "%s\n", sentence(std::string("page.missing\t") + file, start.lang).c_str());
      return 1;
    }
    program.take_asset(name, std::vector<uint8_t>(std::istreambuf_iterator<char>(stream), {}));
  }
  const std::string problem = program.start(start);
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", sentence(problem, start.lang).c_str());
    return 1;
  }
  auto last = std::chrono::steady_clock::now();
  while (!program.quit()) {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last).count();
    last = now;
    // Nothing is drawn when nothing changes.
    if (!program.frame(seconds)) program.wait_for_input();
  }
  return 0;
}

}  // namespace platform

#endif
