#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/dynamo/start.sh -- start DynamoDB for the tests; print what the tests need as shell assignments:
#
#     eval "$(tests/dynamo/start.sh)"          DYNAMO_ENDPOINT, DYNAMO_REGION, AWS_*, NODE_PATH, DYNAMO_PID, all exported
#     tests/dynamo/stop.sh                     by DYNAMO_PID
#     tests/dynamo/start.sh --install          only what it needs
#
# Everything lies in $BUILD/dynamo: the npm packages of the lock file (installed once, and again when it changes), the
# server's log.  Needs node and npm of Debian 12 or newer; installs them with apt when there is no node at all.
# DYNAMO_OWNER=PID in the environment: the server ends by itself when that process is gone.
set -eu
cd "$(dirname "$0")/../.."
top=$(pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
home=$build/dynamo
say() { echo "dynamo: $*" >&2; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

need_node() {
    command -v node >/dev/null && command -v npm >/dev/null && return
    say "installing nodejs and npm"
    as_root apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends nodejs npm >&2
}

need_modules() {
    lock=$(cksum < tests/dynamo/package-lock.json)
    [ "$(cat "$home/installed" 2>/dev/null)" = "$lock" ] && return
    say "installing npm packages"
    rm -rf "$home/node_modules" "$home/installed"
    mkdir -p "$home"
    cp tests/dynamo/package.json tests/dynamo/package-lock.json "$home"
    (cd "$home" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline) > "$home/npm.log" 2>&1 || {
        cat "$home/npm.log" >&2
        exit 1
    }
    echo "$lock" > "$home/installed"
}

need_node
need_modules
[ "${1:-}" != --install ] || exit 0
file=$home/ports.$$
NODE_PATH=$home/node_modules node tests/dynamo/serve.js "$file" > "$home/serve.log" 2>&1 < /dev/null &
pid=$!
tries=0
while [ ! -f "$file" ]; do
    tries=$((tries + 1))
    if [ $tries -gt 200 ] || ! kill -0 $pid 2>/dev/null; then
        say "the server did not start:"
        cat "$home/serve.log" >&2
        kill $pid 2>/dev/null || true
        exit 1
    fi
    sleep 0.1
done
sed 's/^/export /' "$file"
echo "export NODE_PATH=$home/node_modules"
rm -f "$file"
