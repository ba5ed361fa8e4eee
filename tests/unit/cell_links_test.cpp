// pixel_of and cells_of against counting: which windows contain a pixel, which pixel a tap lies on.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/unit/web_support.h"

using namespace lessons;

namespace {

int out_size(int n, int kernel, int stride, int padding) { return (n + 2 * padding - kernel) / stride + 1; }

Figure figure_of(int rows, int cols, CellLink link) {
  Figure figure;
  figure.rows = rows;
  figure.cols = cols;
  figure.link = link;
  return figure;
}

std::set<int> cells_in(const std::optional<CellRect>& rect, int cols) {
  std::set<int> cells;
  if (rect)
    for (int r = rect->row; r < rect->row + rect->rows; ++r)
      for (int c = rect->col; c < rect->col + rect->cols; ++c) cells.insert(r * cols + c);
  return cells;
}

std::string text(int h, int w, int k, int s, int p, int pixel) {
  return nn::Shape{h, w}.str() + " kernel " + std::to_string(k) + " stride " + std::to_string(s) +
         " padding " + std::to_string(p) + " pixel " + std::to_string(pixel);
}

}  // namespace

TEST_CASE("cells_of an output figure: exactly the windows that contain the pixel") {
  for (int kernel = 1; kernel <= 7; ++kernel)
    for (int stride = 1; stride <= 4; ++stride)
      for (int padding = 0; padding <= 3; ++padding)
        for (const auto& size : std::vector<std::pair<int, int>>{{7, 7}, {9, 13}, {10, 8}}) {
          const int height = size.first, width = size.second;
          const int rows = out_size(height, kernel, stride, padding);
          const int cols = out_size(width, kernel, stride, padding);
          const Figure output =
              figure_of(rows, cols, {CellIs::Output, height, width, 0, 0, 0, kernel, stride, padding});
          for (int pixel = 0; pixel < height * width; ++pixel) {
            std::set<int> windows;
            for (int o = 0; o < rows * cols; ++o)
              for (int tap = 0; tap < kernel * kernel; ++tap) {
                const int row = o / cols * stride - padding + tap / kernel;
                const int col = o % cols * stride - padding + tap % kernel;
                if (row == pixel / width && col == pixel % width) windows.insert(o);
              }
            const auto rect = cells_of(output, pixel);
            REQUIRE_MESSAGE(cells_in(rect, cols) == windows,
                            text(height, width, kernel, stride, padding, pixel));
            if (rect) REQUIRE((rect->rows >= 1 && rect->cols >= 1));
          }
          for (int cell = -1; cell <= rows * cols; ++cell) CHECK(pixel_of(output, cell) == -1);
        }
}

TEST_CASE("taps: each lies on its pixel or on padding, and a pixel finds its tap") {
  const int height = 6, width = 9;
  for (int kernel = 1; kernel <= 7; ++kernel)
    for (int top = -3; top <= height - kernel + 3; ++top)
      for (int left = -3; left <= width - kernel + 3; ++left) {
        const Figure window =
            figure_of(kernel, kernel, {CellIs::Tap, height, width, 0, top, left, kernel, 1, 3});
        std::vector<int> tap_of(height * width, -1);
        for (int tap = 0; tap < kernel * kernel; ++tap) {
          const int row = top + tap / kernel, col = left + tap % kernel;
          const bool inside = row >= 0 && row < height && col >= 0 && col < width;
          const int pixel = inside ? row * width + col : -1;
          REQUIRE_MESSAGE(pixel_of(window, tap) == pixel, text(height, width, kernel, 1, 3, pixel));
          if (inside) tap_of[size_t(pixel)] = tap;
        }
        for (int pixel = 0; pixel < height * width; ++pixel) {
          std::set<int> expected;
          if (tap_of[size_t(pixel)] >= 0) expected.insert(tap_of[size_t(pixel)]);
          REQUIRE_MESSAGE(cells_in(cells_of(window, pixel), kernel) == expected,
                          text(height, width, kernel, 1, 3, pixel));
        }
        CHECK(pixel_of(window, -1) == -1);
        CHECK(pixel_of(window, kernel * kernel) == -1);
      }
}

