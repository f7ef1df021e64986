#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/fuzz/run.sh -- run every built fuzz target for FUZZ_SECONDS (10) over its seed corpus; findings stay in $BUILD/findings.
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${BUILD:-build/fuzz}
seconds=${FUZZ_SECONDS:-10}
passed=0 failed=0
mkdir -p "$build/findings"
for source in tests/fuzz/*.c; do
    name=$(basename "$source" .c)
    case $name in *"${ONLY:-}"*) ;; *) continue ;; esac
    mkdir -p "$build/corpus/$name"
    if "$build/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$name-" "$build/corpus/$name" "tests/fuzz/corpus/$name" > "$build/$name.log" 2>&1; then
        passed=$((passed + 1))
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")
        echo "ok   fuzz/$name: $runs inputs"
    else
        failed=$((failed + 1))
        echo "FAIL fuzz/$name"
        tail -n 40 "$build/$name.log" | sed 's/^/    /'
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
