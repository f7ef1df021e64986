#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/growth.sh -- the short form of tests/bench/growth.sh: no cost bends upward, at small sizes.
set -u
top=${TEST_TOP:-.} build=${TEST_BUILD:-build}
if BUILD=$build "$top/tests/bench/growth.sh" 1000; then
    echo '1 passed, 0 failed'
else
    echo '0 passed, 1 failed'
    exit 1
fi
