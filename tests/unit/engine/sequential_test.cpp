#include "engine/sequential.h"

#include <doctest/doctest.h>

#include "tests/unit/engine/net_support.h"

using namespace engine_test;

namespace {

// One of every type.
std::vector<nn::Layer> every_layer() {
  return {conv(4, 3, 1, 1), nn::ReLU{},          nn::MaxPool2d(2), nn::Conv2d{6, 3, 2, 1, 1, false},
          nn::ReLU{},       nn::AvgPool2d(2, 1), nn::Flatten{},    linear(5),
          nn::Softmax{}};
}

std::string failure(const nn::Shape& input, std::vector<nn::Layer> layers) {
  nn::Sequential net = make_net({1, 4, 4}, {conv(1, 3)}, 1);
  const nn::Error error = nn::Sequential::make(net, input, std::move(layers), 1);
  CHECK(net.layer_count() == 1);  // as before
  return error.text;
}

}  // namespace

TEST_CASE("Sequential: shapes, parameters and multiply-adds") {
  const nn::Sequential net = make_net({3, 9, 13}, every_layer(), 3);
  const auto rows = net.summary();
  const char* types[] = {"Conv2d",    "ReLU",    "MaxPool2d", "Conv2d", "ReLU",
                         "AvgPool2d", "Flatten", "Linear",    "Softmax"};
  const char* shapes[] = {"4x9x13", "4x9x13", "4x4x6", "6x4x7", "6x4x7", "6x3x6", "108", "5", "5"};
  REQUIRE(rows.size() == 9);
  for (int i = 0; i < 9; ++i) {
    CHECK(std::string(rows[i].type) == types[i]);
    CHECK(rows[i].output_shape.str() == shapes[i]);
  }
  CHECK(rows[0].params == 4 * 3 * 9 + 4);
  CHECK(rows[0].macs == 4 * 9 * 13 * 3 * 9);
  CHECK(rows[3].params == 6 * 4 * 3 * 2);
  CHECK(rows[3].macs == 6 * 4 * 7 * 4 * 6);
  CHECK(rows[7].params == 108 * 5 + 5);
  CHECK(rows[7].macs == 108 * 5);
  CHECK(rows[2].params + rows[2].macs == 0);
  std::string names;
  for (int i = 0; i < net.parameter_count(); ++i)
    names += net.parameter_name(i) + " " + net.parameter(i).shape().str() + ", ";
  CHECK(names == "0.weight 4x3x3x3, 0.bias 4, 3.weight 6x4x3x2, 7.weight 5x108, 7.bias 5, ");
}

TEST_CASE("Sequential: parameters are drawn as PyTorch's defaults, in order, from the seed") {
  const nn::Sequential net = make_net({3, 9, 13}, every_layer(), 3),
                       same = make_net({3, 9, 13}, every_layer(), 3),
                       other = make_net({3, 9, 13}, every_layer(), 4);
  nn::Pcg32 rng(3);
  const float bounds[] = {1 / std::sqrt(27.0f), 1 / std::sqrt(27.0f), 1 / std::sqrt(24.0f),
                          1 / std::sqrt(108.0f), 1 / std::sqrt(108.0f)};
  for (int i = 0; i < net.parameter_count(); ++i) {
    CHECK(nn::same_bits(net.parameter(i), same.parameter(i)));
    CHECK(!nn::same_bits(net.parameter(i), other.parameter(i)));
    for (float x : net.parameter(i))
      CHECK(x == doctest::Approx(rng.uniform(-bounds[i], bounds[i])).epsilon(1e-5));
  }
}

TEST_CASE("Sequential: forward is the reference's, sample by sample, in any batch") {
  nn::Pcg32 rng(41);
  nn::Sequential net = make_net({3, 9, 13}, every_layer(), 3);
  std::vector<Doubles> parameters;
  for (int i = 0; i < net.parameter_count(); ++i) parameters.push_back(double_values(net.parameter(i)));
  const size_t n = net.shape(0).numel();
  Floats last;
  for (int batch : {1, 3, 2}) {
    REQUIRE(!net.reserve(batch));
    const Floats x = random_floats(int(n) * 3, rng);
    std::copy(x.begin(), x.begin() + long(n) * batch, net.input(batch));
    net.forward(batch);
    const nn::View out = net.activation(net.layer_count());
    CHECK(out.shape == nn::Shape{batch, 5});
    for (int b = 0; b < batch; ++b) {
      const Doubles expected =
          reference_forward(net, parameters, Doubles(x.begin() + long(n) * b, x.begin() + long(n) * (b + 1)));
      for (int i = 0; i < 5; ++i) CHECK(std::abs(out.data[b * 5 + i] - expected[i]) < 1e-6);
    }
  }
  CHECK(net.capacity() == 3);
}

TEST_CASE("Sequential: a copy is a snapshot") {
  nn::Sequential net = make_net({1, 5, 5}, {conv(2, 3), nn::Flatten{}, linear(3)}, 1);
  REQUIRE(!net.reserve(1, true));
  std::fill_n(net.input(1), 25, 1.0f);
  net.forward(1);
  nn::Sequential copy = net;
  net.parameter(0)[0] = 100;
  net.input(1)[0] = 7;
  net.forward(1);
  CHECK(copy.parameter(0)[0] != 100);
  CHECK(copy.activation(0).data[0] == 1);
  const float before = copy.activation(3).data[0];
  copy.forward(1);
  CHECK(copy.activation(3).data[0] == before);
  CHECK(net.activation(3).data[0] != before);
}

