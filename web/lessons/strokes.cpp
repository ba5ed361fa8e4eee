#include "web/lessons/strokes.h"

namespace lessons {
namespace {

struct Cell {
  int row, col;
};
struct Stroke {
  const char* name;
  Cell cells[kStrokeCells];  // in the order of painting
};
// Each looks the same upside down, so that at either end of the picture's diagonal all filters answer alike.
constexpr Stroke kAll[kStrokes] = {
    {"plus", {{1, 2}, {2, 2}, {3, 2}, {2, 1}, {2, 3}}},
    {"cross", {{1, 1}, {2, 2}, {3, 3}, {1, 3}, {3, 1}}},
    {"vertical", {{0, 2}, {1, 2}, {2, 2}, {3, 2}, {4, 2}}},
    {"horizontal", {{2, 0}, {2, 1}, {2, 2}, {2, 3}, {2, 4}}},
    {"falling", {{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}}},
    {"rising", {{4, 0}, {3, 1}, {2, 2}, {1, 3}, {0, 4}}},
};

// 0.1 and a little, with few enough digits that sums stay exact.
constexpr float kOff = 52429.0f / (1 << 19), kOn = 4 * kOff;
constexpr int kTaps = kStrokeSide * kStrokeSide;

}  // namespace

const std::vector<std::string>& stroke_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Stroke& stroke : kAll) list.push_back(stroke.name);
    return list;
  }();
  return names;
}

nn::Tensor stroke_weight() {
  nn::Tensor weight(nn::Shape{kStrokes, 1, kStrokeSide, kStrokeSide});
  for (float& w : weight) w = -kOff;
  for (int o = 0; o < kStrokes; ++o)
    for (const Cell& cell : kAll[o].cells) weight[o * kTaps + cell.row * kStrokeSide + cell.col] = kOn;
  return weight;
}

int stroke_origin(int step) {
  constexpr int kMargin = 1;
  return step <= kFirstPainted ? kMargin : kStrokePictureSide - kStrokeSide - kMargin;
}

nn::Tensor stroke_picture(int stroke, int step) {
  nn::Tensor picture(nn::Shape{1, kStrokePictureSide, kStrokePictureSide});
  const auto paint = [&](int origin, int row, int col) {
    picture[(origin + row) * kStrokePictureSide + origin + col] = 1;
  };
  for (int i = 0; i < step && i < kBothPainted; ++i) {
    const Cell cell = kAll[stroke].cells[i % kStrokeCells];
    paint(stroke_origin(i + 1), cell.row, cell.col);
  }
  if (step >= kAllBright)
    for (int tap = 0; tap < kTaps; ++tap)
      paint(stroke_origin(kAllBright), tap / kStrokeSide, tap % kStrokeSide);
  return picture;
}

}  // namespace lessons
