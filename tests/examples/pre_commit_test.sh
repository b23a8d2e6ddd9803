#!/bin/bash
# Runs the hooks of .pre-commit-hooks.yaml by pre-commit itself, from a
# repository of their own, on staged files: good ones pass, wrong ones do not.
#
#   pre_commit_test.sh ROLLWATCH SOURCE_DIRECTORY
set -euo pipefail
program=$(realpath "$1") source=$(realpath "$2")
command -v pre-commit >/dev/null || {
  echo "skipped: pre-commit is not installed"
  exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "$*" >&2
  cat "$work/log" >&2 || true
  exit 1
}
mkdir -p "$work/bin" "$work/hooks" "$work/project/rules/tests"
ln -s "$program" "$work/bin/rollwatch"
export PATH=$work/bin:$PATH PRE_COMMIT_HOME=$work/home HOME=$work
git config --global user.name test
git config --global user.email test@localhost
git config --global init.defaultBranch main
git config --global protocol.file.allow always

git -C "$work/hooks" init -q
cp "$source/.pre-commit-hooks.yaml" "$work/hooks/"
git -C "$work/hooks" add -A
git -C "$work/hooks" commit -qm hooks

# The configuration of docs/check.md, with this repository in its place.
revision=$(git -C "$work/hooks" rev-parse HEAD)
sed -n '/^repos:/,/^```/{/^```/!p}' "$source/docs/check.md" |
  sed -E "s|repo: .*|repo: $work/hooks|; s|rev: .*|rev: $revision|" >"$work/project/.pre-commit-config.yaml"
grep -q "rev: $revision" "$work/project/.pre-commit-config.yaml" || fail "docs/check.md has no configuration"
cd "$work/project"
git init -q
git add -A
git commit -qm configuration

commit() { git add -A && pre-commit run >"$work/log" 2>&1; }
expect() { grep -qE "$1" "$work/log" || fail "no \"$1\""; }

# Nothing of ours is staged: nothing is run.
echo 'a: 1' >values.yaml
commit || fail "a file that is no rule file"
[ "$(grep -c Skipped "$work/log")" = 3 ] || fail "hooks ran on a file that is no rule file"

# Good files.
cat >rules/deployments.yml <<'END'
groups:
- name: deployments
  rules:
  - alert: RolledBack
    expr: increase(deployment_rollback_total[5m]) > 0
END
cat >rules/tests/deployments_test.yml <<'END'
rule_files: [../deployments.yml]
evaluation_interval: 1m
tests:
- input_series:
  - {series: 'deployment_rollback_total{environment="staging",reason="manual"}', values: '0 0 1'}
  alert_rule_test:
  - {eval_time: 0m, alertname: RolledBack}
END
commit || fail "good files"
[ "$(grep -c Passed "$work/log")" = 3 ] || fail "not every hook ran"

# One that can never fire; one that is not formatted; a test that fails.
sed -i 's/_total\[/_total{environment="prod"}[/' rules/deployments.yml
if commit; then fail "an alert that can never fire passed"; fi
expect 'environment of deployment_rollback_total is never "prod"'
expect 'check alert rules\.+Failed'

sed -i 's/expr: .*/expr: increase( deployment_rollback_total[5m] )>0/' rules/deployments.yml
if commit; then fail "an expression that is not formatted passed"; fi
expect 'format PromQL in rule files\.+Failed'
expect 'files were modified by this hook'
grep -q 'expr: increase(deployment_rollback_total\[5m\]) > 0' rules/deployments.yml || fail "it was not formatted"
commit || fail "what was formatted"

sed -i 's/alertname: RolledBack/&, exp_alerts: [{}]/' rules/tests/deployments_test.yml
if commit; then fail "a test that fails passed"; fi
expect 'test alert rules\.+Failed'
echo ok
