#!/usr/bin/env bash
# What a user meets beside the path: mistyped flags and folders, a full disk. Usage: usage_test.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0

expect() {  # what, expected exit status, text that stderr says, arguments
  local what=$1 want=$2 says=$3 got=0
  shift 3
  "$program" "$@" >out 2>err </dev/null || got=$?
  if [ "$got" != "$want" ] || { [ -n "$says" ] && ! grep -qF -- "$says" err; }; then
    echo "FAILED: $what: exit status $got, expected $want, and on stderr: $says" >&2
    cat out err >&2
    failures=$((failures + 1))
  fi
}
is() {  # what, what it is, what it shall be
  [ "$2" = "$3" ] || { echo "FAILED: $1: $2, expected $3" >&2; failures=$((failures + 1)); }
}
cp "$root/examples/alerts.yml" alerts.yml

expect 'an option that is nearly one' 2 'unknown option "--fail-onn"; did you mean "--fail-on"?' check --fail-onn error alerts.yml
expect 'an option of no command' 2 'unknown option "--colour"' --colour
expect 'an option without its value' 2 '--fail-on: its value is missing' check alerts.yml --fail-on
expect 'an option with the empty text' 0 '' check --lint= --fail-on none alerts.yml
expect 'an empty text that is no choice' 2 "--format: '' is not one of" check --format= alerts.yml
expect 'an option twice' 2 '--format is given twice' check --format json --format text alerts.yml
expect 'one argument too many' 2 'unexpected argument "down"' query up down --data x
expect 'help of a command' 0 '' help query
is 'help of a command' "$(grep -c '^Usage: rollwatch query' out)" 1

mkdir empty rules
printf 'environment: production\n' >empty/values.yml
cp alerts.yml rules
expect 'a folder without rules' 1 'empty: no file with rules in this folder' check empty
expect "promtool's word, that is a folder too" 2 'write ./rules' check rules
expect 'the folder' 0 '' check ./rules
expect "promtool's word before files" 0 '' check rules rules/alerts.yml

for arguments in 'check alerts.yml' 'fmt -e up' 'schema' '--help'; do
  got=0
  # shellcheck disable=SC2086
  "$program" $arguments >/dev/full 2>err || got=$?
  is "a full disk: $arguments" "$got" 1
  is "a full disk: $arguments: stderr" "$(cat err)" 'rollwatch: error: standard output: No space left on device'
done
got=0
"$program" report smoke-test --url http://127.0.0.1:9 --environment staging -- true >/dev/full 2>/dev/null || got=$?
is 'the status of a wrapped command stays' "$got" 0

expect 'a step without a range' 2 '--step is for a range' query up --data alerts.yml --step 30s
expect 'parts of no plain rules' 2 '--split is for --plain' fmt --split . alerts.yml
expect 'plain rules that are checked' 2 '--plain prints rule files' fmt --plain --check alerts.yml

"$program" fmt alerts.yml 2>/dev/null
sed 's/sum by (/sum by(/' alerts.yml >written.yml
ln -s written.yml link.yml
chmod 666 written.yml
expect 'a link is formatted' 0 'link.yml: formatted' fmt link.yml
is 'a link stays one' "$(readlink link.yml)" written.yml
is 'its permissions stay' "$(stat -c %a written.yml)" 666
is 'what it points to is formatted' "$(cmp written.yml alerts.yml && echo same)" same

mkdir -p folder/below
cp alerts.yml folder/below/formatted.yml
printf 'groups: [{name: g, rules: [{record: r, expr: "up  + 1"}]}]\n' >folder/plain.yaml
printf 'tests: []\n' >folder/tests.yml
expect 'a folder is looked through' 1 'folder/plain.yaml: not formatted' fmt --check folder
expect 'a folder without rules to format' 1 'empty: no file with rules in this folder' fmt --check empty
sed 's/$/\r/' "$root/examples/alerts.yml" >windows.yml
expect 'lines that end as on Windows' 0 'windows.yml: formatted' fmt windows.yml
is 'they all still do' "$(sed 's/$/\r/' alerts.yml | cmp windows.yml - && echo same)" same

exit $((failures > 0))
