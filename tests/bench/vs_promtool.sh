#!/bin/bash
# Runs rollwatch and Debian's promtool on the same files in turn and prints how
# long each took, and the ratio.
#
#   bash tests/bench/vs_promtool.sh [BUILD_DIRECTORY]
#
# The build is one with -O2. REPETITIONS (5, the best counts) may be set. Both
# use all processors they like.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "${1:-$root/build}" && pwd)
program=$build/rollwatch
[ -x "$program" ] || { echo "error: there is no $program" >&2; exit 2; }
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

# Eight rules, and 200 tests of them in turn: one with 20 instances of a service
# (60 to 100 series) of which some fail from the 15th minute on.
make_tests() {
  cat >"$work/tested.yml" <<'EOF'
groups:
- name: recording
  rules:
  - record: job:requests:rate5m
    expr: sum by (job) (rate(http_requests_total[5m]))
  - record: job:errors:rate5m
    expr: sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))
  - record: job:error_ratio:rate5m
    expr: job:errors:rate5m / job:requests:rate5m
  - record: instance:latency:p90
    expr: histogram_quantile(0.9, sum by (job, instance, le) (rate(http_duration_seconds_bucket[5m])))
- name: alerts
  rules:
  - alert: InstanceDown
    expr: up == 0
    for: 5m
    labels: {severity: page}
    annotations:
      summary: "{{ $labels.instance }} of {{ $labels.job }} is down"
  - alert: ErrorRatioHigh
    expr: job:error_ratio:rate5m > 0.05
    for: 10m
    labels: {severity: page}
    annotations:
      summary: "{{ $labels.job }}: {{ $value | humanizePercentage }} of the requests fail"
  - alert: LatencyHigh
    expr: max by (job) (instance:latency:p90) > 0.8
    for: 5m
    labels: {severity: ticket}
  - alert: NoRequests
    expr: absent(http_requests_total{job="api"}) or sum by (job) (increase(http_requests_total[10m])) == 0
    for: 5m
    labels: {severity: ticket}
EOF
  awk 'BEGIN {
    print "rule_files: [tested.yml]\nevaluation_interval: 1m\ntests:"
    for (test = 0; test < 200; ++test) {
      printf "- name: test%d\n  interval: 1m\n  input_series:\n", test
      for (i = 0; i < 20; ++i) {
        labels = sprintf("job=\"api\",instance=\"10.0.0.%d:8080\"", i)
        down = i < test % 5
        printf "  - series: up{%s}\n    values: %s\n", labels, down ? "1x14 0x45" : "1x59"
        printf "  - series: http_requests_total{%s,code=\"200\"}\n    values: 0+%dx59\n", labels, 60 + i
        printf "  - series: http_requests_total{%s,code=\"500\"}\n    values: 0x14 %sx44\n", labels, test % 2 ? "0+60" : "0"
        if (test % 4 || i >= 10) continue
        split("0.1 0.5 1 +Inf", bounds, " ")
        for (bucket = 1; bucket <= 4; ++bucket) {
          printf "  - series: http_duration_seconds_bucket{%s,le=\"%s\"}\n    values: 0+%dx59\n", labels, bounds[bucket], 15 * bucket
        }
      }
      print "  alert_rule_test:"
      for (minute = 10; minute <= 50; minute += 40) {
        printf "  - eval_time: %dm\n    alertname: InstanceDown\n    exp_alerts:\n", minute
        for (i = 0; i < test % 5 && minute > 20; ++i) {
          printf "    - exp_labels: {job: api, instance: \"10.0.0.%d:8080\", severity: page}\n", i
          printf "      exp_annotations: {summary: \"10.0.0.%d:8080 of api is down\"}\n", i
        }
        printf "  - eval_time: %dm\n    alertname: ErrorRatioHigh\n    exp_alerts:\n", minute
        if (test % 2 && minute > 20) {
          print "    - exp_labels: {job: api, severity: page}"
          print "      exp_annotations: {summary: \"api: 46.33% of the requests fail\"}"
        }
        printf "  - eval_time: %dm\n    alertname: NoRequests\n    exp_alerts: []\n", minute
      }
      print "  promql_expr_test:"
      print "  - expr: count(up)\n    eval_time: 50m\n    exp_samples: [{value: 20}]"
    }
  }' >"$work/tests.yml"
}

