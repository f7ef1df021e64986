#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/dynamo/start.sh -- start a DynamoDB emulator for the tests and print its settings as shell assignments:
#
#     eval "$(tests/dynamo/start.sh)"          exports DYNAMO_ENDPOINT, DYNAMO_REGION, AWS_*, NODE_PATH, DYNAMO_PID
#     tests/dynamo/stop.sh                     stops the process DYNAMO_PID
#     tests/dynamo/start.sh --install          only installs the npm packages
#
# $BUILD/dynamo holds the npm packages of the lock file (installed again whenever it changes) and the server's log.
# Needs node and npm of Debian 12 or newer, and installs them with apt if there is no node at all.
# DYNAMO_OWNER=PID in the environment: the server exits when that process ends.
set -eu
cd "$(dirname "$0")/../.."
top=$(pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
home=$build/dynamo
say() { echo "dynamo: $*" >&2; }

. tests/npm.sh
need_node node
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
