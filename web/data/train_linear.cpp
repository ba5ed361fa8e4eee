// Trains the playground's linear classifier (linear_classifier.h).
//
//   train_linear mnist.bin linear_classifier.txt           writes the text
//   train_linear --check mnist.bin linear_classifier.txt   fails unless it is that text, to the byte
#include <cstdio>
#include <cstring>
#include <string>

#include "web/data/committed_text.h"
#include "web/data/linear_classifier.h"

int main(int argc, char** argv) {
  const bool check = argc > 1 && std::strcmp(argv[1], "--check") == 0;
  if (argc != 3 + check) {
    std::fprintf(stderr, "usage: train_linear [--check] mnist.bin linear_classifier.txt\n");
    return 2;
  }
  const char *digits = argv[1 + check], *path = argv[2 + check];
  const auto fail = [](const std::string& sentence) {
    std::fprintf(stderr, "%s\n", sentence.c_str());
    return 1;
  };

  data::Mnist mnist;
  if (const std::string error = data::read_mnist(mnist, digits); !error.empty()) return fail(error);
  const data::LinearClassifier classifier = data::train_linear_classifier(mnist.train);
  if (const std::string error = data::limits_error(classifier, mnist); !error.empty()) return fail(error);
  const std::string text = data::classifier_text(classifier, mnist);
  std::printf("accuracy after rounding: %.2f %% of the training digits, %.2f %% of the test digits\n",
              100 * data::accuracy(classifier, mnist.train), 100 * data::accuracy(classifier, mnist.test));

  return data::write_or_check(text, path, check);
}
