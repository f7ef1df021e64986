#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/bench/subject.sh -- starts the daemon with simulated weather for bench.mjs (see peers.sh).
#
# bench.mjs sets PORT, TLS_KEY, TLS_CERT, CERT_PORT, TEST_ROOT and SKILL_ID; peers.sh sets BUILD,
# and LOAD and TEMPLATES of the load generator.
set -eu
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-subject.XXXXXX")
sim='' daemon=''
stop() {
    for pid in $daemon $sim; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 0' INT TERM
"$BUILD/climasim" --listen 127.0.0.1:0 --ports-file "$scratch/ports" > /dev/null 2>&1 &
sim=$!
while [ ! -s "$scratch/ports" ]; do sleep 0.01; done
"$BUILD/climacastd" --set server.listen=127.0.0.1:"$PORT" --set server.max_connections_per_ip=0 --set admin.listen= --set server.path=/ \
    --set server.certificate="$TLS_CERT" --set server.private_key="$TLS_KEY" --set alexa.skill_ids="$SKILL_ID" \
    --set alexa.trust_anchors="$TEST_ROOT" --set http.ca_bundle="$TEST_ROOT" \
    --set alexa.certificate_connect_to=127.0.0.1:"$CERT_PORT" --set persistence.backend=sqlite \
    --set sqlite.path="$scratch/bench.db" --set weather.base_url=http://127.0.0.1:"$(sed -n 's/^http=//p' "$scratch/ports")" \
    2> "$scratch/log" &
daemon=$!
# Every user of the generator stores a location: a question about the weather is then answered, not with "set a location
# first", which costs less.
until grep -q ' ready ' "$scratch/log"; do
    kill -0 "$daemon" || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.05
done
[ -z "${LOAD:-}" ] || "$LOAD" --ca "$TEST_ROOT" --key "$(dirname "$TEST_ROOT")/leaf.key" --templates "$TEMPLATES" \
    --skill-id "$SKILL_ID" --mix setlocation -n 1200 -c 4 --port "$PORT" > /dev/null || true
wait "$daemon"
