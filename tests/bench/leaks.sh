#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/bench/leaks.sh -- sends 1,000 signed requests to the daemon under valgrind; fails if memory is definitely lost.
#
# valgrind runs one thread at a time, twenty times as slowly. So there are only two connections, and the certificate
# chain is fetched before: of eight first requests at once, most would meet the deadline of a request.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
make -s BUILD="$build" all "$build/climasim" "$build/bench/load"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-leaks.XXXXXX")
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
while [ ! -s "$scratch/ports" ] && [ "$tries" -lt 500 ]; do tries=$((tries + 1)); sleep 0.02; done
valgrind --fair-sched=try --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=9 \
    --log-file="$scratch/valgrind" "$build/climacastd" --set server.listen=127.0.0.1:0 --set admin.listen= \
    --set server.certificate="$certs/localhost.pem" --set server.private_key="$certs/localhost.key" \
    --set alexa.skill_ids=amzn1.ask.skill.00000000-0000-0000-0000-000000000000 \
    --set alexa.trust_anchors="$certs/root.pem" --set http.ca_bundle="$certs/root.pem" \
    --set alexa.certificate_connect_to=127.0.0.1:"$(sed -n 's/^s3=//p' "$scratch/ports")" \
    --set weather.base_url=http://127.0.0.1:"$(sed -n 's/^http=//p' "$scratch/ports")" \
    --set persistence.backend=sqlite --set sqlite.path="$scratch/leaks.db" 2> "$scratch/log" &
daemon=$!
tries=0
until grep -q ' ready ' "$scratch/log" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 3000 ] || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.02
done
port=$(sed -n 's/.* listening address=127.0.0.1:\([0-9]*\).*/\1/p' "$scratch/log" | head -n 1)
load() { "$build/bench/load" --port "$port" --certs "$certs" --pid "$daemon" "$@"; }
tries=0
until load --connections 1 --kind launch --requests 1 --label 'the first request'; do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || { cat "$scratch/log" >&2; exit 1; }
    sleep 1 # a failure is remembered for some seconds
done
load() { "$build/bench/load" --port "$port" --certs "$certs" --pid "$daemon" --connections 2 "$@"; }
load --kind setlocation --requests 100 --label 'set location'
load --kind metric --requests 500 --label 'metric'
load --kind forecast --requests 200 --label 'forecast'
load --kind launch --requests 150 --label 'launch'
load --kind metric --requests 50 --new full --label 'new connections'
kill "$daemon"
status=0
wait "$daemon" || status=$?
daemon=''
grep -A 8 'LEAK SUMMARY' "$scratch/valgrind" || cat "$scratch/valgrind"
grep 'ERROR SUMMARY' "$scratch/valgrind" || true
[ "$status" -eq 0 ] || { cat "$scratch/valgrind"; echo "leaks: exit status $status" >&2; exit 1; }
