// The public methods by name, as window.playground and JSON-RPC call them.
#include <algorithm>
#include <cmath>

#include "web/app/code.h"
#include "web/app/json.h"
#include "web/app/paste.h"
#include "web/app/schema.h"

namespace app {
namespace {

using lessons::Error;

// What a method returns: a result, or an error.
struct Answer {
  Json result;
  std::optional<Error> error;
};

Answer wrong_params(const char* method, const char* needed) {
  return {{}, Error{Error::Kind::Type, "error.params", {{"value", method}, {"allowed", needed}}}};
}

Answer acted(App& app, const Action& action) {
  if (auto error = app.dispatch(action)) return {{}, error};
  return {state_to_json(app), {}};
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::vector<std::string> tensor_names(const App& app) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : app.state().lesson.tensors) names.push_back(name);
  return names;
}

// Parameters are the object itself (setState) or a list; first() is the list's first, null when there is
// none.
const Json& first(const Json& params) {
  static const Json null;
  return params.is_array() && !params.empty() ? params.front() : null;
}

Answer set_state(App& app, const Json& params) {
  const Json& partial = params.is_object() ? params : first(params);
  if (!partial.is_object()) return wrong_params("setState", "{key: value}");
  SetState action;
  for (const auto& [key, value] : partial.items()) action.changes.push_back({key, to_value(value)});
  return acted(app, action);
}

Answer step(App& app, const Json& params) {
  const bool given = params.is_array() && !params.empty();
  if (given && !first(params).is_number()) return wrong_params("step", "n ∈ ℤ");
  const double n = given ? first(params).get<double>() : 1;
  if (!std::isfinite(n) || n != std::floor(n)) return wrong_params("step", "n ∈ ℤ");
  return acted(app, StepBy{int(std::clamp(n, -1e9, 1e9))});
}

// What `made` makes of the tensor that is asked for.
template <class Make>
Answer tensor_as(const App& app, const Json& params, Make made) {
  const std::string name =
      first(params).is_string() ? first(params).get<std::string>() : lessons::shown(to_value(first(params)));
  if (const nn::Tensor* found = app.tensor(name)) return {made(*found), {}};
  return {{},
          Error{Error::Kind::Range,
                "error.tensor_read",
                {{"value", lessons::shown(name)}, {"allowed", joined(tensor_names(app))}}}};
}

Answer tensor(App& app, const Json& params) { return tensor_as(app, params, tensor_to_json); }
Answer csv_text(App& app, const Json& params) { return tensor_as(app, params, csv); }

Answer code_text(App& app, const Json& params) {
  const Json& framework = first(params);
  if (framework.is_null() || framework == "pytorch" || framework == "numpy")
    return {
        code(app.state().lesson, app.strings(), framework == "numpy" ? Framework::NumPy : Framework::PyTorch),
        {}};
  return {{},
          Error{Error::Kind::Range,
                "error.choice",
                {{"key", "framework"},
                 {"value", lessons::shown(to_value(framework))},
                 {"allowed", "pytorch, numpy"}}}};
}

Answer set_tensor(App& app, const Json& params) {
  constexpr const char* kNeeded = "name, {shape: [int], data: [number]}";
  const bool pair = params.is_array() && params.size() == 2 && params[0].is_string() && params[1].is_object();
  if (!pair || !params[1].contains("shape") || !params[1].contains("data"))
    return wrong_params("setTensor", kNeeded);
  const std::string name = params[0].get<std::string>();
  const Json &shape = params[1]["shape"], &data = params[1]["data"];
  if (!shape.is_array() || !data.is_array()) return wrong_params("setTensor", kNeeded);

  std::vector<int> sizes;
  double numel = 1;
  for (const Json& size : shape) {
    const double value = size.is_number() ? size.get<double>() : -1;
    if (!(value >= 1 && value <= 65536) || value != std::floor(value))
      return wrong_params("setTensor", kNeeded);
    sizes.push_back(int(value));
    numel *= value;
  }
  if (sizes.empty() || sizes.size() > nn::Shape::kMaxRank || numel != double(data.size()))
    return {{},
            Error{Error::Kind::Range,
                  "error.shape",
                  {{"key", name},
                   {"value", shape.dump() + " (" + std::to_string(data.size()) + ")"},
                   {"allowed", app.tensor(name) ? app.tensor(name)->shape().str() : "input, weight, bias"}}}};
  nn::Tensor value(nn::Shape(sizes.data(), int(sizes.size())));
  // NaN and the infinities are null in JSON.
  for (size_t i = 0; i < value.size(); ++i) value[i] = data[i].is_number() ? data[i].get<float>() : NAN;
  return acted(app, SetTensor{name, std::move(value)});
}

Answer paste(App& app, const Json& params) {
  if (!first(params).is_string()) return wrong_params("paste", "“1 0 -1 ↵ 1 0 -1 ↵ 1 0 -1”");
  Pasted pasted;
  if (auto error = read_pasted(pasted, app.state(), first(params).get<std::string>())) return {{}, error};
  if (auto error = app.dispatch(pasted.action)) return {{}, error};
  return {app.say(pasted.said), {}};
}

Answer lesson_list(const App& app) {
  Json list = Json::array();
  for (const lessons::Lesson* lesson : lessons::all())
    list.push_back({{"id", lesson->id}, {"title", app.strings().text(std::string("lesson.") + lesson->id)}});
  return {list, {}};
}

Answer schema(App& app, const Json& params) {
  if (first(params).is_null()) return {schema_to_json(settable_keys(app.state(), app.defaults())), {}};
  const auto* lesson = first(params).is_string() ? lessons::find(first(params).get<std::string>()) : nullptr;
  if (!lesson) {
    std::vector<std::string> ids;
    for (const lessons::Lesson* known : lessons::all()) ids.push_back(known->id);
    return {{},
            Error{Error::Kind::Range,
                  "error.choice",
                  {{"key", "lesson"},
                   {"value", lessons::shown(to_value(first(params)))},
                   {"allowed", joined(ids)}}}};
  }
  AppState other = app.state();
  other.lesson = lessons::init(*lesson, *app.state().lesson.assets, app.state().lesson.settings.predict);
  return {schema_to_json(settable_keys(other, app.defaults())), {}};
}

Answer answer(App& app, const Json& params) {
  if (!first(params).is_number()) return wrong_params("answer", "x ∈ ℝ");
  return acted(app, GiveAnswer{first(params).get<double>()});
}

Answer train(App& app, const Json& params) {
  const Json& options = params.is_object() ? params : first(params);
  const Json steps = options.is_object() && options.contains("steps") ? options["steps"] : Json();
  if (!options.is_object() || options.size() != 1 || !steps.is_number())
    return wrong_params("train", "{steps: n ∈ ℕ}");
  const double n = steps.get<double>();
  if (!std::isfinite(n) || n != std::floor(n)) return wrong_params("train", "{steps: n ∈ ℕ}");
  if (auto error = app.dispatch(Train{int(std::clamp(n, -1e9, 1e9))})) return {{}, error};
  return {app.training().goal(), {}};
}

Answer metrics(App& app, const Json&) {
  if (!trains(app.state())) return {{}, Error{Error::Kind::Range, "error.train.lesson", {}}};
  return {metrics_to_json(app.training().metrics()), {}};
}

constexpr const char* kExperimentNeeds = "{name: …, steps: n ∈ ℕ}";

// The experiment of this name is shown and runs; the answer is its results of now.
Answer experiment(App& app, const Json& params) {
  const Json& options = params.is_object() ? params : first(params);
  if (!options.is_object()) return wrong_params("experiment", kExperimentNeeds);
  for (const auto& [key, value] : options.items())
    if (key == "name" ? !value.is_string() : key != "steps" || !value.is_number())
      return wrong_params("experiment", kExperimentNeeds);
  const double steps = options.value("steps", 0.0);
  if (!std::isfinite(steps) || steps != std::floor(steps))
    return wrong_params("experiment", kExperimentNeeds);
  if (!trains(app.state())) return {{}, Error{Error::Kind::Range, "error.experiment.lesson", {}}};
  if (options.contains("steps") && (steps < 1 || steps > kMostExperimentSteps))
    return {{},
            Error{Error::Kind::Range,
                  "error.range",
                  {{"key", "steps"},
                   {"value", lessons::shown(lessons::Value(steps))},
                   {"allowed", "1 … " + std::to_string(kMostExperimentSteps)}}}};
  SetState show;
  show.changes = {{"view", std::string("experiments")},
                  {"experiment", options.value("name", app.state().lesson.settings.experiment)}};
  if (auto error = app.dispatch(show)) return {{}, error};
  if (auto error = app.dispatch(RunExperiment{int(steps)})) return {{}, error};
  return {results_to_json(app), {}};
}

Answer results(App& app, const Json&) {
  if (!trains(app.state())) return {{}, Error{Error::Kind::Range, "error.experiment.lesson", {}}};
  return {results_to_json(app), {}};
}

struct Method {
  const char* name;
  Answer (*run)(App& app, const Json& params);
};
constexpr Method kMethods[] = {
    {"version",
     [](App&, const Json&) {
       return Answer{CONV_PLAYGROUND_VERSION, {}};
     }},
    {"lessons", [](App& app, const Json&) { return lesson_list(app); }},
    {"schema", schema},
    {"getState",
     [](App& app, const Json&) {
       return Answer{state_to_json(app), {}};
     }},
    {"setState", set_state},
    {"step", step},
    {"play", [](App& app, const Json&) { return acted(app, Play{}); }},
    {"pause", [](App& app, const Json&) { return acted(app, Pause{}); }},
    {"reset", [](App& app, const Json&) { return acted(app, Reset{}); }},
    {"tensors",
     [](App& app, const Json&) {
       return Answer{tensor_names(app), {}};
     }},
    {"tensor", tensor},
    {"csv", csv_text},
    {"code", code_text},
    {"setTensor", set_tensor},
    {"paste", paste},
    {"question",
     [](App& app, const Json&) {
       return Answer{question_to_json(app), {}};
     }},
    {"answer", answer},
    {"reveal", [](App& app, const Json&) { return acted(app, Reveal{}); }},
    {"narration",
     [](App& app, const Json&) {
       return Answer{app.narration(), {}};
     }},
    {"train", train},
    {"metrics", metrics},
    {"experiment", experiment},
    {"results", results},
};

}  // namespace

