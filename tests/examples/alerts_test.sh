#!/usr/bin/env bash
# examples/alerts.yml as its users see it: rollwatch and promtool accept it and its tests pass, every alert is tested firing,
# quiet and through a gap, and every runbook_url leads to a section that exists. Usage: alerts_test.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
rules=examples/alerts.yml
tests=(examples/alerts_test.yml examples/alerts_days_test.yml)
failures=0
fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

"$program" check --fail-on info "$rules" || fail "rollwatch check $rules"
promtool check rules "$rules" || fail "promtool check rules $rules"
promtool test rules "${tests[@]}" || fail "promtool test rules ${tests[*]}"
"$program" test "${tests[@]}" || fail "rollwatch test ${tests[*]}"

mapfile -t alerts < <(sed -nE 's/^  - alert: (.*)/\1/p' "$rules")
[ "${#alerts[@]}" -ge 12 ] || fail "only ${#alerts[@]} alerts were found in $rules"

for alert in "${alerts[@]}"; do
  # The first line behind each assertion about this alert: "[]" or nothing.
  outcomes=$(grep -h -A1 -x "    alertname: $alert" "${tests[@]}" | sed -nE 's/^    exp_alerts:(.*)/fires\1/p')
  grep -qx 'fires' <<<"$outcomes" || fail "no test shows $alert firing"
  grep -qx 'fires \[\]' <<<"$outcomes" || fail "no test shows $alert quiet"

  url=$(awk -v alert="$alert" '$2 == "alert:" { here = $3 == alert } here && $1 == "runbook_url:" { print $2 }' "$rules")
  file=${url%%#*}
  section=${url#*#}
  if [ ! -f "$file" ]; then
    fail "the runbook_url of $alert leads to no file: $url"
  elif ! grep -qx -- "$section" <<<"$(sed -nE 's/^#+ (.*)/\1/p' "$file" | tr '[:upper:] ' '[:lower:]-')"; then
    fail "the runbook_url of $alert leads to no section: $url"
  fi
  for name in summary description; do
    awk -v alert="$alert" -v name="$name:" \
      '$2 == "alert:" { here = $3 == alert } here && $1 == name { found = 1 } END { exit !found }' "$rules" ||
      fail "$alert has no $name"
  done
done

# Every test group but that of a target that does not answer goes through a gap.
awk '/^- name:/ { if (name != "" && !gap) print name; name = $0; gap = 0 } / stale / { gap = 1 }
     END { if (!gap) print name }' "${tests[@]}" | while read -r group; do
  [ "$group" = "- name: The sidecar does not answer" ] || { echo "FAILED: no gap in $group" >&2; exit 1; }
done || failures=$((failures + 1))

[ "$failures" = 0 ]
