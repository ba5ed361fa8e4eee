#!/bin/sh
# All set-up that the tests need, both builds, and every test: sh tests/run.sh [SUITE…]
#   suites: native views sanitized fuzz wasm engine browser setup   (default: all)
#           sanitized: the unit and view tests over code that stops at the first undefined behaviour
#           fuzz: tests/fuzz/*.cpp for FUZZ_SECONDS each (default 3)
#           browser: LOAD_HOURS=8 is so many hours of learning in time-lapse (default 0.15), see load.test.mjs
# Each suite's output is kept in build/logs/, pictures in build/artifacts/. The last line is "N passed, N failed";
# the exit status is 0 only when nothing failed and every suite ran. A suite that crashes, hangs, is empty or cannot
# be built counts as one failed test at least. What keeps one core busy runs beside a build, and is shown when it ended.
set -u
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
. "$root/cmake/setup.sh"
suites=${*:-native views sanitized fuzz wasm engine browser setup}
logs=$build_root/logs
passed=0 failed=0 skipped=0 finished=
lanes= ready=
may_write "$logs" CONV_PLAYGROUND_BUILD || exit 1

summary() {
  [ -z "$lanes" ] || kill $lanes 2>/dev/null
  [ -n "$finished" ] || failed=$((failed + 1)) # stopped in the middle
  [ "$skipped" -eq 0 ] || say "$skipped skipped, for want of what \"# SKIP\" names above"
  say "$passed passed, $failed failed"
  trap - EXIT
  [ "$failed" -eq 0 ]
  exit
}
trap summary EXIT
trap 'exit 1' HUP INT TERM

wants() { case " $suites " in *" $1 "*) return 0 ;; esac; return 1; }

# Ends what hangs, where timeout(1) is there.
limited() {
  if have timeout; then timeout -k 10 "$@"; else shift; "$@"; fi
}

# count SUITE STATUS PASSED FAILED SKIPPED: adds a suite's own numbers, and one failure if they do not explain its status.
count() {
  p=${3:-0} f=${4:-0}
  if [ "$f" -eq 0 ] && { [ "$2" -ne 0 ] || [ "$p" -eq 0 ]; }; then f=1; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + ${5:-0}))
  say "-- $1: $p passed, $f failed$([ "${5:-0}" -eq 0 ] || echo ", $5 skipped")$([ "$2" -eq 0 ] || echo " (exit status $2; see $logs/$1.txt)")"
}

# step NAME COMMAND…: something that is no test itself; a failure counts as one.
step() {
  suite=$1
  shift
  "$@" >"$logs/$suite.txt" 2>&1 && return 0
  status=$?
  tail -n 40 "$logs/$suite.txt"
  count "$suite" $status
  return 1
}

# suite NAME KIND COMMAND…: runs it, shows and keeps its output, adds up what it says it counted.
suite() {
  name=$1 kind=$2 since=$(date +%s)
  shift 2
  say "-- $name"
  { "$@" 2>&1; echo $? >"$logs/$name.status"; } | tee "$logs/$name.txt"
  add_up "$name" "$kind" "$since" "$(date +%s)"
}

# add_up NAME KIND BEGAN ENDED
add_up() {
  status=$(cat "$logs/$1.status")
  rm -f "$logs/$1.status"
  plain=$(cat "$logs/$1.txt") s=0
  case $2 in
    doctest)
      line=$(printf '%s\n' "$plain" | sed -n 's/^\[doctest\] test cases: *//p' | tail -n 1)
      p=$(printf '%s\n' "$line" | sed -n 's/.*| *\([0-9]*\) passed.*/\1/p')
      f=$(printf '%s\n' "$line" | sed -n 's/.*| *\([0-9]*\) failed.*/\1/p')
      ;;
    node)
      p=$(printf '%s\n' "$plain" | sed -n 's/^# pass \([0-9]*\)$/\1/p' | tail -n 1)
      s=$(printf '%s\n' "$plain" | sed -n 's/^# skipped \([0-9]*\)$/\1/p' | tail -n 1)
      f=$(printf '%s\n' "$plain" | awk '/^# (fail|cancelled) [0-9]+$/ { n += $3 } END { print n + 0 }')
      ;;
    lines)
      p=$(printf '%s\n' "$plain" | grep -c '^ok ')
      f=$(printf '%s\n' "$plain" | grep -c '^not ok ')
      ;;
  esac
  say "   $(($4 - $3)) s"
  count "$1" "$status" "$p" "$f" "$s"
}

