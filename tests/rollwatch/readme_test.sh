#!/usr/bin/env bash
# Compares the README's tables with the program. Usage: readme_test.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

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

[ "$failures" = 0 ]
