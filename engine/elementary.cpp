#include "engine/elementary.h"

#include <cstdint>
#include <cstring>
#include <limits>

namespace nn {
namespace {

// std::bit_cast, which older standard libraries don't have.
template <class To, class From>
To bits_as(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

}  // namespace

// e^x = 2^n · e^r with n the integer nearest to x / ln 2, so |r| ≤ ln 2 / 2, and e^r by Taylor's series:
// the first term left out, r^10 / 10!, is below 7e-12. ln 2 is split in two so that n · ln 2 is exact
// enough (W. J. Cody, W. Waite, "Software Manual for the Elementary Functions", 1980).
double exp(double x) {
  if (x != x) return x;
  if (x < -708) return 0;
  if (x > 709) return std::numeric_limits<double>::infinity();
  const double scaled = x * 1.4426950408889634;
  const int n = int(scaled + (scaled < 0 ? -0.5 : 0.5));
  const double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  double sum = 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  // 2^n in two factors, because n = 1023 + 1 has no exponent of its own.
  const int half = n / 2;
  const auto power = [](int e) { return bits_as<double>(uint64_t(1023 + e) << 52); };
  return sum * power(half) * power(n - half);
}

// x = m · 2^e with m in [√½, √2); log m = 2·artanh(s), s = (m − 1) / (m + 1), |s| ≤ 0.1716, whose series
// s + s³/3 + s⁵/5 + … is cut after s^15: the first term left out is below 6e-15.
double log(double x) {
  if (x != x || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x < std::numeric_limits<double>::min()) return -std::numeric_limits<double>::infinity();
  if (x > std::numeric_limits<double>::max()) return x;
  const uint64_t bits = bits_as<uint64_t>(x);
  int e = int(bits >> 52) - 1023;
  double m = bits_as<double>((bits & 0xfffffffffffffu) | uint64_t(1023) << 52);
  if (m > 1.4142135623730951) {
    m = m * 0.5;
    e += 1;
  }
  const double s = (m - 1) / (m + 1), square = s * s;
  double sum = 1.0 / 15;
  for (int k = 13; k > 0; k -= 2) sum = sum * square + 1.0 / k;
  return 2 * s * sum + e * 0.6931471805599453;
}

}  // namespace nn
