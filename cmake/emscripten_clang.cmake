# emcc and em++ are Python programs that find out what clang's arguments are and start it; that takes longer than clang
# needs for a small file. Here they are asked once, and clang is started for each file as they would have done; linking
# stays theirs. Where they do not answer, or clang does not take what they answer, they compile as well.
#   CONV_NO_SDL1    for emcc: not its own SDL 1 headers
#   CONV_FOR_SIZE   -Os as em++ understands it
set(CONV_NO_SDL1 -sUSE_SDL=0)
set(CONV_FOR_SIZE -Os -fno-inline-functions)

function(conv_clang_of compiler clang_name rule)
  execute_process(COMMAND "${compiler}" ${CONV_NO_SDL1} --cflags OUTPUT_VARIABLE flags RESULT_VARIABLE failed
    ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  execute_process(COMMAND em-config LLVM_ROOT OUTPUT_VARIABLE folder ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(clang "${folder}/${clang_name}")
  set(${rule} "" PARENT_SCOPE)
  if(failed OR NOT EXISTS "${clang}")
    return()
  endif()
  # Who throws no exceptions says so (conv_lean), and the tests throw some.
  string(REPLACE " -fignore-exceptions " " " flags "${flags}")
  separate_arguments(arguments UNIX_COMMAND "${flags}")
  set(probe "${CMAKE_BINARY_DIR}/CMakeFiles/clang_probe")
  file(WRITE "${probe}.c" "#include <stdlib.h>\nint probe(void) { return EXIT_SUCCESS; }\n")
  execute_process(COMMAND "${clang}" ${arguments} -x c -c "${probe}.c" -o "${probe}.o" RESULT_VARIABLE failed
    OUTPUT_QUIET ERROR_QUIET)
  if(NOT failed)
    set(${rule} "\"${clang}\" ${flags} <DEFINES> <INCLUDES> <FLAGS> -o <OBJECT> -c <SOURCE>" PARENT_SCOPE)
  endif()
endfunction()

conv_clang_of("${CMAKE_C_COMPILER}" clang c_rule)
conv_clang_of("${CMAKE_CXX_COMPILER}" clang++ cxx_rule)
if(c_rule AND cxx_rule)
  set(CMAKE_C_COMPILE_OBJECT "${c_rule}")
  set(CMAKE_CXX_COMPILE_OBJECT "${cxx_rule}")
  set(CONV_NO_SDL1 "")
endif()
