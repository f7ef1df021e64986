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

. tests/npm.sh
need_node
need_modules tests/dynamo "$home"
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
