#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/demo.sh -- Clima Cast at work, offline: development certificates, the upstream simulator, the daemon with
# verification on and an SQLite store, then signed requests over TLS with what is spoken in answer (make demo).
#
# All of it lies in a folder of its own and is gone afterwards.  The simulated weather stands at one instant, so every run
# hears the same.  Exit 0 only if each request was answered as it should be.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
skill=amzn1.ask.skill.00000000-0000-0000-0000-000000000000
now=2026-06-17T16:00:00Z # a Wednesday, noon in New York
dir=$(mktemp -d "${TMPDIR:-/tmp}/climacast-demo.XXXXXX")
certs=$dir/certs
sim='' daemon='' right=0 wrong=0

stop() {
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
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "demo: $1" >&2
    tail -n 20 "$dir"/*.log >&2 2>/dev/null || true
    exit 1
}

# wait_for FILE PATTERN PID: until the file holds it, ten seconds at most
wait_for() {
    for _ in {1..200}; do
        ! grep -q -- "$2" "$1" 2>/dev/null || return 0
        kill -0 "$3" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}

port_of() { # the port behind "EVENT address=127.0.0.1:" in the daemon's log
    sed -n "s/.* $1 address=127\.0\.0\.1:\([0-9]*\).*/\1/p" "$dir/daemon.log" | tail -n 1
}

shorten() { # of a long answer the beginning, the question, and the end
    awk '{ line[NR] = $0 }
        END { for (i = 1; i <= NR; i++) {
                  if (NR <= 30 || i <= 4 || i > NR - 3 || line[i] ~ /hear more|^    >/) { print line[i]; gap = 0 }
                  else if (!gap++) print "    [...]" } }'
}

# ask WHO WORDS REQUEST...: send the request as that user; each of WORDS, parted by |, must be in the answer
ask() {
    local user=$1 words=$2 answer status=0 word missing='' ms
    shift 2
    answer=$("$build/climacast" ask --time --url "$url" --dev "$certs" --skill-id "$skill" \
        --user "amzn1.ask.account.$user" "$@" 2>&1) || status=$?
    ms=$(sed -n 's/^(\([0-9.]* ms\))$/\1/p' <<<"$answer" | paste -sd , | sed 's/,/, /g')
    answer=$(sed '/^([0-9.]* ms)$/d' <<<"$answer")
    while IFS= read -r -d '|' word; do
        grep -qiF -- "$word" <<<"$answer" || missing+=" \"$word\""
    done <<<"$words|"
    printf '\n> %s: %s\n' "$user" "$*"
    fold -s -w 100 <<<"$answer" | sed 's/^/    /; s/ *$//' | shorten
    if [[ $status -ne 0 || -n $missing ]]; then
        wrong=$((wrong + 1))
        printf '    WRONG: exit %s%s\n' "$status" "${missing:+, it does not say$missing}"
    else
        right=$((right + 1))
        printf '    (%s)\n' "$ms"
    fi
}

# refuse WORD REQUEST...: it must be refused with that word
refuse() {
    local word=$1 answer status=0
    shift
    answer=$("$build/climacast" ask --url "$url" --dev "$certs" --skill-id "$skill" "$@" 2>&1) || status=$?
    printf '\n> %s\n    %s\n' "$*" "${answer%%$'\n'*}"
    if [[ $status -eq 1 && $answer == *"\"error\":\"$word\""* ]]; then
        right=$((right + 1))
    else
        wrong=$((wrong + 1))
        printf '    WRONG: it must be refused with %s\n' "$word"
    fi
}

# put_long_alert: an alert longer than one answer, and a conversation about it
put_long_alert() {
    local text='' i body
    for i in {1..300}; do
        text+="Sentence $i tells of the wind in the valley. "
    done
    body='{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"urn:oid:demo","areaDesc":"Spokane Area",
"status":"Actual","messageType":"Alert","severity":"Severe","event":"High Wind Warning",
"sent":"2026-06-17T15:00:00Z",
"effective":"2026-06-17T15:00:00Z","expires":"2026-06-18T15:00:00Z","description":"'$text'"}}]}'
    exec 3<>"/dev/tcp/127.0.0.1/$sim_port"
    printf 'PUT /_sim/doc?path=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' \
        /alerts/active/zone/WAZ036 "${#body}" "$body" >&3
    cat <&3 >/dev/null
    exec 3>&-
    printf '%s\n' '--session new MetricIntent metric=alerts location="spokane washington"' '--session open AMAZON.YesIntent' >"$dir/long"
}

