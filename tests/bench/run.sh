#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bench/run.sh [NAME...] -- runs the measurements of `make bench`, or only those named.  What they complain about is told at
# the end, and the exit status is then 1: one bad row does not hide the others.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

names=(requests ahead calls api screens growth dynamo)
[[ $# -eq 0 ]] || names=("$@")
for name in "${names[@]}"; do
    started=$SECONDS
    echo "---- tests/bench/$name.sh ----"
    "tests/bench/$name.sh" 2>"$scratch/errors" || { tail -n 20 "$scratch/errors"; echo "$name failed"; } >>"$scratch/complaints"
    echo "---- $((SECONDS - started)) s ----"
    echo
done
if [[ -s $scratch/complaints ]]; then
    cat "$scratch/complaints" >&2
    exit 1
fi
