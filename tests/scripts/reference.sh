#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/reference.sh -- compares the daemon's answers to over 2,000 random questions with a second implementation in
# Python.  Under a sanitizer it asks fewer, because they all run the same code.
set -eu
[ "${MODE:-release}" = release ] || export QUESTIONS="${QUESTIONS:-600}"
cd "$(dirname "$0")/../.."
PYTHONDONTWRITEBYTECODE=1 exec python3 tests/reference/ask.py "${TEST_BUILD:-build}"
