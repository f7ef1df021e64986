#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bench/growth.sh [LARGEST [WORD]] -- shows how the cost of an operation grows with the amount of data, in
# instructions and allocations, which are repeatable where times are not.  Complains when a curve bends upward.
#
#   LARGEST   leave out larger sizes (default 100000)
#   WORD      only curves with WORD in their names
# An operation may cost BEND times as much when there is ten times as much: trees become deeper, and caches of SQLite's
# pages smaller than what they cache.  Of a document or a request, it is the cost of each KB.
set -euo pipefail
cd "$(dirname "$0")/../.."
largest=${1:-100000} word=${2:-}
. tests/bench/daemon.sh

start_simulator
(cd "$scratch" && valgrind -q --tool=callgrind --instr-atstart=no --callgrind-out-file=counts \
    "$build/bench/growth" "$largest" "$upstream" "$word" >rows)

for ((i = 1; i <= $(wc -l <"$scratch/rows"); i++)); do
    sed -n 's/^totals: //p' "$scratch/counts.$i"
done | paste "$scratch/rows" - | awk -F '\t' -v BEND=1.35 '
    # cost: of one operation, or of each KB
    { curve = $1 " / " $2; unit = $2 == "KB" ? $4 * $3 : $4
      instructions = $6 / unit; allocations = $5 / unit }
    curve != last { if (last) finish(); text = ""; bent = ""; last = curve; curves++ }
    curve == last && text { ratio = instructions / before; steps = log($3 / size) / log(10)
      if (ratio > BEND ^ steps || allocations > BEND ^ steps * had + 1) bent = "bends upward at " $3 }
    { text = text (text ? ", " : "") sprintf("%s: %d (%.1f)", $3, instructions, allocations)
      before = instructions; had = allocations; size = $3 }
    function finish() { print "| " last " | " text " | " (bent ? bent : "no") " |"; bends += bent != "" }
    BEGIN { print "| curve | size: instructions (allocations) | bends upward? |\n|---|---|---|" }
    END { finish(); printf "\n%d curves, %d bend upward\n", curves, bends; exit bends > 0 || curves == 0 }' ||
    complain 'a curve bends upward, or there is none'
