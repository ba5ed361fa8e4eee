// A tensor is a shape and the float32 numbers that fill it: row-major, contiguous, the last dimension
// running fastest (an image is C×H×W, a batch of images N×C×H×W).
//
// A Tensor owns its memory, begins at a multiple of 64 bytes and starts out as zeros. It is a value:
// a copy is a copy of the numbers. One that was moved from may only be assigned to or destroyed.
// Errors of the programmer (more than four dimensions, a negative one, an index outside) assert.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace nn {

// Up to four dimensions. Shape{} has rank 0 and numel() 0: nothing.
class Shape {
 public:
  static constexpr int kMaxRank = 4;

  Shape() = default;
  Shape(std::initializer_list<int> dims) : Shape(dims.begin(), int(dims.size())) {}
  Shape(const int* dims, int rank) : rank_(rank) {
    assert(rank >= 0 && rank <= kMaxRank);
    for (int i = 0; i < rank; ++i) {
      assert(dims[i] >= 0);
      dims_[i] = dims[i];
    }
  }

  int rank() const { return rank_; }
  int operator[](int i) const {
    assert(i >= 0 && i < rank_);
    return dims_[i];
  }
  const int* begin() const { return dims_; }
  const int* end() const { return dims_ + rank_; }

  // How many numbers fill it.
  size_t numel() const {
    size_t n = rank_ > 0;
    for (int dim : *this) n *= size_t(dim);
    return n;
  }

  // Dimensions beyond the rank stay 0, so comparing all of them is right.
  bool operator==(const Shape&) const = default;

  // "1x28x28", for messages.
  std::string str() const {
    std::string text;
    for (int dim : *this) {
      if (!text.empty()) text += 'x';
      text += std::to_string(dim);
    }
    return text;
  }

 private:
  int rank_ = 0;
  int dims_[kMaxRank] = {0, 0, 0, 0};
};

// Memory for std::vector that begins at a multiple of 64 bytes: a cache line, and any vector load.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kAlignment)); }
  void deallocate(T* p, size_t) { ::operator delete(p, kAlignment); }
  template <class U>
  bool operator==(const AlignedAllocator<U>&) const {
    return true;
  }
};

class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(Shape shape) : shape_(shape), values_(shape.numel()) {}
  // `values` in row-major order, as many as the shape has.
  Tensor(Shape shape, std::initializer_list<float> values) : shape_(shape), values_(values) {
    assert(values.size() == shape.numel());
  }

  const Shape& shape() const { return shape_; }
  size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }

  float* data() { return values_.data(); }
  const float* data() const { return values_.data(); }
  float& operator[](size_t i) {
    assert(i < size());
    return values_[i];
  }
  float operator[](size_t i) const {
    assert(i < size());
    return values_[i];
  }
  float* begin() { return data(); }
  float* end() { return data() + size(); }
  const float* begin() const { return data(); }
  const float* end() const { return data() + size(); }

 private:
  Shape shape_;
  std::vector<float, AlignedAllocator<float>> values_;
};

// Equal shapes and equal bits: −0 differs from 0, and a NaN equals itself.
inline bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

}  // namespace nn
