# SPDX-License-Identifier: Apache-2.0
# tests/stage.sh -- sourced: a weather simulator and a daemon with development certificates, verification on and a SQLite
# store, in a temporary folder that is removed at exit.
#
# stage_start INSTANT sets `url`, `certs`, `skill`, `sim_port` and `dir`.  `build` must be set.
# shellcheck shell=bash disable=SC2034,SC2154
skill=amzn1.ask.skill.00000000-0000-0000-0000-000000000000
dir=$(mktemp -d "${TMPDIR:-/tmp}/climacast-stage.XXXXXX")
certs=$dir/certs
sim='' daemon=''
# shellcheck source=tests/wait_for.sh
. tests/wait_for.sh

stage_stop() {
    trap '' INT TERM
    for pid in $daemon $sim; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for _ in {1..150}; do
        local left=0
        for pid in $daemon $sim; do
            ! kill -0 "$pid" 2>/dev/null || left=1
        done
        [[ $left -eq 1 ]] || break
        sleep 0.1
    done
    for pid in $daemon $sim; do
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$dir"
}
trap stage_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "${0##*/}: $1" >&2
    tail -n 20 "$dir"/*.log >&2 2>/dev/null || true
    exit 1
}

port_of() { # EVENT: the port after "EVENT address=127.0.0.1:" in the daemon's log
    sed -n "s/.* $1 address=127\.0\.0\.1:\([0-9]*\).*/\1/p" "$dir/daemon.log" | tail -n 1
}

stage_sets=() # further settings of the daemon, as --set KEY=VALUE

stage_start() { # INSTANT: of the simulated weather
    local s3_port amazon_port
    certs/dev/make.sh "$certs" >"$dir/certs.log" 2>&1 || fail 'certs/dev/make.sh failed'
    "$build/climasim" --now "$1" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" \
        --s3-key "$certs/s3.key" --chains "$certs/chains" --amazon-listen 127.0.0.1:0 --amazon-cert "$certs/amazon.pem" \
        --amazon-key "$certs/amazon.key" --ports-file "$dir/ports" >/dev/null 2>"$dir/simulator.log" &
    sim=$!
    wait_for 10 "$dir/ports" '^amazon=' "$sim" || fail 'the simulator did not start'
    sim_port=$(sed -n 's/^http=//p' "$dir/ports") s3_port=$(sed -n 's/^s3=//p' "$dir/ports")
    amazon_port=$(sed -n 's/^amazon=//p' "$dir/ports")

    # Loopback connections must not use a proxy; the simulator plays Amazon's hosts.
    export no_proxy='localhost,127.0.0.1,s3.amazonaws.com,api.amazonalexa.com,api.amazon.com'
    "$build/climacastd" --set server.listen=127.0.0.1:0 --set admin.listen=127.0.0.1:0 \
        --set "server.certificate=$certs/localhost.pem" --set "server.private_key=$certs/localhost.key" \
        --set "alexa.skill_ids=$skill" --set "alexa.trust_anchors=$certs/root.pem" \
        --set "alexa.certificate_connect_to=127.0.0.1:$s3_port" --set "alexa.api_connect_to=127.0.0.1:$amazon_port" --set "http.ca_bundle=$certs/root.pem" \
        --set "weather.base_url=http://127.0.0.1:$sim_port" --set "weather.now=$1" \
        --set weather.contact=demo@localhost --set persistence.backend=sqlite --set "sqlite.path=$dir/climacast.db" ${stage_sets[@]+"${stage_sets[@]}"} \
        2>"$dir/daemon.log" &
    daemon=$!
    wait_for 10 "$dir/daemon.log" ' ready ' "$daemon" || fail 'the daemon did not start'
    url=https://localhost:$(port_of listening)/alexa
}
