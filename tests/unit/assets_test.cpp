// The data file of the page: read whole, or refused and nothing lost.
#include "web/lessons/assets.h"

#include <doctest/doctest.h>

#include "tests/unit/web_support.h"

using lessons::AssetError;
using lessons::Assets;

namespace {

// Assets that a failed reading must leave alone.
Assets old_assets() {
  Assets assets;
  assets.digits.push_back({7, nn::Tensor(nn::Shape{1, 28, 28})});
  assets.fc_weight = nn::Tensor({2}, {1, 2});
  assets.fc_bias = nn::Tensor({1}, {3});
  return assets;
}

AssetError refused(const std::vector<uint8_t>& bytes, const std::string& what) {
  CAPTURE(what);
  Assets assets = old_assets();
  const AssetError error = lessons::read_assets(assets, bytes.data(), bytes.size());
  CHECK(error != AssetError::None);
  CHECK(assets.digits.size() == 1);
  CHECK(assets.digits[0].label == 7);
  CHECK(nn::same_bits(assets.fc_weight, old_assets().fc_weight));
  CHECK(nn::same_bits(assets.fc_bias, old_assets().fc_bias));
  return error;
}

// Where the photograph's planes and the network's numbers begin.
constexpr size_t kPhoto = 16 + 10 * 785 + 8 + 2 * (7840 + 10) + 4, kNetwork = kPhoto + 3 * 32 * 32 + 4;

std::vector<uint8_t> file() { return web_test::asset_bytes("playground.data.bin"); }

void put_u32(std::vector<uint8_t>& bytes, size_t at, uint32_t value) {
  for (int k = 0; k < 4; ++k) bytes[at + size_t(k)] = uint8_t(value >> 8 * k);
}

// Makes the length and the check sum right again (FNV-1a, as web/data/convert.mjs describes the file).
void seal(std::vector<uint8_t>& bytes) {
  put_u32(bytes, 8, uint32_t(bytes.size()));
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i + 4 < bytes.size(); ++i) hash = (hash ^ bytes[i]) * 16777619u;
  put_u32(bytes, bytes.size() - 4, hash);
}

}  // namespace

TEST_CASE("the file that the build makes is read") {
  Assets assets = old_assets();
  const std::vector<uint8_t> bytes = file();
  REQUIRE(lessons::read_assets(assets, bytes.data(), bytes.size()) == AssetError::None);
  REQUIRE(assets.digits.size() == 10);
  CHECK(assets.fc_weight.shape() == nn::Shape{10, 784});
  CHECK(assets.fc_bias.shape() == nn::Shape{10});
  for (size_t i = 0; i < assets.digits.size(); ++i) {
    CHECK(assets.digits[i].pixels.shape() == nn::Shape{1, 28, 28});
    CHECK(assets.image("digit-" + std::to_string(i)) == &assets.digits[i].pixels);
  }
  for (const std::string id :
       {"", "digit-", "digit-10", "digit--1", "digit-00", "digit-1 ", "Digit-1", "custom"})
    CHECK_MESSAGE(assets.image(id) == nullptr, id);
  CHECK(assets.photo.shape() == nn::Shape{3, 32, 32});
  CHECK(assets.image("photo") == &assets.photo);
  for (size_t i = 0; i < assets.photo.size(); ++i) REQUIRE(assets.photo[i] == bytes[kPhoto + i] / 256.0f);
  size_t at = kNetwork;  // the last before the check sum
  REQUIRE(assets.network.parameter_count() == 6);
  for (int p = 0; p < 6; ++p)
    for (const float value : assets.network.parameter(p)) {
      REQUIRE(value * 1024 == float(int16_t(bytes[at] | bytes[at + 1] << 8)));
      at += 2;
    }
  CHECK(at == bytes.size() - 4);
  // The pixels are the bytes of the file over 256, from byte 16 + 1 on.
  for (size_t i = 0; i < 784; ++i) REQUIRE(assets.digits[0].pixels[i] == bytes[17 + i] / 256.0f);
}

TEST_CASE("empty and foreign files") {
  CHECK(refused({}, "empty") == AssetError::NotOurs);
  Assets assets = old_assets();
  CHECK(lessons::read_assets(assets, nullptr, 0) == AssetError::NotOurs);
  const std::string page = "<!doctype html><title>404</title>";
  CHECK(refused({page.begin(), page.end()}, "a page") == AssetError::NotOurs);
  std::vector<uint8_t> bytes = file();
  bytes[0] = 'X';
  CHECK(refused(bytes, "wrong magic") == AssetError::NotOurs);
  bytes = file();
  put_u32(bytes, 4, 4);
  seal(bytes);
  CHECK(refused(bytes, "version 4") == AssetError::NotOurs);
}

TEST_CASE("truncated at any length, lengthened") {
  const std::vector<uint8_t> bytes = file();
  for (size_t size = 0; size < bytes.size(); size += size < 64 || size + 64 > bytes.size() ? 1 : 211) {
    const AssetError error =
        refused({bytes.begin(), bytes.begin() + long(size)}, "first " + std::to_string(size));
    CHECK(error == (size < 4 ? AssetError::NotOurs : AssetError::Truncated));
  }
  std::vector<uint8_t> longer = bytes;
  longer.push_back(0);
  refused(longer, "one byte more");
}

TEST_CASE("one flipped bit anywhere") {
  nn::Pcg32 rng(91);
  const std::vector<uint8_t> bytes = file();
  for (size_t at = 0; at < bytes.size(); at += at < 64 || at + 64 > bytes.size() ? 1 : 157) {
    std::vector<uint8_t> damaged = bytes;
    damaged[at] ^= uint8_t(1 << rng.below(8));
    const AssetError error = refused(damaged, "byte " + std::to_string(at));
    if (at >= 12) CHECK(error == AssetError::Damaged);
  }
}

TEST_CASE("sealed files whose contents make no sense") {
  for (uint32_t count : {0u, 9u, 11u, 1000000u, 0xFFFFFFFFu}) {
    std::vector<uint8_t> bytes = file();
    put_u32(bytes, 12, count);
    seal(bytes);
    refused(bytes, std::to_string(count) + " digits");
  }
  const size_t sizes = 16 + 10 * 785;
  for (size_t at : {sizes, sizes + 4, kPhoto - 4, kNetwork - 4})
    for (uint32_t value : {0u, 11u, 783u, 0xFFFFFFFFu}) {
      std::vector<uint8_t> bytes = file();
      put_u32(bytes, at, value);
      seal(bytes);
      refused(bytes, "size " + std::to_string(value));
    }
  std::vector<uint8_t> bytes = file();  // the weights cut short
  bytes.resize(bytes.size() - 100);
  seal(bytes);
  CHECK(refused(bytes, "100 bytes fewer") == AssetError::Truncated);
  bytes = {'C', 'V', 'P', 'G', 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
  seal(bytes);
  refused(bytes, "a header alone");
}
