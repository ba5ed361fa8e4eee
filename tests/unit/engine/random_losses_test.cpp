// Softmax, its cross-entropy and ReLU against their definitions in double precision with the library's exp
// and log, and their gradients against central differences of those, for random sizes and numbers. What
// layers refuse.
#include <algorithm>

#include "tests/unit/engine/gradient_support.h"
#include "tests/unit/engine/naive.h"
#include "tests/unit/engine/net_support.h"
#include "tests/unit/long_support.h"

using namespace engine_test;

namespace {

// softmax of a row; all NaN where the largest is infinite, or one is none.
std::vector<double> softmax(const std::vector<double>& row) {
  const bool nan = std::any_of(row.begin(), row.end(), [](double x) { return std::isnan(x); });
  const double top = nan ? std::nan("") : *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (const double x : row) sum += std::exp(x - top);
  std::vector<double> shares;
  for (const double x : row) shares.push_back(std::exp(x - top) / sum);
  return shares;
}

double loss_of(const std::vector<double>& row, int label) {
  const double top = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (const double x : row) sum += std::exp(x - top);
  return std::log(sum) + top - row[size_t(label)];
}

std::vector<double> row_of(const Floats& all, int row, int columns) {
  return {all.begin() + long(row) * columns, all.begin() + long(row + 1) * columns};
}

Floats logits(int n, Numbers kind, nn::Pcg32& rng) {
  Floats in = floats(n, kind, rng);
  const float range[] = {1, 30, 1e4f, 1e30f};
  const float factor = range[rng.below(4)];
  for (float& x : in) x *= factor;
  return in;
}

// Sizes as they come, most of the time sensible.
int any_option(int least, int most, nn::Pcg32& rng) {
  const int odd[] = {0, -1, -1000000, 1 << 20, (1 << 20) + 1, 2147483647};
  return rng.below(8) == 0 ? odd[rng.below(6)] : least + int(rng.below(uint32_t(most - least + 1)));
}

// How many places the window has, counted; the last begins where it still fits in.
int64_t places(int64_t n, int64_t kernel, int64_t stride, int64_t padding) {
  int64_t count = 0;
  for (int64_t first = -padding; first + kernel <= n + padding; first += stride) ++count;
  return count;
}

}  // namespace

TEST_CASE("softmax is its definition, whatever the numbers; its gradient is that of central differences") {
  nn::Pcg32 rng(64);
  for (const Numbers kind : kNumbers)
    for (int round = 0; round < rounds(4000); ++round) {
      const int rows = size_up_to(4, rng), columns = size_up_to(13, rng);
      const std::string what = nn::Shape{rows, columns}.str();
      const Floats in = logits(rows * columns, kind, rng);
      Floats out(in.size());
      nn::softmax_forward(out.data(), in.data(), rows, columns);
      for (int r = 0; r < rows; ++r) {
        const std::vector<double> shares = softmax(row_of(in, r, columns));
        for (int i = 0; i < columns; ++i) {
          const double share = shares[size_t(i)], got = out[size_t(r * columns + i)];
          const bool same =
              std::isnan(share) ? std::isnan(got) : std::abs(got - share) <= 1e-7 * share + 1e-44;
          CHECK_MESSAGE(same, what, ": ", got, " instead of ", share);
        }
      }
      if (kind == Numbers::Odd) continue;
      const Floats usual = random_floats(columns, rng), d_out = random_floats(columns, rng);
      Floats shares(usual.size()), d_in(usual.size(), 0.0f);
      nn::softmax_forward(shares.data(), usual.data(), 1, columns);
      nn::softmax_backward(d_in.data(), d_out.data(), shares.data(), 1, columns);
      std::vector<double> x = doubles(usual);
      check_gradient(what + " d_in", x, d_in, [&] {
        double sum = 0;
        const std::vector<double> now = softmax(x);
        for (int i = 0; i < columns; ++i) sum += now[size_t(i)] * d_out[size_t(i)];
        return sum;
      });
    }
}

