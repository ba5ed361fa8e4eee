// The scripts of the lessons that count, mix channels, pool, or run a whole network.
#include <algorithm>
#include <cmath>

#include "web/app/code.h"
#include "web/lessons/learned.h"
#include "web/lessons/network.h"
#include "web/lessons/pooling.h"

namespace app::recipes {
namespace {

std::string text(int64_t value) { return std::to_string(value); }

double slack_of(const Recipe& r) {
  return slack(r.tensor("input"), r.tensor("weight"), r.tensor("bias"), r.settings().stride,
               r.settings().padding);
}

void pool(const Recipe& r, const std::string& out, const std::string& in, bool argmax) {
  const lessons::Settings& s = r.settings();
  const std::string k = text(s.kernel_size), stride = text(s.stride);
  if (s.pool == "avg") {
    r.script.line(out + " = F.avg_pool2d(" + in + ", " + k + ", stride=" + stride + ")",
                  out + " = avg_pool2d(" + in + ", " + k + ", stride=" + stride + ")");
  } else {
    r.script.line(
        (argmax ? out + ", argmax" : out) + " = F.max_pool2d(" + in + ", " + k + ", stride=" + stride +
            (argmax ? ", return_indices=True)" : ")"),
        out + (argmax ? ", argmax" : ", _") + " = max_pool2d(" + in + ", " + k + ", stride=" + stride + ")");
  }
}

// PyTorch counts within a channel, the page through all of them.
void whole_argmax(const Recipe& r, const std::string& in) {
  if (r.script.torch() && r.tensor("input").shape()[0] > 1)
    r.script.line("argmax = argmax + torch.arange(len(" + in + "))[:, None, None] * " + in + "[0].numel()");
}

}  // namespace

void parameters(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  r.operands();
  r.script.gap();
  r.script.say("script.convolve");
  r.convolve("y", "x", "w", "b", s.stride, s.padding);
  r.script.gap();
  r.script.say("script.output");
  r.script.check("y", r.tensor("output"), slack_of(r));
  r.script.gap();
  const int64_t inputs = int64_t(r.tensor("input").size()), outputs = int64_t(r.tensor("output").size());
  const int64_t weights = int64_t(r.tensor("weight").size()), biases = int64_t(r.tensor("bias").size());
  r.script.say("script.parameters", {{"filters", text(biases)},
                                     {"kernel", text(s.kernel_size)},
                                     {"channels", text(r.tensor("input").shape()[0])},
                                     {"total", text(weights + biases)}});
  r.script.line("learned = w.numel() + b.numel()", "learned = w.size + b.size");
  r.script.line("assert learned == " + text(weights + biases));
  r.script.say("script.parameters.fc");
  r.script.line("fc_learned = y.numel() * x.numel() + y.numel()", "fc_learned = y.size * x.size + y.size");
  r.script.line("assert fc_learned == " + text(outputs * inputs + outputs));
  r.script.say("script.parameters.macs");
  r.script.line("macs, fc_macs = y.numel() * w[0].numel(), y.numel() * x.numel()",
                "macs, fc_macs = y.size * w[0].size, y.size * x.size");
  r.script.line("assert (macs, fc_macs) == (" + text(outputs * (weights / biases)) + ", " +
                text(outputs * inputs) + ")");
  r.script.line("print(f\"{learned:,} | {fc_learned:,}\")");
}

void pointwise(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  r.operands();
  r.script.gap();
  r.script.say("script.convolve");
  r.convolve("y", "x", "w", "b", 1, 0);
  r.script.gap();
  r.script.say("script.output");
  r.script.check("y", r.tensor("output"), slack_of(r));
  r.cell("x", "w", s.filter_index, s.step / r.state.out_cols, s.step % r.state.out_cols, 1, 0, slack_of(r));
  r.script.gap();
  r.script.say("script.pointwise");
  r.script.line("pixels = x.flatten(1).T", "pixels = x.reshape(len(x), -1).T");
  r.script.line("fc_w, fc_b = w[:, :, 0, 0], b");
  r.script.line("fc_output = (pixels @ fc_w.T + fc_b).T.reshape(y.shape)");
  r.script.agree("fc_output", "y", slack_of(r));
}

void fc_as_conv(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  const int k = s.kernel_size, side = 28, room = s.image_size - side, row = room / 3, col = room - room / 3;
  const nn::Shape weight = r.tensor("weight").shape();
  const bool whole = k == side;
  r.put("x", "input");
  r.script.gap();
  r.put("fc_w", "fc_weight");
  r.put("fc_b", "fc_bias");
  r.script.gap();
  const int first = (side - k) / 2;
  const std::string middle = text(first) + " : " + text(first + k);
  if (s.weight && !whole) {
    r.put("w", "weight");
  } else {
    r.script.say(whole ? "script.templates.whole" : "script.templates.middle", {{"kernel", text(k)}});
    const std::string squares =
        "w = fc_w.reshape(" + text(weight[0]) + ", 1, " + text(side) + ", " + text(side) + ")";
    r.script.line(whole ? squares : squares + "[:, :, " + middle + ", " + middle + "]");
  }
  r.script.line("b = fc_b");
  r.script.gap();
  r.script.say("script.convolve");
  r.convolve("y", "x", "w", "b", 1, 0);
  r.script.line("print(\"y\", tuple(y.shape))");
  r.script.gap();
  r.script.say("script.output");
  r.script.check("y", r.tensor("output"), slack_of(r));
  r.cell("x", "w", s.filter_index, s.step / r.state.out_cols, s.step % r.state.out_cols, 1, 0, slack_of(r));
  r.script.gap();
  r.script.say("script.fc");
  const auto from = [&](int at) { return text(at) + " : " + text(at + side); };
  r.script.line(room == 0 ? std::string("flat = x.flatten()")
                          : "flat = x[0, " + from(row) + ", " + from(col) + "].flatten()");
  r.fully_connected();
  if (!whole) return;
  const bool same = exact(r.tensor("flat"), r.tensor("fc_weight"), r.tensor("fc_bias"));
  r.script.gap();
  r.script.say(same ? "script.fc_as_conv.exact" : "script.fc_as_conv.rounded");
  r.script.agree("y[:, " + text(row) + ", " + text(col) + "]", "scores", same ? 0 : slack_of(r));
}

void pooling(const Recipe& r) {
  const lessons::Settings& s = r.settings();
  const bool mean = s.pool == "avg";
  const nn::Tensor& input = r.tensor("input");
  float most = 1;
  for (float value : input) most = std::max(most, std::fabs(value));
  const auto slack_at = [&](int level) { return mean ? 1e-6 * level * double(most) : 0; };
  r.put("x", "input");
  r.script.gap();
  r.script.say(mean ? "script.pool.avg" : "script.pool.max");
  pool(r, "y", "x", true);
  r.script.line("print(\"y\", tuple(y.shape))");
  if (!mean) whole_argmax(r, "x");
  r.script.gap();
  r.script.say("script.output");
  r.script.check("y", r.tensor("output"), slack_at(1));
  if (!mean) r.script.check_indices("argmax", r.tensor("argmax"));
  const lessons::Spot at = lessons::spot(r.state);
  const std::string k = text(s.kernel_size);
  r.script.gap();
  r.script.say("script.pool.window", {{"row", text(at.row)}, {"col", text(at.col)}});
  r.script.line("f, row, col = " + text(s.filter_index) + ", " + text(at.row) + ", " + text(at.col));
  const auto range = [&](const std::string& axis) {
    const std::string first = s.stride == 1 ? axis : axis + " * " + text(s.stride);
    return first + " : " + first + " + " + k;
  };
  r.script.line("window = x[:, " + range("row") + ", " + range("col") + "]");
  r.script.agree(std::string("window[f].") + (mean ? "mean()" : "max()"), "y[f, row, col]", slack_at(1));
  r.script.line("print(window[f], f\"→ {y[f, row, col]:.4f}\")");
  r.script.gap();
  r.script.say("script.pool.again");
  for (int level = 2; r.state.tensors.count(lessons::level_name(level, false)); ++level) {
    const std::string name = lessons::level_name(level, false);
    pool(r, name, level == 2 ? "y" : lessons::level_name(level - 1, false), false);
    r.script.check(name, r.tensor(name), slack_at(level));
  }
  const std::string down = text(s.shift_y), right = text(s.shift_x);
  r.script.gap();
  r.script.say("script.shift", {{"right", right}, {"down", down}});
  r.script.line("input_shifted = F.pad(x, (" + right + ", " + text(-s.shift_x) + ", " + down + ", " +
                    text(-s.shift_y) + "))",
                "input_shifted = shift(x, down=" + down + ", right=" + right + ")");
  pool(r, "output_shifted", "input_shifted", false);
  r.script.check("output_shifted", r.tensor("output_shifted"), slack_at(1));
}

namespace {

// Of the net's sums, with every number replaced by its magnitude: 1e-5 times the largest after each layer.
std::vector<double> slacks(const Recipe& r) {
  nn::Sequential net = r.state.assets->network;
  for (int i = 0; i < net.parameter_count(); ++i) {
    nn::Tensor& parameter = net.parameter(i);
    parameter = r.tensor(net.parameter_name(i));
    for (float& value : parameter) value = std::fabs(value);
  }
  [[maybe_unused]] const nn::Error error = net.reserve(1);
  const nn::Tensor& input = r.tensor("input");
  std::transform(input.begin(), input.end(), net.input(1), [](float x) { return std::fabs(x); });
  net.forward(1);
  std::vector<double> all;
  for (int place = 1; place <= net.layer_count(); ++place) {
    const nn::View view = net.activation(place);
    all.push_back(1e-5 * place * double(*std::max_element(view.data, view.data + view.size())) + 1e-9);
  }
  return all;
}

struct Line {
  std::string module, numpy;  // nn.…, and the same of NumPy with IN for what comes in
};

Line line_of(const nn::Layer& layer, const nn::Shape& in, int index) {
  const std::string n = text(index);
  if (const auto* conv = std::get_if<nn::Conv2d>(&layer)) {
    std::string how;
    if (conv->stride != 1) how += ", stride=" + text(conv->stride);
    if (conv->padding != 0) how += ", padding=" + text(conv->padding);
    return {"nn.Conv2d(" + text(in[0]) + ", " + text(conv->out_channels) + ", " + text(conv->kernel_height) +
                how + ")",
            "conv2d(IN, net[\"" + n + ".weight\"], net[\"" + n + ".bias\"]" + how + ")"};
  }
  if (const auto* pool = std::get_if<nn::MaxPool2d>(&layer)) {
    const std::string k = text(pool->kernel_size),
                      stride = text(pool->stride ? pool->stride : pool->kernel_size);
    return {"nn.MaxPool2d(" + k + (stride == k ? "" : ", " + stride) + ")",
            "max_pool2d(IN, " + k + ", stride=" + stride + ")[0]"};
  }
  if (std::holds_alternative<nn::ReLU>(layer)) return {"nn.ReLU()", "np.maximum(IN, 0)"};
  if (std::holds_alternative<nn::Flatten>(layer)) return {"nn.Flatten()", "IN.flatten()"};
  const auto* linear = std::get_if<nn::Linear>(&layer);
  return {"nn.Linear(" + text(in[0]) + ", " + text(linear ? linear->out_features : 0) + ")",
          "IN @ net[\"" + n + ".weight\"].T + net[\"" + n + ".bias\"]"};
}

}  // namespace

void network(const Recipe& r) {
  const nn::Sequential& net = r.state.assets->network;
  const lessons::Settings& s = r.settings();
  const lessons::Stage& stage = lessons::stage_of(r.state);
  const std::vector<double> atol = slacks(r);
  const int last = net.layer_count() - 1;
  r.put("x", "input");
  r.script.gap();
  r.script.say(r.state.learned && r.state.learned->steps > 0 ? "script.net.learned" : "script.net.weights");
  r.script.line("weights = {}", "net = {}");
  for (int i = 0; i < net.parameter_count(); ++i) {
    const std::string name = net.parameter_name(i);
    std::string variable = (net.parameter_is_bias(i) ? "b" : "w") + text(net.parameter_layer(i));
    r.script.numbers(variable, r.tensor(name));
    r.script.line("weights[\"" + name + "\"] = " + variable, "net[\"" + name + "\"] = " + variable);
  }
  r.script.gap();
  r.script.say("script.net");
  if (r.script.torch()) {
    r.script.line("net = nn.Sequential(");
    for (int i = 0; i <= last; ++i)
      r.script.line("    " + line_of(net.layer(i), net.shape(i), i).module + ",");
    r.script.line(")");
    r.script.line("net.load_state_dict(weights)");
    r.script.gap();
    r.script.say("script.net.run");
    r.script.line("activation, a = [], x[None]");
    r.script.line("with torch.no_grad():");
    r.script.line("    for layer in net:");
    r.script.line("        a = layer(a)");
    r.script.line("        activation.append(a[0])");
  } else {
    r.script.line("activation = []");
    for (int i = 0; i <= last; ++i) {
      std::string line = line_of(net.layer(i), net.shape(i), i).numpy;
      line.replace(line.find("IN"), 2, i == 0 ? "x" : "activation[-1]");
      r.script.line("activation.append(" + line + ")");
    }
  }
  r.script.line("y = activation[" + text(stage.layer) + "]");
  r.script.line("flat, scores = activation[" + text(last - 1) + "], activation[" + text(last) + "]");
  r.script.line("probabilities = scores.softmax(0)",
                "probabilities = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()");
  r.script.gap();
  r.script.say("script.net.stage", {{"layer", text(stage.layer)}});
  r.script.check("y", r.tensor("output"), atol[size_t(stage.layer)]);
  r.script.say("script.scores.page");
  r.script.check("scores", r.tensor("fc_scores"), atol[size_t(last)]);
  r.script.check("probabilities", r.tensor("probabilities"), 1e-5 + 2 * atol[size_t(last)]);
  r.script.line("print(\"class\", int(scores.argmax()), f\"{100 * probabilities.max():.1f} %\")");
  if (stage.kind != lessons::Stage::Convolution) return;
  const lessons::Cell cell = lessons::cell_of(r.state);
  const int before = s.layer == 0 ? -1 : lessons::stage_at(s.layer - 1).result;
  r.script.line("w, b = w" + text(stage.layer) + ", b" + text(stage.layer));
  r.cell(before < 0 ? "x" : "activation[" + text(before) + "]", "w", s.filter_index, cell.row, cell.col,
         stage.stride, stage.padding, atol[size_t(stage.layer)]);
}

}  // namespace app::recipes
