#!/bin/bash
# usage: service_test.sh BUILD_DIR SERVICE_SOURCE COMPILER [LAUNCHER [SANITIZERS]]
# Builds a service against the installed package and compares the page that its
# Exposer serves.
set -eu
build=$1 source=$2 compiler=$3 launcher=${4:-} sanitizers=${5:-}
work=$(mktemp -d)
service=
finish() {
  if [ -n "$service" ]; then kill "$service" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
"$work/prefix/bin/rollwatch" --version

cmake -G Ninja -S "$source" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_CXX_FLAGS="${sanitizers:+-fsanitize=$sanitizers}" \
  -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" >"$work/configure.log" 2>&1 ||
  { cat "$work/configure.log"; exit 1; }
cmake --build "$work/build" >"$work/build.log" 2>&1 ||
  { cat "$work/build.log"; exit 1; }

"$work/build/deploy_service" --listen=127.0.0.1:0 --storage="$work/data" \
  >"$work/out" 2>"$work/err" &
service=$!
for _ in $(seq 300); do
  if grep -q '^listening on port' "$work/out"; then break; fi
  kill -0 "$service" 2>/dev/null || { cat "$work/err"; exit 1; }
  sleep 0.1
done
port=$(sed -n 's/^listening on port //p' "$work/out")
curl --silent --fail --max-time 20 "http://127.0.0.1:$port/metrics" >"$work/page"

failed=0
while read -r line; do
  if ! grep -qxF -- "$line" "$work/page"; then
    echo "missing from the page: $line"
    failed=1
  fi
done <<'LINES'
# TYPE deployment_total counter
deployment_total{environment="staging",status="rolled_back"} 1
deployment_total{environment="production",status="success"} 0
deployment_duration_seconds_count{environment="staging"} 1
deployment_duration_seconds_bucket{environment="staging",le="60"} 1
# TYPE deployment_duration_seconds histogram
deployment_rollback_total{environment="staging",reason="smoke_test_failed"} 1
deployment_frequency{environment="staging"} 1
canary_traffic_percentage{deployment_id="3f2a9c1",environment="staging"} 0
smoke_test_total{environment="staging",result="failed"} 1
smoke_test_duration_seconds_count{environment="staging"} 1
prometheus_query_total{result="success",workflow="deploy-staging"} 1
prometheus_query_total{result="timeout",workflow="deploy-staging"} 0
# TYPE prometheus_query_duration_seconds histogram
LINES
[ "$failed" = 0 ] || { cat "$work/page"; exit 1; }

# Finished and scraped: the canary's series is gone.
curl --silent --fail --max-time 20 "http://127.0.0.1:$port/metrics" >"$work/page"
if grep '^canary_traffic_percentage{' "$work/page"; then
  echo "the finished canary is still on the page"
  exit 1
fi
kill "$service" && wait "$service"
service=
"$work/prefix/bin/rollwatch" journal verify --storage.path "$work/data"
