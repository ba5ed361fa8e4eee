// What every lesson keeps to, whatever it shows: one copyable state, steps that can be undone, events that
// are applied whole or not at all.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "tests/unit/long_support.h"
#include "tests/unit/web_support.h"
#include "web/lessons/tensor_text.h"

using namespace lessons;
using web_test::difference;
using web_test::pick;

namespace {

LessonState fresh(const Lesson& lesson) { return init(lesson, web_test::assets()); }

bool finite(const nn::Tensor& tensor) {
  return std::all_of(tensor.begin(), tensor.end(), [](float x) { return std::isfinite(x); });
}

// What the state is, for the message of a failure.
std::string describe(const LessonState& state) {
  std::string text = state.lesson->id;
  for (const Key& key : state.lesson->keys(state))
    text += " " + key.name + "=" + shown(value_of(state, key.name));
  return text;
}

// A value that the key accepts.
Value good_value(const LessonState& state, const Key& key, nn::Pcg32& rng) {
  switch (key.type) {
    case Key::Type::Int:
      return double(int(key.min) + int(rng.below(uint32_t(key.max - key.min) + 1)));
    case Key::Type::Number:
      return double(rng.uniform(float(key.min), float(key.max)));
    case Key::Type::Bool:
      return rng.below(2) == 1;
    case Key::Type::Choice:
      return pick(key.values, rng);
    case Key::Type::List:
      return std::vector<std::string>{pick(key.values, rng)};
    case Key::Type::Text:
      return pick(web_test::some_stacks(), rng);
    case Key::Type::Tensor:
      if (rng.below(3) == 0) return std::string();
      return tensor_to_text(web_test::random_tensor(state.tensors.at(key.name).shape(), rng));
  }
  return false;
}

// A value that it refuses.
Value bad_value(const Key& key, nn::Pcg32& rng) {
  const bool number = key.type == Key::Type::Int || key.type == Key::Type::Number;
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Value> values = {number ? Value(key.min - 1) : Value(3.0),
                                     number ? Value(key.max + 1) : Value(-1.0),
                                     Value(std::nan("")),
                                     Value(infinity),
                                     Value(-infinity),
                                     Value(1e300),
                                     key.type == Key::Type::Int ? Value(key.min + 0.5) : Value(1e9),
                                     Value(std::string("no such thing")),
                                     Value(std::vector<std::string>{"no such thing"}),
                                     key.type == Key::Type::Bool ? Value(0.0) : Value(true)};
  return pick(values, rng);
}

void check_invariants(const LessonState& state) {
  CAPTURE(describe(state));
  CHECK(state.steps >= 1);
  CHECK(state.settings.step >= 0);
  CHECK(state.settings.step < state.steps);
  CHECK(state.steps == state.out_rows * state.out_cols);
  for (const auto& entry : state.tensors) {
    const auto& name = entry.first;
    const auto& tensor = entry.second;
    CHECK_MESSAGE(!tensor.empty(), name);
    CHECK_MESSAGE(finite(tensor), name);
  }
  for (const Key& key : state.lesson->keys(state))
    CHECK_MESSAGE(!check(key, value_of(state, key.name)), key.name, " is outside its own range");
  for (const auto& language : strings::languages()) {
    CHECK(!scene_of(state, language, -1).panes.empty());
    CHECK(!web_test::has_placeholder(narration_of(state, language)));
  }
}

// The error is a sentence in every language that names the key or the value.
void check_sentence(const Error& error) {
  CHECK(!error.arguments.empty());
  for (const auto& language : strings::languages()) {
    CHECK_MESSAGE(language.has(error.message), error.message);
    const std::string sentence = said(error, language);
    CHECK_MESSAGE(!web_test::has_placeholder(sentence), sentence);
    CHECK_MESSAGE(sentence.find(error.arguments.front().second) != sentence.npos, sentence);
  }
}

// A refused event says so and leaves everything as it was.
template <class Change>
void check_refused(LessonState& state, const Change& change, const std::string& what) {
  const LessonState before = state;
  const auto error = update(state, change);
  CHECK_MESSAGE(error, describe(before), " accepted ", what);
  CHECK_MESSAGE(difference(before, state) == "", describe(before), " after the refused ", what);
  if (error) check_sentence(*error);
}

}  // namespace

TEST_CASE("lessons have unique ids and find() knows them") {
  std::set<std::string> ids;
  REQUIRE(all().size() >= 2);
  for (const Lesson* lesson : all()) {
    CHECK_MESSAGE(ids.insert(lesson->id).second, std::string(lesson->id));
    CHECK(find(lesson->id) == lesson);
  }
  CHECK(std::string(all()[0]->id) == "flatten");
  CHECK(find("no-such-lesson") == nullptr);
  CHECK(find("") == nullptr);
}

