#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bench/ahead.sh -- what questions about the hours and days ahead and follow-ups cost: warm ones compared with one about
# now, cold ones, and memory.
#
#   BENCH_REQUESTS=5000   requests per row
#   BENCH_COLD=100        cold questions of a round
#   BENCH_WARM_MOST=1.25  complain when a warm question takes more than so many times the CPU of one about now,
#   BENCH_COLD_MOST=1.5   when our own work for a cold one takes more milliseconds,
#   BENCH_GROWTH_MOST=3   or when memory has grown by more MB
# Each is measured three times, and the mildest counts.
set -euo pipefail
cd "$(dirname "$0")/../.."
requests=${BENCH_REQUESTS:-5000} cold=${BENCH_COLD:-100}
. tests/bench/daemon.sh

start_upstreams
start_daemon
warm --kind setlocation --requests 200
for _ in 1 2 3; do
    for kind in metric timing hours extreme follow; do
        warm --kind "$kind" --requests 200
        echo "$kind $(cpu_us --kind "$kind" --requests "$requests")"
    done
done >"$scratch/compared"
check_answers
end "$daemon"
awk '!($1 in least) { order[++kinds] = $1 }
    !($1 in least) || $2 < least[$1] { least[$1] = $2 }
    END { for (i = 1; i <= kinds; i++) print order[i], least[order[i]], least[order[i]] / least["metric"] }' "$scratch/compared" \
    >"$scratch/least"
echo '| a warm question of the kind | CPU us/request | times one about now |'
echo '|---|---|---|'
while read -r kind us ratio; do
    printf '| %-27s | %14d | %19.2f |\n' "$kind" "$us" "$ratio"
    ! exceeds "$ratio" "${BENCH_WARM_MOST:-1.25}" || complain "a question of the kind $kind takes $ratio times the CPU of one about now"
done <"$scratch/least"

# Memory, from the moment on when only questions about now had been answered.
start_daemon
warm --kind setlocation --requests 200
warm --kind metric --requests "$requests"
before=$(rss_kb)
for _ in 1 2 3; do
    for kind in timing hours hourly extreme forecast week follow others; do
        warm --kind "$kind" --requests "$requests"
    done
done
grown=$(awk -v before="$before" -v after="$(rss_kb)" 'BEGIN { printf "%.1f", (after - before) / 1024 }')
check_answers
end "$daemon"
echo
echo "Memory after questions about now: $((before / 1024)) MB; after $((24 * requests)) of all other kinds: $grown MB more"
! exceeds "$grown" "${BENCH_GROWTH_MOST:-3}" || complain "memory has grown by $grown MB"

# Cold questions, about places whose documents are in no cache. The bound is for a grid of 300 KB.
for round in 1 2 3; do
    "$build/bench/cold" "$upstream" "$scratch/cold.$round.db" "$cold"
done | sort -n -k 3 | head -n 1 >"$scratch/cold"
read -r whole fetching own grid kb <"$scratch/cold"
own_ms=$(awk -v own="$own" -v grid="$grid" -v kb="$kb" 'BEGIN { printf "%.2f", (own + grid * (300 / kb - 1)) / 1000 }')
echo
echo "A cold question takes $whole us of CPU, $fetching us of it for fetching its documents (libcurl, zlib, kernel)."
echo "Our own work, from the envelope to the answer and the store, takes $own us, $grid us of it for reading a grid of $kb KB:"
echo "with a grid of 300 KB $own_ms ms"
! exceeds "$own_ms" "${BENCH_COLD_MOST:-1.5}" || complain "the own work of a cold question takes $own_ms ms of CPU"
