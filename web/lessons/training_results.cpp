// What two nets get wrong: which digits they take for which, and the digits themselves.
#include <algorithm>

#include "web/lessons/learned.h"
#include "web/lessons/sliding.h"
#include "web/lessons/training_panes.h"

namespace lessons {
namespace {

constexpr int kSide = 28, kAcross = 5, kDown = 3;

std::string digit(float value) { return strings::number(value, 0); }

}  // namespace

void add_confusion(Pane& pane, const LessonState& state, const strings::Strings& strings,
                   const std::string& net) {
  Figure figure;
  figure.id = net + ".confusion";
  figure.symbol = "n";
  figure.role = Role::Output;
  figure.tensor = &state.tensors.at(net + ".confusion");
  figure.rows = figure.tensor->shape()[0];
  figure.cols = figure.tensor->shape()[1];
  figure.padding = 1;
  figure.indexed = true;
  figure.numbers = true;
  figure.scale = Scale::Count;
  // Full colour is the most frequent mistake; what is right has its outline.
  figure.limit = 1;
  for (int row = 0; row < figure.rows; ++row) {
    figure.marks.push_back(row * figure.cols + row);
    for (int col = 0; col < figure.cols; ++col)
      if (row != col)
        figure.limit = std::max(figure.limit, (*figure.tensor)[size_t(row * figure.cols + col)]);
  }
  figure.marks_role = Role::Output;
  figure.says = "training.confusion.cell";
  figure.caption = strings.text("training.confusion");
  pane.figures = {std::move(figure)};
  pane.layouts = {leaf(0)};
}

void add_mistakes(Pane& pane, const LessonState& state, const strings::Strings& strings,
                  const std::string& net) {
  const nn::Tensor& confusion = state.tensors.at(net + ".confusion");
  float all = 0, right = 0;
  for (int i = 0; i < int(confusion.size()); ++i) {
    all += confusion[size_t(i)];
    if (i % (confusion.shape()[1] + 1) == 0) right += confusion[size_t(i)];
  }
  pane.note = strings.format("training.wrong", {{"count", digit(all - right)}, {"all", digit(all)}});
  const std::string name = net + ".mistakes";
  if (!state.tensors.count(name)) {
    Figure note;
    note.kind = FigureKind::Note;
    note.id = "note";
    note.lines = {std::string(strings.text("training.flawless")), ""};
    pane.figures = {std::move(note)};
    pane.layouts = {leaf(0)};
    return;
  }
  const nn::Tensor& pictures = state.tensors.at(name);
  const nn::Tensor& labels = state.tensors.at(name + ".label");
  const nn::Tensor& said = state.tensors.at(name + ".said");
  const nn::Tensor& other = state.tensors.at(name + ".other");
  const bool is_cnn = net == "train.cnn";
  const int count = std::min(int(labels.size()), kAcross * kDown);
  for (int i = 0; i < count; ++i) {
    Figure figure;
    figure.id = name + "." + std::to_string(i);
    figure.symbol = "x";
    figure.role = Role::Input;
    figure.tensor = &pictures;
    figure.rows = figure.cols = kSide;
    figure.offset = i * kSide * kSide;
    figure.becomes_input = true;
    figure.caption = digit(labels[size_t(i)]) + " → " + digit(said[size_t(i)]);
    figure.tells = strings.format("training.mistake", {{"label", digit(labels[size_t(i)])},
                                                       {"cnn", digit((is_cnn ? said : other)[size_t(i)])},
                                                       {"fc", digit((is_cnn ? other : said)[size_t(i)])}});
    pane.figures.push_back(std::move(figure));
  }
  // As many rows as there is room for, and narrower ones for narrow panes.
  const auto grid = [&](int across, int down) {
    std::vector<Layout> rows;
    for (int first = 0; first < std::min(count, across * down); first += across) {
      std::vector<Layout> tiles;
      for (int i = first; i < std::min(count, first + across); ++i) tiles.push_back(leaf(i));
      rows.push_back(row(std::move(tiles)));
    }
    return column(std::move(rows));
  };
  // A last row with few pictures would be as wide as the others: full rows only.
  const auto full = [&](int across, int most) { return std::max(1, std::min(most, count / across)); };
  const int across = std::min(count, kAcross);
  pane.layouts = {grid(across, full(across, kDown)), grid(across, full(across, 2)), grid(across, 1)};
}

}  // namespace lessons
