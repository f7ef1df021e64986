#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/bench/dynamo.sh -- prints the DynamoDB costs of requests and of single entries as tables.  The tests that
# verify these numbers print them; one that fails does not hide the others.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
export TEST_BUILD="$build" TEST_TOP="$(pwd)"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-cost.XXXXXX")
trap 'tests/dynamo/stop.sh; rm -rf "$scratch"' EXIT
dynamo=$(BUILD="$build" DYNAMO_OWNER=$$ tests/dynamo/start.sh)
eval "$dynamo"

failed=0
table() { # table TITLE PROGRAM
    echo
    echo "$1"
    echo
    if ! (cd "$scratch" && TMPDIR="$scratch" "$2") > "$scratch/out" 2>&1; then
        cat "$scratch/out" >&2
        failed=1
    fi
    grep '^|' "$scratch/out" || true
}
table 'DynamoDB cost of a request:' "$build/e2e/dynamo_cost"
table 'DynamoDB cost of a shared entry and of a setting:' "$build/unit/cache/dynamo/cost"
table 'DynamoDB cost of the poller for alerts:' "$build/unit/cache/alerts/poll_cost"
exit $failed
