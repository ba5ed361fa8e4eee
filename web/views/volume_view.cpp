// A stack of planes in perspective: each is drawn as the map that it is, and then seen from the side.
#include <algorithm>
#include <cmath>

#include "web/lessons/maps.h"
#include "web/views/figure_view.h"
#include "web/views/volume.h"
#include "web/views/widgets.h"

namespace views {
namespace {

using lessons::CellRect;
using lessons::Figure;

constexpr float kPixelsADegree = 2.5f;
constexpr float kVeil = 0.22f;  // how opaque planes are that stand before the chosen one

// All that is drawn while it lives lies on a plane.
class OnPlane {
 public:
  OnPlane(Frame& frame, const Projection& projection, float opacity)
      : frame_(frame), projection_(projection), first_(frame.draw.VtxBuffer.Size) {
    frame_.projection = &projection_;
    frame_.opacity = opacity;
  }
  ~OnPlane() {
    for (int i = first_; i < frame_.draw.VtxBuffer.Size; ++i) {
      ImDrawVert& vertex = frame_.draw.VtxBuffer[i];
      vertex.pos = projection_.seen(vertex.pos);
      const float alpha = float(vertex.col >> IM_COL32_A_SHIFT & 0xFF) / 255;
      vertex.col = with_alpha(vertex.col, alpha * frame_.opacity);
    }
    frame_.projection = nullptr;
    frame_.opacity = 1;
  }
  OnPlane(const OnPlane&) = delete;
  OnPlane& operator=(const OnPlane&) = delete;

