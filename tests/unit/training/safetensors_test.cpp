// The files of weights: written and read again to the bit, or refused with a sentence and nothing lost.
#include "web/training/safetensors.h"

#include <limits>

#include "tests/unit/training/training_support.h"

using namespace training_test;
using training::WeightFile;

namespace {

// Reads what must be refused; what was there before stays. Returns the key of the sentence.
std::string refused(const Bytes& bytes) {
  WeightFile file;
  file.tensors.push_back({"old", nn::Tensor({2}, {1, 2})});
  file.metadata = {{"a", "b"}};
  const training::Error error = training::read_safetensors(file, bytes.data(), bytes.size());
  CHECK(error);
  sentence(error);
  REQUIRE(file.tensors.size() == 1);
  CHECK(file.tensors[0].name == "old");
  CHECK(nn::same_bits(file.tensors[0].values, nn::Tensor({2}, {1, 2})));
  CHECK(file.metadata.size() == 1);
  return error.message;
}
std::string refused(const std::string& header, size_t data) {
  CAPTURE(header);
  return refused(file_of(header, data));
}

std::string one(const std::string& fields) { return "{\"w\":{" + fields + "}}"; }

nn::Sequential small_net(uint64_t seed) {
  return engine_test::make_net(
      {1, 6, 6},
      {engine_test::conv(3, 3), nn::ReLU{}, nn::MaxPool2d(2), nn::Flatten{}, engine_test::linear(4)}, seed);
}

Bytes saved(const nn::Sequential& net) {
  Bytes bytes;
  REQUIRE(!training::save_weights(bytes, net));
  return bytes;
}

}  // namespace

TEST_CASE("safetensors: written and read again, to the bit") {
  nn::Pcg32 rng(61);
  WeightFile file;
  file.metadata = {{"format", "pt"}, {"한글 \"\\\n", ""}};
  int n = 0;
  for (const nn::Shape& shape :
       {nn::Shape{3}, nn::Shape{2, 5}, nn::Shape{4, 1, 3, 3}, nn::Shape{0}, nn::Shape{2, 0, 7}})
    file.tensors.push_back({"t" + std::to_string(n++) + ".무게\x01\"", random_tensor(shape, rng)});
  file.tensors[0].values[0] = -0.0f;
  file.tensors[0].values[1] = std::numeric_limits<float>::denorm_min();
  file.tensors[0].values[2] = -std::numeric_limits<float>::max();
  Bytes bytes;
  REQUIRE(!training::write_safetensors(bytes, file));

  // By hand: the length, the header padded to a multiple of 8, then nothing but the numbers.
  size_t header = 0, numbers = 0;
  for (int i = 3; i >= 0; --i) header = header << 8 | bytes[size_t(i)];
  for (const WeightFile::Entry& entry : file.tensors) numbers += entry.values.size();
  CHECK(header % 8 == 0);
  CHECK(bytes.size() == 8 + header + 4 * numbers);
  CHECK(bytes[8] == '{');
  CHECK(std::memcmp(&bytes[8 + header], file.tensors[0].values.data(), 12) == 0);

  WeightFile read;
  REQUIRE_MESSAGE(!training::read_safetensors(read, bytes.data(), bytes.size()),
                  sentence(training::read_safetensors(read, bytes.data(), bytes.size())));
  CHECK(read.metadata == file.metadata);
  REQUIRE(read.tensors.size() == file.tensors.size());
  for (size_t i = 0; i < read.tensors.size(); ++i) {
    CHECK(read.tensors[i].name == file.tensors[i].name);
    CHECK(nn::same_bits(read.tensors[i].values, file.tensors[i].values));
  }
  Bytes again;
  REQUIRE(!training::write_safetensors(again, read));
  CHECK(again == bytes);
}

