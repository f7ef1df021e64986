#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bench/requests.sh -- measures speed and memory of the daemon over TLS, with verification on, a SQLite store and
# simulated weather.
#
#   BENCH_REQUESTS=5000   requests per row
#   BENCH_LONG=200000     requests of the memory rows (0: skip them)
#   BENCH_STARTS=5        number of starts; the median is printed (0: skip them)
# The load generator runs on the same machine, so the CPU time per request is the most reliable number.
# tests/bench/peers.sh compares the daemon with other servers; it needs ../shared/peers.
set -euo pipefail
cd "$(dirname "$0")/../.."
requests=${BENCH_REQUESTS:-5000} long=${BENCH_LONG:-200000} starts=${BENCH_STARTS:-5}
. tests/bench/daemon.sh

start_upstreams
for _ in $(seq "$starts"); do
    before=$(date +%s%3N)
    start_daemon
    ready=$(sed -n 's/^\([^ ]*\) .* ready version=.*/\1/p' "$log")
    echo $(($(date -d "$ready" +%s%3N) - before))
    end "$daemon"
done >"$scratch/starts"
[[ $starts -eq 0 ]] ||
    echo "time from start to ready, with a new store: $(sort -n "$scratch/starts" | sed -n "$(((starts + 1) / 2))p") ms"

start_daemon
echo
echo '| what                               | requests/s | p50 ms | p99 ms | CPU us/request | RSS MB |'
echo '|---|---|---|---|---|---|'
warm --kind setlocation --requests 200
warm --kind metric --requests 500
warm --kind forecast --requests 200
load --kind launch --requests "$requests" --label 'launch, 16 keep-alive connections'
load --kind metric --requests "$requests" --connections 1 --label 'metric, 1 keep-alive connection'
for connections in 16 128 1000; do
    load --kind metric --requests "$requests" --connections $connections --label "metric, $connections keep-alive connections"
done
load --kind forecast --requests "$requests" --label 'forecast, 16 keep-alive connections'
load --kind place --places 500 --requests 500 --label 'a place asked for the first time'
load --kind place --places 500 --requests "$requests" --label 'one of 500 places asked for again'
load --kind metric --requests 1000 --new full --label 'metric, new connection each'
load --kind metric --requests 1000 --new resumed --label 'metric, resumed connection each'
# Signed in batches because a signature is valid for only 150 seconds.
for ((sent = 10000; sent <= long; sent += 10000)); do
    if ((sent % 50000 == 0)); then
        load --kind metric --requests 10000 --label "metric, $sent requests in a row"
    else
        warm --kind metric --requests 10000
    fi
done
if [[ -d ../shared/peers ]]; then
    echo
    echo 'To compare with other servers, run tests/bench/peers.sh SCRATCH (about ten minutes).'
fi
