// Gradients against finite differences.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "tests/unit/engine/engine_support.h"

namespace engine_test {

// Central differences of `loss`, a function of `x` in place, against `gradient`: within absolute +
// relative·|it|.
inline void check_gradient(const std::string& what, std::vector<double>& x, const Floats& gradient,
                           const std::function<double()>& loss, double absolute = 2e-6,
                           double relative = 1e-5) {
  const double h = 1e-5;
  REQUIRE(x.size() == gradient.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const double old = x[i];
    x[i] = old + h;
    const double above = loss();
    x[i] = old - h;
    const double below = loss();
    x[i] = old;
    const double numeric = (above - below) / (2 * h);
    CHECK_MESSAGE(std::abs(numeric - gradient[i]) <= absolute + relative * std::abs(numeric), what,
                  " element ", i, ": ", gradient[i], " instead of ", numeric);
  }
}

}  // namespace engine_test
