#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/dialogues.sh -- plays the conversations of tests/cases/dialogues against a daemon with simulated weather.
#
#   dialogues.sh [--show] [--write] [NAME]...     see tests/dialogues.py
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${TEST_BUILD:-$PWD/build}
# shellcheck source=tests/stage.sh
. tests/stage.sh
options=() files=()
for word in "$@"; do
    case $word in --*) options+=("$word") ;; *) files+=("tests/cases/dialogues/$word.txt") ;; esac
done
[[ ${#files[@]} -gt 0 ]] || files=(tests/cases/dialogues/*.txt)
stage_sets=(--set alexa.device_address=yes)
now=2026-06-17T16:00:00Z # also decides which "six" comes next
stage_start "$now"
TZ=UTC python3 tests/dialogues.py "--sim=http://127.0.0.1:$sim_port" ${options[@]+"${options[@]}"} "${files[@]}" -- \
    "$build/climacast" --set "alexa.skill_ids=$skill" --set "weather.now=$now" chat --url "$url" --dev "$certs"
