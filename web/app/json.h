// JSON of the public API. Only the .cpp files of this folder include it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "web/app/app.h"

namespace app {

using Json = nlohmann::ordered_json;  // the public state has a fixed key order

Json to_json(const lessons::Value& value);
// null and objects have no Value; they become a text that no key accepts.
lessons::Value to_value(const Json& json);

// As text. Texts from outside may hold broken UTF-8; what leaves here never does.
std::string to_text(const Json& json);

Json state_to_json(const App& app);
Json schema_to_json(const std::vector<lessons::Key>& keys);
Json tensor_to_json(const nn::Tensor& tensor);
std::string answer_event(const lessons::LessonState& state);
// The open question as {question, text, hint, options}, or null.
Json question_to_json(const App& app);
// {steps, cnn: {loss, accuracy, test_accuracy}, fc: …}; null where nothing has been measured.
Json metrics_to_json(const training::Metrics& metrics);
// What the chosen experiment has measured: {name, done, holds, progress, steps, runs: [metrics, with examples
// and, where places were held out, left and right of each net]}.
Json results_to_json(const App& app);
std::string step_event(const lessons::LessonState& state);

}  // namespace app
