#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/table_files.sh -- the table definition and policies in deploy/ match what `climacast table` prints.
set -u
top=${TEST_TOP:-.} build=${TEST_BUILD:-build}
passed=0 failed=0

same() {
    file=$1
    shift
    if env -i PATH="$PATH" "$build/climacast" "$@" | cmp - "$top/deploy/$file"; then
        passed=$((passed + 1))
    else
        echo "deploy/$file differs from the output of \`climacast $*\`"
        failed=$((failed + 1))
    fi
}

same dynamodb-table.json table definition
same dynamodb-policy.json table policy
same dynamodb-policy-operator.json table policy --operator
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
