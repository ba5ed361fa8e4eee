// Draws every lesson as it begins, without the controls that a picture has no use for:
//   stills ASSETS OUT    reads playground.data.bin and the fonts in ASSETS, writes
//   OUT/<lesson>-<lang>-<theme>.ppm
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "web/app/app.h"
#include "web/lessons/lesson.h"
#include "web/stills/raster.h"
#include "web/views/view_state.h"

namespace {

constexpr float kWidth = 640,
                kHeight = 760;  // logical pixels: also read on a phone, where it is shown smaller
constexpr int kFrames = 4;      // until everything has its place

std::vector<uint8_t> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

stills::Picture draw(app::App& app, const views::Fonts& fonts, stills::Raster& raster) {
  views::ViewState view;
  view.reduced_motion = true;
  for (int i = 0; i < kFrames; ++i) {
    ImGui::GetIO().DeltaTime = 1 / 60.0f;
    ImGui::NewFrame();
    raster.begin_frame();
    views::draw_frame(app, view, fonts, raster);
    ImGui::Render();
  }
  return raster.picture(views::theme(app.state().theme).paper);
}

bool write(const stills::Picture& picture, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  file << "P6\n" << picture.width << " " << picture.height << "\n255\n";
  file.write(reinterpret_cast<const char*>(picture.pixels.data()), long(picture.pixels.size()));
  return bool(file.flush());
}

int fail(const std::string& sentence) {
  std::fprintf(stderr, "%s\n", sentence.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fail("usage: stills ASSETS OUT");
  const std::string from = argv[1], to = argv[2];
  const auto data = bytes_of(from + "/playground.data.bin");
  lessons::Assets assets;
  if (lessons::read_assets(assets, data.data(), data.size()) != lessons::AssetError::None)
    return fail(from + "/playground.data.bin is not there or damaged.");
  const views::FontFiles files = {bytes_of(from + "/font-regular.ttf"), bytes_of(from + "/font-bold.ttf")};

  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {kWidth, kHeight};
  io.IniFilename = io.LogFilename = nullptr;
  views::Fonts fonts;
  if (files.regular.empty() || files.bold.empty() || !views::build_fonts(fonts, files, 1))
    return fail("The fonts in " + from + " are not there or damaged.");

  stills::Raster raster;
  for (const auto& language : strings::languages())
    for (const std::string theme : {"light", "dark"})
      for (const lessons::Lesson* lesson : lessons::all()) {
        app::App app(assets, {language.code()});
        app.dispatch(app::ApplyHash{"lesson=" + std::string(lesson->id) + "&theme=" + theme});
        std::vector<std::string> hidden = {"lessons", "lang",      "theme", "predict",
                                           "lecture", "transport", "share"};
        std::vector<std::string> keys;
        for (const lessons::Control& control : app.scene(-1).controls) keys.push_back(control.key);
        for (const std::string& key : keys) {
          hidden.push_back(key);
          if (app.dispatch(app::SetState{{{"hide", hidden}}})) hidden.pop_back();  // one that is always there
        }
        const std::string path = to + "/" + lesson->id + "-" + language.code() + "-" + theme + ".ppm";
        if (!write(draw(app, fonts, raster), path)) return fail(path + " cannot be written.");
      }
  ImGui::DestroyContext();
  return 0;
}
