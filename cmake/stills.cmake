# The folder stills/ of the site: a picture of every lesson, shown where the program cannot run. Node runs the program that
# draws them; there is no graphics card in a build. `stills_dir` is where they are, `stills_stamp` the file that says so.
set(stills_dir "${CMAKE_BINARY_DIR}/stills")
set(stills_stamp "${stills_dir}.stamp")
add_executable(stills web/stills/stills.cpp)
target_link_libraries(stills PRIVATE raster conv_flags conv_lean)
# Compiled at once when it starts: the other way, emcc 3.1.6's output would fetch its own .wasm by path.
target_link_options(stills PRIVATE -O1 -fno-exceptions -sALLOW_MEMORY_GROWTH=1 -sNODERAWFS=1 -sENVIRONMENT=node
  -sWASM_ASYNC_COMPILATION=0 -sEXIT_RUNTIME=1 -sTOTAL_STACK=1048576)
set_target_properties(stills PROPERTIES SUFFIX ".js")
set(stills_pack "${PROJECT_SOURCE_DIR}/cmake/stills.mjs")
set(stills_show "${PROJECT_SOURCE_DIR}/web/stills/show.js")
set(drawn "${CMAKE_BINARY_DIR}/generated/stills")
add_custom_command(OUTPUT "${stills_stamp}"
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${drawn}" "${stills_dir}"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${drawn}" "${stills_dir}"
  COMMAND "${CONV_NODE}" "${CMAKE_BINARY_DIR}/stills.js" "${assets_dir}" "${drawn}"
  COMMAND "${CONV_NODE}" "${stills_pack}" --drawn "${drawn}" --out "${stills_dir}"
          --strings "${PROJECT_SOURCE_DIR}/web/strings" --lessons "${PROJECT_SOURCE_DIR}/web/lessons/lessons.cpp" --show "${stills_show}"
  COMMAND "${CMAKE_COMMAND}" -E touch "${stills_stamp}"
  DEPENDS stills "${stills_pack}" "${PROJECT_SOURCE_DIR}/cmake/crc32.mjs" "${stills_show}" ${CONV_ASSETS} ${languages} VERBATIM COMMENT "Drawing the still pictures")
