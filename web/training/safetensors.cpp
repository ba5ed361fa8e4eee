#include "web/training/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "web/training/safetensors_header.h"

namespace training {
namespace {

uint64_t read_le(const uint8_t* p, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= uint64_t(p[i]) << 8 * i;
  return value;
}

float from_f32_bits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of mantissa. Every one is a float32.
float from_f16_bits(uint32_t bits) {
  const uint32_t sign = (bits & 0x8000) << 16, exponent = bits >> 10 & 31, mantissa = bits & 1023;
  if (exponent == 31) return from_f32_bits(sign | 0x7F800000 | mantissa << 13);
  if (exponent > 0) return from_f32_bits(sign | (exponent + 112) << 23 | mantissa << 13);
  const float small = float(mantissa) * 0x1p-24f;
  return sign ? -small : small;
}

float number_at(const uint8_t* p, const std::string& dtype) {
  if (dtype == "F32") return from_f32_bits(uint32_t(read_le(p, 4)));
  if (dtype == "F16") return from_f16_bits(uint32_t(read_le(p, 2)));
  if (dtype == "BF16") return from_f32_bits(uint32_t(read_le(p, 2)) << 16);
  const uint64_t bits = read_le(p, 8);
  double value;
  std::memcpy(&value, &bits, sizeof value);
  // What rounds to infinity is refused as not finite; the conversion itself would be undefined.
  return std::fabs(value) < 0x1.ffffffp127 ? float(value) : from_f32_bits(0x7F800000);
}

std::string range(uint64_t begin, uint64_t end) {
  return "[" + std::to_string(begin) + ", " + std::to_string(end) + "]";
}

// Each tensor has the bytes that it needs, and all of them lie one behind the other up to the end.
Error check_layout(const std::vector<TensorInfo>& tensors, uint64_t data_size) {
  std::vector<const TensorInfo*> order;
  for (const TensorInfo& t : tensors) {
    if (t.end > data_size)
      return {
          "error.weights.outside",
          {{"name", shortened(t.name)}, {"value", range(t.begin, t.end)}, {"allowed", range(0, data_size)}}};
    const uint64_t needed = uint64_t(t.shape.numel()) * uint64_t(dtype_bytes(t.dtype));
    if (t.end - t.begin != needed)
      return {"error.weights.bytes",
              {{"name", shortened(t.name)},
               {"value", std::to_string(t.end - t.begin)},
               {"shape", t.shape.str()},
               {"dtype", t.dtype},
               {"allowed", std::to_string(needed)}}};
    order.push_back(&t);
  }
  std::sort(order.begin(), order.end(), [](const TensorInfo* a, const TensorInfo* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  uint64_t expected = 0;
  for (const TensorInfo* t : order) {
    if (t->begin != expected)
      return {t->begin < expected ? "error.weights.overlap" : "error.weights.hole",
              {{"name", shortened(t->name)},
               {"value", std::to_string(t->begin)},
               {"allowed", std::to_string(expected)}}};
    expected = t->end;
  }
  if (expected != data_size)
    return {"error.weights.trailing",
            {{"value", std::to_string(data_size - expected)}, {"allowed", std::to_string(expected)}}};
  return {};
}

Error not_finite(const std::string& name, size_t at) {
  return {"error.weights.not_finite", {{"name", shortened(name)}, {"value", std::to_string(at)}}};
}

std::string parameter_list(const nn::Sequential& net) {
  std::string text;
  for (int i = 0; i < net.parameter_count(); ++i)
    text += (i ? ", " : "") + net.parameter_name(i) + " " + net.parameter(i).shape().str();
  return text;
}

Error too_large(const std::string& name, float value) {
  char text[40];
  std::snprintf(text, sizeof text, "%g", double(value));
  const std::string most = std::to_string(int(kMostWeight));
  return {"error.weights.too_large",
          {{"name", shortened(name)}, {"value", text}, {"allowed", "−" + most + "…" + most}}};
}

}  // namespace

Error read_safetensors(WeightFile& file, const uint8_t* bytes, size_t size) {
  if (size < 8) return {"error.weights.short", {{"value", std::to_string(size)}}};
  const uint64_t header_size = read_le(bytes, 8);
  const uint64_t most = std::min<uint64_t>(kMaxHeader, size - 8);
  if (header_size < 2 || header_size > most)
    return {"error.weights.header_size",
            {{"value", std::to_string(header_size)}, {"allowed", "2…" + std::to_string(most)}}};
  Header header;
  if (Error error = parse_header(header, reinterpret_cast<const char*>(bytes) + 8, size_t(header_size)))
    return error;
  const uint8_t* data = bytes + 8 + header_size;
  if (Error error = check_layout(header.tensors, size - 8 - header_size)) return error;

  WeightFile read;
  read.metadata = std::move(header.metadata);
  for (const TensorInfo& info : header.tensors) {
    nn::Tensor values(info.shape);
    const int stride = dtype_bytes(info.dtype);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = number_at(data + info.begin + i * size_t(stride), info.dtype);
      if (!std::isfinite(values[i])) return not_finite(info.name, i);
    }
    read.tensors.push_back({info.name, std::move(values)});
  }
  file = std::move(read);
  return {};
}

Error write_safetensors(std::vector<uint8_t>& bytes, const WeightFile& file) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!file.metadata.empty()) {
    nlohmann::ordered_json& metadata = header["__metadata__"] = nlohmann::ordered_json::object();
    for (const auto& [key, text] : file.metadata) metadata[key] = text;
  }
  uint64_t end = 0;
  for (const auto& [name, values] : file.tensors) {
    for (size_t i = 0; i < values.size(); ++i)
      if (!std::isfinite(values[i])) return not_finite(name, i);
    const uint64_t begin = end;
    end += values.size() * 4;
    assert(!header.contains(name));
    header[name] = {{"dtype", "F32"},
                    {"shape", std::vector<int>(values.shape().begin(), values.shape().end())},
                    {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the numbers begin at a multiple of 8

  std::vector<uint8_t> written;
  written.reserve(8 + text.size() + end);
  for (int i = 0; i < 8; ++i) written.push_back(uint8_t(uint64_t(text.size()) >> 8 * i));
  written.insert(written.end(), text.begin(), text.end());
  for (const WeightFile::Entry& entry : file.tensors)
    for (const float value : entry.values) {
      uint32_t bits;
      std::memcpy(&bits, &value, sizeof bits);
      for (int i = 0; i < 4; ++i) written.push_back(uint8_t(bits >> 8 * i));
    }
  bytes = std::move(written);
  return {};
}

Error load_weights(nn::Sequential& net, const uint8_t* bytes, size_t size) {
  WeightFile file;
  if (Error error = read_safetensors(file, bytes, size)) return error;
  std::vector<nn::NamedTensor> tensors;
  for (const auto& [name, values] : file.tensors) {
    int i = 0;
    while (i < net.parameter_count() && net.parameter_name(i) != name) ++i;
    if (i == net.parameter_count())
      return {"error.weights.unknown", {{"name", shortened(name)}, {"allowed", parameter_list(net)}}};
    if (values.shape() != net.parameter(i).shape())
      return {"error.weights.shape",
              {{"name", shortened(name)},
               {"value", values.shape().str()},
               {"allowed", net.parameter(i).shape().str()}}};
    for (const float value : values)
      if (std::abs(value) > kMostWeight) return too_large(name, value);
    tensors.push_back({name, values.shape(), values.data()});
  }
  for (int i = 0; i < net.parameter_count(); ++i) {
    const std::string name = net.parameter_name(i);
    const auto same = [&](const nn::NamedTensor& tensor) { return tensor.name == name; };
    if (std::none_of(tensors.begin(), tensors.end(), same))
      return {"error.weights.missing", {{"name", name}, {"allowed", parameter_list(net)}}};
  }
  const nn::Error error = net.load(tensors);
  assert(!error);
  return {};
}

Error save_weights(std::vector<uint8_t>& bytes, const nn::Sequential& net) {
  WeightFile file;
  file.metadata = {{"format", "pt"}};  // whose layout and names these are
  for (int i = 0; i < net.parameter_count(); ++i)
    file.tensors.push_back({net.parameter_name(i), net.parameter(i)});
  return write_safetensors(bytes, file);
}

}  // namespace training
