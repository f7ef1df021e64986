#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/bench/dynamo.sh -- what questions and single entries cost at DynamoDB, as tables: the tests that hold these
# figures print them.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
export TEST_BUILD="$build" TEST_TOP="$(pwd)"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-cost.XXXXXX")
trap 'tests/dynamo/stop.sh; rm -rf "$scratch"' EXIT
dynamo=$(BUILD="$build" DYNAMO_OWNER=$$ tests/dynamo/start.sh)
eval "$dynamo"

table() { # table TITLE PROGRAM
    echo
    echo "$1"
    echo
    (cd "$scratch" && TMPDIR="$scratch" "$2") > "$scratch/out" 2>&1 || { cat "$scratch/out" >&2; exit 1; }
    grep '^|' "$scratch/out"
}
table 'DynamoDB, a question:' "$build/e2e/dynamo_cost"
table 'DynamoDB, a shared entry, a setting:' "$build/unit/cache/dynamo/cost"
