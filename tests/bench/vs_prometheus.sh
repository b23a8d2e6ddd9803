#!/bin/bash
# Asks Debian's Prometheus and rollwatch the same range queries in turn, one
# thread each, over a week of samples every 15 s, compares every value, and
# prints how long each took.
#
#   bash tests/bench/vs_prometheus.sh [BUILD_DIRECTORY]
#
# The build is one with -DROLLWATCH_BENCHMARKS=ON. STEP (seconds between the
# points, 60), DAYS (7) and REPETITIONS (3, the best counts) may be set.
#
# Samples lie at 3 s behind a multiple of 15 s, the points at 7 s: so no window
# begins or ends at a sample, and Prometheus 2, whose ranges include their
# start, sees the same samples as Prometheus 3.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../../build}" && pwd)
step=${STEP:-60} days=${DAYS:-7} repetitions=${REPETITIONS:-3}

# A multiple of 336 h, so that the whole week lies in one block.
first=1699488003
start=$((first + 4 + 12 * 3600))
end=$((first - 3 + days * 86400 - 60 + 7))

work=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then kill "$server" && wait "$server" || true; fi
  rm -rf "$work"
}
trap finish EXIT

"$build/tests/bench/make_recording" "$work/page" "$first" "$days"
echo "page: $(($(stat -c %s "$work/page") / 1000000)) MB"
promtool tsdb create-blocks-from openmetrics --quiet \
  --max-block-duration=336h "$work/page" "$work/data" >/dev/null

coproc bench { exec "$build/tests/bench/range_bench" "$work/page" "$repetitions"; }

echo 'global: {}' >"$work/prometheus.yml"
GOMAXPROCS=1 prometheus --config.file="$work/prometheus.yml" \
  --storage.tsdb.path="$work/data" --storage.tsdb.retention.time=100y \
  --web.listen-address=127.0.0.1:0 >"$work/log" 2>&1 &
server=$!
# The port is the server's choice; its log does not say which.
address=
for _ in $(seq 300); do
  address=$(ss -ltnp 2>/dev/null | grep "pid=$server," | awk '{print $4}' |
    head -1) || true
  if [ -n "$address" ] && curl -sf "http://$address/-/ready" >/dev/null; then
    break
  fi
  sleep 0.1
done
if [ -z "$address" ]; then
  tail -5 "$work/log" >&2
  exit 1
fi

# Answers in $work/theirs; prints the seconds of the evaluation and of it all.
ask_prometheus() {
  local best_total=1000 best_evaluation=1000 total evaluation
  for _ in $(seq "$repetitions"); do
    total=$(curl -s -o "$work/theirs" -w '%{time_total}' \
      --data-urlencode "query=$4" -d "start=$1" -d "end=$2" -d "step=$3" \
      -d stats=true "http://$address/api/v1/query_range")
    evaluation=$(tail -c 400 "$work/theirs" |
      grep -o '"evalTotalTime":[0-9.e-]*' | cut -d: -f2)
    read -r best_total best_evaluation < <(
      awk -v a="$best_total" -v b="$total" -v c="$best_evaluation" \
        -v d="${evaluation:-1000}" \
        'BEGIN { print (b < a ? b : a), (d < c ? d : c) }')
  done
  echo "$best_evaluation $best_total"
}

row='%-22s %7s %10s %10s %10s %10s %9s %9s  %s\n'
milliseconds() { awk -v s="$1" 'BEGIN { printf "%.3f", s * 1000 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }

print_row() {
  local name=$1 query=$2 from=$start values=same
  if [ "$name" = one_step ]; then from=$end; fi
  read -r evaluation total < <(ask_prometheus "$from" "$end" "$step" "$query")
  echo "$work/ours $from $end $step $query" >&"${bench[1]}"
  read -r memory last_byte points <&"${bench[0]}"
  python3 "$here/compare_answers.py" "$work/theirs" "$work/ours" \
    2>"$work/difference" || values=$(head -1 "$work/difference")
  # shellcheck disable=SC2059
  printf "$row" "$name" "$points" "$(milliseconds "$evaluation")" \
    "$(milliseconds "$total")" "$(milliseconds "$memory")" \
    "$(milliseconds "$last_byte")" "$(ratio "$evaluation" "$memory")" \
    "$(ratio "$total" "$last_byte")" "$values"
  if [ "$values" = same ]; then
    ratio "$evaluation" "$memory" && echo " $(ratio "$total" "$last_byte")"
  fi >>"$work/ratios"
}

# The first answer comes when the page is loaded.
echo "$work/ours $end $end $step 1" >&"${bench[1]}"
read -r _ <&"${bench[0]}"
prometheus --version 2>&1 | head -1
echo "$(nproc) x$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2-), load$(
  cut -d' ' -f1 </proc/loadavg | sed 's/^/ /'), $(date -u +%F)"
echo "Times in ms, the best of $repetitions. Prometheus: its evaluation, and to"
echo "the last byte of the answer; rollwatch: the result in memory, and to the"
echo "last byte of the same JSON."
# shellcheck disable=SC2059
printf "$row" query points Prom.eval Prom.total memory last_byte \
  eval/mem total/byte values
while IFS=$'\t' read -r name query <&3; do
  print_row "$name" "$query"
done 3<"$here/range_queries.txt"
awk '{ a += log($1); b += log($2) }
     END { printf "geometric mean: %.1f in memory, %.1f to the last byte\n",
           exp(a / NR), exp(b / NR) }' "$work/ratios"
if [ "$(wc -l <"$work/ratios")" != "$(wc -l <"$here/range_queries.txt")" ]; then
  echo "answers differ" >&2
  exit 1
fi
