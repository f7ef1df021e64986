#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/example_intent.sh -- "Adding an intent" of intents/README.md, step by step in a copy of the tree: one file, one
# line, and the new intent answers.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
build=${TEST_BUILD:-$PWD/build}
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-example.XXXXXX")
sim=''
stop() {
    if [[ -n $sim ]]; then
        kill -TERM "$sim" 2>/dev/null || true
        wait "$sim" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop EXIT

# Objects keep their dates, so only what sees intents.def is compiled.
mkdir -p "$work/tree/build"
cp -a Makefile server certs cache intents "$work/tree/"
cp -a "$build/obj" "$work/tree/build/"
(cd "$work/tree/build/obj" && find . -name '*.d' -exec sed -i "s#^[^ ]*/obj/#build/obj/#" {} +)
cp tests/example_intent/daylight.c "$work/tree/intents/daylight.c"
echo 'INTENT(daylight)' >>"$work/tree/intents/intents.def"
if ! env -u MAKEFLAGS -u MAKELEVEL -u BUILD make -s -C "$work/tree" BUILD=build build/climacast >"$work/make.log" 2>&1; then
    tail -n 20 "$work/make.log"
fi
check 'the tree with the new intent builds' test -x "$work/tree/build/climacast"

"$build/climasim" --now 2026-06-21T18:00:00Z --ports-file "$work/ports" >/dev/null &
sim=$!
for _ in {1..100}; do
    [[ ! -e $work/ports ]] || break
    sleep 0.1
done
port=$(sed -n 's/^http=//p' "$work/ports")
ask() {
    "$work/tree/build/climacast" --set persistence.backend=memory --set "weather.base_url=http://127.0.0.1:$port" \
        --set weather.now=2026-06-21T18:00:00Z ask --direct DaylightIntent "$@" 2>&1
}
says() { # says WORDS SLOT...
    local words=$1 answer
    shift
    answer=$(ask "$@") || true
    echo "     $answer"
    [[ $answer == *"$words"* ]]
}
check 'it answers for a place' says 'In Boulder, Colorado, the sun is up for 15 hours' 'location=boulder colorado'
check 'it answers where the sun does not set' says 'the sun is up for 24 hours today.' 'location=utqiagvik alaska'
check 'it asks for a place when none is named' says "You haven't set a location yet."

summary