TEST_CASE("safetensors: order, spaces and other types of numbers") {
  // The later tensor is named first. F16: 1.5, -2, the smallest and the largest; BF16 0x3FC0 is 1.5.
  Bytes bytes = file_of(
      " {\"h\": {\"data_offsets\": [16, 24], \"shape\": [4], \"dtype\": \"F16\"},\n\"d\" : "
      "{\"dtype\":\"F64\",\"shape\":[2,1],\"data_offsets\":[0,16]}, \"b\":{\"dtype\":\"BF16\",\"shape\":[1],"
      "\"data_offsets\":[24,26]}}   ",
      26);
  CHECK(refused(bytes) == "error.weights.json");  // it has to begin with {
  bytes.erase(bytes.begin() + 8);
  bytes[0] -= 1;
  const double doubles[] = {0.1, -1e-300};
  const uint16_t halves[] = {0x3E00, 0xC000, 0x0001, 0x7BFF, 0x3FC0};
  std::memcpy(&bytes[bytes.size() - 26], doubles, 16);
  std::memcpy(&bytes[bytes.size() - 10], halves, 10);
  WeightFile file;
  REQUIRE(!training::read_safetensors(file, bytes.data(), bytes.size()));
  REQUIRE(file.tensors.size() == 3);
  CHECK(file.tensors[0].name == "h");
  CHECK(nn::same_bits(file.tensors[0].values, nn::Tensor({4}, {1.5f, -2, 0x1p-24f, 65504})));
  CHECK(nn::same_bits(file.tensors[1].values, nn::Tensor({2, 1}, {0.1f, -0.0f})));
  CHECK(nn::same_bits(file.tensors[2].values, nn::Tensor({1}, {1.5f})));

  const auto half = [&](uint16_t bits) {
    std::memcpy(&bytes[bytes.size() - 10], &bits, 2);
    return bytes;
  };
  CHECK(refused(half(0x7C00)) == "error.weights.not_finite");
  CHECK(refused(half(0xFE01)) == "error.weights.not_finite");
  half(0x3E00);
  const double large = 1e39;
  std::memcpy(&bytes[bytes.size() - 26], &large, 8);
  CHECK(refused(bytes) == "error.weights.not_finite");
}

TEST_CASE("safetensors: not finite numbers are neither read nor written") {
  const std::string header = one("\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]");
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    Bytes bytes = file_of(header, 12);
    std::memcpy(&bytes[bytes.size() - 8], &bad, 4);
    CHECK(refused(bytes) == "error.weights.not_finite");
    WeightFile file;
    file.tensors.push_back({"w", nn::Tensor({2}, {1, bad})});
    Bytes old{1, 2, 3};
    const training::Error error = training::write_safetensors(old, file);
    CHECK(sentence(error).find("“w”: number 1 ") != std::string::npos);
    CHECK(old == Bytes{1, 2, 3});
  }
}

TEST_CASE("safetensors: lengths") {
  for (size_t size = 0; size < 8; ++size) CHECK(refused(Bytes(size, 0)) == "error.weights.short");
  Bytes bytes = file_of(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]"), 4);
  for (size_t size = 8; size < bytes.size(); ++size) {
    const std::string key = refused(Bytes(bytes.begin(), bytes.begin() + long(size)));
    CHECK(key == (size < bytes.size() - 4 ? "error.weights.header_size" : "error.weights.outside"));
  }
  for (const uint64_t length :
       {uint64_t(0), uint64_t(1), uint64_t(bytes.size() - 7), uint64_t(training::kMaxHeader) + 1,
        uint64_t(1) << 32, uint64_t(1) << 63, ~uint64_t(0), ~uint64_t(0) - 7}) {
    Bytes other = bytes;
    put_u64(other, 0, length);
    CHECK(refused(other) == "error.weights.header_size");
  }
  Bytes large = file_of(std::string(training::kMaxHeader + 1, ' '), 0);  // that is really there
  CHECK(refused(large) == "error.weights.header_size");
  bytes.push_back(0);
  CHECK(refused(bytes) == "error.weights.trailing");
  WeightFile none;
  const Bytes empty = file_of("{}", 0);
  CHECK(!training::read_safetensors(none, empty.data(), empty.size()));
  CHECK(refused("{}", 1) == "error.weights.trailing");
}

