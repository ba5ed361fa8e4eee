// The digits for training: whole or refused, apart from each other; the drawn shapes; pixels put elsewhere.
#include "web/training/data.h"

#include <algorithm>
#include <set>

#include "engine/rng.h"
#include "tests/unit/training/training_support.h"
#include "tests/unit/web_support.h"
#include "web/data/linear_classifier.h"

using namespace training_test;
using training::Data;
using training::Half;
using training::Samples;

namespace {

std::string refused(const Bytes& bytes) {
  Data data = shapes_data();
  const Data before = data;
  const training::Error error = training::read_digits(data, bytes.data(), bytes.size());
  CHECK(error);
  sentence(error);
  CHECK(data.train.pixels == before.train.pixels);
  CHECK(data.test.labels == before.test.labels);
  return error.message;
}

void put_u32(Bytes& bytes, size_t at, uint32_t value) {
  for (int k = 0; k < 4; ++k) bytes[at + size_t(k)] = uint8_t(value >> 8 * k);
}
void seal(Bytes& bytes) {
  put_u32(bytes, 8, uint32_t(bytes.size()));
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i + 4 < bytes.size(); ++i) hash = (hash ^ bytes[i]) * 16777619u;
  put_u32(bytes, bytes.size() - 4, hash);
}

std::set<Bytes> pictures(const Samples& samples) {
  std::set<Bytes> set;
  const long n = long(samples.shape.numel());
  for (int i = 0; i < samples.count(); ++i)
    set.emplace(samples.pixels.begin() + i * n, samples.pixels.begin() + (i + 1) * n);
  return set;
}
bool disjoint(const std::set<Bytes>& a, const std::set<Bytes>& b) {
  return std::none_of(a.begin(), a.end(), [&](const Bytes& x) { return b.count(x) > 0; });
}

}  // namespace

TEST_CASE("digits for training: 5,000 and 1,000, of each class as many, taking turns") {
  const Data& data = *digits();
  CHECK(data.classes == 10);
  CHECK(data.train.count() == 5000);
  CHECK(data.test.count() == 1000);
  for (const Samples* set : {&data.train, &data.test}) {
    CHECK(set->shape == nn::Shape{1, 28, 28});
    CHECK(set->pixels.size() == size_t(set->count()) * 784);
    for (int i = 0; i < set->count(); ++i) REQUIRE(set->labels[size_t(i)] == i % 10);
  }
}

TEST_CASE("digits for training: the sets keep apart what the linear classifier keeps apart") {
  data::Mnist mnist;
  const std::string error = data::read_mnist(mnist, std::string(CONV_ASSETS_DIR) + "/mnist.bin");
  REQUIRE_MESSAGE(error.empty(), error);
  const auto all = [](const data::Digits& digits) {
    Samples samples;
    samples.shape = {1, 28, 28};
    samples.pixels = digits.pixels;
    samples.labels = digits.labels;
    return pictures(samples);
  };
  const std::set<Bytes> train = pictures(digits()->train), test = pictures(digits()->test);
  const std::set<Bytes> all_train = all(mnist.train), all_test = all(mnist.test);
  CHECK(train.size() == 5000);  // none is there twice
  CHECK(test.size() == 1000);
  CHECK(std::includes(all_train.begin(), all_train.end(), train.begin(), train.end()));
  CHECK(std::includes(all_test.begin(), all_test.end(), test.begin(), test.end()));
  CHECK(disjoint(train, all_test));
  std::set<Bytes> built_in;
  for (const lessons::Assets::Digit& digit : web_test::assets().digits) {
    Bytes bytes;
    for (const float x : digit.pixels) bytes.push_back(uint8_t(x * 256));
    built_in.insert(bytes);
  }
  CHECK(disjoint(train, built_in));
}

TEST_CASE("digits for training: foreign, cut and damaged files are refused") {
  const Bytes bytes = web_test::asset_bytes("training.data.bin");
  CHECK(refused({}) == "error.digits.foreign");
  CHECK(refused(web_test::asset_bytes("playground.data.bin")) == "error.digits.foreign");
  for (const size_t size : {size_t(4), size_t(7)})
    CHECK(refused({bytes.begin(), bytes.begin() + long(size)}) == "error.digits.foreign");
  for (const size_t size :
       {size_t(8), size_t(11), size_t(12), size_t(31), size_t(32), size_t(100000), bytes.size() - 1})
    CHECK(refused({bytes.begin(), bytes.begin() + long(size)}) == "error.digits.cut");
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK(refused(longer) == "error.digits.cut");
  nn::Pcg32 rng(81);
  for (int i = 0; i < 20; ++i) {
    Bytes damaged = bytes;
    damaged[12 + rng.below(uint32_t(bytes.size() - 12))] ^= uint8_t(1 << rng.below(8));
    CHECK(refused(damaged) == "error.digits.damaged");
  }
  for (const size_t at : {12, 16, 20, 24})  // sealed, but the sizes make no sense
    for (const uint32_t value : {0u, 1u, 11u, 101u, 429496730u, 0xFFFFFFFFu}) {
      Bytes wrong = bytes;
      put_u32(wrong, at, value);
      seal(wrong);
      CHECK(refused(wrong) == "error.digits.damaged");
    }
}

