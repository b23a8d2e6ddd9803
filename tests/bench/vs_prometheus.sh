#!/bin/bash
# Asks Debian's Prometheus and rollwatch the same range queries in turn, one
# thread each, over a week of samples every 15 s, compares every value, and
# prints how long each took. Where Debian's victoria-metrics is installed it is
# asked too: its answers differ by design, so only its time counts.
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
peer=
finish() {
  local pid
  for pid in $server $peer; do
    kill "$pid" || true
    wait "$pid" || true
  done
  rm -rf "$work"
}
trap finish EXIT

# Where a server that was told port 0 listens: its log does not say which port
# that became. Waits until it answers /$2.
address_of() {
  local address
  for _ in $(seq 300); do
    address=$(ss -ltnp 2>/dev/null | grep "pid=$1," | awk '{print $4}' |
      head -1) || true
    if [ -n "$address" ] && curl -sf "http://$address/$2" >/dev/null; then
      echo "$address"
      return
    fi
    sleep 0.1
  done
  return 1
}

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
if ! address=$(address_of "$server" -/ready); then
  tail -5 "$work/log" >&2
  exit 1
fi

peer_address=
if command -v victoria-metrics >/dev/null; then
  GOMAXPROCS=1 victoria-metrics -storageDataPath="$work/peer" \
    -retentionPeriod=100y -httpListenAddr=127.0.0.1:0 >"$work/peer_log" 2>&1 &
  peer=$!
  if ! peer_address=$(address_of "$peer" health); then
    tail -5 "$work/peer_log" >&2
    exit 1
  fi
  # It wants milliseconds.
  sed '/^#/d; s/$/000/' "$work/page" |
    curl -sS -X POST -T - "http://$peer_address/api/v1/import/prometheus"
  curl -sS "http://$peer_address/internal/force_flush"
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

# Prints the seconds of the peer's whole answer.
ask_peer() {
  local best=1000 total
  for _ in $(seq "$repetitions"); do
    total=$(curl -s -o "$work/peer_answer" -w '%{time_total}' \
      --data-urlencode "query=$4" -d "start=$1" -d "end=$2" -d "step=$3" \
      -d nocache=1 "http://$peer_address/api/v1/query_range")
    if ! grep -q '"status":"success"' "$work/peer_answer"; then
      head -c 300 "$work/peer_answer" >&2
      return 1
    fi
    best=$(awk -v a="$best" -v b="$total" 'BEGIN { print (b < a ? b : a) }')
  done
  echo "$best"
}

row='%-22s %7s %9s %10s %8s %8s %9s %9s %10s %7s  %s\n'
milliseconds() { awk -v s="$1" 'BEGIN { printf "%.3f", s * 1000 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }

print_row() {
  local name=$1 query=$2 from=$start values=same
  if [ "$name" = one_step ]; then from=$end; fi
  read -r evaluation total < <(ask_prometheus "$from" "$end" "$step" "$query")
  echo "$work/ours $from $end $step $query" >&"${bench[1]}"
  read -r memory last_byte points <&"${bench[0]}"
  local peer_total=- peer_ratio=-
  if [ -n "$peer_address" ]; then
    peer_total=$(ask_peer "$from" "$end" "$step" "$query")
    peer_ratio=$(ratio "$peer_total" "$last_byte")
    echo "$peer_ratio" >>"$work/peer_ratios"
    peer_total=$(milliseconds "$peer_total")
  fi
  python3 "$here/compare_answers.py" "$work/theirs" "$work/ours" \
    2>"$work/difference" || values=$(head -1 "$work/difference")
  # shellcheck disable=SC2059
  printf "$row" "$name" "$points" "$(milliseconds "$evaluation")" \
    "$(milliseconds "$total")" "$(milliseconds "$memory")" \
    "$(milliseconds "$last_byte")" "$(ratio "$evaluation" "$memory")" \
    "$(ratio "$total" "$last_byte")" "$peer_total" "$peer_ratio" "$values"
  if [ "$values" = same ]; then
    echo "$(ratio "$evaluation" "$memory") $(ratio "$total" "$last_byte")" \
      >>"$work/ratios"
  fi
}

# The first answer comes when the page is loaded.
echo "$work/ours $end $end $step 1" >&"${bench[1]}"
read -r _ <&"${bench[0]}"
prometheus --version 2>&1 | head -1
echo "$(nproc) x$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2-), load$(
  cut -d' ' -f1 </proc/loadavg | sed 's/^/ /'), $(date -u +%F)"
echo "Times in ms, the best of $repetitions. Prometheus (P.): its evaluation, and"
echo "to the last byte of the answer; rollwatch: the result in memory, and to the"
echo "last byte of the same JSON; victoria-metrics (V.): to the last byte."
# shellcheck disable=SC2059
printf "$row" query points P.eval P.total memory byte P.eval/mem P.tot/byte \
  V.total V./byte values
while IFS=$'\t' read -r name query <&3; do
  print_row "$name" "$query"
done 3<"$here/range_queries.txt"
awk '{ a += log($1); b += log($2) }
     END { printf "geometric mean: %.1f in memory, %.1f to the last byte\n",
           exp(a / NR), exp(b / NR) }' "$work/ratios"
if [ -n "$peer_address" ]; then
  awk '{ a += log($1) }
       END { printf "%.1f times as fast as victoria-metrics, to the last byte\n",
             exp(a / NR) }' "$work/peer_ratios"
fi
if [ "$(wc -l <"$work/ratios")" != "$(wc -l <"$here/range_queries.txt")" ]; then
  echo "answers differ" >&2
  exit 1
fi