TEST_CASE("keys: step comes first, names are unique, the initial values are those of a fresh state") {
  for (const Lesson* lesson : all()) {
    CAPTURE(std::string(lesson->id));
    const LessonState state = fresh(*lesson);
    check_invariants(state);
    const std::vector<Key> keys = keys_of(state);
    CHECK(keys.front().name == "step");
    CHECK(keys.back().name == "predict");
    std::set<std::string> names;
    for (const Key& key : keys) {
      CHECK_MESSAGE(names.insert(key.name).second, key.name);
      CHECK_MESSAGE(value_of(state, key.name) == key.initial, key.name);
      if (key.type == Key::Type::Int) CHECK_MESSAGE(key.min <= key.max, key.name);
    }
  }
}

TEST_CASE("stepping reaches both ends and stays there") {
  for (const Lesson* lesson : all()) {
    CAPTURE(std::string(lesson->id));
    LessonState state = fresh(*lesson);
    CHECK(!update(state, StepBy{-state.steps}));
    CHECK(state.settings.step == 0);
    for (int i = 1; i < state.steps; ++i) {
      CHECK(!update(state, StepBy{1}));
      REQUIRE(state.settings.step == i);
    }
    const LessonState end = state;
    const int most = std::numeric_limits<int>::max();
    for (int n : {1, 1000, most}) {
      CHECK(!update(state, StepBy{n}));
      CHECK_MESSAGE(difference(end, state) == "", "after ", n);
    }
    for (int n : {std::numeric_limits<int>::min(), -most}) {
      CHECK((!update(state, StepBy{n}) && state.settings.step == 0));
    }
  }
}

TEST_CASE("back undoes next, to the bit" * doctest::skip(kSanitized)) {
  nn::Pcg32 rng(51);
  for (const Lesson* lesson : all())
    for (int round = 0; round < 60; ++round) {
      LessonState state = fresh(*lesson);
      for (const Key& key : lesson->keys(state))
        if (key.type == Key::Type::Choice) CHECK(!update(state, Set{key.name, good_value(state, key, rng)}));
      const int step = round == 0 ? 0 : int(rng.below(uint32_t(state.steps - 1)));
      CHECK(!update(state, Set{"step", double(step)}));
      const LessonState before = state;
      const int n = 1 + int(rng.below(uint32_t(state.steps - 1 - step)));
      CHECK(!update(state, StepBy{n}));
      CHECK(difference(before, state) != "");
      CHECK(!update(state, StepBy{-n}));
      CHECK_MESSAGE(difference(before, state) == "", describe(before), " ± ", n);
      LessonState jumped = before;  // the same place, whichever way
      CHECK(!update(jumped, Set{"step", double(step + n)}));
      CHECK(!update(state, StepBy{n}));
      CHECK_MESSAGE(difference(jumped, state) == "", describe(before), " + ", n);
    }
}

TEST_CASE("random events keep every lesson sound" * doctest::skip(kSanitized)) {
  nn::Pcg32 rng(52);
  for (const Lesson* lesson : all()) {
    LessonState state = fresh(*lesson);
    for (int round = 0; round < rounds(1500); ++round) {
      const std::vector<Key> keys = keys_of(state);
      const Key& key = pick(keys, rng);
      switch (rng.below(7)) {
        case 0:
        case 1: {
          const Value value = good_value(state, key, rng);
          const LessonState before = state;
          CHECK_MESSAGE(!update(state, Set{key.name, value}), describe(before), " refused ", key.name, " ",
                        shown(value));
          if (key.type != Key::Type::Tensor && shown(value) != "custom")
            CHECK_MESSAGE(value_of(state, key.name) == value, describe(before), " set ", key.name);
          break;
        }
        case 2: {
          const Value value = bad_value(key, rng);
          check_refused(state, Set{key.name, value}, key.name + " " + shown(value));
          break;
        }
        case 3:
          CHECK(!update(state, StepBy{int(rng.below(200)) - 100}));
          break;
        case 4: {
          const std::string name = pick(web_test::replaceable(state), rng);
          nn::Tensor tensor = web_test::random_tensor(state.tensors.at(name).shape(), rng);
          CHECK(!update(state, ReplaceTensor{name, tensor}));
          CHECK_MESSAGE(nn::same_bits(state.tensors.at(name), tensor), describe(state), " ", name);
          tensor[rng.below(uint32_t(tensor.size()))] = rng.below(2) ? NAN : -INFINITY;
          check_refused(state, ReplaceTensor{name, tensor}, "non-finite " + name);
          check_refused(state, ReplaceTensor{name, nn::Tensor(nn::Shape{1, 3})}, "1x3 " + name);
          check_refused(state, ReplaceTensor{name, nn::Tensor()}, "empty " + name);
          break;
        }
        case 5:
          if (state.question) {
            const auto& options = state.question->options;
            const double given =
                options.empty() ? rng.uniform(-9, 9) : options[rng.below(uint32_t(options.size()))].value;
            CHECK(!update(state, GiveAnswer{given}));
            CHECK(state.answer->given == given);
          } else {
            check_refused(state, GiveAnswer{1}, "an answer to nothing");
            check_refused(state, Reveal{}, "reveal of nothing");
          }
          break;
        case 6:
          check_refused(state, Set{"no-such-key", 1.0}, "no-such-key");
          check_refused(state, ReplaceTensor{"output", state.tensors.at("output")}, "output");
          break;
      }
      if (round % 10 == 0) check_invariants(state);
    }
  }
}

