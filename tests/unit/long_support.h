// For training that takes a minute: the native, optimised build alone repeats it, shorter runs pin the bits
// of every build. What draws at random draws less where each draw takes longer.
#pragma once

#ifdef __EMSCRIPTEN__
inline constexpr bool kInWasm = true;
#else
inline constexpr bool kInWasm = false;
#endif

extern const bool kSanitized;  // defined in cmake/tests.cmake; such a build skips what takes very long

inline bool slow() { return kInWasm || kSanitized; }

// How many rounds of random draws are tried.
inline int rounds(int of_the_native_build) { return slow() ? of_the_native_build / 4 : of_the_native_build; }
