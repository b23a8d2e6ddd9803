#!/bin/bash
# Replays nine alerts over 100 series, seven days at 15 s, evaluated every
# minute, and asks Debian's Prometheus the same rules as range queries; both
# read the same blocks, both have all processors.
#
#   bash tests/bench/replay_vs_prometheus.sh [BUILD_DIRECTORY]
#
# The build is one with -DROLLWATCH_BENCHMARKS=ON. DAYS (7) and REPETITIONS (5,
# the best counts) may be set.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../../build}" && pwd)
days=${DAYS:-7} repetitions=${REPETITIONS:-5}

# A multiple of 336 h and 3 s, so that all lies in one block and no window
# begins or ends at a sample.
first=1699488003
start=$((first + 4)) end=$((first + 4 + days * 86400 - 60))

work=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then kill "$server" && wait "$server" || true; fi
  rm -rf "$work"
}
trap finish EXIT

python3 "$here/make_replay_page.py" "$first" "$days" >"$work/page"
promtool tsdb create-blocks-from openmetrics --quiet \
  --max-block-duration=336h "$work/page" "$work/data" >/dev/null
rm "$work/page"
# Prometheus makes a lock and a WAL in its folder.
cp -r "$work/data" "$work/served"

echo 'global: {}' >"$work/prometheus.yml"
prometheus --config.file="$work/prometheus.yml" \
  --storage.tsdb.path="$work/served" --storage.tsdb.retention.time=100y \
  --web.listen-address=127.0.0.1:0 >"$work/log" 2>&1 &
server=$!
address=
for _ in $(seq 300); do
  address=$(ss -ltnp 2>/dev/null | grep "pid=$server," | awk '{print $4}' |
    head -1) || true
  if [ -n "$address" ] && curl -sf "http://$address/-/ready" >/dev/null; then
    break
  fi
  sleep 0.1
done
[ -n "$address" ] || { tail -5 "$work/log" >&2; exit 1; }

# name, then the query on one line
"$build/rollwatch" replay "$here/replay_rules.yml" --data "$work/data" \
  --start "$start" --end "$((start + 60))" --format json |
  jq -r '.alerts[] | .alert + "\t" + .query' >"$work/queries"

"$build/tests/bench/replay_bench" "$work/data" "$here/replay_rules.yml" \
  "${start}000" "${end}000" 60000 "$repetitions" >"$work/ours"

# Milliseconds of the whole program, the best.
whole_program() {
  local best=
  for _ in $(seq "$repetitions"); do
    local begin=${EPOCHREALTIME/./}
    "$build/rollwatch" replay "$here/replay_rules.yml" --data "$work/data" \
      --start "$start" --end "$end" --format json >/dev/null
    local took=$((${EPOCHREALTIME/./} - begin))
    if [ -z "$best" ] || [ "$took" -lt "$best" ]; then best=$took; fi
  done
  awk -v us="$best" 'BEGIN { printf "%.1f", us / 1000 }'
}

row='%-18s %12s %12s %8s %8s\n'
echo "ms, the best of $repetitions; points: evaluations with an alert"
# shellcheck disable=SC2059
printf "$row" rule Prometheus rollwatch ratio points
total=0
while IFS=$'\t' read -r name query <&3; do
  best=1000
  for _ in $(seq "$repetitions"); do
    took=$(curl -s -o "$work/theirs" -w '%{time_total}' \
      --data-urlencode "query=$query" -d "start=$start" -d "end=$end" \
      -d step=60 "http://$address/api/v1/query_range")
    best=$(awk -v a="$best" -v b="$took" 'BEGIN { print (b < a ? b : a) }')
  done
  read -r _ ours found < <(grep "^$name " "$work/ours")
  points=$(jq '[.data.result[].values | length] | add // 0' "$work/theirs")
  if [ "$points" != "$found" ]; then
    echo "$name: Prometheus finds $points, rollwatch $found" >&2
    exit 1
  fi
  theirs=$(awk -v s="$best" 'BEGIN { printf "%.1f", s * 1000 }')
  total=$(awk -v a="$total" -v b="$theirs" 'BEGIN { print a + b }')
  # shellcheck disable=SC2059
  printf "$row" "$name" "$theirs" "$ours" \
    "$(awk -v a="$theirs" -v b="$ours" 'BEGIN { printf "%.1f", a / b }')" \
    "$points"
done 3<"$work/queries"
read -r _ ours found < <(grep '^all ' "$work/ours")
# shellcheck disable=SC2059
printf "$row" "all nine" "$total" "$ours" \
  "$(awk -v a="$total" -v b="$ours" 'BEGIN { printf "%.1f", a / b }')" "$found"
program=$(whole_program)
# shellcheck disable=SC2059
printf "$row" "whole program" "$total" "$program" \
  "$(awk -v a="$total" -v b="$program" 'BEGIN { printf "%.1f", a / b }')" ""
