// Files that chance has damaged: refused, or read as something that is written and read again the same.
#include <algorithm>

#include "tests/unit/training/training_support.h"

using namespace training_test;
using training::WeightFile;

namespace {

std::vector<Bytes> seeds() {
  std::vector<Bytes> files;
  nn::Pcg32 rng(71);
  WeightFile file;
  Bytes bytes;
  for (const nn::Shape& shape : {nn::Shape{3}, nn::Shape{2, 2}, nn::Shape{2, 1, 3, 1}, nn::Shape{0, 4}}) {
    file.tensors.push_back({std::to_string(file.tensors.size()) + ".weight", random_tensor(shape, rng)});
    REQUIRE(!training::write_safetensors(bytes, file));
    files.push_back(bytes);
    file.metadata.emplace_back("k" + std::to_string(file.tensors.size()), "한글");
  }
  files.push_back(
      file_of("{\"a\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[8,14]},\"b\":{\"dtype\":\"F64\","
              "\"shape\":[1],"
              "\"data_offsets\":[0,8]},\"c\":{\"dtype\":\"BF16\",\"shape\":[1,1],\"data_offsets\":[14,16]}}",
              16));
  return files;
}

// One change, at random: of a bit, a byte, a digit, the length, a piece taken out, doubled or taken from
// another file.
void mutate(Bytes& bytes, const std::vector<Bytes>& files, nn::Pcg32& rng) {
  const auto below = [&](size_t n) { return size_t(rng.below(uint32_t(n ? n : 1))); };
  const auto piece = [&](const Bytes& of) {
    const size_t begin = below(of.size()), length = below(std::min<size_t>(of.size() - begin, 40) + 1);
    return std::pair(long(begin), long(begin + length));
  };
  if (bytes.empty()) return;
  const size_t at = below(bytes.size());
  static const std::string kWords = "0123456789-+.eE[]{}\",: \\ntfux\xFF";
  switch (rng.below(8)) {
    case 0:
      bytes[at] ^= uint8_t(1 << rng.below(8));
      break;
    case 1:
      bytes[at] = uint8_t(rng.below(256));
      break;
    case 2:
    case 3:
      bytes[at] = uint8_t(kWords[below(kWords.size())]);
      break;
    case 4:
      bytes[below(8) % bytes.size()] = uint8_t(rng.below(256));
      break;
    case 5: {
      const auto [begin, end] = piece(bytes);
      bytes.erase(bytes.begin() + begin, bytes.begin() + end);
      break;
    }
    case 6: {
      const Bytes& other = files[below(files.size())];
      const auto [begin, end] = piece(other);
      bytes.insert(bytes.begin() + long(at), other.begin() + begin, other.begin() + end);
      break;
    }
    case 7: {  // a piece swapped for another, with the length made right again
      const auto [begin, end] = piece(bytes);
      const Bytes copy(bytes.begin() + begin, bytes.begin() + end);
      bytes.insert(bytes.begin() + long(at), copy.begin(), copy.end());
      if (bytes.size() >= 8 && at >= 8) bytes[0] = uint8_t(bytes[0] + copy.size());
      break;
    }
  }
}

}  // namespace

TEST_CASE("safetensors: thousands of damaged files") {
  const std::vector<Bytes> files = seeds();
  nn::Pcg32 rng(72);
  int read_count = 0, refused_count = 0;
  std::vector<std::string> keys;
  for (int round = 0; round < 100000; ++round) {
    Bytes bytes = files[rng.below(uint32_t(files.size()))];
    for (uint32_t n = 1 + rng.below(3); n > 0; --n) mutate(bytes, files, rng);
    bytes.shrink_to_fit();  // so that a sanitizer sees any reading beyond the end
    WeightFile file;
    const training::Error error = training::read_safetensors(file, bytes.data(), bytes.size());
    if (error) {
      ++refused_count;
      REQUIRE(file.tensors.empty());
      if (std::find(keys.begin(), keys.end(), error.message) == keys.end()) {
        keys.push_back(error.message);
        sentence(error);
      }
      continue;
    }
    ++read_count;
    Bytes once, twice;
    WeightFile again;
    REQUIRE(!training::write_safetensors(once, file));
    REQUIRE(!training::read_safetensors(again, once.data(), once.size()));
    REQUIRE(again.tensors.size() == file.tensors.size());
    for (size_t i = 0; i < file.tensors.size(); ++i) {
      REQUIRE(again.tensors[i].name == file.tensors[i].name);
      REQUIRE(nn::same_bits(again.tensors[i].values, file.tensors[i].values));
    }
    REQUIRE(again.metadata == file.metadata);
    REQUIRE(!training::write_safetensors(twice, again));
    REQUIRE(twice == once);
  }
  MESSAGE(read_count, " read, ", refused_count, " refused, ", keys.size(), " different reasons");
  CHECK(read_count > 1000);
  CHECK(refused_count > 10000);
  CHECK(keys.size() >= 12);
}
