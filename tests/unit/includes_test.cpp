// Who may include whom (DESIGN: engine ← training ← lessons ← app ← views; render and platform meet them in
// main.cpp).
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/unit/web_support.h"

namespace fs = std::filesystem;

namespace {

struct Source {
  std::string path;  // from the top: "web/app/app.h"
  std::string text;
  std::vector<std::string> includes;
};

std::vector<Source> sources(const std::string& folder) {
  std::vector<Source> found;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(CONV_SOURCE_DIR) / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".h") continue;
    Source source;
    source.path = fs::relative(entry.path(), CONV_SOURCE_DIR).generic_string();
    source.text = web_test::read_file(entry.path().string());
    std::istringstream lines(source.text);
    for (std::string line; std::getline(lines, line);) {
      const size_t hash = line.find_first_not_of(" \t");
      if (hash == line.npos || line[hash] != '#') continue;
      const size_t word = line.find("include");
      const size_t open = line.find_first_of("\"<", word), close = line.find_last_of("\">");
      if (word != line.npos && open != line.npos && close > open)
        source.includes.push_back(line.substr(open + 1, close - open - 1));
    }
    found.push_back(std::move(source));
  }
  CHECK_MESSAGE(!found.empty(), "no sources in ", folder);
  return found;
}

bool starts_with(const std::string& text, const std::string& beginning) {
  return text.rfind(beginning, 0) == 0;
}

// Files below `folder` include, of our own, only what is below `rooms`.
void only(const std::string& folder, const std::vector<std::string>& rooms) {
  for (const Source& source : sources(folder))
    for (const std::string& include : source.includes) {
      const bool ours = starts_with(include, "engine/") || starts_with(include, "web/") ||
                        starts_with(include, "shaders/") || starts_with(include, "tests/") ||
                        starts_with(include, "..");
      const bool may = std::any_of(rooms.begin(), rooms.end(),
                                   [&](const std::string& room) { return starts_with(include, room); });
      CHECK_MESSAGE((!ours || may), source.path, " includes ", include);
    }
}

void never(const std::string& folder, const std::vector<std::string>& words) {
  for (const Source& source : sources(folder)) {
    std::string text = source.text;
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const std::string& word : words)
      CHECK_MESSAGE(text.find(word) == text.npos, source.path, " says ", word);
  }
}

}  // namespace

TEST_CASE("each room includes only the rooms below it") {
  only("engine", {"engine/"});
  only("web/strings", {"web/strings/"});
  only("web/training", {"engine/", "web/training/"});
  only("web/lessons", {"engine/", "web/strings/", "web/training/", "web/lessons/"});
  only("web/data", {"engine/", "web/data/", "web/lessons/small_cnn.h"});
  only("web/app", {"engine/", "web/strings/", "web/training/", "web/lessons/", "web/app/"});
  only("web/views", {"engine/", "web/strings/", "web/lessons/", "web/app/", "web/views/"});
  only("web/platform", {"web/strings/", "web/platform/"});
  only("web/render", {"engine/", "web/lessons/", "web/views/", "web/render/"});
}

TEST_CASE("the engine includes nothing but itself and the standard library") {
  for (const Source& source : sources("engine"))
    for (const std::string& include : source.includes) {
      const bool standard = include.find_first_of("/.") == include.npos;
      const bool intrinsics =
          source.path == "engine/simd/f32x4.h" &&
          (include == "wasm_simd128.h" || include == "emmintrin.h" || include == "xmmintrin.h" ||
           include == "immintrin.h" || include == "arm_neon.h");
      const bool may = standard || intrinsics || starts_with(include, "engine/");
      CHECK_MESSAGE(may, source.path, " includes ", include);
    }
}

TEST_CASE("Dear ImGui is named in views, render and platform alone") {
  for (const std::string folder : {"engine", "web/strings", "web/data", "web/training", "web/app"})
    never(folder, {"imgui", "imvec", "imdraw"});
  // Lessons say in words that they do without it.
  for (const Source& source : sources("web/lessons")) {
    CHECK_MESSAGE(source.text.find("imgui.h") == source.text.npos, source.path);
    CHECK_MESSAGE(source.text.find("ImGui::") == source.text.npos, source.path);
  }
}

TEST_CASE("Emscripten, SDL and OpenGL are known to the platform and the renderer alone") {
  for (const std::string folder : {"engine", "web/strings", "web/training", "web/lessons", "web/data",
                                   "web/app", "web/views", "web/render"})
    never(folder, {"emscripten", "__wasm__", "sdl_", "sdl.h"});
  for (const std::string folder :
       {"engine", "web/strings", "web/training", "web/lessons", "web/data", "web/app", "web/views"})
    never(folder, {"gles", "opengl.h", "gl/gl"});
  for (const Source& source : sources("web"))
    if (source.text.find("emscripten.h") != source.text.npos)
      CHECK_MESSAGE(starts_with(source.path, "web/platform/"), source.path);
}
