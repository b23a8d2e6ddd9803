#!/usr/bin/env bash
# rollwatch query: ways to give the query, limits, features, --explain.
# Usage: query_test.sh PROGRAM
set -euo pipefail
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
printf 'up{job="a"} 1 1000\nup{job="b"} 2 1000\n' >"$work/page"

expect() {  # what, expected exit status, arguments of `query`
  local what=$1 want=$2 got=0
  shift 2
  "$program" query --data "$work/page" "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
  if [ "$got" != "$want" ]; then
    echo "FAILED: $what: exit status $got, expected $want" >&2
    cat "$work/out" "$work/err" >&2
    failures=$((failures + 1))
  fi
}
says() {  # file, text
  grep -qF -- "$2" "$work/$1" || { echo "FAILED: not in $1: $2" >&2; cat "$work/$1" >&2; failures=$((failures + 1)); }
}

expect 'a query' 0 'sum(up)'
says out '3'
expect 'a query that begins with a minus, by -e' 0 -e '-sum(up)'
says out '-3'
expect 'a query that begins with a minus, behind --' 0 -- '-sum(up)'
says out '-3'
expect 'no query' 2
says err 'give either EXPR or -e EXPR'
expect 'two queries' 2 -e up up

expect 'what each operator gave' 0 --explain 'sum(up)'
says out 'operator'
says out '__name__,job'

expect 'a label that is misspelt' 0 'sum by (jbo) (up)'
says out '{}	3'
says err 'query:1:9: info: no series here has a label "jbo"'
says err 'did you mean job?'
expect 'a keyword that is misspelt' 1 'up offest 5m'
says err 'did you mean offset?'

expect 'too many samples' 1 --query.max-samples 1 up
says err 'query processing would load too many samples into memory in query execution'
expect 'no time' 1 --query.timeout 0 up
says err 'query timed out in expression evaluation'
expect 'too deep' 1 --query.max-depth 2 'abs(abs(abs(up)))'
says err 'expression is nested more than 2 levels deep'
expect 'a depth beyond the limit' 2 --query.max-depth 100000 up
expect 'a short lookback' 0 --query.lookback-delta 1s --time 2.5 'count(up)'
[ ! -s "$work/out" ] || { echo 'FAILED: a sample older than the lookback' >&2; failures=$((failures + 1)); }

expect 'a feature that is off' 1 --enable-feature promql-delayed-name-removal,promql-binop-fill-modifiers 'limitk(1, up)'
says err 'limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions'
expect 'a feature that is on' 0 --enable-feature promql-experimental-functions 'limitk(1, up)'
expect 'no such feature' 2 --enable-feature promql-everything up
says err 'there is no "promql-everything"'

expect 'what an older server does not know' 1 --compat 2.42 'limitk(1, up)'
says err 'unknown function with name "limitk"'
says err 'it came with Prometheus 2.54, --compat is 2.42'

[ "$failures" = 0 ]
