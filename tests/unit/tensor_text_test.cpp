// Tensors as text: there and back to the bit, and nothing at all from anything else.
#include "web/lessons/tensor_text.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/unit/web_support.h"

using lessons::tensor_from_text;
using lessons::tensor_to_text;

namespace {

void check_round_trip(const nn::Tensor& tensor, const std::string& kind) {
  const std::string text = tensor_to_text(tensor);
  CAPTURE(text.substr(0, 80));
  CHECK(text.rfind(tensor.shape().str() + "." + kind + ".", 0) == 0);
  const std::string plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  CHECK(text.find_first_not_of(plain) == text.npos);  // fits a URL without escapes
  const auto back = tensor_from_text(text);
  REQUIRE(back);
  CHECK(nn::same_bits(*back, tensor));
}

const std::vector<nn::Shape> kShapes = {{1}, {2}, {3}, {10, 7}, {1, 28, 28}, {1, 1, 5, 5}, {2, 3, 4, 5}};

}  // namespace

TEST_CASE("bytes: multiples of 1/256 from 0 to 255/256") {
  nn::Pcg32 rng(81);
  for (const nn::Shape& shape : kShapes) {
    nn::Tensor tensor(shape);
    check_round_trip(tensor, "u8");
    for (float& x : tensor) x = float(rng.below(256)) / 256;
    check_round_trip(tensor, "u8");
  }
  nn::Tensor all(nn::Shape{256});
  for (size_t i = 0; i < 256; ++i) all[i] = float(i) / 256;
  check_round_trip(all, "u8");
  for (const auto& digit : web_test::assets().digits) {
    check_round_trip(digit.pixels, "u8");
    CHECK(tensor_to_text(digit.pixels).size() < 1100);  // fits a link
  }
}

TEST_CASE("floats: everything else, to the bit") {
  nn::Pcg32 rng(82);
  for (const nn::Shape& shape : kShapes) {
    check_round_trip(web_test::random_tensor(shape, rng, 100), "f32");
    for (float odd : {-0.0f, -1.0f / 256, 1.0f, 0.5f / 256, 1e-45f, -3.4e38f, 1.1754944e-38f}) {
      nn::Tensor tensor(shape);
      tensor[rng.below(uint32_t(tensor.size()))] = odd;
      check_round_trip(tensor, "f32");
    }
  }
  CHECK(std::signbit((*tensor_from_text(tensor_to_text(nn::Tensor({1}, {-0.0f}))))[0]));
}

TEST_CASE("the format is the one that links already hold") {
  CHECK(tensor_to_text(nn::Tensor({3}, {0, 1 / 256.0f, 2 / 256.0f})) == "3.u8.AAEC");
  CHECK(tensor_to_text(nn::Tensor({1, 2}, {255 / 256.0f, 0})) == "1x2.u8._wA");
  CHECK(tensor_to_text(nn::Tensor({1}, {-2})) == "1.f32.AAAAwA");
  CHECK(tensor_from_text("1.u8.-A"));
}

TEST_CASE("malformed texts give nothing") {
  for (const std::string text : {"",
                                 ".",
                                 "..",
                                 "3",
                                 "3.u8",
                                 "3.u8.",
                                 "3.u8.AAE",
                                 "3.u8.AAECAA",
                                 "3.u8.AAE=",
                                 "3.u8.AA+C",
                                 "3.u8.AA/C",
                                 "3.u8.AAEC.",
                                 "3.u8.AAEC ",
                                 " 3.u8.AAEC",
                                 "3.u9.AAEC",
                                 "3.U8.AAEC",
                                 "3.f64.AAEC",
                                 "3..AAEC",
                                 ".u8.AAEC",
                                 "0.u8.",
                                 "0x3.u8.",
                                 "3x0.u8.",
                                 "x3.u8.AAEC",
                                 "3x.u8.AAEC",
                                 "1xx3.u8.AAEC",
                                 "-3.u8.AAEC",
                                 "+3.u8.AAEC",
                                 "3.0.u8.AAEC",
                                 "1x1x1x1x3.u8.AAEC",
                                 "a.u8.AAEC",
                                 "3X1.u8.AAEC",
                                 "1,3.u8.AAEC",
                                 "1.f32.AAAAw",
                                 "1.f32.AAAAwAA",
                                 "1.f32.AACAfw",
                                 "1.f32.AACA_w",
                                 "1.f32.AADAfw",
                                 "99999999999.u8.AAEC",
                                 "65536x65536.u8.AAEC",
                                 "65536x65536x65536x65536.f32.AAEC",
                                 "65537.u8.AAEC",
                                 "4294967299.u8.AAEC",
                                 "00000000000000000003.u8.AAEC"})
    CHECK_MESSAGE(!tensor_from_text(text), text);
  CHECK(!tensor_from_text(std::string("3.u8.AA\0C", 9)));
  CHECK(!tensor_from_text(std::string("3\0.u8.AAEC", 10)));
  CHECK(!tensor_from_text("3.u8.AA\xc3\xa9"));
  CHECK(!tensor_from_text(std::string(1 << 22, 'A')));
  CHECK(!tensor_from_text("3.u8." + std::string(1 << 22, 'A')));
  CHECK(!tensor_from_text(std::string(1 << 20, '.')));
  CHECK(!tensor_from_text(std::string(1 << 20, 'x') + ".u8."));
}

TEST_CASE("numbers that are not finite give nothing") {
  const float infinity = std::numeric_limits<float>::infinity();
  for (float bad : {infinity, -infinity, std::nanf("")})
    for (size_t where = 0; where < 3; ++where) {
      nn::Tensor tensor({3}, {1, 2, 3});
      tensor[where] = bad;
      CHECK_MESSAGE(!tensor_from_text(tensor_to_text(tensor)), bad, " at ", where);
    }
}

TEST_CASE("truncated, lengthened and random texts: nothing, or a tensor of the shape that they say") {
  nn::Pcg32 rng(83);
  const std::string alphabet = "0123456789x.uf8AZaz-_";
  for (const nn::Tensor& tensor :
       {nn::Tensor({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}), nn::Tensor({2, 5})}) {
    const std::string whole = tensor_to_text(tensor);
    for (size_t size = 0; size < whole.size(); ++size)
      CHECK_MESSAGE(!tensor_from_text(whole.substr(0, size)), whole.substr(0, size));
    for (char c : alphabet) CHECK_MESSAGE(!tensor_from_text(whole + c + c), whole, c, c);
    for (int round = 0; round < 5000; ++round) {
      std::string text = whole;
      for (uint32_t n = 1 + rng.below(3); n-- > 0;)
        text[rng.below(uint32_t(text.size()))] = alphabet[rng.below(uint32_t(alphabet.size()))];
      const auto read = tensor_from_text(text);
      if (!read) continue;
      CHECK_MESSAGE(text.rfind(read->shape().str() + ".", 0) == 0, text);
      for (float x : *read) CHECK_MESSAGE(std::isfinite(x), text);
    }
  }
}