TEST_CASE("cross-entropy is its definition; its gradient is that of central differences") {
  nn::Pcg32 rng(65);
  for (const Numbers kind : kNumbers)
    for (int round = 0; round < rounds(4000); ++round) {
      const int batch = size_up_to(5, rng), classes = size_up_to(12, rng);
      const std::string what = nn::Shape{batch, classes}.str();
      const bool gentle = rng.below(2) && kind != Numbers::Odd;
      const Floats in = gentle ? random_floats(batch * classes, rng) : logits(batch * classes, kind, rng);
      std::vector<int32_t> label;
      for (int b = 0; b < batch; ++b) label.push_back(int32_t(rng.below(uint32_t(classes))));
      float loss = -7;
      Floats prob(in.size()), d_in(in.size(), 0.0f);
      nn::cross_entropy_forward(&loss, prob.data(), in.data(), label.data(), batch, classes);
      nn::cross_entropy_backward(d_in.data(), prob.data(), label.data(), batch, classes);
      if (kind == Numbers::Odd) {
        const bool whole = std::all_of(in.begin(), in.end(), [](float x) { return std::isfinite(x); });
        CHECK_MESSAGE((!whole || std::isfinite(loss)), what);
        for (int b = 0; b < batch; ++b)  // nothing that is none looks like a number
          for (const double x : row_of(in, b, classes))
            if (std::isnan(x) || x == std::numeric_limits<double>::infinity()) CHECK(std::isnan(loss));
        continue;
      }
      const auto mean = [&](const std::vector<double>& x) {
        double sum = 0;
        for (int b = 0; b < batch; ++b)
          sum +=
              loss_of({x.begin() + long(b) * classes, x.begin() + long(b + 1) * classes}, label[size_t(b)]);
        return sum / batch;
      };
      std::vector<double> x = doubles(in);
      const double truth = mean(x);
      CHECK_MESSAGE(std::abs(loss - truth) <= 1e-6 * truth + 1e-9, what, ": ", loss, " instead of ", truth);
      if (gentle) check_gradient(what, x, d_in, [&] { return mean(x); });
    }
}

TEST_CASE("relu is max(x, 0) and its gradient passes where x > 0, whatever the numbers") {
  nn::Pcg32 rng(66);
  for (const Numbers kind : kNumbers)
    for (int round = 0; round < rounds(4000); ++round) {
      const int n = size_up_to(40, rng);
      const Floats in = floats(n, kind, rng), d_out = floats(n, kind, rng), begun = random_floats(n, rng);
      Floats out(in.size(), -7.0f), d_in = begun;
      nn::relu_forward(out.data(), in.data(), n);
      nn::relu_backward(d_in.data(), d_out.data(), in.data(), n);
      Sums sums(begun);
      for (int i = 0; i < n; ++i) {
        const float x = in[size_t(i)];
        CHECK(bits(out[size_t(i)]) == bits(x > 0 ? x : 0.0f));
        if (x > 0) sums.add(i, d_out[size_t(i)]);
      }
      sums.check(d_in, "d_in of " + std::to_string(n));
    }
}

TEST_CASE(
    "layers take what fits and refuse the rest: no channels, kernels larger than their frame, odd numbers") {
  nn::Pcg32 rng(67);
  int taken = 0, refused = 0;
  for (int round = 0; round < rounds(4000); ++round) {
    const nn::Shape input{int(rng.below(4)), int(rng.below(9)), int(rng.below(9))};
    const bool pools = rng.below(2);
    const int filters = any_option(1, 4, rng), stride = any_option(1, 4, rng),
              padding = any_option(0, 3, rng);
    const int height = any_option(1, 6, rng), width = pools ? height : any_option(1, 6, rng);
    const nn::Layer pool = rng.below(2) ? nn::Layer(nn::MaxPool2d{height, stride, padding})
                                        : nn::Layer(nn::AvgPool2d{height, stride, padding});
    const nn::Layer layer = pools ? pool : nn::Layer(nn::Conv2d{filters, height, width, stride, padding});

    constexpr int64_t kMost = 1 << 20, kMostNumbers = int64_t(1) << 30;
    const int step = pools && stride == 0 ? height : stride;  // PyTorch's default
    const auto within = [](int64_t x, int64_t least, int64_t most) { return x >= least && x <= most; };
    bool fits = input[0] > 0 && input[1] > 0 && input[2] > 0 && within(height, 1, kMost) &&
                within(width, 1, kMost) && within(step, 1, kMost) &&
                within(padding, 0, pools ? height / 2 : kMost) && (pools || within(filters, 1, kMostNumbers));
    int64_t rows = 0, cols = 0;
    const int64_t channels = pools ? input[0] : filters;
    if (fits) {
      rows = places(input[1], height, step, padding);
      cols = places(input[2], width, step, padding);
      fits = rows > 0 && cols > 0 && double(rows) * double(cols) * double(channels) <= double(kMostNumbers) &&
             (pools || double(filters) * input[0] * height * width <= double(kMostNumbers));
    }
    const std::string what = input.str() + " kernel " +
                             nn::Shape{std::max(height, 0), std::max(width, 0)}.str() + " stride " +
                             std::to_string(stride) + " padding " + std::to_string(padding) + " filters " +
                             std::to_string(filters);
    if (double(channels) * double(rows) * double(cols) > 1e6 ||
        (fits && !pools && double(filters) * height * width > 1e6))
      continue;  // right, but it would take the memory
    nn::Sequential net;
    const nn::Error error = nn::Sequential::make(net, input, {layer}, 1);
    CHECK_MESSAGE(bool(error) == !fits, what, ": ", error.text);
    CHECK((error ? net.layer_count() == 0 && error.text.size() > 20 : true));
    if (!error) CHECK_MESSAGE((net.shape(1) == nn::Shape{int(channels), int(rows), int(cols)}), what);
    ++(error ? refused : taken);
  }
  CHECK(taken > rounds(800));
  CHECK(refused > rounds(800));
}
