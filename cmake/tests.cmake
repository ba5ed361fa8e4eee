# unit_tests (native and wasm: engine, training, lessons, app), unit_tests_scalar (native: the engine without vector
# instructions, the same tests and the same pinned bits) and view_tests (native: the views in a headless ImGui).
# Each is one doctest executable of all .cpp files in its folder; doctest's main is written here.
# Their files are compiled several at once, see conv_joined.
# In the tests, CONV_SOURCE_DIR and CONV_ASSETS_DIR are the tree and the folder with the made fonts and digits.

# joined = files that each include up to six of the sources, neighbours of one folder: the headers, which take most of the
# time, are read and what they need is made once for six. Each source is in a namespace of its own, so that its helpers
# may be called as they like; what it includes has been included before, outside of it.
function(conv_joined joined name)
  set(files "")
  set(count 0)
  set(last_folder "")
  foreach(source IN LISTS ARGN ITEMS "")
    get_filename_component(folder "${source}" DIRECTORY)
    if(count GREATER 0 AND (count EQUAL 6 OR NOT folder STREQUAL last_folder))
      list(LENGTH files number)
      set(file "${CMAKE_BINARY_DIR}/generated/${name}_${number}.cpp")
      list(REMOVE_DUPLICATES includes)
      list(JOIN includes "\n" includes)
      file(CONFIGURE OUTPUT "${file}" CONTENT "@includes@\n\n@bodies@" @ONLY)
      list(APPEND files "${file}")
      set(count 0)
    endif()
    if(source)
      if(count EQUAL 0)
        set(includes "")
        set(bodies "")
      endif()
      file(STRINGS "${source}" its_includes REGEX "^#include")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
      list(APPEND includes ${its_includes})
      file(RELATIVE_PATH path "${PROJECT_SOURCE_DIR}" "${source}")
      string(APPEND bodies "namespace joined_${count} {\n#include \"${path}\"\n}\n")
      math(EXPR count "${count} + 1")
      set(last_folder "${folder}")
    endif()
  endforeach()
  set(${joined} "${files}" PARENT_SCOPE)
endfunction()

function(conv_tests name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
  if(NOT sources)
    return()
  endif()
  set(alone ${sources})
  list(FILTER alone INCLUDE REGEX "allocation_test")  # it has its own operator new
  list(FILTER sources EXCLUDE REGEX "allocation_test")
  conv_joined(sources ${name} ${sources})
  set(sanitized false)
  if(CONV_PLAYGROUND_SANITIZE)
    set(sanitized true)
    set(alone "")
    conv_compiled(objects ${name} ${sources})
    if(objects)
      # The rooms first: of inline functions, which both have, the checked ones are linked.
      set(sources "")
      foreach(room ${ARGN})
        list(APPEND sources $<TARGET_OBJECTS:${room}>)
      endforeach()
      list(APPEND sources ${objects})
    endif()
  endif()
  set(main "${CMAKE_BINARY_DIR}/generated/doctest_main.cpp")
  file(CONFIGURE OUTPUT "${main}" CONTENT "#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
extern const bool kSanitized;
const bool kSanitized = @sanitized@;\n" @ONLY)
  add_executable(${name} ${sources} ${alone} "${main}")
  target_link_libraries(${name} PRIVATE ${ARGN} doctest json conv_flags)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
  target_compile_definitions(${name} PRIVATE CONV_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    CONV_ASSETS_DIR="${CMAKE_BINARY_DIR}/assets" DOCTEST_CONFIG_SUPER_FAST_ASSERTS)
  # What is tested is optimised as it is shipped; optimising the tests themselves takes longer than they do.
  target_compile_options(${name} PRIVATE -O1)
  if(EMSCRIPTEN)
    # doctest needs exceptions; the tests read files of the machine through Node.
    target_compile_options(${name} PRIVATE -fwasm-exceptions)
    target_link_options(${name} PRIVATE -O1 -fwasm-exceptions -sALLOW_MEMORY_GROWTH=1 -sNODERAWFS=1 -sEXIT_RUNTIME=1
      -sENVIRONMENT=node -sTOTAL_STACK=1048576)
    set_target_properties(${name} PROPERTIES SUFFIX ".js")
  endif()
  if(TARGET assets)
    add_dependencies(${name} assets)
  endif()
endfunction()

conv_tests(unit_tests tests/unit app lessons training classifier nn)
if(NOT EMSCRIPTEN)
  conv_tests(view_tests tests/views raster views app lessons nn imgui)
  file(GLOB_RECURSE engine_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/engine/*.cpp")
  add_library(nn_scalar STATIC ${engine_sources})
  target_include_directories(nn_scalar PUBLIC "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(nn_scalar PUBLIC NN_SIMD_SCALAR)
  target_link_libraries(nn_scalar PRIVATE conv_flags conv_lean)
  conv_tests(unit_tests_scalar tests/unit/engine nn_scalar)

  # Not a test: GFLOP/s of the kernels. cmake --build build/native --target engine_bench && build/native/engine_bench
  add_executable(engine_bench EXCLUDE_FROM_ALL tests/bench/engine_bench.cpp)
  target_link_libraries(engine_bench PRIVATE nn conv_flags)
endif()

# Programs that libFuzzer feeds with bytes of its making: fuzz_<target> of each tests/fuzz/<target>.cpp, all with
# fuzz.cpp. Target `fuzzers`; sh tests/run.sh fuzz runs them.
if(CONV_HAS_FUZZER)
  add_library(fuzz_support STATIC tests/fuzz/fuzz.cpp)
  target_link_libraries(fuzz_support PUBLIC app lessons training nn doctest json conv_flags)
  target_compile_definitions(fuzz_support PUBLIC CONV_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    CONV_ASSETS_DIR="${CMAKE_BINARY_DIR}/assets")
  add_custom_target(fuzzers)
  file(GLOB fuzz_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/fuzz/*.cpp")
  foreach(source ${fuzz_sources})
    get_filename_component(target ${source} NAME_WE)
    if(target STREQUAL "fuzz")
      continue()
    endif()
    add_executable(fuzz_${target} EXCLUDE_FROM_ALL ${source})
    target_link_libraries(fuzz_${target} PRIVATE fuzz_support)
    target_link_options(fuzz_${target} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers fuzz_${target})
    if(TARGET assets)
      add_dependencies(fuzz_${target} assets)
    endif()
  endforeach()
endif()
