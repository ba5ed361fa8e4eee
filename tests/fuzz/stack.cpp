// Layers as a text: read and written as the same, planned or refused with a reason, and what is planned can
// be made, edited and run.
#include <algorithm>
#include <cmath>

#include "tests/fuzz/fuzz.h"
#include "web/training/stack_text.h"

namespace {

void check_runs(const training::Model& model) {
  nn::Sequential net;
  const auto error = nn::Sequential::make(net, model.input, model.layers, 1);
  CHECK(!error);
  CHECK(!net.reserve(1));
  std::fill_n(net.input(1), model.input.numel(), 0.5f);
  net.forward(1);
  const auto scores = net.activation(int(model.layers.size()));
  CHECK(std::all_of(scores.data, scores.data + model.classes,
                    [](float value) { return std::isfinite(value); }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  fuzz::Bytes input(bytes, size);
  training::Model model{nn::Shape{1, 28, 28}, 10, {}};
  const int edit = input.below(4), at = input.below(20), value = input.below(70) - 3;
  if (const auto error = training::read_stack(model.layers, input.text(size))) {
    fuzz::check_refusal(error);
    return 0;
  }
  const std::string text = training::stack_text(model.layers);
  std::vector<nn::Layer> again;
  CHECK(!training::read_stack(again, text));
  CHECK(training::stack_text(again) == text);

  const training::Plan plan = training::plan(model);
  CHECK(plan.rows.size() <= model.layers.size());
  if (plan.error) fuzz::check_refusal(plan.error);
  training::Error error;
  if (edit == 1) error = training::remove_layer(model, at);
  if (edit == 2 && !model.layers.empty())
    error = training::insert_layer(model, at, model.layers[size_t(value + 3) % model.layers.size()]);
  if (edit == 3 && size_t(at) < model.layers.size())
    for (const training::Option& option : training::options_of(model.layers[size_t(at)]))
      if (auto refused = training::resize_layer(model, at, option.name, value)) error = refused;
  if (error) fuzz::check_refusal(error);
  const training::Plan edited = training::plan(model);
  CHECK((!edited.error || plan.error));  // an edit makes nothing worse
  if (!edited.error && edited.macs < 300000) check_runs(model);
  return 0;
}