std::string App::refusal(const lessons::Error& error) const {
  const char* name = error.kind == Error::Kind::Range ? "RangeError" : "TypeError";
  return to_text({{"error", {{"name", name}, {"message", say(error)}}}});
}

std::string App::call(std::string_view method, std::string_view params) {
  std::string names;
  for (const Method& known : kMethods) {
    names += (names.empty() ? "" : ", ") + std::string(known.name);
    if (method != known.name) continue;
    // No parameter is nested deeper than this, and the library's own recursion must not meet one that is.
    constexpr int kDeepest = 8;
    const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth < kDeepest; };
    const Json read = params.empty() ? Json::array() : Json::parse(params, shallow, false);
    if (!read.is_array() && !read.is_object()) return refusal(*wrong_params(known.name, "[…]").error);
    // Only setState, train and experiment take the object itself.
    if (read.is_object() && !read.empty() && known.run != set_state && known.run != train &&
        known.run != experiment)
      return refusal(*wrong_params(known.name, "[…]").error);
    const Answer answer = known.run(*this, read);
    if (answer.error) return refusal(*answer.error);
    return to_text({{"result", answer.result}});
  }
  return refusal({Error::Kind::Type,
                  "error.method",
                  {{"value", lessons::shown(std::string(method))}, {"allowed", names}}});
}

}  // namespace app
