# SPDX-License-Identifier: Apache-2.0
# tests/bench/daemon.sh -- starts the simulator and a daemon with a SQLite store, for the scripts that source it from the top
# of the tree; sets $build, $certs, $scratch, $daemon (its process) and the functions port_of and load.
#
# shellcheck shell=bash
build=${BUILD:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-bench.XXXXXX")
running=()
stop() {
    for pid in "${running[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 1' INT TERM

wait_for() { # FILE PATTERN
    for _ in $(seq 500); do
        grep -q "$2" "$1" 2>/dev/null && return
        sleep 0.02
    done
    echo "bench: no $2 in $1" >&2
    exit 1
}

certs=$build/certs
certs/dev/make.sh "$certs" >/dev/null
"$build/climasim" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" --s3-key "$certs/s3.key" \
    --chains "$certs/chains" --ports-file "$scratch/ports" >/dev/null 2>&1 &
running+=($!)
wait_for "$scratch/ports" '^s3='
"$build/climacastd" --set server.listen=127.0.0.1:0 --set admin.listen= --set server.certificate="$certs/localhost.pem" \
    --set server.private_key="$certs/localhost.key" \
    --set alexa.skill_ids=amzn1.ask.skill.00000000-0000-0000-0000-000000000000 \
    --set alexa.trust_anchors="$certs/root.pem" --set http.ca_bundle="$certs/root.pem" \
    --set alexa.certificate_connect_to=127.0.0.1:"$(sed -n 's/^s3=//p' "$scratch/ports")" \
    --set weather.base_url=http://127.0.0.1:"$(sed -n 's/^http=//p' "$scratch/ports")" \
    --set persistence.backend=sqlite --set sqlite.path="$scratch/bench.db" \
    --set api.listen=127.0.0.1:0 --set api.rate_per_minute=0 2>"$scratch/log" &
daemon=$!
running+=("$daemon")
wait_for "$scratch/log" 'ready version='
port_of() { sed -n "s/.* $1 address=127.0.0.1:\([0-9]*\).*/\1/p" "$scratch/log" | head -n 1; }
load() { "$build/bench/load" --port "$(port_of listening)" --certs "$certs" --pid "$daemon" "$@"; }
