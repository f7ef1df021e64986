#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/bench/run.sh -- measures speed and memory of the daemon over TLS, with verification on, a SQLite store and
# simulated weather.
#
#   BENCH_REQUESTS=5000   requests per row
#   BENCH_LONG=200000     requests of the memory rows (0: skip them)
#   BENCH_STARTS=5        number of starts; the median is printed
#   BENCH_COUNTED=500     requests of the rows that count system calls and allocations
# The load generator runs on the same machine, so the CPU time per request is the most reliable number.
# tests/bench/peers.sh compares the daemon with other servers; it needs ../shared/peers.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
requests=${BENCH_REQUESTS:-5000}
long=${BENCH_LONG:-200000}
counted=${BENCH_COUNTED:-500}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-bench.XXXXXX")
sim='' daemon=''
stop() {
    for pid in $daemon $sim; do kill "$pid" 2>/dev/null || true; done
    for pid in $daemon $sim; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 1' INT TERM

certs/dev/make.sh "$build/certs" > /dev/null
certs=$build/certs
"$build/climasim" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" --s3-key "$certs/s3.key" \
    --chains "$certs/chains" --ports-file "$scratch/ports" > /dev/null 2>&1 &
sim=$!
tries=0
while [ ! -s "$scratch/ports" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 500 ] || { echo 'bench: the simulator did not start' >&2; exit 1; }
    sleep 0.02
done
upstream=$(sed -n 's/^http=//p' "$scratch/ports")
s3=$(sed -n 's/^s3=//p' "$scratch/ports")

# start NAME [COMMAND...]: start the daemon with a new store, run by COMMAND; sets $took (milliseconds until ready), $log
# and $port.
start() {
    log=$scratch/log.$1 name=$1
    shift
    before=$(date +%s%N)
    "$@" "$build/climacastd" --set server.listen=127.0.0.1:0 --set server.max_connections_per_ip=0 --set admin.listen= \
        --set server.certificate="$certs/localhost.pem" --set server.private_key="$certs/localhost.key" \
        --set alexa.skill_ids=amzn1.ask.skill.00000000-0000-0000-0000-000000000000 \
        --set alexa.trust_anchors="$certs/root.pem" --set http.ca_bundle="$certs/root.pem" \
        --set alexa.certificate_connect_to=127.0.0.1:"$s3" --set weather.base_url=http://127.0.0.1:"$upstream" \
        --set persistence.backend=sqlite --set sqlite.path="$scratch/bench.$name.db" 2> "$log" &
    daemon=$!
    tries=0
    until grep -q ' ready ' "$log" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 2000 ] || { cat "$log" >&2; exit 1; }
        sleep 0.002
    done
    took=$((($(date +%s%N) - before) / 1000000))
    port=$(sed -n 's/.* listening address=127.0.0.1:\([0-9]*\).*/\1/p' "$log" | head -n 1)
}

end() {
    kill "$daemon"
    wait "$daemon" || true
    daemon=''
}

count=${BENCH_STARTS:-5}
i=0
while [ "$i" -lt "$count" ]; do
    start "$i"
    echo "$took" >> "$scratch/starts"
    end
    i=$((i + 1))
done
start measured
load() { "$build/bench/load" --port "$port" --certs "$certs" --pid "$daemon" "$@"; }
warm() { load --label warming "$@" > /dev/null; }

[ "$count" -eq 0 ] || echo "time from start to ready, with a new store: $(sort -n "$scratch/starts" | sed -n "$(((count + 1) / 2))p") ms"
echo
echo '| what                               | requests/s | p50 ms | p99 ms | CPU us/request | RSS MB |'
echo '|---|---|---|---|---|---|'
warm --kind setlocation --requests 200
warm --kind metric --requests 500
warm --kind forecast --requests 200
load --kind launch --requests "$requests" --label 'launch, 16 keep-alive connections'
load --kind metric --requests "$requests" --connections 1 --label 'metric, 1 keep-alive connection'
load --kind metric --requests "$requests" --label 'metric, 16 keep-alive connections'
load --kind metric --requests "$requests" --connections 128 --label 'metric, 128 keep-alive connections'
load --kind metric --requests "$requests" --connections 1000 --label 'metric, 1000 keep-alive connections'
load --kind forecast --requests "$requests" --label 'forecast, 16 keep-alive connections'
warm --kind extreme --requests 200
load --kind extreme --requests "$requests" --label 'coldest night and the like, 16 keep-alive connections'
warm --kind timing --requests 200
load --kind timing --requests "$requests" --label 'when it rains and stops, 16 keep-alive connections'
warm --kind hours --requests 200
load --kind hours --requests "$requests" --label 'the weather at five, 16 keep-alive connections'
warm --kind follow --requests 200
load --kind follow --requests "$requests" --label 'and the wind, 16 keep-alive connections'
load --kind place --places 500 --requests 500 --label 'a place asked for the first time'
load --kind place --places 500 --requests "$requests" --label 'one of 500 places asked for again'
load --kind metric --requests 1000 --new full --label 'metric, new connection each'
load --kind metric --requests 1000 --new resumed --label 'metric, resumed connection each'
# Signed in batches because a signature is valid for only 150 seconds.
sent=0
while [ "$sent" -lt "$long" ]; do
    sent=$((sent + 10000))
    if [ $((sent % 50000)) -eq 0 ]; then
        load --kind metric --requests 10000 --label "metric, $sent requests in a row"
    else
        warm --kind metric --requests 10000
    fi
