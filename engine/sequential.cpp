#include "engine/sequential.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace nn {
namespace {

std::string place_name(int i, const Layer& layer) {
  return "Layer " + std::to_string(i) + " (" + type_of(layer) + "): ";
}

std::string megabytes(int64_t bytes) { return std::to_string((bytes + 1048575) / 1048576) + " MB"; }

Shape with_batch(int batch, const Shape& shape) {
  int dims[Shape::kMaxRank] = {batch};
  for (int i = 0; i < shape.rank(); ++i) dims[i + 1] = shape[i];
  return {dims, shape.rank() + 1};
}

// Aligned pieces, each with its own bookkeeping.
int64_t bytes_of(int64_t numbers) { return numbers * 4 + 256; }

}  // namespace

// malloc, because operator new ends the program where there are no exceptions.
bool memory_is_there(int64_t bytes) {
  if (bytes < 0 || uint64_t(bytes) > std::numeric_limits<size_t>::max() / 2) return false;
  void* volatile piece =
      std::malloc(size_t(bytes) + 65536);  // volatile: or the compiler takes both calls away
  std::free(piece);
  return piece != nullptr;
}

Error Sequential::make(Sequential& net, const Shape& input, std::vector<Layer> layers, uint64_t seed) {
  if (input.rank() < 1 || input.rank() > 3)
    return {"input must have one to three dimensions (channels x height x width), not " +
            std::to_string(input.rank())};
  int64_t numel = 1;
  for (int dim : input) numel = numel < 0 ? -1 : checked_numel({numel, dim});
  if (numel < 0) return {"input " + input.str() + " is empty or too large"};

  Sequential made;
  made.shapes_.push_back(input);
  int64_t bytes = 0;
  for (int i = 0; i < int(layers.size()); ++i) {
    const Shape in = made.shapes_.back();
    Shape out;
    if (const Error error =
            std::visit([&](const auto& layer) { return layer.output_shape(out, in); }, layers[i]))
      return {place_name(i, layers[i]) + error.text + "."};
    made.shapes_.push_back(out);
    bytes += bytes_of(std::visit([&](const auto& layer) { return layer.param_count(in); }, layers[i]));
  }
  if (!memory_is_there(bytes))
    return {"There is not enough memory for the net's parameters (" + megabytes(bytes) + ")."};
  made.layers_ = std::move(layers);
  Pcg32 rng(seed);
  for (int i = 0; i < made.layer_count(); ++i) {
    std::visit([&](auto& layer) { layer.init(made.shapes_[i], rng); }, made.layers_[i]);
    const Params* params = params_of(made.layers_[i]);
    if (!params) continue;
    made.slots_.push_back({i, false});
    if (!params->bias.empty()) made.slots_.push_back({i, true});
  }
  net = std::move(made);
  return {};
}

std::vector<LayerSummary> Sequential::summary() const {
  std::vector<LayerSummary> rows;
  for (int i = 0; i < layer_count(); ++i)
    std::visit(
        [&](const auto& layer) {
          rows.push_back({layer.kType, shapes_[i + 1], layer.param_count(shapes_[i]),
                          layer.macs(shapes_[i], shapes_[i + 1])});
        },
        layers_[i]);
  return rows;
}

std::string Sequential::parameter_name(int i) const {
  return std::to_string(slots_[i].layer) + (slots_[i].is_bias ? ".bias" : ".weight");
}

Tensor& Sequential::parameter(int i) {
  Params* params = params_of(layers_[slots_[i].layer]);
  return slots_[i].is_bias ? params->bias : params->weight;
}

Error Sequential::load(const std::vector<NamedTensor>& tensors) {
  std::vector<const NamedTensor*> found(slots_.size());
  for (const NamedTensor& tensor : tensors) {
    int i = 0;
    while (i < parameter_count() && parameter_name(i) != tensor.name) ++i;
    if (i == parameter_count()) return {"The net has no parameter '" + tensor.name + "'."};
    if (found[i]) return {"The parameter '" + tensor.name + "' is given twice."};
    found[i] = &tensor;
    if (tensor.shape != parameter(i).shape())
      return {"The parameter '" + tensor.name + "' is " + parameter(i).shape().str() + ", but " +
              tensor.shape.str() + " was given."};
    for (size_t k = 0; k < tensor.shape.numel(); ++k)
      if (!std::isfinite(tensor.data[k]))
        return {"The parameter '" + tensor.name + "' has a number that is not finite, at " +
                std::to_string(k) + "."};
  }
  for (int i = 0; i < parameter_count(); ++i)
    if (!found[i]) return {"The parameter '" + parameter_name(i) + "' is missing."};
  for (int i = 0; i < parameter_count(); ++i)
    std::memcpy(parameter(i).data(), found[i]->data, parameter(i).size() * sizeof(float));
  return {};
}

