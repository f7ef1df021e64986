#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/reference_hours.sh -- compares the daemon's answers about hours, wet spells and amounts with a second
# implementation in Python.  Under a sanitizer it asks fewer, because they all run the same code.
set -eu
[ "${MODE:-release}" = release ] || export QUESTIONS="${QUESTIONS:-300}"
cd "$(dirname "$0")/../.."
PYTHONDONTWRITEBYTECODE=1 exec python3 tests/reference/hours.py "${TEST_BUILD:-build}"
