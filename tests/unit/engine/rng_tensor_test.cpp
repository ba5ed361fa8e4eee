#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

#include "engine/optim.h"
#include "engine/rng.h"
#include "engine/tensor.h"

TEST_CASE("Shape") {
  const nn::Shape image{1, 28, 28};
  CHECK(image.rank() == 3);
  CHECK(image[2] == 28);
  CHECK(image.numel() == 784);
  CHECK(image.str() == "1x28x28");
  CHECK(image == nn::Shape{1, 28, 28});
  CHECK(image != nn::Shape{28, 28});
  CHECK(image != nn::Shape{1, 28, 28, 1});
  CHECK(nn::Shape{}.numel() == 0);
  CHECK(nn::Shape{0, 5}.numel() == 0);
  CHECK(nn::Shape{7}.str() == "7");
}

TEST_CASE("Tensor: aligned, zeros, a value") {
  for (int n : {1, 3, 17, 784}) {
    const nn::Tensor zeros(nn::Shape{n});
    CHECK(reinterpret_cast<uintptr_t>(zeros.data()) % 64 == 0);
    CHECK(std::all_of(zeros.begin(), zeros.end(), [](float x) { return x == 0; }));
  }
  nn::Tensor a(nn::Shape{2, 2}, {1, 2, 3, 4}), b = a;
  CHECK(same_bits(a, b));
  b[3] = 5;
  CHECK(a[3] == 4);
  CHECK(!same_bits(a, b));
  const float* memory = b.data();
  const nn::Tensor moved = std::move(b);
  CHECK(moved.data() == memory);
  CHECK(moved.shape() == nn::Shape{2, 2});
  CHECK(!same_bits(a, nn::Tensor(nn::Shape{4}, {1, 2, 3, 4})));
  CHECK(!same_bits(nn::Tensor(nn::Shape{1}, {0.0f}), nn::Tensor(nn::Shape{1}, {-0.0f})));
  CHECK(same_bits(nn::Tensor(), nn::Tensor()));
}

TEST_CASE("Pcg32 gives the numbers of its author's demonstration") {
  nn::Pcg32 rng(42, 54);  // pcg32-demo, round 1
  for (uint32_t expected : {0xa15c02b7u, 0x7b47f409u, 0xba1d3330u, 0x83d2f293u, 0xbfa4784bu, 0xcbed606eu})
    CHECK(rng.next() == expected);
}

TEST_CASE("Pcg32: uniform, below, normal, permutation") {
  nn::Pcg32 rng(15);
  int counts[7] = {};
  double sum = 0, squares = 0;
  const int n = 70000;
  for (int i = 0; i < n; ++i) {
    const float u = rng.uniform();
    REQUIRE((u >= 0 && u < 1));
    ++counts[rng.below(7)];
    const double x = rng.normal();
    sum += x;
    squares += x * x;
  }
  for (int count : counts) CHECK(std::abs(count - n / 7) < 500);  // five standard deviations
  CHECK(std::abs(sum / n) < 0.02);
  CHECK(std::abs(squares / n - 1) < 0.03);

  std::vector<int> order = nn::permutation(100, rng);
  CHECK(!std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (int i = 0; i < 100; ++i) CHECK(order[i] == i);
  CHECK(nn::permutation(0, rng).empty());
}

TEST_CASE("sgd_step is PyTorch's") {
  // torch.optim.SGD([1, -2], lr=0.5, momentum=0.5, weight_decay=0.25), gradients (1, 2), twice.
  float parameter[] = {1, -2}, velocity[] = {0, 0};
  const float gradient[] = {1, 2};
  const nn::SgdOptions options{0.5f, 0.5f, 0.25f};
  nn::sgd_step(parameter, velocity, gradient, 2, options);
  CHECK(parameter[0] == 1 - 0.5f * 1.25f);
  CHECK(parameter[1] == -2 - 0.5f * 1.5f);
  nn::sgd_step(parameter, velocity, gradient, 2, options);
  CHECK(parameter[0] == 0.375f - 0.5f * (0.625f + 1 + 0.25f * 0.375f));
  CHECK(parameter[1] == -2.75f - 0.5f * (0.75f + 2 - 0.25f * 2.75f));
  nn::sgd_step(parameter, nullptr, gradient, 1, {1, 0, 0});
  CHECK(parameter[0] == 0.375f - 0.5f * (0.625f + 1 + 0.25f * 0.375f) - 1);
}
