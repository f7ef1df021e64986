#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/bench/run.sh -- measures speed and memory of the daemon over TLS, with verification on, a SQLite store and
# simulated weather.
#
#   BENCH_REQUESTS=5000   requests per row
#   BENCH_LONG=200000     requests of the memory rows (0: skip them)
#   BENCH_STARTS=5        number of starts; the median is printed
# The load generator runs on the same machine, so the CPU time per request is the most reliable number.
# tests/bench/peers.sh compares the daemon with other servers; it needs ../shared/peers.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
requests=${BENCH_REQUESTS:-5000}
long=${BENCH_LONG:-200000}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-bench.XXXXXX")
sim='' daemon=''
stop() {
    for pid in $daemon $sim; do kill "$pid" 2>/dev/null || true; done
    for pid in $daemon $sim; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 1' INT TERM

certs/dev/make.sh "$build/certs" > /dev/null
certs=$build/certs
"$build/climasim" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" --s3-key "$certs/s3.key" \
    --chains "$certs/chains" --ports-file "$scratch/ports" > /dev/null 2>&1 &
sim=$!
tries=0
while [ ! -s "$scratch/ports" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 500 ] || { echo 'bench: the simulator did not start' >&2; exit 1; }
    sleep 0.02
done
upstream=$(sed -n 's/^http=//p' "$scratch/ports")
s3=$(sed -n 's/^s3=//p' "$scratch/ports")

# start NAME: start the daemon with a new store; sets $took (milliseconds until ready) and $log.
start() {
    log=$scratch/log.$1
    before=$(date +%s%N)
    "$build/climacastd" --set server.listen=127.0.0.1:0 --set server.max_connections_per_ip=0 --set admin.listen= \
        --set server.certificate="$certs/localhost.pem" --set server.private_key="$certs/localhost.key" \
        --set alexa.skill_ids=amzn1.ask.skill.00000000-0000-0000-0000-000000000000 \
        --set alexa.trust_anchors="$certs/root.pem" --set http.ca_bundle="$certs/root.pem" \
        --set alexa.certificate_connect_to=127.0.0.1:"$s3" --set weather.base_url=http://127.0.0.1:"$upstream" \
        --set persistence.backend=sqlite --set sqlite.path="$scratch/bench.$1.db" 2> "$log" &
    daemon=$!
    tries=0
    until grep -q ' ready ' "$log" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 2000 ] || { cat "$log" >&2; exit 1; }
        sleep 0.002
    done
    took=$((($(date +%s%N) - before) / 1000000))
}

count=${BENCH_STARTS:-5}
i=0
while [ "$i" -lt "$count" ]; do
    start "$i"
    echo "$took" >> "$scratch/starts"
    kill "$daemon"
    wait "$daemon"
    daemon=''
    i=$((i + 1))
done
start measured
port=$(sed -n 's/.* listening address=127.0.0.1:\([0-9]*\).*/\1/p' "$log" | head -n 1)
load() { "$build/bench/load" --port "$port" --certs "$certs" --pid "$daemon" "$@"; }
warm() { load --label warming "$@" > /dev/null; }

[ "$count" -eq 0 ] || echo "time from start to ready, with a new store: $(sort -n "$scratch/starts" | sed -n "$(((count + 1) / 2))p") ms"
echo
echo '| what                               | requests/s | p50 ms | p99 ms | CPU us/request | RSS MB |'
echo '|---|---|---|---|---|---|'
warm --kind setlocation --requests 200
warm --kind metric --requests 500
warm --kind forecast --requests 200
load --kind launch --requests "$requests" --label 'launch, 16 keep-alive connections'
load --kind metric --requests "$requests" --connections 1 --label 'metric, 1 keep-alive connection'
load --kind metric --requests "$requests" --label 'metric, 16 keep-alive connections'
load --kind metric --requests "$requests" --connections 128 --label 'metric, 128 keep-alive connections'
load --kind forecast --requests "$requests" --label 'forecast, 16 keep-alive connections'
load --kind metric --requests 1000 --new full --label 'metric, new connection each'
load --kind metric --requests 1000 --new resumed --label 'metric, resumed connection each'
# Signed in batches because a signature is valid for only 150 seconds.
sent=0
while [ "$sent" -lt "$long" ]; do
    sent=$((sent + 10000))
    if [ $((sent % 50000)) -eq 0 ]; then
        load --kind metric --requests 10000 --label "metric, $sent requests in a row"
    else
        warm --kind metric --requests 10000
    fi
done
echo
"$build/bench/stages" "http://127.0.0.1:$upstream"
if [ -d ../shared/peers ]; then
    echo
    echo 'To compare with other servers, run tests/bench/peers.sh SCRATCH (about ten minutes).'
fi
