// Draws tensors as heatmaps: R32F textures and the program in shaders/heatmap_*.glsl.
#pragma once

#include <string>

#include "web/views/texture_sink.h"

namespace render {

class HeatmapRenderer : public views::TextureSink {
 public:
  // Needs a current GL context. ready() is false when the program did not compile; error() says why.
  HeatmapRenderer();
  ~HeatmapRenderer() override;
  HeatmapRenderer(const HeatmapRenderer&) = delete;
  HeatmapRenderer& operator=(const HeatmapRenderer&) = delete;

  bool ready() const;
  const std::string& error() const;

  void begin_frame();
  void heatmap(ImDrawList& list, const views::HeatmapDraw& draw) override;

 private:
  struct State;
  State* state_;
};

}  // namespace render
