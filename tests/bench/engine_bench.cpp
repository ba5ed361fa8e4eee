// GFLOP/s of the engine's layers on this machine, against the peak of separate multiplications and additions
// measured in the same process just before and after; so the percentages can be compared, the rest depends on
// what else the machine does. engine_bench [WORDS]: only the rows whose name contains one of the words.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "engine/rng.h"
#include "engine/simd/f32x4.h"
#include "engine/trainer.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The fastest of as many runs as fit into `budget` seconds, five at least: the one that was disturbed least.
template <class F>
double best_seconds(const F& run, double budget = 0.3) {
  run();
  double best = 1e30;
  const auto begin = Clock::now();
  for (int i = 0; i < 5 || seconds_since(begin) < budget; ++i) {
    const auto start = Clock::now();
    run();
    best = std::min(best, seconds_since(start));
  }
  return best;
}

volatile float sink;

// Twelve independent chains of multiply, then add: what no kernel without fused multiply-add can beat.
double peak_gflops() {
  using namespace nn::simd;
  constexpr int kChains = 12, kRounds = 200000;
  const auto run = [] {
    f32x4 sum[kChains];
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) sum[i] = splat(float(i));
    const f32x4 a = splat(0.9999f), b = splat(0.5f);
    for (int k = 0; k < kRounds; ++k)
#pragma GCC unroll 12
      for (int i = 0; i < kChains; ++i) sum[i] = add(b, mul(sum[i], a));
    f32x4 total = sum[0];
#pragma GCC unroll 12
    for (int i = 1; i < kChains; ++i) total = add(total, sum[i]);
    sink = hsum(total);
  };
  return kChains * 8.0 * kRounds / best_seconds(run, 0.2) / 1e9;
}

struct Row {
  std::string name;
  nn::Shape input;
  std::vector<nn::Layer> layers;
  int batch = 1;
  bool train = false;
};

nn::Layer conv(int filters, int kernel, int stride = 1, int padding = 0) {
  return nn::Conv2d{filters, kernel, kernel, stride, padding};
}

std::vector<Row> rows() {
  using nn::Flatten, nn::Linear, nn::MaxPool2d, nn::ReLU;
  std::vector<Row> rows{{"seed-conv", {3, 32, 32}, {conv(10, 5, 1, 2)}},
                        {"res-conv", {64, 56, 56}, {conv(64, 3, 1, 1)}},
                        {"stride-conv", {64, 56, 56}, {conv(128, 3, 2, 1)}},
                        {"pointwise", {64, 56, 56}, {conv(256, 1)}},
                        {"image-sized", {1, 28, 28}, {conv(10, 28)}},
                        {"fc-small", {3072}, {Linear{10}}},
                        {"fc-large", {4096}, {Linear{1000}}},
                        {"tinyvgg",
                         {3, 64, 64},
                         {conv(10, 3), ReLU{}, conv(10, 3), ReLU{}, MaxPool2d(2), conv(10, 3), ReLU{},
                          conv(10, 3), ReLU{}, MaxPool2d(2), Flatten{}, Linear{10}, nn::Softmax{}}},
                        {"train-cifar",
                         {3, 32, 32},
                         {conv(16, 5, 1, 2), ReLU{}, MaxPool2d(2), conv(20, 5, 1, 2), ReLU{}, MaxPool2d(2),
                          conv(20, 5, 1, 2), ReLU{}, MaxPool2d(2), Flatten{}, Linear{10}},
                         32,
                         true},
                        {"train-fc", {3072}, {Linear{10}}, 32, true}};
  for (int side : {16, 32, 64, 128, 256})
    rows.push_back({"side-" + std::to_string(side), {16, side, side}, {conv(16, 3, 1, 1)}});
  for (int channels : {1, 2, 4, 8, 16, 32, 64, 128, 256})
    rows.push_back({"channels-" + std::to_string(channels), {channels, 28, 28}, {conv(16, 3, 1, 1)}});
  for (int filters : {1, 2, 3, 4, 8, 10, 16, 20, 32})
    rows.push_back({"filters-" + std::to_string(filters), {16, 28, 28}, {conv(filters, 3, 1, 1)}});
  return rows;
}

void measure(const Row& row, double peak) {
  nn::Sequential net;
  if (const nn::Error error = nn::Sequential::make(net, row.input, row.layers, 1)) {
    std::printf("%s: %s\n", row.name.c_str(), error.text.c_str());
    return;
  }
  nn::Trainer trainer(std::move(net));
  nn::Sequential& n = trainer.net();
  const nn::SgdOptions options{0.01f, 0, 0};
  if (n.reserve(row.batch) || (row.train && trainer.reserve(row.batch, options))) return;
  nn::Pcg32 rng(1);
  float* x = n.input(row.batch);
  for (size_t i = 0; i < row.input.numel() * row.batch; ++i) x[i] = rng.uniform(-1, 1);
  std::vector<int32_t> labels(row.batch);

  // Two operations a multiply-add; a training step has the gradients by weight and, but for the first layer,
  // by input.
  double flops = 0;
  bool first = true;
  for (const nn::LayerSummary& layer : n.summary()) {
    if (layer.macs == 0) continue;
    flops += 2.0 * double(layer.macs) * row.batch * (row.train ? (first ? 2 : 3) : 1);
    first = false;
  }
  const double seconds = best_seconds([&] {
    if (!row.train) return n.forward(row.batch);
    if (!trainer.begin(labels.data(), row.batch, options)) trainer.advance(1e30);
  });
  const double gflops = flops / seconds / 1e9;
  std::printf("%-14s %9.4f ms %7.1f GFLOP/s %5.0f %%\n", row.name.c_str(), seconds * 1e3, gflops,
              100 * gflops / peak);
}

}  // namespace

int main(int argc, char** argv) {
  const double before = peak_gflops();
  std::printf("f32x4 is " NN_SIMD_NAME "; peak of mul + add: %.1f GFLOP/s\n", before);
  for (const Row& row : rows()) {
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i) wanted = wanted || row.name.find(argv[i]) != std::string::npos;
    if (wanted) measure(row, before);
  }
  std::printf("the peak again: %.1f GFLOP/s\n", peak_gflops());
}