TEST_CASE("pictures, strips and their enlarged parts: cell first + i is pixel i") {
  for (int first : {0, 1, 17, 49})
    for (const auto& size : std::vector<std::pair<int, int>>{{6, 10}, {1, 60}, {1, 11}}) {
      const int rows = size.first, cols = size.second;
      const Figure figure = figure_of(rows, cols, {CellIs::Pixel, 6, 10, first});
      for (int cell = 0; cell < rows * cols; ++cell) CHECK(pixel_of(figure, cell) == first + cell);
      CHECK(pixel_of(figure, -1) == -1);
      CHECK(pixel_of(figure, rows * cols) == -1);
      for (int pixel = 0; pixel < 200; ++pixel) {
        std::set<int> expected;
        if (pixel >= first && pixel < first + rows * cols) expected.insert(pixel - first);
        CHECK_MESSAGE(cells_in(cells_of(figure, pixel), cols) == expected, "first ", first, " pixel ", pixel);
      }
      CHECK(!cells_of(figure, -1));
    }
}

TEST_CASE("in a shuffled picture a place stands for the pixel that it holds, in every kind of figure") {
  nn::Pcg32 rng(91);
  const int height = 7, width = 8, kernel = 3, padding = 1;
  const std::vector<int> order = nn::permutation(height * width, rng);
  nn::Tensor places(nn::Shape{height * width});
  for (int i = 0; i < height * width; ++i) places[size_t(i)] = float(order[size_t(i)]);
  for (CellLink link :
       {CellLink{CellIs::Pixel, height, width}, CellLink{CellIs::Tap, height, width, 0, -1, 4},
        CellLink{CellIs::Output, height, width, 0, 0, 0, kernel, 1, padding}}) {
    const bool tap = link.is == CellIs::Tap;
    const Figure plain = figure_of(tap ? kernel : height, tap ? kernel : width, link);
    link.order = &places;
    const Figure shuffled = figure_of(plain.rows, plain.cols, link);
    for (int cell = -1; cell <= plain.rows * plain.cols; ++cell) {
      const int place = pixel_of(plain, cell);
      CHECK(pixel_of(shuffled, cell) == (place < 0 ? -1 : order[size_t(place)]));
    }
    for (int place = 0; place < height * width; ++place)
      CHECK(cells_in(cells_of(shuffled, order[size_t(place)]), plain.cols) ==
            cells_in(cells_of(plain, place), plain.cols));
    CHECK(!cells_of(shuffled, -1));
  }
}

TEST_CASE("figures without pixels answer none") {
  for (CellIs is : {CellIs::Nothing, CellIs::Class}) {
    const Figure figure = figure_of(10, 1, {is});
    for (int i = -1; i <= 10; ++i) {
      CHECK(pixel_of(figure, i) == -1);
      CHECK(!cells_of(figure, i));
    }
  }
}

TEST_CASE("in a scene every figure shows the followed pixel where it belongs") {
  for (const Lesson* lesson : all()) {
    LessonState state = init(*lesson, web_test::assets());
    const auto& language = strings::languages().front();
    const nn::Tensor& input = state.tensors.at("input");
    const int plane = input.shape()[1] * input.shape()[2];
    for (int pixel = 0; pixel < plane; pixel += 29) {
      const Scene scene = lesson->scene(state, language, pixel);
      int shown = 0;
      bool pictured = false;
      for (const Pane& pane : scene.panes)
        for (const Figure& figure : pane.figures) {
          CAPTURE(std::string(lesson->id));
          CAPTURE(figure.id);
          CAPTURE(pixel);
          pictured = pictured || figure.link.is == CellIs::Pixel;
          const auto rect = cells_of(figure, pixel);
          if (!rect) continue;
          ++shown;
          const int cell = rect->row * figure.cols + rect->col;
          if (figure.link.is != CellIs::Output) CHECK(pixel_of(figure, cell) == pixel);
          // Where the figure's own numbers are pixels, it is the pixel's number, in the channel that is
          // shown.
          const std::string name = figure.id.substr(0, figure.id.find('.'));
          if (figure.scale == Scale::Rgb) continue;
          if (name != "input" && name != "flat" && name != "window") continue;
          const nn::Shape& shape = figure.tensor->shape();
          const int channel = shape.rank() == 3 ? figure.offset / (shape[1] * shape[2]) : 0;
          CHECK(value_of(figure, cell) == input[size_t(channel * plane + pixel)]);
        }
      // The picture, if there is one, and the map whose windows see the pixel (with a stride some pixels are
      // in none); in `flatten` both panes' pictures, the template, three strips and three lenses, too.
      CHECK(shown >= (std::string(lesson->id) == "flatten" ? 6 : pictured ? 1 : 0));
    }
  }
}