done
end

# What a question about the hours ahead and a follow-up cost, compared with one about now: in turn, and the least of three
# counts. Memory may grow by 3 MB from the first row on, when only questions about now had been answered.
start compared
warm --kind setlocation --requests 200
for turn in 1 2 3; do
    for kind in metric timing hours extreme follow; do
        warm --kind "$kind" --requests 200
        load --kind "$kind" --requests "$requests" --label "$kind $turn" >> "$scratch/compared"
    done
done
end
echo
dear=''
awk -F '|' -v most=1.25 '
    NR == 1 { before = $7 + 0 }
    { grown = $7 - before; split($2, label, " "); cost = $6 + 0; if (!(label[1] in least) || cost < least[label[1]]) least[label[1]] = cost }
    END {
        for (kind in least) {
            ratio = least[kind] / least["metric"]
            if (kind != "metric") printf "a question of the kind %s: %.2f times the CPU of one about now\n", kind, ratio
            dear = dear || ratio > most
        }
        printf "memory grew by %.1f MB\n", grown
        exit dear || grown > 3
    }' "$scratch/compared" || dear=yes

# Counts, which are repeatable: a daemon whose system calls strace writes to a file, and whose allocations a preloaded
# library counts.
trace=$scratch/trace allocations=$scratch/allocations
truncate -s 8 "$allocations"
start counted strace -D -f -qq -o "$trace" -E CLIMACAST_ALLOCATIONS="$allocations" -E LD_PRELOAD="$build/bench/allocations.so"
calls() { grep -c '^[0-9]* *[a-z0-9_]*(' "$trace"; }
allocated() { od -An -t d8 "$allocations"; }
# count LABEL REQUESTS OPTIONS...
count() {
    label=$1 n=$2
    shift 2
    calls=$(calls) allocated=$(allocated) at=$(wc -l < "$trace")
    load --requests "$n" --connections 1 --label "$label" "$@" > /dev/null
    calls=$(($(calls) - calls)) allocated=$(($(allocated) - allocated))
    common=$(tail -n +"$((at + 1))" "$trace" | sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' | sort | uniq -c | sort -rn |
        awk -v n="$n" 'NR <= 7 && $1 > n / 20 { printf "%s%s %.1f", sep, $2, $1 / n; sep = ", " }')
    awk -v l="$label" -v n="$n" -v c="$calls" -v a="$allocated" -v t="$common" \
        'BEGIN { printf "| %s | %.1f | %.0f | %s |\n", l, c / n, a / n, t }'
}
echo
echo '| a request, 1 keep-alive connection | system calls | allocations | the most frequent calls |'
echo '|---|---|---|---|'
warm --kind setlocation --requests 200
warm --kind metric --requests 200
count 'launch' "$counted" --kind launch
count 'metric' "$counted" --kind metric
count 'metric, of 1 user' "$counted" --kind metric --users 1
count 'a place asked for the first time' 100 --kind place --places 100
count 'that place asked for again' 100 --kind place --places 100
count 'metric, new connection each' 100 --kind metric --new full
end

echo
"$build/bench/stages" "http://127.0.0.1:$upstream"
if [ -d ../shared/peers ]; then
    echo
    echo 'To compare with other servers, run tests/bench/peers.sh SCRATCH (about ten minutes).'
fi
[ -z "$dear" ] || { echo 'bench: more than 1.25 times the CPU, or 3 MB' >&2; exit 1; }
