#!/bin/bash
# The sidecar beside Debian's Pushgateway and prometheus-cpp's Exposer, in one
# run: events acknowledged in a second, how long a scrape takes alone and beside
# two half-sent requests, a page of 10,000 series, resident memory.
#
#   bash tests/bench/vs_exporters.sh [BUILD_DIRECTORY]
#
# The build is one with -DROLLWATCH_BENCHMARKS=ON. SECONDS_EACH (5) may be set.
# An event acknowledged by the sidecar is synced to disk; the Pushgateway checks
# each push and keeps it in memory.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../../build}" && pwd)
command -v prometheus-pushgateway >/dev/null || {
  echo "error: prometheus-pushgateway is missing: apt-get install prometheus-pushgateway" >&2
  exit 2
}
span=${SECONDS_EACH:-5}
load=$build/tests/bench/http_load
work=$(mktemp -d)
started=()
finish() {
  for one in "${started[@]}"; do kill "$one" 2>/dev/null && wait "$one" || true; done
  rm -rf "$work"
}
trap finish EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
wait_for() {
  for _ in $(seq 300); do
    if curl -sf "$1" >/dev/null; then return; fi
    sleep 0.1
  done
  echo "$1 does not answer" >&2
  exit 1
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", (b > 0) ? a / b : 0 }'; }
resident() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }

workflows=833 # times 12 lines is 10,000 series.
{
  echo 'environments: [staging]'
  echo 'workflows:'
  for i in $(seq 0 $((workflows - 1))); do echo "- workflow-$i"; done
} >"$work/large.yml"

serve() { # NAME, flags: sets NAME_pid, NAME_scrapes, NAME_events
  local name=$1
  shift
  "$build/rollwatch" serve --storage.path "$work/$name" --log.level error \
    --web.listen-address 127.0.0.1:0 --web.events-address 127.0.0.1:0 "$@" \
    >"$work/$name.out" 2>"$work/$name.err" &
  started+=($!)
  declare -g "${name}_pid=$!"
  for _ in $(seq 300); do
    if grep -q events "$work/$name.out"; then break; fi
    sleep 0.1
  done
  declare -g "${name}_scrapes=$(sed -n 's|scrapes: http://||p' "$work/$name.out")"
  declare -g "${name}_events=$(sed -n 's|events: http://||p' "$work/$name.out")"
}

serve small
serve large --config.file "$work/large.yml"
push=127.0.0.1:$(free_port)
prometheus-pushgateway --web.listen-address="$push" --log.level=error 2>"$work/push.err" &
push_pid=$!
started+=($push_pid)
wait_for "http://$push/-/ready"
small_peer=127.0.0.1:$(free_port)
large_peer=127.0.0.1:$(free_port)
"$build/tests/bench/exposer_peer" "$small_peer" 3 >/dev/null &
small_peer_pid=$!
started+=($small_peer_pid)
"$build/tests/bench/exposer_peer" "$large_peer" "$workflows" >/dev/null &
large_peer_pid=$!
started+=($large_peer_pid)
wait_for "http://$small_peer/metrics"
wait_for "http://$large_peer/metrics"

echo "machine: $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), $(date -u +%F)"
echo "resident MB, idle: sidecar $(resident "$small_pid"), pushgateway $(resident "$push_pid"), exposer $(resident "$small_peer_pid")"

# What bounds a single client: an event is acknowledged after one of these.
python3 - "$work/synced" <<'EOF'
import os, sys, time
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
times = []
for block in range(200):
    os.pwrite(file, b"x" * 4096, block * 4096)
    begin = time.perf_counter()
    os.fdatasync(file)
    times.append(time.perf_counter() - begin)
median = sorted(times)[len(times) // 2]
print(f"fdatasync of 4 KiB on this disk: {median * 1000:.2f} ms, {1 / median:.0f} a second")
EOF

printf '\n%-34s %12s %12s %8s\n' "events a second" sidecar pushgateway ratio
event='{"id":"#","kind":"query","workflow":"deploy-staging","result":"success","duration":0.2}'
for clients in 1 32 256; do
  read -r ours bad < <("$load" post "$small_events" /api/v1/events "$event" "$clients" "$span")
  read -r theirs lost < <("$load" post "$push" '/metrics/job/load/client/c#' $'query_total 1\n' "$clients" "$span")
  printf '%-34s %12s %12s %8s\n' "$clients clients" "$ours" "$theirs" "$(ratio "$ours" "$theirs")"
  if [ "$bad" != 0 ] || [ "$lost" != 0 ]; then
    echo "  not acknowledged: sidecar $bad, pushgateway $lost"
  fi
  # A gateway that keeps what it was pushed grows slower with every group.
  kill "$push_pid" && wait "$push_pid" || true
  prometheus-pushgateway --web.listen-address="$push" --log.level=error 2>"$work/push.err" &
  push_pid=$!
  started+=($push_pid)
  wait_for "http://$push/-/ready"
done
# What was acknowledged is there.
counted=$(curl -s "http://$small_scrapes/metrics" | sed -n 's/^prometheus_query_total{result="success",workflow="deploy-staging"} //p')
echo "counted by the sidecar: $counted"
"$build/rollwatch" journal verify --storage.path "$work/small" 2>&1 | tail -1 || true

printf '\n%-34s %20s %20s %8s\n' "scrape, ms: median p99 max" sidecar exposer ratio
row() { # NAME OURS THEIRS COUNT HALF
  local ours theirs
  ours=$("$load" get "$2" /metrics "$4" "$5")
  theirs=$("$load" get "$3" /metrics "$4" "$5")
  printf '%-34s %20s %20s %8s\n' "$1" "$ours" "$theirs" \
    "$(ratio "$(cut -d' ' -f1 <<<"$theirs")" "$(cut -d' ' -f1 <<<"$ours")")"
}
row "nine metrics, alone" "$small_scrapes" "$small_peer" 500 0
row "10,000 series, alone" "$large_scrapes" "$large_peer" 50 0
row "nine metrics, 2 half-sent" "$small_scrapes" "$small_peer" 1 2

echo
echo "resident MB, then: sidecar $(resident "$small_pid"), with 10,000 series $(resident "$large_pid"); exposer with 10,000 series $(resident "$large_peer_pid")"
