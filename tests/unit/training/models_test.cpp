// Presets and the editor: sizes and counts against PyTorch's formulas written out here; what cannot be is
// refused and leaves the stack as it was.
#include "web/training/models.h"

#include "tests/unit/training/training_support.h"

using namespace training_test;
using training::Model;
using training::Preset;

namespace {

constexpr Preset kPresets[] = {Preset::Linear,     Preset::TwoLayers, Preset::SmallCnn,
                               Preset::CnnStrided, Preset::CnnGlobal, Preset::ConvNetJs};

std::string text(const Model& model) {
  std::string all;
  for (const nn::Layer& layer : model.layers) {
    all += nn::type_of(layer);
    for (const training::Option& o : training::options_of(layer)) all += " " + std::to_string(o.value);
    all += "; ";
  }
  return all;
}

// An edit that must be refused.
template <class Edit>
std::string refused(Model model, const Edit& edit) {
  const std::string before = text(model);
  const training::Error error = edit(model);
  CHECK(error);
  CHECK(text(model) == before);
  return sentence(error);
}

nn::Layer random_layer(nn::Pcg32& rng) {
  const auto to = [&](int n) { return int(rng.below(uint32_t(n))); };
  switch (to(8)) {
    case 0:
    case 1:
    case 2: {
      const int kernel = 1 + to(12);
      return nn::Conv2d{1 + to(20), kernel, kernel, 1 + to(3), to(4)};
    }
    case 3:
      return nn::MaxPool2d(1 + to(5), to(4), to(3));
    case 4:
      return nn::AvgPool2d(1 + to(5), to(4), to(2));
    case 5:
      return nn::ReLU{};
    case 6:
      return nn::Flatten{};
    default:
      return to(3) ? nn::Layer(nn::Linear{1 + to(40)}) : nn::Layer(nn::Softmax{});
  }
}

}  // namespace

TEST_CASE("presets: sizes, parameters and multiply-adds") {
  struct Row {
    Preset which;
    int64_t params, macs;
  };
  const Row digits[] = {{Preset::Linear, 7850, 7840},
                        {Preset::TwoLayers, 7850 + 110, 7840 + 100},
                        {Preset::SmallCnn, 9 * 26 + 20 * 226 + 3210, 9 * 576 * 25 + 20 * 64 * 225 + 3200},
                        {Preset::CnnStrided, 9 * 26 + 20 * 226 + 3210, 9 * 144 * 25 + 20 * 16 * 225 + 3200},
                        {Preset::CnnGlobal, 9 * 26 + 32 * 226 + 330, 9 * 576 * 25 + 32 * 64 * 225 + 320}};
  for (const Row& row : digits) {
    const training::Plan plan = training::plan(training::preset(row.which, {1, 28, 28}, 10));
    CHECK(!plan.error);
    CHECK(plan.params == row.params);
    CHECK(plan.macs == row.macs);
    CHECK(plan.params > 7700);  // about equal
    CHECK(plan.params < 8050);
  }
  const training::Plan cifar = training::plan(training::preset(Preset::ConvNetJs, {3, 32, 32}, 10));
  CHECK(cifar.params == 16 * 76 + 20 * 401 + 20 * 501 + 10 * 321);
  CHECK(cifar.rows[8].output_shape == nn::Shape{20, 4, 4});
  for (const Preset which : kPresets)
    for (const nn::Shape& input : {nn::Shape{1, 28, 28}, nn::Shape{3, 32, 32}})
      for (const int classes : {4, 10}) {
        const Model model = training::preset(which, input, classes);
        CHECK_MESSAGE(!training::plan(model).error, sentence(training::plan(model).error));
        nn::Sequential net;
        CHECK(!nn::Sequential::make(net, input, model.layers, 1));
        CHECK(net.output_shape() == nn::Shape{classes});
      }
  for (const int64_t params : {1, 4000, 20000, 80000}) {
    const training::Plan plan = training::plan(training::two_layers({1, 28, 28}, 10, params));
    CHECK(!plan.error);
    CHECK((std::abs(plan.params - params) <= 398 || params == 1));
  }
}

TEST_CASE("editor: add, remove and resize") {
  Model model = training::preset(Preset::SmallCnn, {1, 28, 28}, 10);
  REQUIRE(!training::insert_layer(model, 6, nn::Conv2d{12, 3, 3, 1, 1}));
  REQUIRE(!training::insert_layer(model, 7, nn::ReLU{}));
  REQUIRE(!training::resize_layer(model, 0, "out_channels", 4));
  REQUIRE(!training::resize_layer(model, 0, "kernel_size", 3));
  REQUIRE(!training::resize_layer(model, 0, "padding", 1));
  REQUIRE(!training::resize_layer(model, 3, "stride", 2));
  REQUIRE(!training::remove_layer(model, 4));
  REQUIRE(!training::resize_layer(model, 4, "kernel_size", 3));
  CHECK(text(model) ==
        "Conv2d 4 3 1 1; ReLU; MaxPool2d 2 2 0; Conv2d 20 5 2 0; MaxPool2d 3 3 0; Conv2d 12 3 1 1; ReLU; "
        "Flatten; "
        "Linear 10; ");
  const training::Plan plan = training::plan(model);
  CHECK(plan.rows[3].output_shape == nn::Shape{20, 5, 5});
  CHECK(plan.rows[5].output_shape == nn::Shape{12, 1, 1});
  CHECK(plan.params == 4 * 10 + 20 * 101 + 12 * 181 + 10 * 13);
  REQUIRE(!training::insert_layer(model, 9, nn::Softmax{}));
}

