#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/demo.sh -- shows Clima Cast at work, offline: starts the weather simulator and the daemon with development
# certificates, verification on and a SQLite store, then sends signed requests over TLS and prints the conversation
# (make demo).
#
# Uses a temporary folder and removes it afterwards.  The simulated weather is that of one fixed instant, so every run
# prints the same answers.  Exits with 0 only if every request got the expected answer.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
now=2026-06-17T16:00:00Z
# shellcheck source=tests/stage.sh
. tests/stage.sh
right=0 wrong=0

print_as() { # SPEAKER: print standard input as the words of SPEAKER, wrapped; lines after the first are indented
    sed "1s/^/$1: /" | fold -s -w 100 | sed '2,$s/^/    /; s/ *$//'
}

check_answer() { # EXPECTED: the answer must contain these texts, which are separated by |
    local text missing=''
    while IFS= read -r -d '|' text; do
        grep -qiF -- "$text" <<<"$answer" || missing+=" \"$text\""
    done <<<"$1|"
    if [[ $status -ne 0 || -n $missing ]]; then
        wrong=$((wrong + 1))
        printf '    WRONG: exit status %s%s\n' "$status" "${missing:+, the answer lacks$missing}"
    else
        right=$((right + 1))
        printf '    (%s)\n' "$ms${intent:+, $intent}"
    fi
}

send() { # OPTION...: send a request as $user; sets `answer`, `intent` (of a phrase), `ms` and `status`
    status=0 intent=''
    answer=$("$build/climacast" ask --time --url "$url" --dev "$certs" --skill-id "$skill" \
        --user "amzn1.ask.account.$user" "$@" 2>&1) || status=$?
    ms=$(sed -n 's/^(\([0-9.]* ms\))$/\1/p' <<<"$answer" | paste -sd , | sed 's/,/, /g')
    answer=$(sed '/^([0-9.]* ms)$/d' <<<"$answer")
    if [[ $1 == --say && $status -eq 0 ]]; then
        intent=${answer%%$'\n'*} answer=${answer#*$'\n'}
    fi
}

say() { # EXPECTED PHRASE
    send --say "$2"
    printf '\n'
    print_as You <<<"$2"
    print_as 'Clima Cast' <<<"$answer"
    check_answer "$1"
}

reject() { # REASON WHAT OPTION...: a launch request with these options must be rejected for that reason
    local reason=$1 what=$2 answer status=0
    shift 2
    answer=$("$build/climacast" ask --url "$url" --dev "$certs" --skill-id "$skill" "$@" LaunchRequest 2>&1) || status=$?
    if [[ $status -eq 1 && $answer == *"\"error\":\"$reason\""* ]]; then
        right=$((right + 1))
        printf '%s: rejected (%s)\n' "$what" "$reason"
    else
        wrong=$((wrong + 1))
        printf '%s\n    WRONG: expected a rejection with %s, got: %s\n' "$what" "$reason" "${answer%%$'\n'*}"
    fi
}

put_long_alert() { # serve an alert that does not fit into one answer
    local text='' i body
    for i in {1..300}; do
        text+="This is sentence $i about the wind in the valley. "
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
}

shorten() { # print the first three and the last two lines
    awk '{ line[NR] = $0 }
        END { for (i = 1; i <= NR; i++)
                  if (i <= 3 || i > NR - 2) print line[i]
                  else if (!gap++) print "    [...]" }'
}

answer_number() { # N: print the Nth answer of a conversation
    awk -v n="$1" '/^>/ { i++; next } i == n && NF' <<<"$answer"
}

say_long() { # EXPECTED: a conversation about that alert
    local words=('are there any alerts in spokane washington' yes yes) i
    put_long_alert
    printf '%s\n' '--session new MetricIntent metric=alerts location="spokane washington"' \
        '--session open AMAZON.YesIntent' '--session open AMAZON.YesIntent' >"$dir/long"
    send --file "$dir/long"
    for i in 0 1 2; do
        printf '\n'
        print_as You <<<"${words[i]}"
        answer_number $((i + 1)) | print_as 'Clima Cast' | shorten
    done
    check_answer "$1"
}

stage_start "$now"
echo "The weather is simulated: Wednesday, June 17, 2026, noon in New York.  The daemon is at $url."

user=ann
say 'welcome to clima cast|set your location' 'open clima cast'
say 'location is now boulder, colorado' 'set location to boulder colorado'
say 'boulder, colorado|degrees' 'open clima cast'
say 'boulder|the temperature is|degrees' "what's the temperature"
say 'tomorrow in boulder, colorado|high|wind' "what's the forecast for tomorrow"
say 'probably.|percent|tomorrow in boulder, colorado' 'will it rain tomorrow'
say 'today|miles per hour|do you want to hear more' "what's the extended forecast"
say 'boulder, colorado|no' 'are there any alerts'
say 'seattle, washington|wind advisory' 'are there any alerts in seattle washington'
say 'rate is now 120 percent' 'set rate to 120 percent'
say 'pitch is now 90 percent' 'set pitch to 90 percent'
say 'removed' 'remove dewpoint from my forecast'
say 'already' 'add wind to my forecast'
say 'summary, temperature, precipitation, skies, wind, barometric pressure and relative humidity' "what's in my forecast"
say 'boulder colorado|120|90' 'what are my settings'
say 'relative humidity and dewpoint' 'reset my forecast'
say 'saved' 'save my settings'
say 'LocationCache' 'how many entries are in the cache'

printf '\n-- another user --\n'
user=bob
say 'miami, florida|relative humidity|percent' "what's the humidity in zip code 33130"
say 'inches|boston, massachusetts' "what's the barometric pressure in boston massachusetts"
say 'portland, oregon|friday night|low of' "what's the temperature friday night in portland oregon"
say 'chicago, illinois|precipitation' "what's the chance of rain tonight in chicago"
say 'denver, colorado|wind' 'how windy is it in denver colorado'
say "you haven't set a location yet" "what's the temperature"
say_long 'spokane, washington|do you want the details|sentence 1 |do you want to hear more|sentence 300 '
say 'for alerts' 'help'
say 'goodbye' 'stop'

dialogues=()
for name in tomorrow-and-elsewhere rain-timing how-do-you-know; do
    dialogues+=("tests/cases/dialogues/$name.txt")
done
if python3 tests/dialogues.py --show "${dialogues[@]}" -- "$build/climacast" --set "alexa.skill_ids=$skill" \
    chat --url "$url" --dev "$certs" | sed '$d' | fold -s -w 100; then
    right=$((right + 3))
else
    wrong=$((wrong + 1))
fi

printf '\n-- requests that are not from Alexa --\n'
reject signature_missing 'A request without a signature' --unsigned
reject timestamp_stale 'A request that is 200 seconds old' --timestamp -200

printf '\n%d requests answered correctly, %d incorrectly.\n' "$right" "$wrong"
[[ $wrong -eq 0 ]]
