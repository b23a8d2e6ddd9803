#!/usr/bin/env bash
# examples/gate.yml as its users see it: rollwatch and promtool accept it, and its tests pass in both.
# Usage: gate_test.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
"$program" check --fail-on info examples/gate.yml
"$program" test examples/gate_test.yml
promtool check rules examples/gate.yml
promtool test rules examples/gate_test.yml
