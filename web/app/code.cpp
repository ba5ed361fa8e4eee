#include "web/app/code.h"

#include <algorithm>
#include <cmath>

#include "engine/kernels/kernels.h"

namespace app {
namespace recipes {
namespace {

nn::Tensor magnitudes(const nn::Tensor& tensor) {
  nn::Tensor all = tensor;
  for (float& value : all) value = std::fabs(value);
  return all;
}

std::string text(int value) { return std::to_string(value); }

bool multiples(const nn::Tensor& tensor, float scale) {
  return std::all_of(tensor.begin(), tensor.end(),
                     [=](float value) { return value * scale == std::floor(value * scale); });
}

// The largest |b| + Σ|w·x|.
double largest_sum(const nn::Tensor& flat, const nn::Tensor& weight, const nn::Tensor& bias) {
  const size_t n = flat.size();
  double most = 0;
  for (size_t row = 0; row < bias.size(); ++row) {
    double sum = std::fabs(bias[row]);
    for (size_t i = 0; i < n; ++i) sum += std::fabs(double(weight[row * n + i]) * flat[i]);
    most = std::max(most, sum);
  }
  return most;
}

}  // namespace

double slack(const nn::Tensor& in, const nn::Tensor& weight, const nn::Tensor& bias, int stride,
             int padding) {
  const nn::Shape &x = in.shape(), &w = weight.shape();
  const nn::Conv2dShape shape{x[0], x[1], x[2], w[0], w[2], w[3], stride, padding};
  nn::Tensor sums(nn::Shape{w[0], shape.out_height(), shape.out_width()});
  nn::conv2d_forward(sums.data(), magnitudes(in).data(), magnitudes(weight).data(), magnitudes(bias).data(),
                     shape);
  return std::max(1e-5 * double(*std::max_element(sums.begin(), sums.end())), 1e-12);
}

double slack(const nn::Tensor& flat, const nn::Tensor& weight, const nn::Tensor& bias) {
  return std::max(1e-5 * largest_sum(flat, weight, bias), 1e-12);
}

bool exact(const nn::Tensor& flat, const nn::Tensor& weight, const nn::Tensor& bias) {
  constexpr double kMost = 64;  // 24 bits above 1/256 · 1/1024
  return multiples(flat, 256) && multiples(weight, 1024) && multiples(bias, 1024) &&
         largest_sum(flat, weight, bias) < kMost;
}

void Recipe::put(const char* variable, const char* name) const {
  const nn::Tensor& value = tensor(name);
  script.say(std::string("script.data.") + name, {{"shape", value.shape().str()}});
  script.numbers(variable, value);
}

void Recipe::operands() const {
  put("x", "input");
  put("w", "weight");
  put("b", "bias");
}

void Recipe::convolve(const std::string& out, const std::string& in, const std::string& w,
                      const std::string& b, int stride, int padding) const {
  std::string how;
  if (stride != 1) how += ", stride=" + text(stride);
  if (padding != 0) how += ", padding=" + text(padding);
  script.line(out + " = F.conv2d(" + in + "[None], " + w + ", " + b + how + ")[0]",
              out + " = conv2d(" + in + ", " + w + ", " + b + how + ")");
}

void Recipe::cell(const std::string& in, const std::string& w, int filter, int row, int col, int stride,
                  int padding, double atol) const {
  script.gap();
  script.say("script.cell", {{"row", text(row)}, {"col", text(col)}});
  script.line("f, row, col = " + text(filter) + ", " + text(row) + ", " + text(col));
  const int k = tensor("window").shape()[1];
  std::string framed = in;
  if (padding > 0) {
    framed = "framed";
    const std::string p = text(padding);
    script.line("framed = F.pad(" + in + ", (" + p + ", " + p + ", " + p + ", " + p + "))",
                "framed = np.pad(" + in + ", ((0, 0), (" + p + ", " + p + "), (" + p + ", " + p + ")))");
  }
  const auto range = [&](const std::string& at) {
    const std::string first = stride == 1 ? at : at + " * " + text(stride);
    return first + " : " + first + " + " + text(k);
  };
  script.line("window = " + framed + "[:, " + range("row") + ", " + range("col") + "]");
  script.line("products = window * " + w + "[f]");
  script.agree("products.sum() + b[f]", "y[f, row, col]", atol);
  script.line("print(f\"Σ x·w = {products.sum():.4f}, y[{f}, {row}, {col}] = {y[f, row, col]:.4f}\")");
}

void Recipe::fully_connected() const {
  script.line("scores = flat @ fc_w.T + fc_b");
  script.gap();
  const bool same = exact(tensor("flat"), tensor("fc_weight"), tensor("fc_bias"));
  script.say(same ? "script.scores.exact" : "script.scores.page");
  script.check("scores", tensor("fc_scores"),
               same ? 0 : slack(tensor("flat"), tensor("fc_weight"), tensor("fc_bias")));
  script.line("print(\"scores\", scores)");
}

}  // namespace recipes

namespace {

struct Row {
  const char* lesson;
  void (*recipe)(const recipes::Recipe&);
};
constexpr Row kRecipes[] = {{"flatten", recipes::flatten},         {"shuffle", recipes::shuffle},
                            {"convolution", recipes::convolution}, {"pattern", recipes::pattern},
                            {"locality", recipes::locality},       {"invariance", recipes::invariance},
                            {"channels", recipes::channels},       {"stride", recipes::convolution},
                            {"padding", recipes::convolution},     {"parameters", recipes::parameters},
                            {"pointwise", recipes::pointwise},     {"fc-as-conv", recipes::fc_as_conv},
                            {"pooling", recipes::pooling},         {"network", recipes::network}};

}  // namespace

std::string code(const lessons::LessonState& state, const strings::Strings& strings, Framework framework) {
  const std::string id = state.lesson->id;
  Script script(framework, strings);
  script.words(std::string(strings.text("app.title")) + " · " + std::string(strings.text("lesson." + id)));
  script.say(id + ".question");
  script.say(framework == Framework::PyTorch ? "script.run.pytorch" : "script.run.numpy");
  script.gap();
  for (const Row& row : kRecipes)
    if (id == row.lesson) row.recipe({script, state});
  script.gap();
  script.print("script.agrees");
  return script.text();
}

}  // namespace app
