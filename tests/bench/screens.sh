#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bench/screens.sh -- what a screen costs the daemon: the CPU of a signed request of a device with a screen, from the
# socket to the socket, compared with the same request of a device without. In many short turns, so that whatever else the
# machine does meets both alike, and the mildest of the rounds counts.
# Complains when one costs more than 1.5 times as much.
#
#   BENCH_REQUESTS=200   requests per turn
#   BENCH_TURNS=10       turns of a round
#   BENCH_ROUNDS=3
set -euo pipefail
cd "$(dirname "$0")/../.."
requests=${BENCH_REQUESTS:-200}
. tests/bench/daemon.sh

start_upstreams
start_daemon
cpu() { cpu_us --connections 1 --requests "$requests" "$@"; }
warm --kind setlocation --connections 1 --requests 200
for _ in $(seq "${BENCH_ROUNDS:-3}"); do
    for kind in weather hourly forecast week alerts; do
        warm --kind "$kind" --connections 1 --requests 200 --screen yes
        for _ in $(seq "${BENCH_TURNS:-10}"); do
            echo "$(cpu --kind "$kind") $(cpu --kind "$kind" --screen yes)"
        done | awk -v kind="$kind" '{ without += $1; with += $2 } END { print kind, without / NR, with / NR }'
    done
done >"$scratch/rows"
echo '| what                    | CPU us/request | with a screen | times |'
echo '|---|---|---|---|'
awk -v most=1.5 '
    !($1 in least) { order[++count] = $1 }
    !($1 in least) || $3 / $2 < least[$1] { least[$1] = $3 / $2; without[$1] = $2; with[$1] = $3 }
    END {
        for (i = 1; i <= count; i++) {
            kind = order[i]
            printf "| %-23s | %14d | %13d | %5.2f |\n", kind, without[kind], with[kind], least[kind]
            dear = dear || least[kind] > most
        }
        exit dear
    }' "$scratch/rows" || complain 'a screen costs too much'
