#include "web/lessons/invariance_questions.h"

#include "web/lessons/moves.h"

namespace lessons {

Question ask_whether_moved(const LessonState& state, bool score) {
  const Change change = score ? score_change(state) : maximum_change(state);
  const bool changes = change.before != change.after;
  Question q;
  q.key = score ? "question.score-moves" : "question.maximum-moves";
  q.hint = "question.move.hint";
  q.arguments = {{"class", std::to_string(state.settings.class_index)},
                 {"right", strings::number(state.settings.shift_x, 0)},
                 {"down", strings::number(state.settings.shift_y, 0)},
                 {"stride", std::to_string(state.settings.stride)}};
  q.expected = changes;
  q.options = {{0, "option.stays"}, {1, "option.changes"}};
  if (score && changes) q.mistakes = {{"mistake.weights-stay", 0}};
  if (!score && !changes) q.mistakes = {{"mistake.maximum-moves-along", 1}};
  return q;
}

Question ask_column(const LessonState& state) {
  const int partner = partner_of(state);
  const Settings& s = state.settings;
  const int row = partner / state.out_cols, col = partner % state.out_cols;
  Question q;
  q.key = "question.moved-cell";
  q.hint = "question.move.hint";
  q.arguments = {{"row", std::to_string(row)},
                 {"col", std::to_string(col)},
                 {"right", strings::number(s.shift_x, 0)},
                 {"down", strings::number(s.shift_y, 0)},
                 {"stride", std::to_string(s.stride)}};
  q.expected = s.step % state.out_cols;
  q.mistakes = {{"mistake.direction", 2 * col - q.expected},
                {"mistake.not-moved", double(col)},
                {"mistake.stride-ignored", double(col + s.shift_x)},
                {"mistake.row-for-column", double(s.step / state.out_cols)}};
  return q;
}

}  // namespace lessons
