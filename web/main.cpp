// The wiring: assets, app, views, renderer and window, and nothing that any of them could do itself.
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "imgui.h"
#include "web/app/commands.h"
#include "web/app/mirror.h"
#include "web/platform/program.h"
#include "web/platform/window.h"
#include "web/render/heatmap_renderer.h"
#include "web/render/off_screen.h"
#include "web/views/view_state.h"
#include "web/views/zoom.h"

namespace {

// After an input some views need a second and third frame (what is hovered, a popup that opens).
constexpr int kFramesAfterInput = 3;

class Playground : public platform::Program {
 public:
  std::string take_asset(std::string_view name, std::vector<uint8_t> bytes) override {
    if (name == "digits") {
      const auto error = app_->take_digits(bytes.data(), bytes.size());
      return error ? app_->say(*error) : "";
    }
    if (const std::string_view prefix = "weights."; name.substr(0, prefix.size()) == prefix) {
      const auto error =
          app_->load_weights(std::string(name.substr(prefix.size())), bytes.data(), bytes.size());
      return error ? app_->say(*error) : "";
    }
    assets_[std::string(name)] = std::move(bytes);
    return "";
  }

  std::string start(const platform::Start& start) override {
    lessons::Assets assets;
    const auto& data = assets_["data"];
    if (lessons::read_assets(assets, data.data(), data.size()) != lessons::AssetError::None)
      return "page.damaged\tdata";
    assets_.erase("data");
    fonts_in_ = {std::move(assets_["font-regular"]), std::move(assets_["font-bold"])};
    if (fonts_in_.regular.empty() || fonts_in_.bold.empty()) return "page.damaged\tfont";

    app::Defaults defaults;
    if (strings::find_language(start.lang)) defaults.lang = start.lang;
    app_ = std::make_unique<app::App>(std::move(assets), defaults);
    app_->dispatch(app::ApplyHash{start.hash});
    app_->take_events();
    view_.system_is_dark = start.dark;
    view_.can_share = start.page;

    if (!window_.open(std::string(app_->strings().text("app.title")))) return "page.no_webgl2";
    renderer_ = std::make_unique<render::HeatmapRenderer>();
    if (!renderer_->ready()) return "page.crashed\t" + renderer_->error();
    return load_fonts(window_.pixel_ratio()) ? "" : "page.damaged\tfont";
  }

  bool frame(double seconds) override {
    bool input = false;
    quit_ = !window_.poll(input);
    // Steps due while the page was hidden or asleep are not made up for in one jump.
    const bool playing = app_->advance(std::min(seconds, 0.25));
    if (window_.pixel_ratio() != font_ratio_) load_fonts(window_.pixel_ratio());

    view_.wants_frame = false;
    draw();
    window_.show();

    if (input || view_.wants_frame || revision_ != app_->revision()) frames_due_ = kFramesAfterInput;
    revision_ = app_->revision();
    if (frames_due_ > 0) --frames_due_;
    // A text field's caret blinks.
    return playing || app_->state().playing || frames_due_ > 0 || ImGui::GetIO().WantTextInput;
  }

  platform::Picture picture(float pixel_ratio) override {
    int width = 0, height = 0;
    window_.size(width, height);
    width = int(std::lround(float(width) * pixel_ratio));
    height = int(std::lround(float(height) * pixel_ratio));
    const render::OffScreen target(width, height);
    if (!target.ready()) return {};
    // Type made for the screen would only be blown up.
    load_fonts(pixel_ratio);
    draw(pixel_ratio);
    load_fonts(window_.pixel_ratio());
    return {width, height, target.pixels()};
  }

  bool wants_training() override { return app_->wants_training(); }
  void note_digits(double share) override { app_->note_digits(share); }
  void note_digits_failed() override { app_->note_digits_failed(); }
  std::vector<uint8_t> weights(const std::string& net, std::string& sentence) override {
    std::vector<uint8_t> bytes;
    const auto error = app_->save_weights(bytes, net);
    sentence = error ? app_->say(*error) : "";
    return bytes;
  }
  std::string take_request() override { return std::exchange(view_.request, {}); }
  bool train(double budget) override { return app_->advance_training(budget); }

  bool take_share() override { return std::exchange(view_.share_asked, false); }
  void renew_graphics() override {
    renderer_.reset();
    window_.renew();
    renderer_ = std::make_unique<render::HeatmapRenderer>();
    window_.fonts_changed();
  }

  bool quit() const override { return quit_; }
  void wait_for_input() override { window_.wait(1.0); }

  std::string call(std::string_view method, std::string_view params) override {
    return app_->call(method, params);
  }
  platform::TensorView tensor(const std::string& name) override {
    const nn::Tensor* found = app_->tensor(name);
    if (!found) return {};
    return {found->data(), std::vector<int>(found->shape().begin(), found->shape().end())};
  }
  std::string take_events() override { return app_->take_events(); }
  std::string mirror() override { return app::mirror(*app_); }
  unsigned revision() override { return app_->revision(); }
  void press(std::string_view key) override {
    if (const auto action = app::command(*app_, key)) app_->dispatch(*action);
  }
  void apply_hash(const std::string& hash) override { app_->dispatch(app::ApplyHash{hash}); }
  std::string hash() override { return app_->hash(); }
  void set_reduced_motion(bool reduced) override { view_.reduced_motion = reduced; }
  void set_dark(bool dark) override { view_.system_is_dark = dark; }
  void set_fingers(bool fingers) override { view_.fingers = fingers; }
  bool begin_pinch(float x, float y) override { return views::begin_pinch(view_, {x, y}); }
  void pinch(float from_x, float from_y, float to_x, float to_y, float ratio) override {
    views::pinch(view_, {from_x, from_y}, {to_x, to_y}, ratio);
  }
  void end_pinch() override { views::end_pinch(view_); }

 private:
  // `pixel_ratio` as in Window::begin_frame().
  void draw(float pixel_ratio = 0) {
    window_.begin_frame(pixel_ratio);
    renderer_->begin_frame();
    views::draw_frame(*app_, view_, fonts_, *renderer_);
    const ImVec4 paper = ImGui::GetStyle().Colors[ImGuiCol_WindowBg];
    window_.draw(paper.x, paper.y, paper.z);
  }

  bool load_fonts(float pixel_ratio) {
    font_ratio_ = pixel_ratio;
    const bool readable = views::build_fonts(fonts_, fonts_in_, font_ratio_);
    window_.fonts_changed();
    return readable;
  }

  std::map<std::string, std::vector<uint8_t>> assets_;
  views::FontFiles fonts_in_;
  views::Fonts fonts_;
  views::ViewState view_;
  std::unique_ptr<app::App> app_;
  platform::Window window_;
  std::unique_ptr<render::HeatmapRenderer> renderer_;  // before the window's context goes
  float font_ratio_ = 0;
  unsigned revision_ = 0;
  int frames_due_ = kFramesAfterInput;
  bool quit_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  static Playground playground;
  return platform::run(playground, argc, argv);
}
