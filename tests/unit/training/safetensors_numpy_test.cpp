// Files to and from another implementation of the format: safetensors_numpy.py.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/unit/python_support.h"
#include "tests/unit/training/training_support.h"

using namespace training_test;

namespace {

namespace fs = std::filesystem;

Bytes read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), "missing: ", path.string());
  return Bytes((std::istreambuf_iterator<char>(file)), {});
}
void write_bytes(const fs::path& path, const void* bytes, size_t size) {
  std::ofstream(path, std::ios::binary).write(static_cast<const char*>(bytes), long(size));
}

// The parameters in the order of their names.
Bytes numbers_by_name(const nn::Sequential& net) {
  std::vector<int> order(size_t(net.parameter_count()));
  for (size_t i = 0; i < order.size(); ++i) order[i] = int(i);
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return net.parameter_name(a) < net.parameter_name(b); });
  Bytes bytes;
  for (const int i : order) {
    const auto* begin = reinterpret_cast<const uint8_t*>(net.parameter(i).data());
    bytes.insert(bytes.end(), begin, begin + net.parameter(i).size() * 4);
  }
  return bytes;
}

}  // namespace

TEST_CASE("safetensors: another implementation reads our file and we read its file") {
  const std::string python = python_test::find_python("training/safetensors_numpy.py");
  if (python.empty()) {
    MESSAGE("skipped: no Python with NumPy here (on Debian: apt-get install python3-numpy)");
    return;
  }
  const fs::path folder =
      fs::temp_directory_path() / ("conv-playground-" + std::to_string(std::random_device()()));
  REQUIRE(fs::create_directories(folder));
  const std::string quoted = "\"" + folder.string() + "\"";

  nn::Sequential net = engine_test::make_net(
      {1, 6, 6},
      {engine_test::conv(3, 3), nn::ReLU{}, nn::MaxPool2d(2), nn::Flatten{}, engine_test::linear(4)}, 5);
  Bytes bytes;
  REQUIRE(!training::save_weights(bytes, net));
  write_bytes(folder / "ours.safetensors", bytes.data(), bytes.size());
  const Bytes ours = numbers_by_name(net);
  write_bytes(folder / "ours.f32", ours.data(), ours.size());
  REQUIRE(!net.reserve(1));
  nn::Pcg32 rng(6);
  for (float* x = net.input(1); x != net.activation(0).data + 36; ++x) *x = rng.uniform(-1, 1);
  net.forward(1);
  write_bytes(folder / "input.f32", net.activation(0).data, 36 * 4);
  write_bytes(folder / "output.f32", net.activation(5).data, 4 * 4);
  CHECK(python_test::run(python, "training/safetensors_numpy.py", "check " + quoted));

  REQUIRE(python_test::run(python, "training/safetensors_numpy.py", "write " + quoted));
  const Bytes theirs = read_bytes(folder / "numpy.safetensors");
  const training::Error error = training::load_weights(net, theirs.data(), theirs.size());
  CHECK_MESSAGE(!error, sentence(error));
  CHECK(numbers_by_name(net) == read_bytes(folder / "numpy.f32"));
  training::WeightFile file;
  REQUIRE(!training::read_safetensors(file, theirs.data(), theirs.size()));
  REQUIRE(file.metadata.size() == 2);
  CHECK(file.metadata[1] == std::pair<std::string, std::string>("누가", "NumPy"));
  fs::remove_all(folder);
}
