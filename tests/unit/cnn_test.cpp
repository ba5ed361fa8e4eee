// The committed small convolutional network: trained again and compared, and as good as it says on digits
// that it was not trained on. The files come from the target `assets`.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/unit/long_support.h"
#include "tests/unit/web_support.h"
#include "web/data/cnn_classifier.h"
#include "web/lessons/small_cnn.h"

namespace {

data::Mnist digits() {
  data::Mnist mnist;
  const std::string error = data::read_mnist(mnist, std::string(CONV_ASSETS_DIR) + "/mnist.bin");
  REQUIRE_MESSAGE(error.empty(), error);
  return mnist;
}

}  // namespace

TEST_CASE("training again gives the committed network to the byte" * doctest::skip(slow())) {
  const data::Mnist mnist = digits();
  nn::Sequential net = data::train_cnn(mnist.train);
  CHECK(data::limits_error(net) == "");
  CHECK(data::accuracy(net, mnist.test) >= 0.97);
  const bool same = data::cnn_text(net, mnist) ==
                    web_test::read_file(std::string(CONV_SOURCE_DIR) + "/web/data/cnn_classifier.txt");
  CHECK_MESSAGE(same, "web/data/cnn_classifier.txt is not what training gives now");
  // What the page has is what was trained.
  const nn::Sequential& shipped = web_test::assets().network;
  REQUIRE(shipped.parameter_count() == net.parameter_count());
  for (int i = 0; i < net.parameter_count(); ++i)
    CHECK_MESSAGE(nn::same_bits(shipped.parameter(i), net.parameter(i)), net.parameter_name(i));
}

TEST_CASE("the network of the page: its parameters, and the built-in digits rightly classified") {
  nn::Sequential net = web_test::assets().network;
  const std::vector<nn::LayerSummary> layers = net.summary();
  REQUIRE(layers.size() == 8);
  CHECK(layers[0].params == 6 * (5 * 5 + 1));
  CHECK(layers[3].params == 12 * (3 * 3 * 6 + 1));
  CHECK(layers[7].params == 10 * (12 * 7 * 7 + 1));
  for (int i = 0; i < net.parameter_count(); ++i)
    for (const float v : net.parameter(i)) REQUIRE(v * 1024 == std::nearbyint(v * 1024));
  REQUIRE(!net.reserve(1));
  for (const lessons::Assets::Digit& digit : web_test::assets().digits) {
    std::copy(digit.pixels.begin(), digit.pixels.end(), net.input(1));
    net.forward(1);
    const float* scores = net.activation(8).data;
    CHECK(std::max_element(scores, scores + 10) - scores == digit.label);
  }
}

TEST_CASE("a parameter that does not fit into 16 bits is named") {
  nn::Sequential net = web_test::assets().network;
  CHECK(data::limits_error(net) == "");
  net.parameter(3)[2] = 32;
  CHECK(data::limits_error(net).find("3.bias") != std::string::npos);
  net.parameter(3)[2] = NAN;
  CHECK(data::limits_error(net) != "");
}
