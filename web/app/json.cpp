#include "web/app/json.h"

#include <cmath>

#include "web/app/schema.h"
#include "web/lessons/findings.h"

namespace app {

using lessons::Key;
using lessons::Value;

Json to_json(const Value& value) {
  if (const double* number = std::get_if<double>(&value)) {
    if (*number == std::floor(*number) && std::fabs(*number) < 1e9) return int(*number);
    return *number;
  }
  return std::visit([](const auto& v) { return Json(v); }, value);
}

Value to_value(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  // What is nested has no place in a value; it is not walked, however deep it is.
  const auto plain = [](const Json& item) {
    return item.is_object() ? "{…}" : item.is_array() ? "[…]" : item.dump();
  };
  if (json.is_array()) {
    std::vector<std::string> list;
    for (const Json& item : json) list.push_back(item.is_string() ? item.get<std::string>() : plain(item));
    return list;
  }
  return plain(json);
}

std::string to_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json state_to_json(const App& app) {
  Json json = Json::object();
  const AppState& state = app.state();
  for (const Key& key : settable_keys(state, {})) {
    json[key.name] = to_json(value_of(state, key.name));
    if (key.name == "step") json["steps"] = state.lesson.steps;
  }
  json["warnings"] = app.warnings();
  return json;
}

Json schema_to_json(const std::vector<Key>& keys) {
  Json json = Json::object();
  for (const Key& key : keys) {
    Json entry = Json::object();
    switch (key.type) {
      case Key::Type::Int:
        entry["type"] = "int";
        break;
      case Key::Type::Number:
        entry["type"] = "number";
        break;
      case Key::Type::Bool:
        entry["type"] = "bool";
        break;
      case Key::Type::Choice:
        entry["type"] = "choice";
        break;
      case Key::Type::List:
        entry["type"] = "list";
        break;
      case Key::Type::Tensor:
      case Key::Type::Text:
        entry["type"] = "text";
        break;
    }
    if (key.type == Key::Type::Int || key.type == Key::Type::Number) {
      entry["min"] = to_json(Value(key.min));
      entry["max"] = to_json(Value(key.max));
    }
    if (!key.values.empty()) entry["values"] = key.values;
    entry["default"] = to_json(key.initial);
    json[key.name] = entry;
  }
  return json;
}

Json tensor_to_json(const nn::Tensor& tensor) {
  Json json = Json::object();
  json["shape"] = std::vector<int>(tensor.shape().begin(), tensor.shape().end());
  json["data"] = std::vector<float>(tensor.data(), tensor.data() + tensor.size());
  return json;
}

std::string answer_event(const lessons::LessonState& state) {
  const lessons::Answer& answer = *state.answer;
  Json detail = Json::object();
  detail["lesson"] = state.lesson->id;
  detail["step"] = state.settings.step;
  detail["question"] = lessons::short_name(answer.question.key);
  detail["given"] = to_json(answer.given);
  detail["expected"] = to_json(answer.question.expected);
  detail["correct"] = answer.correct;
  detail["diagnosis"] = answer.diagnosis ? Json(lessons::short_name(answer.diagnosis)) : Json();
  return to_text({{"event", "answer"}, {"detail", detail}});
}

Json question_to_json(const App& app) {
  const auto& question = app.state().lesson.question;
  if (!question) return {};
  Json options = Json::array();
  for (const lessons::Option& option : question->options)
    options.push_back({{"value", to_json(option.value)},
                       {"label", lessons::option_text(*question, option, app.strings())}});
  return {{"question", lessons::short_name(question->key)},
          {"text", lessons::question_text(*question, app.strings())},
          {"hint", lessons::hint_text(*question, app.strings())},
          {"options", options}};
}

Json metrics_to_json(const training::Metrics& metrics) {
  const auto net = [](const training::NetMetrics& of) {
    return Json{{"loss", to_json(of.loss)},
                {"accuracy", to_json(of.accuracy)},
                {"test_accuracy", to_json(of.test_accuracy)}};
  };
  return {{"steps", metrics.steps}, {"cnn", net(metrics.cnn)}, {"fc", net(metrics.fc)}};
}

Json results_to_json(const App& app) {
  const auto tried = app.experiments().tried();
  Json json = {{"name", app.state().lesson.settings.experiment},
               {"done", false},
               {"holds", nullptr},
               {"progress", 0},
               {"steps", 0},
               {"runs", Json::array()}};
  if (!tried) return json;
  json["done"] = tried->done;
  if (tried->done) json["holds"] = lessons::claim_holds(*tried);
  json["progress"] = to_json(tried->progress);
  json["steps"] = tried->steps;
  for (const lessons::TriedRun& run : tried->runs) {
    Json one = metrics_to_json(run.metrics);
    if (run.metrics.steps < 0) one["steps"] = 0;
    one["examples"] = run.examples;
    if (tried->kind == training::ExperimentKind::HeldOutPlace)
      for (const auto& [net, name] : {std::pair(0, "cnn"), std::pair(1, "fc")}) {
        one[name]["left"] = to_json(run.half_accuracy[net][0]);
        one[name]["right"] = to_json(run.half_accuracy[net][1]);
      }
    json["runs"].push_back(std::move(one));
  }
  return json;
}

std::string step_event(const lessons::LessonState& state) {
  const int step = state.settings.step;
  Json detail = Json::object();
  detail["step"] = step;
  const nn::Tensor& output = state.tensors.at("output");
  const bool maps =
      output.shape().rank() == 3;  // else the scores of a fully connected layer, one below the other
  const int cols = maps ? output.shape()[2] : 1, cell = state.cell >= 0 ? state.cell : step;
  const int first = maps ? state.settings.filter_index * output.shape()[1] * cols : 0;
  detail["row"] = cell / cols;
  detail["col"] = cell % cols;
  detail["value"] = output[size_t(first + cell)];
  return to_text({{"event", "step"}, {"detail", detail}});
}

}  // namespace app
