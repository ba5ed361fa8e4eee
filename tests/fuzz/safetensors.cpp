// Files of weights: what is read can be written and is then read as the same; what a net does not take leaves
// it as it was.
#include "web/training/safetensors.h"

#include <cmath>

#include "tests/fuzz/fuzz.h"
#include "web/training/stack_text.h"

namespace {

nn::Sequential small_net() {
  nn::Sequential net;
  std::vector<nn::Layer> layers;
  CHECK(!training::read_stack(layers, "conv2x3-relu-flatten-linear3"));
  const auto error = nn::Sequential::make(net, nn::Shape{1, 4, 4}, layers, 1);
  CHECK(!error);
  return net;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  training::WeightFile file;
  if (const training::Error error = training::read_safetensors(file, bytes, size)) {
    fuzz::check_refusal(error);
    CHECK(file.tensors.empty());
  } else {
    std::vector<uint8_t> written;
    CHECK(!training::write_safetensors(written, file));
    training::WeightFile again;
    CHECK(!training::read_safetensors(again, written.data(), written.size()));
    CHECK(again.metadata == file.metadata);
    REQUIRE(again.tensors.size() == file.tensors.size());
    for (size_t i = 0; i < file.tensors.size(); ++i) {
      CHECK(again.tensors[i].name == file.tensors[i].name);
      CHECK(nn::same_bits(again.tensors[i].values, file.tensors[i].values));
    }
  }
  static const nn::Sequential untouched = small_net();
  nn::Sequential net = untouched;
  if (const training::Error error = training::load_weights(net, bytes, size)) {
    fuzz::check_refusal(error);
    for (int i = 0; i < net.parameter_count(); ++i)
      CHECK(nn::same_bits(net.parameter(i), untouched.parameter(i)));
  }
  return 0;
}
