// Presets: pictures, kernels and models by name, known and unknown, among other sizes and numbers of one's
// own. What is shown depends on what is set, never on the way there, and one's own numbers are gone once a
// preset is chosen.
#include <algorithm>

#include "tests/fuzz/fuzz.h"
#include "tests/unit/walk_support.h"
#include "web/lessons/filters.h"

namespace {

bool is_preset(const lessons::Key& key) {
  return key.type == lessons::Key::Type::Choice && key.name != "lesson" && key.name != "lang" &&
         key.name != "theme";
}

std::vector<lessons::Key> keys_like(const app::App& app, bool (*wanted)(const lessons::Key&)) {
  std::vector<lessons::Key> keys = app::settable_keys(app.state(), app.defaults());
  std::erase_if(keys, [&](const lessons::Key& key) { return !wanted(key); });
  return keys;
}

void choose_unknown(app::App& app, const lessons::Key& key, const std::string& name) {
  const bool known = std::find(key.values.begin(), key.values.end(), name) != key.values.end();
  const app::AppState before = app.state();
  const auto error = app.dispatch(app::SetState{{{key.name, name}}});
  CHECK_MESSAGE(known == !error, key.name, " ", name);
  if (!error) return;
  fuzz::check_refusal(*error);
  CHECK(web_test::difference(before, app.state()) == "");
}

// One's own numbers instead of a preset, and the preset again.
void replace_and_choose(app::App& app, const std::string& key, const walk::Draw& draw) {
  const std::string name = key == "image" ? "input" : "weight";
  const nn::Tensor* shown = app.tensor(name);
  const std::string preset = std::get<std::string>(app::value_of(app.state(), key));
  if (!shown || preset == "custom") return;
  const nn::Tensor before = *shown;
  if (app.dispatch(app::SetTensor{name, walk::any_tensor(before.shape(), draw)})) return;
  CHECK(app::value_of(app.state(), key) == lessons::Value(std::string("custom")));
  fuzz::check_shown(app);
  if (draw(2)) return;
  CHECK(!app.dispatch(app::SetState{{{key, preset}}}));
  CHECK_MESSAGE(nn::same_bits(before, *app.tensor(name)), preset);
}

void check_weights(const walk::Draw& draw) {
  const lessons::Assets& assets = web_test::assets();
  const int size = 1 + draw(7), filters = 1 + draw(6);
  const nn::Tensor one =
      lessons::preset_weight(assets, walk::one_of(lessons::preset_names(assets), draw), size);
  CHECK(one.shape() == nn::Shape{1, 1, size, size});
  const auto& banks = draw(2) ? lessons::bank_names() : lessons::mixture_names();
  const nn::Tensor bank = lessons::bank_weight(walk::one_of(banks, draw), filters, size);
  CHECK(bank.shape() == nn::Shape{filters, 3, size, size});
  CHECK((app_test::finite(one) && app_test::finite(bank)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static app_test::TestApp app;
  fuzz::Bytes input(bytes, size);
  const walk::Draw draw = [&](int n) { return input.below(n); };
  const std::string lesson = walk::one_of(lessons::all(), draw)->id;
  CHECK(!app.dispatch(app::ApplyHash{"lesson=" + lesson}));
  for (int i = 0; i < 12 && !input.empty(); ++i) {
    const std::vector<lessons::Key> presets = keys_like(app, is_preset);
    const lessons::Key key = walk::one_of(presets, draw);
    switch (draw(6)) {
      case 0:
        choose_unknown(app, key, input.text(size_t(draw(40))));
        break;
      case 1:
        if (key.name == "image" || key.name == "filter") replace_and_choose(app, key.name, draw);
        break;
      case 2:
        check_weights(draw);
        break;
      case 3:
        app.dispatch(walk::any_setting(app, draw, 1 + draw(3)));
        break;
      default:
        CHECK(!app.dispatch(app::SetState{{{key.name, walk::one_of(key.values, draw)}}}));
    }
    fuzz::check_shown(app);
  }
  fuzz::check_address(app);
  return 0;
}