make_rules
make_tests
printf '%-34s %13s %13s\n' '' rollwatch promtool
# Below this no program starts and ends.
for ((i = 0; i < repetitions; ++i)); do measure 20 /bin/true; done
awk -v best="$best" 'BEGIN { printf "%-34s %10.1f ms\n", "/bin/true", best / 1000 }'
row 'check, one small file' 15 'SUCCESS: 15 rules found' 20 \
  check "$root/examples/alerts.yml" -- check rules "$root/examples/alerts.yml"
row 'check, 10,000 rules' 3 'SUCCESS: 10000 rules found' 1 \
  check "$work/rules.yml" -- check rules "$work/rules.yml"
thanos=${ROLLWATCH_CORPUS:-$root/../shared/corpus}/rules/thanos/tests.yaml
if [ -r "$thanos" ]; then
  row "test, thanos' unit tests" 20 'SUCCESS' 3 test "$thanos" -- test rules "$thanos"
else
  echo "no $thanos: its row is left out"
fi
# promtool takes its time.
repetitions=2 row 'test, 200 tests' 20 'SUCCESS' 1 \
  test "$work/tests.yml" -- test rules "$work/tests.yml"

# 100 series with 40,000 samples each, as OpenMetrics (seconds) and as text
# (milliseconds).
make_pages() {
  awk -v om="$work/page.om" -v text="$work/page.txt" 'BEGIN {
    srand(1)
    print "# TYPE requests gauge" >om
    print "# TYPE requests gauge" >text
    for (i = 0; i < 100; ++i) {
      name = sprintf("requests{job=\"api\",instance=\"10.0.0.%d:9090\",code=\"%d\"}", i % 20, 200 + int(i / 20))
      total = 0
      for (sample = 0; sample < 40000; ++sample) {
        total += int(rand() * 100)
        value = i % 2 ? total : sprintf("%.3f", total * 0.37)
        time = 1699488000 + sample * 15
        print name, value, time >om
        print name, value, time "000" >text
      }
    }
    print "# EOF" >om
  }'
}

# The other program makes what it reads its own; rollwatch counts it.
read_row() {  # name, goal, page, what runs before each of theirs, theirs
  local name=$1 goal=$2 page=$3 before=$4 best_ours=0 best_theirs=0 i
  shift 4
  for ((i = 0; i < repetitions; ++i)); do
    best=$best_ours
    measure 1 "$program" query 'sum(count_over_time(requests[30d]))' --data "$page"
    best_ours=$best
    grep -q '4000000$' "$work/out" || { echo "rollwatch $page: not 4000000 samples" >&2; exit 1; }
    "$before"
    best=$best_theirs; measure 1 "$@"; best_theirs=$best
  done
  awk -v name="$name" -v goal="$goal" -v ours="$best_ours" -v theirs="$best_theirs" 'BEGIN {
    printf "%-34s %10.1f ms %10.1f ms %8.1f times (goal %s)\n", name, ours / 1000, theirs / 1000, theirs / ours, goal }'
}

forget_blocks() { rm -rf "$work/blocks"; }

# Without an earlier import's data.
restart_victoria() {
  stop_victoria
  rm -rf "$work/victoria"
  victoria-metrics -storageDataPath="$work/victoria" -retentionPeriod=100y \
    -httpListenAddr="127.0.0.1:$port" >"$work/victoria.log" 2>&1 &
  victoria=$!
  for _ in $(seq 300); do
    if curl -sf "http://127.0.0.1:$port/health" >"$work/out"; then return; fi
    sleep 0.1
  done
  echo "victoria-metrics does not start" >&2
  exit 1
}
victoria=
stop_victoria() {
  if [ -n "$victoria" ]; then kill "$victoria" && wait "$victoria" || true; fi
  victoria=
}
trap 'stop_victoria; rm -rf "$work"' EXIT

make_pages
read_row 'read 4,000,000 samples' 10 "$work/page.om" forget_blocks \
  promtool tsdb create-blocks-from openmetrics --quiet --max-block-duration=336h "$work/page.om" "$work/blocks"
if command -v victoria-metrics >/dev/null; then
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  read_row 'the same, victoria-metrics' 3 "$work/page.txt" restart_victoria \
    curl -sf -T "$work/page.txt" -X POST "http://127.0.0.1:$port/api/v1/import/prometheus"
else
  echo 'victoria-metrics is not installed: its row is left out'
fi

# Against Prometheus' range queries, where the build has the benchmarks.
if [ -x "$build/tests/bench/replay_bench" ]; then
  echo
  echo 'replay, 9 rules over 100 series, 7 days at 15 s (goal: 20 times on the worst rule)'
  bash "$here/replay_vs_prometheus.sh" "$build"
fi