TEST_CASE("safetensors: headers that are no headers") {
  for (const std::string header : {"[]", "42", "\"text\"", "nu", "{ ", "{]", "{\"a\"", "{\"a\":}", "{}{}",
                                   "{},", "{'a':1}", "{}//", "\xEF\xBB\xBF{}"})
    CHECK(refused(header, 0) == "error.weights.json");
  CHECK(refused(std::string("{}\0", 3), 0) == "error.weights.json");
  CHECK(refused("{\"\xFF\":{}}", 0) == "error.weights.json");  // not UTF-8
  const std::string good = "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]";
  for (const std::string value : {"null", "true", "1", "-1", "1.5", "\"F32\"", "[1]", "{}"}) {
    CHECK(refused("{\"w\":" + value + "}", 4) == "error.weights.fields");
    if (value != "\"F32\"")
      CHECK(refused(one("\"dtype\":" + value + ",\"shape\":[1],\"data_offsets\":[0,4]"), 4) ==
            "error.weights.dtype");
    if (value != "[1]")
      CHECK(refused(one("\"dtype\":\"F32\",\"shape\":" + value + ",\"data_offsets\":[0,4]"), 4) ==
            "error.weights.dims");
    CHECK(refused(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":" + value), 4) ==
          "error.weights.offsets");
    if (value != "\"F32\"")
      CHECK(refused("{\"__metadata__\":{\"a\":" + value + "}}", 0) == "error.weights.metadata");
  }
  CHECK(refused("{\"__metadata__\":1}", 0) == "error.weights.fields");
  CHECK(refused(one(good + ",\"more\":1"), 4) == "error.weights.fields");
  CHECK(refused(one("\"dtype\":\"F32\",\"shape\":[1]"), 4) == "error.weights.fields");
  for (const std::string dtype : {"F8_E4M3", "I32", "I64", "U8", "BOOL", "f32", "", "F32 "})
    CHECK(refused(one("\"dtype\":\"" + dtype + "\",\"shape\":[1],\"data_offsets\":[0,4]"), 4) ==
          "error.weights.dtype");
}

TEST_CASE("safetensors: names and fields that are there twice") {
  const std::string w = "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
  CHECK(refused("{" + w + "," + w + "}", 4) == "error.weights.twice");
  CHECK(refused("{" + w + ",\"\\u0077\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}}", 4) ==
        "error.weights.twice");
  CHECK(refused("{\"__metadata__\":{},\"__metadata__\":{}}", 0) == "error.weights.twice");
  CHECK(refused("{\"__metadata__\":{\"a\":\"b\",\"a\":\"b\"}}", 0) == "error.weights.twice_field");
  for (const std::string field : {"\"dtype\":\"F32\"", "\"shape\":[1]", "\"data_offsets\":[0,4]"})
    CHECK(refused(one("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]," + field), 4) ==
          "error.weights.twice_field");
}

