#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/readme.sh -- verifies what the README files say: the configuration table, the example intent, file names,
# links, and the signed request by hand.
#
#   readme.sh --write    regenerate the configuration table and the example intent
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
build=${TEST_BUILD:-$PWD/build}
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-readme.XXXXXX")
run=''
stop() {
    if [[ -n $run ]]; then
        kill -TERM "$run" 2>/dev/null || true
        wait "$run" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop EXIT

pages='README.md deploy/README.md server/README.md intents/README.md tests/README.md'

page_of() { # the page that has the marks of that name
    # shellcheck disable=SC2086
    grep -l "^<!-- $1: begin -->\$" $pages
}

between() { # what stands between the marks of that name
    sed -n "/^<!-- $1: begin -->\$/,/^<!-- $1: end -->\$/p" "$(page_of "$1")" | sed '1d;$d'
}

put_between() { # put_between NAME FILE
    sed -i -e "/^<!-- $1: begin -->\$/,/^<!-- $1: end -->\$/{/^<!-- /!d}" -e "/^<!-- $1: begin -->\$/r $2" "$(page_of "$1")"
}

"$build/climacast" config --keys >"$work/keys"
{ echo '```c'; cat tests/example_intent/daylight.c; echo '```'; } >"$work/example"
if [[ ${1:-} == --write ]]; then
    put_between 'config keys' "$work/keys"
    put_between 'example intent' "$work/example"
    exit
fi

same_keys() { diff <(between 'config keys') "$work/keys"; }
same_example() { diff <(between 'example intent') "$work/example"; }
check 'the configuration table is that of climacast config --keys' same_keys
check 'the example is tests/example_intent/daylight.c' same_example

named_files() {
    local page path bad=0
    for page in $pages; do
        for path in $(grep -o '`[a-z_.][a-z_]*/[A-Za-z0-9_./]*`' "$page" | tr -d '\`' | sort -u); do
            case $path in
            data/* | build/* | intents/daylight.c) ;; # made by following the instructions
            *) [[ -e $path ]] || { echo "     $page: $path does not exist"; bad=1; } ;;
            esac
        done
    done
    return $bad
}
check 'the files they name exist' named_files
links() { # to files, from the folder of their page; and to headings of the same page
    local page target bad=0
    for page in $pages; do
        for target in $(grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//'); do
            case $target in
            https:* | http:*) continue ;;
            \#*) sed -n 's/^##* //p' "$page" | tr 'A-Z ' 'a-z-' | tr -d ',:' | grep -qx -- "${target#\#}" ;;
            *) [[ -e $(dirname "$page")/${target%%#*} ]] ;;
            esac || { echo "     $page: $target leads nowhere"; bad=1; }
        done
    done
    return $bad
}
check 'their links lead somewhere' links
short() { [[ $(wc -c <README.md) -le 12288 ]]; }
check 'README.md is at most 12 KB' short
# What README quotes, in the words of a demo run: without line breaks, marks, and the times that differ.
words() { sed -E 's/^> ?//; s/\\$//; s/^ *\(.* ms, (.*)\)$/(\1)/; s/\*\*(You|Clima Cast):\*\*/\1:/; /^```/d' "$@" | tr -s ' \n' ' '; }
heard() { # every sentence of Clima Cast in the conversation, and the whole excerpt of the demo
    local sentence bad=0
    BUILD=$build tests/demo.sh >"$work/demo" 2>&1 || { tail -n 5 "$work/demo"; return 1; }
    words "$work/demo" >"$work/demo.words"
    between conversation | words | grep -o 'Clima Cast: [^:]*\(: The chance [^:]*\)\?' | sed 's/ You$//' >"$work/sentences"
    between demo | words >>"$work/sentences"
    while IFS= read -r sentence; do
        grep -qF -- "${sentence% }" "$work/demo.words" || { echo "     make demo does not say: $sentence"; bad=1; }
    done <"$work/sentences"
    return $bad
}
check 'make demo says what README quotes' heard
example_conf() { "$build/climacast" --config deploy/climacast.conf config --check; }
check 'deploy/climacast.conf is valid' example_conf

# The signed request by hand, against what `make run WEATHER=simulated` starts; only ports and folders differ.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}
port=$(free_port)
BUILD=$build DATA=$work/data PORT=$port ADMIN_PORT=$(free_port) WEATHER=simulated deploy/run-here.sh >"$work/run.log" 2>&1 &
run=$!
for _ in {1..300}; do
    ! grep -q 'Press Ctrl-C to stop' "$work/run.log" 2>/dev/null || break
    kill -0 "$run" 2>/dev/null || break
    sleep 0.1
done
by_hand() {
    between 'by hand' | grep -v '^```' |
        sed "s#build/#$build/#g; s#data/run.conf#$work/data/run.conf#; s#8443#$port#; s#request\.\(json\|sig\)#$work/request.\1#g" >"$work/by_hand.sh"
    no_proxy='*' bash -eu "$work/by_hand.sh" 2>/dev/null >"$work/answer" || true
    grep -q '<speak>The temperature is .* in Seattle, Washington' "$work/answer" || { cat "$work/answer" "$work/run.log"; return 1; }
}
check 'the request by hand is answered' by_hand
again() {
    sed -n '/^curl/,$p' "$work/by_hand.sh" >"$work/again.sh"
    [[ $(no_proxy='*' bash -eu "$work/again.sh" 2>/dev/null) == '{"error":"replayed"}' ]]
}
check 'and rejected as a replay the second time' again
one_line_curl() {
    "$build/climacast" --config "$work/data/run.conf" request --curl MetricIntent metric=wind "location=Coeur d'Alene, Idaho" >"$work/curl.sh"
    no_proxy='*' sh "$work/curl.sh" | grep -q "In Coeur d'Alene, Idaho"
}
check 'request --curl gives a command that works when pasted' one_line_curl
certify() { "$build/climacast" --config "$work/data/run.conf" certify >"$work/certify" 2>&1 || { grep -v '^ok' "$work/certify"; return 1; }; }
check 'climacast certify passes every line against make run WEATHER=simulated' certify
stops() {
    local status=0
    kill -TERM "$run"
    wait "$run" || status=$?
    run=
    [[ $status -eq 143 ]] && ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}
check 'make run stops what it started' stops

summary
