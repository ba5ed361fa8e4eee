// Walks through the page: actions as a visitor, a teacher's link or a script may send them, in any order, and
// what is so after each of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/unit/shown_support.h"
#include "web/app/commands.h"
#include "web/training/safetensors.h"

namespace walk {

using app_test::check_address;
using app_test::check_refusal;
using app_test::check_shown;

// Decides everything: gives a number from 0 to n − 1.
using Draw = std::function<int(int n)>;

inline Draw drawn_from(nn::Pcg32& rng) {
  return [&rng](int n) { return int(rng.below(uint32_t(n))); };
}

template <class T>
const T& one_of(const std::vector<T>& list, const Draw& draw) {
  return list[size_t(draw(int(list.size())))];
}

// A few digits to train with, as a file: enough for the largest batch, few enough to be tested on at once.
inline const std::vector<uint8_t>& few_digits() {
  static const std::vector<uint8_t> file = [] {
    constexpr uint32_t kTrain = 26, kTest = 1, kClasses = 10, kSide = 28;  // of a class
    std::vector<uint8_t> bytes = {'C', 'V', 'P', 'T'};
    const auto put = [&](uint32_t value) {
      for (int i = 0; i < 4; ++i) bytes.push_back(uint8_t(value >> 8 * i));
    };
    for (const uint32_t value :
         {1u, 28 + (kTrain + kTest) * kClasses * kSide * kSide + 4, kClasses, kSide, kTrain, kTest})
      put(value);
    const auto& digits = web_test::assets().digits;
    for (const uint32_t count : {kTrain, kTest})
      for (uint32_t c = 0; c < kClasses; ++c)
        for (uint32_t i = 0; i < count; ++i)
          for (const float pixel : digits[c % digits.size()].pixels)
            bytes.push_back(uint8_t(pixel * float(256 - 4 * i)));
    uint32_t hash = 2166136261u;  // FNV-1a
    for (const uint8_t byte : bytes) hash = (hash ^ byte) * 16777619u;
    put(hash);
    return bytes;
  }();
  return file;
}

// Numbers that a tensor is made of: ordinary ones, on the grid of bytes, all the same, the largest and the
// smallest that there are, and (`odd`) what is none.
inline nn::Tensor any_tensor(const nn::Shape& shape, const Draw& draw) {
  static const float kinds[] = {1, 1 / 256.0f, 1e15f, 1e-40f, 3e38f, 0};
  const float unit = kinds[draw(6)];
  const int same = draw(3);
  nn::Tensor tensor(shape);
  float value = 0;
  for (size_t i = 0; i < tensor.size(); ++i) {
    if (i == 0 || (same && i < 16)) value = float(draw(256) - 128) / 128 * unit;
    tensor[i] = same == 2 && i >= 16 ? tensor[i % 16] : value;
  }
  const int odd = draw(40);
  if (odd < 2) tensor[size_t(draw(int(tensor.size())))] = odd ? HUGE_VALF : std::nanf("");
  return tensor;
}

// A value for the key, most of the time one that it allows.
inline lessons::Value any_value(const app::App& app, const lessons::Key& key, const Draw& draw) {
  using Type = lessons::Key::Type;
  static const std::vector<lessons::Value> odd = {std::nan(""),
                                                  HUGE_VAL,
                                                  -1e300,
                                                  0.5,
                                                  true,
                                                  std::string("no such thing"),
                                                  std::string("custom"),
                                                  std::vector<std::string>{"no such thing"}};
  if (draw(12) == 0) return one_of(odd, draw);
  switch (key.type) {
    case Type::Int: {
      const double most = std::min(key.max - key.min, 1e6);
      return key.min + double(draw(int(most) + 1));
    }
    case Type::Number:
      return key.min + (key.max - key.min) * draw(256) / 255;
    case Type::Bool:
      return draw(2) == 1;
    case Type::Choice:
      return one_of(key.values, draw);
    case Type::List: {
      std::vector<std::string> list;
      for (int count = draw(4); count > 0; --count) list.push_back(one_of(key.values, draw));
      return list;
    }
    case Type::Text:
      return one_of(web_test::some_stacks(), draw);
    case Type::Tensor: {
      const nn::Tensor* shown = app.tensor(key.name);
      if (!shown || draw(4) == 0) return std::string();
      return lessons::tensor_to_text(any_tensor(shown->shape(), draw));
    }
  }
  return false;
}

inline app::Action any_setting(const app::App& app, const Draw& draw, int count) {
  const std::vector<lessons::Key> keys = app::settable_keys(app.state(), app.defaults());
  app::SetState set;
  for (; count > 0; --count) {
    const lessons::Key& key = one_of(keys, draw);
    set.changes.push_back({key.name, any_value(app, key, draw)});
  }
  return set;
}

inline app::Action any_answer(const app::App& app, const Draw& draw) {
  const auto& question = app.state().lesson.question;
  if (!question || draw(4) == 0) return app::GiveAnswer{draw(2) ? std::nan("") : draw(100) - 50.0};
  if (draw(3) == 0) return app::GiveAnswer{question->expected};
  if (question->options.empty()) return app::GiveAnswer{(draw(2001) - 1000) / 8.0};
  return app::GiveAnswer{one_of(question->options, draw).value};
}

inline app::Action any_training(const Draw& draw) {
  switch (draw(6)) {
    case 0:
      return app::PauseTraining{};
    case 1:
      return app::ResetTraining{};
    case 2:
      return app::RunExperiment{1 + draw(3)};
    case 3:
      return app::PauseExperiment{};
    case 4:
      return app::ResetExperiment{};
    default:
      return app::Train{draw(40) - 1};
  }
}

// An action of any kind, most of the time one that is not refused.
inline app::Action any_action(const app::App& app, const Draw& draw) {
  switch (draw(16)) {
    case 0:
      return app::SetState{{{"lesson", std::string(one_of(lessons::all(), draw)->id)}}};
    case 1:
    case 2:
    case 3:
      return any_setting(app, draw, 1);
    case 4:
      return any_setting(app, draw, 1 + draw(4));
    case 5:
      return app::StepBy{draw(2) ? 1 - 2 * draw(2) : draw(2001) - 1000};
    case 6:
      return draw(2) ? app::Action(app::Play{}) : app::Pause{};
    case 7: {
      const std::vector<std::string> names = {"input", "weight", "bias", "output", "flat"};
      const std::string& name = one_of(names, draw);
      const nn::Tensor* shown = app.tensor(name);
      const bool fits = shown && draw(8);
      return app::SetTensor{name, any_tensor(fits ? shown->shape() : nn::Shape{1, 3}, draw)};
    }
    case 8:
      return draw(3) ? any_answer(app, draw) : app::Reveal{};
    case 9:
      return app::GoOn{};
    case 10: {
      const auto& list = app::control_names();
      return app::command(app, one_of(list, draw)).value_or(app::GoOn{});
    }
    case 11:
      return draw(4) ? app::Action(app::SetState{{{"predict", draw(2) == 1}}}) : app::Reset{};
    case 12: {
      const std::vector<std::string> hashes = {"",
                                               "lesson=network&view=training",
                                               "step=-1&kernel_size=900",
                                               "lesson=pooling&pool=avg&step=5",
                                               "predict=1&lecture=1",
                                               app.hash()};
      return app::ApplyHash{one_of(hashes, draw)};
    }
    case 13:
      return app::SetState{
          {{"lesson", std::string("network")}, {"view", std::string(draw(3) ? "training" : "experiments")}}};
    default:
      return any_training(draw);
  }
}

// --- what is so after an action ---

// The first thing in which a state differs from one before; how far the lessons have been walked stays known.
inline std::string not_undone(const app::AppState& before, app::AppState after) {
  after.progress = before.progress;
  return web_test::difference(before, after);
}

// A refused action says why and has changed nothing.
inline void check_refused(const app::App& app, const app::AppState& before, unsigned revision,
                          const lessons::Error& error) {
  check_refusal(error);
  CHECK(!web_test::has_placeholder(app.say(error)));
  CHECK(app.revision() == revision);
  CHECK(web_test::difference(before, app.state()) == "");
}

// Back after steps is exactly where they began, and forth again where they ended. Only an answer is left
// behind where it was given.
inline void check_step_back(app::App& app, const app::AppState& before) {
  const int moved = app.state().lesson.settings.step - before.lesson.settings.step;
  if (app.state().lesson.lesson != before.lesson.lesson || moved == 0 || before.lesson.answer) return;
  const app::AppState after = app.state();
  CHECK(!app.dispatch(app::StepBy{-moved}));
  CHECK(not_undone(before, app.state()) == "");
  CHECK(!app.dispatch(app::StepBy{moved}));
  CHECK(not_undone(after, app.state()) == "");
}

// The browser's Back: the address from before an action undoes it, whatever it was. In a page of its own,
// which begins at that address.
inline void check_address_back(const std::string& address, const app::Action& action) {
  static app_test::TestApp page;
  CHECK(!page.dispatch(app::ApplyHash{address}));
  const app::AppState before = page.state();
  page.dispatch(action);
  CHECK(!page.dispatch(app::ApplyHash{address}));
  CHECK_MESSAGE(not_undone(before, page.state()) == "", address);
}

// A page that holds a few digits to train with, at its very beginning.
inline void start(app::App& app) {
  if (!app.training().has_digits()) CHECK(!app.take_digits(few_digits().data(), few_digits().size()));
  for (const char* hash : {"lesson=network", ""}) CHECK(!app.dispatch(app::ApplyHash{hash}));  // forgets nets
}

// The weights of a net as a file, from which it takes them back larger, smaller or turned round.
inline void exchange_weights(app::App& app, const Draw& draw) {
  static const float factors[] = {1, 0, -1, 100, 1e20f, 1e38f};
  const float factor = factors[draw(6)];
  const std::string net = draw(2) ? "cnn" : "fc";
  std::vector<uint8_t> bytes;
  if (app.save_weights(bytes, net)) return;
  training::WeightFile file;
  CHECK(!training::read_safetensors(file, bytes.data(), bytes.size()));
  for (training::WeightFile::Entry& tensor : file.tensors)
    for (float& x : tensor.values) x = std::clamp(x * factor, -3e38f, 3e38f);
  CHECK(!training::write_safetensors(bytes, file));
  const app::AppState before = app.state();
  if (const auto error = app.load_weights(net, bytes.data(), bytes.size())) {
    check_refusal(*error);
    CHECK(web_test::difference(before, app.state()) == "");
  }
}

// One action, or some time that passes, and what must be so then; what rests on addresses takes longest, and
// is tried one time in three.
inline void step(app_test::TestApp& app, const Draw& draw) {
  const int also = draw(6);
  const app::AppState before = app.state();
  const unsigned revision = app.revision();
  if (draw(8) == 0) {  // time passes
    app.advance(draw(256) / 64.0);
    app.wants_training();
    app.advance_training(3e7);
  } else if (app.training().nets() && draw(16) == 0) {
    exchange_weights(app, draw);
  } else {
    const std::string address = app.hash();
    const app::Action action = any_action(app, draw);
    if (const auto error = app.dispatch(action)) {
      check_refused(app, before, revision, *error);
    } else {
      if (std::holds_alternative<app::StepBy>(action)) check_step_back(app, before);
      if (also < 2) check_address_back(address, action);
    }
  }
  check_shown(app);
  if (also > 3) check_address(app);
  CHECK(app.events().is_array());
}

}  // namespace walk
