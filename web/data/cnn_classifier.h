// Trains the small convolutional network of the playground (web/lessons/small_cnn.h) with this project's own
// engine. The same digits give the same text to the byte on every machine, so the committed
// cnn_classifier.txt can be made again and compared.
#pragma once

#include <string>

#include "engine/sequential.h"
#include "web/data/linear_classifier.h"

namespace data {

// Each digit is shifted by up to one pixel whenever it is shown: eight thousand digits alone are soon learnt
// by heart. In the end all parameters are rounded to multiples of 1/1024.
nn::Sequential train_cnn(const Digits& train);

// The share of the digits whose highest score is that of their label.
double accuracy(nn::Sequential& net, const Digits& digits);

// "" or what makes the net unfit for the playground: a parameter that doesn't fit into 16 bits.
std::string limits_error(const nn::Sequential& net);

// The text of cnn_classifier.txt: remarks (how it was made, accuracy), then one line a tensor: its name as in
// PyTorch's Sequential ("0.weight"), and its numbers, row-major, in units of 1/1024.
std::string cnn_text(nn::Sequential& net, const Mnist& mnist);

}  // namespace data