TEST_CASE("shapes: the same seed, the same bytes; where and how many") {
  const Samples left = training::make_shapes(200, Half::Left, 7),
                right = training::make_shapes(200, Half::Right, 7);
  const Samples both = training::make_shapes(200, Half::Both, 7);
  CHECK(left.pixels == training::make_shapes(200, Half::Left, 7).pixels);
  CHECK(left.pixels != training::make_shapes(200, Half::Left, 8).pixels);
  uint64_t hash = engine_test::fnv1a64(nullptr, 0);
  for (const Samples* set : {&left, &right, &both}) {
    hash = engine_test::fnv1a64(set->pixels.data(), set->pixels.size(), hash);
    CHECK(set->shape == nn::Shape{3, 32, 32});
    for (int i = 0; i < set->count(); ++i) REQUIRE(set->labels[size_t(i)] == i % 4);
  }
  CHECK(hash == 0xcc2f6aa85b5267d8u);
  // Bright pixels, of any channel, are in the half where they have to be; both halves are used by Both.
  const auto bright = [](const Samples& set, int first, int last) {
    int count = 0;
    for (size_t i = 0; i < set.pixels.size(); ++i) {
      const int col = int(i % 32);
      count += col >= first && col < last && set.pixels[i] > 120;
    }
    return count;
  };
  CHECK(bright(left, 16, 32) == 0);
  CHECK(bright(right, 0, 16) == 0);
  CHECK(bright(left, 0, 16) > 200 * 30);
  CHECK(bright(both, 0, 16) > 100 * 30);
  CHECK(bright(both, 16, 32) > 60 * 30);
  // How much is bright hardly tells a class: the means are not far from each other.
  double mean[4] = {};
  for (int i = 0; i < 200; ++i)
    for (size_t k = 0; k < 3072; ++k) mean[i % 4] += left.pixels[size_t(i) * 3072 + k] > 120;
  CHECK(*std::max_element(mean, mean + 4) < 1.35 * *std::min_element(mean, mean + 4));
}

TEST_CASE("gather moves pictures and fills with zeros") {
  const Samples samples = training::make_shapes(3, Half::Both, 9);
  nn::Pcg32 rng(82);
  for (int round = 0; round < 40; ++round) {
    const int dx = int(rng.below(81)) - 40, dy = round % 3 ? int(rng.below(9)) - 4 : int(rng.below(81)) - 40;
    const int indices[] = {2, int(rng.below(3))};
    std::vector<float> x(2 * 3072, -1);
    training::gather(x.data(), samples, indices, 2, dx, dy);
    for (int i = 0; i < 2; ++i)
      for (int c = 0; c < 3; ++c)
        for (int row = 0; row < 32; ++row)
          for (int col = 0; col < 32; ++col) {
            const int r = row - dy, q = col - dx;
            const bool in = r >= 0 && r < 32 && q >= 0 && q < 32;
            const float expected =
                in ? float(samples.pixels[size_t(indices[i] * 3072 + c * 1024 + r * 32 + q)]) / 256 : 0;
            REQUIRE(x[size_t(i * 3072 + c * 1024 + row * 32 + col)] == expected);
          }
  }
}

TEST_CASE("shuffled pixels: the same pixels elsewhere, the same place for all") {
  Data data = shapes_data();
  const Data mixed = training::with_shuffled_pixels(data, 5), again = training::with_shuffled_pixels(data, 5);
  CHECK(mixed.train.pixels == again.train.pixels);
  CHECK(mixed.train.pixels != training::with_shuffled_pixels(data, 6).train.pixels);
  CHECK(mixed.train.labels == data.train.labels);
  // Which place went where: the pixels of all pictures at a place are its name.
  const auto columns = [](const Data& d) {
    std::vector<Bytes> all(1024);
    for (const Samples* set : {&d.train, &d.test})
      for (size_t k = 0; k < set->pixels.size(); ++k) all[k % 1024].push_back(set->pixels[k]);
    return all;
  };
  std::vector<Bytes> before = columns(data), after = columns(mixed);
  CHECK(before != after);
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  CHECK(before == after);
}
