#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/fuzz/planted.sh -- do the fuzz targets find the faults that they are for? Plants one fault at a time in a copy
# of the tree, builds the one target that should find it, and runs it for at most 30 seconds over the committed corpus.
#
#   ONLY=WORD   only faults whose name holds WORD
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${BUILD:-build/fuzz}
seconds=${FUZZ_SECONDS:-30}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/climacast-planted.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
passed=0 failed=0 has_fault=

mkdir -p "$tree/$build" "$tree/tests"
cp -a Makefile server certs cache intents "$tree"
cp -a tests/fuzz tests/unit tests/test.h "$tree/tests"
for built in obj base.a certs.a cache.a intents.a server.a tool.a; do
    [ ! -e "$build/$built" ] || cp -a "$build/$built" "$tree/$build"
done

# run_target TARGET: prints a verdict; 0 when a law was broken or the program crashed.
run_target() {
    dict=tests/fuzz/$1.dict began=$(date +%s)
    set -- "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$scratch/" "tests/fuzz/corpus/$1"
    [ ! -f "$dict" ] || set -- "$@" -dict="$dict"
    target=$1
    shift
    mkdir -p "$scratch/new"
    (cd "$tree" && "$build/fuzz/$target" "$scratch/new" "$@") > "$scratch/log" 2>&1
    code=$?
    rm -rf "$scratch/new"
    took=$(($(date +%s) - began))
    [ "$code" -eq 77 ] || [ "$code" -eq 1 ] || return 1 # libFuzzer's statuses for a crash
    grep -q 'libFuzzer: \|AddressSanitizer: \|runtime error: ' "$scratch/log"
}

# set_aside DIRECTION FILE: keep FILE and what is built of it, or bring it back, so that nothing is compiled again.
set_aside() {
    case $2 in server/base/*) archive=base.a ;; *) archive=${2%%/*}.a ;; esac
    for one in "$2" "$build/obj/${2%.c}.o" "$build/$archive"; do
        kept=$scratch/$(basename "$one")
        if [ "$1" = keep ]; then from=$tree/$one to=$kept; else from=$kept to=$tree/$one; fi
        rm -f "$to"
        [ ! -e "$from" ] || cp -p "$from" "$to"
    done
}

# plant NAME TARGET FILE SED: the fault NAME, which SED makes in FILE, is found by TARGET.
plant() {
    has_fault="$has_fault $2"
    case $1 in *"${ONLY:-}"*) ;; *) return ;; esac
    set_aside keep "$3"
    sed -i "$4" "$tree/$3"
    if cmp -s "$tree/$3" "$scratch/$(basename "$3")"; then
        echo "FAIL $1: $3 no longer has the line to spoil"
        failed=$((failed + 1))
    elif ! MAKEFLAGS='' make -s -j "$(nproc)" -C "$tree" QUIET=1 BUILD="$build" MODE=fuzz CC=clang WERROR= "$build/fuzz/$2" > "$scratch/log" 2>&1; then
        echo "FAIL $1: it does not build"
        tail -n 20 "$scratch/log" | sed 's/^/    /'
        failed=$((failed + 1))
    elif run_target "$2"; then
        echo "ok   $1: found by $2 in $took s ($(sed -n 's/^broken law, [^:]*:[0-9]*: //p' "$scratch/log" | head -n 1))"
        passed=$((passed + 1))
    else
        echo "FAIL $1: not found by $2 in $took s"
        tail -n 5 "$scratch/log" | sed 's/^/    /'
        failed=$((failed + 1))
    fi
    set_aside back "$3"
    rm -f "$tree/$build/fuzz/$2"
}

plant 'a certificate URL that climbs above its root' cert_url certs/cert_url.c \
    '/^static bool path_pop/,/^}/s/return false;/return true;/'
plant 'a certificate URL whose ".." is not resolved' cert_url certs/cert_url.c \
    's/ || str_eqz(segment, "\.\.");/;/'
plant 'a forecast without plausible bounds' nws_grid intents/weather/grid_decode.c \
    's/if (!(value >= facts->min && value <= facts->max)) {/if (value != value) {/'
plant 'an observation without plausible bounds' nws_observation intents/weather/observation_decode.c \
    's/if (!(number >= min && number <= max)) {/if (min > max) {/'
plant 'a proxy whose client may name itself' proxy_headers server/listener/forwarded_for.c \
    's/for (size_t i = f->count; i > 0; i--) {/for (size_t i = 1; i <= f->count; i++) {/'
# Amazon's services: a user's token must not go elsewhere.
plant 'a host that begins like one of Amazon' amazon_host intents/amazon/host.c \
    's/!str_eqz(name, names\[host\])/!str_starts(name, str_of(names[host]))/'
plant 'a host that ends like one of Amazon' amazon_host intents/amazon/host.c \
    's/!str_eqz(name, names\[host\])/!str_ends(name, str_of(names[host]))/'
plant 'a token that ends its header line' amazon_host intents/amazon/client.c \
    "s/(unsigned char)credential\.p\[i\] < ' ' || //"
# The JSON API and the MCP server.
plant 'an Authorization of any scheme' api_access server/api/access.c \
    's/ || !str_ieqz(scheme, "Bearer")//'
plant 'a token that is not compared' api_access cache/api_tokens.c \
    's/return differs == 0;/return differs < 256;/'
plant 'open access for other machines' api_access server/api/access.c \
    's/ && is_loopback(&q->peer)//'
plant 'a foreign Origin with a token' api_access server/api/access.c \
    's/q->strict_origin || !token/!token/'
plant 'a web site whose name begins with localhost' api_query server/api/host_check.c \
    's/str_ieqz(name, "localhost")/str_starts(name, STR("localhost"))/'
plant 'a batch of messages' jsonrpc server/api/jsonrpc.c \
    's/if (!json_node_is(root, JSON_KIND_OBJECT))/if (!root)/'
plant 'an id that is not escaped' jsonrpc server/api/jsonrpc.c \
    's/json_put_string(out, json_node_text(id));/buf_printf(out, "\\"%.*s\\"", STR_ARG(json_node_text(id)));/'
plant 'an id without bounds' jsonrpc server/api/jsonrpc.c \
    's/id->length <= JSONRPC_ID_MAX;/id->length < SIZE_MAX;/'
# Broadcasts: one bad tag, and Alexa says nothing.
plant 'a broadcast whose text is not escaped' broadcast_ssml intents/alexa/broadcast_ssml.c \
    '/^static void XMLCALL hear_text/,/^}/s/ssml_escape(/buf_put(/'
plant 'a broadcast whose attributes are not escaped' broadcast_ssml intents/alexa/broadcast_ssml.c \
    's/ssml_escape(f->out, str_of(value))/buf_putz(f->out, value)/'
plant 'a broadcast with entities of its own' broadcast_ssml intents/alexa/broadcast_ssml.c \
    '/XML_SetStartDoctypeDeclHandler/d'
plant 'a broadcast whose unknown tags are closed' broadcast_ssml intents/alexa/broadcast_ssml.c \
    '/if (!f->kept\[f->depth\])/,+1d'

none=
for source in tests/fuzz/*.c; do
    target=$(basename "$source" .c)
    case "$has_fault " in *" $target "*) ;; *) none="$none $target" ;; esac
done
echo "no fault is planted for:$none"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
