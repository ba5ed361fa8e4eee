// What is trained with and tested on. Pixels stay bytes until they go into a net, where byte b is b/256: a
// quarter of the memory, and the very numbers that the page shows elsewhere.
//
// The classes take turns (sample i is of class i mod classes), so that the first n of a set are as fair a
// set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/tensor.h"
#include "web/training/error.h"

namespace training {

struct Samples {
  nn::Shape shape;                      // of one: channels, height, width
  std::vector<uint8_t> pixels, labels;  // sample i is pixels[i · shape.numel() …] and labels[i]
  int count() const { return int(labels.size()); }
};

struct Data {
  Samples train, test;
  int classes = 0;
};

// Real handwritten digits (MNIST), 5,000 to train with and 1,000 that no net here has been trained with, from
// the file that web/data/convert.mjs --training writes (format there). On an error `data` stays as it was.
Error read_digits(Data& data, const uint8_t* bytes, size_t size);

// Pictures of 32×32 pixels in colour, each of one shape on a noisy dark ground. The label is the shape;
// colour, size and place say nothing about it. The same seed gives the same bytes on every machine.
enum class ShapeClass { Disk, Square, Triangle, Cross };
inline constexpr int kShapeClasses = 4;
enum class Half { Left, Right, Both };  // where the whole shape lies
Samples make_shapes(int count, Half half, uint64_t seed);

// The samples with their pixels put elsewhere: new place p has old place permutation[p] in every channel.
Samples rearranged(const Samples& samples, const std::vector<int>& permutation);
// All pixels of both sets put elsewhere in the same way, which the seed decides.
Data with_shuffled_pixels(const Data& data, uint64_t seed);

// Samples indices[0 … count) to x, one after the other, moved by (dx, dy) pixels: positive is right, down;
// what comes in is 0.
void gather(float* x, const Samples& samples, const int* indices, int count, int dx = 0, int dy = 0);

}  // namespace training
