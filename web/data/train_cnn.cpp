// Trains the playground's small convolutional network (cnn_classifier.h).
//
//   train_cnn mnist.bin cnn_classifier.txt           writes the text
//   train_cnn --check mnist.bin cnn_classifier.txt   fails unless it is that text, to the byte
#include <cstdio>
#include <cstring>

#include "web/data/cnn_classifier.h"
#include "web/data/committed_text.h"

int main(int argc, char** argv) {
  const bool check = argc > 1 && std::strcmp(argv[1], "--check") == 0;
  if (argc != 3 + check) {
    std::fprintf(stderr, "usage: train_cnn [--check] mnist.bin cnn_classifier.txt\n");
    return 2;
  }
  data::Mnist mnist;
  std::string error = data::read_mnist(mnist, argv[1 + check]);
  nn::Sequential net;
  if (error.empty()) {
    net = data::train_cnn(mnist.train);
    error = data::limits_error(net);
  }
  if (!error.empty()) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 1;
  }
  std::printf("accuracy after rounding: %.2f %% of the training digits, %.2f %% of the test digits\n",
              100 * data::accuracy(net, mnist.train), 100 * data::accuracy(net, mnist.test));
  return data::write_or_check(data::cnn_text(net, mnist), argv[2 + check], check);
}
