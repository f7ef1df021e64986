#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/fuzz/run.sh -- run every built fuzz target: first each input of its committed corpus, then new ones for FUZZ_SECONDS
# (10). Prints a line for each target: inputs run, seconds, coverage (edges, and libFuzzer's features), and the corpus that was
# reached.
#
#   ONLY=WORD       only targets whose name holds WORD
#   FUZZ_JOBS=N     how many at once (default: the number of cores)
#   FUZZ_SEED=N     of the random numbers
# In less than a minute the seed is 1 and nothing is taken from earlier runs, so that the same inputs are made again; longer
# runs have another seed each time and go on from $BUILD/corpus. Findings stay in $BUILD/findings, new inputs in
# $BUILD/corpus. To commit those that add coverage: tests/fuzz/keep.py. A target's dictionary is tests/fuzz/<target>.dict.
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${BUILD:-build/fuzz}
seconds=${FUZZ_SECONDS:-10}
[ "$seconds" -ge 60 ] && seed=${FUZZ_SEED:-0} || seed=${FUZZ_SEED:-1}

# figures LOG: the figures of libFuzzer's last line, "#N DONE cov: N ft: N corp: N/SIZE ... exec/s: N ...".
figures() {
    awk '/^#[0-9]+[ \t]+(DONE|pulse|NEW|REDUCE|INITED)/ { for (i = 1; i < NF; i++) value[$i] = $(i + 1); runs = substr($1, 2) }
        /^Done [0-9]+ runs in [0-9]+ second/ { took = $5 }
        /^stat::average_exec_per_sec/ { rate = $2 }
        END { printf "%d runs in %d s (%d/s), cov %d, ft %d, corpus %s", runs, took, rate, value["cov:"], value["ft:"], value["corp:"] }' "$1"
}

dictionary() {
    [ ! -f "tests/fuzz/$1.dict" ] || echo "-dict=tests/fuzz/$1.dict"
}

# Seed 0 is a random one.
one() {
    name=$1 log=$build/$1.log new=$build/corpus/$1 kept=tests/fuzz/corpus/$1
    [ "$seconds" -ge 60 ] || new=$build/corpus.short/$name
    [ "$seconds" -ge 60 ] || rm -rf "$new"
    mkdir -p "$new" "$kept"
    set -- -timeout=10 -rss_limit_mb=2048 -seed="$seed" -artifact_prefix="$build/findings/$name-"
    if "$build/fuzz/$name" "$@" -runs=0 "$kept" > "$log" 2>&1 &&
        "$build/fuzz/$name" "$@" $(dictionary "$name") -max_total_time="$seconds" -print_final_stats=1 "$new" "$kept" > "$log" 2>&1; then
        said="ok   fuzz/$name: $(figures "$log")"
    else
        said="FAIL fuzz/$name
$(grep -v '^#' "$log" | tail -n 60 | sed 's/^/    /')"
    fi
    flock "$build/said" sh -c 'printf "%s\n" "$1" | tee -a "$2"' - "$said" "$build/said" # two may end at once
}

if [ "${1:-}" = --one ]; then
    one "$2"
    exit 0
fi
mkdir -p "$build/findings"
: > "$build/said"
for source in tests/fuzz/*.c; do
    name=$(basename "$source" .c)
    case $name in *"${ONLY:-}"*) echo "$name" ;; esac
done > "$build/list"
xargs -P "${FUZZ_JOBS:-$(nproc)}" -L 1 tests/fuzz/run.sh --one < "$build/list"
passed=$(grep -c '^ok   ' "$build/said")
failed=$(($(wc -l < "$build/list") - passed)) # one that was killed has told nothing
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
