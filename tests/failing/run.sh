#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/failing/run.sh -- make calls of the system fail within requests, on every backend, with Redis and without
# (tests/failing/skill.c), and in the daemon itself (tests/failing/daemon.c).
#
#   FAILING_MOST=N    how many values of n for each request and call, evenly spread (200)
#   BACKENDS="..."    only these; the daemon runs on those of sqlite and sqlite+redis
#   WORD="..."        only requests and calls whose name holds this, such as "set_rate, malloc"
#   QUIET=1           print only what was found
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${BUILD:-build}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
TEST_TOP=$(pwd) TEST_BUILD=$build
export TEST_TOP TEST_BUILD

# run_one PROGRAM BACKEND: in the background of others, so its lines are printed when it has ended.
run_one() {
    out=$scratch/$1.$2
    TMPDIR=$scratch "$build/failing/$1" "$2" "${FAILING_MOST:-200}" ${WORD:+"$WORD"} > "$out" 2>&1
    status=$?
    # A program that did not finish prints no counts.
    tail -n 1 "$out" | grep -q '^[0-9]* passed, [0-9]* failed$' ||
        printf 'FAIL %s %s ended early, with status %s\n0 passed, 1 failed\n' "$1" "$2" "$status" >> "$out"
    tail -n 1 "$out" >> "$scratch/counts"
    flock "$scratch" sed -e '$d' ${QUIET:+-e '/^ok /d'} "$out"
}

if [ "${1:-}" = --one ]; then
    scratch=$2
    run_one "$3" "$4"
    exit 0
fi

scratch=$(mktemp -d /dev/shm/climacast-failing.XXXXXX) || exit 2
trap 'tests/dynamo/stop.sh; rm -rf "$scratch"' EXIT
dynamo=$(BUILD="$build" DYNAMO_OWNER=$$ tests/dynamo/start.sh) || exit 1
eval "$dynamo"
for backend in ${BACKENDS:-dynamodb+redis dynamodb sqlite+redis sqlite memory+redis memory}; do
    echo "skill $backend"
    case $backend in sqlite*) echo "daemon $backend" ;; esac
done | xargs -P "$(nproc)" -L 1 "$TEST_TOP/tests/failing/run.sh" --one "$scratch"
awk '{ passed += $1; failed += $3 } END { print passed + 0 " passed, " failed + 0 " failed"; exit !passed || failed }' \
    "$scratch/counts"
