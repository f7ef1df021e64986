#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/run.sh -- run the tests that are built in $BUILD, each program in a folder of its own, and count.
#
#   TESTS=unit|e2e|scripts|threaded|all   which ones (default all; threaded: those that start threads, for TSan)
#   NWS_RECORDINGS=DIR                    also every complete bundle of recordings below DIR
#   ONLY=WORD                             only programs whose name holds WORD
# Ends with the line "N passed, M failed"; exits 1 when anything failed.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${BUILD:-build}
which=${TESTS:-all}
top=$(pwd)
case $build in /*) ;; *) build=$top/$build ;; esac
export TEST_BUILD="$build" TEST_TOP="$top"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-tests.XXXXXX") || exit 2
trap 'tests/dynamo/stop.sh; rm -rf "$scratch"' EXIT
dynamo=$(BUILD="$build" DYNAMO_OWNER=$$ tests/dynamo/start.sh) || exit 1 # DynamoDB for the tests that need it
eval "$dynamo"
passed=0 failed=0 failures=

# Programs whose subject is several threads; the rest gains nothing from ThreadSanitizer.
threaded="base/flight base/metrics base/http base/http_tls base/http_names base/civil base/arena_pool certs/verify certs/chain_cache certs/replay certs/tls
cache/memory cache/documents cache/documents_redis cache/redis cache/shared cache/shared_redis cache/store_conformance cache/store_sqlite cache/aws_creds cache/store_dynamo cache/store_dynamo_faults intents/place server/workers e2e/load"

# These run in the plain suite only: one brings an allocator of its own, which the sanitizers replace; the other
# restarts the daemon under load, and a daemon that is slowed down tenfold still drops a request in some hundreds.
plain_only="cache/out_of_memory e2e/activation"

is_threaded() {
    for t in $threaded; do [ "$t" = "$1" ] && return 0; done
    return 1
}

# run NAME COMMAND...: cmocka prints its own counts; a script ends with "N passed, M failed".
run() {
    name=$1
    shift
    case $name in *"${ONLY:-}"*) ;; *) return ;; esac
    mkdir -p "$scratch/work"
    if (cd "$scratch/work" && TMPDIR="$scratch/work" timeout "${TEST_TIMEOUT:-300}" "$@") > "$scratch/out" 2>&1 < /dev/null; then
        status=0
    else
        status=$?
    fi
    ok=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p; s/^\([0-9][0-9]*\) passed, [0-9]* failed$/\1/p' "$scratch/out" | tail -n 1)
    bad=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p; s/^[0-9][0-9]* passed, \([0-9]*\) failed$/\1/p' "$scratch/out" | tail -n 1)
    ok=${ok:-0} bad=${bad:-0}
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$status" -eq 0 ] && [ "$ok" -eq 0 ]; then # a program that ran no test has not passed
        bad=$((bad + 1))
        echo "ran no test" >> "$scratch/out"
    fi
    passed=$((passed + ok)) failed=$((failed + bad))
    if [ "$bad" -gt 0 ]; then
        failures="$failures $name"
        echo "FAIL $name (exit $status)"
        grep -v '^\[ RUN\|^\[       OK' "$scratch/out" | tail -n 60 | sed 's/^/    /'
    else
        echo "ok   $name: $ok"
    fi
    rm -rf "$scratch/work"
}

for program in $(find "$build/unit" "$build/e2e" -type f -perm -u+x 2>/dev/null | sort); do
    name=${program#"$build"/}
    name=${name#unit/}
    case $which in
    all) ;;
    threaded) is_threaded "$name" || continue ;;
    e2e) case $name in e2e/*) ;; *) continue ;; esac ;;
    unit) case $name in e2e/*) continue ;; esac ;;
    *) continue ;;
    esac
    if [ "${MODE:-release}" != release ]; then
        case " $plain_only " in *" $name "*) echo "     $name: not under sanitizers" && continue ;; esac
    fi
    run "$name" "$program"
done

if [ "$which" = all ] || [ "$which" = scripts ]; then
    for script in "$top"/tests/check_includes.sh "$top"/tests/sim/selftest.sh "$top"/tests/scripts/*.sh; do
        [ -f "$script" ] && run "$(basename "$script")" "$script"
    done
fi

echo
[ -z "$failures" ] || echo "failed:$failures"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
