// For engine.wasm alone (the target engine_wasm defines NN_ENGINE_WASM): what ends the program ends it with a
// trap, so that the C library's printing, and the imports it would need, stay out.
#ifdef NN_ENGINE_WASM

extern "C" {

[[noreturn]] void __assert_fail(const char*, const char*, int, const char*) { __builtin_trap(); }
[[noreturn]] void abort_message(const char*, ...) { __builtin_trap(); }

}  // extern "C"

#endif
