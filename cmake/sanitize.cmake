# The tests with AddressSanitizer and UndefinedBehaviorSanitizer, in a build folder of their own. Checked is what is tested,
# our rooms; the tests themselves are the objects of the native build. Without -g, which takes a tenth of the time: a finding
# names its functions, and cmake -DCMAKE_CXX_FLAGS=-g1 build/sanitized its lines. Where the compiler is a clang with
# libFuzzer, tests/fuzz/*.cpp become programs, too.
include(CheckCXXSourceCompiles)

set(CONV_PLAYGROUND_TESTS_FROM "" CACHE PATH "The native build whose test objects are linked; where they are not, they are compiled here")
add_link_options(-fsanitize=address,undefined -fno-sanitize=vptr)
set(CMAKE_C_FLAGS_RELEASE "-O1")
set(CMAKE_CXX_FLAGS_RELEASE "-O1")

set(CMAKE_REQUIRED_FLAGS "-fsanitize=fuzzer,address,undefined")
check_cxx_source_compiles("#include <cstddef>
#include <cstdint>
extern \"C\" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }" CONV_HAS_FUZZER)
unset(CMAKE_REQUIRED_FLAGS)

# vptr needs the type information that our own code is compiled without. What the fuzzer watches: which branches are
# taken, and in what reads texts and files what they are compared with. Not the engine's loops, which would be some times
# slower and branch on no input.
function(conv_watch room)
  target_compile_options(${room} PRIVATE -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  if(NOT CONV_HAS_FUZZER)
    return()
  endif()
  if(room MATCHES "^(app|training)$")
    target_compile_options(${room} PRIVATE -fsanitize=fuzzer-no-link)
  elseif(room STREQUAL "lessons")
    target_compile_options(${room} PRIVATE -fsanitize-coverage=inline-8bit-counters,pc-table)
    set_source_files_properties(web/lessons/matrix_text.cpp web/lessons/tensor_text.cpp PROPERTIES
      COMPILE_OPTIONS -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# objects = those of a test's sources in the native build, or "" where one is missing.
function(conv_compiled objects name)
  set(found "")
  foreach(source ${ARGN})
    file(RELATIVE_PATH path "${CMAKE_BINARY_DIR}" "${source}")
    set(object "${CONV_PLAYGROUND_TESTS_FROM}/CMakeFiles/${name}.dir/${path}${CMAKE_CXX_OUTPUT_EXTENSION}")
    if(NOT EXISTS "${object}")
      set(${objects} "" PARENT_SCOPE)
      return()
    endif()
    list(APPEND found "${object}")
  endforeach()
  set_source_files_properties(${found} PROPERTIES EXTERNAL_OBJECT ON)
  set(${objects} "${found}" PARENT_SCOPE)
endfunction()