TEST_CASE("editor: what cannot be is refused with the layer and the reason") {
  const Model model = training::preset(Preset::SmallCnn, {1, 28, 28}, 10);
  using training::insert_layer, training::remove_layer, training::resize_layer;
  const auto resize = [&](int at, const char* option, int value) {
    return refused(model, [&](Model& m) { return resize_layer(m, at, option, value); });
  };
  CHECK(
      resize(3, "kernel_size", 13) ==
      "Layer 3 (Conv2d): a window of 13×13 does not fit into 9x12x12 with padding 0; allowed: up to 12×12.");
  // Layer 3 fits exactly; what is behind it does not.
  CHECK(resize(0, "kernel_size", 18)
            .rfind("Layer 5 (MaxPool2d): a window of 2×2 does not fit into 20x1x1", 0) == 0);
  CHECK(resize(0, "kernel_size", 0) == "Layer 0 (Conv2d): kernel_size is 0; allowed: 1…32.");
  CHECK(resize(2, "stride", 0) == "Layer 2 (MaxPool2d): stride is 0; allowed: 1…32.");
  CHECK(resize(2, "padding", 2) == "Layer 2 (MaxPool2d): padding is 2; allowed: 0…1.");
  CHECK(resize(0, "out_channels", 65) == "Layer 0 (Conv2d): out_channels is 65; allowed: 1…64.");
  CHECK(resize(1, "stride", 2).find("Layer 1 (ReLU)") == 0);
  CHECK(resize(0, "size", 2).find("out_channels, kernel_size, stride, padding") != std::string::npos);
  CHECK(resize(7, "out_features", 9) ==
        "Layer 7 (Linear): the stack ends in 9 instead of 10 scores, one for each class.");
  CHECK(resize(8, "stride", 1).find("8") != std::string::npos);
  CHECK(resize(-1, "stride", 1).find("-1") != std::string::npos);
  CHECK(refused(model, [](Model& m) { return remove_layer(m, 6); }) ==
        "Layer 6 (Linear) takes a row of numbers, but gets 20x4x4; a Flatten before it makes one.");
  CHECK(refused(model, [](Model& m) { return remove_layer(m, 7); }).find("Layer 6 (Flatten)") == 0);
  CHECK(refused(model, [](Model& m) { return remove_layer(m, 8); }).find("0…7") != std::string::npos);
  CHECK(refused(model, [](Model& m) { return insert_layer(m, 9, nn::ReLU{}); }).find("0…8") !=
        std::string::npos);
  CHECK(refused(model, [](Model& m) { return insert_layer(m, 7, nn::MaxPool2d(2)); }) ==
        "Layer 7 (MaxPool2d) takes an image (channels × height × width), but gets 320.");
  Model large{{3, 32, 32},
              10,
              {nn::Conv2d{64, 3, 3, 1, 1}, nn::Conv2d{64, 3, 3, 1, 1}, nn::Flatten{}, nn::Linear{10}}};
  CHECK(training::plan(large).bad_layer == 1);
  CHECK(sentence(training::plan(large).error).find("multiply-adds") != std::string::npos);
  Model wide{{3, 32, 32}, 10, {nn::Flatten{}, nn::Linear{300}, nn::Linear{10}}};
  CHECK(sentence(training::plan(wide).error).find("921900 parameters") != std::string::npos);
  CHECK(training::plan(Model{{1, 2, 2}, 4, {nn::Flatten{}}}).error.message == "error.layer.nothing");
  CHECK(training::plan(Model{{1, 2, 2}, 4, {}}).error.message == "error.layer.count");
  CHECK(training::plan(Model{{4}, 4, std::vector<nn::Layer>(17, nn::ReLU{})}).error.message ==
        "error.layer.count");
}

TEST_CASE("plan and engine agree about thousands of stacks") {
  nn::Pcg32 rng(91);
  int possible = 0;
  for (int round = 0; round < 20000; ++round) {
    Model model{{1 + int(rng.below(3)), 1 + int(rng.below(14)), 1 + int(rng.below(14))}, 5, {}};
    for (uint32_t n = rng.below(6); n > 0; --n) model.layers.push_back(random_layer(rng));
    if (rng.below(2)) model.layers.push_back(nn::Flatten{});
    if (rng.below(2)) model.layers.push_back(nn::Linear{5});
    const training::Plan plan = training::plan(model);
    if (plan.error) sentence(plan.error);
    nn::Shape shape = model.input;
    for (size_t i = 0; i < model.layers.size(); ++i) {
      nn::Shape out;
      const nn::Error refused =
          std::visit([&](const auto& l) { return l.output_shape(out, shape); }, model.layers[i]);
      if (refused) {
        REQUIRE_MESSAGE(plan.bad_layer == int(i), refused.text);
        REQUIRE(plan.rows.size() == i);
        break;
      }
      if (plan.rows.size() <= i) {  // only a limit of ours
        REQUIRE(plan.error);
        break;
      }
      REQUIRE(plan.rows[i].output_shape == out);
      shape = out;
    }
    if (plan.error) continue;
    ++possible;
    nn::Sequential net;
    REQUIRE(!nn::Sequential::make(net, model.input, model.layers, 1));
    int64_t params = 0;
    for (int i = 0; i < net.parameter_count(); ++i) params += int64_t(net.parameter(i).size());
    REQUIRE(params == plan.params);
    REQUIRE(!nn::Trainer(net).reserve(2, nn::SgdOptions{}));
  }
  CHECK(possible > 500);
}
