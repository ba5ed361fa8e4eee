# SDL2 for WebAssembly: the target `sdl2`, a static library.
#
# Not through SDL's own CMake, which runs emcc for minutes on checks whose answers are in the ready-made
# SDL_config_emscripten.h, but by compiling the files that a window with OpenGL ES needs. The finished library is
# kept in the cache under a key made of everything it depends on, with its hash beside it.
set(CONV_SDL2_FILES
  SDL.c SDL_assert.c SDL_dataqueue.c SDL_error.c SDL_guid.c SDL_hints.c SDL_list.c SDL_log.c SDL_utils.c
  atomic/SDL_atomic.c atomic/SDL_spinlock.c cpuinfo/SDL_cpuinfo.c
  events/SDL_clipboardevents.c events/SDL_displayevents.c events/SDL_dropevents.c events/SDL_events.c
  events/SDL_gesture.c events/SDL_keyboard.c events/SDL_mouse.c events/SDL_quit.c events/SDL_touch.c
  events/SDL_windowevents.c file/SDL_rwops.c filesystem/emscripten/SDL_sysfilesystem.c
  loadso/dummy/SDL_sysloadso.c locale/SDL_locale.c locale/emscripten/SDL_syslocale.c
  misc/SDL_url.c misc/dummy/SDL_sysurl.c power/SDL_power.c power/emscripten/SDL_syspower.c
  stdlib/SDL_crc16.c stdlib/SDL_crc32.c stdlib/SDL_getenv.c stdlib/SDL_iconv.c stdlib/SDL_malloc.c
  stdlib/SDL_qsort.c stdlib/SDL_stdlib.c stdlib/SDL_string.c stdlib/SDL_strtokr.c
  thread/SDL_thread.c thread/generic/SDL_syscond.c thread/generic/SDL_sysmutex.c thread/generic/SDL_syssem.c
  thread/generic/SDL_systhread.c thread/generic/SDL_systls.c timer/SDL_timer.c timer/unix/SDL_systimer.c
  video/SDL_bmp.c video/SDL_clipboard.c video/SDL_egl.c video/SDL_fillrect.c video/SDL_pixels.c video/SDL_rect.c
  video/SDL_shape.c video/SDL_stretch.c video/SDL_surface.c video/SDL_video.c video/SDL_yuv.c
  video/yuv2rgb/yuv_rgb.c video/emscripten/SDL_emscriptenevents.c video/emscripten/SDL_emscriptenframebuffer.c
  video/emscripten/SDL_emscriptenmouse.c video/emscripten/SDL_emscriptenopengles.c
  video/emscripten/SDL_emscriptenvideo.c)
set(CONV_SDL2_FLAGS ${CONV_FOR_SIZE} -fno-slp-vectorize -msimd128 -w -DSDL_AUDIO_DISABLED=1 -DSDL_JOYSTICK_DISABLED=1
    -DSDL_SENSOR_DISABLED=1
    -DSDL_HAPTIC_DISABLED=1 -DSDL_RENDER_DISABLED=1 -DSDL_LOADSO_DISABLED=1)

function(conv_add_sdl2_wasm source_dir)
  execute_process(COMMAND "${CMAKE_C_COMPILER}" --version OUTPUT_VARIABLE version ERROR_QUIET)
  file(SHA256 "${PROJECT_SOURCE_DIR}/cmake/sdl2_unused.c" stubs)
  # Files other than the pinned ones (somebody's own SDL2) must not share their library with the pinned ones.
  if(NOT source_dir MATCHES "^${CMAKE_BINARY_DIR}/_deps/sdl2-")
    set(origin "${source_dir}")
  else()
    string(REGEX REPLACE ".*/_deps/sdl2-([0-9a-f]+)/.*" "\\1" origin "${source_dir}")
  endif()
  string(SHA256 key "${origin};${CONV_SDL2_FILES};${CONV_SDL2_FLAGS};${version};${stubs}")
  set(kept "${CONV_CACHE}/sdl2-wasm/${key}/libSDL2.a")
  set(library "${CMAKE_BINARY_DIR}/lib/libSDL2.a")

  set(found FALSE)
  if(EXISTS "${kept}" AND EXISTS "${kept}.sha256")
    file(SHA256 "${kept}" actual)
    file(READ "${kept}.sha256" expected LIMIT 64)
    if(actual STREQUAL expected)
      set(found TRUE)
    else()
      message(STATUS "${kept} does not have the SHA-256 recorded beside it; compiling SDL2 again")
    endif()
  endif()
  if(found)
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
    file(COPY_FILE "${kept}" "${library}" ONLY_IF_DIFFERENT)
    add_library(sdl2 STATIC IMPORTED GLOBAL)
    set_target_properties(sdl2 PROPERTIES IMPORTED_LOCATION "${library}")
    target_include_directories(sdl2 SYSTEM INTERFACE "${source_dir}/include")
  else()
    list(LENGTH CONV_SDL2_FILES count)
    message(STATUS "SDL2 will be compiled once (${count} files, under a minute) and kept in ${CONV_CACHE}")
    list(TRANSFORM CONV_SDL2_FILES PREPEND "${source_dir}/src/" OUTPUT_VARIABLE files)
    add_library(sdl2 STATIC ${files} "${PROJECT_SOURCE_DIR}/cmake/sdl2_unused.c")
    set_target_properties(sdl2 PROPERTIES OUTPUT_NAME SDL2 ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
    target_include_directories(sdl2 SYSTEM PUBLIC "${source_dir}/include")
    target_compile_options(sdl2 PRIVATE ${CONV_SDL2_FLAGS} ${CONV_NO_SDL1})
    add_custom_command(TARGET sdl2 POST_BUILD
      COMMAND "${CMAKE_COMMAND}" -DFROM=$<TARGET_FILE:sdl2> -DTO=${kept}
              -P "${PROJECT_SOURCE_DIR}/cmake/keep.cmake" VERBATIM)
  endif()
  target_compile_definitions(sdl2 INTERFACE SDL_MAIN_HANDLED)
  target_compile_options(sdl2 INTERFACE ${CONV_NO_SDL1})
  target_link_options(sdl2 INTERFACE -sUSE_SDL=0)
endfunction()
