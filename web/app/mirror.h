// The scene without its picture, for the page's text mirror: words, numbers, and what can be set and done.
// The page's script makes headings, tables and native controls of it; a screen reader, the keyboard and the
// printer use those.
//
//   {lang, theme, title, words, question, lead, feedback, takeaway, next, prompt, lessons, steps, settings,
//   panes}
//
//   words      what the page's script says of its own: {name: text}
//   lessons    [{id, title, current, locked}]; null: the teacher has hidden the list
//   next       the lesson after this one, {id, label}, where there is a takeaway
//   prompt     {text, hint, options: [{value, label}]}; null while steps are played
//   steps      {step, last, shown, slider, locked, playing, lecture}; last null: it would answer the prompt;
//              null: the step cannot be changed here
//   settings   the page's own controls, and those beside the question
//   control    {kind: list | slider | toggle | command, key, label, locked} and
//              list    options: [{label, set: {key: value}}], selected (−1: none of them), other (its name
//              then) slider  ticks, tick, min, max, unit, shown toggle  on
//   panes      [{title, note, where, formula, controls, figures}]
//   figure     {id, caption, lines, hidden, table, cells}, of which only what there is:
//              lines   words in the picture
//              hidden  why nothing of it is told: it would answer the open question
//              table   {head: […], rows: [[head, value…]], current: [row, column]}, of at most kMostCells
//              cells cells   its numbers one by one: {tensor, offset, planes_apart, axes: [{label, first,
//              count, apart}],
//                      plane, hidden, computed, waiting, act}; a cell's number stands `apart` numbers further
//                      per step of an axis; of plane `plane` alone hidden and computed are true
//              act     what a click on the cell does: {do: edit | paint | pick | choose, label, …}
//
// What is hidden on the screen is hidden here.
#pragma once

#include <string>

#include "web/app/app.h"

namespace app {

// More cells are no table: they are looked up one by one.
constexpr int kMostCells = 64;

std::string mirror(const App& app);

}  // namespace app
