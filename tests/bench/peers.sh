#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/bench/peers.sh SCRATCH [more of bench.mjs's options] -- compares the daemon with other servers: Node
# implementations, and plain libmicrohttpd as the upper limit.
#
# Needs ../shared/peers (or PEERS=DIR) and the packages its README lists; builds and installs into SCRATCH.
set -eu
cd "$(dirname "$0")/../.."
scratch=${1:?usage: tests/bench/peers.sh SCRATCH [options of bench.mjs]}
shift
peers=$(cd "${PEERS:-../shared/peers}" && pwd)
top=$(pwd)
mkdir -p "$scratch/bin"
scratch=$(cd "$scratch" && pwd)
[ -d "$scratch/node_modules" ] || {
    cp -r "$peers/package.json" "$peers/cert-server.mjs" "$peers/node-skill" "$scratch/"
    (cd "$scratch" && npm install --silent)
}
"$peers/pki.sh" "$scratch/pki" > /dev/null
make -s -C "$peers/loadgen" OUT="$scratch/bin"
make -s -C "$peers/ceiling" OUT="$scratch/bin"
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$top/$BUILD ;; esac
export BUILD LOAD="$scratch/bin/signed-load" TEMPLATES="$peers/loadgen/templates"
node "$peers/bench.mjs" --peers "$scratch" --bin "$scratch/bin" --pki "$scratch/pki" --out "$scratch/out" \
    --subject "$top/tests/bench/subject.sh" --subject-name climacast "$@"
