// For training that takes a minute: the native, optimised build alone repeats it, shorter runs pin the bits
// of every build. What draws at random draws less where each draw takes longer.
#pragma once

#ifdef __EMSCRIPTEN__
inline constexpr bool kInWasm = true;
#else
inline constexpr bool kInWasm = false;
#endif

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr bool kSlow = kInWasm || kSanitized;

// How many rounds of random draws are tried.
inline constexpr int rounds(int of_the_native_build) {
  return kSlow ? of_the_native_build / 4 : of_the_native_build;
}
