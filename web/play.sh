#!/bin/sh
# Builds the Convolution Playground and shows it: sh web/play.sh [--help]
set -u
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
. "$root/cmake/setup.sh"

usage() {
  cat <<'END'
Usage: sh web/play.sh [--native | --no-serve | --zip | --scorm] [--port N]
  (nothing)    install what is missing, build the page into dist/, serve it on 127.0.0.1 and print the address
  --native     build and open the same playground in a desktop window
  --no-serve   only build dist/
  --zip        only build dist/ and pack it as dist.zip, to hand on or to upload
  --scorm      only build dist/ and pack the lessons as scorm.zip (SCORM 1.2), for a course system
  --port N     serve on port N (1 to 65535) instead of a free one
  --help       this text
END
}

refuse() {
  complain "$1"
  usage >&2
  exit 2
}

native= serve=yes zip= scorm= port=
while [ $# -gt 0 ]; do
  case $1 in
    --native) native=yes ;;
    --no-serve) serve= ;;
    --zip) serve= zip=zip ;;
    --scorm) serve= scorm=scorm ;;
    --port | --port=*)
      case $1 in
        --port=*) port=${1#--port=} ;;
        *) port=${2:-}; [ $# -eq 1 ] || shift ;;
      esac
      case $port in '' | *[!0-9]* | ??????*) valid= ;; *) valid=yes ;; esac
      [ -n "$valid" ] && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] ||
        refuse "--port needs a number from 1 to 65535, not \"$port\"."
      ;;
    -h | --help) usage; exit 0 ;;
    *) refuse "There is no option $1." ;;
  esac
  shift
done

free_port() {  # said before the long part, if it can be
  [ -z "$port" ] || ! have node || node "$root/cmake/serve.mjs" --port "$port" --check
}

if [ -n "$native" ]; then
  need_for_native
  install_needed && configure native || exit 1
  if ! grep -q '^build playground:' "$build_root/native/build.ninja"; then
    complain "The desktop window needs SDL2 and OpenGL development files, which CMake did not find (on Debian: apt-get install libsdl2-dev libgl-dev)."
    exit 1
  fi
  build native playground || exit 1
  if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    complain "The playground is built as $build_root/native/playground, but there is no screen here (DISPLAY is not set); sh web/play.sh shows it in a browser instead."
    exit 1
  fi
  exec "$build_root/native/playground"
fi

[ -z "$serve" ] || free_port || exit 1
need_for_wasm
install_needed && configure wasm && build wasm dist $zip $scorm || exit 1
if [ -n "$zip" ]; then
  say "The site is packed in $(dirname -- "$dist_root")/dist.zip; unpacked anywhere, its index.html opens by a double click."
fi
if [ -n "$scorm" ]; then
  say "The lessons are packed in $(dirname -- "$dist_root")/scorm.zip; a course system takes it as a SCORM 1.2 package, each lesson an item."
fi
[ -z "$zip$scorm" ] || exit 0
if [ -z "$serve" ]; then
  say "The page is in $dist_root; open its index.html, or put the folder on any web server."
  exit 0
fi
say "The playground is served at the following address, until Ctrl+C:"
exec node "$root/cmake/serve.mjs" --dir "$dist_root" ${port:+--port "$port"}
