#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/fuzz/run.sh -- run every built fuzz target for FUZZ_SECONDS (10) over its seed corpus; findings stay in $BUILD/findings.
#
#   ONLY=WORD       only targets whose name holds WORD
#   FUZZ_JOBS=N     so many at once (default: as there are cores)
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${BUILD:-build/fuzz}
seconds=${FUZZ_SECONDS:-10}

one() {
    name=$1
    mkdir -p "$build/corpus/$name"
    if "$build/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$name-" "$build/corpus/$name" "tests/fuzz/corpus/$name" > "$build/$name.log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")
        said="ok   fuzz/$name: $runs inputs"
    else
        said="FAIL fuzz/$name
$(tail -n 40 "$build/$name.log" | sed 's/^/    /')"
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
