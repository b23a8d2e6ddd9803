#!/usr/bin/env bash
# rollwatch dashboard lint: exit statuses and outputs. Usage: dashboard_test.sh PROGRAM
set -euo pipefail
program=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
data=tests/dashboards/testdata/lint
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

expect() {  # what, expected exit status, arguments of `dashboard`
  local what=$1 want=$2 got=0
  shift 2
  "$program" dashboard "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
  if [ "$got" != "$want" ]; then
    echo "FAILED: $what: exit status $got, expected $want" >&2
    cat "$work/out" "$work/err" >&2
    failures=$((failures + 1))
  fi
}
says() {  # file, text
  grep -qF -- "$2" "$work/$1" || { echo "FAILED: not in $1: $2" >&2; failures=$((failures + 1)); }
}

expect 'our dashboard is fine' 0 lint dashboards/deployment-overview.json --fail-on info
says out 'dashboards/deployment-overview.json: no findings'
expect 'an error is a finding' 3 lint "$data/missing-id/bad.json"
says out "$data/missing-id/bad.json:9:16: error: panel \"Rollbacks\" has no id [missing-id]"
says out "$data/missing-id/bad.json: 1 error"
expect 'a warning is none by default' 0 lint "$data/missing-unit/bad.json"
expect 'a warning is one when asked for' 3 lint "$data/missing-unit/bad.json" --fail-on warning
expect 'nothing is one with none' 0 lint --fail-on none "$data/missing-id/bad.json"
expect 'one bad file of two' 3 lint "$data/missing-id/good.json" "$data/missing-id/bad.json"
echo '{"panels": [}' >"$work/broken.json"
expect 'no JSON' 1 lint "$work/broken.json" "$data/missing-id/bad.json"
says out '[json-syntax]'
expect 'no such file' 1 lint "$work/none.json"
says err 'No such file'
expect 'no file' 2 lint
expect 'no action' 2
expect 'an unknown action' 2 mend
expect 'help' 0 lint --help
says out 'Examples:'
says out 'undefined-datasource'
expect 'an environment of ours' 3 lint "$data/unknown-value/bad.json" --environment blue

expect 'a label that scraping adds' 0 lint "$data/unknown-label/bad.json" --target-labels job,status
sed 's/deployment_rollback_total/app_requests_total/' "$data/unknown-label/bad.json" >"$work/app.json"
echo 'metrics: [{name: app_requests_total, type: counter, labels: [{name: environment}]}]' >"$work/app.yml"
expect 'a metric that nothing is known of' 0 lint "$work/app.json"
expect 'a metric of a schema' 3 lint "$work/app.json" --schema "$work/app.yml"
says out '[unknown-label]'
cat >"$work/prometheus.yml" <<'YAML'
scrape_configs:
  - job_name: app
    static_configs: [{targets: ["localhost:1"], labels: {status: fine}}]
YAML
expect 'labels of targets' 0 lint "$work/app.json" --schema "$work/app.yml" --prometheus-config "$work/prometheus.yml"
sed 's/app_requests_total/app_p99_total/' "$work/app.json" >"$work/p99.json"
sed 's/deployment_rollback_total/deployment_rolback_total/' "$data/unknown-label/bad.json" >"$work/mistyped.json"
sed -i 's/app_requests_total/app_p90_total/' "$work/app.yml"
expect 'a metric of another number' 0 lint "$work/p99.json" --schema "$work/app.yml" --fail-on warning
expect 'a mistyped metric' 3 lint "$work/mistyped.json" --fail-on warning
says out '[unknown-metric]'
echo 'rule_files: [none.yml]' >>"$work/prometheus.yml"
expect 'rules are not for dashboards' 0 lint "$work/app.json" --schema "$work/app.yml" --prometheus-config "$work/prometheus.yml"
[ ! -s "$work/err" ] || { echo "FAILED: said: $(cat "$work/err")" >&2; failures=$((failures + 1)); }
expect 'no such schema' 1 lint "$work/app.json" --schema "$work/none.yml"
says err 'rollwatch dashboard lint: error: '
expect 'JSON' 3 lint --format json "$data/missing-id/bad.json"
python3 - "$work/out" <<'PYTHON' || failures=$((failures + 1))
import json, sys
file, = json.load(open(sys.argv[1]))["files"]
assert file["valid"] and file["file"].endswith("bad.json"), file
finding, = file["findings"]
assert (finding["code"], finding["severity"], finding["line"], finding["column"], finding["end_column"]) == (
    "missing-id", "error", 9, 16, 27), finding
assert finding["message"] == 'panel "Rollbacks" has no id', finding
PYTHON

[ "$failures" = 0 ]
