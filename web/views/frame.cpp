#include <algorithm>
#include <cmath>

#include "web/views/sections.h"
#include "web/views/widgets.h"

namespace views {
namespace {

constexpr float kNarrow = 860;  // below, panes stand one above the other

void apply_style(const Theme& theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  style.WindowPadding = style.ItemSpacing = {0, 0};
  style.WindowBorderSize = 0;
  style.WindowRounding = 0;
  style.PopupRounding = 10;
  style.PopupBorderSize = 1;
  style.FrameRounding = 4;
  style.FramePadding = {6, 5};
  const auto set = [&](ImGuiCol which, ImU32 colour) {
    style.Colors[which] = ImGui::ColorConvertU32ToFloat4(colour);
  };
  set(ImGuiCol_WindowBg, theme.paper);
  set(ImGuiCol_PopupBg, theme.paper);
  set(ImGuiCol_Border, theme.hairline);
  set(ImGuiCol_FrameBg, theme.paper);
  set(ImGuiCol_Text, theme.ink);
  set(ImGuiCol_TextSelectedBg, with_alpha(theme.weight, 0.25f));
}

// Space plays, or goes on in a lecture; Page Up and Page Down change the lesson; arrows step, Home and End go
// to the ends, unless a slider takes them; Esc lets the pinned pixel go and shows all of
// what is zoomed.
void keyboard(Frame& frame) {
  if (ImGui::GetIO().WantTextInput || frame.view.edited_cell >= 0) return;
  const auto pressed = [](ImGuiKey key, bool repeat = true) { return ImGui::IsKeyPressed(key, repeat); };
  type_answer(frame);
  if (pressed(ImGuiKey_Escape, false)) {
    frame.view.pinned_pixel = -1;
    frame.view.zooms.clear();
  }
  if (frame.may_use("lessons"))
    for (int direction : {-1, 1})
      if (pressed(direction < 0 ? ImGuiKey_PageUp : ImGuiKey_PageDown, false))
        if (const auto* lesson = app::neighbour(frame.app.state(), direction))
          frame.set("lesson", std::string(lesson->id));
  if (!frame.may_use("transport") || !frame.may_use("step") || frame.scene.without_steps) return;
  const auto& lesson = frame.app.state().lesson;
  const auto step = [&](int n) { frame.actions.push_back(app::StepBy{n}); };
  if (pressed(ImGuiKey_Space, false)) {
    if (frame.app.state().lecture) {
      frame.actions.push_back(app::GoOn{});
    } else if (frame.app.state().playing) {
      frame.actions.push_back(app::Pause{});
    } else {
      frame.actions.push_back(app::Play{});
    }
  }
  if (frame.arrows_taken) return;
  if (pressed(ImGuiKey_RightArrow)) step(1);
  if (pressed(ImGuiKey_LeftArrow)) step(-1);
  if (pressed(ImGuiKey_DownArrow)) step(lesson.out_cols);
  if (pressed(ImGuiKey_UpArrow)) step(-lesson.out_cols);
  if (pressed(ImGuiKey_Home, false)) step(-lesson.steps);
  if (pressed(ImGuiKey_End, false)) step(lesson.steps);
}

// A step to a neighbour glides in a fifth of a second, and what it computes flies in two fifths; faster when
// the steps come faster; a jump is a jump.
void advance_glide(Glide& glide, const app::AppState& state, bool still, float seconds) {
  constexpr float kSeconds = 0.22f, kFlight = 0.4f;
  const auto& lesson = state.lesson;
  const int stride = lesson.settings.stride, step = lesson.settings.step;
  const int row = step / lesson.out_cols * stride, col = step % lesson.out_cols * stride;
  if (glide.lesson != lesson.lesson || glide.row != row || glide.col != col) {
    const ImVec2 left = glide.offset();
    const float from_row = float(glide.row - row) + left.y, from_col = float(glide.col - col) + left.x;
    const float most = 1.6f * float(stride);
    const bool near =
        glide.lesson == lesson.lesson && std::abs(from_row) <= most && std::abs(from_col) <= most;
    const float start = near && !still ? 0.0f : 1.0f;
    glide = {lesson.lesson, row, col, from_row, from_col, start, start};
  } else if (glide.flown < 1) {
    const auto on = [&](float& t, float length) {
      if (state.playing) length = std::min(length, 0.8f / float(state.speed));
      t = still ? 1 : std::min(1.0f, t + seconds / length);
    };
    on(glide.t, kSeconds);
    on(glide.flown, kFlight);
  }
}

std::string theme_name(const app::AppState& state, const ViewState& view) {
  if (state.theme != "auto") return state.theme;
  return view.system_is_dark ? "dark" : "light";
}

void draw_page(Frame& frame, ImVec2 size) {
  const float margin = frame.compact ? 14 : 28;
  // A teacher who hides all of it gets the room.
  const bool no_header =
      frame.compact && frame.hidden("lessons") && frame.hidden("lang") && frame.hidden("theme");
  const float header = no_header ? 0 : frame.compact ? 44 : 60, top_gap = frame.compact ? 8 : 14;
  const float left = margin, right = size.x - margin;
  if (!no_header) draw_header(frame, {{0, 0}, {size.x, header}});
  float y = header + top_gap;
  if (!card_replaces_question(frame)) {
    const float question = question_height(frame, right - left);
    draw_question(frame, {{left, y}, {right, y + question}});
    y += question + (frame.compact ? 8 : 16);
  }

  const bool transport_shown = !frame.hidden("transport") && !frame.scene.without_steps;
  const float transport = transport_shown ? transport_height(frame) : 10;
  const bool formulas = !card_replaces_formulas(frame);
  const float card = card_height(frame, right - left),
              card_gap = card > 0 && formulas ? frame.compact ? 6 : 10 : 0;
  const auto below = [&] { return transport + card + card_gap + (formulas ? formula_height(frame) : 0); };
  if (!fits_all_panes(frame, {{left, y}, {right, size.y - below()}})) view_one_pane(frame);
  const float card_top = size.y - below();
  draw_panes(frame, {{left, y}, {right, card_top - (frame.compact ? 6 : 14)}});
  draw_card(frame, {{left, card_top}, {right, card_top + card}});
  if (formulas) draw_formulas(frame, {{left, card_top + card + card_gap}, {right, size.y - transport}});
  if (transport_shown) draw_transport(frame, {{left, size.y - transport}, {right, size.y}});
}

}  // namespace

ImVec2 Glide::offset() const {
  const float left = (1 - t) * (1 - t) * (1 - t);  // fast at first, then settling
  return {from_col * left, from_row * left};
}

void draw_frame(app::App& app, ViewState& view, const Fonts& fonts, TextureSink& sink) {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const Theme& colours = theme(theme_name(app.state(), view));
  apply_style(colours);
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  ImGui::Begin("page", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
  const int hovered = view.hovered_pixel, window = view.hovered_window, part = view.hovered_part;
  const int pixels = int(app.state().lesson.tensors.at("input").size());
  if (view.pinned_pixel >= pixels) view.pinned_pixel = -1;
  const int followed = hovered >= 0 && hovered < pixels ? hovered : view.pinned_pixel;

  view.zoom_frame_count = 0;
  if (view.glide.lesson != app.state().lesson.lesson) view.zooms.clear();
  advance_glide(view.glide, app.state(), view.reduced_motion, ImGui::GetIO().DeltaTime);
  if (view.glide.flown < 1) view.wants_frame = true;
  view.flying.clear();
  view.flying.reserve(16);  // more than the channels of any kernel here
  view.landing.reset();
  view.words.follow(app);
  Frame frame{app,
              view,
              app.scene(followed),
              fonts,
              colours,
              sink,
              *ImGui::GetWindowDrawList(),
              size.x < kNarrow,
              window,
              -1,
              {},
              {},
              false};
  frame.hovered_part = part;
  // Room for what moves between two steps, so that no frame waits for memory.
  frame.draw.VtxBuffer.reserve(1 << 15);
  frame.draw.IdxBuffer.reserve(1 << 16);
  // Found anew by the figures below; what the pointer is over shows everywhere from the next frame on.
  view.hovered_pixel = view.hovered_window = view.hovered_part = -1;
  draw_page(frame, size);
  keyboard(frame);
  if (!view.edit_error.empty()) frame.tooltip = {view.edit_error};
  draw_tooltip(frame);
  ImGui::End();

  if (view.hovered_pixel != hovered || view.hovered_window != window || view.hovered_part != part ||
      !frame.actions.empty())
    view.wants_frame = true;
  for (const app::Action& action : frame.actions) app.dispatch(action);
}

}  // namespace views