TEST_CASE("safetensors: shapes and offsets") {
  const auto shaped = [](const std::string& shape, const std::string& offsets, size_t data) {
    return refused(one("\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":" + offsets), data);
  };
  for (const std::string shape :
       {"[]", "[-1]", "[1.0]", "[1e0]", "[1,1,1,1,1]", "[[1]]", "[null]", "[\"1\"]", "[1073741825]",
        "[65536,65536]", "[65536,65536,0,65536,65536]", "[4294967296,4294967296]", "[18446744073709551616]",
        "[9223372036854775807,2]", "[32768,32768,2]", "{}", "[1,{}]"})
    CHECK(shaped(shape, "[0,4]", 4) == "error.weights.dims");
  CHECK(shaped("[65536,65536,0]", "[0,4]", 4) == "error.weights.bytes");  // no numbers at all
  for (const std::string offsets : {"[]", "[0]", "[0,4,4]", "[4,0]", "[-4,0]", "[0,4.0]", "[0,1e1]",
                                    "[[0,4]]", "[\"0\",4]", "[0,18446744073709551616]"})
    CHECK(shaped("[1]", offsets, 4) == "error.weights.offsets");
  for (const std::string offsets : {"[0,8]", "[4,8]", "[18446744073709551612,18446744073709551615]", "[0,5]"})
    CHECK(shaped("[1]", offsets, 4) == "error.weights.outside");
  CHECK(shaped("[1]", "[0,8]", 8) == "error.weights.bytes");
  CHECK(shaped("[3]", "[0,8]", 8) == "error.weights.bytes");
  CHECK(shaped("[1]", "[4,8]", 8) == "error.weights.hole");
  CHECK(shaped("[1]", "[0,4]", 8) == "error.weights.trailing");
  const auto two = [](const std::string& a, const std::string& b, size_t data) {
    const std::string begin = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":";
    return refused("{\"a\":" + begin + a + "},\"b\":" + begin + b + "}}", data);
  };
  CHECK(two("[0,8]", "[0,8]", 8) == "error.weights.overlap");
  CHECK(two("[0,8]", "[4,12]", 12) == "error.weights.overlap");
  CHECK(two("[8,16]", "[4,12]", 16) == "error.weights.hole");
  CHECK(two("[0,8]", "[12,20]", 20) == "error.weights.hole");
}

TEST_CASE("safetensors: deep and long headers cost nothing") {
  for (const std::string open : {"[", "{\"a\":"}) {
    std::string deep = "{\"w\":";
    while (deep.size() < training::kMaxHeader - 8) deep += open;
    CHECK(refused(deep, 0).rfind("error.weights.", 0) == 0);
    CHECK(refused(one("\"shape\":" + deep.substr(5)), 0).rfind("error.weights.", 0) == 0);
  }
  std::string dims = "[1";
  while (dims.size() < 1000000) dims += ",1";
  CHECK(refused(one("\"shape\":" + dims + "]"), 0) == "error.weights.dims");
  WeightFile file;
  const std::string name(100000, 'x');
  const Bytes bytes = file_of("{\"" + name + "\":{\"dtype\":3}}", 0);
  CHECK(sentence(training::read_safetensors(file, bytes.data(), bytes.size())).size() < 300);
}

TEST_CASE("safetensors: the weights of a net, all or nothing") {
  const nn::Sequential net = small_net(1);
  nn::Sequential other = small_net(2);
  const Bytes bytes = saved(net);
  REQUIRE(!training::load_weights(other, bytes.data(), bytes.size()));
  WeightFile file;
  REQUIRE(!training::read_safetensors(file, bytes.data(), bytes.size()));
  const char* names[] = {"0.weight", "0.bias", "4.weight", "4.bias"};
  REQUIRE(file.tensors.size() == 4);
  for (size_t i = 0; i < 4; ++i) {
    CHECK(file.tensors[i].name == names[i]);
    CHECK(nn::same_bits(net.parameter(int(i)), other.parameter(int(i))));
  }

  const auto refuses = [&](const WeightFile& wrong) {
    nn::Sequential target = small_net(3);
    Bytes wrong_bytes;
    REQUIRE(!training::write_safetensors(wrong_bytes, wrong));
    const std::string text = sentence(training::load_weights(target, wrong_bytes.data(), wrong_bytes.size()));
    for (int i = 0; i < 4; ++i) CHECK(nn::same_bits(target.parameter(i), small_net(3).parameter(i)));
    return text;
  };
  WeightFile missing = file, unknown = file, wrong = file;
  missing.tensors.erase(missing.tensors.begin() + 1);
  CHECK(refuses(missing).find("“0.bias” is missing") != std::string::npos);
  unknown.tensors.push_back({"fc.weight", nn::Tensor({1}, {0})});
  CHECK(refuses(unknown).find("“fc.weight”; it has: 0.weight 3x1x3x3, 0.bias 3, 4.weight 4x12, 4.bias 4") !=
        std::string::npos);
  wrong.tensors[2].values = nn::Tensor(nn::Shape{12, 4});
  CHECK(refuses(wrong).find("“4.weight” has the shape 12x4 in the file; this net needs 4x12") !=
        std::string::npos);
  Bytes cut(bytes.begin(), bytes.end() - 1);
  nn::Sequential target = small_net(3);
  CHECK(training::load_weights(target, cut.data(), cut.size()));
}