# beside NAME…: the suites of these names, doctest's or `fuzz`, one after the other, while the script goes on.
beside() {
  [ $# -gt 0 ] || return 0
  (
    trap 'kill "$child" 2>/dev/null; exit 1' TERM
    for name in "$@"; do
      began=$(date +%s)
      program "$name" >"$logs/$name.txt" 2>&1 &
      child=$!
      wait "$child"
      echo $? >"$logs/$name.status"
      echo "$began $(date +%s)" >"$logs/$name.times"
    done
  ) &
  lanes="$lanes $!" ready="$ready $*"
}

# Becomes the program of that name, ended when it hangs; `fuzz` is several.
program() {
  case $1 in
    fuzz) fuzz_all; return ;;
    unit-native) set -- "$build_root/native/unit_tests" ;;
    unit-scalar) set -- "$build_root/native/unit_tests_scalar" ;;
    views) set -- "$build_root/native/view_tests" ;;
    unit-sanitized) set -- "$build_root/sanitized/unit_tests" ;;
    views-sanitized) set -- "$build_root/sanitized/view_tests" ;;
    unit-wasm) set -- node $node_flags "$build_root/wasm/unit_tests.js" ;;
  esac
  if have timeout; then exec timeout -k 10 900 "$@" --no-colors=true; else exec "$@" --no-colors=true; fi
}

# Waits for what runs beside, shows and counts it.
join() {
  [ -n "$lanes" ] || return 0
  wait $lanes
  for name in $ready; do
    say "-- $name"
    cat "$logs/$name.txt"
    read -r began ended <"$logs/$name.times"
    rm -f "$logs/$name.times"
    kind=doctest
    [ "$name" != fuzz ] || kind=lines
    add_up "$name" "$kind" "$began" "$ended"
  done
  lanes= ready=
}

# --- set-up -------------------------------------------------------------------------------------------------------
need_for_native
need_for_wasm
if wants sanitized || wants fuzz; then wish have_fuzzer "clang libclang-rt-14-dev" "stops at undefined behaviour, and has the fuzzer"; fi
if wants native || wants browser; then need have_numpy python3-numpy "runs the scripts that the page writes"; fi
if wants browser; then
  need have_chromium chromium "is the browser that the page is tested in"
  wish have_firefox "firefox-esr xvfb libgl1-mesa-dri libegl1" "the page is tested in Firefox, too"
  wish have_webkit "webkit2gtk-driver xvfb libgl1-mesa-dri libegl1" "the page is tested in WebKit, too"
fi
install_needed || exit 1
if wants fuzz && ! have_fuzzer; then
  say "# SKIP fuzz: only clang with its runtime libraries has a fuzzer"
  suites=$(printf '%s' " $suites " | sed 's/ fuzz / /') skipped=1
fi

# --- native -------------------------------------------------------------------------------------------------------
# All at once: so no core waits for the last file of one program before the next is begun. What fails to compile is
# told by the step of its own program.
if wants native || wants views || wants sanitized; then
  say "-- building for this machine"
  if step configure-native configure native; then
    build native all -- -k 0 >"$logs/build-all.txt" 2>&1
    can_run=
    if wants native && step build-unit-native build native unit_tests; then can_run="$can_run unit-native"; fi
    if wants native && step build-unit-scalar build native unit_tests_scalar; then can_run="$can_run unit-scalar"; fi
    if wants views && step build-views build native view_tests; then can_run="$can_run views"; fi
    step build-native build native all # the desktop window compiles, too
    beside $can_run
  fi
fi

