# The target `dist`: the site, assembled anew in dist/ whenever one of its parts changed.
set(CONV_PLAYGROUND_DIST "${PROJECT_SOURCE_DIR}/dist" CACHE PATH "The folder of the site")
set(dist "${CONV_PLAYGROUND_DIST}")
get_filename_component(beside "${dist}" DIRECTORY)
file(GLOB page CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/web/page/*.js" "${PROJECT_SOURCE_DIR}/web/page/*.svg"
  "${PROJECT_SOURCE_DIR}/index.html")
file(GLOB example CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/web/example/*" "${PROJECT_SOURCE_DIR}/web/teachers/*")
set(bundle "${PROJECT_SOURCE_DIR}/cmake/bundle.mjs")
set(parts "")
if(EXISTS "${PROJECT_SOURCE_DIR}/web/data/linear_classifier.txt" AND EXISTS "${PROJECT_SOURCE_DIR}/web/data/cnn_classifier.txt")
  set(parts --data "${assets_dir}/playground.data.bin" --digits "${assets_dir}/training.data.bin")
  include(cmake/stills.cmake)
  list(APPEND parts --stills "${stills_dir}")
endif()

set(packer --minify "${uglify_SOURCE_DIR}/tools/node.js")
if(CONV_UNLZMA)
  list(APPEND packer --unlzma "${CONV_UNLZMA}" --python "${CONV_PYTHON}")
endif()

# The licences of what is inside the site, as those licences ask.
set(licence_names imgui sdl2 json pretendard mnist jcrop)
set(licence_files LICENSE.txt LICENSE.txt LICENSE.MIT dist/LICENSE.txt LICENSE MIT-LICENSE.txt)
set(licences "What is inside this playground, with its licences.\n")
foreach(name file IN ZIP_LISTS licence_names licence_files)
  if(EXISTS "${${name}_SOURCE_DIR}/${file}")
    file(READ "${${name}_SOURCE_DIR}/${file}" text)
    get_property(version GLOBAL PROPERTY conv_${name}_VERSION)
    string(APPEND licences "\n==== ${name} ${version} ====\n\n${text}")
  endif()
endforeach()
# What the compiler brings along.
if(EXISTS "${EMSCRIPTEN_ROOT_PATH}/system/lib/libc/musl/COPYRIGHT")
  file(READ "${EMSCRIPTEN_ROOT_PATH}/system/lib/libc/musl/COPYRIGHT" text)
  string(APPEND licences "\n==== musl ====\n\n${text}")
endif()
string(APPEND licences "\n==== Emscripten ${EMSCRIPTEN_VERSION} ====\n
Parts of playground.js are Emscripten's (MIT or University of Illinois/NCSA), and parts of the .wasm files those of LLVM's
libc++, libc++abi and compiler-rt (Apache-2.0 with LLVM exceptions), and of musl, above, as wasi-libc has it, too.\n")
# These have theirs at the head of a file.
file(STRINGS "${qrcode_SOURCE_DIR}/dist/qrcode.js" head LIMIT_COUNT 8 REGEX "^// *[^- ]")
string(REGEX REPLACE "(^|;)// *" "\n" head "${head}")
get_property(version GLOBAL PROPERTY conv_qrcode_VERSION)
string(APPEND licences "\n==== qrcode-generator ${version} ====\n${head}\n")
if(CONV_UNLZMA)
  file(STRINGS "${lzma_SOURCE_DIR}/C/LzmaDec.c" head LIMIT_COUNT 2)
  string(REGEX REPLACE "(^|;)/\\* *|\\*/" "\n" head "${head}")
  get_property(version GLOBAL PROPERTY conv_lzma_VERSION)
  string(APPEND licences "\n==== LZMA SDK ${version} ====\n${head}\n")
endif()
set(licences_file "${CMAKE_BINARY_DIR}/generated/licences.txt")
set(before "")
if(EXISTS "${licences_file}")
  file(READ "${licences_file}" before)
endif()
if(NOT before STREQUAL licences)
  file(WRITE "${licences_file}" "${licences}")
endif()
list(APPEND page "${licences_file}" "${qrcode_SOURCE_DIR}/dist/qrcode.js" "${PROJECT_SOURCE_DIR}/engine/api/engine.mjs" "${CMAKE_BINARY_DIR}/engine.wasm" ${CONV_RELAXED_WASM})

add_custom_command(OUTPUT "${CMAKE_BINARY_DIR}/dist.stamp"
  COMMAND "${CONV_NODE}" "${bundle}" --dist "${dist}" --strings "${PROJECT_SOURCE_DIR}/web/strings"
          --example "${PROJECT_SOURCE_DIR}/web/example" --teachers "${PROJECT_SOURCE_DIR}/web/teachers"
          --wasm "${CMAKE_BINARY_DIR}/playground.wasm" ${parts} ${packer}
          --font-regular "${assets_dir}/font-regular.ttf" --font-bold "${assets_dir}/font-bold.ttf"
          "${CMAKE_BINARY_DIR}/playground.js" ${page}
  COMMAND "${CMAKE_COMMAND}" -E touch "${CMAKE_BINARY_DIR}/dist.stamp"
  DEPENDS playground engine_wasm ${CONV_UNLZMA} ${stills_stamp} "${bundle}" ${CONV_ASSETS} ${page} ${example} ${languages} VERBATIM COMMENT "Assembling dist/")
add_custom_target(dist DEPENDS "${CMAKE_BINARY_DIR}/dist.stamp")

# The target `zip`: the site as one versioned file, for a download or a course system. Same site, same bytes.
set(zip_name "convolution-playground-${PROJECT_VERSION}")
add_custom_target(zip DEPENDS "${CMAKE_BINARY_DIR}/dist.stamp" COMMAND "${CONV_NODE}" "${PROJECT_SOURCE_DIR}/cmake/zip.mjs"
  --dir "${dist}" --out "${beside}/dist.zip" --top "${zip_name}" VERBATIM COMMENT "Packing dist.zip")

# The target `scorm`: the lessons as a package for course systems.
set(scorm "${CMAKE_BINARY_DIR}/scorm")
add_custom_target(scorm DEPENDS "${CMAKE_BINARY_DIR}/dist.stamp"
  COMMAND "${CONV_NODE}" "${PROJECT_SOURCE_DIR}/cmake/scorm.mjs" --dist "${dist}" --out "${scorm}"
          --strings "${PROJECT_SOURCE_DIR}/web/strings" --lessons "${PROJECT_SOURCE_DIR}/web/lessons/lessons.cpp"
          --adapter "${PROJECT_SOURCE_DIR}/web/scorm/scorm.js" --version "${PROJECT_VERSION}"
  COMMAND "${CONV_NODE}" "${PROJECT_SOURCE_DIR}/cmake/zip.mjs" --dir "${scorm}" --out "${beside}/scorm.zip"
  VERBATIM COMMENT "Packing scorm.zip")
