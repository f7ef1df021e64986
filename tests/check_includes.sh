#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/check_includes.sh -- who may include whom: includes point down, never sideways or up; a library has one home.
#
# The table names, for each part of the tree, what its files may include of ours.  A part is a folder's own files; what stands
# under a deeper row belongs to that row.
set -u
cd "$(dirname "$0")/.." || exit 2

may() { # part -> the parts it may see, itself among them
    case $1 in
    server/base) echo "server/base" ;;
    certs) echo "certs server/base" ;;
    cache) echo "cache server/base" ;;
    intents/alexa) echo "intents/alexa server/base" ;;
    intents/speech) echo "intents/speech server/base" ;;
    intents/weather) echo "intents/weather cache server/base" ;;
    intents) echo "intents intents/alexa intents/speech intents/weather cache server/base" ;;
    server | server/tool) echo "server server/tool intents intents/alexa intents/speech intents/weather cache certs server/base" ;;
    *) echo "" ;;
    esac
}

home() { # library header -> the files (shell patterns) that may include it
    case $1 in
    microhttpd.h) echo "server/front.c server/admin.c" ;;
    gnutls/*) echo "server/handshake.c server/handshake.h" ;;
    openssl/*) echo "certs/* server/base/digest.c" ;;
    curl/*) echo "server/base/http.c server/base/http_*.c server/base/http_*.h" ;;
    hiredis/*) echo "cache/redis_link.c" ;;
    sqlite3.h) echo "cache/store_sqlite.c cache/sqlite_*.c cache/sqlite_*.h" ;;
    glib.h) echo "server/base/civil.c" ;;
    pcre2.h) echo "intents/speech/normalise.c" ;;
    ini.h) echo "server/config.c" ;;
    *) echo "*" ;;
    esac
}

bad=0 seen=0
complain() {
    echo "$1" >&2
    bad=$((bad + 1))
}

for file in $(find server certs cache intents -name '*.c' -o -name '*.h' | sort); do
    part=$(dirname "$file")
    seen=$((seen + 1))
    allowed=$(may "$part")
    [ -n "$allowed" ] || complain "$file: no part of the tree is called $part"
    for included in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file"); do
        [ -f "$included" ] || { complain "$file: includes \"$included\", which is not named from the top"; continue; }
        target=$(dirname "$included")
        case " $allowed " in
        *" $target "*) ;;
        *) complain "$file: $part may not include $included" ;;
        esac
    done
    for included in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*<\([^>]*\)>.*/\1/p' "$file"); do
        ok=no
        set -f
        for pattern in $(home "$included"); do
            # shellcheck disable=SC2254
            case $file in $pattern) ok=yes ;; esac
        done
        set +f
        [ $ok = yes ] || complain "$file: <$included> has another home: $(home "$included")"
    done
done

if [ "$bad" -gt 0 ]; then
    echo "check_includes: $bad includes against the table" >&2
    exit 1
fi
echo "check_includes: $seen files keep to the table"
echo "$seen passed, 0 failed"
