#include "web/lessons/measures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lessons {

float correlation(const nn::Tensor& a, const nn::Tensor& b) {
  const double n = double(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double aa = 0, bb = 0, ab = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  if (aa == 0 || bb == 0) return nn::same_bits(a, b) ? 1.0f : 0.0f;
  return float(std::clamp(ab / std::sqrt(aa) / std::sqrt(bb), -1.0, 1.0));
}

double energy(const nn::Tensor& map, float bias) {
  double sum = 0;
  for (float y : map) sum += (double(y) - bias) * (double(y) - bias);
  return sum;
}

float relative_change(const nn::Tensor& before, const nn::Tensor& after) {
  double moved = 0, all = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    moved += std::fabs(double(after[i]) - before[i]);
    all += std::fabs(double(before[i]));
  }
  return all > 0 ? float(moved / all) : moved > 0 ? 1.0f : 0.0f;
}

}  // namespace lessons
