#include "web/views/volume.h"

#include <algorithm>
#include <cmath>

namespace views {
namespace {

constexpr float kEye = 4.2f;                      // sides from the middle of the stack
constexpr float kClosed = 0.07f, kApart = 0.42f;  // sides between two planes that are closed, and fully apart
constexpr float kDeepest = 1.7f;                  // sides: many planes stand closer
constexpr float kLean =
    0.34f;  // sin of the tilt that proportion() leaves room for; what tilts more is drawn smaller

float between(const lessons::Figure& figure) {
  const float part = float(figure.pose.apart) / 100, wanted = kClosed + (kApart - kClosed) * part;
  return std::min(wanted, kDeepest / float(std::max(1, figure.planes - 1)));
}

struct Extent {
  float width, height;
};
// What the stack needs at any turn, in sides.
Extent extent(const lessons::Figure& figure, float half_width, float half_height) {
  const float depth = between(figure) * float(figure.planes - 1);
  const float across = std::hypot(2 * half_width, depth), nearer = kEye / (kEye - across / 2 * 0.7f);
  return {across * nearer, (2 * half_height + kLean * across) * nearer};
}

float side(const lessons::Figure& figure) {
  return float(std::max(figure.cols, figure.rows) + 2 * figure.padding);
}

}  // namespace

ImVec2 Projection::seen(ImVec2 at) const {
  const float w = m[6] * at.x + m[7] * at.y + m[8];
  return {(m[0] * at.x + m[1] * at.y + m[2]) / w, (m[3] * at.x + m[4] * at.y + m[5]) / w};
}

ImVec2 Projection::lying(ImVec2 at) const {
  // (X − at.x·W, Y − at.y·W) = 0, two equations for x and y.
  const float a = m[0] - at.x * m[6], b = m[1] - at.x * m[7], c = at.x * m[8] - m[2];
  const float d = m[3] - at.y * m[6], e = m[4] - at.y * m[7], f = at.y * m[8] - m[5];
  const float area = a * e - b * d;
  return {(c * e - b * f) / area, (a * f - c * d) / area};
}

float Volume::proportion(const lessons::Figure& figure) {
  const float one = side(figure);
  const Extent needs = extent(figure, float(figure.cols + 2 * figure.padding) / one / 2,
                              float(figure.rows + 2 * figure.padding) / one / 2);
  return needs.width / needs.height;
}

Volume::Volume(const lessons::Figure& figure, const Box& room) {
  constexpr float kDegree = 3.14159265f / 180;
  const float one = side(figure);
  half_width_ = float(figure.cols + 2 * figure.padding) / one / 2;
  half_height_ = float(figure.rows + 2 * figure.padding) / one / 2;
  between_ = between(figure);
  depth_ = between_ * float(figure.planes - 1);
  const float turn = float(figure.pose.turn) * kDegree, tilt = float(figure.pose.tilt) * kDegree;
  cos_turn_ = std::cos(turn);
  sin_turn_ = std::sin(turn);
  cos_tilt_ = std::cos(tilt);
  sin_tilt_ = std::sin(tilt);

  ImVec2 min(1e9f, 1e9f), max(-1e9f, -1e9f);
  for (int corner = 0; corner < 8; ++corner) {
    const ImVec2 at =
        looked_at(turned({corner & 1 ? half_width_ : -half_width_, corner & 2 ? half_height_ : -half_height_,
                          corner & 4 ? depth_ / 2 : -depth_ / 2}));
    min = {std::min(min.x, at.x), std::min(min.y, at.y)};
    max = {std::max(max.x, at.x), std::max(max.y, at.y)};
  }
  // The same size at any turn, unless this pose needs more than any should.
  const Extent needs = extent(figure, half_width_, half_height_);
  scale_ = std::min({room.width() / std::max(needs.width, max.x - min.x),
                     room.height() / std::max(needs.height, max.y - min.y)});
  middle_ = {(room.min.x + room.max.x) / 2 - scale_ * (min.x + max.x) / 2,
             (room.min.y + room.max.y) / 2 - scale_ * (min.y + max.y) / 2};
  flat_ = {{middle_.x - scale_ * half_width_, middle_.y - scale_ * half_height_},
           {middle_.x + scale_ * half_width_, middle_.y + scale_ * half_height_}};
}

// x to the right, y down, z to the eye.
Volume::Point Volume::turned(Point at) const {
  const float x = cos_turn_ * at.x - sin_turn_ * at.z, z = sin_turn_ * at.x + cos_turn_ * at.z;
  return {x, cos_tilt_ * at.y + sin_tilt_ * z, cos_tilt_ * z - sin_tilt_ * at.y};
}

ImVec2 Volume::looked_at(Point at) const {
  const float w = 1 - at.z / kEye;
  return {at.x / w, at.y / w};
}

Projection Volume::plane(float plane) const {
  // Where the plane's middle and its two unit vectors go; X, Y and W are linear in them.
  const Point origin = turned({0, 0, depth_ / 2 - between_ * plane});
  const Point right = turned({1, 0, 0}), down = turned({0, 1, 0});
  const auto w_of = [](const Point& at) { return -at.z / kEye; };
  const float w[3] = {w_of(right) / scale_, w_of(down) / scale_, 1 + w_of(origin)};
  const float x[3] = {right.x, down.x, scale_ * origin.x}, y[3] = {right.y, down.y, scale_ * origin.y};
  Projection p;
  for (int i = 0; i < 3; ++i) {
    p.m[i] = x[i] + middle_.x * w[i];
    p.m[3 + i] = y[i] + middle_.y * w[i];
    p.m[6 + i] = w[i];
  }
  // From the middle of the picture to its origin.
  for (int row = 0; row < 3; ++row)
    p.m[3 * row + 2] -= p.m[3 * row] * middle_.x + p.m[3 * row + 1] * middle_.y;
  return p;
}

}  // namespace views
