// A stack of planes in perspective (lessons::FigureKind::Volume). Plane 0 is in front. The stack turns around
// its middle: first by `turn` around the upright axis, so that the planes behind come out at the right, then
// by `tilt` towards the eye, so that they come out above; a pinhole looks at the middle. Lengths are in
// sides: the longer side of a plane, padding included, is 1.
#pragma once

#include "web/views/layout.h"
#include "web/views/texture_sink.h"

namespace views {

class Volume {
 public:
  // The stack of `figure`, as large as fits into `room` (without the caption).
  Volume(const lessons::Figure& figure, const Box& room);

  // The planes lie on this box, padding included, before they are seen.
  const Box& flat() const { return flat_; }
  // How plane `plane` is seen; also between two planes.
  Projection plane(float plane) const;

  // Width over height of what any pose with as much `apart` needs.
  static float proportion(const lessons::Figure& figure);

 private:
  struct Point {
    float x, y, z;
  };
  Point turned(Point at) const;
  ImVec2 looked_at(Point at) const;

  float half_width_, half_height_, depth_, between_;
  float cos_turn_, sin_turn_, cos_tilt_, sin_tilt_;
  float scale_ = 1;         // logical pixels a side
  ImVec2 middle_ = {0, 0};  // of the picture, where the eye looks at
  Box flat_;
};

}  // namespace views
