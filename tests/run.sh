#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/run.sh -- runs the tests built in $BUILD, each program in its own temporary folder.
#
#   TESTS=unit|e2e|scripts|threaded|all   which tests (default all; threaded: those with several threads, for TSan)
#   NWS_RECORDINGS=DIR                    also test with every complete bundle of recorded weather in DIR
#   ONLY=WORD                             only programs whose name contains WORD
#   TEST_JOBS=N                           how many at once (default: number of cores plus one, and one or two that mostly wait)
#   TEST_TIMEOUT=N                        seconds per program (default 300)
#   EMULATOR=COMMAND                      runs the programs, which are for another architecture
#   run.sh --threaded                     only lists what TESTS=threaded needs to be built
# Prints one line per program with the number of tests that passed, and ends with the line "N passed, M failed".  Exits
# with 1 if anything failed.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${BUILD:-build}
which=${TESTS:-all}
top=$(pwd)
case $build in /*) ;; *) build=$top/$build ;; esac
export TEST_BUILD="$build" TEST_TOP="$top"

# run_program COMMAND: in the folder $work, with its output in $out.
run_program() {
    (cd "$work" && TMPDIR="$work" timeout "${TEST_TIMEOUT:-300}" ${EMULATOR:-} "$1") > "$out" 2>&1 < /dev/null
}

# busy_seconds TIMES: processor seconds of a shell's children, in what its `times` printed.
busy_seconds() {
    awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, "m"); n += 60 * t[1] + t[2] } printf "%.0f", n }' "$1"
}

# run_one NAME COMMAND: run a program in its own folder and record its counts.  cmocka programs print them in their own
# format; scripts end with "N passed, M failed".
run_one() {
    name=$1 work=$scratch/work.$$ out=$scratch/out.$$ report=$scratch/report.$$ began=$(date +%s)
    mkdir -p "$work"
    # These create and drop the tables of older releases, whose names are fixed, so each has a DynamoDB of its own.
    case $name in e2e/migrate*) eval "$(BUILD="$build" DYNAMO_OWNER=$$ tests/dynamo/start.sh)" ;; esac
    status=0
    run_program "$2" || status=$?
    if [ "$status" -ne 0 ] && [ -n "${EMULATOR:-}" ]; then # it can be too slow for tests of timing: try again
        status=0
        run_program "$2" || status=$?
    fi
    ok=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p; s/^\([0-9][0-9]*\) passed, [0-9]* failed$/\1/p' "$out" | tail -n 1)
    bad=$(sed -n 's/^ *\([0-9]*\) FAILED TEST(S)$/\1/p; s/^[0-9][0-9]* passed, \([0-9]*\) failed$/\1/p' "$out" | tail -n 1)
    ok=${ok:-0} bad=${bad:-0}
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$status" -eq 0 ] && [ "$ok" -eq 0 ]; then # running no test counts as a failure
        bad=$((bad + 1))
        echo "no test was run" >> "$out"
    fi
    times > "$report" # not in a subshell, which would have no children yet
    took=$(($(date +%s) - began)) busy=$(busy_seconds "$report")
    if [ "$bad" -gt 0 ]; then
        echo "FAIL $name (exit status $status)"
        grep -v '^\[ RUN\|^\[       OK' "$out" | tail -n 60 | sed 's/^/    /'
    else
        echo "ok   $name: $ok passed ($took s)"
    fi > "$report"
    flock "$scratch/results" sh -c "cat '$report'; echo '$ok $bad $name $took $busy' >> '$scratch/results'" # programs may end at the same time
    case $name in e2e/migrate*) tests/dynamo/stop.sh ;; esac
    rm -rf "$work" "$out" "$report"
}

if [ "${1:-}" = --one ]; then
    scratch=$2
    run_one "$3" "$4"
    exit 0
fi

# ThreadSanitizer is useful only for programs with several threads: unit tests that link pthread_create(), and these
# end-to-end tests.  In most tests of intents/ the only other thread plays the weather service.
threaded_e2e="e2e/load e2e/activation e2e/fleet e2e/hanging e2e/connections e2e/log_reader"

# Not run under sanitizers: the first two replace the allocator, as sanitizers do; the next two depend on timing; the others
# take long there, and run code that other tests run, too.
plain_only="cache/out_of_memory server/wiping_heap e2e/dynamo_cost e2e/hostile"
plain_only="$plain_only e2e/slow_upstream e2e/soak e2e/absences e2e/faults e2e/migrate_tables server/utterance/skill_package"
plain_only="$plain_only e2e/alerts_taken_over"

# Not run in an emulator: the first forks processes that start threads, which qemu-user cannot follow; the next three depend on
# timing; the last takes minutes there.
native_only="cache/dynamo/load cache/documents_redis_faults cache/documents_waiting cache/dynamo/aws_credentials server/utterance/skill_package"

# Scripts that would not make a sanitizer find anything: they hardly run our programs.
plain_scripts="absences.sh check_includes.sh clauses.sh example_intent.sh failing.sh growth.sh model.sh table_files.sh units.sh reference_ahead.sh reference_hours.sh reference_phrases.sh watching.sh"

sanitized() { [ "${MODE:-release}" != release ]; }

# may_be_threaded NAME
may_be_threaded() {
    case $1 in
    e2e/*) case " $threaded_e2e " in *" $1 "*) ;; *) return 1 ;; esac ;;
    intents/weather/place) ;;
    cache/dynamo/load) return 1 ;; # forks processes that start threads, which ThreadSanitizer cannot follow
    intents/* | server/utterance/*) return 1 ;;
    esac
}

# is_threaded NAME PROGRAM
is_threaded() {
    may_be_threaded "$1" || return 1
    case $1 in e2e/*) return 0 ;; esac
    nm "$2" | grep -q 'U pthread_create'
}

# The programs that ThreadSanitizer may be useful for, as the makefile calls them: others need not be built.
if [ "${1:-}" = --threaded ]; then
    for source in $(find tests/unit tests/e2e -maxdepth 5 -name '*.c' ! -path 'tests/e2e/*/*' | sort); do
        name=${source#tests/}
        name=${name%.c}
        ! may_be_threaded "${name#unit/}" || echo "$name"
    done
    exit 0
fi

# run_lane LIST N: the tests of the file LIST, N at once.
run_lane() {
    xargs -r -P "$2" -L 1 "$top/tests/run.sh" --one "$scratch" < "$scratch/$1"
}

if [ "${1:-}" = --lane ]; then
    scratch=$2
    run_lane "$3" "$4"
    exit 0
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-tests.XXXXXX") || exit 2
trap 'tests/dynamo/stop.sh; rm -rf "$scratch"' EXIT
dynamo=$(BUILD="$build" DYNAMO_OWNER=$$ tests/dynamo/start.sh) || exit 1 # the DynamoDB emulator
eval "$dynamo"
: > "$scratch/results"
started=$(date +%s)
if [ -n "${EMULATOR:-}" ]; then
    mkdir "$scratch/keys"
    export PKI_KEYS="$scratch/keys"
fi

# list_tests: a line "NAME COMMAND" for each selected test.  Scripts come first because they take longest.
list_tests() {
    if [ "$which" = all ] || [ "$which" = scripts ]; then
        for script in "$top"/tests/scripts/*.sh "$top"/tests/check_includes.sh "$top"/tests/sim/selftest.sh; do
            name=$(basename "$script")
            sanitized && case " $plain_scripts " in *" $name "*) continue ;; esac
            echo "$name $script"
        done
    fi
    for program in $(find "$build/e2e" "$build/unit" -type f -perm -u+x 2>/dev/null | sort); do
        name=${program#"$build"/}
        name=${name#unit/}
        case $which in
        all) ;;
        threaded) is_threaded "$name" "$program" || continue ;;
        e2e) case $name in e2e/*) ;; *) continue ;; esac ;;
        unit) case $name in e2e/*) continue ;; esac ;;
        *) continue ;;
        esac
        sanitized && case " $plain_only " in *" $name "*) echo "     $name: skipped under sanitizers" >&2 && continue ;; esac
        [ -z "${EMULATOR:-}" ] || case " $native_only " in *" $name "*) echo "     $name: skipped in the emulator" >&2 && continue ;; esac
        echo "$name $program"
    done
}

# These mostly wait: for a clock, or for what hangs. Two of them run beside the others, so that they take no core from them
# (one under sanitizers, which leave out the longest).
patient="e2e/absences e2e/alerts_pushed e2e/degraded e2e/fault_matrix e2e/faults e2e/hanging e2e/slow_upstream e2e/soak e2e/weather"
patient="$patient cache/documents_redis cache/documents_waiting cache/store_guard"
patient_lanes=2
! sanitized || patient_lanes=1

list_tests | grep -- "^[^ ]*${ONLY:-}[^ ]* " > "$scratch/list"
[ -s "$scratch/list" ] || { echo "no built test matches ONLY=${ONLY:-} TESTS=$which" >&2; exit 1; }

# Others wait, too, now and then, so run one more of them than there are cores.
if [ -n "${TEST_JOBS:-}" ]; then
    run_lane list "$TEST_JOBS"
else
    : > "$scratch/patient"
    : > "$scratch/others"
    awk -v list=" $patient " -v at="$scratch/" '{ print > (at (index(list, " " $1 " ") ? "patient" : "others")) }' "$scratch/list"
    printf '%s %s\n' patient "$patient_lanes" others "$(($(nproc) + 1))" |
        xargs -P 2 -L 1 "$top/tests/run.sh" --lane "$scratch" # in the foreground, so that Ctrl-C ends both
fi

echo
passed=$(awk '{ n += $1 } END { print n + 0 }' "$scratch/results")
failed=$(awk '{ n += $2 } END { print n + 0 }' "$scratch/results")
failures=$(awk '$2 > 0 { printf " %s", $3 }' "$scratch/results")
slowest=$(sort -k 4,4nr "$scratch/results" | awk 'NR <= 10 { printf "%s %s %d s (%d s)", (NR > 1 ? "," : ""), $3, $4, $5 }')
missing=$(($(wc -l < "$scratch/list") - $(wc -l < "$scratch/results"))) # a killed program leaves no result
[ "$missing" -eq 0 ] || failures="$failures ($missing ended without a result)"
failed=$((failed + missing))
echo "Slowest (of a processor):$slowest; all took $(awk '{ n += $5 } END { print n + 0 }' "$scratch/results") s of a processor in $(($(date +%s) - started)) s"
[ -z "$failures" ] || echo "Failed:$failures"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