TEST_CASE("several keys at once are all or nothing" * doctest::skip(kSanitized)) {
  nn::Pcg32 rng(53);
  for (const Lesson* lesson : all()) {
    LessonState state = fresh(*lesson);
    for (int round = 0; round < rounds(200); ++round) {
      const std::vector<Key> keys = keys_of(state);
      std::vector<Set> changes;
      for (const Key& key : keys)
        if (key.type != Key::Type::Tensor && key.name != "step" && rng.below(3))
          changes.push_back({key.name, good_value(state, key, rng)});
      // How many filters, or channels, there are decides which can be looked at; their own tests try both
      // together.
      const auto decides = [&](const Set& set) {
        return set.key == "out_channels" || set.key == "layer" ||
               (set.key == "image" && std::string(lesson->id) == "pooling");
      };
      if (std::any_of(changes.begin(), changes.end(), decides))
        std::erase_if(changes, [](const Set& set) { return set.key == "filter_index"; });
      const Key& broken = pick(keys, rng);
      std::vector<Set> with_bad = changes;
      for (size_t i = with_bad.size(); i-- > 0;)
        if (with_bad[i].key == broken.name ||
            (broken.name == "filter_index" && decides(with_bad[i])))  // might make it a good one
          with_bad.erase(with_bad.begin() + long(i));
      with_bad.insert(with_bad.begin() + long(rng.below(uint32_t(with_bad.size()) + 1)),
                      Set{broken.name, broken.name == "step" ? Value(0.5) : bad_value(broken, rng)});
      check_refused(state, with_bad, "set with a bad " + broken.name);
      CHECK(!update(state, changes));
    }
    check_invariants(state);
  }
}

TEST_CASE("only the final number of steps clamps a step that a call does not name") {
  LessonState state = fresh(*find("convolution"));
  CHECK(!update(state, std::vector<Set>{{"kernel_size", 1.0}, {"step", 783.0}}));
  CHECK(!update(state, Set{"kernel_size", 7.0}));
  CHECK(state.settings.step == 22 * 22 - 1);  // clamped
  CHECK(!update(state, std::vector<Set>{{"kernel_size", 1.0}, {"step", 783.0}}));
  CHECK(!update(state, std::vector<Set>{{"kernel_size", 7.0}, {"padding", 3.0}}));
  CHECK(state.steps == 784);
  CHECK(state.settings.step == 783);  // step 783 exists before and after
}

TEST_CASE("numbers that are finite but overflow when multiplied never reach the screen as infinity") {
  for (const Lesson* lesson : all())
    for (const std::string& name : web_test::replaceable(fresh(*lesson))) {
      LessonState state = fresh(*lesson);
      nn::Tensor huge(state.tensors.at(name).shape());
      for (float& x : huge) x = 3e38f;
      const LessonState before = state;
      if (update(state, ReplaceTensor{name, huge})) {
        CHECK_MESSAGE(difference(before, state) == "", std::string(lesson->id), " ", name);
      } else if (name != "bias" && state.tensors.count("bias")) {
        CHECK(!update(state, ReplaceTensor{"bias", state.tensors.at("bias")}));
      }
      for (const auto& shown : state.tensors)
        CHECK_MESSAGE(finite(shown.second), std::string(lesson->id), ": a ", name, " of 3e38 makes ",
                      shown.first, " infinite");
    }
}

TEST_CASE("reset: step 0, own numbers gone, parameters kept") {
  nn::Pcg32 rng(54);
  for (const Lesson* lesson : all()) {
    CAPTURE(std::string(lesson->id));
    LessonState state = fresh(*lesson);
    for (const Key& key : lesson->keys(state))
      if (key.name == "image") CHECK(!update(state, Set{"image", key.values[key.values.size() - 2]}));
    for (const Key& key : lesson->keys(state))
      if (key.name == "filter") CHECK(!update(state, Set{"filter", key.values.front()}));
    CHECK(!update(state, StepBy{-state.steps}));
    const LessonState before = state;
    for (const std::string& name : web_test::replaceable(state))
      CHECK(
          !update(state, ReplaceTensor{name, web_test::random_tensor(state.tensors.at(name).shape(), rng)}));
    CHECK(!update(state, StepBy{17}));
    reset(state);
    CHECK(difference(before, state) == "");
  }
}
