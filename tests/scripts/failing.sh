#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/failing.sh -- the short form of make failing: a few calls of each kind fail within each request.
FAILING_MOST=2 QUIET=1 BUILD=${TEST_BUILD:-build} exec "${TEST_TOP:-.}/tests/failing/run.sh"
