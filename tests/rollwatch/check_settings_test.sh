#!/usr/bin/env bash
# rollwatch check: .rollwatch.yml and baselines. Usage: check_settings_test.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/team/rules/deep"
cd "$work/team/rules/deep"
failures=0

expect() {  # what, expected exit status, arguments of `check`
  local what=$1 want=$2 got=0
  shift 2
  "$program" check "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
  if [ "$got" != "$want" ]; then
    echo "FAILED: $what: exit status $got, expected $want" >&2
    cat "$work/out" "$work/err" >&2
    failures=$((failures + 1))
  fi
}
says() {  # file, text
  grep -qF -- "$2" "$work/$1" || { echo "FAILED: not in $1: $2" >&2; cat "$work/$1" >&2; failures=$((failures + 1)); }
}
settings() { cat >"$work/team/.rollwatch.yml"; }

cat >rules.yml <<'YAML'
groups:
- name: g
  rules:
  - {alert: Dead, expr: up > 1}
  - {alert: Ratio, expr: 'sum(rate(smoke_test_total[1h])) / sum(rate(smoke_test_total[1h])) > 0.1'}
  - {alert: Blue, expr: 'deployment_frequency{environment="blue"} > 0'}
YAML

expect 'without settings' 3 rules.yml
settings <<'YAML'
disable: [never-holds, zero-by-zero]
environment: [blue, green]
fail-on: info
YAML
expect 'settings of a folder above' 0 rules.yml
expect 'the command line is stronger' 3 --disable unknown-value rules.yml
expect 'another file of settings' 3 --config none rules.yml
settings <<'YAML'
fail-on: info
environment: blue
target-labels: [job, zone]
output: json=findings.json
list-rules: true
disable: never-holds
YAML
expect 'a list between commas, one value, a file' 3 rules.yml
says out Blue
jq -e '.findings | map(.code) == ["zero-by-zero"]' "$work/team/findings.json" >/dev/null || { echo 'FAILED: output of the settings' >&2; failures=$((failures + 1)); }
rm "$work/team/findings.json"

settings <<'YAML'
fail-on: info
disabel: [never-holds]
lint-fatal: [true, false]
format: html
lint-fatal2: x
YAML
expect 'wrong settings' 2 rules.yml
says err '../../.rollwatch.yml:2:1: error: no flag is called --disabel [settings-key]'
says err 'did you mean "disable"?'
says err '.rollwatch.yml:3:13: error: --lint-fatal takes one value'
says err '.rollwatch.yml:4:9: error:'
says err "'html' is not one of text|json|sarif|github|junit"
says err '.rollwatch.yml:5:1: error: no flag is called --lint-fatal2'
[ ! -s "$work/out" ] || { echo 'FAILED: wrong settings, and yet a report' >&2; failures=$((failures + 1)); }
echo '[fail-on]' | settings
expect 'settings that are no map' 2 rules.yml
echo 'fail-on: [' | settings
expect 'settings that are no YAML' 2 rules.yml
printf 'disable: [nothing]\n' | settings
expect 'settings with a check that there is not' 2 rules.yml
# Every flag is a key: help names them all.
"$program" check --help | grep -oE '^ +(-[a-z],)?--[a-z-]+' | sed 's/.*--//' | grep -vxE 'help|config' | while read -r flag; do
  printf '%s: {}\n' "$flag" | settings
  "$program" check rules.yml 2>&1 >/dev/null | grep -q 'no flag is called' && echo "FAILED: --$flag is no key" >&2 && exit 1
  true
done || failures=$((failures + 1))
: | settings
expect 'empty settings' 3 rules.yml
rm "$work/team/.rollwatch.yml"

expect 'a new baseline' 0 --fail-on info --write-baseline "$work/baseline.json" rules.yml
says out '0 errors, 0 warnings, 3 in the baseline'
expect 'nothing but what is accepted' 0 --fail-on info --baseline "$work/baseline.json" rules.yml
sed -i 's/^groups:/# moved\n\ngroups:/; s/  rules:/  rules:\n  - {alert: New, expr: up > 2}/' rules.yml
expect 'one more' 3 --baseline "$work/baseline.json" rules.yml
says out '1 error, 0 warnings, 3 in the baseline'
says out '"New"'
sed -i '/Dead/d; /New/d' rules.yml
expect 'one less' 0 --baseline "$work/baseline.json" rules.yml
says err 'baseline.json that are gone: 1'
printf 'baseline: ../baseline.json\n' | settings
expect 'the baseline of the settings' 0 --fail-on info rules.yml
expect 'no such baseline' 1 --baseline "$work/none.json" rules.yml
echo '{"findings": [{}]}' >"$work/bad.json"
expect 'no baseline' 1 --baseline "$work/bad.json" rules.yml
says err 'bad.json:1:15: error: a finding has a fingerprint'
printf 'groups: [{name: g, rules: [{alert: A, expr: sum(}]}]\n' >invalid.yml
expect 'an invalid file cannot be accepted' 1 --write-baseline "$work/baseline.json" invalid.yml
expect 'nor is it then' 1 --baseline "$work/baseline.json" invalid.yml

[ "$failures" = 0 ]
