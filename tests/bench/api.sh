#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/bench/api.sh -- what a warm GET /v1/now costs the daemon, compared with a warm request of Alexa's about the same
# weather: in turn, and the mildest of three rounds counts. Complains when it costs more than 0.8 times as much.
#
#   BENCH_REQUESTS=3000   requests per row
set -euo pipefail
cd "$(dirname "$0")/../.."
requests=${BENCH_REQUESTS:-3000}
. tests/bench/daemon.sh
settings=(--set api.listen=127.0.0.1:0 --set api.rate_per_minute=0)
start_upstreams
start_daemon
token=$("$build/climacast" --set persistence.backend=sqlite --set sqlite.path="$database" token create bench 2>/dev/null)

cat >"$scratch/now.py" <<'PY'
"""Sends GET /v1/now over one connection; prints the daemon's CPU microseconds for each."""
import http.client, os, sys
port, pid, requests, token = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
def cpu_us():
    fields = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1_000_000 // os.sysconf('SC_CLK_TCK')
connection = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
def ask():
    connection.request('GET', '/v1/now?place=Boulder,%20CO', headers={'Authorization': 'Bearer ' + token})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
for _ in range(200):
    ask()
before = cpu_us()
for _ in range(requests):
    ask()
print((cpu_us() - before) // requests)
PY
warm --kind setlocation --requests 200
least_now='' least_voice=''
for _ in 1 2 3; do
    warm --kind metric --connections 1 --requests 200
    voice=$(cpu_us --kind metric --connections 1 --requests "$requests")
    now=$(python3 "$scratch/now.py" "$(port_of api_listening)" "$daemon" "$requests" "$token")
    if [[ -z $least_voice || $voice -lt $least_voice ]]; then least_voice=$voice; fi
    if [[ -z $least_now || $now -lt $least_now ]]; then least_now=$now; fi
done
ratio=$(awk -v now="$least_now" -v voice="$least_voice" 'BEGIN { printf "%.2f", now / voice }')
echo "GET /v1/now: $least_now us of CPU, $ratio times as much as a signed request: $least_voice us"
! exceeds "$ratio" 0.8 || complain "GET /v1/now takes $ratio times the CPU of a signed request"
