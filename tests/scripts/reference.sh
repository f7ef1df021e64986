#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/reference.sh -- the daemon's answers to over 2,000 random questions, against an independent reading in Python.
# Under a sanitizer fewer: what they find is in the same code each time.
set -eu
[ "${MODE:-release}" = release ] || export QUESTIONS="${QUESTIONS:-600}"
cd "$(dirname "$0")/../.."
PYTHONDONTWRITEBYTECODE=1 exec python3 tests/reference/ask.py "${TEST_BUILD:-build}"