# --- sanitizers and fuzzing ---------------------------------------------------------------------------------------
# fuzz TARGET: from the committed inputs and what earlier runs have found, which is kept in the build folder.
fuzz() {
  found=$build_root/fuzz/$1
  mkdir -p "$found"
  if "$build_root/sanitized/fuzz_$1" -max_total_time="${FUZZ_SECONDS:-3}" -seed=1 -timeout=60 -print_final_stats=1 \
    -artifact_prefix="$logs/fuzz-$1-" "$found" "$root/tests/fuzz/corpus/$1" >"$logs/fuzz-$1.txt" 2>&1; then
    say "ok $1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/fuzz-$1.txt") inputs"
  else
    tail -n 30 "$logs/fuzz-$1.txt"
    say "not ok $1"
  fi
}
fuzz_all() {
  for file in "$root"/tests/fuzz/corpus/*/; do
    file=${file%/}
    fuzz "${file##*/}"
  done
}
if wants sanitized || wants fuzz; then
  say "-- building with sanitizers"
  if step configure-sanitized configure sanitized; then
    can_run= targets=
    if wants sanitized; then targets="unit_tests view_tests"; fi
    if wants fuzz; then targets="$targets fuzzers"; fi
    build sanitized $targets -- -k 0 >"$logs/build-all.txt" 2>&1
    if wants sanitized && step build-sanitized build sanitized unit_tests view_tests; then
      can_run="unit-sanitized views-sanitized"
    fi
    if wants fuzz && step build-fuzz build sanitized fuzzers; then can_run="$can_run fuzz"; fi
    join
    beside $can_run
  fi
fi

# --- WebAssembly --------------------------------------------------------------------------------------------------
# emcc 3.1.6's output tries to fetch its own .wasm by path where Node has fetch.
node_flags=$(node --no-experimental-fetch -e 0 2>/dev/null && echo --no-experimental-fetch)
built=
if wants wasm || wants engine || wants browser; then
  say "-- building for the web"
  if step configure-wasm configure wasm; then
    can_run= targets=
    if wants wasm; then targets=unit_tests; fi
    if wants engine || wants browser; then targets="$targets dist"; fi
    build wasm $targets -- -k 0 >"$logs/build-all.txt" 2>&1
    if { wants engine || wants browser; } && step build-dist build wasm dist; then built=yes; fi
    if wants wasm && step build-unit-wasm build wasm unit_tests; then can_run=unit-wasm; fi
    beside $can_run
  fi
fi

# --- the engine without the page ----------------------------------------------------------------------------------
if wants engine && [ -n "$built" ]; then
  DIST=$dist_root
  export DIST
  suite engine node limited 600 node --test --test-reporter=tap "$root"/tests/engine/*.test.mjs
  # Node 20 hides relaxed SIMD behind a flag, newer versions have none for it.
  if [ -e "$DIST/engine-relaxed.wasm" ]; then
    relaxed_flags=$(node --experimental-wasm-relaxed-simd -e 0 2>/dev/null && echo --experimental-wasm-relaxed-simd)
    ENGINE_WASM=engine-relaxed.wasm suite engine-relaxed node limited 600 \
      node $relaxed_flags --test --test-reporter=tap "$root"/tests/engine/*.test.mjs
  fi
fi

# --- set-up scripts -----------------------------------------------------------------------------------------------
if wants setup; then suite setup lines limited 600 sh "$root/tests/setup/setup_test.sh"; fi

# --- browser ------------------------------------------------------------------------------------------------------
# What the tests are given: CHROMIUM (the browser), ARTIFACTS (where pictures go), DIST (the site).
browser_modules() {
  cd "$root/tests/browser" || return 1
  if [ -e node_modules/.package-lock.json ] && [ node_modules/.package-lock.json -nt package-lock.json ]; then
    return 0
  fi
  [ -w . ] || {
    say "The folder $root/tests/browser cannot be written, and its tests need their packages there."
    return 1
  }
  npm ci --no-fund --no-audit --loglevel=error || {
    say "npm could not fetch what the browser tests need: a network is needed for this once."
    return 1
  }
}
if wants browser && [ -n "$built" ] && step browser-modules browser_modules; then
  CHROMIUM=$(find_chromium) ARTIFACTS=$build_root/artifacts DIST=$dist_root
  export CHROMIUM ARTIFACTS DIST
  mkdir -p "$ARTIFACTS"
  # Two files at a time: while one waits for its page, the other's is drawn. What measures time has the machine alone.
  alone= others=
  for file in "$root"/tests/browser/*.test.mjs; do
    case $file in
      */light.test.mjs | */pointer.test.mjs | */responsive.test.mjs) alone="$alone ${file##*/}" ;;
      *) others="$others ${file##*/}" ;;
    esac
  done
  pairs=$(node --test-concurrency=2 -e 0 2>/dev/null && echo --test-concurrency=2)
  cd "$root/tests/browser" || exit 1
  suite browser node limited ${LOAD_HOURS:+3}1800 node --test $pairs --test-reporter=tap $others
  join
  suite browser-alone node limited 300 node --test --test-reporter=tap $alone
fi
join

finished=yes
