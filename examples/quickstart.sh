#!/usr/bin/env bash
# One rollout, watched end to end: builds rollwatch, proves the alert rules, starts the sidecar, reports a rollout that
# is rolled back and one that succeeds, and shows the metrics and the alerts that come of it.
#
#   examples/quickstart.sh          then serves until Ctrl-C
#   examples/quickstart.sh --once   then exits: 0 only if every value and every alert is the expected one
#
# Installs the Debian packages that are missing, as root or through sudo. ROLLWATCH_PROGRAM names a program that is
# built already; then nothing is installed or built.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

once=false
case "${1-}" in
  '') ;;
  --once) once=true ;;
  *)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac

bold='' red='' green='' yellow='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
  bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' plain=$'\e[0m'
fi
heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# Shows a command and runs it. The program and the address are shown short.
run() {
  local text="$*"
  text=${text//$rollwatch/rollwatch}
  printf '%s$ %s%s\n' "$bold" "${text// --url $events/}" "$plain"
  "$@"
}

# --- Build ---

if [ -n "${ROLLWATCH_PROGRAM-}" ]; then
  rollwatch=$ROLLWATCH_PROGRAM
else
  rollwatch=build/rollwatch
  heading 'Building rollwatch'
  scripts/install_packages.sh build example
  options=(-G Ninja)
  # A build folder that is there keeps its own settings.
  [ -f build/CMakeCache.txt ] || options+=(-DCMAKE_BUILD_TYPE=Release -DROLLWATCH_TESTS=OFF)
  if command -v ccache >/dev/null; then
    options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_BASEDIR=$root
  fi
  cmake -S . -B build "${options[@]}" >/dev/null
  ninja -C build rollwatch
fi

# --- Rules ---

events=none
heading 'Checking and testing the alert rules'
run "$rollwatch" check examples/alerts.yml
run "$rollwatch" test examples/alerts_test.yml examples/alerts_days_test.yml

# --- Sidecar ---

work=$(mktemp -d)
sidecar=
stop() {
  if [ -n "$sidecar" ]; then
    kill "$sidecar" 2>/dev/null || true
    wait "$sidecar" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

heading 'Starting the sidecar'
"$rollwatch" serve --rules examples/alerts.yml --storage.path "$work/journal" \
  --web.listen-address 127.0.0.1:0 --web.events-address 127.0.0.1:0 \
  --scrape-interval 1s --evaluation-interval 1s >"$work/stdout" 2>"$work/stderr" &
sidecar=$!

# Runs a command again until it succeeds, for at most 30 s.
eventually() {
  local deadline=$((SECONDS + 30))
  until "$@"; do
    kill -0 "$sidecar" 2>/dev/null || { echo "error: the sidecar has ended:" >&2; cat "$work/stderr" >&2; exit 1; }
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}
address_of() { sed -nE "s,^$1: (http://[0-9.:]+)$,\1,p" "$work/stdout"; }
have_addresses() { [ -n "$(address_of scrapes)" ] && [ -n "$(address_of events)" ]; }
eventually have_addresses || { echo 'error: the sidecar did not say where it listens' >&2; exit 1; }
web=$(address_of scrapes)
events=$(address_of events)
echo "metrics, alerts and the page: $web    events: $events"

# The nine metrics; what the sidecar says of itself differs from run to run.
page() { curl -sf "$web/metrics" | grep -vE '^(#|process_|rollwatch_)'; }
alerts() {
  curl -sf "$web/api/v1/alerts" | jq -r '.data.alerts[] |
    [.state, .labels.alertname, .labels.severity, .labels.environment, .labels.reason // "-", .annotations.summary] | @tsv' |
    sort
}
# The sidecar knows its series before their first events: a counter must be seen at 0 for its increase to be seen.
has_history() { [ -n "$(alerts | grep NoDeploymentEvents)" ]; }
eventually has_history || { echo 'error: the sidecar does not evaluate its rules' >&2; exit 1; }

# --- Rollouts ---

report() { run "$rollwatch" report "$@" --url "$events"; }

heading 'A rollout to production: the smoke test at 50% fails'
report deployment --environment production --status started --deployment-id 4f2c1aa
report canary --environment production --deployment-id 4f2c1aa --percentage 10
report query --workflow deploy-production --result success --duration 0.3
report canary --environment production --deployment-id 4f2c1aa --percentage 50
report smoke-test --environment production --result failed --duration 42 --deployment-id 4f2c1aa
report rollback --environment production --reason smoke_test_failed --deployment-id 4f2c1aa
report canary --environment production --deployment-id 4f2c1aa --percentage 0 --finished
report deployment --environment production --status rolled_back --duration 95 --deployment-id 4f2c1aa

heading 'The next one succeeds'
report deployment --environment production --status started --deployment-id 9b07e3d
for percentage in 10 50 100; do
  finished=()
  [ "$percentage" = 100 ] && finished=(--finished)
  report canary --environment production --deployment-id 9b07e3d --percentage "$percentage" "${finished[@]}"
  report query --workflow deploy-production --result success --duration 0.3
done
report smoke-test --environment production --result passed --duration 28 --deployment-id 9b07e3d
report deployment --environment production --status success --duration 750 --deployment-id 9b07e3d

# --- What is expected of it ---

# counters NAME LABEL VALUES LABEL VALUES: a counter at 0 for each pair.
counters() {
  local first second
  for first in $3; do
    for second in $5; do printf '%s{%s="%s",%s="%s"} 0\n' "$1" "$2" "$first" "$4" "$second"; done
  done
}
# histogram NAME LABEL VALUE "BOUNDS" SUM OBSERVATION...
histogram() {
  local name=$1 label=$2 value=$3 bounds=$4 sum=$5 bound
  shift 5
  for bound in $bounds +Inf; do
    printf '%s_bucket{%s="%s",le="%s"} ' "$name" "$label" "$value" "$bound"
    printf '%s\n' "$@" | awk -v bound="$bound" '$1 != "" && (bound == "+Inf" || $1 <= bound + 0) { n++ } END { print n + 0 }'
  done
  printf '%s_sum{%s="%s"} %s\n%s_count{%s="%s"} %d\n' "$name" "$label" "$value" "$sum" "$name" "$label" "$value" "$#"
}
expected_page() {
  local both='staging production'
  {
    counters deployment_total environment "$both" status 'success failed rolled_back'
    counters deployment_rollback_total environment "$both" reason 'smoke_test_failed high_error_rate manual'
    counters smoke_test_total environment "$both" result 'passed failed'
    counters prometheus_query_total result 'success failed timeout' workflow 'deploy-staging deploy-production'
    printf 'deployment_frequency{environment="%s"} 0\n' $both
  } | sed -E '
    /^deployment_total.*production.*(success|rolled_back)/s/0$/1/
    /^deployment_rollback_total.*production.*smoke_test_failed/s/0$/1/
    /^smoke_test_total.*production/s/0$/1/
    /^prometheus_query_total.*success.*production/s/0$/4/
    /^deployment_frequency.*production/s/0$/2/'
  histogram deployment_duration_seconds environment staging '60 120 300 600 1800 3600' 0
  histogram deployment_duration_seconds environment production '60 120 300 600 1800 3600' 845 95 750
  histogram smoke_test_duration_seconds environment staging '10 30 60 120 300' 0
  histogram smoke_test_duration_seconds environment production '10 30 60 120 300' 70 42 28
  histogram prometheus_query_duration_seconds workflow deploy-staging '0.1 0.5 1 2 5 10' 0
  histogram prometheus_query_duration_seconds workflow deploy-production '0.1 0.5 1 2 5 10' 1.2 0.3 0.3 0.3 0.3
}
expected_alerts() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' \
    firing RollbackDetected critical production smoke_test_failed \
    'A deployment to production was rolled back (smoke_test_failed)' \
    pending DeploymentsFailing warning production - 'Deployments to production do not succeed' \
    pending NoDeploymentEvents info staging - 'No deployment to staging is reported' \
    pending SmokeTestsFailing warning production - 'Smoke tests fail in production'
}

# Waits until a command prints what is expected; shows what differs when it does not.
failures=0
prints() { diff <("$2" | sort) <("$1" | sort) >"$work/difference"; }
expect() {  # what, the command that shows it, the command that prints the expected
  if eventually prints "$2" "$3"; then
    printf '%s✓ %s%s\n' "$green" "$1" "$plain"
  else
    printf '%s✗ %s: < expected, > found%s\n' "$red" "$1" "$plain"
    cat "$work/difference"
    failures=$((failures + 1))
  fi
}

# A rollout that is finished leaves the page once a scrape has carried its last weight.
heading "The metrics, at $web/metrics"
expect 'every metric has the value that follows from the reports' page expected_page
page | grep -vE ' 0$|_bucket' | while read -r series value; do
  printf '  %-80s %s%s%s\n' "$series" "$bold" "$value" "$plain"
done

heading "The alerts, at $web/api/v1/alerts"
expect 'every alert is in the state that follows from the reports' alerts expected_alerts
alerts | while IFS=$'\t' read -r state name severity _ _ summary; do
  colour=$yellow
  [ "$state" = firing ] && colour=$red
  printf '  %s%-8s%s %-8s %-20s %s\n' "$colour$bold" "$state" "$plain" "$severity" "$name" "$summary"
done

heading 'The journal'
run "$rollwatch" journal verify --storage.path "$work/journal" || failures=$((failures + 1))

[ "$failures" = 0 ] || exit 1
if ! $once; then
  heading "Serving $web until Ctrl-C"
  echo "Report more: ROLLWATCH_URL=$events $rollwatch report canary --environment staging --deployment-id test --percentage 10"
  wait "$sidecar"
fi
