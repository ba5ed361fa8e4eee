// A Scene is what there is to see in one state of a lesson, as data. The views, the page's
// text mirror, the headless tests and the narration all read it. What is not in the Scene is not on
// the screen, and every number in it comes from the engine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/tensor.h"

namespace lessons {

// What stands where a number or a size is hidden, because a question asks for it.
constexpr const char* kHidden = "?";

// What a thing is; a role has one colour everywhere.
enum class Role { Input, Weight, Product, Output, Plain };

// How a figure's values become colours: Grey 0…1 is paper to ink; Diverging has zero in the middle and is
// full at ±limit; Count 0…limit is paper to the colour of windows; Light 0…1 is black to white, one plane of
// a photograph; Rgb is its colours: cell i shows the values i, i + rows·cols and i + 2·rows·cols.
enum class Scale { Grey, Diverging, Count, Light, Rgb };

// What a cell of a figure stands for, so that one pixel can be followed through all of them.
//   Pixel   cell i is pixel `first` + i of the image (a picture, a strip, a template)
//   Tap     cell (r, c) lies on image pixel (origin_row + r, origin_col + c), which may be padding
//   Output  cell (r, c) is the window whose first tap lies on pixel (r·stride − padding, …)
//   Class   cell i is class i
enum class CellIs { Nothing, Pixel, Tap, Output, Class };

struct CellLink {
  CellIs is = CellIs::Nothing;
  int image_height = 0, image_width = 0;
  int first = 0;
  int origin_row = 0, origin_col = 0;
  int kernel_size = 0, stride = 1, padding = 0;
  // In a shuffled picture place i holds pixel (*order)[i], and the above speaks of places; nullptr: of
  // pixels.
  const nn::Tensor* order = nullptr;
};

enum class FigureKind {
  Heatmap,   // rows × cols cells
  Maps,      // `planes` of these side by side, `per_row` in a row
  Volume,    // `planes` of these one behind the other, the first in front, seen in perspective from `pose`
  Strip,     // one row of very many cells, as wide as its pane
  Bars,      // one bar a value, with its number; from the middle, or from the left if none is negative
  Operator,  // a sign between figures: × → =
  Note,      // a few words that belong to the picture, in a row as wide as `cols` times its height
  Table,     // rows of words and numbers, with presses that change keys; rows : cols high : wide
  Curves,    // lines over common places `tensor`, from 0 at the bottom to `limit` at the top (1: shares, told
             // per cent); rows : cols high : wide; where the places have names (`lines`), these stand below
};

// A rectangle of cells; may reach beyond the figure (a window over the padding).
struct CellRect {
  int row, col, rows, cols;
};

// Cells that a part of the formula counts; `part` is the index of its words in Scene::parts.
struct Counted {
  int part;
  CellRect cells;
};

// How a volume stands: turned to the left or right and tilted forwards or back, in degrees (−kMostTurn …
// kMostTurn, so that its planes always show their faces), its planes apart by 0 (a closed box) … 100.
struct Pose {
  int turn = 0, tilt = 0, apart = 0;
};
constexpr int kMostTurn = 50;

// Two keys of the state that a place in a figure sets, for its row and its column, both from `first` to
// `last`.
struct KeyPair {
  std::string row_key, col_key;
  int first, last;
};

// One line of a Curves figure, as many values as it has places; a strong one is the one that matters.
struct Series {
  const nn::Tensor* values = nullptr;
  bool strong = false;
  std::string name;
};

// Where the two factors of a product figure's cells stand, for its tooltip.
struct Factors {
  const nn::Tensor* x = nullptr;
  const nn::Tensor* w = nullptr;
  int x_offset = 0, w_offset = 0;
};

struct Figure {
  // A small button: a press sets `key` to `text`, or to `number` where there is no text.
  struct Press {
    std::string label, key, text;
    double number = 0;
    std::string refused;  // why it cannot be pressed
  };
  struct Row {
    std::vector<std::string> cells;
    std::vector<Press> presses;
    bool strong = false;
  };
  FigureKind kind = FigureKind::Heatmap;
  // The tensor it shows, as playground.tensor() names it, and after a point what of it; unique in its pane.
  std::string id;
  std::string symbol;  // x, w, x·w, y: what a tooltip and a strip's label call one value
  Role role = Role::Plain;
  Scale scale = Scale::Grey;
  float limit = 1;                     // Diverging: the value of full colour; Curves: see there
  const nn::Tensor* tensor = nullptr;  // owned by the LessonState that the scene was made from
  int offset = 0;                      // first element shown
  int rows = 1, cols = 1;
  int planes = 1, per_row = 1;  // Maps, Volume; of a volume stand all in one row
  int plane = -1;  // of these the chosen one, which alone has a current and a hidden cell and marks
  bool window_in_all = false;  // the window stands in all planes, not in the chosen one alone
  bool alike = false;          // so do the current, the hidden and the computed cells
  std::string chooses_plane;   // the state key that a click sets to the number of the plane
  Pose pose;                   // Volume
  bool folds = false;      // Volume: its planes are the colours of a picture, which it is when it is closed
  int tint = -1;           // Light: from black to red, green or blue (0, 1, 2) instead of to white
  int makes = -1;          // Volume: its window makes the current cell of this figure of its pane
  bool flies = false;      // when a step has been made, its cells fly to the current cell
  bool lands = false;      // of the figure that has this
  int computed = -1;       // how many cells in raster order exist yet; −1 = all
  int current = -1;        // the cell that the current step reads or writes; −1 = none
  int padding = 0;         // Heatmap: a frame of this many empty cells, drawn as padding
  int unseen_rows = 0;     // at the bottom, padding included: no window reaches them
  int unseen_cols = 0;     // the same at the right
  int keep = 1;            // every keep-th row and column counts; the cells between are drawn pale
  bool concealed = false;  // nothing of it is shown: it would answer the open question
  int hidden = -1;         // the same for one cell
  bool muted = false;      // drawn pale, because a window is what matters
  bool numbers = false;    // write the values into the cells when they are large enough
  bool editable = false;   // a click on a cell lets the learner type a number
  bool paints = false;     // a click on a cell turns it from 0 to 1 or back, a drag all that it crosses
  bool soft_pen = false;   // instead, click and drag draw with a pen; see pen.h
  bool by_drag = false;    // and only a drag does: a click has another meaning
  int painted_step = -1;   // the step that then shows the same place; −1: the present one
  std::string chooses;     // the state key that a click on cell i sets to i; none: `also` alone
  int choice = -1;         // what a click on any cell sets it to instead; −1: the cell
  std::vector<std::pair<std::string, int>> also;  // keys that the same click sets before, and their values
  std::optional<KeyPair> picks;    // a click on cell (r, c) sets them to first + r and first + c
  std::optional<KeyPair> drags;    // Heatmap: dragging it by a cell changes them by one
  std::optional<CellRect> window;  // the kernel's window
  bool fixed = false;              // the window stays where it is from step to step
  std::vector<int> marks;          // Heatmap: cells outlined in the colour of `marks_role`
  Role marks_role = Role::Product;
  // The first that holds the cell under the pointer is what the formula shows; all of a part show when it is
  // pointed at.
  std::vector<Counted> counted;
  Factors factors;
  CellLink link;
  float unroll = 1;                // Strip: how much of it has come from the square, 0 … 1; see unrolled()
  int from = -1;                   // Strip: the figure of its pane that is this square; −1: none is drawn
  std::vector<Series> series;      // Curves
  std::vector<Row> table;          // Table: the head first
  bool indexed = false;            // Heatmap: the padding holds the numbers of the rows and columns
  int index_first = 0;             // which begin with this one, in the tooltip, too,
  int index_step = 1;              // and go on in steps of this
  std::string says;                // the key of what a tooltip says of a cell, with {row}, {col}, {value}
  std::string tells;               // what a tooltip says of the whole of it, instead
  bool becomes_input = false;      // a click makes this picture the input and shows it in the view `chain`
  std::string caption;             // below the picture
  std::vector<std::string> lines;  // Note: a heading and text; Operator: the sign; Curves: see there
};

// How a pane's figures stand: a tree of rows and columns over figure indices. In a row all are as
// high, in a column as wide; the view solves for the largest size that fits.
struct Layout {
  enum class Kind { Leaf, Row, Column } kind = Kind::Leaf;
  int figure = -1;
  std::vector<Layout> children;
};
inline Layout leaf(int figure) { return {Layout::Kind::Leaf, figure, {}}; }
inline Layout row(std::vector<Layout> children) { return {Layout::Kind::Row, -1, std::move(children)}; }
inline Layout column(std::vector<Layout> children) { return {Layout::Kind::Column, -1, std::move(children)}; }

// A piece of a formula in the colour of its role.
struct Span {
  std::string text;
  Role role = Role::Plain;
  bool strong = false;
  int part = -1;  // of Scene::parts: what it counts; −1: nothing in the picture
};

struct Pane {
  std::string id, title, note;
  std::vector<Figure> figures;
  std::vector<Layout> layouts;  // alternatives for different proportions, the preferred one first
  std::string where;            // the place of the step: "row 11, column 15"
  std::vector<Span> formula;    // what is computed there, with the present numbers
};

// A control sets one key of the state. Where its values are listed, it can be drawn as a list, a row of
// buttons or pictures; a Slider sets a number of a range, a Toggle a bool. A Command sets nothing, it has the
// page do what `key` names; `on`: it is the one that matters. These three stand beside a pane. Requests is a
// list of things that only the surroundings can do, with files: one of `values` is handed to them.
struct Control {
  enum class Kind { Pictures, List, Buttons, Slider, Toggle, Command, Requests } kind = Kind::List;
  std::string key, label;
  int pane = -1;         // −1: beside the question
  bool minor = false;    // can be done without where there is least room
  bool by_drag = false;  // a slider that only the text has: in the picture one drags
  bool number = false;   // the values are numbers
  std::vector<std::string> values, labels;
  std::vector<const nn::Tensor*> pictures;
  // Where each picture begins; −1 or none: at the present step.
  std::vector<int> steps;
  int selected = -1;  // −1: none of them (custom)

