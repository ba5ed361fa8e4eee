# The target unlzma: unlzma.wasm, which unpacks the page's parts, from the LZMA SDK's decoder. Included for the web build
# alone; without the SDK there is no such target, and the page is packed with gzip alone.
if(NOT lzma_SOURCE_DIR)
  return()
endif()
add_executable(unlzma web/unpack/unlzma.c "${lzma_SOURCE_DIR}/C/LzmaDec.c")
target_include_directories(unlzma SYSTEM PRIVATE "${lzma_SOURCE_DIR}/C")
target_compile_options(unlzma PRIVATE -O3)
target_link_options(unlzma PRIVATE -O3 --no-entry -sSTANDALONE_WASM=1 -sFILESYSTEM=0 -sALLOW_MEMORY_GROWTH=1
  -sINITIAL_MEMORY=1048576 -sMALLOC=emmalloc -sTOTAL_STACK=65536 -sEXPORTED_FUNCTIONS=_malloc)
set_target_properties(unlzma PROPERTIES SUFFIX ".wasm")
set(CONV_UNLZMA "${CMAKE_BINARY_DIR}/unlzma.wasm")
