# The target engine_wasm: engine.wasm, the engine behind a C interface without Emscripten's JavaScript; engine.mjs is
# its only user. Included for the web build alone.
# What is no kernel is loaded more often than it is waited for.
set(engine_no_kernels "")
foreach(name sequential trainer loss layers/weighted layers/weightless api/api)
  list(APPEND engine_no_kernels "${PROJECT_SOURCE_DIR}/engine/${name}.cpp")
endforeach()
set_source_files_properties(${engine_no_kernels} PROPERTIES COMPILE_OPTIONS "${CONV_FOR_SIZE}")

add_executable(engine_wasm engine/api/api.cpp engine/api/runtime.cpp)
target_link_libraries(engine_wasm PRIVATE nn conv_flags conv_lean)
target_compile_definitions(engine_wasm PRIVATE NN_ENGINE_WASM)
# 64 MB to begin with are address space, not memory: views last until it grows, and for most nets it never has to.
target_link_options(engine_wasm PRIVATE -O3 -fno-exceptions --no-entry -sSTANDALONE_WASM=1 -sFILESYSTEM=0
  -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=67108864 -sTOTAL_STACK=262144)
set_target_properties(engine_wasm PROPERTIES OUTPUT_NAME engine SUFFIX ".wasm")
