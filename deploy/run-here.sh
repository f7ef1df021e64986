#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# deploy/run-here.sh -- runs the daemon in the foreground on this machine, to try things out (make run).
#
# Verification is on, as in production: requests are signed with a development certificate chain, and the simulator plays
# the host that serves it.  The weather is real, or simulated with WEATHER=simulated.
#
#   BUILD=build         the folder with the programs and the certificates
#   DATA=data           the folder for the database and the configuration file run.conf
#   PORT, ADMIN_PORT    default to 8443 and 9180
#   CONTACT             your e-mail address or URL, which the weather service asks for
# Ctrl-C stops everything.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build} data=${DATA:-data} port=${PORT:-8443} admin_port=${ADMIN_PORT:-9180} weather=${WEATHER:-real} contact=${CONTACT:-}
certs=$build/certs conf=$data/run.conf
skill=amzn1.ask.skill.00000000-0000-0000-0000-000000000000
sim='' daemon='' checker=''

fail() {
    echo "run: $1" >&2
    exit "${2:-1}"
}

stop() {
    trap '' INT TERM
    if [[ -n $daemon ]]; then
        kill -TERM "$daemon" 2>/dev/null || true
        wait "$daemon" 2>/dev/null || true
    fi
    if [[ -n $checker ]]; then
        kill -TERM "$checker" 2>/dev/null || true
        wait "$checker" 2>/dev/null || true
    fi
    if [[ -n $sim ]]; then
        kill -TERM "$sim" 2>/dev/null || true
        wait "$sim" 2>/dev/null || true
    fi
}

# taken PORT: is something listening on that port?
taken() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

start_simulator() {
    rm -f "$data/ports"
    "$build/climasim" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" --s3-key "$certs/s3.key" \
        --chains "$certs/chains" --ports-file "$data/ports" >/dev/null 2>"$data/climasim.log" &
    sim=$!
    for _ in {1..100}; do
        [[ ! -e $data/ports ]] || break
        kill -0 "$sim" 2>/dev/null || break
        sleep 0.1
    done
    [[ -e $data/ports ]] || fail "the simulator did not start: $(cat "$data/climasim.log")"
    sim_port=$(sed -n 's/^http=//p' "$data/ports") s3_port=$(sed -n 's/^s3=//p' "$data/ports")
}

write_conf() {
    cat >"$conf" <<CONF
# Written by deploy/run-here.sh at every start.  Paths are relative to the top of the source tree.
[server]
listen = 127.0.0.1:$port
certificate = $certs/localhost.pem
private_key = $certs/localhost.key
[admin]
listen = 127.0.0.1:$admin_port
simulator = yes
[alexa]
skill_ids = $skill
trust_anchors = $certs/root.pem
certificate_connect_to = 127.0.0.1:$s3_port
[http]
ca_bundle = $certs/root.pem
[persistence]
backend = sqlite
[sqlite]
path = $data/climacast.db
[weather]
contact = $contact
CONF
    [[ $weather == real ]] || echo "base_url = http://127.0.0.1:$sim_port" >>"$conf"
}

say_how() {
    local tool="$build/climacast --config $conf"
    cat <<SAY

Clima Cast is running at https://localhost:$port/alexa ($weather weather).  In another terminal, in $PWD:

  $tool ask LaunchRequest
  $tool ask MetricIntent metric=temperature location="Seattle, Washington"

or with curl (a signed request is valid once and for 150 seconds, so create it right before sending it):

  $tool request --curl MetricIntent metric=forecast when_abs=tomorrow location="Boulder, Colorado" | sh

or replay Amazon's certification tests:

  $tool certify

Dashboard: http://127.0.0.1:$admin_port/, test console: http://127.0.0.1:$admin_port/console.  Press Ctrl-C to stop.

SAY
}

# Say in this terminal that no weather is available, and what to do.
check_weather() {
    local problem
    # Not of the daemon's port, where its question would be logged as refused.
    problem=$("$build/climacast" --config "$conf" --set server.listen=127.0.0.1:1 --set admin.listen= doctor --quiet 2>/dev/null |
        sed -nE 's/^(FAIL|warn) +weather: ([^;]*).*/\2/p') || true
    [[ -z $problem ]] || cat <<SAY

No weather: $problem
Every question about the weather will get an apology.  Check this machine's network, or press Ctrl-C and run
make run WEATHER=simulated, which needs none.

SAY
}

case $weather in real | simulated) ;; *) fail "WEATHER=$weather: must be real or simulated" 2 ;; esac
[[ $contact != *$'\n'* ]] || fail 'CONTACT must be one line' 2
for name in climacastd climacast climasim; do
    [[ -x $build/$name ]] || fail "$build/$name is missing: run make run"
done
! taken "$port" || fail "port $port is in use: choose another one, as in make run PORT=$((port + 1))"
! taken "$admin_port" || fail "port $admin_port is in use: choose another one, as in make run ADMIN_PORT=$((admin_port + 1))"

trap stop EXIT
trap 'echo; exit 0' INT # with any other status make would report an error
trap 'exit 143' TERM
umask 077
mkdir -p "$data"
certs/dev/make.sh --bad "$certs"
start_simulator
write_conf
# Loopback connections must not use a proxy; the simulator plays s3.amazonaws.com.
export no_proxy="localhost,127.0.0.1,s3.amazonaws.com${no_proxy:+,$no_proxy}"
"$build/climacastd" --config "$conf" &
daemon=$!
for _ in {1..100}; do
    ! taken "$port" || break
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.1
done
if kill -0 "$daemon" 2>/dev/null; then
    say_how
    if [[ $weather == real ]]; then
        [[ -n $contact ]] || echo "The weather service asks for an e-mail address: make run CONTACT=you@example.org"
        check_weather &
        checker=$!
    fi
fi
status=0
wait "$daemon" || status=$?
daemon=''
exit "$status"
