#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/phrases.sh -- every phrase that the skill suggests is understood: `climacast ask --say` turns each phrase of
# tests/cases/phrases.tsv into its request, and README.md, Help, hints and deploy/skill-package/skill.json suggest no others.
#
#   phrases.sh --write    regenerate the list in README.md
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
build=${TEST_BUILD:-$PWD/build}
table=tests/cases/phrases.tsv
now=2026-06-17T16:00:00Z
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-phrases.XXXXXX")
sim=''
stop() {
    [[ -z $sim ]] || { kill "$sim" && wait "$sim"; } 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

flagged() { # flagged LETTERS: the phrases with one of these flags
    awk -F '\t' -v flags="[$1]" '!/^#/ && $1 ~ flags { print $2 }' "$table"
}

readme_list() { # a row per heading, with its phrases
    echo '| about | say |'
    echo '|---|---|'
    awk -F '\t' '
        /^## / { if (row != "") print row " |"; row = ""; heading = substr($0, 4); next }
        /^#/ { next }
        index($1, "r") { row = (row == "" ? "| " heading " | " : row " · ") "\"" $2 "\"" }
        END { if (row != "") print row " |" }' "$table"
}

readme_list >"$work/list"
if [[ ${1:-} == --write ]]; then
    sed -i -e '/^<!-- phrases: begin -->$/,/^<!-- phrases: end -->$/{/^<!-- /!d}' -e "/^<!-- phrases: begin -->\$/r $work/list" README.md
    exit
fi
same_list() {
    diff <(sed -n '/^<!-- phrases: begin -->$/,/^<!-- phrases: end -->$/p' README.md | sed '1d;$d') "$work/list"
}
check "README lists the tested phrases" same_list

# The skill runs in the tool's process.  Without facts to be heard, no weather service is needed.
service=http://127.0.0.1:9
ask() {
    TZ=UTC "$build/climacast" --set persistence.backend=memory --set weather.base_url="$service" \
        --set weather.now="$now" ask --direct "$@" 2>/dev/null
}

# All phrases in one run: a line with the phrase, then the request, then the answer.
understood() {
    awk -F '\t' '!/^#/ { print "--say \"" $2 "\"" }' "$table" >"$work/asked"
    awk -F '\t' '!/^#/ { print "> --say \"" $2 "\""; print $3 }' "$table" >"$work/want"
    ask --file "$work/asked" >"$work/answers" || return 1
    awk 'held { print; held = 0; next } /^> / { print; held = 1 }' "$work/answers" >"$work/got"
    diff "$work/want" "$work/got"
}
check "all $(grep -c -v '^#' "$table") phrases are understood as the table says" understood
answered() { # only what no intent matches, and an answer to no question, gets "Sorry, I didn't understand that"
    ! awk '/^> / { held = $0; getline intent; getline speech
                   if (speech ~ /^Sorry, I didn.t understand that\. You can ask/ &&
                       intent !~ /^(AMAZON\.(Fallback|Yes|No|Next|Previous|Repeat|StartOver)Intent|ChooseIntent|FollowIntent location=there)/) print "     " held ": " intent }' \
        "$work/answers" | grep .
}
check 'and answered by their own intents' answered

# The weather service is simulated, at two instants, and the user has saved some places.
settings() {
    printf '%s\n' RstCustomIntent 'SetUnitsIntent units=us' 'SetRateIntent percent=100' 'SetPitchIntent percent=100' \
        'LengthIntent length=normal' 'ForgetPlaceIntent favorite=home' 'SavePlaceIntent favorite=cabin location="moab utah"' \
        'SavePlaceIntent favorite="mom'"'"'s house" location="tulsa oklahoma"' 'SavePlaceIntent favorite=work location=denver' \
        'SavePlaceIntent favorite="lake house" location="madison wisconsin"' \
        'SavePlaceIntent favorite="beach house" location="miami florida"' \
        'SavePlaceIntent favorite="grandma'"'"'s house" location="buffalo new york"' 'SetLocationIntent location="boulder colorado"'
}
changing='^(RstCustom|AddCustom|RemCustom|SetUnits|SetRate|SetPitch|Length|SavePlace|ForgetPlace|SetLocation|StoreData)Intent'