  double min = 0, max = 0, tick = 1, value = 0;  // Slider: max − min is a whole number of ticks
  std::string shown, widest;                     // Slider: the present value and the widest one in words
  bool on = false;                               // Toggle
};

// What is asked before a value is shown: a number is typed, or one of the options chosen.
struct Prompt {
  struct Option {
    double value;
    std::string label;
  };
  std::string text, hint;
  std::vector<Option> options;
};

// A number that was given and the true one, in words; over: the given one is larger.
struct Gap {
  std::string given, expected;
  bool over;
};

struct Scene {
  std::string question, lead;
  std::vector<Pane> panes;
  std::vector<Control> controls;
  std::vector<std::string> parts;  // of the formulas, in words: "channels: 3"
  int followed = -1;               // the pixel (flat index into the input) followed through all figures

  std::optional<Prompt> prompt;
  std::string feedback;        // to the answer given at this step
  std::optional<Gap> gap;      // of a number that was not right
  std::string takeaway;        // at the last step: the lesson in one sentence
  bool steps_hidden = false;   // how many steps there are would answer the prompt
  bool without_steps = false;  // what is shown does not depend on the step: it cannot be changed here
};

// The pixel that cell `cell` (raster index) of `figure` stands for; −1 for padding or none.
int pixel_of(const Figure& figure, int cell);
// The cells of `figure` that belong to `pixel`: one cell, the block of windows that contain it, or none.
std::optional<CellRect> cells_of(const Figure& figure, int pixel);
// The name of the tensor that `figure` shows.
inline std::string tensor_name(const Figure& figure) { return figure.id.substr(0, figure.id.find('.')); }
// Plane `plane` of `figure`'s tensor alone, counted from the figure's own; `figure` shows whole planes.
Figure plane_of(const Figure& figure, int plane);
// Plane `plane` of a figure of Maps as a heatmap: its symbol has the plane's number, a click chooses it.
Figure map_of(const Figure& maps, int plane);
// How many rows of planes Maps have, and the gap between two planes, in cells.
inline int plane_rows(const Figure& maps) { return (maps.planes + maps.per_row - 1) / maps.per_row; }
inline float plane_gap(const Figure& maps) { return 0.08f * float(maps.cols + 2 * maps.padding); }
// Unrolling: how far flat index `index` has come from its place in the square (0) to its place in the strip
// (1). They leave and arrive in the order of the strip; unrolled_count() says how many have arrived.
float unrolled(const Figure& strip, int index);
int unrolled_count(const Figure& strip);
// What row or column `at` of an indexed figure is called.
inline int index_of(const Figure& figure, int at) { return figure.index_first + at * figure.index_step; }
// The value shown in cell `cell`.
inline float value_of(const Figure& figure, int cell) { return (*figure.tensor)[figure.offset + cell]; }

}  // namespace lessons
