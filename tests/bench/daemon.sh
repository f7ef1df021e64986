# SPDX-License-Identifier: Apache-2.0
# tests/bench/daemon.sh -- sourced from the top of the tree by the scripts of `make bench`: the simulator, daemons with a SQLite
# store, and complaints.
#
# A script complains about a bound that is broken and goes on, so that all of its rows are printed.  The complaints follow on
# exit, which then fails.
# shellcheck shell=bash disable=SC2034
build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
certs=$build/certs
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-bench.XXXXXX")
running=()
# shellcheck source=tests/wait_for.sh
. tests/wait_for.sh

complain() { echo "${0##*/}: $*" >>"$scratch/complaints"; }

end() { # PID: stop it, and wait until it has; sets $ended, its exit status
    local pid others=()
    kill "$1" 2>/dev/null || true
    ended=0
    wait "$1" 2>/dev/null || ended=$?
    for pid in "${running[@]}"; do [[ $pid == "$1" ]] || others+=("$pid"); done
    running=("${others[@]}")
}

finish() {
    local status=$? pid
    trap '' INT TERM
    for pid in "${running[@]}"; do end "$pid"; done
    if [[ -s $scratch/complaints ]]; then
        cat "$scratch/complaints" >&2
        status=1
    fi
    rm -rf "$scratch"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start_simulator [OPTIONS]: sets $upstream
start_simulator() {
    "$build/climasim" --listen 127.0.0.1:0 --ports-file "$scratch/ports" "$@" >/dev/null 2>"$scratch/simulator.log" &
    running+=($!)
    wait_for 10 "$scratch/ports" '^http=' $!
    upstream=http://127.0.0.1:$(sed -n 's/^http=//p' "$scratch/ports")
}

# start_upstreams: also what plays the host of certificates; sets $s3, its port
start_upstreams() {
    certs/dev/make.sh "$certs" >/dev/null
    start_simulator --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" --s3-key "$certs/s3.key" --chains "$certs/chains"
    s3=$(sed -n 's/^s3=//p' "$scratch/ports")
}

settings=() # of daemons, besides those that all have
daemons=0
# start_daemon [COMMAND...]: with a new store, run by COMMAND; sets $daemon, $log, $database and $port
start_daemon() {
    daemons=$((daemons + 1))
    log=$scratch/log.$daemons database=$scratch/store.$daemons.db
    "$@" "$build/climacastd" --set server.listen=127.0.0.1:0 --set server.max_connections_per_ip=0 --set admin.listen= \
        --set server.certificate="$certs/localhost.pem" --set server.private_key="$certs/localhost.key" \
        --set alexa.skill_ids=amzn1.ask.skill.00000000-0000-0000-0000-000000000000 \
        --set alexa.trust_anchors="$certs/root.pem" --set http.ca_bundle="$certs/root.pem" \
        --set alexa.certificate_connect_to=127.0.0.1:"$s3" --set weather.base_url="$upstream" \
        --set persistence.backend=sqlite --set sqlite.path="$database" "${settings[@]}" 2>"$log" &
    daemon=$!
    running+=("$daemon")
    wait_for "${patience:-10}" "$log" ' ready version=' "$daemon"
    port=$(port_of listening)
}

port_of() { sed -n "s/.* $1 address=127.0.0.1:\([0-9]*\).*/\1/p" "$log" | head -n 1; }

# load OPTIONS...: send requests, and print a row of a table (tests/bench/load.c)
load() {
    "$build/bench/load" --port "$port" --certs "$certs" --pid "$daemon" "$@" || complain "load $*: not every answer was a 200"
}
warm() { load --label warming "$@" >/dev/null; }

# cpu_us OPTIONS...: send requests; microseconds of the daemon's CPU time for each
cpu_us() { load --label cpu "$@" | awk -F '|' '{ print $6 + 0 }'; }

rss_kb() { sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$daemon/status"; }

# exceeds A B: as numbers that may have fractions
exceeds() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a + 0 > b + 0) }'; }

# check_answers: complain about requests that the daemon did not answer with what was asked for
check_answers() {
    local others
    others=$(sed -n '/ request /s/.* outcome=\([a-z_]*\).*/\1/p' "$log" |
        awk '$1 != "answered" { n[$1]++ } END { for (outcome in n) printf " %d %s", n[outcome], outcome }')
    [[ -z $others ]] || complain "not every request was answered:$others"
}
