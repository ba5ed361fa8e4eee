// What the lessons stride and padding claim, against counting and slicing written here.
#include <doctest/doctest.h>

#include <cstring>

#include "tests/unit/web_support.h"
#include "web/lessons/sliding.h"

using namespace lessons;

namespace {

// Calls `check` for every kernel size, stride and padding the page allows.
template <class Check>
void for_all_sizes(const char* lesson, Check check) {
  for (int kernel = 1; kernel <= 7; ++kernel)
    for (int stride = 1; stride <= 4; ++stride)
      for (int padding = 0; padding <= 3; ++padding) {
        LessonState state = init(*find(lesson), web_test::assets());
        REQUIRE(!update(
            state,
            {{"kernel_size", double(kernel)}, {"stride", double(stride)}, {"padding", double(padding)}}));
        CAPTURE(kernel);
        CAPTURE(stride);
        CAPTURE(padding);
        check(state, kernel, stride, padding);
      }
}

}  // namespace

TEST_CASE("the map of stride s is every s-th row and column of the map of stride 1, to the bit") {
  for_all_sizes("stride", [](const LessonState& state, int kernel, int stride, int padding) {
    const nn::Tensor &dense = state.tensors.at("output_stride1"), &output = state.tensors.at("output");
    REQUIRE(dense.shape() == nn::Shape{1, 29 + 2 * padding - kernel, 29 + 2 * padding - kernel});
    for (int row = 0; row < output.shape()[1]; ++row)
      for (int col = 0; col < output.shape()[2]; ++col) {
        const float a = output[size_t(row * output.shape()[2] + col)];
        const float b = dense[size_t(row * stride * dense.shape()[2] + col * stride)];
        REQUIRE(std::memcmp(&a, &b, sizeof a) == 0);
      }
  });
}

TEST_CASE("unreached() counts the rows of the padded picture that no window contains") {
  for_all_sizes("stride", [](const LessonState& state, int kernel, int stride, int padding) {
    const int side = 28 + 2 * padding;
    int seen = 0;
    for (int top = 0; top + kernel <= side; top += stride) seen = top + kernel;
    CHECK(unreached(state) == side - seen);
  });
}

TEST_CASE("the formula for the output's size ends in the output's size") {
  for_all_sizes("padding", [](const LessonState& state, int, int, int) {
    CHECK(size_formula(state).back().text == std::to_string(state.tensors.at("output").shape()[1]));
  });
}

TEST_CASE("each number of the padding lesson's size formula is linked with as many cells as it says") {
  for_all_sizes("padding", [](const LessonState& state, int kernel, int stride, int padding) {
    const Scene scene = state.lesson->scene(state, *strings::find_language("en"), -1);
    const int side = state.tensors.at("input").shape()[1], out = state.tensors.at("output").shape()[1];
    const int sizes[] = {side, padding, kernel, stride, out};
    int linked = 0;
    for (const Span& span : scene.panes[0].formula) {
      if (span.part < 0) continue;
      ++linked;
      CHECK(span.text == std::to_string(sizes[span.part]));
    }
    CHECK(linked == 5);
    int found[5] = {};
    for (const Figure& figure : scene.panes[0].figures)
      for (const Counted& counted : figure.counted) {
        ++found[counted.part];
        CHECK(counted.cells.cols == sizes[counted.part]);
        CHECK(counted.cells.rows == 1);
      }
    CHECK(found[0] == 1);
    CHECK(found[1] == (padding > 0 ? 2 : 0));
    CHECK(found[2] == 1);
    CHECK(found[3] == 1);
    CHECK(found[4] == 1);
  });
}

TEST_CASE("coverage is the number of windows that contain each pixel") {
  for_all_sizes("padding", [](const LessonState& state, int kernel, int stride, int padding) {
    // Along one axis; windows are squares, so the counts of the two axes multiply.
    int along[28] = {};
    for (int top = -padding; top + kernel <= 28 + padding; top += stride)
      for (int i = 0; i < 28; ++i) along[i] += i >= top && i < top + kernel;
    const nn::Tensor& coverage = state.tensors.at("coverage");
    for (int row = 0; row < 28; ++row)
      for (int col = 0; col < 28; ++col)
        REQUIRE(coverage[size_t(row * 28 + col)] == float(along[row] * along[col]));
  });
}

TEST_CASE("ten layers keep the side with “same” padding and lose k − 1 each without") {
  for (int kernel : {1, 3, 5, 7}) {
    LessonState state = init(*find("padding"), web_test::assets());
    REQUIRE(!update(state, {{"kernel_size", double(kernel)}, {"padding", double(kernel / 2)}}));
    for (int layer = 0; layer <= 10; ++layer) {
      CHECK(state.tensors.at("sides_padded")[size_t(layer)] == 28);
      CHECK(state.tensors.at("sides_valid")[size_t(layer)] == float(std::max(0, 28 - layer * (kernel - 1))));
    }
  }
}
