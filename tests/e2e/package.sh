#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/package.sh VERSION -- tests the Debian package (make test-package): reproducible build, lintian, then
# installation, start, requests, upgrade and purge.
#
# Uses a container with its own Debian if possible (tests/package/boot.sh).  Otherwise dpkg installs into a scratch folder,
# and the daemon is started from there.
#
#   PACKAGE_TEST=booted|scratch   force one of the two
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
# shellcheck source=tests/package/boot.sh
. tests/package/boot.sh

check_package() {
    local once
    once=$(sha256sum <"$first")
    BUILD=$build deploy/deb/make.sh "$version" >/dev/null
    [[ $(sha256sum <"$first") == "$once" ]] || { echo 'package: two builds differ' >&2; exit 1; }
    lintian --fail-on error,warning --no-tag-display-limit "$first" 2>"$work/lintian" || { cat "$work/lintian"; exit 1; }
}

say 'building two packages'
make_packages
check_package
case ${PACKAGE_TEST:-} in
booted) mode=booted ;;
scratch) mode=scratch ;;
*) if can_boot; then mode=auto; else mode=scratch; fi ;;
esac
if [[ $mode != scratch ]]; then
    if base_folder && say 'testing in a container with systemd' && boot booted.sh; then
        cat "$work/machine/package/said"
        exit "$(cat "$work/machine/package/status")"
    fi
    echo 'package: the container did not boot:'
    tail -n 5 "$work/console" 2>/dev/null || true
    [[ $mode == auto ]] || exit 1
fi
say 'testing in a scratch folder'
gather "$work/package"
PACKAGE=$work/package "$work/package/scratch.sh" "$work/scratch"
