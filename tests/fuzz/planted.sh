#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/fuzz/planted.sh -- do the fuzz targets find what they are for? Plants one fault after the other in a copy of the
# tree, builds the one target that should find it, and runs it for at most 30 seconds over the committed corpus.
#
#   ONLY=WORD   only faults whose name holds WORD
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${BUILD:-build/fuzz}
seconds=${FUZZ_SECONDS:-30}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-planted.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
passed=0 failed=0

mkdir -p "$tree/$build" "$tree/tests"
cp -a Makefile server certs cache intents "$tree"
cp -a tests/fuzz tests/unit tests/test.h "$tree/tests"
for built in obj base.a certs.a cache.a intents.a server.a; do
    [ ! -e "$build/$built" ] || cp -a "$build/$built" "$tree/$build"
done

# run_target TARGET: prints a verdict; 0 when a law was broken or the program crashed.
run_target() {
    dict=tests/fuzz/$1.dict began=$(date +%s)
    set -- "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$scratch/" "tests/fuzz/corpus/$1"
    [ ! -f "$dict" ] || set -- "$@" -dict="$dict"
    target=$1
    shift
    mkdir -p "$scratch/new"
    (cd "$tree" && "$build/fuzz/$target" "$scratch/new" "$@") > "$scratch/log" 2>&1
    code=$?
    rm -rf "$scratch/new"
    took=$(($(date +%s) - began))
    [ "$code" -eq 77 ] || [ "$code" -eq 1 ] || return 1 # libFuzzer's statuses for a crash
    grep -q 'libFuzzer: \|AddressSanitizer: \|runtime error: ' "$scratch/log"
}

# plant NAME TARGET FILE SED: the fault NAME, which SED makes in FILE, is found by TARGET.
plant() {
    case $1 in *"${ONLY:-}"*) ;; *) return ;; esac
    cp -p "$tree/$3" "$scratch/original"
    sed -i "$4" "$tree/$3"
    if cmp -s "$tree/$3" "$scratch/original"; then
        echo "FAIL $1: $3 no longer has the line to spoil"
        failed=$((failed + 1))
    elif ! make -s -C "$tree" QUIET=1 BUILD="$build" MODE=fuzz CC=clang WERROR= "$build/fuzz/$2" > "$scratch/log" 2>&1; then
        echo "FAIL $1: it does not build"
        tail -n 20 "$scratch/log" | sed 's/^/    /'
        failed=$((failed + 1))
    elif run_target "$2"; then
        echo "ok   $1: found by $2 in $took s ($(sed -n 's/^broken law, [^:]*:[0-9]*: //p' "$scratch/log" | head -n 1))"
        passed=$((passed + 1))
    else
        echo "FAIL $1: not found by $2 in $took s"
        tail -n 5 "$scratch/log" | sed 's/^/    /'
        failed=$((failed + 1))
    fi
    cp "$scratch/original" "$tree/$3" # a new time, so that it is compiled again
}

plant 'a certificate URL that climbs above its root' cert_url certs/cert_url.c \
    '/^static bool path_pop/,/^}/s/return false;/return true;/'
plant 'a certificate URL whose ".." is not resolved' cert_url certs/cert_url.c \
    's/ || str_eqz(segment, "\.\.");/;/'
plant 'a forecast without plausible bounds' nws_grid intents/weather/grid_decode.c \
    's/if (!(value >= facts->min && value <= facts->max)) {/if (value != value) {/'
plant 'an observation without plausible bounds' nws_observation intents/weather/observation_decode.c \
    's/if (!(number >= min && number <= max)) {/if (min > max) {/'
plant 'a proxy whose client may name itself' proxy_headers server/forwarded_for.c \
    's/for (size_t i = f->count; i > 0; i--) {/for (size_t i = 1; i <= f->count; i++) {/'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
