#include "web/app/mirror_figure.h"

#include <algorithm>

#include "web/app/mirror.h"
#include "web/lessons/tensor_text.h"

namespace app {
namespace {

using lessons::CellIs;
using lessons::Figure;
using lessons::FigureKind;
using strings::Strings;

// Two decimals at most, none that say nothing.
std::string plain(double value) {
  std::string text = strings::number(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "−0" ? "0" : text;
}

int cells_of(const Figure& figure) { return figure.rows * figure.cols; }

// What of a plane is not told: it is asked for, or does not exist yet. Of several planes this is true of the
// chosen one alone, unless all are alike.
bool chosen(const Figure& figure, int plane) {
  return figure.planes == 1 || figure.alike || plane == figure.plane;
}

std::string shown(const Figure& figure, int plane, int cell) {
  if (chosen(figure, plane)) {
    if (cell == figure.hidden) return lessons::kHidden;
    if (figure.computed >= 0 && cell >= figure.computed) return "–";
  }
  const int cells = cells_of(figure);
  std::string text = plain(lessons::value_of(figure, plane * cells + cell));
  if (figure.scale == lessons::Scale::Rgb)
    for (int more : {1, 2}) text += ", " + plain(lessons::value_of(figure, cell + more * cells));
  return text;
}

// All planes below each other; the rows of several are named by plane and row.
Json table_of(const Figure& figure) {
  Json head = Json::array(), rows = Json::array();
  const bool one_column = figure.cols == 1;
  const auto index = [&](int at) { return strings::number(lessons::index_of(figure, at), 0); };
  for (int col = 0; col < figure.cols && !one_column; ++col) head.push_back(index(col));
  for (int plane = 0; plane < figure.planes; ++plane)
    for (int row = 0; row < figure.rows; ++row) {
      const std::string name = (figure.planes > 1 ? std::to_string(plane) + " · " : "") + index(row);
      Json line = Json::array({name});
      for (int col = 0; col < figure.cols; ++col)
        line.push_back(shown(figure, plane, row * figure.cols + col));
      rows.push_back(std::move(line));
    }
  Json table = {{"head", head}, {"rows", rows}};
  if (figure.current >= 0 && figure.current < cells_of(figure)) {
    const int plane = figure.planes > 1 ? std::max(figure.plane, 0) : 0;
    table["current"] = {plane * figure.rows + figure.current / figure.cols, figure.current % figure.cols};
  }
  return table;
}

// The last places of the curves.
Json curves_of(const Figure& figure) {
  constexpr size_t kPlaces = 6;
  Json head = Json::array(), rows = Json::array();
  for (const auto& series : figure.series) head.push_back(series.name);
  const nn::Tensor& places = *figure.tensor;
  for (size_t i = places.size() - std::min(kPlaces, places.size()); i < places.size(); ++i) {
    Json line = Json::array({figure.lines.empty() ? plain(places[i]) : figure.lines[i]});
    for (const auto& series : figure.series)
      line.push_back(plain((figure.limit == 1 ? 100 : 1) * (*series.values)[i]));
    rows.push_back(std::move(line));
  }
  return {{"head", head}, {"rows", rows}};
}

// The rows of a Table that have words, and its presses under the names of their rows.
Json words_of(const AppState& state, const Strings& strings, const Figure& figure) {
  Json rows = Json::array(), presses = Json::array();
  for (size_t i = 0; i < figure.table.size(); ++i) {
    const Figure::Row& row = figure.table[i];
    if (i > 0 && !row.cells.empty()) rows.push_back(row.cells);
    for (const Figure::Press& press : row.presses) {
      if (!press.refused.empty() || !may_use(state, press.key)) continue;
      Json set = {{press.key, press.text.empty() ? to_json(press.number) : Json(press.text)}};
      const std::string of = row.cells.empty() ? "" : row.cells[0] + ": ";
      presses.push_back({{"label", of + press.label}, {"set", std::move(set)}});
    }
  }
  const std::vector<std::string>& head = figure.table[0].cells;  // the names of the rows have none
  return {{"id", figure.id},
          {"caption", strings.text("control.show.build")},
          {"table", {{"head", std::vector<std::string>(head.begin() + 1, head.end())}, {"rows", rows}}},
          {"presses", presses}};
}

// The name under which playground.tensor() gives the figure's numbers; one may hold a point:
// "train.fc.1.weight".
std::string public_name(const AppState& state, const Figure& figure) {
  for (const auto& [name, tensor] : state.lesson.tensors)
    if (&tensor == figure.tensor) return name;
  return lessons::tensor_name(figure);
}

Json act_of(const AppState& state, const Strings& strings, const Figure& figure) {
  const auto may = [&](const std::string& name) { return may_use(state, name); };
  const bool own = may(lessons::tensor_name(figure));
  if (figure.editable && own) return {{"do", "edit"}, {"label", strings.text("mirror.edit")}};
  if (figure.paints && own)
    return {{"do", "paint"}, {"label", strings.text("mirror.paint")}, {"step", figure.painted_step}};
  if (const auto& picks = figure.picks; picks && may(picks->row_key) && may(picks->col_key))
    return {{"do", "pick"},
            {"label", strings.text("mirror.pick")},
            {"keys", {picks->row_key, picks->col_key}},
            {"first", picks->first}};
  if (figure.becomes_input && may("input") && may("view")) {
    nn::Tensor picture(state.lesson.tensors.at("input").shape());
    const float* first = figure.tensor->data() + figure.offset;
    std::copy(first, first + picture.size(), picture.begin());
    return {{"do", "choose"},
            {"label", strings.text("mirror.choose")},
            {"set", {{"input", lessons::tensor_to_text(picture)}, {"view", "chain"}}}};
  }
  const bool plane_too = figure.planes > 1 && !figure.chooses_plane.empty();
  if (figure.chooses.empty() && figure.also.empty() && !plane_too) return {};
  Json set = Json::object();
  bool all = (figure.chooses.empty() || may(figure.chooses)) && (!plane_too || may(figure.chooses_plane));
  for (const auto& [key, value] : figure.also) {
    set[key] = value;
    all = all && may(key);
  }
  if (!all) return {};
  Json act = {{"do", "choose"}, {"set", set}};
  if (plane_too) act["plane_key"] = figure.chooses_plane;
  if (figure.choice >= 0) {
    act["set"][figure.chooses] = figure.choice;
  } else if (!figure.chooses.empty()) {
    act["cell_key"] = figure.chooses;
  }
  act["label"] = strings.text(figure.link.is == CellIs::Output ? "mirror.go" : "mirror.choose");
  return act;
}

Json cells_json(const AppState& state, const Strings& strings, const Figure& figure) {
  Json axes = Json::array();
  const auto axis = [&](const char* label, int first, int count, int apart) {
    if (count > 1)
      axes.push_back({{"label", strings.text(label)}, {"first", first}, {"count", count}, {"apart", apart}});
  };
  axis("mirror.map", 0, figure.planes, cells_of(figure));
  if (figure.picks) {
    axis("control.shift_y", figure.picks->first, figure.rows, figure.cols);
    axis("control.shift_x", figure.picks->first, figure.cols, 1);
  } else if (figure.rows == 1 || figure.cols == 1) {
    axis("mirror.index", figure.link.is == CellIs::Pixel ? figure.link.first : 0, cells_of(figure), 1);
  } else {
    axis("mirror.row", 0, figure.rows, figure.cols);
    axis("mirror.col", 0, figure.cols, 1);
  }
  const int plane = figure.planes > 1 ? figure.plane : 0;
  const bool unrolls = figure.kind == FigureKind::Strip && figure.unroll < 1;
  Json cells = {{"tensor", public_name(state, figure)},
                {"offset", figure.offset},
                {"size", cells_of(figure)},
                {"start", std::max(plane, 0) * cells_of(figure) + std::max(figure.current, 0)},
                {"axes", axes},
                {"plane", plane},
                {"alike", figure.alike},
                {"hidden", figure.hidden},
                {"computed", figure.computed},
                {"colours", figure.scale == lessons::Scale::Rgb ? 3 : 1},
                {"waiting", strings.text(unrolls ? "tooltip.to_come" : "tooltip.waiting")}};
  if (Json act = act_of(state, strings, figure); !act.is_null()) cells["act"] = std::move(act);
  return cells;
}

}  // namespace

bool may_use(const AppState& state, const std::string& control) {
  const auto listed = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), control) != names.end();
  };
  return !listed(state.hide) && !listed(state.lock);
}

Json mirror_figure(const AppState& state, const Strings& strings, const Figure& figure) {
  if (figure.kind == FigureKind::Operator) return {};
  Json json = {{"id", figure.id}};
  if (figure.kind == FigureKind::Note) {
    json["lines"] = figure.lines;
    return json;
  }
  if (figure.kind == FigureKind::Table) return words_of(state, strings, figure);
  const std::string size = std::to_string(figure.rows) + "×" + std::to_string(figure.cols);
  json["caption"] = !figure.caption.empty() ? figure.caption
                    : figure.concealed      ? figure.symbol
                                            : figure.symbol + " " + size;
  if (figure.concealed) {
    json["hidden"] = strings.text("tooltip.hidden");
  } else if (figure.kind == FigureKind::Curves) {
    json["table"] = curves_of(figure);
  } else {
    const int cells = figure.planes * cells_of(figure);
    if (cells <= kMostCells) json["table"] = table_of(figure);
    Json one = cells_json(state, strings, figure);
    // A table that nothing can be done with says it all.
    if (cells > kMostCells || one.contains("act")) json["cells"] = std::move(one);
  }
  return json;
}

}  // namespace app
