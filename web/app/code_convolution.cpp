// The scripts of the lessons in which a window slides.
#include <algorithm>
#include <cmath>

#include "web/app/code.h"
#include "web/lessons/moves.h"
#include "web/lessons/pattern.h"
#include "web/lessons/receptive_field.h"
#include "web/lessons/sliding.h"

namespace app::recipes {
namespace {

std::string text(int value) { return std::to_string(value); }

double slack_of(const Recipe& r, const char* picture, int stride) {
  return slack(r.tensor(picture), r.tensor("weight"), r.tensor("bias"), stride, r.settings().padding);
}

// y is the page's, and its cell at the step by hand.
void output(const Recipe& r, const char* in, const char* picture, const char* w = "w") {
  const lessons::Settings& s = r.settings();
  const double atol = slack_of(r, picture, s.stride);
  r.script.gap();
  r.script.say("script.output");
  r.script.check("y", r.tensor("output"), atol);
  r.cell(in, w, s.filter_index, s.step / r.state.out_cols, s.step % r.state.out_cols, s.stride, s.padding,
         atol);
}

void layer(const Recipe& r) {
  r.put("fc_w", "fc_weight");
  r.put("fc_b", "fc_bias");
}

// "1, 3" of a rectangle's rows or columns.
std::string range(int first, int count) { return text(first) + " : " + text(first + count); }

bool varies(const nn::Tensor& map) {
  const auto [least, most] = std::minmax_element(map.begin(), map.end());
  return double(*most) - *least > 1e-2 * std::max(std::fabs(*most), std::fabs(*least));
}

}  // namespace

void convolution(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  r.operands();
  r.script.gap();
  if (s.flipped) {
    r.script.say("script.flipped");
    r.script.line("weight_laid = w.flip(2, 3)", "weight_laid = w[:, :, ::-1, ::-1]");
  }
  const char* w = s.flipped ? "weight_laid" : "w";
  r.script.say("script.convolve");
  r.convolve("y", "x", w, "b", s.stride, s.padding);
  r.script.line("print(\"y\", tuple(y.shape))");
  output(r, "x", "input", w);
  if (!r.has("output_stride1") || s.stride == 1) return;
  r.script.gap();
  r.script.say("script.stride", {{"stride", text(s.stride)}});
  r.convolve("output_stride1", "x", "w", "b", 1, s.padding);
  r.script.agree("output_stride1[:, ::" + text(s.stride) + ", ::" + text(s.stride) + "]", "y",
                 slack_of(r, "input", 1));
}

void flatten(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  const nn::Shape& shape = r.tensor("input").shape();
  r.put("x", "input");
  r.script.gap();
  const std::string n = text(shape[1] * shape[2]), square = text(shape[1]) + ", " + text(shape[2]);
  if (s.order == "rows") {
    layer(r);
    r.script.gap();
    r.script.say("script.flatten");
    r.script.line("flat = x.flatten()");
  } else {
    r.script.say("script.data.fc_weight", {{"shape", r.tensor("fc_weight").shape().str()}});
    r.script.numbers("templates", r.state.assets->fc_weight);
    r.put("fc_b", "fc_bias");
    r.script.gap();
    r.script.say("script.order");
    if (s.order == "columns") {
      r.script.line("order = torch.arange(" + n + ").reshape(" + square + ").T.flatten()",
                    "order = np.arange(" + n + ").reshape(" + square + ").T.flatten()");
    } else {
      r.script.indices("order", r.tensor("flat_order"));
    }
    r.script.line("flat = x.flatten()[order]");
    r.script.line("fc_w = templates[:, order]");
  }
  r.fully_connected();
  if (s.evidence) {
    r.script.gap();
    r.script.say("script.evidence", {{"class", text(s.class_index)}});
    r.script.line("evidence = flat * fc_w[" + text(s.class_index) + "]");
    r.script.line("above, below = evidence[evidence > 0].sum(), evidence[evidence < 0].sum()");
    r.script.agree("above + below + fc_b[" + text(s.class_index) + "]", "scores[" + text(s.class_index) + "]",
                   slack(r.tensor("flat"), r.tensor("fc_weight"), r.tensor("fc_bias")));
    r.script.line("print(f\"+{above:.4f} {below:.4f}\")");
  }
  r.script.gap();
  r.put("w", "weight");
  r.put("b", "bias");
  r.script.gap();
  r.script.say("script.convolve");
  r.convolve("y", "x", "w", "b", s.stride, s.padding);
  output(r, "x", "input");
}

void shuffle(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  const nn::Shape& shape = r.tensor("input").shape();
  r.operands();
  r.script.say("script.data.fc_weight", {{"shape", r.tensor("fc_weight").shape().str()}});
  r.script.numbers("fc_weight_before", r.tensor("fc_weight_before"));
  r.put("fc_b", "fc_bias");
  r.script.say("script.permutation");
  r.script.indices("permutation", r.tensor("permutation"));
  r.script.gap();
  r.script.say(s.pixels_only ? "script.shuffle.pixels" : "script.shuffle");
  r.script.line("flat = x.flatten()[permutation]");
  r.script.line(s.pixels_only ? "fc_w = fc_weight_before" : "fc_w = fc_weight_before[:, permutation]");
  r.fully_connected();
  r.script.line("fc_scores_before = x.flatten() @ fc_weight_before.T + fc_b");
  if (!s.pixels_only) {
    const bool same = exact(r.tensor("flat"), r.tensor("fc_weight"), r.tensor("fc_bias"));
    r.script.say(same ? "script.shuffle.exact" : "script.shuffle.rounded");
    r.script.agree("scores", "fc_scores_before",
                   same ? 0 : slack(r.tensor("flat"), r.tensor("fc_weight"), r.tensor("fc_bias")));
  }
  r.script.gap();
  r.script.say("script.shuffle.map");
  r.script.line("input_shuffled = flat.reshape(1, " + text(shape[1]) + ", " + text(shape[2]) + ")");
  r.convolve("y", "input_shuffled", "w", "b", s.stride, s.padding);
  r.convolve("output_before", "x", "w", "b", s.stride, s.padding);
  output(r, "input_shuffled", "input_shuffled");
  r.script.check("output_before", r.tensor("output_before"), slack_of(r, "input", s.stride));
  if (varies(r.tensor("output_before")) && varies(r.tensor("output"))) {
    r.script.gap();
    r.script.say("script.correlation");
    r.script.line("both = torch.stack([output_before.flatten(), y.flatten()])",
                  "both = np.stack([output_before.flatten(), y.flatten()])");
    r.script.line("correlation = torch.corrcoef(both)[0, 1]", "correlation = np.corrcoef(both)[0, 1]");
    r.script.line("assert abs(correlation - " + shortest(r.tensor("map_correlation")[0]) + ") < 1e-3");
  }
}

void pattern(const Recipe& r) {
  const int cols = r.tensor("output").shape()[2];
  const double atol = slack_of(r, "input", 1);
  r.operands();
  r.script.gap();
  r.script.say("script.convolve");
  r.convolve("y", "x", "w", "b", 1, 0);
  r.script.gap();
  r.script.say("script.output");
  r.script.check("y", r.tensor("output"), atol);
  r.cell("x", "w", r.settings().filter_index, r.state.cell / cols, r.state.cell % cols, 1, 0, atol);
  r.script.gap();
  r.script.say("script.pattern");
  r.script.line("scores_max = y.amax((1, 2))", "scores_max = y.max((1, 2))");
  r.script.line("scores_sum = y.clamp(min=0).sum((1, 2))", "scores_sum = np.maximum(y, 0).sum((1, 2))");
  r.script.check("scores_max", r.tensor("scores_max"), atol);
  const int cells = int(r.tensor("output").size()) / r.tensor("output").shape()[0];
  r.script.check("scores_sum", r.tensor("scores_sum"), atol * cells);
}

void locality(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  constexpr float kBound = 1e15f;  // of the layers between, see receptive_field.h
  r.operands();
  layer(r);
  const auto variable = [&](int at, bool erased) {
    const std::string tensor = lessons::map_name(r.state, at, erased);
    return tensor == "input" ? "x" : tensor == "output" ? "y" : tensor;
  };
  const auto stack = [&](bool erased) {
    double atol = 0;
    for (int layer = 1; layer <= s.layers; ++layer) {
      const auto name = [&](int at) { return variable(at, erased); };
      r.convolve(name(layer), name(layer - 1), "w", "b", 1, s.padding);
      const nn::Tensor& map = r.tensor(lessons::map_name(r.state, layer, erased));
      const bool bounded = layer < s.layers && lessons::largest_magnitude(map) >= kBound;
      if (bounded)
        r.script.line(name(layer) + " = " + name(layer) + ".clamp(-1e15, 1e15)",
                      name(layer) + " = np.clip(" + name(layer) + ", -1e15, 1e15)");
      // What a layer got wrong the next one weighs: at most Σ|w| times as much.
      double gain = 0;
      for (float w : r.tensor("weight")) gain += std::fabs(w);
      atol = atol * gain + slack(r.tensor(lessons::map_name(r.state, layer - 1, erased)), r.tensor("weight"),
                                 r.tensor("bias"), 1, s.padding);
    }
    return atol;
  };
  r.script.gap();
  r.script.say("script.layers", {{"layers", text(s.layers)}});
  const double atol = stack(false);
  r.script.check("y", r.tensor("output"), atol);
  const int row = s.step / r.state.out_cols, col = s.step % r.state.out_cols;
  r.cell(variable(s.layers - 1, false), "w", 0, row, col, 1, s.padding, atol);
  r.script.gap();
  r.script.say("script.flatten");
  r.script.line("flat = x.flatten()");
  r.fully_connected();
  r.script.gap();
  r.script.say("script.erase", {{"side", text(1 + s.layers * (s.kernel_size - 1))}});
  r.script.line("input_erased = torch.zeros_like(x)", "input_erased = np.zeros_like(x)");
  if (const auto kept = inside(field(r.state, s.layers), r.tensor("input").shape()[1])) {
    const std::string at = "[:, " + range(kept->row, kept->rows) + ", " + range(kept->col, kept->cols) + "]";
    r.script.line("input_erased" + at + " = x" + at);
  }
  const double again = stack(true);
  r.script.check("output_erased", r.tensor("output_erased"), again);
  const std::string cell = "[0, " + text(row) + ", " + text(col) + "]";
  r.script.say("script.erase.same", {{"row", text(row)}, {"col", text(col)}});
  r.script.agree("output_erased" + cell, "y" + cell, r.script.torch() ? std::max(atol, again) : 0);
  r.script.say("script.erase.scores");
  r.script.line("fc_scores_erased = input_erased.flatten() @ fc_w.T + fc_b");
  r.script.check("fc_scores_erased", r.tensor("fc_scores_erased"),
                 slack(r.tensor("flat"), r.tensor("fc_weight"), r.tensor("fc_bias")));
}

void invariance(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  r.operands();
  layer(r);
  const std::string down = text(s.shift_y), right = text(s.shift_x);
  const auto minus = [](int n) { return text(-n); };
  r.script.gap();
  r.script.say("script.shift", {{"right", right}, {"down", down}});
  r.script.line("input_shifted = F.pad(x, (" + right + ", " + minus(s.shift_x) + ", " + down + ", " +
                    minus(s.shift_y) + "))",
                "input_shifted = shift(x, down=" + down + ", right=" + right + ")");
  r.script.gap();
  r.script.say("script.shift.maps");
  r.convolve("output_before", "x", "w", "b", s.stride, s.padding);
  r.convolve("y", "input_shifted", "w", "b", s.stride, s.padding);
  output(r, "input_shifted", "input_shifted");
  const double atol = std::max(slack_of(r, "input", s.stride), slack_of(r, "input_shifted", s.stride));
  r.script.check("output_before", r.tensor("output_before"), atol);
  const auto before = lessons::paired_cells(r.state, true), after = lessons::paired_cells(r.state, false);
  if (before && after) {
    const auto at = [](const lessons::CellRect& cells) {
      return "[:, " + range(cells.row, cells.rows) + ", " + range(cells.col, cells.cols) + "]";
    };
    r.script.gap();
    r.script.say("script.equivariant");
    r.script.agree("y" + at(*after), "output_before" + at(*before), r.script.torch() ? atol : 0);
  }
  r.script.line("print(f\"max {output_before.max():.4f} → {y.max():.4f}\")");
  r.script.gap();
  r.script.say("script.shift.scores");
  r.script.line("flat = input_shifted.flatten()");
  r.fully_connected();
}

void channels(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  r.operands();
  r.script.gap();
  r.script.say("script.channels", {{"filters", text(s.out_channels)}});
  r.convolve("y", "x", "w", "b", s.stride, s.padding);
  output(r, "x", "input");
  const double atol = slack_of(r, "input", s.stride);
  if (s.per_channel && s.layers == 1) {
    std::string how;
    if (s.stride != 1) how += ", stride=" + text(s.stride);
    if (s.padding != 0) how += ", padding=" + text(s.padding);
    r.script.gap();
    r.script.say("script.per_channel");
    r.script.line("channel_maps = torch.cat([F.conv2d(x[None, c : c + 1], w[f : f + 1, c : c + 1]" + how +
                      ")[0] for c in range(3)])",
                  "channel_maps = np.concatenate([conv2d(x[c : c + 1], w[f : f + 1, c : c + 1], [0.0]" + how +
                      ") for c in range(3)])");
    r.script.check("channel_maps", r.tensor("channel_maps"), atol);
    r.script.agree("channel_maps.sum(0) + b[f]", "y[f]", atol);
  }
  if (s.layers < 2) return;
  r.script.gap();
  r.script.say("script.second_layer");
  r.script.line("features = F.relu(y)", "features = np.maximum(y, 0)");
  r.script.numbers("weight_2", r.tensor("weight_2"));
  r.script.numbers("bias_2", r.tensor("bias_2"));
  r.convolve("output_2", "features", "weight_2", "bias_2", 1, 1);
  double gain = 0;
  for (float w : r.tensor("weight_2")) gain += std::fabs(w);
  r.script.check("output_2", r.tensor("output_2"),
                 atol * gain + slack(r.tensor("features"), r.tensor("weight_2"), r.tensor("bias_2"), 1, 1));
}

}  // namespace app::recipes
