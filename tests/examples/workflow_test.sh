#!/bin/bash
# Runs the shell of examples/github/deploy.yml against a real sidecar and the
# real Prometheus: a rollout that succeeds, and one that its smoke test stops.
# Then the shell of action.yml.
#
#   workflow_test.sh ROLLWATCH
set -euo pipefail
program=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
started=()
finish() {
  for one in "${started[@]}"; do kill "$one" 2>/dev/null && wait "$one" || true; done
  rm -rf "$work"
}
trap finish EXIT
fail() {
  echo "$*" >&2
  cat "$work"/*.log >&2 || true
  exit 1
}
python3 -c 'import yaml' || fail "python3-yaml is missing"

mkdir -p "$work/bin" "$work/scripts"
ln -s "$program" "$work/bin/rollwatch"
# What is the team's own, and GitHub's own.
cat >"$work/scripts/deploy.sh" <<'END'
#!/bin/bash
echo "deploy $1" >> deployed
END
cat >"$work/scripts/smoke-test.sh" <<'END'
#!/bin/bash
[ ! -e broken ]
END
cat >"$work/bin/gh" <<'END'
#!/bin/bash
printf '%s\n' "$*" >> issues
END
chmod +x "$work"/scripts/* "$work/bin/gh"
# The gate asks for what this Prometheus has.
cat >"$work/gate.yml" <<'END'
groups:
- name: staging
  rules:
  - {alert: TooManyErrors, expr: vector(0.001) > 0.01}
END

"$program" serve --storage.path "$work/data" --log.level error --web.listen-address 127.0.0.1:0 \
  --web.events-address 127.0.0.1:0 >"$work/serve.out" 2>"$work/serve.log" &
started+=($!)
echo 'global: {}' >"$work/prometheus.yml"
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
  --web.listen-address=127.0.0.1:0 >"$work/prometheus.log" 2>&1 &
started+=($!)
for _ in $(seq 300); do
  if grep -q events "$work/serve.out" && grep -q 'msg="Listening on" address=' "$work/prometheus.log"; then break; fi
  sleep 0.1
done
scrapes=$(sed -n 's/^scrapes: //p' "$work/serve.out")
ROLLWATCH_URL=$(sed -n 's/^events: //p' "$work/serve.out")
PROMETHEUS_URL=http://$(sed -n 's/.*msg="Listening on" address=//p' "$work/prometheus.log" | head -1)
export ROLLWATCH_URL PROMETHEUS_URL ENVIRONMENT=staging GATE_FOR=0s RUN_URL=https://ci.example/runs/1
export PATH=$work/bin:$PATH GITHUB_OUTPUT=$work/output
cd "$work"

step() { # As GitHub runs it: bash -e.
  python3 "$here/workflow_steps.py" "$root/examples/github/deploy.yml" "$1" >step.sh
  bash -e step.sh >>step.log 2>&1
}
metric() { curl -s "$scrapes/metrics" | sed -n "s/^$1 //p"; }
expect() {
  local value
  value=$(metric "$1")
  [ "$value" = "$2" ] || fail "$1 is \"$value\", not $2"
}

# It succeeds.
export DEPLOYMENT_ID=3f2a9c1 RUN_ID=1
step "Report the start" || fail "the start"
step "Canary" || fail "the canary"
step "Report the success" || fail "the success"
[ "$(cat deployed)" = "$(printf 'deploy %s\n' 10 50 100)" ] || fail "deployed: $(cat deployed)"
expect 'deployment_total{environment="staging",status="success"}' 1
expect 'smoke_test_total{environment="staging",result="passed"}' 3
expect 'prometheus_query_total{result="success",workflow="deploy-staging"}' 3

# An event that is sent again counts once.
step "Report the start" || fail "the start again"
grep -q 'duplicate deployment 1-start' step.log || fail "the start was counted twice"

# The smoke test fails.
touch broken
export DEPLOYMENT_ID=9c1d0e2 RUN_ID=2
step "Report the start" || fail "the second start"
if step "Canary"; then fail "the canary of a broken version went on"; fi
REASON=$(sed -n 's/^reason=//p' "$GITHUB_OUTPUT" | tail -1)
export REASON
step "Roll back" || fail "the rollback"
[ "$(tail -1 deployed)" = "deploy rollback" ] || fail "deployed: $(cat deployed)"
expect 'deployment_rollback_total{environment="staging",reason="smoke_test_failed"}' 1
expect 'deployment_total{environment="staging",status="rolled_back"}' 1
expect 'smoke_test_total{environment="staging",result="failed"}' 1
grep -q 'issue create --title Rolled back 9c1d0e2 in staging: smoke_test_failed' issues || fail "issues: $(cat issues)"

# The action.
export ROLLWATCH=$program FAIL_ON=error
action() {
  python3 "$here/workflow_steps.py" "$root/action.yml" "$1" >step.sh
  bash -e step.sh >>step.log 2>&1
}
FILES="$root/examples/alerts.yml $root/examples/gate.yml" action Check || fail "action: check"
FILES="$root/examples/gate_test.yml" action Test || fail "action: test"
echo 'groups: [{name: g, rules: [{alert: A, expr: "rate(x) > 1"}]}]' >wrong.yml
if FILES=wrong.yml action Check; then fail "action: a wrong rule passed"; fi
grep -q '::error file=wrong.yml' step.log || fail "action: no annotation"
echo ok
