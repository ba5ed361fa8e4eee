# The target `assets`: subset fonts, and the digits, the photograph and the classifiers' weights as one binary file,
# and the digits for training as another, in ${CMAKE_BINARY_DIR}/assets.
set(assets_dir "${CMAKE_BINARY_DIR}/assets")
file(MAKE_DIRECTORY "${assets_dir}")
set(CONV_ASSETS "")

# Any Python that has fontTools; Debian's own first (python3-fonttools), since another may come earlier on PATH.
if(NOT CONV_PYTHON)
  foreach(candidate /usr/bin/python3 python3 python)
    execute_process(COMMAND ${candidate} -c "import fontTools.subset, lzma" RESULT_VARIABLE bad OUTPUT_QUIET ERROR_QUIET)
    if(bad STREQUAL "0")
      set(CONV_PYTHON ${candidate} CACHE STRING "A Python 3 that can import fontTools")
      break()
    endif()
  endforeach()
endif()
if(NOT CONV_PYTHON)
  conv_fail("No Python with fontTools was found, which makes the fonts: install it (on Debian: apt-get install python3-fonttools; elsewhere: python3 -m pip install fonttools) and run this again.")
endif()
find_program(CONV_NODE NAMES node nodejs)
if(NOT CONV_NODE)
  conv_fail("Node.js was not found, which packs the data: install it (on Debian: apt-get install nodejs) and run this again.")
endif()

file(GLOB languages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/web/strings/*.json")
foreach(weight Regular Bold)
  string(TOLOWER ${weight} lower)
  set(font "${assets_dir}/font-${lower}.ttf")
  set(original "${pretendard_SOURCE_DIR}/dist/public/static/alternative/Pretendard-${weight}.ttf")
  add_custom_command(OUTPUT "${font}"
    COMMAND "${CONV_PYTHON}" "${PROJECT_SOURCE_DIR}/cmake/subset_font.py" --font "${original}" --out "${font}"
            ${languages}
    DEPENDS "${PROJECT_SOURCE_DIR}/cmake/subset_font.py" ${languages} VERBATIM
    COMMENT "Subsetting the font (${lower})")
  list(APPEND CONV_ASSETS "${font}")
endforeach()

set(convert "${PROJECT_SOURCE_DIR}/web/data/convert.mjs")
set(convert_parts "${convert}" "${PROJECT_SOURCE_DIR}/web/data/jpeg_eighth.mjs")
set(weights "${PROJECT_SOURCE_DIR}/web/data/linear_classifier.txt")
set(network "${PROJECT_SOURCE_DIR}/web/data/cnn_classifier.txt")
set(photo "${jcrop_SOURCE_DIR}/demos/demo_files/pool.jpg")
if(EXISTS "${convert}")
  add_custom_command(OUTPUT "${assets_dir}/mnist.bin"  # all ten thousand digits, for training and its test
    COMMAND "${CONV_NODE}" "${convert}" --digits "${mnist_SOURCE_DIR}/src/digits" --all "${assets_dir}/mnist.bin"
    DEPENDS ${convert_parts} VERBATIM COMMENT "Converting all digits for training")
  list(APPEND CONV_ASSETS "${assets_dir}/mnist.bin")
  add_custom_command(OUTPUT "${assets_dir}/training.data.bin"  # six thousand, for training in the page
    COMMAND "${CONV_NODE}" "${convert}" --digits "${mnist_SOURCE_DIR}/src/digits"
            --training "${assets_dir}/training.data.bin"
    DEPENDS ${convert_parts} VERBATIM COMMENT "Converting digits for training in the page")
  list(APPEND CONV_ASSETS "${assets_dir}/training.data.bin")
endif()
if(EXISTS "${convert}" AND EXISTS "${weights}" AND EXISTS "${network}")
  add_custom_command(OUTPUT "${assets_dir}/playground.data.bin"
    COMMAND "${CONV_NODE}" "${convert}" --digits "${mnist_SOURCE_DIR}/src/digits" --weights "${weights}"
            --network "${network}" --photo "${photo}" --out "${assets_dir}/playground.data.bin"
    DEPENDS ${convert_parts} "${weights}" "${network}" VERBATIM COMMENT "Converting digits, photograph and weights")
  list(APPEND CONV_ASSETS "${assets_dir}/playground.data.bin")
endif()
add_custom_target(assets ALL DEPENDS ${CONV_ASSETS})
