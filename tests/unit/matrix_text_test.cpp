// Matrices as text: what is read, what is refused and with which sentence, where it is put, and that no text
// whatever breaks the reader.
#include "web/lessons/matrix_text.h"

#include <cmath>

#include "tests/unit/web_support.h"
#include "web/app/app.h"

using namespace lessons;

namespace {

std::string read(nn::Tensor& matrix, const std::string& text) {
  const auto error = read_matrix(matrix, text);
  return error ? error->message : "";
}

}  // namespace

TEST_CASE("rows on lines, separated in any usual way, and lists give the same matrix") {
  const float expected[] = {1, -2, 0.5f, 3e-2f, 0, 7};
  for (const std::string text : {"1 -2 0.5\n3e-2 0 7", "1,-2,.5\n3e-2,0,7\n",
                                 "1\t-2\t0.5\r\n0.03\t0\t7\r\n\r\n", "1; -2; 0.5\n\n0.03; +0; 7.0",
                                 "\xEF\xBB\xBF 1 \xE2\x88\x92"
                                 "2 0.5\n0.03\xC2\xA0 0 7",
                                 "[[1, -2, 0.5], [0.03, 0, 7]]", " [ [1,-2,5E-1]\n,\n[3e-2,0,7] ]\n"}) {
    CAPTURE(text);
    nn::Tensor matrix;
    CHECK(read(matrix, text) == "");
    REQUIRE(matrix.shape() == nn::Shape{2, 3});
    for (size_t i = 0; i < 6; ++i) CHECK(matrix[i] == expected[i]);
  }
  nn::Tensor deep;
  CHECK(read(deep, "[[[1, 2]], [[3, 4]], [[5, 6]]]") == "");
  CHECK(deep.shape() == nn::Shape{3, 1, 2});
  CHECK(deep[4] == 5);
  CHECK(read(deep, "[[[[9]]]]") == "");
  CHECK(deep.shape() == nn::Shape{1, 1, 1, 1});
}

TEST_CASE("what is no matrix is refused by what is wrong with it, and the old one stays") {
  const std::pair<std::string, std::string> bad[] = {{"", "matrix.empty"},
                                                     {" \n\t ;,\n", "matrix.empty"},
                                                     {"[]", "matrix.empty"},
                                                     {"[[], []]", "matrix.empty"},
                                                     {"1 2\n3", "matrix.ragged"},
                                                     {"1 2\n3 4 5", "matrix.ragged"},
                                                     {"1 two\n3 4", "matrix.word"},
                                                     {"1 0x10", "matrix.word"},
                                                     {"1 nan", "matrix.word"},
                                                     {"inf 1", "matrix.word"},
                                                     {"1.2.3", "matrix.word"},
                                                     {"1e99 2", "matrix.not_finite"},
                                                     {"-", "matrix.word"},
                                                     {"hello", "matrix.word"},
                                                     {"[[1, 2], [3]]", "matrix.uneven"},
                                                     {"[[1], []]", "matrix.uneven"},
                                                     {"[1, [2]]", "matrix.lists"},
                                                     {"[[1], 2]", "matrix.lists"},
                                                     {"[[1, 2]", "matrix.lists"},
                                                     {"[[1, 2]] x", "matrix.lists"},
                                                     {"[1, 2,]", "matrix.lists"},
                                                     {"[1 2]", "matrix.lists"},
                                                     {"[true]", "matrix.item"},
                                                     {"[\"1\"]", "matrix.item"},
                                                     {"[[[[[1]]]]]", "matrix.deep"},
                                                     {std::string(100000, '['), "matrix.deep"},
                                                     {std::string(70, '1'), "matrix.word"}};
  nn::Tensor matrix(nn::Shape{1});
  matrix[0] = 42;
  for (const auto& one : bad) {
    CAPTURE(one.first.substr(0, 40));
    const std::string found = read(matrix, one.first);
    CHECK(found == one.second);
    CHECK(matrix.shape() == nn::Shape{1});
    CHECK(matrix[0] == 42);
  }
  std::string many;
  for (int i = 0; i <= kMostNumbers; ++i) many += "1 ";
  CHECK(read(matrix, many) == "matrix.many");
  CHECK(read(matrix, std::string(3 << 20, ' ')) == "matrix.many");
}

