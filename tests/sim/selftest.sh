#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tests/sim/selftest.sh -- tests the simulator itself.  Needs curl and openssl.
#
#   tests/sim/selftest.sh [BUILD]        the folder of climasim; default $TEST_BUILD, else build
# Ends with the line "N passed, M failed"; exits with 1 if anything failed.
set -uo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${1:-${TEST_BUILD:-build}}
[[ $build == /* ]] || build=$top/$build
dir=$(mktemp -d "${TMPDIR:-/tmp}/climasim.XXXXXX") || exit 2
sim=
trap '[[ -z $sim ]] || kill "$sim" 2>/dev/null; rm -rf -- "$dir"' EXIT
passed=0 failed=0

# ---- helpers -----------------------------------------------------------------------------------

ok() { # ok NAME COMMAND...: COMMAND must succeed
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $name"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $name"
    fi
}

start() { # start OPTION...: start the simulator; sets $http and $s3
    rm -f "$dir/ports"
    "$build/climasim" --ports-file "$dir/ports" "$@" >"$dir/out" 2>"$dir/err" &
    sim=$!
    for ((i = 0; i < 100; i++)); do
        [[ -f $dir/ports ]] && break
        kill -0 "$sim" 2>/dev/null || break
        sleep 0.05
    done
    http=$(sed -n 's/^http=//p' "$dir/ports" 2>/dev/null)
    s3=$(sed -n 's/^s3=//p' "$dir/ports" 2>/dev/null)
    amazon=$(sed -n 's/^amazon=//p' "$dir/ports" 2>/dev/null)
    [[ -n $http ]]
}

stop() { # the simulator must exit within five seconds, with status 0
    local status
    kill -TERM "$sim"
    for ((i = 0; i < 100; i++)); do
        kill -0 "$sim" 2>/dev/null || break
        sleep 0.05
    done
    kill -KILL "$sim" 2>/dev/null && echo "# it had to be killed"
    wait "$sim"
    status=$?
    sim=
    [[ $status -eq 0 ]]
}

get() { # get TARGET [CURL-OPTION...]: sets $status and $code; headers and body go to files
    local target=$1
    shift
    status=$(curl -s -m 10 -A selftest -D "$dir/head" -o "$dir/body" -w '%{http_code}' "$@" \
        "http://127.0.0.1:$http$target")
    code=$?
    [[ $code -eq 0 ]]
}

gives() { # gives STATUS TARGET [PATTERN]: check the status, and that the body matches an extended regular expression
    get "$2"
    [[ $status == "$1" ]] && grep -Eq -- "${3:-.}" "$dir/body"
}

lacks() { # lacks TARGET PATTERN
    get "$1"
    [[ $status == 200 ]] && ! grep -Eq -- "$2" "$dir/body"
}

headed() { # headed TARGET PATTERN
    get "$1" && grep -Eiq -- "$2" "$dir/head"
}

path_in() { # path_in NAME: the path of the URL in that member of the last body
    sed -n "s|.*\"$1\": \"https://api.weather.gov\(/[^\"]*\)\".*|\1|p" "$dir/body" | head -n 1
}

control() { # control METHOD NAME [BODY]
    curl -s -m 10 -X "$1" ${3+--data-binary "$3"} -o "$dir/control" "http://127.0.0.1:$http/_sim/$2"
}

fault() { # fault JSON: set this fault and no other
    control DELETE fault && control POST fault "$1"
}

fails_with() { # fails_with CURL-CODE TARGET
    get "$2" -m "${3:-10}"
    [[ $code -eq $1 ]]
}

in_layer() { # in_layer NAME: the first value of a layer in the last body
    awk -v layer="\"$1\":" '$1 == layer { on = 1 } on && $1 == "\"value\":" { print $2; exit }' \
        "$dir/body" | tr -d ,
}

# ---- weather -----------------------------------------------------------------------------------

ok 'it starts and prints its ports' start --now 2026-07-15T20:10:00Z --seed 3

ok 'a point has zones, grid and time zone' \
    gives 200 /points/40.015,-105.2705 '"timeZone": "America/Denver"'
grid=$(path_in forecastGridData) stations=$(path_in observationStations)
ok 'Boulder is in its own zone' gives 200 /points/40.015,-105.2705 'zones/forecast/COZ039"'
ok 'Boulder is in its own county' gives 200 /points/40.015,-105.2705 'zones/county/COC013"'
ok 'coordinates with more than four decimals are redirected' \
    headed /points/40.01500,-105.2705 '^location: /points/40.0150,'
ok 'the redirect has status 301' gives 301 /points/40.01500,-105.2705 AdjustPointPrecision
ok 'trailing zeros are redirected' headed /points/40.0150,-105.2705 '^location: /points/40.015,-105.2705'
ok 'there is no data for the ocean' gives 404 /points/0,0 InvalidPoint
ok 'there is no data for Canada' gives 404 /points/43.65,-79.38 InvalidPoint
for place in 21.3069,-157.8583=Pacific/Honolulu 61.2181,-149.9003=America/Anchorage \
    18.4655,-66.1057=America/Puerto_Rico 13.4745,144.7504=Pacific/Guam \
    33.4484,-112.0741=America/Phoenix \
    30.4213,-87.2169=America/Chicago -14.2756,-170.702=Pacific/Pago_Pago; do
    ok "there is a place in ${place#*=}" gives 200 "/points/${place%=*}" "\"timeZone\": \"${place#*=}\""
done
ok 'the raw grid has its layers' gives 200 "$grid" '"maxTemperature"'
ok 'layers have units' gives 200 "$grid" '"uom": "wmoUnit:km_h-1"'
ok 'layers have runs longer than a day' gives 200 "$grid" '/P[0-9]D'
temperature=$(in_layer temperature)
ok 'temperatures are numbers' grep -Eq '^-?[0-9]+(\.[0-9]+)?$' <<<"$temperature"
ok 'no weather is an entry of nulls' gives 200 "$grid" '"weather": null'
ok 'the same request gives the same values' gives 200 "$grid" "\"value\": $temperature"
ok 'grids have Last-Modified' headed "$grid" '^last-modified: .* 2026'
ok 'max-age counts down' headed "$grid" '^cache-control: public, max-age=[0-9]+'
issued=$(sed -n 's/^[Ll]ast-[Mm]odified: //p' "$dir/head" | tr -d '\r')
get "$grid" -H "If-Modified-Since: $issued"
ok 'If-Modified-Since gives 304' test "$status" = 304
get "$grid" -H 'Accept-Encoding: gzip'
ok 'gzip is supported' grep -iq '^content-encoding: gzip' "$dir/head"
ok 'the forecast has 14 periods' gives 200 "$grid/forecast" '"number": 14'
ok 'the first period starts now' gives 200 "$grid/forecast" '"name": "This Afternoon"'
ok 'the hourly forecast has 156 periods' gives 200 "$grid/forecast/hourly" '"number": 156'
ok 'stations are listed' gives 200 "$stations" '"stationIdentifier": "KBDU"'
ok 'a station is served' gives 200 /stations/KBDU '"name": "Boulder, Boulder Municipal Airport"'
ok 'the latest observation is served' gives 200 /stations/KBDU/observations/latest '"timestamp": "2026-07-15T'
ok 'the list of observations is served' gives 200 '/stations/KBDU/observations?limit=3' '"rawMessage": "KBDU '
past='/stations/KBDU/observations?start=2026-07-09T00:00:00Z&end=2026-07-09T02:00:00Z'
ok 'a station has a past of seven days' gives 200 "$past" '"timestamp": "2026-07-09T01:53:00'
ok 'a past ends when it is asked to' lacks "$past" '"timestamp": "2026-07-09T0[3-9]'
ok 'and begins then' lacks "$past" '"timestamp": "2026-07-08'
cp "$dir/body" "$dir/past"
ok 'a silent station has no latest observation' gives 404 /stations/KFLG/observations/latest NotFound
ok 'a silent station has an empty list' gives 200 /stations/KFLG/observations '"features": \[\]'
ok 'a forecast zone is served' gives 200 /zones/forecast/COZ039 '"timeZone": \['
ok 'a county is served' gives 200 /zones/county/COC013 '"name": "Boulder"'
ok 'there are no alerts in Boulder' gives 200 '/alerts/active?point=40.015,-105.2705' '"features": \[\]'
ok 'there are alerts in Seattle' \
    gives 200 '/alerts/active?point=47.6062%2C-122.3321' '"event": "Wind Advisory"'
ok 'test alerts are listed' gives 200 '/alerts/active?zone=WAC033' '"status": "Test"'
ok 'status=actual leaves out test alerts' \
    lacks '/alerts/active?zone=WAC033&status=actual' '"status": "Test"'
ok 'alerts can be requested by county' gives 200 /alerts/active/zone/OKC109 'Tornado Watch'
ok 'unknown parameters are rejected' gives 400 '/alerts/active?limit=5' parameterErrors
ok 'unknown paths give 404' gives 404 /nothing/here NotFound
get /points/40.015,-105.2705 -H 'User-Agent:'
ok 'a User-Agent is required' test "$status" = 403

# ---- geocoder, control, faults -----------------------------------------------------------------

ok 'the geocoder finds a city' \
    gives 200 '/geocode/v1/geocode?q=seattle%20washington&apiKey=k' '"stateCode": "WA"'
ok 'the geocoder returns an empty list for unknown places' gives 200 '/geocode/v1/geocode?q=nowhere&apiKey=k' '"items": \[\]'
ok 'the geocoder rejects a bad key' gives 401 '/geocode/v1/geocode?q=seattle&apiKey=bad'
control DELETE log
get /points/40.015,-105.2705
control GET log
ok 'the log counts requests' grep -q '"/points/40.015,-105.2705": 1' "$dir/control"
control PUT 'doc?path=%2Fstations%2FKBDU' '{"mine":true}'
ok 'a document can be replaced' gives 200 /stations/KBDU '"mine":true'
control DELETE doc
ok 'replaced documents can be cleared' gives 200 /stations/KBDU stationIdentifier
control PUT now 2026-07-10T12:00:00Z
get "$past"
ok 'the past is the same at any time' cmp -s "$dir/past" "$dir/body"
control PUT now 2026-01-15T12:00:00Z
ok 'the time can be set' gives 200 /stations/KBDU/observations/latest '"timestamp": "2026-01-15T11:'
fault '{"match":"/points","kind":"status","status":503,"times":1}'
ok 'fault: status' gives 503 /points/40.015,-105.2705
ok 'faults end after the given number of times' gives 200 /points/40.015,-105.2705
fault '{"match":"/points","kind":"reset"}'
ok 'fault: reset' fails_with 56 /points/40.015,-105.2705
fault '{"match":"/points","kind":"truncate"}'
ok 'fault: truncate' fails_with 18 /points/40.015,-105.2705
fault '{"match":"/points","kind":"hang","ms":200}'
ok 'fault: hang' fails_with 52 /points/40.015,-105.2705
fault '{"match":"/points","kind":"drip"}'
ok 'fault: drip' fails_with 28 /points/40.015,-105.2705 1
fault '{"match":"/points","kind":"huge"}'
get /points/40.015,-105.2705
ok 'fault: huge' test "$(wc -c <"$dir/body")" -eq 50000000
for kind in null html garbage empty deep; do
    fault "{\"match\":\"/points\",\"kind\":\"$kind\"}"
    get /points/40.015,-105.2705
    ok "fault: $kind" test "$status" = 200
done
fault '{"match":"/points","kind":"delay","ms":50}'
ok 'fault: delay' gives 200 /points/40.015,-105.2705 America/Denver
ok 'it stops on SIGTERM' stop

# ---- certificate host and recordings -----------------------------------------------------------

pem() { # pem STATUS NAME
    local status
    status=$(curl -s -m 5 --cacert "$dir/certs/root.pem" -o "$dir/body" -w '%{http_code}' \
        --connect-to "s3.amazonaws.com:443:127.0.0.1:$s3" "https://s3.amazonaws.com/echo.api/$2")
    [[ $status == "$1" ]]
}

ok 'make.sh creates certificates' "$top/certs/dev/make.sh" "$dir/certs"
before=$(cksum <"$dir/certs/root.pem")
ok 'make.sh can be repeated' "$top/certs/dev/make.sh" "$dir/certs"
ok 'make.sh keeps existing certificates' test "$before" = "$(cksum <"$dir/certs/root.pem")"
mkdir -p "$dir/bundle/points"
echo '{"recorded":true}' >"$dir/bundle/points/1,2.json"
ok 'it starts with a certificate host' start --recordings "$dir/bundle" --s3-listen 127.0.0.1:0 \
    --s3-cert "$dir/certs/s3.pem" --s3-key "$dir/certs/s3.key" --chains "$dir/certs/chains"
ok 'a chain is served' pem 200 good.pem
ok 'the chain is unchanged' cmp -s "$dir/body" "$dir/certs/chains/good.pem"
ok 'unknown names give 404' pem 404 nothing.pem
ok 'moved.pem redirects' pem 301 moved.pem
ok 'error.pem gives 500' pem 500 error.pem
fault '{"match":"s3:good","kind":"status","status":403}'
ok 'faults can be limited to the certificate host' pem 403 good.pem
ok 'every point gets the recorded one' gives 200 /points/40,-105 '"recorded":true'
ok 'there are no alerts if none were recorded' gives 200 '/alerts/active?point=40,-105' '"features": \[\]'
ok 'everything else is not found' gives 404 /gridpoints/BOU/1,1 NotFound
ok 'it stops again' stop

# ---- Amazon's services -------------------------------------------------------------------------

call() { # call STATUS URL [CURL-OPTION...]: as a client that connects to the simulator instead
    local want=$1 url=$2 status
    shift 2
    status=$(curl -s -m 5 --cacert "$dir/certs/root.pem" -o "$dir/body" -D "$dir/headers" -w '%{http_code}' \
        --connect-to "::127.0.0.1:$amazon" "$@" "$url")
    [[ $status == "$want" ]]
}

steer() { # steer METHOD [JSON]
    curl -s -m 5 -X "$1" ${2:+-d "$2"} "http://127.0.0.1:$http/_sim/amazon" >"$dir/steered"
}

event() { # event STATUS TOKEN REFERENCE
    call "$1" https://api.eu.amazonalexa.com/v1/proactiveEvents -H "Authorization: Bearer $2" -d '{
        "timestamp":"2026-06-17T16:00:00Z","referenceId":"'"$3"'","expiryTime":"2026-06-17T17:00:00Z",
        "event":{"name":"AMAZON.WeatherAlert.Activated","payload":{"weatherAlert":
            {"source":"localizedattribute:source","alertType":"TORNADO"}}},
        "localizedAttributes":[{"locale":"en-US","source":"the National Weather Service"}],
        "relevantAudience":{"type":"Unicast","payload":{"user":"amzn1.ask.account.A"}}}'
}

address=https://api.amazonalexa.com/v1/devices/amzn1.device.A/settings/address/countryAndPostalCode
units=https://api.fe.amazonalexa.com/v2/devices/amzn1.device.A/settings/System.temperatureUnit
form='grant_type=client_credentials&scope=alexa%3A%3Aproactive_events&client_id=id&client_secret=secret'
ok "it starts with Amazon's services" start --amazon-listen 127.0.0.1:0 --amazon-cert "$dir/certs/amazon.pem" \
    --amazon-key "$dir/certs/amazon.key"
ok 'an address' call 200 "$address" -H 'Authorization: Bearer A'
ok 'it has a postal code' grep -q '"postalCode":"80301"' "$dir/body"
ok 'no address without a token' call 401 "$address"
ok 'the unit of a device' call 200 "$units" -H 'Authorization: Bearer A'
ok 'another path is not found' call 404 https://api.amazonalexa.com/v1/other -H 'Authorization: Bearer A'
ok 'a token' call 200 https://api.amazon.com/auth/o2/token -d "$form"
token=$(sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' "$dir/body")
ok 'an event is accepted' event 202 "$token" A1
ok 'once' event 409 "$token" A1
ok 'a malformed one is refused' event 400 "$token" A-1
ok 'an unknown token is refused' event 403 other A2
steer PUT '{"expire":true,"clientSecret":"other"}'
ok 'tokens can expire' event 403 "$token" A2
ok 'a wrong secret is refused' call 401 https://api.amazon.com/auth/o2/token -d "$form"
steer POST '{"service":"address","status":429,"retryAfter":"7","times":1}'
ok 'a rule changes an answer' call 429 "$address" -H 'Authorization: Bearer A'
ok 'with Retry-After' grep -qi '^retry-after: 7' "$dir/headers"
ok 'as often as it says' call 200 "$address" -H 'Authorization: Bearer A'
fault '{"match":"amazon:","kind":"garbage"}'
ok "faults can be limited to Amazon's services" call 200 "$address" -H 'Authorization: Bearer A'
ok 'and are delivered' test "$(wc -c <"$dir/body")" -eq 3000
steer GET
ok 'calls are recorded' grep -q '"service":"address","method":"GET","host":"api.amazonalexa.com","sni":"api.amazonalexa.com"' "$dir/steered"
ok 'with their headers' grep -q '"authorization":"Bearer A"' "$dir/steered"
steer DELETE
steer GET
ok 'and can be forgotten' grep -q '"total":0' "$dir/steered"
ok 'it stops once more' stop

echo "$passed passed, $failed failed"
[[ $failed -eq 0 && $passed -gt 0 ]]
