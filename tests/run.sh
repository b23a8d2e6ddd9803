#!/usr/bin/env bash
# The test command: installs what the tests need, builds, runs everything.
#
#   tests/run.sh            -O2, then ASan+UBSan, then TSan, then the fuzzers
#   tests/run.sh release    only these configurations, of: release sanitize thread fuzz
#
# ROLLWATCH_FUZZ_SECONDS (60) is how long each fuzzer runs. ROLLWATCH_FUZZ_SEED (1) is
# fixed, so that a run can be repeated; search with other seeds by hand.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
export ROLLWATCH_CORPUS=${ROLLWATCH_CORPUS:-$root/../shared/corpus}
# ccache may reuse a precompiled header only when told that its times do not matter.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export CCACHE_BASEDIR=$root

scripts/install_packages.sh build example test
command -v promtool >/dev/null || { echo "error: promtool is missing" >&2; exit 1; }

configure() {  # build folder, then cmake options
  local folder=$1
  shift
  cmake -S . -B "$folder" -G Ninja -DROLLWATCH_TESTS=ON -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@" >/dev/null
}

passed=0 failed=0 skipped=0
# One test more at once than there are processors, for many wait for a server.
run_tests() {  # name, build folder, then ctest options
  local name=$1 folder=$2 log
  shift 2
  log=$folder/tests.log
  echo "== $name: tests"
  (cd "$folder" && ctest -j"$(($(nproc) + 1))" --output-on-failure "$@") >"$log" 2>&1 || true
  grep -E '^ *[0-9]+ - .*(Failed|Timeout|Not Run|SEGFAULT|Exception|Subprocess aborted)' "$log" || true
  grep -qE 'tests passed' "$log" || { tail -n 40 "$log"; failed=$((failed + 1)); }
  local failures
  failures=$(sed -nE 's/.* ([0-9]+) tests? failed out of.*/\1/p' "$log")
  if [ "${failures:-0}" != 0 ]; then
    awk '/\*\*\*Failed|\*\*\*Timeout|\*\*\*Exception/ { show = 60 } show-- > 0' "$log" | head -n 300
  fi
  grep -E '\*\*\*Skipped' "$log" | sort -u | head -n 20 || true
  local total skips
  total=$(sed -nE 's/.* out of ([0-9]+).*/\1/p' "$log")
  skips=$(grep -cE '\*\*\*Skipped' "$log" || true)
  failed=$((failed + ${failures:-0}))
  skipped=$((skipped + skips))
  passed=$((passed + ${total:-0} - ${failures:-0} - skips))
}

release() {
  echo "== release: build"
  configure build -DCMAKE_BUILD_TYPE=Release
  ninja -C build
  run_tests release build
}

# One build for the tests and for the fuzzers. lld links its 150 programs in a quarter
# of the time. Release alone compiles each source by itself, as a missing #include needs.
configure_sanitize() {
  configure build-sanitize -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" \
    -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld \
    -DROLLWATCH_SANITIZE=address,undefined -DROLLWATCH_FUZZERS=ON -DROLLWATCH_UNITY=ON
}

sanitize() {
  echo "== sanitize: build"
  configure_sanitize
  ninja -C build-sanitize
  run_tests sanitize build-sanitize
}

thread() {
  echo "== thread: build"
  configure build-thread -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" \
    -DROLLWATCH_SANITIZE=thread -DROLLWATCH_UNITY=ON
  ninja -C build-thread threaded_tests
  run_tests thread build-thread -L threaded
}

# Writes what it printed to build-sanitize/NAME.log.
fuzz_one() {
  local fuzzer=$1 name dictionary=()
  name=$(basename "$fuzzer" _fuzzer)
  mkdir -p "build-sanitize/found/$name"
  [ ! -f "tests/fuzz/$name.dict" ] || dictionary=("-dict=tests/fuzz/$name.dict")
  "$fuzzer" -max_total_time="${ROLLWATCH_FUZZ_SECONDS:-60}" -seed="${ROLLWATCH_FUZZ_SEED:-1}" -timeout=10 \
    -rss_limit_mb=4096 -max_len=512 "${dictionary[@]}" \
    -artifact_prefix="build-sanitize/found/$name-" -print_final_stats=1 \
    "build-sanitize/found/$name" "tests/fuzz/corpus/$name" >"build-sanitize/$name.log" 2>&1
}

# As many at once as there are processors.
fuzz() {
  local fuzzer name jobs=()
  echo "== fuzz: build"
  configure_sanitize
  ninja -C build-sanitize fuzzers
  for fuzzer in build-sanitize/fuzzers/*_fuzzer; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do sleep 1; done
    fuzz_one "$fuzzer" &
    jobs+=("$!:$(basename "$fuzzer" _fuzzer)")
  done
  for job in "${jobs[@]}"; do
    name=${job#*:}
    if wait "${job%%:*}"; then
      echo "== fuzz: $name: $(grep -aE 'stat::number_of_executed_units' "build-sanitize/$name.log")"
      passed=$((passed + 1))
    else
      echo "== fuzz: $name failed"
      tail -n 30 "build-sanitize/$name.log"
      failed=$((failed + 1))
    fi
  done
}

configurations=("$@")
[ $# -gt 0 ] || configurations=(release sanitize thread fuzz)
for configuration in "${configurations[@]}"; do
  case $configuration in
    release | sanitize | thread | fuzz) "$configuration" ;;
    *) echo "error: unknown configuration \"$configuration\": release, sanitize, thread or fuzz" >&2; exit 2 ;;
  esac
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
