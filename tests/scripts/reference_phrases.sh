#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/reference_phrases.sh -- the facts that tests/cases/phrases.tsv expects are those of the second
# implementation.
#
#   reference_phrases.sh --write    put them into the table, after phrases or the simulator have changed
set -eu
PYTHONDONTWRITEBYTECODE=1 exec python3 "$(dirname "$0")/../reference/phrases.py" "${TEST_BUILD:-$(dirname "$0")/../../build}" "$@"
