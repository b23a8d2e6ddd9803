#!/usr/bin/env bash
# rollwatch check: exit statuses and outputs. Usage: check_test.sh PROGRAM
set -euo pipefail
program=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
data=tests/alerts/testdata/lint
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

expect() {  # what, expected exit status, arguments of `check`
  local what=$1 want=$2 got=0
  shift 2
  "$program" check "$@" >"$work/out" 2>"$work/err" <"$work/in" || got=$?
  if [ "$got" != "$want" ]; then
    echo "FAILED: $what: exit status $got, expected $want" >&2
    cat "$work/out" "$work/err" >&2
    failures=$((failures + 1))
  fi
}
says() {  # file, text
  grep -qF -- "$2" "$work/$1" || { echo "FAILED: not in $1: $2" >&2; cat "$work/$1" >&2; failures=$((failures + 1)); }
}
: >"$work/in"

expect 'our rules are fine' 0 --fail-on info examples/alerts.yml
says out 'Checking examples/alerts.yml'
says out '  SUCCESS: 15 rules found'
says out '15 rules in 1 file: 0 errors, 0 warnings; 0 alerts cannot fire'
expect 'as typed for promtool' 0 rules examples/alerts.yml
expect 'an error is a finding' 3 "$data/never-holds/bad.yml"
says out '10 rules in 1 file: 10 errors, 0 warnings, 2 info; 10 of 10 alerts cannot fire'
expect 'nothing is one with none' 0 --fail-on none "$data/never-holds/bad.yml"
expect 'a warning is none by default' 0 "$data/for-outlasts-window/bad.yml"
expect 'a warning is one when asked for' 3 --fail-on warning "$data/for-outlasts-window/bad.yml"
expect 'names are listed' 0 --list-rules --fail-on none "$data/rate-of-gauge/bad.yml"
[ "$(grep -A1 -x Increase "$work/out")" = $'Increase\nOfACount' ] || { echo 'FAILED: names not sorted' >&2; failures=$((failures + 1)); }
expect 'help' 0 --help
expect 'an unknown flag' 2 --colour
expect 'no such file' 1 "$work/none.yml"
says err 'No such file'

foreign() {  # help, arguments as typed for promtool
  local help=$1 got=0
  shift
  "$program" "$@" >"$work/out" 2>"$work/err" <"$work/in" || got=$?
  [ "$got" = 2 ] || { echo "FAILED: $*: exit status $got" >&2; failures=$((failures + 1)); }
  says err 'is a command of promtool'
  says err "  = help: use $help"
}
foreign 'promtool check config; ' check config --syntax-only examples/prometheus.yml
foreign 'promtool check metrics' check metrics
foreign 'rollwatch query EXPR --data URL --time TIME' query instant http://localhost:9090 up
foreign 'promtool query series' query series --match=up http://localhost:9090
foreign 'promtool tsdb; ' tsdb list data
(cd "$work" && cp "$root/examples/alerts.yml" config && "$program" check config >/dev/null) ||
  { echo 'FAILED: a rule file of the name config' >&2; failures=$((failures + 1)); }

