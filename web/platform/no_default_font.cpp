// Dear ImGui's own font is in the program only for its function AddFontDefault. The page always has fonts of its own
// (Program::start refuses to do without), so that there the linker's --wrap gives this in its place, and ten kilobytes
// need not be downloaded.
#ifdef __EMSCRIPTEN__
#include <imgui.h>

#include <cstdlib>

extern "C" ImFont* __wrap__ZN11ImFontAtlas14AddFontDefaultEPK12ImFontConfig(ImFontAtlas*, const ImFontConfig*) {
  std::abort();
}
#endif
