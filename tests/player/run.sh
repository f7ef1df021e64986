#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/player/run.sh -- a second opinion on what phrases mean: the npm package virtual-alexa reads the interaction model, and
# must find the same intents as tests/cases/phrases.tsv (make test-player).
#
# Ends with the line "N passed, M failed".
set -eu
cd "$(dirname "$0")/../.."
top=$(pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
home=$build/player

. tests/npm.sh
need_node node
need_modules tests/player "$home"

cp tests/player/check.js "$home/check.js" # beside its packages, where node looks for them
exec node "$home/check.js" "$top/deploy/skill-package/interactionModels/custom/en-US.json" "$top/tests/cases/phrases.tsv"
