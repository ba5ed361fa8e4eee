# Set-up shared by web/play.sh and tests/run.sh; sourced, POSIX sh. Before sourcing: root=<top of the tree>.
#
#   need TEST PACKAGE WHY      TEST: a command's name, or a function have_… that says whether the thing is there
#   wish TEST PACKAGES WHY     the same for what can be done without
#   install_needed             installs what need() found missing, or says what to type and returns 1; then, if it can,
#                              what wish() found missing
#   configure wasm|native|sanitized      runs CMake; on failure prints one sentence and returns 1
#   build wasm|native|sanitized TARGET…  compiles
#
# CONV_PLAYGROUND_CACHE: where downloads and the compiled SDL2 are kept (default: ~/.cache/conv-playground).
# CONV_PLAYGROUND_BUILD: the folder of the builds (default: build/ in the tree). CONV_PLAYGROUND_DIST: the folder of the
# site (default: dist/ in the tree), beside which dist.zip and scorm.zip go.

build_root=${CONV_PLAYGROUND_BUILD:-$root/build}
dist_root=${CONV_PLAYGROUND_DIST:-$root/dist}
needed_packages=
needed_text=
wished_packages=
wished_text=

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }
have_fonttools() {
  for python in /usr/bin/python3 python3 python; do
    "$python" -c 'import fontTools.subset, lzma' >/dev/null 2>&1 && return 0
  done
  return 1
}
have_numpy() {
  for python in /usr/bin/python3 python3 python; do
    "$python" -c 'import numpy' >/dev/null 2>&1 && return 0
  done
  return 1
}
have_compiler() { have c++ || have g++ || have clang++; }
have_fuzzer() {
  have clang++ && [ -n "$(ls "$(clang++ -print-resource-dir)"/lib/linux/libclang_rt.fuzzer-*.a 2>/dev/null)" ]
}
have_chromium() { find_chromium >/dev/null; }
have_firefox() { { have firefox-esr || have firefox; } && have Xvfb; }
have_webkit() { have WebKitWebDriver && have Xvfb; }
have_certificates() { [ -e /etc/ssl/certs/ca-certificates.crt ] || [ ! -e /etc/debian_version ]; }
have_sdl2() { have sdl2-config || [ -e /usr/include/SDL2/SDL.h ]; }
have_gl() { [ -e /usr/include/GL/gl.h ] || [ "$(uname -s)" = Darwin ]; }
have_relaxed_clang() {
  for version in 22 21 20 19; do
    have clang++-$version && have wasm-ld-$version && [ -e /usr/lib/wasm32-wasi/libc.a ] &&
      [ -e /usr/lib/llvm-$version/lib/wasm32-wasi/libc++.a ] && return 0
  done
  return 1
}
find_chromium() {
  command -v chromium 2>/dev/null || command -v chromium-browser 2>/dev/null || command -v google-chrome 2>/dev/null
}

is_there() {
  case $1 in
    have_*) "$1" ;;
    *) have "$1" ;;
  esac
}
need() {
  is_there "$1" && return 0
  needed_packages="$needed_packages $2"
  needed_text="$needed_text
  $2: $3"
}
wish() {
  is_there "$1" && return 0
  wished_packages="$wished_packages $2"
  wished_text="$wished_text
  $2: $3"
}

need_for_wasm() {
  need cmake cmake "says what is to be compiled"
  need ninja ninja-build "runs the compilers"
  need emcc emscripten "compiles C++ to WebAssembly"
  need node nodejs "packs the page's data and serves it"
  need npm npm "fetches the handwritten digits and the typeface"
  need have_fonttools python3-fonttools "cuts the typeface down to the characters in use"
  need have_certificates ca-certificates "lets downloads be checked"
  wish have_relaxed_clang \
    "clang-19 lld-19 wasi-libc libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 libclang-rt-19-dev-wasm32" \
    "compile the engine with fused multiply-add, too (engine-relaxed.wasm)"
}

need_for_native() {
  need cmake cmake "says what is to be compiled"
  need ninja ninja-build "runs the compilers"
  need have_compiler g++ "compiles C++ for this machine"
  need node nodejs "packs the data"
  need npm npm "fetches the handwritten digits and the typeface"
  need have_fonttools python3-fonttools "cuts the typeface down to the characters in use"
  need have_certificates ca-certificates "lets downloads be checked"
  need have_sdl2 libsdl2-dev "opens the desktop window"
  need have_gl libgl-dev "draws in it"
}

# Tried once for each build folder.
install_wished() {
  [ -n "$wished_packages" ] && have apt-get || return 0
  [ "$(cat "$build_root/wished.txt" 2>/dev/null)" != "$wished_packages" ] || return 0
  if [ "$(id -u)" = 0 ]; then as_root=; elif have sudo && sudo -n true 2>/dev/null; then as_root=sudo; else return 0; fi
  say "Not necessary, but good to have:$wished_text"
  mkdir -p "$build_root" 2>/dev/null && printf '%s\n' "$wished_packages" >"$build_root/wished.txt" 2>/dev/null
  options="-q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2"
  { $as_root apt-get $options update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get $options install --no-install-recommends $wished_packages
  } >/dev/null 2>&1 || say "apt-get could not install that; going on without."
}