int64_t Sequential::scratch_size() const {
  int64_t most = 0;
  for (int i = 0; i < layer_count(); ++i)
    most = std::max(
        most, std::visit([&](const auto& layer) { return layer.scratch_size(shapes_[i]); }, layers_[i]));
  return most;
}

int64_t Sequential::memory_needed(int batch, bool training) const {
  const int64_t scratch = scratch_size();
  if (scratch > kMaxNumel) return -1;
  int64_t bytes = bytes_of(scratch);
  for (int place = 0; place <= layer_count(); ++place) {
    const int64_t numel = checked_numel({batch, int64_t(shapes_[place].numel())});
    if (numel < 0) return -1;
    bytes += bytes_of(numel);
    if (!training) continue;
    bytes += bytes_of(numel);
    if (place > 0 && std::holds_alternative<MaxPool2d>(layers_[place - 1])) bytes += bytes_of(numel);
  }
  if (training)
    for (int i = 0; i < parameter_count(); ++i) bytes += bytes_of(int64_t(parameter(i).size()));
  return bytes;
}

Error Sequential::reserve(int batch, bool training) {
  if (batch < 1) return {"A batch has at least one sample, not " + std::to_string(batch) + "."};
  if (shapes_.empty()) return {"There is no net."};
  training = training || can_train();
  if (batch <= capacity_ && training == can_train()) return {};
  const int capacity = batch > capacity_ ? batch : capacity_;
  const int64_t bytes = memory_needed(capacity, training);
  if (!memory_is_there(bytes))
    return {"There is not enough memory for a batch of " + std::to_string(batch) + " samples of " +
            shapes_[0].str() + (bytes < 0 ? "." : " (" + megabytes(bytes) + ").")};
  const auto make_all = [&] {
    std::vector<Tensor> tensors;
    for (const Shape& shape : shapes_) tensors.emplace_back(with_batch(capacity, shape));
    return tensors;
  };
  if (scratch_.empty() && scratch_size() > 0) scratch_ = Tensor(Shape{int(scratch_size())});
  if (capacity > capacity_) {
    values_ = make_all();
    batch_ = 0;
  }
  if (training) {
    gradients_ = make_all();
    argmax_.assign(shapes_.size(), {});
    for (int i = 0; i < layer_count(); ++i)
      if (std::holds_alternative<MaxPool2d>(layers_[i])) argmax_[i + 1].resize(values_[i + 1].size());
    if (parameter_gradients_.empty())
      for (int i = 0; i < parameter_count(); ++i) parameter_gradients_.emplace_back(parameter(i).shape());
  }
  capacity_ = capacity;
  return {};
}

View Sequential::view(std::vector<Tensor>& tensors, int place) {
  if (tensors.empty() || batch_ == 0) return {};
  return {with_batch(batch_, shapes_[place]), tensors[place].data()};
}

float* Sequential::input(int batch) {
  assert(batch >= 1 && batch <= capacity_);
  batch_ = batch;
  return values_[0].data();
}

void Sequential::forward(int batch) {
  batch_ = batch;
  for (int i = 0; i < layer_count(); ++i) forward_layer(i, 0, batch, false);
}

Pass Sequential::pass(int i, int first, int count) {
  assert(first >= 0 && count >= 1 && first + count <= capacity_);
  Pass p{shapes_[i], shapes_[i + 1], count};
  p.in = values_[i].data() + first * shapes_[i].numel();
  p.out = values_[i + 1].data() + first * shapes_[i + 1].numel();
  p.scratch = scratch_.empty() ? nullptr : scratch_.data();
  return p;
}

void Sequential::forward_layer(int i, int first, int count, bool training) {
  Pass p = pass(i, first, count);
  if (training && !argmax_[i + 1].empty()) p.argmax = argmax_[i + 1].data() + first * shapes_[i + 1].numel();
  std::visit([&](const auto& layer) { layer.forward(p); }, layers_[i]);
}

void Sequential::backward_layer(int i, int first, int count) {
  Pass p = pass(i, first, count);
  const size_t in = shapes_[i].numel(), out = shapes_[i + 1].numel();
  p.d_out = gradients_[i + 1].data() + first * out;
  if (!argmax_[i + 1].empty()) p.argmax = argmax_[i + 1].data() + first * out;
  if (i > first_trainable()) {
    p.d_in = gradients_[i].data() + first * in;
    std::memset(p.d_in, 0, count * in * sizeof(float));
  }
  for (int k = 0; k < parameter_count(); ++k)
    if (slots_[k].layer == i) (slots_[k].is_bias ? p.d_bias : p.d_weight) = parameter_gradients_[k].data();
  std::visit([&](const auto& layer) { layer.backward(p); }, layers_[i]);
}

void Sequential::zero_parameter_gradients() {
  for (Tensor& gradient : parameter_gradients_)
    std::memset(gradient.data(), 0, gradient.size() * sizeof(float));
}

}  // namespace nn
