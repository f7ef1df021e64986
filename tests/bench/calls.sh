#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bench/calls.sh -- counts the system calls and allocations of a request, which are repeatable: strace writes the calls to
# a file, and a preloaded library counts the allocations.  And the CPU time of its stages.
#
#   BENCH_COUNTED=500   requests per row
set -euo pipefail
cd "$(dirname "$0")/../.."
counted=${BENCH_COUNTED:-500}
. tests/bench/daemon.sh

trace=$scratch/trace allocations=$scratch/allocations
truncate -s 8 "$allocations"
start_upstreams
start_daemon strace -D -f -qq -o "$trace" -E CLIMACAST_ALLOCATIONS="$allocations" -E LD_PRELOAD="$build/bench/allocations.so"
calls() { grep -c '^[0-9]* *[a-z0-9_]*(' "$trace"; }
allocated() { od -An -t d8 "$allocations"; }
count() { # LABEL REQUESTS OPTIONS...
    local label=$1 n=$2 calls allocated at common
    shift 2
    calls=$(calls) allocated=$(allocated) at=$(wc -l <"$trace")
    load --requests "$n" --connections 1 --label "$label" "$@" >/dev/null
    calls=$(($(calls) - calls)) allocated=$(($(allocated) - allocated))
    common=$(tail -n +"$((at + 1))" "$trace" | sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' | sort | uniq -c | sort -rn |
        awk -v n="$n" 'NR <= 7 && $1 > n / 20 { printf "%s%s %.1f", sep, $2, $1 / n; sep = ", " }')
    awk -v l="$label" -v n="$n" -v c="$calls" -v a="$allocated" -v t="$common" \
        'BEGIN { printf "| %s | %.1f | %.0f | %s |\n", l, c / n, a / n, t }'
}
echo '| a request, 1 keep-alive connection | system calls | allocations | the most frequent calls |'
echo '|---|---|---|---|'
warm --kind setlocation --requests 200
warm --kind metric --requests 200
count 'launch' "$counted" --kind launch
count 'metric' "$counted" --kind metric
count 'metric, of 1 user' "$counted" --kind metric --users 1
count 'a place asked for the first time' 100 --kind place --places 100
count 'that place asked for again' 100 --kind place --places 100
count 'metric, new connection each' 100 --kind metric --new full
end "$daemon"

echo
"$build/bench/stages" "$upstream"
