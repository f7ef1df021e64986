#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/browser/run.sh -- the operator's pages in headless Chromium (make test-browser): installs the npm package of the lock
# file into $BUILD/browser, runs tests/browser/test.js there, and leaves screenshots in $BUILD/browser/screenshots.
#
# Needs node and npm of Debian 12 or newer; installs them with apt when there is no node at all.  CHROMIUM=PROGRAM takes
# another browser than /usr/bin/chromium.  Ends with the line "N passed, M failed".
set -eu
cd "$(dirname "$0")/../.."
top=$(pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
home=$build/browser

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "browser: installing nodejs and npm"
    as_root apt-get update -q
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends nodejs npm
fi

lock=$(cksum < tests/browser/package-lock.json)
if [ "$(cat "$home/installed" 2>/dev/null)" != "$lock" ]; then
    echo "browser: installing npm packages"
    rm -rf "$home/node_modules" "$home/installed"
    mkdir -p "$home"
    cp tests/browser/package.json tests/browser/package-lock.json "$home"
    (cd "$home" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline) > "$home/npm.log" 2>&1 || {
        cat "$home/npm.log" >&2
        exit 1
    }
    echo "$lock" > "$home/installed"
fi

BUILD=$build NODE_PATH=$home/node_modules exec node tests/browser/test.js
