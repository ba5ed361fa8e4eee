// Drawing by hand against its definition, cell by cell, and the scaling and centring of MNIST.
#include "web/lessons/pen.h"

#include <algorithm>
#include <cmath>

#include "tests/unit/web_support.h"
#include "web/lessons/tensor_text.h"

using namespace lessons;

namespace {

// How near a point comes to a line, by trying a thousand places on it.
double nearest(double row, double col, Spot from, Spot to) {
  double best = 1e9;
  for (int i = 0; i <= 1000; ++i) {
    const double t = i / 1000.0, y = from.row + t * (to.row - from.row),
                 x = from.col + t * (to.col - from.col);
    best = std::min(best, std::hypot(row - y, col - x));
  }
  return best;
}

bool drawable(const nn::Tensor& picture) {
  return std::all_of(picture.begin(), picture.end(),
                     [](float v) { return v >= 0 && v < 1 && v * 256 == std::floor(v * 256); });
}

nn::Tensor scrawl(nn::Pcg32& rng) {
  nn::Tensor picture(nn::Shape{1, 28, 28});
  Spot at{rng.uniform(4, 24), rng.uniform(4, 24)};
  for (int i = 0; i < 4; ++i) {
    const Spot to{at.row + rng.uniform(-7, 7), at.col + rng.uniform(-7, 7)};
    draw_line(picture, at, to, true, 1);
    at = {std::clamp(to.row, 3.0f, 25.0f), std::clamp(to.col, 3.0f, 25.0f)};
  }
  return picture;
}

}  // namespace

TEST_CASE("a soft pen is dark in its middle, pale at its edges and never makes anything paler") {
  nn::Pcg32 rng(7);
  for (int round = 0; round < 40; ++round) {
    nn::Tensor picture = scrawl(rng);
    const nn::Tensor before = picture;
    const Spot from{rng.uniform(-2, 30), rng.uniform(-2, 30)}, to{rng.uniform(-2, 30), rng.uniform(-2, 30)};
    draw_line(picture, from, to, true, 1);
    CHECK(drawable(picture));
    for (int cell = 0; cell < 784; ++cell) {
      const double away = nearest(cell / 28 + 0.5, cell % 28 + 0.5, from, to);
      const double pen = std::clamp(double(kPenReach) - away, 0.0, 255 / 256.0);
      const double expected = std::max(pen, double(before[size_t(cell)]));
      CHECK(std::fabs(picture[size_t(cell)] - expected) < 0.05);
    }
  }
  nn::Tensor dot(nn::Shape{1, 28, 28});
  draw_line(dot, {14.5f, 14.5f}, {14.5f, 14.5f}, true, 1);
  CHECK(dot[14 * 28 + 14] == 255 / 256.0f);
  CHECK(dot[14 * 28 + 15] == std::round((kPenReach - 1) * 256) / 256);
  CHECK(dot[14 * 28 + 16] == 0);
}

TEST_CASE("a hard pen turns the cells it crosses on or off, without a gap, and no others") {
  nn::Pcg32 rng(8);
  for (int round = 0; round < 60; ++round) {
    nn::Tensor picture(nn::Shape{1, 16, 16});
    const float ink = round % 2 ? 1.0f : 0.0f;
    for (float& cell : picture) cell = 1 - ink;
    const Spot from{rng.uniform(0, 16), rng.uniform(0, 16)}, to{rng.uniform(0, 16), rng.uniform(0, 16)};
    draw_line(picture, from, to, false, ink);
    CHECK(picture[size_t(int(from.row) * 16 + int(from.col))] == ink);
    CHECK(picture[size_t(int(to.row) * 16 + int(to.col))] == ink);
    int rows = 0, cols = 0;
    for (int i = 0; i < 16; ++i) {
      bool row = false, col = false;
      for (int k = 0; k < 16; ++k) {
        row |= picture[size_t(i * 16 + k)] == ink;
        col |= picture[size_t(k * 16 + i)] == ink;
        if (picture[size_t(i * 16 + k)] == ink) CHECK(nearest(i + 0.5, k + 0.5, from, to) < 0.72);
      }
      rows += row;
      cols += col;
    }
    CHECK(rows == std::abs(int(from.row) - int(to.row)) + 1);
    CHECK(cols == std::abs(int(from.col) - int(to.col)) + 1);
  }
}

TEST_CASE("fitting puts the ink into a box of 20 with its centre of mass in the middle") {
  nn::Pcg32 rng(9);
  int moved = 0;
  for (int round = 0; round < 60; ++round) {
    const nn::Tensor drawn = scrawl(rng);
    const nn::Tensor made = fitted(drawn);
    CHECK(drawable(made));
    // The definition, from the numbers alone.
    double all = 0, row = 0, col = 0;
    int top = 28, left = 28, bottom = -1, right = -1;
    for (int cell = 0; cell < 784; ++cell) {
      const float v = made[size_t(cell)];
      all += v;
      row += v * (cell / 28 + 0.5);
      col += v * (cell % 28 + 0.5);
      if (v < 0.25f) continue;
      top = std::min(top, cell / 28), bottom = std::max(bottom, cell / 28);
      left = std::min(left, cell % 28), right = std::max(right, cell % 28);
    }
    const int side = std::max(bottom - top, right - left) + 1;
    CAPTURE(round);
    CHECK(std::abs(side - 20) <= 1);
    CHECK(std::fabs(row / all - 14) <= 1);
    CHECK(std::fabs(col / all - 14) <= 1);
    CHECK(nn::same_bits(fitted(made), made));
    moved += !nn::same_bits(made, drawn);
  }
  CHECK(moved > 50);
  const nn::Tensor blank(nn::Shape{1, 28, 28});
  CHECK(nn::same_bits(fitted(blank), blank));
  CHECK(placement_of(blank).rows == 0);
  int as_it_was = 0;
  for (const Assets::Digit& digit : web_test::assets().digits)
    as_it_was += nn::same_bits(fitted(digit.pixels), digit.pixels);
  CHECK(as_it_was >= 8);  // MNIST's own: most are as they should be to within a cell
}

TEST_CASE("what is drawn travels in the URL as bytes") {
  nn::Pcg32 rng(10);
  const nn::Tensor drawn = scrawl(rng);
  const std::string text = tensor_to_text(drawn);
  CHECK(text.substr(0, 11) == "1x28x28.u8.");
  CHECK(text.size() < 1100);
  CHECK(nn::same_bits(*tensor_from_text(text), drawn));
}
