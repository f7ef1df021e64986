#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/screen/run.sh -- what the skill sends to screens, against Amazon's own packages (make test-screens): installs the
# locked npm packages into $BUILD/screen and runs tests/screen/check.js.
#
# Ends with the line "N passed, M failed".
set -eu
cd "$(dirname "$0")/../.."
top=$(pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
home=$build/screen

. tests/npm.sh
need_node node
need_modules tests/screen "$home"

cp tests/screen/check.js "$home" # beside its packages, where node looks for them
exec node "$home/check.js" "$build" "$top"
