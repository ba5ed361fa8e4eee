#include "web/views/layout.h"

#include <algorithm>
#include <cmath>

#include "web/views/volume.h"

namespace views {
namespace {

using lessons::Figure;
using lessons::FigureKind;
using lessons::Layout;

constexpr float kSmallestMap = 18, kShortCaption = 46;
constexpr float kSmallestPad = 110;  // to write on with a finger

// width = slope · height + offset, or a height that never changes (strips, notes below a picture).
struct Form {
  float slope = 0, offset = 0;
  float fixed_height = -1;
};

class Solver {
 public:
  Solver(const lessons::Pane& pane, const Metrics& metrics) : pane_(pane), m_(metrics) {}

  Form form(const Layout& layout, bool in_column) const {
    if (layout.kind == Layout::Kind::Leaf) return leaf_form(pane_.figures[layout.figure], in_column);
    return layout.kind == Layout::Kind::Row ? row_form(layout) : column_form(layout);
  }

  void place(const Layout& layout, ImVec2 at, float width, float height, Solution& out) const {
    if (layout.kind == Layout::Kind::Leaf) {
      out.boxes[layout.figure] = {at, ImVec2(at.x + width, at.y + height)};
      const Figure& figure = pane_.figures[layout.figure];
      const float picture = height - m_.caption;
      if (figure.kind == FigureKind::Heatmap || figure.kind == FigureKind::Maps ||
          figure.kind == FigureKind::Volume)
        out.picture_sides += std::sqrt(width * std::max(0.0f, picture));
      if (figure.kind == FigureKind::Maps)
        out.smallest_map =
            std::min({out.smallest_map, width / float(figure.per_row), picture / float(plane_rows(figure)),
                      kSmallestMap * width / kShortCaption});
      if (figure.soft_pen && !figure.by_drag)
        out.smallest_map = std::min(out.smallest_map, kSmallestMap * width / kSmallestPad);
      return;
    }
    for (const Layout& child : layout.children) {
      const bool in_row = layout.kind == Layout::Kind::Row;
      const Form f = form(child, !in_row);
      const float w = in_row ? f.slope * height + f.offset : width;
      const float h = in_row ? height : f.fixed_height >= 0 ? f.fixed_height : (width - f.offset) / f.slope;
      place(child, at, w, h, out);
      (in_row ? at.x : at.y) += (in_row ? w : h) + gap_after(layout, child);
    }
  }

 private:
  Form leaf_form(const Figure& figure, bool in_column) const {
    switch (figure.kind) {
      case FigureKind::Heatmap:
      case FigureKind::Curves:
      case FigureKind::Table: {
        const float ratio = float(figure.cols + 2 * figure.padding) / float(figure.rows + 2 * figure.padding);
        return {ratio, -ratio * m_.caption, -1};
      }
      case FigureKind::Maps: {
        const float gap = lessons::plane_gap(figure), down = float(lessons::plane_rows(figure)),
                    across = float(figure.per_row);
        const float cols = across * float(figure.cols + 2 * figure.padding) + (across - 1) * gap;
        const float rows = down * float(figure.rows + 2 * figure.padding) + (down - 1) * gap;
        return {cols / rows, -cols / rows * m_.caption, -1};
      }
      case FigureKind::Volume: {
        const float ratio = Volume::proportion(figure);
        return {ratio, -ratio * m_.caption, -1};
      }
      case FigureKind::Strip: {
        const float cells = figure.numbers ? m_.lens : m_.strip;
        return {0, 0, cells + (figure.caption.empty() ? 0 : m_.caption)};
      }
      case FigureKind::Bars:
        return {0, m_.bars_width, -1};
      case FigureKind::Operator:
        return {0, m_.operator_width, -1};
      case FigureKind::Note:
        return in_column ? Form{0, 0, m_.note}
                         : Form{float(figure.cols), -float(figure.cols) * m_.caption, -1};
    }
    return {};
  }

  bool is_strip(const Layout& layout) const {
    return layout.kind == Layout::Kind::Leaf && pane_.figures[layout.figure].kind == FigureKind::Strip;
  }

  // Strips that belong together stand close.
  float gap_after(const Layout& parent, const Layout& child) const {
    if (&child == &parent.children.back()) return 0;
    const Layout& next = *(&child + 1);
    return is_strip(child) && is_strip(next) ? 4 : m_.gap;
  }

  float gaps(const Layout& layout) const {
    float sum = 0;
    for (const Layout& child : layout.children) sum += gap_after(layout, child);
    return sum;
  }

  Form row_form(const Layout& layout) const {
    Form sum{0, gaps(layout), -1};
    for (const Layout& child : layout.children) {
      const Form f = form(child, false);
      sum.slope += f.slope;
      sum.offset += f.offset;
    }
    return sum;
  }

  // height = Σ (width − offset) / slope + fixed heights + gaps, solved for the width.
  Form column_form(const Layout& layout) const {
    float inverse = 0, rest = gaps(layout);
    for (const Layout& child : layout.children) {
      const Form f = form(child, true);
      if (f.fixed_height >= 0) {
        rest += f.fixed_height;
      } else {
        inverse += 1 / f.slope;
        rest -= f.offset / f.slope;
      }
    }
    return {1 / inverse, -rest / inverse, -1};
  }

  const lessons::Pane& pane_;
  const Metrics& m_;
};

}  // namespace

namespace {

void solve_into(Solution& solution, const lessons::Pane& pane, const Layout& layout, ImVec2 available,
                const Metrics& metrics) {
  const Solver solver(pane, metrics);
  solution.boxes.assign(pane.figures.size(), {});
  solution.picture_sides = 0;
  solution.smallest_map = kNoMap;
  const Form form = solver.form(layout, false);
  const float height = std::max(1.0f, std::min(available.y, (available.x - form.offset) / form.slope));
  const float width = std::max(1.0f, form.slope * height + form.offset);
  solver.place(layout, {0, 0}, width, height, solution);
  solution.size = {width, height};
}

}  // namespace

Solution solve(const lessons::Pane& pane, const Layout& layout, ImVec2 available, const Metrics& metrics) {
  Solution solution;
  solve_into(solution, pane, layout, available, metrics);
  return solution;
}

const Solution& solve_best(const lessons::Pane& pane, ImVec2 available, const Metrics& metrics) {
  static Solution best, other;
  best.boxes.clear();
  best.picture_sides = 0;
  for (const Layout& layout : pane.layouts) {
    solve_into(other, pane, layout, available, metrics);
    const float readable = std::min(other.smallest_map, kSmallestMap),
                known = std::min(best.smallest_map, kSmallestMap);
    if (best.boxes.empty() || readable > known ||
        (readable == known && other.picture_sides > 1.12f * best.picture_sides))
      std::swap(best, other);
  }
  return best;
}

}  // namespace views
