#include "web/stills/raster.h"

#include <algorithm>
#include <cmath>

namespace stills {
namespace {

using views::Lab;
using views::mix;

float smoothstep(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

// As cell_colour() of heatmap_frag.glsl.
Lab cell_colour(const views::HeatmapDraw& draw, int row, int col) {
  row = std::clamp(row, 0, draw.rows - 1);
  col = std::clamp(col, 0, draw.cols - 1);
  const int cells = draw.rows * draw.cols, index = row * draw.cols + col;
  if (draw.computed >= 0 && index >= draw.computed) return draw.colours.empty;
  const float* value = draw.values + draw.offset + index;
  Lab full;
  if (draw.scale == lessons::Scale::Rgb) {
    const auto one = [&](int plane) { return std::clamp(value[plane * cells], 0.0f, 1.0f); };
    full = views::to_lab(ImGui::ColorConvertFloat4ToU32({one(0), one(1), one(2), 1}));
  } else {
    const float t = views::has_limit(draw.scale) ? std::clamp(*value / draw.limit, -1.0f, 1.0f)
                                                 : std::clamp(*value, 0.0f, 1.0f);
    full = mix(draw.colours.low, t < 0 ? draw.colours.negative : draw.colours.high, std::fabs(t));
  }
  const bool kept = row % draw.keep == 0 && col % draw.keep == 0;
  return mix(draw.colours.paper, full, kept ? draw.strength : 0.22f * draw.strength);
}

// The mean of the cells over a pixel's footprint around `at`, in cells.
Lab mean_colour(const views::HeatmapDraw& draw, ImVec2 at, ImVec2 per_pixel) {
  const ImVec2 low(at.x - per_pixel.x / 2, at.y - per_pixel.y / 2),
      high(low.x + per_pixel.x, low.y + per_pixel.y);
  Lab sum = {0, 0, 0};
  float weight = 0;
  for (int y = int(std::floor(low.y)); y <= int(std::floor(high.y)); ++y)
    for (int x = int(std::floor(low.x)); x <= int(std::floor(high.x)); ++x) {
      const float across = std::min(high.x, float(x + 1)) - std::max(low.x, float(x));
      const float down = std::min(high.y, float(y + 1)) - std::max(low.y, float(y));
      const float area = std::max(across, 0.0f) * std::max(down, 0.0f);
      const Lab cell = cell_colour(draw, y, x);
      sum = {sum.l + area * cell.l, sum.a + area * cell.a, sum.b + area * cell.b};
      weight += area;
    }
  return mix({0, 0, 0}, sum, 1 / std::max(weight, 1e-6f));
}

std::array<float, 4> channels(ImU32 colour) {
  const auto byte = [&](int shift) { return float(colour >> shift & 255) / 255; };
  return {byte(IM_COL32_R_SHIFT), byte(IM_COL32_G_SHIFT), byte(IM_COL32_B_SHIFT), byte(IM_COL32_A_SHIFT)};
}

}  // namespace

void Raster::heatmap(ImDrawList& list, const views::HeatmapDraw& draw) {
  heatmaps_.push_back({draw, draw.projection ? *draw.projection : views::Projection{}});
  list.AddCallback([](const ImDrawList*, const ImDrawCmd*) {}, &heatmaps_.back());
}

Raster::Clip Raster::clip_of(const ImVec4& rect) const {
  return {std::max(0, int(rect.x)), std::max(0, int(rect.y)),
          std::min(picture_.width, int(std::ceil(rect.z))),
          std::min(picture_.height, int(std::ceil(rect.w)))};
}

void Raster::blend(int x, int y, const std::array<float, 4>& colour) {
  uint8_t* pixel = &picture_.pixels[size_t(y * picture_.width + x) * 3];
  for (size_t i = 0; i < 3; ++i)
    pixel[i] = uint8_t(std::lround((colour[i] * colour[3] * 255) + float(pixel[i]) * (1 - colour[3])));
}

void Raster::triangle(const Clip& clip, const ImDrawVert* const* corners) {
  const ImVec2 a = corners[0]->pos, b = corners[1]->pos, c = corners[2]->pos;
  const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (area == 0) return;
  const auto first = [](float p, float q, float r) { return int(std::floor(std::min({p, q, r}))); };
  const auto last = [](float p, float q, float r) { return int(std::ceil(std::max({p, q, r}))); };
  const int x0 = std::max(clip.x0, first(a.x, b.x, c.x)), x1 = std::min(clip.x1, last(a.x, b.x, c.x));
  const int y0 = std::max(clip.y0, first(a.y, b.y, c.y)), y1 = std::min(clip.y1, last(a.y, b.y, c.y));
  const std::array<float, 4> colours[] = {channels(corners[0]->col), channels(corners[1]->col),
                                          channels(corners[2]->col)};
  // A pixel whose middle lies on an edge belongs to one of the two triangles that share it.
  const auto owns = [&](float weight, ImVec2 from, ImVec2 to) {
    if (weight != 0) return weight > 0;
    const float down = (to.y - from.y) * area, across = (to.x - from.x) * area;
    return down < 0 || (down == 0 && across > 0);
  };
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) {
      const float px = float(x) + 0.5f, py = float(y) + 0.5f;
      const auto edge = [&](ImVec2 p, ImVec2 q) {
        return ((q.x - p.x) * (py - p.y) - (q.y - p.y) * (px - p.x)) / area;
      };
      const float w[] = {edge(b, c), edge(c, a), edge(a, b)};
      if (!owns(w[0], b, c) || !owns(w[1], c, a) || !owns(w[2], a, b)) continue;
      std::array<float, 4> colour = {0, 0, 0, 0};
      float u = 0, v = 0;
      for (int k = 0; k < 3; ++k) {
        for (size_t i = 0; i < 4; ++i) colour[i] += w[k] * colours[k][i];
        u += w[k] * corners[k]->uv.x;
        v += w[k] * corners[k]->uv.y;
      }
      // The four texels around, as a linear filter has it.
      const float tx = u * float(letters_width_) - 0.5f, ty = v * float(letters_height_) - 0.5f;
      const float left = std::floor(tx), top = std::floor(ty);
      const auto texel = [&](int dx, int dy) {
        const int column = std::clamp(int(left) + dx, 0, letters_width_ - 1);
        const int row = std::clamp(int(top) + dy, 0, letters_height_ - 1);
        return float(letters_[row * letters_width_ + column]) / 255;
      };
      const float upper = texel(0, 0) + (texel(1, 0) - texel(0, 0)) * (tx - left);
      const float lower = texel(0, 1) + (texel(1, 1) - texel(0, 1)) * (tx - left);
      colour[3] *= upper + (lower - upper) * (ty - top);
      blend(x, y, colour);
    }
}

// As main() of heatmap_frag.glsl.
void Raster::paint(const Clip& clip, const Heatmap& heatmap) {
  const views::HeatmapDraw& draw = heatmap.draw;
  const bool turned = draw.projection != nullptr, rgb = draw.scale == lessons::Scale::Rgb;
  const auto place = [&](float x, float y) {
    return turned ? heatmap.projection.lying({x, y}) : ImVec2(x, y);
  };
  const auto cell_at = [&](ImVec2 at) {
    return ImVec2((at.x - draw.min.x) / (draw.max.x - draw.min.x) * float(draw.cols),
                  (at.y - draw.min.y) / (draw.max.y - draw.min.y) * float(draw.rows));
  };
  for (int y = clip.y0; y < clip.y1; ++y)
    for (int x = clip.x0; x < clip.x1; ++x) {
      const float px = float(x) + 0.5f, py = float(y) + 0.5f;
      const ImVec2 at = place(px, py);
      if (!(at.x >= draw.part_min.x && at.x < draw.part_max.x && at.y >= draw.part_min.y &&
            at.y < draw.part_max.y))
        continue;
      const ImVec2 cell = cell_at(at), right = cell_at(place(px + 1, py)), below = cell_at(place(px, py + 1));
      const ImVec2 per_pixel(std::fabs(right.x - cell.x) + std::fabs(below.x - cell.x),
                             std::fabs(right.y - cell.y) + std::fabs(below.y - cell.y));
      Lab colour = per_pixel.x <= 1 && per_pixel.y <= 1
                       ? cell_colour(draw, int(std::floor(cell.y)), int(std::floor(cell.x)))
                       : mean_colour(draw, cell, per_pixel);
      const float size = std::min(1 / per_pixel.x, 1 / per_pixel.y);
      const float strength = turned ? smoothstep(3, 9, size) : size >= 5 ? 1.0f : 0.0f;
      const auto begins = [](float c, float step) { return (c - std::floor(c)) / step < 1 && c >= 1; };
      if (begins(cell.x, per_pixel.x) || begins(cell.y, per_pixel.y))
        colour = mix(colour, draw.colours.line, strength * (rgb ? 0.2f : 0.55f));
      std::array<float, 4> shown = channels(views::to_srgb(colour));
      shown[3] = draw.opacity;
      blend(x, y, shown);
    }
}

Picture Raster::picture(ImU32 paper) {
  const ImGuiIO& io = ImGui::GetIO();
  unsigned char* letters = nullptr;
  io.Fonts->GetTexDataAsAlpha8(&letters, &letters_width_, &letters_height_);
  letters_ = letters;
  picture_ = {int(io.DisplaySize.x), int(io.DisplaySize.y), {}};
  picture_.pixels.resize(size_t(picture_.width * picture_.height) * 3);
  std::array<float, 4> ground = channels(paper);
  for (int y = 0; y < picture_.height; ++y)
    for (int x = 0; x < picture_.width; ++x) blend(x, y, ground);

  const ImDrawData& data = *ImGui::GetDrawData();
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      const Clip clip = clip_of(command.ClipRect);
      if (command.UserCallback) {
        paint(clip, *static_cast<const Heatmap*>(command.UserCallbackData));
        continue;
      }
      for (unsigned e = 0; e + 2 < command.ElemCount; e += 3) {
        const ImDrawVert* corners[3];
        for (unsigned k = 0; k < 3; ++k)
          corners[k] =
              &list.VtxBuffer[int(command.VtxOffset + list.IdxBuffer[int(command.IdxOffset + e + k)])];
        triangle(clip, corners);
      }
    }
  }
  return std::move(picture_);
}

}  // namespace stills