TEST_CASE("Sequential: what does not fit is said, and the net stays") {
  CHECK(failure({3, 8, 8}, {conv(4, 3), linear(5)}) ==
        "Layer 1 (Linear): takes a vector, but gets 4x6x6: put a Flatten before it.");
  CHECK(failure({3, 8, 8}, {nn::ReLU{}, conv(4, 9)}) ==
        "Layer 1 (Conv2d): a 9x9 kernel does not fit into the input 3x8x8 with padding 0.");
  CHECK(failure({3, 8, 8}, {nn::Flatten{}, conv(4, 3)}) ==
        "Layer 1 (Conv2d): takes channels x height x width, but gets 192.");
  CHECK(failure({3, 8, 8}, {nn::MaxPool2d(9)}) ==
        "Layer 0 (MaxPool2d): a window of 9x9 does not fit into the input 3x8x8.");
  CHECK(failure({3, 8, 8}, {nn::MaxPool2d(2, 2, 2)}) ==
        "Layer 0 (MaxPool2d): padding must be at least 0 and at most half of kernel_size 2, not 2.");
  CHECK(failure({3, 8, 8}, {nn::AvgPool2d(-1)}).find("Layer 0 (AvgPool2d): kernel_size") == 0);
  CHECK(failure({3, 8, 8}, {nn::AvgPool2d(2, -1)}).find("Layer 0 (AvgPool2d): stride") == 0);
  CHECK(failure({3, 8, 8}, {nn::Softmax{}}).find("Layer 0 (Softmax): takes a vector, but gets 3x8x8") == 0);
  for (const nn::Layer& bad :
       {conv(0, 3), conv(-4, 3), conv(4, 0), conv(4, 3, 0), conv(4, 3, -2), conv(4, 3, 1, -1),
        conv(4, 1 << 21), conv(4, 3, 1, 1 << 21), conv(2147483647, 3), conv(1 << 29, 1)})
    CHECK(failure({3, 8, 8}, {bad}).find("Layer 0 (Conv2d): ") == 0);
  for (int features : {0, -1, 2147483647, 1 << 29})
    CHECK(failure({8}, {linear(features)}).find("Layer 0 (Linear): ") == 0);
  CHECK(failure({1 << 20, 1 << 20}, {nn::ReLU{}}).find("input 1048576x1048576") == 0);
  CHECK(failure({0, 4, 4}, {nn::ReLU{}}).find("input 0x4x4") == 0);
  CHECK(failure({1, 2, 3, 4}, {nn::ReLU{}}).find("input") == 0);
  CHECK(failure({1, 1, 1}, {conv(1, 1, 1, 1 << 20), conv(1, 1, 1, 1 << 20)}).find("Layer 0 (Conv2d): ") == 0);
}

TEST_CASE("Sequential: a batch that no memory holds is refused, and the net still works") {
  nn::Sequential net = make_net({1, 8, 8}, {conv(2, 3), nn::Flatten{}, linear(2)}, 1);
  REQUIRE(!net.reserve(1));
  for (int batch : {0, -1, 2147483647, 1 << 26}) CHECK(!net.reserve(batch, true).text.empty());
  CHECK(net.capacity() == 1);
  net.input(1);
  net.forward(1);
  CHECK(net.activation(3).shape == nn::Shape{1, 2});
}

TEST_CASE("Sequential: load is all or nothing") {
  nn::Sequential net = make_net({4}, {linear(2), nn::ReLU{}, linear(1, false)}, 1);
  const nn::Sequential before = net;
  const Floats a{1, 2, 3, 4, 5, 6, 7, 8}, b{9, 10}, c{11, 12}, bad{1, std::nanf("")};
  const nn::NamedTensor w0{"0.weight", {2, 4}, a.data()}, b0{"0.bias", {2}, b.data()},
      w2{"2.weight", {1, 2}, c.data()};
  const auto refused = [&](const std::vector<nn::NamedTensor>& tensors) {
    const std::string text = net.load(tensors).text;
    for (int i = 0; i < 3; ++i) CHECK(nn::same_bits(net.parameter(i), before.parameter(i)));
    return text;
  };
  CHECK(refused({w0, w2}) == "The parameter '0.bias' is missing.");
  CHECK(refused({w0, b0, w2, {"2.bias", {1}, b.data()}}) == "The net has no parameter '2.bias'.");
  CHECK(refused({w0, b0, w2, w0}) == "The parameter '0.weight' is given twice.");
  CHECK(refused({{"0.weight", {4, 2}, a.data()}, b0, w2}) ==
        "The parameter '0.weight' is 2x4, but 4x2 was given.");
  CHECK(refused({w0, b0, {"2.weight", {1, 2}, bad.data()}}) ==
        "The parameter '2.weight' has a number that is not finite, at 1.");
  CHECK(net.load({w2, b0, w0}).text == "");
  CHECK(net.parameter(0)[7] == 8);
  CHECK(net.parameter(1)[1] == 10);
  CHECK(net.parameter(2)[0] == 11);
}
