// Which nets the lesson `network` trains, and how: its settings as the models and rates of web/training.
#pragma once

#include "web/lessons/lesson.h"
#include "web/training/training.h"

namespace lessons {

// The keys cnn_model, fc_model, lr, momentum, batch_size and stack, of these initial values.
std::vector<Key> training_keys(const Settings& initial);
// Sets `cnn_model` or `stack`, which replace each other; false: `key` is neither. A stack that cannot be
// trained is refused.
bool set_model(Settings& settings, const std::string& key, const std::string& value,
               std::optional<Error>& error);

// For digits; what the settings hold can always be trained.
training::Model cnn_model(const Settings& settings);
training::Model fc_model(const Settings& settings);
// Models, rates, batch and seed; the rest as web/training has it.
training::Setup training_setup(const Settings& settings);
// The layers of the net that the view `chain` shows, as training::stack_text() gives them.
const std::string& chain_stack();

}  // namespace lessons
