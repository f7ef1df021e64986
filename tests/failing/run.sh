#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/failing/run.sh -- make calls of the system fail within requests, on every backend, with Redis and without
# (tests/failing/skill.c).
#
#   FAILING_MOST=N    so many values of n for each request and call, evenly spread (200)
#   BACKENDS="..."    only these
#   WORD="..."        only requests and calls whose name holds this, such as "set_rate, malloc"
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${BUILD:-build}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
TEST_TOP=$(pwd) TEST_BUILD=$build
export TEST_TOP TEST_BUILD
scratch=$(mktemp -d /dev/shm/climacast-failing.XXXXXX) || exit 2
trap 'tests/dynamo/stop.sh; rm -rf "$scratch"' EXIT
dynamo=$(BUILD="$build" DYNAMO_OWNER=$$ tests/dynamo/start.sh) || exit 1
eval "$dynamo"
: > "$scratch/said"
for backend in ${BACKENDS:-memory memory+redis sqlite sqlite+redis dynamodb dynamodb+redis}; do
    TMPDIR=$scratch "$build/failing/skill" "$backend" "${FAILING_MOST:-200}" ${WORD:+"$WORD"} | tee -a "$scratch/said"
done
passed=$(sed -n 's/^\([0-9]*\) passed.*/\1/p' "$scratch/said" | awk '{ n += $1 } END { print n + 0 }')
failed=$(sed -n 's/.* \([0-9]*\) failed$/\1/p' "$scratch/said" | awk '{ n += $1 } END { print n + 0 }')
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
