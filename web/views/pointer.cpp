// What the pointer over a cell does: follow its pixel, say its value, pin, choose or edit.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "web/views/figure_view.h"
#include "web/views/widgets.h"

namespace views {
namespace {

using lessons::CellIs;
using lessons::Figure;

// Four decimals, without the zeros at their end.
std::string exact(float value) {
  std::string number = strings::number(value, 4);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number;
}

bool is_factors_product(const Figure& figure) { return figure.factors.x && figure.factors.w; }

std::string value_line(Frame& frame, const Figure& figure, int cell) {
  if (!figure.tells.empty()) return figure.tells;
  std::string value = exact(lessons::value_of(figure, cell));
  const auto index = [&](int at) { return strings::number(lessons::index_of(figure, at), 0); };
  if (!figure.says.empty())
    return frame.strings().format(
        figure.says,
        {{"row", index(cell / figure.cols)}, {"col", index(cell % figure.cols)}, {"value", value}});
  if (figure.scale == lessons::Scale::Rgb)
    for (int plane : {1, 2})
      value += ", " + exact(lessons::value_of(figure, cell + plane * figure.rows * figure.cols));
  if (figure.link.is == CellIs::Class)
    return frame.strings().format("tooltip.class", {{"class", std::to_string(cell)}, {"value", value}});
  if (is_factors_product(figure)) {
    const auto& f = figure.factors;
    return frame.strings().format("tooltip.product", {{"x", exact((*f.x)[f.x_offset + cell])},
                                                      {"w", exact((*f.w)[f.w_offset + cell])},
                                                      {"product", value}});
  }
  if (figure.picks)
    return frame.strings().format("tooltip.move",
                                  {{"symbol", figure.symbol},
                                   {"right", strings::number(figure.picks->first + cell % figure.cols, 0)},
                                   {"down", strings::number(figure.picks->first + cell / figure.cols, 0)},
                                   {"value", value}});
  if (figure.kind == lessons::FigureKind::Strip)
    return frame.strings().format(
        "tooltip.flat",
        {{"symbol", figure.symbol}, {"index", std::to_string(figure.link.first + cell)}, {"value", value}});
  if (figure.kind == lessons::FigureKind::Bars)
    return frame.strings().format(
        "tooltip.flat", {{"symbol", figure.symbol}, {"index", std::to_string(cell)}, {"value", value}});
  return frame.strings().format("tooltip.cell", {{"symbol", figure.symbol},
                                                 {"row", std::to_string(cell / figure.cols)},
                                                 {"col", std::to_string(cell % figure.cols)},
                                                 {"value", value}});
}

void begin_edit(ViewState& view, const Figure& figure, int cell) {
  if (!view.edit_error.empty()) return;  // what was typed elsewhere is not lost
  view.edited_cell = cell;
  view.edited_figure = figure.id;
  view.edit_starts = true;
  view.edit_error.clear();
  std::snprintf(view.edit_text, sizeof view.edit_text, "%.4g", lessons::value_of(figure, cell));
  view.edit_start_text = view.edit_text;
}

// Takes over the number that was typed; false when it is none, with the reason in edit_error.
bool commit_edit(Frame& frame, const Figure& figure) {
  ViewState& view = frame.view;
  if (view.edit_start_text == view.edit_text) {
    view.edit_error.clear();
    return true;
  }
  char* end = nullptr;
  const float number = std::strtof(view.edit_text, &end);
  const bool whole = end != view.edit_text && end[std::strspn(end, " ")] == '\0' &&
                     std::strspn(view.edit_text, "0123456789.+-eE ") == std::strlen(view.edit_text);
  if (!whole || !std::isfinite(number)) {
    view.edit_error = frame.strings().format("edit.not_a_number", {{"value", view.edit_text}});
    return false;
  }
  nn::Tensor weight = *figure.tensor;
  float& value = weight[size_t(figure.offset + view.edited_cell)];
  if (value != number) {
    value = number;
    frame.actions.push_back(app::SetTensor{lessons::tensor_name(figure), std::move(weight)});
  }
  view.edit_error.clear();
  return true;
}

// The picture becomes the input, and the network is shown layer by layer.
void take_as_input(Frame& frame, const Figure& figure) {
  nn::Tensor picture(frame.app.state().lesson.tensors.at("input").shape());
  const float* first = figure.tensor->data() + figure.offset;
  std::copy(first, first + picture.size(), picture.begin());
  frame.actions.push_back(app::SetTensor{"input", std::move(picture)});
  frame.set("view", std::string("chain"));
}

}  // namespace

void point_at(Frame& frame, const Figure& figure, int cell, bool clicked) {
  ViewState& view = frame.view;
  const int pixel = lessons::pixel_of(figure, cell);
  if (pixel >= 0) view.hovered_pixel = pixel;
  if (figure.link.is == CellIs::Output) view.hovered_window = cell;

  const bool waiting = figure.computed >= 0 && cell >= figure.computed;
  const bool to_come = waiting && lessons::unrolled(figure, figure.link.first + cell) < 1;
  frame.tooltip = {cell == figure.hidden ? frame.text("tooltip.hidden")
                   : to_come             ? frame.text("tooltip.to_come")
                   : waiting             ? frame.text("tooltip.waiting")
                                         : value_line(frame, figure, cell)};
  if (figure.link.is == CellIs::Tap && pixel < 0) frame.tooltip.push_back(frame.text("tooltip.padding"));
  for (const lessons::Counted& counted : figure.counted) {
    const int row = cell / figure.cols - counted.cells.row, col = cell % figure.cols - counted.cells.col;
    if (row < 0 || row >= counted.cells.rows || col < 0 || col >= counted.cells.cols) continue;
    view.hovered_part = counted.part;
    frame.tooltip.push_back(frame.scene.parts[size_t(counted.part)]);
    break;
  }
  const bool may_edit = figure.editable && frame.may_use(lessons::tensor_name(figure));
  const bool may_paint = figure.paints && frame.may_use(lessons::tensor_name(figure));
  bool may_choose = !figure.chooses.empty() ? frame.may_use(figure.chooses) : !figure.also.empty();
  for (const auto& [key, value] : figure.also) may_choose = may_choose && frame.may_use(key);
  const bool may_pick = figure.picks && frame.may_use(*figure.picks);
  const bool may_drag = figure.drags && frame.may_use(*figure.drags);
  const bool may_take = figure.becomes_input && frame.may_use("input") && frame.may_use("view");
  if (may_take) {
    frame.tooltip.push_back(frame.text("tooltip.follow"));
  } else if (may_edit) {
    frame.tooltip.push_back(frame.text("tooltip.edit"));
  } else if (may_paint) {
    frame.tooltip.push_back(frame.text(figure.soft_pen ? "tooltip.draw" : "tooltip.paint"));
  } else if (may_pick) {
    frame.tooltip.push_back(frame.text("tooltip.pick"));
  } else if (may_drag) {
    frame.tooltip.push_back(frame.text("tooltip.drag"));
  } else if (may_choose && figure.link.is == CellIs::Output) {
    frame.tooltip.push_back(frame.text("tooltip.go"));
  } else if (may_choose && figure.choice >= 0) {
    frame.tooltip.push_back(frame.text("tooltip.choose"));
  } else if (pixel >= 0) {
    frame.tooltip.push_back(frame.text("tooltip.pin"));
  }
  if (!clicked) return;
  if (may_take) {
    take_as_input(frame, figure);
  } else if (may_edit) {
    begin_edit(view, figure, cell);
  } else if (may_pick) {
    frame.set_pair(*figure.picks, figure.picks->first + cell / figure.cols,
                   figure.picks->first + cell % figure.cols);
  } else if (may_choose) {
    std::vector<lessons::Set> changes;
    for (const auto& [key, value] : figure.also) changes.push_back({key, double(value)});
    if (!figure.chooses.empty())
      changes.push_back({figure.chooses, double(figure.choice >= 0 ? figure.choice : cell)});
    frame.actions.push_back(app::SetState{std::move(changes)});
  } else if (pixel >= 0) {
    view.pinned_pixel = view.pinned_pixel == pixel ? -1 : pixel;
  }
  view.wants_frame = true;
}

bool draw_with_pen(Frame& frame, const Figure& figure, const Box& cells) {
  ViewState& view = frame.view;
  if (!frame.may_use(lessons::tensor_name(figure))) return false;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const float cell = cells.width() / float(figure.cols);
  const lessons::Spot now{(mouse.y - cells.min.y) / cell, (mouse.x - cells.min.x) / cell};
  const auto draw = [&] {
    nn::Tensor picture = *figure.tensor;
    lessons::draw_line(picture, view.pen, now, figure.soft_pen, view.pen_ink);
    view.pen = now;
    if (nn::same_bits(picture, *figure.tensor)) return;
    frame.actions.push_back(app::SetTensor{lessons::tensor_name(figure), std::move(picture)});
    if (figure.painted_step >= 0) frame.set("step", double(figure.painted_step));
  };
  if (ImGui::IsItemActivated()) {
    const int row = int(std::floor(now.row)), col = int(std::floor(now.col));
    const bool inside = row >= 0 && col >= 0 && row < figure.rows && col < figure.cols;
    view.pen = now;
    view.pen_ink = inside && lessons::value_of(figure, row * figure.cols + col) != 0 ? 0.0f : 1.0f;
    view.pen_down = inside && !figure.by_drag && !view.fingers;
    if (view.pen_down) draw();
  } else if (ImGui::IsItemDeactivated() && view.fingers && view.pinched.id.empty()) {
    // A finger may be the first of two: its dot waits until it is off again.
    if (!view.pen_down && !figure.by_drag) draw();
  } else if (ImGui::IsItemActive()) {
    const float moved = std::max(std::fabs(now.row - view.pen.row), std::fabs(now.col - view.pen.col));
    if (!view.pen_down && moved > 0.5f) view.pen_down = true;
    if (view.pen_down && moved > 0) draw();
  }
  return view.pen_down || !figure.by_drag;
}

void draw_cell_editor(Frame& frame, const Figure& figure, const Box& cells) {
  ViewState& view = frame.view;
  if (view.edited_cell < 0 || view.edited_figure != figure.id) return;
  if (view.edited_cell >= figure.rows * figure.cols) {
    view.edited_cell = -1;
    return;
  }
  const int cell = view.edited_cell;
  Box box = cell_box(figure, cells, {cell / figure.cols, cell % figure.cols, 1, 1});
  const float width = std::max(64.0f, box.width()), middle = (box.min.x + box.max.x) / 2;
  const float height = font_size(frame.fonts.regular15) + 10;
  box = {{middle - width / 2, (box.min.y + box.max.y - height) / 2},
         {middle + width / 2, (box.min.y + box.max.y + height) / 2}};
  ImGui::SetCursorScreenPos(box.min);
  ImGui::SetNextItemWidth(width);
  ImGui::PushFont(frame.fonts.regular15);
  if (view.edit_starts) ImGui::SetKeyboardFocusHere();
  const bool entered =
      ImGui::InputText("##kernel-cell", view.edit_text, sizeof view.edit_text,
                       ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  const bool left = ImGui::IsItemDeactivated();
  ImGui::PopFont();
  const ImU32 colour = view.edit_error.empty() ? frame.theme.weight : frame.theme.positive;
  ImGui::GetWindowDrawList()->AddRect(box.min, box.max, colour, 4, 0, 2);
  if (view.edit_starts) {
    view.edit_starts = false;
    view.wants_frame = true;
    return;
  }
  if (ImGui::IsKeyPressed(ImGuiKey_Escape, false)) {
    view.edited_cell = -1;
    view.edit_error.clear();
  } else if (entered || left) {
    if (commit_edit(frame, figure)) {
      view.edited_cell = -1;
    } else {
      view.edit_starts = true;  // keep the field, so that nothing typed is lost
    }
    view.wants_frame = true;
  }
}

}  // namespace views
