#include "web/lessons/assets.h"

#include <cstring>

#include "web/lessons/small_cnn.h"

namespace lessons {
namespace {

constexpr int kSide = 28, kPixels = kSide * kSide, kPhotoSide = 32;

class Reader {
 public:
  Reader(const uint8_t* bytes, size_t size) : bytes_(bytes), left_(size) {}
  bool ok() const { return ok_; }
  const uint8_t* take(size_t n) {
    if (n > left_) {
      ok_ = false;
      return nullptr;
    }
    const uint8_t* here = bytes_;
    bytes_ += n;
    left_ -= n;
    return here;
  }
  uint32_t u32() {
    const uint8_t* p = take(4);
    return p ? p[0] | p[1] << 8 | p[2] << 16 | uint32_t(p[3]) << 24 : 0;
  }
  bool fixed_point(nn::Tensor& out, float unit) {
    const uint8_t* p = take(out.size() * 2);
    for (size_t i = 0; p && i < out.size(); ++i) out[i] = int16_t(p[2 * i] | p[2 * i + 1] << 8) * unit;
    return p != nullptr;
  }

 private:
  const uint8_t* bytes_;
  size_t left_;
  bool ok_ = true;
};

uint32_t fnv1a(const uint8_t* bytes, size_t size) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

}  // namespace

const nn::Tensor* Assets::image(const std::string& id) const {
  if (id == "photo") return &photo;
  if (id.rfind("digit-", 0) != 0) return nullptr;
  for (size_t i = 0; i < digits.size(); ++i)
    if (id == "digit-" + std::to_string(i)) return &digits[i].pixels;
  return nullptr;
}

AssetError read_assets(Assets& assets, const uint8_t* bytes, size_t size) {
  if (size < 4 || std::memcmp(bytes, "CVPG", 4) != 0) return AssetError::NotOurs;
  Reader in(bytes + 4, size - 4);
  const uint32_t version = in.u32(), total = in.u32(), count = in.u32();
  if (!in.ok()) return AssetError::Truncated;
  if (version != 3) return AssetError::NotOurs;
  if (total != size) return AssetError::Truncated;
  const uint8_t* tail = bytes + size - 4;
  if (Reader(tail, 4).u32() != fnv1a(bytes, size - 4)) return AssetError::Damaged;

  Assets read;
  for (uint32_t i = 0; i < count; ++i) {
    const uint8_t* p = in.take(1 + kPixels);
    if (!p) return AssetError::Truncated;
    Assets::Digit digit{p[0], nn::Tensor(nn::Shape{1, kSide, kSide})};
    for (int k = 0; k < kPixels; ++k) digit.pixels[k] = p[1 + k] / 256.0f;
    read.digits.push_back(std::move(digit));
  }
  const uint32_t classes = in.u32(), inputs = in.u32();
  if (!in.ok()) return AssetError::Truncated;
  if (classes != 10 || inputs != kPixels || count == 0) return AssetError::Damaged;
  read.fc_weight = nn::Tensor(nn::Shape{10, kPixels});
  read.fc_bias = nn::Tensor(nn::Shape{10});
  if (!in.fixed_point(read.fc_weight, 1 / 1024.0f) || !in.fixed_point(read.fc_bias, 1 / 1024.0f))
    return AssetError::Truncated;
  const uint32_t side = in.u32();
  read.photo = nn::Tensor(nn::Shape{3, kPhotoSide, kPhotoSide});
  const uint8_t* photo = in.take(read.photo.size());
  if (!photo) return AssetError::Truncated;
  if (side != kPhotoSide) return AssetError::Damaged;
  for (size_t i = 0; i < read.photo.size(); ++i) read.photo[i] = photo[i] / 256.0f;
  if (nn::Sequential::make(read.network, small_cnn_input(), small_cnn_layers(), 0))
    return AssetError::Damaged;
  size_t numbers = 0;
  for (int i = 0; i < read.network.parameter_count(); ++i) numbers += read.network.parameter(i).size();
  const uint32_t count_in_file = in.u32();
  if (!in.ok()) return AssetError::Truncated;
  if (count_in_file != numbers) return AssetError::Damaged;
  for (int i = 0; i < read.network.parameter_count(); ++i)
    if (!in.fixed_point(read.network.parameter(i), 1 / 1024.0f)) return AssetError::Truncated;
  assets = std::move(read);
  return AssetError::None;
}

}  // namespace lessons
