// For training that takes a minute: the native build alone repeats it, shorter runs pin the bits of every build.
#pragma once

#ifdef __EMSCRIPTEN__
inline constexpr bool kInWasm = true;
#else
inline constexpr bool kInWasm = false;
#endif