mkdir "$work/rules"
printf 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum(up\n' >"$work/rules/bad.yml"
printf 'groups:\n- name: g\n  rules:\n  - {record: r, expr: up}\n  - {record: r, expr: up}\n' >"$work/rules/twice.yaml"
printf 'scrape_configs: []\n' >"$work/rules/prometheus.yml"
expect 'an invalid file' 1 "$work/rules/bad.yml" "$data/never-holds/bad.yml"
says err '  FAILED:'
says err "bad.yml:5:17: error: group \"g\", rule 1, \"A\": could not parse expression: 1:7: parse error: unclosed left parenthesis"
says out '1 invalid file'
expect 'a folder' 1 "$work/rules"
says out 'in 2 files'
expect 'duplicates' 0 "$work/rules/twice.yaml"
says err 'lint error 1 duplicate rule(s) found.'
expect 'duplicates are fatal when asked for' 3 --lint-fatal "$work/rules/twice.yaml"
expect 'none beside another is nothing' 3 --lint none,all --lint-fatal "$work/rules/twice.yaml"
expect 'duplicates need not be looked for' 0 --lint none --lint-fatal "$work/rules/twice.yaml"
says out '  SUCCESS: 2 rules found'

cp "$data/unknown-label/bad.yml" "$work/in"
expect 'standard input' 3
says out 'Checking standard input'
says out '<stdin>:5:37: error:'
printf 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: deployment_total{region="eu"} > 0\n' >"$work/region.yml"
expect 'a label of ours only' 3 "$work/region.yml"
expect 'a label that scraping adds' 0 --target-labels job,instance,region "$work/region.yml"
printf 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: deployment_frequency{environment="blue"} > 0\n' >"$work/blue.yml"
expect 'an environment that is not ours' 3 "$work/blue.yml"
expect 'an environment of ours' 0 --environment blue --environment green "$work/blue.yml"

expect 'a rule file is no configuration' 1 --prometheus-config "$work/blue.yml" "$work/blue.yml"
says err 'this is a rule file, and no configuration of Prometheus'
printf 'global: {scrape_interval: 15s}\n' >"$work/global.yml"
expect 'a configuration without jobs' 0 --environment blue --prometheus-config "$work/global.yml" "$work/blue.yml"
says err 'there are no scrape_configs'
{ printf '\xff\xfe' && iconv -t UTF-16LE "$work/blue.yml"; } >"$work/utf-16.yml"
expect 'a file in UTF-16' 3 "$work/utf-16.yml"
says out 'utf-16.yml:5:32: error:'

expect 'a check that is not wanted' 0 --disable unknown-value --fail-on info "$work/blue.yml"
expect 'a check that there is not' 2 --disable unknown-valeu "$work/blue.yml"
says err 'did you mean "unknown-value"?'
expect 'the checks are listed' 0 --list-checks
says out 'rate-of-gauge'
expect 'the checks are listed as JSON' 0 --list-checks --format json
jq -e '.checks | all(.code and .severity and .documentation and .bad and .good)' "$work/out" >/dev/null || { echo 'FAILED: checks as JSON' >&2; failures=$((failures + 1)); }

expect 'JSON' 3 --format json "$data/unknown-value/bad.yml"
python3 - "$work/out" <<'PYTHON' || failures=$((failures + 1))
import json, sys
report = json.load(open(sys.argv[1]))
assert report["files"][0]["valid"] and report["files"][0]["rules"] == 9, report["files"]
first = report["findings"][0]
assert (first["code"], first["severity"], first["line"], first["column"], first["rule"], first["group"]) == (
    "unknown-value", "error", 5, 37, "Typo", "g"), first
assert first["help"] == 'did you mean "success"?' and len(first["fingerprint"]) == 16, first
assert len({finding["fingerprint"] for finding in report["findings"]}) == len(report["findings"])
assert "Typo" in report["cannot_fire"] and report["alerts"] == 9, report
PYTHON

# What it checks against.
schemas=tests/alerts/testdata/schemas
requests() { printf 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: rate(http_requests_total{%s}[5m]) > 1\n' "$1" >"$work/app.yml"; }
requests 'environment="staging"'
expect 'nothing is known of other metrics' 0 --fail-on info "$work/app.yml"
expect 'a label that a schema does not have' 3 --schema "$schemas/application.yml" "$work/app.yml"
says out 'its labels are method, endpoint, status, job, instance'
expect 'a page alone does not say what scraping adds' 0 --fail-on info --schema "$schemas/application.prom" "$work/app.yml"
expect 'a label that a page does not have' 3 --schema "$schemas/application.prom" --target-labels job,instance "$work/app.yml"
requests 'status="503"'
expect 'a value that was not seen is an info' 0 --fail-on warning --schema "$schemas/application.prom" "$work/app.yml"
says out 'info: group "g", rule 1, "A": no status of http_requests_total was seen that satisfies status="503" [unknown-value]'
expect 'a value of an open label' 0 --fail-on info --schema "$schemas/application.yml" "$work/app.yml"
expect 'a closed schema' 3 --closed-schema "$work/app.yml"
says out 'error: group "g", rule 1, "A": no metric is called http_requests_total [unknown-metric]'
expect 'a closed schema that has it' 0 --closed-schema --fail-on info --schema "$schemas/application.yml" "$work/app.yml"
printf 'groups:\n- name: g\n  rules:\n  - {record: "job:up:sum", expr: sum by (job) (up)}\n  - {alert: A, expr: "job:up:sums == 0"}\n' >"$work/recorded.yml"
expect 'a name near a recorded one' 3 --fail-on warning "$work/recorded.yml"
says out 'did you mean "job:up:sum"?'
expect 'a schema that cannot be read' 1 --schema "$work/none.yml" examples/alerts.yml
printf 'metrics:\n- {name: a, typ: gauge}\n' >"$work/schema.yml"
expect 'a schema with a mistake' 1 --schema "$work/schema.yml" examples/alerts.yml
says err 'schema.yml:2:13: error: field typ not found in type a metric'
expect 'the configuration names the rules' 0 --fail-on info --prometheus-config examples/prometheus.yml --schema "$schemas/application.prom"
says out 'Checking examples/alerts.yml'
expect 'what an older server refuses' 3 --compat 2.42 "$data/too-new/bad.yml"
says out 'unknown function with name "info"'
if [[ $(promtool --version 2>&1) == *' 2.42'* ]]; then
  promtool check rules "$data/too-new/good.yml" >/dev/null || { echo 'FAILED: promtool refuses what is old' >&2; failures=$((failures + 1)); }
  ! promtool check rules "$data/too-new/bad.yml" >/dev/null 2>&1 || { echo 'FAILED: promtool takes what is new' >&2; failures=$((failures + 1)); }
fi
expect 'a label that every job sets' 3 --target-labels job,instance,environment examples/alerts.yml
says out '[exported-label]'
expect 'a label that is honored' 0 --target-labels job,instance,environment --honor-labels --fail-on info examples/alerts.yml
cat >"$work/jobs.yml" <<'YAML'
scrape_configs:
- {job_name: ci, scrape_interval: 5m, static_configs: [{targets: [x], labels: {environment: tools}}]}
- {job_name: app, honor_labels: true, scrape_interval: 15s, static_configs: [{targets: [y], labels: {team: a}}]}
YAML
one_rule() { printf 'groups:\n- name: g\n  rules:\n  - {alert: A, expr: %s}\n' "'$1'" >"$work/one.yml"; }
for job in ci:exported-label app: .+: ; do
  one_rule "deployment_frequency{job=~\"${job%:*}.?\", environment=\"staging\"} > 5"
  [ -z "${job#*:}" ] && want=0 || want=3
  expect "an environment of job '${job%:*}'" "$want" --fail-on info --prometheus-config "$work/jobs.yml" "$work/one.yml"
  [ -z "${job#*:}" ] || says out "[${job#*:}]"
done
one_rule 'deployment_frequency{job="ci", team="a"} > 5'
expect 'a label that another job adds' 3 --prometheus-config "$work/jobs.yml" "$work/one.yml"
says out 'deployment_frequency has no label "team"'
one_rule 'rate(deployment_total{job="ci"}[9m]) > 5'
expect 'a window under two scrapes of its job' 3 --prometheus-config "$work/jobs.yml" "$work/one.yml"
one_rule 'rate(deployment_total[9m]) > 5'
expect 'a window over two scrapes of one job' 0 --fail-on warning --prometheus-config "$work/jobs.yml" "$work/one.yml"
expect 'windows too short for the scrapes' 3 --scrape-interval 8m examples/alerts.yml
says out '[short-window]'
expect 'a check that is off' 0 --fail-on none --enable missing-runbook "$data/never-holds/bad.yml"
says out '[missing-runbook]'
expect 'a version that is none' 2 --compat old examples/alerts.yml

corpus=${ROLLWATCH_CORPUS:-$root/../shared/corpus}
origin=$corpus/../origin
if [ -d "$origin" ]; then
  expect 'labels lost in the origin' 3 "$origin/alerts.yml"
  says out '  SUCCESS: 9 rules found'
  for alert in DeploymentHighErrorRate SmokeTestFailing PrometheusQueryFailing; do
    grep -q "\"$alert\": \$labels.*lost-label" "$work/out" || { echo "FAILED: $alert not named" >&2; failures=$((failures + 1)); }
  done
  for schema in yml prom; do
    expect "the origin with the application as $schema" 3 --schema "$schemas/application.$schema" --target-labels job,instance "$origin/alerts.yml"
    while read -r place code; do
      grep -q "alerts.yml:$place: .*\[$code\]$" "$work/out" || { echo "FAILED: no $code at $place" >&2; failures=$((failures + 1)); }
    done <<'DEFECTS'
23:28 lost-label
49:28 lost-label
136:25 lost-label
117:13 rate-unit
58:57 unknown-label
59:42 unknown-label
73:57 unknown-label
74:42 unknown-label
88:59 unknown-label
102:59 unknown-label
17:62 zero-by-zero
43:62 zero-by-zero
130:68 zero-by-zero
133:14 for-outlasts-window
DEFECTS
  done
  printf 'metrics:\n- name: deployment_rollback_total\n  type: counter\n  starts_at_zero: false\n  labels: [{name: environment}, {name: reason}]\n' >"$work/lazy.yml"
  expect 'a counter that starts with its first event' 3 --schema "$work/lazy.yml" "$origin/alerts.yml"
  says out 'alerts.yml:30:15: warning: group "deployment_alerts", rule 2, "DeploymentRollbackDetected": deployment_rollback_total is not published before its first event'
  expect 'our rules with the application' 0 --fail-on info --schema "$schemas/application.prom" --target-labels job,instance examples/alerts.yml
  expect 'the origin without findings' 0 --fail-on none "$origin/alerts.yml"
  expect 'broken expressions of the origin' 1 "$origin/sync-alerts.yml"
  for place in 38:45 53:46 68:46; do says err "sync-alerts.yml:$place: error: group"; done
fi

[ "$failures" = 0 ]