TEST_CASE("random texts are read or refused, and what is read is whole and finite") {
  nn::Pcg32 rng(3);
  const std::string alphabet = "0123456789.,;-+eE []\n\t\r\xE2\x88\x92\xFFx";
  int understood = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = round % 3 ? "" : "[";
    for (uint32_t n = rng.below(24); n > 0; --n) text += alphabet[rng.below(uint32_t(alphabet.size()))];
    if (round % 5 == 0) text.insert(rng.below(uint32_t(text.size() + 1)), 1, '\0');
    nn::Tensor matrix;
    const auto error = read_matrix(matrix, text);
    if (error) {
      CHECK(!strings::find_language("ko")->format(error->message, error->arguments).empty());
      continue;
    }
    ++understood;
    size_t numel = 1;
    for (const int size : matrix.shape()) numel *= size_t(size);
    CHECK(numel == matrix.size());
    for (const float value : matrix) CHECK(std::isfinite(value));
  }
  CHECK(understood > 100);
}

namespace {

std::string matrix_of(int rows, int cols, const char* number) {
  std::string text;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) text += std::string(number) + (c + 1 < cols ? " " : "\n");
  return text;
}

std::string paste(app::App& app, const std::string& text) {
  std::string json;
  for (const char c : text) json += c == '\n' ? std::string("\\n") : std::string(1, c);
  return app.call("paste", "[\"" + json + "\"]");
}

}  // namespace

TEST_CASE("a pasted matrix goes where its size fits, in one step, or says what would fit") {
  app::App app(web_test::assets(), app::Defaults{"en"});
  app.dispatch(app::ApplyHash{"lesson=convolution"});
  CHECK(paste(app, "1 0 -1\n2 0 -2\n1 0 -1").find("kernel") != std::string::npos);
  const lessons::LessonState& lesson = app.state().lesson;
  CHECK(lesson.settings.kernel_size == 3);
  CHECK(lesson.tensors.at("weight").shape() == nn::Shape{1, 1, 3, 3});
  CHECK(lesson.tensors.at("weight")[3] == 2);
  CHECK(lesson.tensors.at("weight")[5] == -2);
  CHECK(paste(app, matrix_of(28, 28, "0.5")).find("input") != std::string::npos);
  CHECK(lesson.tensors.at("input")[783] == 0.5f);
  CHECK(lesson.tensors.at("weight")[3] == 2);
  CHECK(paste(app, matrix_of(28, 28, "128")).find("256") != std::string::npos);
  CHECK(lesson.tensors.at("input")[0] == 0.5f);
  const app::AppState before = app.state();
  for (const std::string bad : {"1 2\n3", "1 2 3\n4 5 6", "hello", "", "[[1]", "1e30 0 0\n0 0 0\n0 0 0"}) {
    CHECK(paste(app, bad).find("\"error\"") != std::string::npos);
    CHECK(web_test::difference(before, app.state()) == "");
  }
  CHECK(paste(app, matrix_of(9, 9, "1")).find("1x28x28") != std::string::npos);
  CHECK(app.call("paste", "[3]").find("TypeError") != std::string::npos);

  app.dispatch(app::ApplyHash{"lesson=pattern&filter_index=2"});  // one of six filters
  CHECK(paste(app, matrix_of(5, 5, "0.25")).find("kernel") != std::string::npos);
  const nn::Tensor& weight = lesson.tensors.at("weight");
  CHECK(weight.shape() == nn::Shape{6, 1, 5, 5});
  for (int i = 0; i < 150; ++i) CHECK((weight[size_t(i)] == 0.25f) == (i / 25 == 2));
}
