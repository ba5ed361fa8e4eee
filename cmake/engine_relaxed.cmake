# The target engine_relaxed_wasm: engine-relaxed.wasm, the engine with fused multiply-add (relaxed SIMD), where there is
# a compiler for it: a clang with wasi-libc and libc++ for wasm32-wasi. Sets CONV_RELAXED_WASM to its path, or to
# nothing and says why. Included for the web build alone; emcc before 3.1.50 or so cannot do this itself.
set(CONV_RELAXED_WASM "")
find_program(CONV_WASI_CLANG NAMES clang++-22 clang++-21 clang++-20 clang++-19 NO_CMAKE_FIND_ROOT_PATH)
set(why "there is no clang 19 or newer")
if(CONV_WASI_CLANG)
  string(REGEX MATCH "[0-9]+$" version "${CONV_WASI_CLANG}")
  find_program(CONV_WASI_LD NAMES wasm-ld-${version} NO_CMAKE_FIND_ROOT_PATH)
  execute_process(COMMAND "${CONV_WASI_CLANG}" --target=wasm32-wasi -print-libgcc-file-name
    OUTPUT_VARIABLE builtins OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  find_library(CONV_WASI_LIBC NAMES libc.a PATHS /usr/lib/wasm32-wasi NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
  find_library(CONV_WASI_LIBCXX NAMES libc++.a NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH
    PATHS /usr/lib/llvm-${version}/lib/wasm32-wasi /usr/lib/wasm32-wasi)
  set(why "wasm-ld-${version}, wasi-libc, libc++ or the builtins for wasm32-wasi are missing")
endif()
if(CONV_WASI_LD AND CONV_WASI_LIBC AND CONV_WASI_LIBCXX AND EXISTS "${builtins}")
  get_filename_component(libc "${CONV_WASI_LIBC}" DIRECTORY)
  get_filename_component(libcxx "${CONV_WASI_LIBCXX}" DIRECTORY)
  set(compile "${CONV_WASI_CLANG}" --target=wasm32-wasi -std=c++20 -fno-exceptions -fno-rtti -ffp-contract=off
    -msimd128 -mrelaxed-simd -DNN_ENGINE_WASM "-DCONV_PLAYGROUND_VERSION=\"${PROJECT_VERSION}\"" -I${PROJECT_SOURCE_DIR}
    ${CONV_SAME_BYTES})
  set(link "${CONV_WASI_LD}" --entry=_initialize --gc-sections --strip-all -O3 --stack-first -z stack-size=262144
    --initial-memory=67108864 --max-memory=2147483648 "${libc}/crt1-reactor.o")
  set(libraries -L${libcxx} -L${libc} -lc++ -lc++abi -lc "${builtins}")

  set(probe "${CMAKE_BINARY_DIR}/CMakeFiles/relaxed_probe")
  file(CONFIGURE OUTPUT "${probe}.cpp" CONTENT "#include <wasm_simd128.h>
#include <vector>
extern \"C\" __attribute__((export_name(\"f\"))) void f(v128_t* p, int n) {
  std::vector<float> v(n);
  p[0] = wasm_f32x4_relaxed_madd(p[1], p[2], wasm_v128_load(v.data()));
}
")
  execute_process(COMMAND ${compile} -O2 -c "${probe}.cpp" -o "${probe}.o"
    RESULT_VARIABLE failed ERROR_VARIABLE why OUTPUT_QUIET)
  if(NOT failed)
    execute_process(COMMAND ${link} "${probe}.o" -o "${probe}.wasm" ${libraries}
      RESULT_VARIABLE failed ERROR_VARIABLE why OUTPUT_QUIET)
  endif()
  if(NOT failed)
    set(CONV_RELAXED_WASM "${CMAKE_BINARY_DIR}/engine-relaxed.wasm")
  endif()
endif()

if(CONV_RELAXED_WASM)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/engine/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/reference\\.cpp$")  # the tests' alone
  set(objects "")
  foreach(source ${sources})
    file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${source}")
    string(REPLACE "/" "_" name "${name}")
    set(object "${CMAKE_BINARY_DIR}/relaxed/${name}.o")
    set(optimise -O2)
    if(source IN_LIST engine_no_kernels)
      set(optimise -Os)
    endif()
    add_custom_command(OUTPUT "${object}"
      COMMAND ${compile} ${optimise} -MD -MF "${object}.d" -c "${source}" -o "${object}"
      DEPENDS "${source}" DEPFILE "${object}.d" VERBATIM COMMENT "Building ${name} with relaxed SIMD")
    list(APPEND objects "${object}")
  endforeach()
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/relaxed")
  add_custom_command(OUTPUT "${CONV_RELAXED_WASM}" COMMAND ${link} ${objects} -o "${CONV_RELAXED_WASM}" ${libraries}
    DEPENDS ${objects} VERBATIM COMMENT "Linking engine-relaxed.wasm")
  add_custom_target(engine_relaxed_wasm DEPENDS "${CONV_RELAXED_WASM}")
else()
  message(STATUS "engine-relaxed.wasm is left out: ${why}")
endif()
