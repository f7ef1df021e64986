#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/check_includes.sh -- checks the rules for #include: only lower layers may be included, and each library is used
# in one place.
#
# allow() lists which folders each folder may include; subfolders have their own rows.
set -u
cd "$(dirname "$0")/.." || exit 2

skill="intents intents/alexa intents/amazon intents/figures intents/screen intents/sky intents/speech intents/weather"
rooms="server/config server/log server/usage server/request server/listener server/services"

allow() { # FOLDER: set `allowed` to the folders it may include
    case $1 in
    server/base) allowed="server/base" ;;
    certs) allowed="certs server/base" ;;
    cache) allowed="cache cache/alerts cache/redis server/base" ;;
    cache/alerts) allowed="cache/alerts cache server/base" ;;
    cache/redis) allowed="cache/redis server/base" ;;
    cache/dynamo) allowed="cache/dynamo cache server/base" ;;
    cache/embedded) allowed="cache/embedded cache server/base" ;;
    intents/alexa) allowed="intents/alexa server/base" ;;
    intents/amazon) allowed="intents/amazon server/base" ;;
    intents/speech) allowed="intents/speech server/base" ;;
    intents/weather) allowed="intents/weather cache server/base" ;;
    intents/figures) allowed="intents/figures intents/sky intents/speech intents/weather server/base" ;;
    intents/sky) allowed="intents/sky server/base" ;;
    intents) allowed="intents intents/alexa intents/amazon intents/figures intents/screen intents/sky intents/speech intents/weather cache cache/alerts server/base" ;;
    intents/ask) allowed="intents/ask intents/figures intents/sky intents intents/alexa intents/speech intents/weather cache server/base" ;;
    intents/household) allowed="intents/household $skill cache cache/alerts server/base" ;;
    intents/screen) allowed="intents/screen intents intents/alexa intents/figures intents/sky intents/speech intents/weather cache server/base" ;;
    intents/talk) allowed="intents/talk intents intents/alexa intents/speech intents/weather cache server/base" ;;
    server/config) allowed="server/config cache/redis server/base" ;;
    server/log) allowed="server/log server/config server/base" ;;
    server/usage) allowed="server/usage cache cache/redis server/base" ;;
    server/request) allowed="server/request server/usage server/log server/config $skill cache/redis certs server/base" ;;
    server/listener) allowed="server/listener server/request server/log server/config certs server/base" ;;
    server/services) allowed="server/services server/usage server/log server/config $skill cache cache/redis server/base" ;;
    server/utterance) allowed="server/utterance server/config $skill server/base" ;;
    server/alerts) allowed="server/alerts $skill cache cache/alerts server/base" ;;
    server/admin) allowed="server/admin server/utterance server/services server/listener server/request $skill cache cache/redis certs server/base" ;;
    server/api) allowed="server/api server/utterance server/services server/listener server/request $skill intents/ask cache server/base" ;;
    server) allowed="server server/admin server/alerts server/api $rooms $skill cache certs server/base" ;;
    server/tool) allowed="server/tool server server/utterance $rooms $skill cache cache/alerts cache/redis cache/dynamo certs server/base" ;;
    *) allowed="" ;;
    esac
}

home() { # HEADER: set `homes` to the files (shell patterns) that may include this library header
    case $1 in
    microhttpd.h) homes="server/listener/front.[ch] server/listener/alexa_request.[ch] server/listener/mhd_response.[ch] server/listener/mhd_refusal.c server/admin/admin_listener.c server/api/api_listener.c" ;;
    gnutls/*) homes="server/listener/handshake.c server/listener/handshake.h" ;;
    openssl/*) homes="certs/* server/base/digest.c" ;;
    curl/*) homes="server/base/http.c server/base/http_*.c server/base/http_*.h" ;;
    hiredis/*) homes="cache/redis/connection.c" ;;
    sqlite3.h) homes="cache/embedded/store_sqlite.c cache/embedded/sqlite_*.c cache/embedded/sqlite_*.h" ;;
    glib.h) homes="server/base/zone.c" ;;
    pcre2.h) homes="intents/speech/normalize.c" ;;
    ini.h) homes="server/config/config.c" ;;
    expat.h) homes="intents/alexa/broadcast_ssml.c" ;;
    png.h) homes="server/base/picture.c" ;;
    *) homes="*" ;;
    esac
}

bad=0 seen=0
complain() {
    echo "$1" >&2
    bad=$((bad + 1))
}

check_own() { # FILE INCLUDED
    [ -f "$2" ] || { complain "$1: includes \"$2\", which is not a path from the top of the tree"; return; }
    case " $allowed " in
    *" ${2%/*} "*) ;;
    *) complain "$1: ${1%/*} may not include $2" ;;
    esac
}

check_library() { # FILE INCLUDED
    home "$2"
    set -f
    for pattern in $homes; do
        # shellcheck disable=SC2254
        case $1 in $pattern) set +f && return ;; esac
    done
    set +f
    complain "$1: <$2> may only be included by: $homes"
}

for file in $(find server certs cache intents -name '*.c' -o -name '*.h' | sort); do
    seen=$((seen + 1))
    allow "${file%/*}"
    [ -n "$allowed" ] || complain "$file: unknown folder ${file%/*}: add it to the table"
    while read -r hash included _; do # no subprocess in this loop: there are thousands of includes
        case "$hash $included" in
        '#include "'*) included=${included#\"} && check_own "$file" "${included%%\"*}" ;;
        '#include <'*) included=${included#<} && check_library "$file" "${included%%>*}" ;;
        '#include'* | '# include'*) complain "$file: cannot parse: $hash $included" ;;
        esac
    done < "$file"
done

if [ "$bad" -gt 0 ]; then
    echo "check_includes: $bad violations" >&2
    exit 1
fi
echo "check_includes: $seen files are fine"
echo "$seen passed, 0 failed"