echo "certificates: a development root, a signing chain, a TLS certificate for localhost"
certs/dev/make.sh "$certs" || fail 'certs/dev/make.sh failed'

"$build/climasim" --now "$now" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" \
    --s3-key "$certs/s3.key" --chains "$certs/chains" --ports-file "$dir/ports" >/dev/null 2>"$dir/simulator.log" &
sim=$!
wait_for "$dir/ports" '^s3=' "$sim" || fail 'the simulator did not start'
sim_port=$(sed -n 's/^http=//p' "$dir/ports") s3_port=$(sed -n 's/^s3=//p' "$dir/ports")
echo "simulator: weather on port $sim_port, s3.amazonaws.com on port $s3_port"

# What is on this machine is not behind a proxy, and the simulator is what s3.amazonaws.com is taken for.
export no_proxy='localhost,127.0.0.1,s3.amazonaws.com'
"$build/climacastd" --set server.listen=127.0.0.1:0 --set admin.listen=127.0.0.1:0 \
    --set "server.certificate=$certs/localhost.pem" --set "server.private_key=$certs/localhost.key" \
    --set "alexa.skill_ids=$skill" --set "alexa.trust_anchors=$certs/root.pem" \
    --set "alexa.certificate_connect_to=127.0.0.1:$s3_port" --set "http.ca_bundle=$certs/root.pem" \
    --set "weather.base_url=http://127.0.0.1:$sim_port" --set "weather.now=$now" \
    --set weather.contact=demo@localhost --set persistence.backend=sqlite --set "sqlite.path=$dir/climacast.db" \
    2>"$dir/daemon.log" &
daemon=$!
wait_for "$dir/daemon.log" ' ready ' "$daemon" || fail 'the daemon did not start'
port=$(port_of listening)
url=https://localhost:$port/alexa
echo "daemon: $url, verification on, settings in SQLite; it is $now for the weather"

refuse signature_missing --unsigned LaunchRequest
refuse timestamp_stale --timestamp -200 LaunchRequest
ask ann 'welcome to clima cast|set your location' LaunchRequest
ask ann 'location is now boulder, colorado' SetLocationIntent 'location=boulder colorado'
ask ann 'boulder, colorado|degrees' LaunchRequest
ask ann 'boulder|the temperature is|degrees' MetricIntent metric=temperature
ask ann 'boulder|tomorrow|high of|degrees|wind|chance of precipitation' MetricIntent metric=forecast when_abs=tomorrow
ask ann 'seattle, washington|wind advisory' MetricIntent metric=alerts 'location=seattle washington'
ask ann 'boulder, colorado|no' MetricIntent metric=alerts
ask ann 'probably.|boulder, colorado, tomorrow|percent' MetricIntent 'leadin=will it' metric=rain when_abs=tomorrow
ask ann 'thursday|friday night|miles per hour' MetricIntent 'metric=extended forecast'
ask ann 'rate is now 120 percent' SetRateIntent percent=120
ask ann 'pitch is now 90 percent' SetPitchIntent percent=90
ask ann 'removed' RemCustomIntent metric=dewpoint
ask ann 'already' AddCustomIntent metric=wind
ask ann 'summary, temperature, precipitation, skies, wind, barometric pressure and relative humidity' GetCustomIntent
ask ann 'boulder colorado|120|90' GetSettingIntent setting=settings
ask ann 'relative humidity and dewpoint' RstCustomIntent
ask ann 'saved' StoreDataIntent
ask ann 'LocationCache' GetDataIntent
ask bob 'miami, florida|relative humidity|percent' MetricIntent metric=humidity zipcode=33130
ask bob 'inches|boston, massachusetts' MetricIntent 'metric=barometric pressure' 'location=boston massachusetts'
ask bob 'portland, oregon|friday night|low of' MetricPosIntent metric=temperature 'when_pos=friday night' 'location=portland oregon'
ask bob 'chicago, illinois|precipitation' MetricIntent 'metric=chance of rain' when_abs=tonight 'location=chicago'
ask bob 'denver, colorado|wind' MetricIntent metric=windy 'location=denver colorado'
ask bob "you haven't set a location yet" MetricIntent metric=temperature
put_long_alert
ask bob 'spokane, washington|sentence 1 |do you want to hear more|sentence 300 ' --file "$dir/long"
ask bob 'for alerts' AMAZON.HelpIntent
ask bob 'goodbye' AMAZON.StopIntent

printf '\n%d answered rightly, %d wrongly\n' "$right" "$wrong"
[[ $wrong -eq 0 ]]
