#include "web/lessons/scene.h"

#include <algorithm>

#include "web/lessons/maps.h"

namespace lessons {
namespace {

// Output positions o with o·stride − padding ≤ pixel < o·stride − padding + kernel, within [0, count).
std::pair<int, int> windows_over(int pixel, int count, const CellLink& link) {
  const int top = pixel + link.padding;
  const int reach = top - link.kernel_size + 1;  // the first position that still contains the pixel
  const int first = reach <= 0 ? 0 : (reach + link.stride - 1) / link.stride;
  const int last = std::min(count - 1, top / link.stride);
  return {first, last - first + 1};
}

// The place in the picture that the cell stands for: the pixel, if nothing is shuffled.
int place_of(const Figure& figure, int cell) {
  const CellLink& link = figure.link;
  if (cell < 0 || cell >= figure.rows * figure.cols) return -1;
  if (link.is == CellIs::Pixel) return link.first + cell;
  if (link.is == CellIs::Tap) {
    const int row = link.origin_row + cell / figure.cols, col = link.origin_col + cell % figure.cols;
    const bool inside = row >= 0 && row < link.image_height && col >= 0 && col < link.image_width;
    return inside ? row * link.image_width + col : -1;
  }
  return -1;
}

void plane_into(Figure& one, const Figure& figure, int plane) {
  one = figure;
  const int cells = figure.rows * figure.cols;
  one.offset += plane * cells;
  one.factors.x_offset += plane * cells;
  one.factors.w_offset += plane * cells;
}

}  // namespace

int pixel_of(const Figure& figure, int cell) {
  const int place = place_of(figure, cell);
  return place >= 0 && figure.link.order ? int((*figure.link.order)[place]) : place;
}

Figure plane_of(const Figure& figure, int plane) {
  Figure one;
  plane_into(one, figure, plane);
  one.id += "." + std::to_string(plane);
  return one;
}

void map_into(Figure& map, const Figure& maps, int plane) {
  plane_into(map, maps, plane);  // all share the name and so one texture
  map.kind = FigureKind::Heatmap;
  if (maps.planes > 1) map.symbol += "[" + std::to_string(plane) + "]";
  if (!maps.chooses_plane.empty()) map.also.push_back({maps.chooses_plane, plane});
  if (maps.folds) map.tint = plane;
  if (plane != maps.plane) {
    map.lands = false;
    if (!maps.alike) map.current = map.hidden = map.computed = -1;
    map.marks.clear();
    if (!maps.window_in_all) map.window.reset();
  }
}

Figure map_of(const Figure& maps, int plane) {
  Figure map;
  map_into(map, maps, plane);
  return map;
}

float unrolled(const Figure& strip, int index) {
  constexpr float kUnderWay = 0.3f;  // the part of the strip that is under way at a time
  const float all = float(strip.link.image_height * strip.link.image_width);
  const float t = (strip.unroll * (1 + kUnderWay) - float(index) / all) / kUnderWay;
  return strip.unroll >= 1 ? 1 : std::clamp(t, 0.0f, 1.0f);
}

int unrolled_count(const Figure& strip) {
  int count = 0;
  while (count < strip.link.image_height * strip.link.image_width && unrolled(strip, count) >= 1) ++count;
  return count;
}

std::optional<CellRect> cells_of(const Figure& figure, int pixel) {
  const CellLink& link = figure.link;
  if (pixel < 0 || link.image_width == 0) return std::nullopt;
  const int place =
      link.order ? int(std::find(link.order->begin(), link.order->end(), float(pixel)) - link.order->begin())
                 : pixel;
  if (link.order && place == int(link.order->size())) return std::nullopt;  // it stands nowhere
  const int row = place / link.image_width, col = place % link.image_width;
  if (link.is == CellIs::Pixel) {
    const int cell = place - link.first;
    if (cell < 0 || cell >= figure.rows * figure.cols) return std::nullopt;
    return CellRect{cell / figure.cols, cell % figure.cols, 1, 1};
  }
  if (link.is == CellIs::Tap) {
    const int r = row - link.origin_row, c = col - link.origin_col;
    if (r < 0 || r >= figure.rows || c < 0 || c >= figure.cols) return std::nullopt;
    return CellRect{r, c, 1, 1};
  }
  if (link.is == CellIs::Output) {
    const auto [r, rows] = windows_over(row, figure.rows, link);
    const auto [c, cols] = windows_over(col, figure.cols, link);
    if (rows <= 0 || cols <= 0) return std::nullopt;
    return CellRect{r, c, rows, cols};
  }
  return std::nullopt;
}

}  // namespace lessons
