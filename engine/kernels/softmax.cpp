#include "engine/elementary.h"
#include "engine/kernels/kernels.h"

namespace nn {

// Scalar: rows of classes are short, and exp (in double, engine/elementary.h) is all of the time.
void softmax_forward(float* out, const float* in, int rows, int columns) {
  for (int r = 0; r < rows; ++r, in += columns, out += columns) {
    float top = in[0];
    for (int i = 1; i < columns; ++i) top = in[i] > top ? in[i] : top;
    double sum = 0;
    for (int i = 0; i < columns; ++i) sum += exp(double(in[i]) - top);
    // exp once more instead of a buffer: `out` has no room for a double.
    for (int i = 0; i < columns; ++i) out[i] = float(exp(double(in[i]) - top) / sum);
  }
}

void softmax_backward(float* d_in, const float* d_out, const float* out, int rows, int columns) {
  for (int r = 0; r < rows; ++r, d_in += columns, d_out += columns, out += columns) {
    double mean = 0;
    for (int i = 0; i < columns; ++i) mean += double(d_out[i]) * out[i];
    for (int i = 0; i < columns; ++i) d_in[i] += float(out[i] * (d_out[i] - mean));
  }
}

void cross_entropy_forward(float* loss, float* prob, const float* in, const int32_t* label, int batch,
                           int classes) {
  double total = 0;
  for (int b = 0; b < batch; ++b) {
    const float* row = in + int64_t(b) * classes;
    float top = row[0];
    for (int i = 1; i < classes; ++i) top = row[i] > top ? row[i] : top;
    double sum = 0;
    for (int i = 0; i < classes; ++i) sum += exp(double(row[i]) - top);
    total += log(sum) - (double(row[label[b]]) - top);
  }
  *loss = float(total / batch);
  softmax_forward(prob, in, batch, classes);
}

void cross_entropy_backward(float* d_in, const float* prob, const int32_t* label, int batch, int classes) {
  const float scale = 1.0f / float(batch);
  for (int b = 0; b < batch; ++b, d_in += classes, prob += classes)
    for (int i = 0; i < classes; ++i) d_in[i] += (prob[i] - (i == label[b] ? 1.0f : 0.0f)) * scale;
}

}  // namespace nn
