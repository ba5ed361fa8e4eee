// A self-contained script, for PyTorch or for NumPy, that makes anew what a lesson shows: the same input,
// weights and parameters in, the same output out, which it asserts. Names: x, w, b and y are `input`,
// `weight`, `bias` and `output`; flat, fc_w, fc_b and scores are `flat`, `fc_weight`, `fc_bias` and
// `fc_scores`; others as the tensors are called. Where the page says exact the script does (rtol = atol = 0);
// else it allows 1e-5·(|b| + Σ|w·x|).
#pragma once

#include <string>

#include "web/app/python.h"
#include "web/lessons/lesson.h"

namespace app {

std::string code(const lessons::LessonState& state, const strings::Strings& strings, Framework framework);

// The parts that code.cpp puts together: what comes behind the head, each for one family of lessons.
namespace recipes {

struct Recipe {
  Script& script;
  const lessons::LessonState& state;

  const lessons::Settings& settings() const { return state.settings; }
  const nn::Tensor& tensor(const std::string& name) const { return state.tensors.at(name); }
  bool has(const char* name) const { return state.tensors.count(name) > 0; }
  // `variable = …`, with what the tensor is as a comment (script.data.<tensor>).
  void put(const char* variable, const char* name) const;
  // x, w and b.
  void operands() const;
  // out = the convolution of `in`.
  void convolve(const std::string& out, const std::string& in, const std::string& w, const std::string& b,
                int stride, int padding) const;
  // Window, products and sum of one cell of y.
  void cell(const std::string& in, const std::string& w, int filter, int row, int col, int stride,
            int padding, double atol) const;
  // scores = flat @ fc_w.T + fc_b, and that they are the page's.
  void fully_connected() const;
};

// 1e-5·max(|b| + Σ|w·x|) of a convolution, of a fully connected layer.
double slack(const nn::Tensor& in, const nn::Tensor& weight, const nn::Tensor& bias, int stride, int padding);
double slack(const nn::Tensor& flat, const nn::Tensor& weight, const nn::Tensor& bias);
// Whether every order of adding gives the same bits: multiples of 1/256 times multiples of 1/1024, sums < 64.
bool exact(const nn::Tensor& flat, const nn::Tensor& weight, const nn::Tensor& bias);

void flatten(const Recipe& recipe);
void shuffle(const Recipe& recipe);
void convolution(const Recipe& recipe);
void pattern(const Recipe& recipe);
void locality(const Recipe& recipe);
void invariance(const Recipe& recipe);
void channels(const Recipe& recipe);
void parameters(const Recipe& recipe);
void pointwise(const Recipe& recipe);
void fc_as_conv(const Recipe& recipe);
void pooling(const Recipe& recipe);
void network(const Recipe& recipe);

}  // namespace recipes
}  // namespace app
