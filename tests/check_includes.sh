#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/check_includes.sh -- who may include whom: includes point down, never sideways or up; a library has one home.
#
# The table names, for each part of the tree, what its files may include of ours.  A part is a folder's own files; what stands
# under a deeper row belongs to that row.
set -u
cd "$(dirname "$0")/.." || exit 2

skill="intents intents/alexa intents/speech intents/weather"

may() { # part: sets `allowed` to the parts it may see, itself among them
    case $1 in
    server/base) allowed="server/base" ;;
    certs) allowed="certs server/base" ;;
    cache) allowed="cache cache/redis server/base" ;;
    cache/redis) allowed="cache/redis server/base" ;;
    cache/dynamo) allowed="cache/dynamo cache server/base" ;;
    cache/embedded) allowed="cache/embedded cache server/base" ;;
    intents/alexa) allowed="intents/alexa server/base" ;;
    intents/speech) allowed="intents/speech server/base" ;;
    intents/weather) allowed="intents/weather cache server/base" ;;
    intents) allowed="intents intents/alexa intents/speech intents/weather cache server/base" ;;
    server/utterance) allowed="server/utterance server $skill server/base" ;;
    server/admin) allowed="server/admin server/utterance server $skill cache cache/redis certs server/base" ;;
    server) allowed="server server/admin server/utterance $skill cache cache/redis cache/dynamo cache/embedded certs server/base" ;;
    server/tool) allowed="server/tool server server/admin server/utterance $skill cache cache/redis cache/dynamo cache/embedded certs server/base" ;;
    *) allowed="" ;;
    esac
}

home() { # library header: sets `homes` to the files (shell patterns) that may include it
    case $1 in
    microhttpd.h) homes="server/alexa_listener.c server/mhd_response.[ch] server/admin/admin_listener.c" ;;
    gnutls/*) homes="server/handshake.c server/handshake.h" ;;
    openssl/*) homes="certs/* server/base/digest.c server/base/random.c server/base/secret.c" ;;
    curl/*) homes="server/base/http.c server/base/http_*.c server/base/http_*.h" ;;
    hiredis/*) homes="cache/redis/connection.c" ;;
    sqlite3.h) homes="cache/embedded/store_sqlite.c cache/embedded/sqlite_*.c cache/embedded/sqlite_*.h" ;;
    glib.h) homes="server/base/zone.c" ;;
    pcre2.h) homes="intents/speech/normalize.c" ;;
    ini.h) homes="server/config.c" ;;
    *) homes="*" ;;
    esac
}

bad=0 seen=0
complain() {
    echo "$1" >&2
    bad=$((bad + 1))
}

ours() { # FILE INCLUDED
    [ -f "$2" ] || { complain "$1: includes \"$2\", which is not named from the top"; return; }
    case " $allowed " in
    *" ${2%/*} "*) ;;
    *) complain "$1: ${1%/*} may not include $2" ;;
    esac
}

library() { # FILE INCLUDED
    home "$2"
    set -f
    for pattern in $homes; do
        # shellcheck disable=SC2254
        case $1 in $pattern) set +f && return ;; esac
    done
    set +f
    complain "$1: <$2> has another home: $homes"
}

for file in $(find server certs cache intents -name '*.c' -o -name '*.h' | sort); do
    seen=$((seen + 1))
    may "${file%/*}"
    [ -n "$allowed" ] || complain "$file: no part of the tree is called ${file%/*}"
    while read -r hash included _; do # no process within the loop: there are thousands of includes
        case "$hash $included" in
        '#include "'*) included=${included#\"} && ours "$file" "${included%%\"*}" ;;
        '#include <'*) included=${included#<} && library "$file" "${included%%>*}" ;;
        '#include'* | '# include'*) complain "$file: an include that this check cannot read: $hash $included" ;;
        esac
    done < "$file"
done

if [ "$bad" -gt 0 ]; then
    echo "check_includes: $bad includes against the table" >&2
    exit 1
fi
echo "check_includes: $seen files keep to the table"
echo "$seen passed, 0 failed"
