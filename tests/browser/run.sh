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

. tests/npm.sh
need_node
need_modules tests/browser "$home"

BUILD=$build NODE_PATH=$home/node_modules exec node tests/browser/test.js
