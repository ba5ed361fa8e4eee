// For engine.wasm alone (NN_ENGINE_WASM): what ends the program ends it with a trap, so that the C library's
// printing, and the imports it would need, stay out.
#ifdef NN_ENGINE_WASM

#include <cstddef>

extern "C" {

[[noreturn]] void __assert_fail(const char*, const char*, int, const char*) { __builtin_trap(); }
[[noreturn]] void abort_message(const char*, ...) { __builtin_trap(); }
[[noreturn]] void __abort_message(const char*, ...) { __builtin_trap(); }  // its name in newer libc++abi

}  // extern "C"

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION >= 150000
#include <__verbose_abort>
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD
#endif

#endif
