// A stack of layers as a short text, so that it travels in a link:
//
//   conv8x5-relu-pool2-flatten-linear10
//
// The layers are joined by hyphens. conv8x5: 8 filters of 5×5; pool2 and avgpool2: windows of 2×2; linear10:
// 10 outputs; relu, flatten. Behind a window s2 is a stride of 2 and p1 a padding of 1, each where it is not
// what the layer does without: conv16x3s2p1, pool3s2.
#pragma once

#include <string>
#include <vector>

#include "web/training/models.h"

namespace training {

// Reads the layers, or says which word is none. Whether they fit onto each other is plan()'s to say.
Error read_stack(std::vector<nn::Layer>& layers, const std::string& text);
// The one text of these layers, which read_stack() reads back as the same; "" when a layer has no word.
std::string stack_text(const std::vector<nn::Layer>& layers);

}  // namespace training
