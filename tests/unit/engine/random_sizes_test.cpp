// Thousands of random sizes, from a single pixel under a kernel that is larger than its frame: the kernels
// against the plain loops of naive.h, forward and backward, for ordinary, denormal and infinite numbers and
// such as are none.
#include <algorithm>

#include "tests/unit/engine/naive.h"
#include "tests/unit/long_support.h"

using namespace engine_test;

namespace {

nn::Conv2dShape any_convolution(nn::Pcg32& rng) {
  nn::Conv2dShape s{size_up_to(6, rng), size_up_to(12, rng), size_up_to(20, rng),
                    size_up_to(9, rng), size_up_to(7, rng),  size_up_to(7, rng)};
  if (rng.below(2)) s.kernel_width = s.kernel_height;
  s.stride = size_up_to(4, rng);
  s.padding = int(rng.below(4));
  return s;
}

nn::Pool2dShape any_pooling(nn::Pcg32& rng) {
  nn::Pool2dShape s{size_up_to(6, rng), size_up_to(12, rng), size_up_to(24, rng), size_up_to(6, rng),
                    size_up_to(4, rng)};
  s.padding = int(rng.below(uint32_t(s.kernel / 2 + 1)));
  return s;
}

struct Convolved {
  nn::Conv2dShape shape;
  int batch, in_size, out_size;
  Floats in, weight, bias, d_out;

  Convolved(nn::Pcg32& rng, Numbers kind)
      : shape(any_convolution(rng)),
        batch(size_up_to(3, rng)),
        in_size(shape.in_channels * shape.in_height * shape.in_width),
        out_size(shape.out_channels * shape.out_height() * shape.out_width()),
        in(floats(batch * in_size, kind, rng)),
        weight(floats(shape.out_channels * shape.in_channels * shape.kernel_height * shape.kernel_width,
                      kind == Numbers::Odd && rng.below(2) ? Numbers::Usual : kind, rng)),
        bias(floats(shape.out_channels, Numbers::Usual, rng)),
        d_out(floats(batch * out_size, kind, rng)) {}

  // With memory for rearranged weights, and without.
  Floats scratch(bool wanted) const {
    return Floats(wanted ? size_t(nn::conv2d_scratch(shape)) : 0, std::nanf(""));
  }
  int out_channel(int out) const { return out / (out_size / shape.out_channels); }

  void check_forward(bool packed) const {
    Floats out(d_out.size());
    for (int i = 0; i < int(out.size()); ++i) out[size_t(i)] = bias[size_t(out_channel(i % out_size))];
    Sums sums(out);
    for (int b = 0; b < batch; ++b)
      each_product(shape, [&](int o, int i, int w) {
        sums.add(b * out_size + o, double(in[size_t(b * in_size + i)]) * weight[size_t(w)]);
      });
    Floats memory = scratch(packed);
    std::fill(out.begin(), out.end(), -7.0f);
    nn::conv2d_forward(out.data(), in.data(), weight.data(), bias.data(), batch, shape,
                       memory.empty() ? nullptr : memory.data());
    sums.check(out, text(shape) + " output");
  }

  void check_backward(bool packed, nn::Pcg32& rng) const {
    Floats d_in = random_floats(int(in.size()), rng), d_weight = random_floats(int(weight.size()), rng);
    Floats d_bias = random_floats(shape.out_channels, rng);
    Sums in_sums(d_in), weight_sums(d_weight), bias_sums(d_bias);
    for (int b = 0; b < batch; ++b)
      each_product(shape, [&](int o, int i, int w) {
        const double d = d_out[size_t(b * out_size + o)];
        in_sums.add(b * in_size + i, d * weight[size_t(w)]);
        weight_sums.add(w, d * in[size_t(b * in_size + i)]);
      });
    for (int i = 0; i < int(d_out.size()); ++i) bias_sums.add(out_channel(i % out_size), d_out[size_t(i)]);
    Floats memory = scratch(packed);
    nn::conv2d_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), in.data(), weight.data(),
                        batch, shape, memory.empty() ? nullptr : memory.data());
    in_sums.check(d_in, text(shape) + " d_in");
    weight_sums.check(d_weight, text(shape) + " d_weight");
    bias_sums.check(d_bias, text(shape) + " d_bias");
  }
};

}  // namespace

TEST_CASE("conv2d is what plain loops give, whatever the sizes and numbers, forward and backward") {
  nn::Pcg32 rng(61);
  for (const Numbers kind : kNumbers)
    for (int round = 0; round < rounds(8000); ++round) {
      const Convolved c(rng, kind);
      for (const bool packed : {false, true}) {
        c.check_forward(packed);
        c.check_backward(packed, rng);
      }
    }
}

