#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/package/build.sh VERSION [check] -- builds the programs, the simulator and two packages, which differ only in their
# revision, in $BUILD. With `check`: packaging twice gives the same file, and lintian has no complaint.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1 build=${BUILD:-build}
echo "compiler: gcc $(gcc -dumpversion)"
env -u MAKEFLAGS -u MAKELEVEL make -s QUIET=1 -j"$(nproc)" all man "$build/climasim"
package=$build/climacast_$version-1$(deploy/deb/release.sh)_$(dpkg --print-architecture).deb
pack() { BUILD=$build DEB_REVISION=$1 deploy/deb/make.sh "$version" >/dev/null; }
pack 1
pack 2
[[ ${2:-} == check ]] || exit 0
once=$(sha256sum <"$package")
pack 1
[[ $(sha256sum <"$package") == "$once" ]] || { echo 'package: two builds differ' >&2; exit 1; }
said=$(lintian --fail-on error,warning --tag-display-limit 0 "$package" 2>&1) || { echo "$said" >&2; exit 1; }