 private:
  Frame& frame_;
  Projection projection_;
  int first_;
};

struct Quad {
  ImVec2 corners[4];
};
Quad seen(const Projection& projection, const Box& box) {
  return {{projection.seen(box.min), projection.seen({box.max.x, box.min.y}), projection.seen(box.max),
           projection.seen({box.min.x, box.max.y})}};
}

// The sides of the box between two planes: those of a closed one are solid.
void draw_sides(Frame& frame, const Figure& figure, const Quad& front, const Quad& back) {
  const float open = std::clamp(float(figure.pose.apart) / 25, 0.0f, 1.0f);
  const ImU32 colour = role_colour(frame.theme, figure.role);
  const ImU32 solid = with_alpha(frame.theme.card, 1 - open), tint = with_alpha(colour, 0.14f - 0.1f * open);
  for (int i = 0; i < 4; ++i) {
    const int next = (i + 1) % 4;
    const ImVec2 side[] = {front.corners[i], front.corners[next], back.corners[next], back.corners[i]};
    if (open < 1) frame.draw.AddConvexPolyFilled(side, 4, solid);
    frame.draw.AddConvexPolyFilled(side, 4, tint);
  }
  for (int i = 0; i < 4; ++i)
    frame.draw.AddLine(front.corners[i], back.corners[i], with_alpha(colour, 0.45f), 1);
}

void join(Frame& frame, const Quad& front, const Quad& back, ImU32 colour) {
  for (int i = 0; i < 4; ++i) frame.draw.AddLine(front.corners[i], back.corners[i], colour, 1.5f);
}

CellRect current_rect(const Figure& figure) {
  return {figure.current / figure.cols, figure.current % figure.cols, 1, 1};
}

// The chosen plane where it is at `at`, because those before it are veils; else the frontmost one that is,
// and the cell there; cell −1: its padding.
struct Picked {
  int plane = -1, cell = -1;
};
Picked pick(const Figure& figure, const Volume& volume, const Box& cells, ImVec2 at) {
  const Box& flat = volume.flat();
  for (int i = figure.plane > 0 ? -1 : 0; i < figure.planes; ++i) {
    const int plane = i < 0 ? figure.plane : i;
    const ImVec2 on = volume.plane(float(plane)).lying(at);
    if (on.x < flat.min.x || on.x >= flat.max.x || on.y < flat.min.y || on.y >= flat.max.y) continue;
    const int row = int(std::floor((on.y - cells.min.y) / cells.height() * float(figure.rows)));
    const int col = int(std::floor((on.x - cells.min.x) / cells.width() * float(figure.cols)));
    const bool inside = row >= 0 && row < figure.rows && col >= 0 && col < figure.cols;
    return {plane, inside ? row * figure.cols + col : -1};
  }
  return {};
}

Box without_caption(const Box& box, const Metrics& metrics) {
  return {box.min, {box.max.x, box.max.y - metrics.caption}};
}

void plane_into(Frame& frame, const Figure& figure, int plane) {
  Figure& map = frame.view.map;
  lessons::map_into(map, figure, plane);
  map.drags.reset();
  if (figure.folds && figure.pose.apart == 0 && plane == 0) map.scale = lessons::Scale::Rgb;
}

void answer_pointer(Frame& frame, const Figure& figure, const Volume& volume, const Box& cells,
                    const Box& room) {
  const Press p = press(figure.id.c_str(), room);
  const bool turns = figure.drags && frame.may_use(*figure.drags);
  const bool dragged = turns && (p.hovered || p.held) && drag(frame, figure, kPixelsADegree);
  if (!p.hovered) return;
  if (const Picked picked = pick(figure, volume, cells, ImGui::GetIO().MousePos); picked.cell >= 0) {
    plane_into(frame, figure, picked.plane);
    point_at(frame, frame.view.map, picked.cell, p.clicked && !dragged);
  } else if (picked.plane >= 0) {
    frame.tooltip = {frame.text("tooltip.padding")};
  }
  if (turns) frame.tooltip.push_back(frame.text("tooltip.turn"));
}

}  // namespace

void draw_volume(Frame& frame, const Figure& figure, const Box& box, const Metrics& metrics) {
  const Box room = without_caption(box, metrics);
  const Volume volume(figure, room);
  const Box &flat = volume.flat(), cells = map_cells(figure, flat);
  const ImU32 colour = role_colour(frame.theme, figure.role);
  for (int plane = figure.planes - 1; plane >= 0; --plane) {
    const Projection projection = volume.plane(float(plane)), behind = volume.plane(float(plane + 1));
    const bool has_next = plane + 1 < figure.planes;
    if (has_next) draw_sides(frame, figure, seen(projection, flat), seen(behind, flat));
    if (has_next && figure.window && figure.window_in_all) {
      const Box window = window_box(frame, figure, cells);
      join(frame, seen(projection, window), seen(behind, window), with_alpha(frame.theme.product, 0.7f));
    }
    if (has_next && figure.current >= 0 && figure.alike) {
      const Box cell = cell_box(figure, cells, current_rect(figure));
      join(frame, seen(projection, cell), seen(behind, cell), with_alpha(colour, 0.7f));
    }
    plane_into(frame, figure, plane);
    const OnPlane on(frame, projection, plane < figure.plane ? kVeil : 1);
    draw_map_face(frame, frame.view.map, flat);
    if (plane == figure.plane && figure.planes > 1) outline(frame, flat, colour, 3);
  }
  draw_caption(frame, figure, box, metrics);
  answer_pointer(frame, figure, volume, cells, room);
}

void draw_made(Frame& frame, const Figure& from, const Box& from_box, const Figure& to, const Box& to_box,
               const Metrics& metrics) {
  if (!from.window || to.current < 0 || to.concealed) return;
  const Volume source(from, without_caption(from_box, metrics)), target(to, without_caption(to_box, metrics));
  const Box window = window_box(frame, from, map_cells(from, source.flat()));
  const Box cell = cell_box(to, map_cells(to, target.flat()), current_rect(to));
  const Quad front = seen(source.plane(0), window), back = seen(source.plane(float(from.planes - 1)), window);
  const Quad made = seen(target.plane(float(std::max(to.plane, 0))), cell);
  const ImU32 colour = with_alpha(frame.theme.product, 0.55f);
  frame.draw.AddLine(back.corners[1], made.corners[0], colour, 1);
  frame.draw.AddLine(front.corners[2], made.corners[3], colour, 1);
}

}  // namespace views
