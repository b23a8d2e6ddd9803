#!/usr/bin/env bash
# Runs the commands of a document's console blocks and compares what they print with what stands there.
# Usage: console_test.sh PROGRAM DOCUMENT MINIMUM, which is the least number of commands that must be found.
#
# In a block, a line `$ COMMAND` is run, with the lines `> ...` behind it; the others are what it prints, where `...`
# stands for any text or, alone, any lines. Where nothing stands, it must succeed.
# So that no port is fixed, `rollwatch serve ... &` gets free ones, and the document's own ports stand for those that it
# prints. `rollwatch` and `build/rollwatch` are the program, and /tmp is a folder of the test's own.
set -euo pipefail
program=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
document=$2 minimum=$3
work=$(mktemp -d)
mkdir "$work/bin"
ln -s "$program" "$work/bin/rollwatch"
export PATH=$work/bin:$PATH
sidecar=
stop() {
  stop_sidecar
  rm -rf "$work"
}
trap stop EXIT
failures=0
fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

web=http://127.0.0.1:10970
events=http://127.0.0.1:10971
stop_sidecar() {
  [ -z "$sidecar" ] || kill "$sidecar" 2>/dev/null || true
  wait 2>/dev/null || true
  sidecar=
}
start_sidecar() {
  stop_sidecar
  : >"$work/serve"  # Else what the one before printed can be read first.
  (exec "$@" --web.listen-address 127.0.0.1:0 --web.events-address 127.0.0.1:0 >"$work/serve" 2>"$work/serve.err") &
  sidecar=$!
  local deadline=$((SECONDS + 30))
  until grep -q '^events: ' "$work/serve"; do
    [ "$SECONDS" -lt "$deadline" ] && kill -0 "$sidecar" || { cat "$work/serve.err" >&2; return 1; }
    sleep 0.1
  done
  new_web=$(sed -n 's/^scrapes: //p' "$work/serve")
  new_events=$(sed -n 's/^events: //p' "$work/serve")
}
new_web=$web
new_events=$events

# Whether a file is what a pattern with `...` says.
matches() {
  python3 - "$1" "$2" <<'PYTHON'
import re, sys
pattern, text = (open(path).read() for path in sys.argv[1:])
regex = "".join(
    r"(?:.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + "\n" for line in pattern.splitlines())
sys.exit(0 if re.fullmatch(regex, text) else 1)
PYTHON
}

command=
compare() {
  [ -n "$command" ] || return 0
  local run=$command
  # First, as the program may lie in /tmp itself.
  run=${run//\/tmp\//$work\/}
  run=${run//build\/rollwatch/$program}
  run=${run//${web#http://}/${new_web#http://}}
  run=${run//${events#http://}/${new_events#http://}}
  commands=$((commands + 1))
  if [[ $run == 'kill %1' ]]; then
    stop_sidecar
    return 0
  fi
  if [[ $run == *' serve '*'&' ]]; then
    eval "start_sidecar ${run% &}" || fail "$command"
    export ROLLWATCH_URL=$new_events
    return 0
  fi
  # What an evaluation brings is waited for; a report is made once.
  local deadline=$((SECONDS + 30))
  while :; do
    local status=0
    bash -c "$run" >"$work/output" 2>&1 || status=$?
    sed -e "s,${new_web#http://},${web#http://},g; s,${new_events#http://},${events#http://},g; s,$work/,/tmp/,g" "$work/output" >"$work/seen"
    if [ ! -s "$work/expected" ]; then
      [ "$status" = 0 ] || fail "$command: exit status $status"
      break
    fi
    matches "$work/expected" "$work/seen" && break
    if [[ $run != curl* ]] || [ "$SECONDS" -ge "$deadline" ]; then
      fail "$command"
      diff "$work/expected" "$work/seen" >&2 || true
      break
    fi
    sleep 0.5
  done
}

commands=0
inside=false
while IFS= read -r line <&3; do
  case $line in
    '```console') inside=true command='' ;;
    '```')
      $inside && compare
      inside=false command=''
      ;;
    '$ '*)
      if $inside; then
        compare
        command=${line#'$ '}
        : >"$work/expected"
      fi
      ;;
    '> '*) $inside && command+=$'\n'${line#'> '} ;;
    *) $inside && printf '%s\n' "$line" >>"$work/expected" ;;
  esac
done 3<"$document" || true
[ "$commands" -ge "$minimum" ] || fail "only $commands commands were found in $document"

echo "$commands commands"
[ "$failures" = 0 ]
