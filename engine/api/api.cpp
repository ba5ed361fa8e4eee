#include "engine/api/api.h"

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "engine/simd/f32x4.h"
#include "engine/trainer.h"

namespace {

using nn::Error;

constexpr uint32_t kMaxLayers = 1000;

struct Net {
  int32_t number;
  std::unique_ptr<nn::Trainer> trainer;
};

std::vector<Net> nets;
int32_t last_number = 0;
std::string message;
void* stage = nullptr;
uint32_t stage_bytes = 0;
double result[8];

bool failed(Error error) {
  message = std::move(error.text);
  return !message.empty();
}

nn::Trainer* find(int32_t number) {
  for (Net& net : nets)
    if (net.number == number) return net.trainer.get();
  message = "This net has been deleted.";
  return nullptr;
}

// Reads one layer; false where its kind is unknown.
bool read_layer(nn::Layer& layer, const int32_t* p) {
  switch (p[0]) {
    case 0:
      layer = nn::Conv2d{p[1], p[2], p[3], p[4], p[5], p[6] != 0, p[7] != 0};
      return true;
    case 1:
      layer = nn::Linear{p[1], p[2] != 0};
      return true;
    case 2:
      layer = nn::MaxPool2d(p[1], p[2], p[3]);
      return true;
    case 3:
      layer = nn::AvgPool2d(p[1], p[2], p[3]);
      return true;
    case 4:
      layer = nn::ReLU{};
      return true;
    case 5:
      layer = nn::Flatten{};
      return true;
    case 6:
      layer = nn::Softmax{};
      return true;
    default:
      return false;
  }
}

Error read_net(nn::Sequential& net, const int32_t* spec, uint32_t count, uint64_t seed) {
  const Error bad{"The description of the net is incomplete."};
  if (!spec || count < 1 || count > stage_bytes / sizeof(int32_t)) return bad;
  const int rank = spec[0];
  if (rank < 1 || rank > 3)
    return {"The input must have one to three dimensions, not " + std::to_string(rank) + "."};
  if (count < uint32_t(rank) + 1 || (count - rank - 1) % kLayerInts != 0) return bad;
  for (int i = 0; i < rank; ++i)
    if (spec[1 + i] < 1)
      return {"The input's sizes must be 1 or more, not " + std::to_string(spec[1 + i]) + "."};
  if ((count - rank - 1) / kLayerInts > kMaxLayers)
    return {"A net has at most " + std::to_string(kMaxLayers) + " layers."};
  std::vector<nn::Layer> layers((count - rank - 1) / kLayerInts);
  const int32_t* p = spec + 1 + rank;
  for (nn::Layer& layer : layers) {
    if (!read_layer(layer, p)) return bad;
    p += kLayerInts;
  }
  return nn::Sequential::make(net, nn::Shape(spec + 1, rank), std::move(layers), seed);
}

}  // namespace

extern "C" {

#ifndef CONV_PLAYGROUND_VERSION
#define CONV_PLAYGROUND_VERSION "0"
#endif
const char* nn_version() { return CONV_PLAYGROUND_VERSION; }
const char* nn_simd() { return NN_SIMD_NAME; }
const char* nn_error() { return message.c_str(); }
const double* nn_result() { return result; }

void* nn_stage(uint32_t bytes) {
  if (bytes <= stage_bytes) return stage;
  void* more = std::malloc(bytes);
  if (!more) {
    message = "There is not enough memory.";
    return nullptr;
  }
  std::free(stage);
  stage_bytes = bytes;
  return stage = more;
}

int32_t nn_sequential(uint32_t count, uint32_t seed_low, uint32_t seed_high) {
  nn::Sequential net;
  const uint64_t seed = uint64_t(seed_high) << 32 | seed_low;
  if (failed(read_net(net, static_cast<const int32_t*>(stage), count, seed))) return 0;
  if (failed(net.reserve(1))) return 0;
  nets.push_back({++last_number, std::make_unique<nn::Trainer>(std::move(net))});
  return last_number;
}

void nn_delete(int32_t number) {
  for (size_t i = 0; i < nets.size(); ++i)
    if (nets[i].number == number) {
      nets.erase(nets.begin() + long(i));
      return;
    }
}

int32_t nn_summary(int32_t number, int32_t layer) {
  const nn::Trainer* trainer = find(number);
  if (!trainer) return 0;
  const auto rows = trainer->net().summary();
  if (layer < 0 || layer >= int32_t(rows.size())) return 0;
  const nn::Shape& shape = rows[layer].output_shape;
  result[0] = shape.rank();
  for (int i = 0; i < 3; ++i) result[1 + i] = i < shape.rank() ? shape[i] : 0;
  result[4] = double(rows[layer].params);
  result[5] = double(rows[layer].macs);
  return 1;
}

float* nn_parameter(int32_t number, int32_t i) {
  nn::Trainer* trainer = find(number);
  if (!trainer || i < 0 || i >= trainer->net().parameter_count()) return nullptr;
  nn::Tensor& tensor = trainer->net().parameter(i);
  result[0] = trainer->net().parameter_layer(i);
  result[1] = trainer->net().parameter_is_bias(i);
  result[2] = tensor.shape().rank();
  for (int k = 0; k < 4; ++k) result[3 + k] = k < tensor.shape().rank() ? tensor.shape()[k] : 0;
  return tensor.data();
}

float* nn_input(int32_t number, int32_t batch) {
  nn::Trainer* trainer = find(number);
  if (!trainer || failed(trainer->net().reserve(batch))) return nullptr;
  return trainer->net().input(batch);
}

int32_t nn_run(int32_t number, int32_t batch) {
  nn::Trainer* trainer = find(number);
  if (!trainer || failed(trainer->net().reserve(batch))) return 0;
  trainer->net().forward(batch);
  return 1;
}

const float* nn_output(int32_t number) {
  nn::Trainer* trainer = find(number);
  return trainer ? trainer->net().activation(trainer->net().layer_count()).data : nullptr;
}

float* nn_train_input(int32_t number, int32_t batch, float momentum) {
  nn::Trainer* trainer = find(number);
  if (!trainer || failed(trainer->reserve(batch, nn::SgdOptions{0, momentum, 0}))) return nullptr;
  return trainer->net().input(batch);
}

int32_t nn_train_step(int32_t number, int32_t batch, float lr, float momentum, float weight_decay) {
  nn::Trainer* trainer = find(number);
  if (!trainer) return 0;
  if (batch < 1 || uint32_t(batch) > stage_bytes / sizeof(int32_t))
    return failed({"There are no labels for a batch of " + std::to_string(batch) + "."}), 0;
  if (!std::isfinite(lr) || !std::isfinite(momentum) || !std::isfinite(weight_decay))
    return failed({"lr, momentum and weight_decay must be finite."}), 0;
  if (failed(trainer->begin(static_cast<const int32_t*>(stage), batch,
                            nn::SgdOptions{lr, momentum, weight_decay})))
    return 0;
  while (!trainer->advance(1e30)) {
  }
  result[0] = trainer->loss();
  result[1] = trainer->accuracy();
  return 1;
}

}  // extern "C"
