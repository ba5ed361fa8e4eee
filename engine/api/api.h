// The engine behind a C interface: what engine.mjs calls in engine.wasm. No pointer comes in from outside:
// whatever a call needs beyond numbers is written to the staging memory first. Everything is checked here
// again, so no call can read or write outside the module's memory, whatever it is given.
//
// A call that fails returns 0 (a null pointer), leaves the net as it was, and says why in nn_error(). Nets
// are known by numbers above 0 that are never used twice.
#pragma once

#include <cstdint>

#if defined(__has_attribute)
#if __has_attribute(export_name)
#define NN_EXPORT(name) __attribute__((export_name(#name))) name
#endif
#endif
#ifndef NN_EXPORT
#define NN_EXPORT(name) name
#endif

extern "C" {

const char* NN_EXPORT(nn_version)();
const char* NN_EXPORT(nn_simd)();   // "simd128", "relaxed" or "scalar" (or a native name)
const char* NN_EXPORT(nn_error)();  // of the last call that failed; UTF-8

// At least `bytes` of memory, aligned for doubles, that stays where it is until the next nn_stage.
void* NN_EXPORT(nn_stage)(uint32_t bytes);
// Eight doubles where some calls leave their results.
const double* NN_EXPORT(nn_result)();

// Makes a net from `count` int32 in the staging memory: rank, that many sizes of the input; then kLayerInts
// for each layer: its index in nn::Layer's list, and
//   Conv2d     out_channels, kernel_height, kernel_width, stride, padding, bias (0 or 1), winograd (0 or 1)
//   Linear     out_features, bias
//   MaxPool2d, AvgPool2d   kernel_size, stride (0: kernel_size), padding
// and zeros. Returns its number.
inline constexpr int kLayerInts = 8;
int32_t NN_EXPORT(nn_sequential)(uint32_t count, uint32_t seed_low, uint32_t seed_high);
void NN_EXPORT(nn_delete)(int32_t net);

// result: rank, three sizes of a sample after the layer, parameters, multiply-adds.
int32_t NN_EXPORT(nn_summary)(int32_t net, int32_t layer);

// Where parameter i is; nullptr after the last. result: layer, 1 for a bias, rank, four sizes.
float* NN_EXPORT(nn_parameter)(int32_t net, int32_t i);

// Takes memory for `batch` samples and says where their input goes.
float* NN_EXPORT(nn_input)(int32_t net, int32_t batch);
// Computes all layers on that many samples, which nn_input has been called for.
int32_t NN_EXPORT(nn_run)(int32_t net, int32_t batch);
// The net's output after nn_run or nn_train_step.
const float* NN_EXPORT(nn_output)(int32_t net);

// One step of stochastic gradient descent on the samples at nn_train_input, whose labels are `batch` int32 in
// the staging memory. result: loss, accuracy.
float* NN_EXPORT(nn_train_input)(int32_t net, int32_t batch, float momentum);
int32_t NN_EXPORT(nn_train_step)(int32_t net, int32_t batch, float lr, float momentum, float weight_decay);

}  // extern "C"
