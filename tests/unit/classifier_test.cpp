// The committed classifier and the built-in pictures: made again, compared, and on the grids and bounds that
// make every order of summation exact. The files come from the target `assets`.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/kernels/kernels.h"
#include "tests/unit/engine/engine_support.h"
#include "tests/unit/long_support.h"
#include "web/data/linear_classifier.h"
#include "web/lessons/assets.h"

namespace {

const std::string kMnist = std::string(CONV_ASSETS_DIR) + "/mnist.bin";

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), "missing: ", path);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

lessons::Assets read_built_in() {
  const std::string bytes = read_text(std::string(CONV_ASSETS_DIR) + "/playground.data.bin");
  lessons::Assets assets;
  REQUIRE(lessons::read_assets(assets, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()) ==
          lessons::AssetError::None);
  return assets;
}

bool is_multiple(float value, int unit) { return value * float(unit) == std::nearbyint(value * float(unit)); }

}  // namespace

TEST_CASE("training again gives the committed classifier to the byte" * doctest::skip(kSanitized)) {
  data::Mnist mnist;
  const std::string error = data::read_mnist(mnist, kMnist);
  REQUIRE_MESSAGE(error.empty(), error);
  CHECK(mnist.train.count() == 8000);
  CHECK(mnist.test.count() == 2000);
  const data::LinearClassifier classifier = data::train_linear_classifier(mnist.train);
  CHECK(data::limits_error(classifier, mnist) == "");
  CHECK(data::accuracy(classifier, mnist.test) >= 0.87);
  const bool same = data::classifier_text(classifier, mnist) ==
                    read_text(std::string(CONV_SOURCE_DIR) + "/web/data/linear_classifier.txt");
  CHECK_MESSAGE(same, "web/data/linear_classifier.txt is not what training gives now");
}

TEST_CASE("built-in digits are held out, on the grid and classified rightly") {
  const lessons::Assets assets = read_built_in();
  data::Mnist mnist;
  const std::string error = data::read_mnist(mnist, kMnist);
  REQUIRE_MESSAGE(error.empty(), error);
  REQUIRE(assets.digits.size() == 10);
  for (const float w : assets.fc_weight) REQUIRE((is_multiple(w, 1024) && std::abs(w) <= 32));
  for (const float b : assets.fc_bias) REQUIRE((is_multiple(b, 1024) && std::abs(b) <= 32));

  for (int d = 0; d < 10; ++d) {
    const lessons::Assets::Digit& digit = assets.digits[d];
    CAPTURE(d);
    CHECK(digit.label == d);
    std::vector<uint8_t> bytes;
    for (const float x : digit.pixels) {
      REQUIRE((is_multiple(x, 256) && x >= 0 && x < 1));
      bytes.push_back(uint8_t(x * 256));
    }
    const auto among = [&](const data::Digits& set) {
      for (int i = 0; i < set.count(); ++i)
        if (std::equal(bytes.begin(), bytes.end(), &set.pixels[size_t(i) * data::kPixels])) return true;
      return false;
    };
    CHECK(among(mnist.test));
    CHECK(!among(mnist.train));

    float scores[10];
    nn::linear_forward(scores, digit.pixels.data(), assets.fc_weight.data(), assets.fc_bias.data(), 1, 784,
                       10);
    CHECK(std::max_element(scores, scores + 10) - scores == d);
    for (int c = 0; c < 10; ++c) {
      double sum = assets.fc_bias[c], magnitude = std::abs(sum);
      for (int k = 0; k < 784; ++k) {
        const double product = double(assets.fc_weight[c * 784 + k]) * digit.pixels[k];
        sum += product;
        magnitude += std::abs(product);
      }
      CHECK(magnitude < 64);
      CHECK(double(scores[c]) == sum);
    }
  }
}

TEST_CASE("a damaged or missing mnist.bin is a sentence") {
  data::Mnist mnist;
  CHECK(data::read_mnist(mnist, "no-such-file.bin").find("no-such-file.bin") != std::string::npos);
  const std::string text = std::string(CONV_SOURCE_DIR) + "/web/data/linear_classifier.txt";
  CHECK(data::read_mnist(mnist, text).find("damaged") != std::string::npos);
  CHECK(mnist.train.count() == 0);
}
