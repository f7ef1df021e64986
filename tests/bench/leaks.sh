#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bench/leaks.sh -- sends 1,000 signed requests to the daemon under valgrind; fails if memory is definitely lost.
#
# valgrind runs one thread at a time, twenty times as slowly. So there are only two connections, and the certificate
# chain is fetched before: of eight first requests at once, most would meet the deadline of a request.
set -euo pipefail
cd "$(dirname "$0")/../.."
make -s BUILD="${BUILD:-build}" all "${BUILD:-build}/climasim" "${BUILD:-build}/bench/load"
. tests/bench/daemon.sh

start_upstreams
patience=60 start_daemon valgrind --fair-sched=try --leak-check=full --show-leak-kinds=definite \
    --errors-for-leak-kinds=definite --error-exitcode=9 --log-file="$scratch/valgrind"
tries=0
until "$build/bench/load" --port "$port" --certs "$certs" --pid "$daemon" --connections 1 --kind launch --requests 1; do
    tries=$((tries + 1))
    [[ $tries -lt 10 ]] || { cat "$log" >&2; exit 1; }
    sleep 1 # a failure is remembered for some seconds
done
load --connections 2 --kind setlocation --requests 100 --label 'set location'
load --connections 2 --kind metric --requests 500 --label 'metric'
load --connections 2 --kind forecast --requests 200 --label 'forecast'
load --connections 2 --kind others --requests 120 --label 'others'
load --connections 2 --kind launch --requests 150 --label 'launch'
load --connections 2 --kind metric --requests 50 --new full --label 'new connections'
end "$daemon"
grep -A 8 'LEAK SUMMARY' "$scratch/valgrind" || cat "$scratch/valgrind"
grep 'ERROR SUMMARY' "$scratch/valgrind" || true
[[ $ended -eq 0 ]] || { cat "$scratch/valgrind"; complain "exit status $ended"; }