install_needed() {
  install_necessary && install_wished
}

install_necessary() {
  [ -n "$needed_packages" ] || return 0
  say "This machine still needs:$needed_text"
  command="apt-get update && apt-get install -y --no-install-recommends$needed_packages"
  if ! have apt-get; then
    complain "There is no apt-get here, so please install these with your own package manager and run this again (on Debian the command, as root, is: $command)."
    return 1
  fi
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=sudo
  else
    complain "Installing them takes root, which this user is not and sudo does not give; please type this as root and run this again: $command"
    return 1
  fi
  say "Installing them with apt-get${as_root:+ through sudo}; this can take some minutes."
  options="-q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2"
  $as_root apt-get $options update ||
    complain "apt-get update did not succeed; trying with the package lists that are here."
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get $options install --no-install-recommends $needed_packages || {
    complain "apt-get could not install$needed_packages: a network is needed for this once; with one, run this again, or type as root: $command"
    return 1
  }
}

# emcc writes compiled system libraries to its cache; one in a folder that is not ours to write gets another place.
# (Debian's is complete and frozen.)
prepare_emscripten() {
  have em-config || return 0
  [ -z "${EM_CACHE:-}" ] || return 0
  [ "$(em-config FROZEN_CACHE 2>/dev/null)" != True ] || return 0
  cache=$(em-config CACHE 2>/dev/null)
  if [ -n "$cache" ] && [ -d "$cache" ] && [ ! -w "$cache" ]; then
    EM_CACHE=${CONV_PLAYGROUND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/conv-playground}/emscripten
    export EM_CACHE
    say "Emscripten's own cache cannot be written; using $EM_CACHE."
  fi
}

# A build folder of another compiler, or copied from another place, is made anew.
forget_if_changed() {
  kind=$1 identity=$2
  folder=$build_root/$kind
  if [ -e "$folder/CMakeCache.txt" ] && [ "$(cat "$folder/identity.txt" 2>/dev/null)" != "$identity" ]; then
    say "The compiler or the place of this folder has changed; building anew."
    rm -rf "$folder"
  fi
  mkdir -p "$folder" && printf '%s\n' "$identity" >"$folder/identity.txt"
}

# may_write FOLDER VARIABLE: makes the folder; a sentence says which variable names another one.
may_write() {
  { mkdir -p "$1" && [ -w "$1" ]; } 2>/dev/null && return 0
  complain "The folder $1 cannot be written: run this as a user who may, or set $2 to another folder."
  return 1
}

# CMake with its notes shown, its errors only in the log: the sentence of error.txt is shown instead.
configure() {
  kind=$1
  folder=$build_root/$kind
  log=$build_root/logs/configure-$kind.txt
  may_write "$build_root" CONV_PLAYGROUND_BUILD && may_write "$build_root/logs" CONV_PLAYGROUND_BUILD || return 1
  if [ "$kind" = wasm ]; then
    may_write "$dist_root" CONV_PLAYGROUND_DIST || return 1
    prepare_emscripten
    forget_if_changed wasm "$root | $(command -v emcc) | $(emcc --version 2>/dev/null | sed 1q)"
    launcher=emcmake
  elif [ "$kind" = sanitized ]; then
    if have_fuzzer; then compiler=clang++; else compiler=c++; fi
    forget_if_changed sanitized "$root | $(command -v $compiler || command -v g++ || command -v clang++)"
    launcher=
  else
    forget_if_changed native "$root | $(command -v c++ || command -v g++ || command -v clang++)"
    launcher=
  fi
  set --
  if [ "$kind" = sanitized ]; then
    set -- -DCONV_PLAYGROUND_SANITIZE=ON -DCONV_PLAYGROUND_APP=OFF "-DCONV_PLAYGROUND_TESTS_FROM=$build_root/native"
    [ "$compiler" != clang++ ] || set -- "$@" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
  fi
  rm -f "$folder/error.txt"
  { $launcher cmake -S "$root" -B "$folder" -G Ninja -DCONV_PLAYGROUND_DIST="$dist_root" "$@" 2>&1; echo "status $?"; } | (
    result=1
    : >"$log"
    while IFS= read -r line; do
      case $line in
        "status "*) result=${line#status } ;;
        "-- Fetching"* | "-- SDL2 "* | "-- The cache "* | "-- No SDL2"* | "-- engine-relaxed"* | *"going on without"* | *"SHA-256"*) say "${line#-- }" ;;
      esac
      printf '%s\n' "$line" >>"$log"
    done
    exit "$result"
  ) && return 0
  if [ -s "$folder/error.txt" ]; then
    complain "$(cat "$folder/error.txt")"
  else
    complain "CMake could not prepare the $kind build; the end of $log says why:"
    tail -n 20 "$log" >&2
  fi
  return 1
}

build() {
  kind=$1
  shift
  cmake --build "$build_root/$kind" -j "${CONV_PLAYGROUND_JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}" --target "$@"
}
