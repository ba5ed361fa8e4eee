// A picture that is moved: what convolution and fully connected layer make of it, for the present move and
// for all moves up to kFarthestMove in each direction.
#pragma once

#include <optional>

#include "web/lessons/fully_connected.h"
#include "web/lessons/lesson.h"

namespace lessons {

constexpr int kFarthestMove = 6, kMoves = 2 * kFarthestMove + 1;

// The cell of a move in a map of all moves.
inline int move_index(int down, int right) { return (down + kFarthestMove) * kMoves + right + kFarthestMove; }

// What `move_measures` holds: the mean change of the class's score and of the map's maximum over all moves,
// and in how many of them the predicted class and the maximum (to the bit) stay.
enum { kScoreChange, kMaximumChange, kClassStays, kMaximumStays, kMeasures };

// Fills
//   input, weight, bias; input_shifted, the moved picture, and move_source, the pixel at each place of it or
//   −1 output_before and output, the maps of both; flat, fc_scores of the moved picture, fc_scores_before
//   moved_cells: how many cells have their window inside the picture before and after the move, and how many
//   of them have the same bits move_scores [classes, moves, moves], move_classes (the one with the highest
//   score), move_class_stays, move_maxima, by move; move_measures
// and the steps: those of output.
void compute_moves(LessonState& state);

// The cells of output (before: of output_before) that moved along; nothing when there are none.
std::optional<CellRect> paired_cells(const LessonState& state, bool before);
// The cell of output_before whose value the step's cell has, or −1.
int partner_of(const LessonState& state);

// The score of the class looked at, the maximum of the map, and the class with the highest score.
Change score_change(const LessonState& state);
Change maximum_change(const LessonState& state);
Change class_change(const LessonState& state);

}  // namespace lessons
