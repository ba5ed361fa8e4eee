#include "web/lessons/moves.h"

#include <algorithm>
#include <cstring>

#include "web/lessons/shifted.h"
#include "web/lessons/sliding.h"

namespace lessons {
namespace {

// Along one axis: the cells whose window lies inside the picture and did so before a shift.
struct Run {
  int first = 0, count = 0, moved = 0;  // by how many cells
};
Run run_of(const LessonState& state, int shift) {
  const Settings& s = state.settings;
  const int side = state.tensors.at("input").shape()[1];
  Run run;
  if (shift % s.stride != 0) return run;
  run.moved = shift / s.stride;
  const auto inside = [&](int cell) {
    const int first = cell * s.stride - s.padding;
    return cell >= 0 && cell < state.out_rows && first >= 0 && first + s.kernel_size <= side;
  };
  for (int cell = 0; cell < state.out_rows; ++cell)
    if (inside(cell) && inside(cell - run.moved) && run.count++ == 0) run.first = cell;
  return run;
}

nn::Tensor moved_cells(const LessonState& state) {
  const nn::Tensor &before = state.tensors.at("output_before"), &after = state.tensors.at("output");
  const Run rows = run_of(state, state.settings.shift_y), cols = run_of(state, state.settings.shift_x);
  int same = 0;
  for (int row = rows.first; row < rows.first + rows.count; ++row)
    for (int col = cols.first; col < cols.first + cols.count; ++col) {
      const float* to = after.data() + row * state.out_cols + col;
      const float* from = before.data() + (row - rows.moved) * state.out_cols + col - cols.moved;
      same += std::memcmp(to, from, sizeof *to) == 0;
    }
  return nn::Tensor(nn::Shape{2}, {float(rows.count * cols.count), float(same)});
}

void compute_table(LessonState& state) {
  auto& tensors = state.tensors;
  const nn::Tensor& input = tensors["input"];
  const int pixels = int(input.size()), classes = tensors["fc_bias"].shape()[0], count = kMoves * kMoves;
  nn::Tensor pictures(nn::Shape{count, pixels}), maxima(nn::Shape{kMoves, kMoves});
  for (int i = 0; i < count; ++i) {
    const nn::Tensor moved = shifted(input, i / kMoves - kFarthestMove, i % kMoves - kFarthestMove);
    std::copy(moved.begin(), moved.end(), pictures.data() + i * pixels);
    const nn::Tensor map = convolved(state, moved, state.settings.stride);
    maxima[size_t(i)] = *std::max_element(map.begin(), map.end());
  }
  const nn::Tensor rows = fully_connected_scores(*state.assets, pictures);
  nn::Tensor scores(nn::Shape{classes, kMoves, kMoves}), winners(maxima.shape());
  nn::Tensor class_stays(maxima.shape()), maximum_stays(maxima.shape());
  for (int i = 0; i < count; ++i) {
    const float* row = rows.data() + i * classes;
    winners[size_t(i)] = float(std::max_element(row, row + classes) - row);
    for (int c = 0; c < classes; ++c) scores[size_t(c * count + i)] = row[c];
  }
  const int here = move_index(0, 0);
  const float* of_class = scores.data() + state.settings.class_index * count;
  double measures[kMeasures] = {};
  for (int i = 0; i < count; ++i) {
    class_stays[size_t(i)] = winners[size_t(i)] == winners[size_t(here)];
    maximum_stays[size_t(i)] = std::memcmp(&maxima[size_t(i)], &maxima[size_t(here)], sizeof(float)) == 0;
    measures[kClassStays] += class_stays[size_t(i)];
    measures[kMaximumStays] += maximum_stays[size_t(i)];
    measures[kScoreChange] += (double(of_class[i]) - of_class[here]) / (count - 1);
    measures[kMaximumChange] += (double(maxima[size_t(i)]) - maxima[size_t(here)]) / (count - 1);
  }
  tensors["move_measures"] = nn::Tensor(nn::Shape{kMeasures});
  std::copy(measures, measures + kMeasures, tensors["move_measures"].begin());
  tensors["move_scores"] = std::move(scores);
  tensors["move_classes"] = std::move(winners);
  tensors["move_class_stays"] = std::move(class_stays);
  tensors["move_maximum_stays"] = std::move(maximum_stays);
  tensors["move_maxima"] = std::move(maxima);
}

}  // namespace

void compute_moves(LessonState& state) {
  const Settings& s = state.settings;
  auto& tensors = state.tensors;
  compute_operands(state);
  const nn::Tensor& input = tensors["input"];
  nn::Tensor source(nn::Shape{int(input.size())});
  for (int place = 0; place < int(input.size()); ++place) {
    const int side = input.shape()[2], row = place / side - s.shift_y, col = place % side - s.shift_x;
    const bool inside = row >= 0 && row < side && col >= 0 && col < side;
    source[size_t(place)] = inside ? float(row * side + col) : -1.0f;
  }
  tensors["move_source"] = std::move(source);
  tensors["input_shifted"] = shifted(input, s.shift_y, s.shift_x);
  tensors["output_before"] = convolved(state, input, s.stride);
  compute_output(state, "input_shifted");
  compute_fully_connected(state, "input");
  tensors["fc_scores_before"] = tensors["fc_scores"];
  compute_fully_connected(state, "input_shifted");
  tensors["moved_cells"] = moved_cells(state);
  compute_table(state);
}

std::optional<CellRect> paired_cells(const LessonState& state, bool before) {
  const Run rows = run_of(state, state.settings.shift_y), cols = run_of(state, state.settings.shift_x);
  if (rows.count == 0 || cols.count == 0) return std::nullopt;
  return CellRect{rows.first - (before ? rows.moved : 0), cols.first - (before ? cols.moved : 0), rows.count,
                  cols.count};
}

int partner_of(const LessonState& state) {
  const auto paired = paired_cells(state, false);
  const int row = state.settings.step / state.out_cols, col = state.settings.step % state.out_cols;
  if (!paired || row < paired->row || row >= paired->row + paired->rows || col < paired->col ||
      col >= paired->col + paired->cols)
    return -1;
  return (row - state.settings.shift_y / state.settings.stride) * state.out_cols + col -
         state.settings.shift_x / state.settings.stride;
}

Change score_change(const LessonState& state) {
  const size_t c = size_t(state.settings.class_index);
  return {state.tensors.at("fc_scores_before")[c], state.tensors.at("fc_scores")[c]};
}
Change maximum_change(const LessonState& state) {
  const nn::Tensor& maxima = state.tensors.at("move_maxima");
  return {maxima[size_t(move_index(0, 0))],
          maxima[size_t(move_index(state.settings.shift_y, state.settings.shift_x))]};
}
Change class_change(const LessonState& state) {
  const nn::Tensor& classes = state.tensors.at("move_classes");
  return {classes[size_t(move_index(0, 0))],
          classes[size_t(move_index(state.settings.shift_y, state.settings.shift_x))]};
}

}  // namespace lessons
