#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/ephemeris/run.sh -- compares our sun and moon with two independent npm packages, at 200 places on every day of a
# year (make test-ephemeris).
#
#   run.sh --write    regenerate tests/cases/sky.tsv, which `make test` checks without npm
# Ends with the line "N passed, M failed".
set -eu
cd "$(dirname "$0")/../.."
top=$(pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
home=$build/ephemeris

. tests/npm.sh
need_node node
need_modules tests/ephemeris "$home"

cp tests/ephemeris/check.js "$home/check.js" # beside its packages, where node looks for them
exec node "$home/check.js" "$home/answers" ${1:+"$top/tests/cases/sky.tsv"}
