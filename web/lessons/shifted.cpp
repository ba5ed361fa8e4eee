#include "web/lessons/shifted.h"

#include <algorithm>

namespace lessons {

nn::Tensor shifted(const nn::Tensor& in, int down, int right) {
  const nn::Shape& shape = in.shape();
  nn::Tensor out(shape);
  for (int c = 0; c < shape[0]; ++c)
    for (int row = std::max(0, down); row < std::min(shape[1], shape[1] + down); ++row)
      for (int col = std::max(0, right); col < std::min(shape[2], shape[2] + right); ++col)
        out[(c * shape[1] + row) * shape[2] + col] = in[(c * shape[1] + row - down) * shape[2] + col - right];
  return out;
}

}  // namespace lessons
