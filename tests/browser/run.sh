#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/browser/run.sh -- tests the dashboard and the test console in headless Chromium (make test-browser): installs the
# locked npm packages into $BUILD/browser, runs tests/browser/test.js, and leaves screenshots in
# $BUILD/browser/screenshots.
#
# Needs node and npm of Debian 12 or newer, and installs them with apt if node is missing.  CHROMIUM=PROGRAM selects a
# browser other than /usr/bin/chromium.  Ends with the line "N passed, M failed".
set -eu
cd "$(dirname "$0")/../.."
top=$(pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
home=$build/browser

. tests/npm.sh
need_node node
need_modules tests/browser "$home"

BUILD=$build NODE_PATH=$home/node_modules exec node tests/browser/test.js
