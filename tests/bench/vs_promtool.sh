#!/bin/bash
# Runs rollwatch and Debian's promtool on the same files in turn and prints how
# long each took, and the ratio.
#
#   bash tests/bench/vs_promtool.sh [PROGRAM]
#
# PROGRAM (build/rollwatch) is one built with -O2. REPETITIONS (5, the best
# counts) may be set. Both use all processors they like.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(realpath "${1:-$root/build/rollwatch}")
repetitions=${REPETITIONS:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Microseconds of wall clock, the best of the repetitions; $2 runs each.
best=0
measure() {  # runs, command
  local runs=$1 begin end i
  shift
  begin=${EPOCHREALTIME/./}
  for ((i = 0; i < runs; ++i)); do "$@" >"$work/out" 2>&1; done
  end=${EPOCHREALTIME/./}
  local took=$(((end - begin) / runs))
  if [ "$best" = 0 ] || [ "$took" -lt "$best" ]; then best=$took; fi
}

# Both must say the same of the file: `says` is in what each prints.
row() {  # name, goal, says, runs, rollwatch's arguments, "--", promtool's
  local name=$1 goal=$2 says=$3 runs=$4 ours=() i
  shift 4
  while [ "$1" != "--" ]; do ours+=("$1"); shift; done
  shift
  local best_ours=0 best_theirs=0
  for ((i = 0; i < repetitions; ++i)); do
    best=$best_ours; measure "$runs" "$program" "${ours[@]}"; best_ours=$best
    grep -qF "$says" "$work/out" || { echo "rollwatch ${ours[*]}: no \"$says\"" >&2; exit 1; }
    best=$best_theirs; measure "$runs" promtool "$@"; best_theirs=$best
    grep -qF "$says" "$work/out" || { echo "promtool $*: no \"$says\"" >&2; exit 1; }
  done
  awk -v name="$name" -v goal="$goal" -v ours="$best_ours" -v theirs="$best_theirs" 'BEGIN {
    printf "%-34s %10.1f ms %10.1f ms %8.1f times (goal %s)\n", name, ours / 1000, theirs / 1000, theirs / ours, goal }'
}

# 500 groups of 20 rules: three alerts with labels, `for` and two annotations,
# then a recording rule.
make_rules() {
  awk 'BEGIN {
    print "groups:"
    for (group = 0; group < 500; ++group) {
      printf "- name: group%d\n  interval: 1m\n  rules:\n", group
      for (rule = 0; rule < 20; ++rule) {
        number = group * 20 + rule
        if (rule % 4 == 3) {
          printf "  - record: job:requests%d:rate5m\n", number
          printf "    expr: sum by (job) (rate(http_requests_total{code=~\"5..\",service=\"s%d\"}[5m]))\n", group
          continue
        }
        printf "  - alert: HighErrors%d\n    expr: |\n", number
        printf "      sum by (job, instance) (rate(http_requests_total{code=~\"5..\",service=\"s%d\"}[5m]))\n", group
        printf "        / sum by (job, instance) (rate(http_requests_total{service=\"s%d\"}[5m])) > 0.0%d\n", group, rule + 1
        printf "    for: 2m\n    labels:\n      severity: page\n    annotations:\n"
        printf "      summary: \"{{ $labels.instance }} of {{ $labels.job }}: {{ $value | humanizePercentage }} errors\"\n"
        printf "      description: Requests of this service fail; see the runbook.\n"
      }
    }
  }' >"$work/rules.yml"
}

make_rules
printf '%-34s %13s %13s\n' '' rollwatch promtool
row 'check, one small file' 15 'SUCCESS: 15 rules found' 20 \
  check "$root/examples/alerts.yml" -- check rules "$root/examples/alerts.yml"
row 'check, 10,000 rules' 3 'SUCCESS: 10000 rules found' 1 \
  check "$work/rules.yml" -- check rules "$work/rules.yml"
