#!/usr/bin/env bash
# Runs the fault tests in their long form and prints what was tried and what was lost.
#
#   tests/faults/run.sh [BUILD_FOLDER]
#
# BUILD_FOLDER (build) is configured and built when it is not there. ctest, and with it
# tests/run.sh, runs the same tests with 20 kills and 15 power cuts.
#
# ROLLWATCH_FAULT_KILLS (1000): how often the sidecar is killed.
# ROLLWATCH_FAULT_POWER_CUTS (300): how often the power goes, in each of three ways.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
build=${1:-build}
export ROLLWATCH_FAULT_KILLS=${ROLLWATCH_FAULT_KILLS:-1000}
export ROLLWATCH_FAULT_POWER_CUTS=${ROLLWATCH_FAULT_POWER_CUTS:-300}

[ -f "$build/build.ninja" ] || cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
ninja -C "$build" journal_faults_test sidecar_faults_test >/dev/null

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for program in journal_faults_test sidecar_faults_test; do
  if "$build/tests/faults/$program" >"$log" 2>&1; then
    sed -n 's/^fault: //p' "$log"
  else
    grep -vE '^\[ *(OK|RUN|-+) *\]' "$log" >&2 || true
    failed=1
  fi
done
if [ "$failed" = 0 ]; then
  echo "OK: nothing that was acknowledged was lost, nothing was counted twice"
else
  echo "FAILED" >&2
fi
exit "$failed"