# The facts of a phrase: "^" begins the answer, "!" is not in it, "|" is between two of which one is enough.
lacks() { # lacks COLUMN: what the answers in tales lack
    awk -F '\t' -v column="$1" 'FNR == NR { if (!/^#/ && $column != "") facts[++n] = $2 "\t" $column; next }
        /^> --say / { getline; getline; split(facts[++i], row, "\t"); count = split(row[2], fact, "; *"); answer = tolower($0)
            for (k = 1; k <= count; k++) {
                sign = substr(fact[k], 1, 1); at = 0
                ways = split(tolower(sign ~ /[!^]/ ? substr(fact[k], 2) : fact[k]), way, "|")
                for (w = 1; w <= ways && !at; w++) at = index(answer, way[w])
                if (sign == "!" ? at : sign == "^" ? at != 1 : !at) {
                    print "     \"" row[1] "\": \"" $0 "\" lacks \"" fact[k] "\""; bad = 1 } } }
        END { exit bad || i != n || n == 0 }' "$table" "$work/tales"
}
heard() { # heard INSTANT COLUMN
    "$build/climasim" --now "$1" --listen 127.0.0.1:0 --ports-file "$work/ports" >"$work/sim.log" 2>&1 &
    sim=$!
    for _ in {1..100}; do [[ ! -s $work/ports ]] || break; sleep 0.1; done
    service=http://127.0.0.1:$(sed -n 's/^http=//p' "$work/ports")
    settings >"$work/settings"
    awk -F '\t' -v settings="$(cat "$work/settings")" -v changing="$changing" -v column="$2" '!/^#/ && $column != "" {
        if (last == "" || last ~ changing) print settings
        print "--say \"" $2 "\""; last = $3 }' "$table" >"$work/told"
    now=$1 ask --file "$work/told" >"$work/tales" || return 1
    kill "$sim" && wait "$sim"
    sim='' && rm "$work/ports"
    lacks "$2"
}
facts() { awk -F '\t' -v column="$1" '!/^#/ && $column != ""' "$table" | wc -l; }
check "the facts of $(facts 4) phrases are heard in June" heard "$now" 4
[[ ${MODE:-release} != release ]] || # a sanitizer finds nothing else then
    check "and of $(facts 5) in January, with snow, rain and ice" heard 2026-01-10T16:00:00Z 5
service=http://127.0.0.1:9

# A suggestion follows "ask, ", "say, ", "or, " or "such as", and must begin with a phrase of the table.
suggestions() {
    sed -E 's/(such as |(ask|[Ss]ay|or|such as|for example), )/\n>/g' | sed -n 's/^>//p' | grep . || true
}
suggests() { # suggests LETTERS COMMAND...: every suggestion in its output has one of these flags
    local letters=$1 bad=0 line phrase found
    shift
    "$@" | suggestions >"$work/suggested"
    flagged "$letters" >"$work/flagged"
    [[ -s $work/suggested ]] || { echo '     nothing is suggested'; return 1; }
    while IFS= read -r line; do
        found=no
        while IFS= read -r phrase; do
            [[ ${line,,} != "${phrase,,}"* ]] || found=yes
        done <"$work/flagged"
        case ${line,,} in 'set location to, followed by '*) found=yes ;; esac # the user's own place
        [[ $found == yes ]] || { echo "     not in the table: $line"; bad=1; }
    done <"$work/suggested"
    return $bad
}
# Every text in the source of the intents, including those that cannot be provoked here.
# A reason in the log may have a date as an example, which nobody says.
spoken() {
    sed -E "s/'\\\\?\"'//g; s,^ *(/\*| \*).*,," intents/*.c intents/ask/*.c intents/talk/*.c intents/*.def | tr '\n' ' ' | sed -E 's/" +"//g' |
        grep -oE '"[^"]*"' | tr -d '"' | sed -E 's,(such as|for example[,]) [0-9]{4}-[0-9T:-]+,,g'
}
check 'every suggestion in Help is in the table' suggests h ask AMAZON.HelpIntent
check 'every suggestion in the welcome is in the table' suggests a ask LaunchRequest
check 'every suggestion to a user without a location is in the table' suggests a ask MetricIntent metric=wind
check 'and every suggestion in any text of the intents' suggests ha spoken

says_all() { # says_all LETTER TEXT: the text contains each phrase with that flag
    local phrase bad=0
    while IFS= read -r phrase; do
        [[ ${2,,} == *"${phrase,,}"* ]] || { echo "     is not said: $phrase"; bad=1; }
    done < <(flagged "$1")
    return $bad
}
check 'Help suggests the phrases that the table has for it' says_all h "$(ask AMAZON.HelpIntent)"
check 'welcome and hints suggest theirs' says_all a "$(spoken)"

same_examples() {
    diff <(flagged s) <(sed -n '/"examplePhrases"/,/\]/s/^ *"\(Alexa.*[a-zA-Z]\)",\{0,1\}$/\1/p' deploy/skill-package/skill.json)
}
check 'the example phrases of skill.json are those of the table' same_examples

summary
