#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/package/unit.sh RELEASE [ARCH] -- builds the programs in a root file system of that release of Debian, with its
# compiler, and runs the unit tests there; with ARCH, cross-built and in an emulator.
set -euo pipefail
cd "$(dirname "$0")/../.."
release=$1 arch=${2:-}
build=${BUILD:-build}
[[ $build == /* ]] || build=$PWD/$build
deploy/deb/release.sh "$release" >/dev/null
architectures=$(awk '!/^#/ { print $1 }' deploy/architectures.txt | paste -s -d ' ')
[[ " $architectures " == *" ${arch:-amd64} "* ]] || { echo "unit: unknown architecture '$arch': it can be $architectures" >&2; exit 1; }
# The DynamoDB emulator's npm packages are taken from here: in the root there is no npm.
BUILD=$build tests/dynamo/start.sh --install
home=$build/releases/$release/${arch:+$arch/}dynamo
mkdir -p "$home"
cp -r "$build/dynamo/node_modules" "$build/dynamo/installed" "$home/"
run="make -s QUIET=1 -j$(nproc) ${arch:+test-$arch}"
[[ -n $arch ]] || run="$run all unit-bins && TESTS=unit tests/run.sh"
export BUILD=$build
[[ -n $arch ]] || export ISOLATED=yes
exec env -u MAKEFLAGS -u MAKELEVEL deploy/deb/in-release.sh "$release" 'build run test deb root' \
    bash -c "echo \"compiler: gcc \$(gcc -dumpversion)\"; $run"
