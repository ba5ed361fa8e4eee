// Stacks as texts: there and back, what is refused, and random strings, which must never do harm.
#include "web/training/stack_text.h"

#include "tests/unit/training/training_support.h"

using namespace training_test;
using training::read_stack;
using training::stack_text;

namespace {

// The text written again; the reason in English when it cannot be read.
std::string again(const std::string& text) {
  std::vector<nn::Layer> layers;
  const training::Error error = read_stack(layers, text);
  return error ? sentence(error) : stack_text(layers);
}

}  // namespace

TEST_CASE("a stack is read and written as the same text, and means what it says") {
  for (const std::string text :
       {"conv8x5-relu-pool2-flatten-linear10", "conv16x3s2p1", "pool3s2p1", "avgpool2-avgpool3s1", "linear1"})
    CHECK(again(text) == text);
  CHECK(again("conv08x5s1p0-pool2s2") == "conv8x5-pool2");
  std::vector<nn::Layer> layers;
  REQUIRE(!read_stack(layers, "conv16x3s2p1-avgpool3s1-linear12"));
  const auto& conv = std::get<nn::Conv2d>(layers[0]);
  CHECK((conv.out_channels == 16 && conv.kernel_height == 3 && conv.kernel_width == 3));
  CHECK((conv.stride == 2 && conv.padding == 1));
  CHECK(std::get<nn::AvgPool2d>(layers[1]).stride == 1);
  CHECK(std::get<nn::Linear>(layers[2]).out_features == 12);
  for (const auto which :
       {training::Preset::Linear, training::Preset::TwoLayers, training::Preset::SmallCnn,
        training::Preset::CnnStrided, training::Preset::CnnGlobal, training::Preset::ConvNetJs}) {
    const training::Model model = training::preset(which, {1, 28, 28}, 10);
    REQUIRE(!read_stack(layers, stack_text(model.layers)));
    const training::Plan plan = training::plan({model.input, model.classes, layers});
    CHECK(plan.params == training::plan(model).params);
    CHECK(plan.macs == training::plan(model).macs);
  }
}

TEST_CASE("what is no layer is refused by its word, and the layers stay as they were") {
  for (const std::string bad : {"conv", "conv8", "conv8x", "convx5", "conv8x5s", "conv8x5s0", "conv8x5p",
                                "pool", "linear", "linear-", "Conv8x5", "conv8x5p1s2", "linear10 ", "relu1",
                                "linear1234567", "conv-1x5", "", "<script>", "softmax"}) {
    std::vector<nn::Layer> layers = {nn::Flatten{}};
    const training::Error error = read_stack(layers, "relu-" + bad);
    CHECK_MESSAGE(error.message == "error.stack.word", bad);
    CHECK(sentence(error).size() < 300);
    CHECK(stack_text(layers) == "flatten");
  }
  std::string long_one = "relu";
  for (int i = 0; i < 100000; ++i) long_one += "-relu";
  CHECK(again(long_one).find("1…16") != std::string::npos);
}

TEST_CASE("random strings: read or refused, and what is read is written as a text that reads the same") {
  nn::Pcg32 rng(9);
  const std::vector<std::string> pieces = {"conv",         "x", "s", "p", "pool", "avg", "relu", "flatten",
                                           "linear",       "-", "-", "0", "1",    "5",   "10",   "99999",
                                           "999999999999", "é", " ", "%"};
  int readable = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int n = int(rng.below(9)); n >= 0; --n) text += web_test::pick(pieces, rng);
    std::vector<nn::Layer> layers;
    if (read_stack(layers, text)) continue;
    ++readable;
    const std::string written = stack_text(layers);
    CHECK_MESSAGE(again(written) == written, text);
    const training::Error error = training::plan({{1, 28, 28}, 10, layers}).error;  // judges whatever is read
    if (error) CHECK(!sentence(error).empty());
  }
  CHECK(readable > 100);
}
