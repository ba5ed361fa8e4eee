#include "web/views/zoom.h"

#include <algorithm>

#include "imgui_internal.h"  // ClearActiveID
#include "web/views/widgets.h"

namespace views {
namespace {

constexpr float kLargestCell = 72;  // a number with four decimals can be read in it
constexpr float kHardly = 1.04f;    // less than that is meant as none

bool inside(ImVec2 at, ImVec2 min, ImVec2 max) {
  return at.x >= min.x && at.x < max.x && at.y >= min.y && at.y < max.y;
}

void keep_covered(Zoom& zoom) {
  const float most = 1 - 1 / zoom.scale;
  zoom.left = std::clamp(zoom.left, 0.0f, most);
  zoom.top = std::clamp(zoom.top, 0.0f, most);
}

Box enlarged(const Zoom& zoom, const Box& outer) {
  const float w = outer.width() * zoom.scale, h = outer.height() * zoom.scale;
  const ImVec2 min(outer.min.x - zoom.left * w, outer.min.y - zoom.top * h);
  return {min, {min.x + w, min.y + h}};
}

}  // namespace

bool begin_pinch(ViewState& view, ImVec2 at) {
  view.pinched = {};
  if (ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopupId)) return false;
  for (size_t i = 0; i < view.zoom_frame_count; ++i)
    if (inside(at, view.zoom_frames[i].min, view.zoom_frames[i].max)) view.pinched = view.zoom_frames[i];
  if (view.pinched.id.empty()) return false;
  // The first finger has pressed what is below it, and meant nothing by that.
  ImGui::ClearActiveID();
  ImGui::GetIO().AddMousePosEvent(-FLT_MAX, -FLT_MAX);
  view.wants_frame = true;
  return true;
}

void pinch(ViewState& view, ImVec2 from, ImVec2 to, float ratio) {
  const ZoomFrame& held = view.pinched;
  if (held.id.empty() || !(ratio > 0)) return;
  const Box outer{held.min, held.max};
  Zoom& zoom = view.zooms[held.id];
  const Box before = enlarged(zoom, outer);
  const float x = (from.x - before.min.x) / before.width(), y = (from.y - before.min.y) / before.height();
  zoom.scale = std::clamp(zoom.scale * ratio, 1.0f, std::max(1.0f, kLargestCell / held.cell));
  zoom.left = x - (to.x - outer.min.x) / (outer.width() * zoom.scale);
  zoom.top = y - (to.y - outer.min.y) / (outer.height() * zoom.scale);
  keep_covered(zoom);
  view.wants_frame = true;
}

void end_pinch(ViewState& view) {
  const auto found = view.zooms.find(view.pinched.id);
  if (found != view.zooms.end() && found->second.scale < kHardly) view.zooms.erase(found);
  view.pinched = {};
  view.wants_frame = true;
}

Box zoomed(ViewState& view, const lessons::Figure& figure, const Box& outer, float cell) {
  if (view.zoom_frame_count == view.zoom_frames.size()) view.zoom_frames.emplace_back();
  ZoomFrame& shown = view.zoom_frames[view.zoom_frame_count++];
  shown.id = figure.id;
  shown.min = outer.min;
  shown.max = outer.max;
  shown.cell = cell;
  const auto found = view.zooms.find(figure.id);
  return found == view.zooms.end() ? outer : enlarged(found->second, outer);
}

bool is_zoomed(const ViewState& view, const std::string& id) { return view.zooms.count(id) > 0; }

void pan(ViewState& view, const std::string& id, const Box& outer, ImVec2 by) {
  const auto found = view.zooms.find(id);
  if (found == view.zooms.end()) return;
  found->second.left -= by.x / (outer.width() * found->second.scale);
  found->second.top -= by.y / (outer.height() * found->second.scale);
  keep_covered(found->second);
  view.wants_frame = true;
}

void keep_whole(ViewState& view, const std::string& id) {
  view.zooms.erase(id);
  for (size_t i = 0; i < view.zoom_frame_count; ++i)
    if (view.zoom_frames[i].id == id) view.zoom_frames[i].id.clear();  // nothing to hold
}

WholeButton press_whole(Frame& frame, const lessons::Figure& figure, const Box& outer) {
  WholeButton button;
  // In a smaller picture it would hide what was looked for; there two fingers, or Esc, undo it.
  constexpr float kSide = 40, kSmallest = 96;
  if (!is_zoomed(frame.view, figure.id) || std::min(outer.width(), outer.height()) < kSmallest) return button;
  button.box = {{outer.max.x - kSide, outer.min.y}, {outer.max.x, outer.min.y + kSide}};
  button.shown = true;
  const Press p = press(("whole-" + figure.id).c_str(), button.box);
  button.hovered = p.hovered;
  if (p.clicked) {
    frame.view.zooms.erase(figure.id);
    frame.view.wants_frame = true;
  }
  return button;
}

void draw_whole(Frame& frame, const WholeButton& button) {
  if (!button.shown) return;
  const ImVec2 middle((button.box.min.x + button.box.max.x) / 2, (button.box.min.y + button.box.max.y) / 2);
  frame.draw.AddCircleFilled(middle, 14, button.hovered ? frame.theme.hairline : frame.theme.card, 32);
  frame.draw.AddCircle(middle, 14, frame.theme.secondary, 32, 1);
  for (const float x : {-1.0f, 1.0f})  // the four corners of a frame
    for (const float y : {-1.0f, 1.0f}) {
      const ImVec2 corner(middle.x + 6 * x, middle.y + 6 * y);
      frame.draw.AddLine(corner, {corner.x - 4 * x, corner.y}, frame.theme.ink, 1.6f);
      frame.draw.AddLine(corner, {corner.x, corner.y - 4 * y}, frame.theme.ink, 1.6f);
    }
  if (button.hovered) frame.tooltip = {frame.text("zoom.whole")};
}

}  // namespace views
