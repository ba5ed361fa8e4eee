#include "web/training/safetensors_header.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/layers/layers.h"

namespace training {
namespace {

using Json = nlohmann::json;

// Follows the parser from place to place and stops it at the first thing that does not belong there, so that
// neither depth nor length of a hostile text costs anything.
class Reader final : public nlohmann::json_sax<Json> {
 public:
  Header header;
  Error error;

  bool null() override { return other("null"); }
  bool boolean(bool value) override { return other(value ? "true" : "false"); }
  bool number_float(double, const std::string& text) override { return other(text); }
  bool number_integer(int64_t value) override { return other(std::to_string(value)); }
  bool number_unsigned(uint64_t value) override {
    if (place_ == Place::Shape) return dimension(value);
    if (place_ == Place::Offsets) return offset(value);
    return other(std::to_string(value));
  }
  bool string(std::string& value) override {
    if (place_ == Place::Metadata) {
      header.metadata.emplace_back(field_, value);
      return true;
    }
    if (place_ != Place::Tensor || field_ != "dtype") return other("“" + shortened(value) + "”");
    if (dtype_bytes(value) == 0) return other("“" + shortened(value) + "”");
    tensor_.dtype = value;
    return true;
  }
  bool binary(Json::binary_t&) override { return other("?"); }

  bool start_object(size_t) override {
    if (place_ == Place::File) {
      place_ = Place::Header;
    } else if (place_ == Place::Header) {
      place_ = field_ == "__metadata__" ? Place::Metadata : Place::Tensor;
      tensor_ = {};
      tensor_.name = field_;
      seen_.clear();
    } else {
      return other("{…}");
    }
    return true;
  }
  bool end_object() override {
    if (place_ == Place::Tensor) {
      if (seen_.size() < 3) return fail("error.weights.fields", {{"value", fields_seen()}});
      header.tensors.push_back(tensor_);
    }
    place_ = place_ == Place::Header ? Place::File : Place::Header;
    return true;
  }
  bool start_array(size_t) override {
    if (place_ != Place::Tensor || field_ == "dtype") return other("[…]");
    place_ = field_ == "shape" ? Place::Shape : Place::Offsets;
    count_ = 0;
    return true;
  }
  bool end_array() override {
    if (place_ == Place::Shape) {
      if (count_ == 0) return other("[]");
      if (!fits()) return other("[" + shown(dims_, count_) + "]");
      tensor_.shape = nn::Shape(dims_, count_);
    } else if (count_ != 2 || tensor_.begin > tensor_.end) {
      return other(offsets_shown());
    }
    place_ = Place::Tensor;
    return true;
  }

  bool key(std::string& name) override {
    field_ = name;
    if (place_ == Place::Header) {
      tensor_.name = name;
      return names_.insert(name).second || fail("error.weights.twice");
    }
    if (place_ == Place::Metadata)
      return seen_.insert(name).second || fail("error.weights.twice_field", {{"field", shortened(name)}});
    if (name != "dtype" && name != "shape" && name != "data_offsets")
      return fail("error.weights.fields", {{"value", "“" + shortened(name) + "”"}});
    return seen_.insert(name).second || fail("error.weights.twice_field", {{"field", name}});
  }

  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    error = {"error.weights.json", {{"value", std::to_string(position)}}};
    return false;
  }

 private:
  enum class Place { File, Header, Metadata, Tensor, Shape, Offsets };

  bool dimension(uint64_t value) {
    if (count_ == nn::Shape::kMaxRank)
      return other("[" + shown(dims_, count_) + ", " + std::to_string(value) + "…]");
    if (value > uint64_t(nn::kMaxNumel)) return other(std::to_string(value));
    dims_[count_++] = int(value);
    return true;
  }
  bool offset(uint64_t value) {
    if (count_ == 0) tensor_.begin = value;
    if (count_ == 1) tensor_.end = value;
    return ++count_ <= 2 || other(offsets_shown());
  }
  // Whether the numbers of the shape are few enough, without a product that overflows.
  bool fits() const {
    int64_t numel = 1;
    bool empty = false;
    for (int i = 0; i < count_; ++i) {
      empty = empty || dims_[i] == 0;
      if (numel >= 0 && dims_[i] > 0) numel = nn::checked_numel({numel, dims_[i]});
    }
    return empty || numel >= 0;
  }
  static std::string shown(const int* dims, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += (i ? ", " : "") + std::to_string(dims[i]);
    return text;
  }
  std::string offsets_shown() const {
    if (count_ == 0) return "[]";
    const std::string first = "[" + std::to_string(tensor_.begin);
    if (count_ == 1) return first + "]";
    return first + ", " + std::to_string(tensor_.end) + (count_ == 2 ? "]" : ", …]");
  }
  std::string fields_seen() const {
    std::string text;
    for (const std::string& field : seen_) text += (text.empty() ? "" : ", ") + field;
    return text.empty() ? "–" : text;
  }

  // A value that has no business at this place.
  bool other(const std::string& value) {
    if (place_ == Place::File) return fail("error.weights.json", {{"value", "0"}});
    if (place_ == Place::Header) return fail("error.weights.fields", {{"value", value}});
    if (place_ == Place::Metadata)
      return fail("error.weights.metadata", {{"field", shortened(field_)}, {"value", value}});
    if (field_ == "dtype") return fail("error.weights.dtype", {{"value", value}});
    return fail(field_ == "shape" ? "error.weights.dims" : "error.weights.offsets", {{"value", value}});
  }
  bool fail(const char* message, std::vector<std::pair<std::string, std::string>> arguments = {}) {
    if (place_ != Place::Metadata && place_ != Place::File)
      arguments.insert(arguments.begin(), {"name", shortened(tensor_.name)});
    else if (place_ == Place::Metadata)
      arguments.insert(arguments.begin(), {"name", "__metadata__"});
    error = {message, std::move(arguments)};
    return false;
  }

  Place place_ = Place::File;
  std::string field_;
  TensorInfo tensor_;
  std::set<std::string> names_, seen_;
  int dims_[nn::Shape::kMaxRank] = {}, count_ = 0;
};

}  // namespace

int dtype_bytes(const std::string& dtype) {
  if (dtype == "F64") return 8;
  if (dtype == "F32") return 4;
  return dtype == "F16" || dtype == "BF16" ? 2 : 0;
}

Error parse_header(Header& header, const char* text, size_t size) {
  Reader reader;
  if (size == 0 || text[0] != '{') return {"error.weights.json", {{"value", "0"}}};
  // The parser would take a zero for the end of the text and leave unread what comes after it.
  if (const void* zero = std::memchr(text, 0, size))
    return {"error.weights.json", {{"value", std::to_string(static_cast<const char*>(zero) - text)}}};
  if (Json::sax_parse(text, text + size, &reader)) {
    header = std::move(reader.header);
    return {};
  }
  return reader.error;
}

}  // namespace training
