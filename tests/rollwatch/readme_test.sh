#!/usr/bin/env bash
# Runs the commands of the README's console blocks and compares what they print with what stands there; compares its
# tables with the program. Usage: readme_test.sh PROGRAM
#
# In a block, a line `$ COMMAND` is run, with the lines `> ...` behind it; the others are what it prints, where `...`
# stands for any text or, alone, any lines.
# So that no port is fixed, `rollwatch serve` gets free ones, and the README's own ports stand for those that it prints.
set -euo pipefail
program=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
work=$(mktemp -d)
sidecar=
stop() {
  [ -z "$sidecar" ] || kill "$sidecar" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
failures=0
fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# --- Tables ---

# The cells of the README's table behind a heading: first column, second column.
table() {
  awk -v heading="## $1" -F ' *[|] *' '$0 == heading { here = 1; next } /^## / { here = 0 }
    here && /^\|/ && !/^\|-/ && n++ { print }' README.md
}
"$program" --help | awk '/^Commands:/ { here = 1; next } /^$/ { here = 0 } here { print $1 }' | sort >"$work/commands"
table Commands | sed -nE 's/^\| `([a-z]+).*/\1/p' | sort >"$work/named"
diff "$work/commands" "$work/named" || fail 'the table of commands is not that of rollwatch --help'
[ -s "$work/commands" ] || fail 'rollwatch --help lists no commands'

"$program" schema --format json >"$work/schema.json"
python3 - "$work/schema.json" >"$work/metrics" <<'PYTHON'
import json, sys
for metric in json.load(open(sys.argv[1]))["metrics"]:
    labels = []
    for label in metric["labels"]:
        values = label["values"] + ([] if label["others"] == "never" else ["others" if label["values"] else "any"])
        labels.append(label["name"] + ": " + ", ".join(values))
    buckets = " ".join(f"{bucket:g}" for bucket in metric.get("buckets", []))
    cells = [f"`{metric['name']}`", metric["type"], metric.get("unit", ""), "; ".join(labels), buckets]
    print("| " + " | ".join(cells) + " |")
PYTHON
table 'The metrics' >"$work/named"
diff "$work/metrics" "$work/named" || fail 'the table of metrics is not that of rollwatch schema'

# --- Tour ---

web=http://127.0.0.1:10970
events=http://127.0.0.1:10971
start_sidecar() {
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
  run=${run//$web/$new_web}
  run=${run//$events/$new_events}
  commands=$((commands + 1))
  if [[ $run == *' serve '* ]]; then
    eval "start_sidecar ${run% &}" || fail "$command"
    export ROLLWATCH_URL=$new_events
    return 0
  fi
  # What an evaluation brings is waited for; a report is made once.
  local deadline=$((SECONDS + 30))
  while :; do
    bash -c "$run" >"$work/output" 2>&1 || true
    sed -e "s,$new_web,$web,g; s,$new_events,$events,g; s,$work/,/tmp/,g" "$work/output" >"$work/seen"
    [ -s "$work/expected" ] || break
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
done 3<README.md || true
[ "$commands" -ge 10 ] || fail "only $commands commands were found in the README"

echo "$commands commands"
[ "$failures" = 0 ]
