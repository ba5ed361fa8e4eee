// A lesson is a pure state machine over the engine: no clock, no window, no page.
//
//   init(assets) -> LessonState        the lesson's defaults
//   update(state, event)               the only thing that changes a state
//   scene(state, strings, followed)    what there is to see
//
// A LessonState is one copyable struct: a copy is a snapshot, so Back and "all or nothing" are copies.
// To add a lesson: one file that defines a Lesson, and its line in lessons.cpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/tensor.h"
#include "web/lessons/assets.h"
#include "web/lessons/question.h"
#include "web/lessons/scene.h"
#include "web/strings/strings.h"

namespace lessons {

using Value = std::variant<bool, double, std::string, std::vector<std::string>>;

// What is wrong with a value that was asked for: the sentence is strings.format(message, arguments).
struct Error {
  enum class Kind { Range, Type } kind = Kind::Range;
  std::string message;
  strings::Arguments arguments;
  std::string around = {};  // another sentence that the first stands in as {reason}, with the same arguments
};
// The sentence in words.
std::string said(const Error& error, const strings::Strings& strings);

// A key of the state. Int and Number: min … max; Choice: one of `values`; List: some of `values`;
// Tensor: the user's own numbers as text (tensor_text.h), "" = none; Text: other text that the lesson judges.
struct Key {
  enum class Type { Int, Number, Bool, Choice, List, Tensor, Text } type = Type::Int;
  std::string name;
  double min = 0, max = 0;
  std::vector<std::string> values;
  Value initial = 0.0;
};

// Everything a learner can set in a lesson. A lesson uses some of it; its keys() say which.
struct Settings {
  int step = 0;
  int seed = 1;          // every random draw comes from it
  bool predict = false;  // ask before a value is shown
  std::string image = "digit-3";
  int image_size = 28;  // of the picture that the digit stands in
  int kernel_size = 5, stride = 1, padding = 0;
  std::string filter = "vertical-edge";
  bool flipped = false;  // the kernel is turned by 180° before it is laid on the picture
  int out_channels = 1;
  int layer = 0;  // of the network, the one looked at
  int filter_index = 0;
  int layers = 1;  // of convolutions, one on the other
  int class_index = 3;
  // How a square is unrolled into a strip: in which order ("rows", "columns" or "any") and how far (per
  // cent); or, instead, which pixels spoke for the class and which against it.
  std::string order = "rows";
  int unroll = 100;
  bool evidence = false;
  int shift_x = 0, shift_y = 0;  // pixels; positive = right, down
  std::string view =
      "chain";  // "volumes", "draw", "training" or "experiments"; in `channels` "volumes" or "maps"
  int turn = 32, tilt = 16, apart = 55;  // how volumes stand; see Pose
  std::string experiment = "shuffled";   // which of them; see experiment_panes.h
  // Of the training: what is seen ("learned", "confusion", "mistakes" or "build"); the models by name, and
  // instead of cnn_model the learner's own layers (training::stack_text); and how they are trained.
  std::string show = "learned";
  std::string cnn_model = "small_cnn", fc_model = "linear", stack;
  double lr = 0.02, momentum = 0.9;  // measured over seeds 1 … 3: at 0.05 small_cnn can stand still for long
  int batch_size = 20;
  std::string pool = "max";                       // or "avg"
  int permutation_seed = 5;                       // 0: nothing is shuffled
  int shuffled = 100;                             // per cent of the pixels that are put elsewhere
  bool pixels_only = false;                       // the weights stay where they are
  bool per_channel = false;                       // show one map an input channel, which is wrong
  std::optional<nn::Tensor> input, weight, bias;  // the user's own; none = from image, filter and default
};

struct Lesson;
struct Learned;  // learned.h

struct LessonState {
  const Lesson* lesson = nullptr;
  const Assets* assets = nullptr;
  Settings settings;
  int steps = 1;
  int out_rows = 0, out_cols = 0;             // of the sliding window
  int cell = -1;                              // of a map, that the step looks at; −1: cell `step`
  std::map<std::string, nn::Tensor> tensors;  // all that the lesson shows, by public name
  std::optional<Question> question;           // open: what it asks for is hidden
  std::optional<Answer> answer;               // the one given at this step
  std::vector<Question> asked;                // those that are over
  std::shared_ptr<const Learned> learned;     // what nets have learned in the page; none: nothing
};

struct Set {
  std::string key;
  Value value;
};
struct StepBy {
  int n;
};
struct ReplaceTensor {
  std::string name;
  nn::Tensor value;
};
struct GiveAnswer {
  double given;
};
struct Reveal {};  // the open question is over without an answer
// What nets have learned meanwhile; the step and the open question stay.
struct Learn {
  std::shared_ptr<const Learned> learned;
};
using Event = std::variant<Set, StepBy, ReplaceTensor, GiveAnswer, Reveal, Learn>;

struct Lesson {
  const char* id;
  std::vector<Key> (*keys)(const LessonState&);
  void (*defaults)(Settings&);
  // Fills tensors, steps, out_rows, out_cols from the settings by running the engine.
  void (*compute)(LessonState&);
  // What depends on the step alone: window, products. Called after compute and on each step.
  void (*compute_step)(LessonState&);
  Scene (*scene)(const LessonState&, const strings::Strings&, int followed);
  std::string (*narration)(const LessonState&, const strings::Strings&);
  // What can be asked in this state; at least three kinds.
  std::vector<Question> (*questions)(const LessonState&) = nullptr;
};

// All lessons, in order.
const std::vector<const Lesson*>& all();
const Lesson* find(const std::string& id);

LessonState init(const Lesson& lesson, const Assets& assets, bool predict = false);
// The lesson's keys and those that all lessons have: seed and, last, predict.
std::vector<Key> keys_of(const LessonState& state);
// Whether the open question is the one with this key: then what it asks for stays hidden.
bool asks(const LessonState& state, const char* question);
// What is seen and said: the lesson's scene and narration with the open question instead of what it hides,
// the feedback to an answer, and the takeaway at the last step.
Scene scene_of(const LessonState& state, const strings::Strings& strings, int followed);
std::string narration_of(const LessonState& state, const strings::Strings& strings);

// Applies one event, or returns what is wrong with it and leaves `state` as it was.
std::optional<Error> update(LessonState& state, const Event& event);
// Applies several keys at once, all or nothing; `step` last, clamped when it is not among them.
std::optional<Error> update(LessonState& state, const std::vector<Set>& changes);

// Back to step 0 with the same parameters; the user's own tensors and what was asked are discarded.
void reset(LessonState& state);

// What is wrong with `value` for `key`, if anything: its type, its range, its choices.
std::optional<Error> check(const Key& key, const Value& value);
// `value` as a message shows it, shortened when it is long.
std::string shown(const Value& value);

// What the user's own numbers stand in for: the preset that `filter` or `image` had before them. A kernel
// of another size goes back to it.
std::string preset_of(const LessonState& state, const std::string& key);
// The present value of a key of `state.lesson`.
Value value_of(const LessonState& state, const std::string& key);

}  // namespace lessons