TEST_CASE("max and average pooling are what plain loops give, whatever the sizes and numbers") {
  nn::Pcg32 rng(62);
  for (const Numbers kind : kNumbers)
    for (int round = 0; round < rounds(8000); ++round) {
      const nn::Pool2dShape s = any_pooling(rng);
      const int outs = s.channels * s.out_height() * s.out_width();
      const Floats in = floats(s.channels * s.in_height * s.in_width, kind, rng);
      const Floats d_out = floats(outs, kind, rng), begun = random_floats(int(in.size()), rng);
      Floats out(size_t(outs), -7.0f), d_in = begun;
      std::vector<int32_t> argmax(size_t(outs), -7), best(size_t(outs), -1);
      each_seen(s, [&](int o, int i) {  // the first on a tie; a NaN only as the window's first
        if (best[size_t(o)] < 0 || in[size_t(i)] > in[size_t(best[size_t(o)])]) best[size_t(o)] = i;
      });
      nn::max_pool2d_forward(out.data(), argmax.data(), in.data(), s);
      CHECK_MESSAGE(argmax == best, text(s), " argmax");
      Floats maxima;
      for (const int i : best) maxima.push_back(in[size_t(i)]);
      CHECK_MESSAGE(first_difference(out, maxima) < 0, text(s), " max");
      nn::max_pool2d_forward(out.data(), nullptr, in.data(), s);
      CHECK_MESSAGE(first_difference(out, maxima) < 0, text(s), " max alone");
      Sums d_max(begun);
      for (int o = 0; o < outs; ++o) d_max.add(best[size_t(o)], d_out[size_t(o)]);
      nn::max_pool2d_backward(d_in.data(), d_out.data(), argmax.data(), s);
      d_max.check(d_in, text(s) + " d_in of max");

      const double area = double(s.kernel) * s.kernel;
      Sums means(Floats(size_t(outs), 0.0f)), d_mean(begun);
      each_seen(s, [&](int o, int i) {
        means.add(o, in[size_t(i)] / area);
        d_mean.add(i, d_out[size_t(o)] / area);
      });
      nn::avg_pool2d_forward(out.data(), in.data(), s);
      means.check(out, text(s) + " mean");
      d_in = begun;
      nn::avg_pool2d_backward(d_in.data(), d_out.data(), s);
      d_mean.check(d_in, text(s) + " d_in of mean");
    }
}

TEST_CASE("linear is what plain loops give, whatever the sizes and numbers, forward and backward") {
  nn::Pcg32 rng(63);
  for (const Numbers kind : kNumbers)
    for (int round = 0; round < rounds(8000); ++round) {
      const int batch = size_up_to(5, rng), ins = size_up_to(70, rng), outs = size_up_to(20, rng);
      const std::string what = nn::Shape{batch, ins, outs}.str();
      const Floats in = floats(batch * ins, kind, rng), d_out = floats(batch * outs, kind, rng);
      const Floats weight = floats(outs * ins, kind, rng), bias = floats(outs, kind, rng);
      Floats out(size_t(batch * outs), 0.0f), d_in = random_floats(batch * ins, rng);
      Floats d_weight = random_floats(outs * ins, rng), d_bias = random_floats(outs, rng);
      Sums sums(out), in_sums(d_in), weight_sums(d_weight), bias_sums(d_bias);
      for (int b = 0; b < batch; ++b)
        for (int o = 0; o < outs; ++o) {
          const double d = d_out[size_t(b * outs + o)];
          sums.add(b * outs + o, bias[size_t(o)]);
          bias_sums.add(o, d);
          for (int i = 0; i < ins; ++i) {
            const double x = in[size_t(b * ins + i)], w = weight[size_t(o * ins + i)];
            sums.add(b * outs + o, x * w);
            in_sums.add(b * ins + i, d * w);
            weight_sums.add(o * ins + i, d * x);
          }
        }
      nn::linear_forward(out.data(), in.data(), weight.data(), bias.data(), batch, ins, outs);
      nn::linear_backward(d_in.data(), d_weight.data(), d_bias.data(), d_out.data(), in.data(), weight.data(),
                          batch, ins, outs);
      sums.check(out, what);
      in_sums.check(d_in, what + " d_in");
      weight_sums.check(d_weight, what + " d_weight");
      bias_sums.check(d_bias, what + " d_bias");
    }
}
