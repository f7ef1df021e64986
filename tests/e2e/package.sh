#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/package.sh VERSION -- tests the Debian package (make test-package): reproducible build, lintian, then
# installation, start, requests, upgrade and purge.
#
# Uses a container with its own Debian if possible (tests/package/boot.sh).  Otherwise dpkg installs into a scratch folder,
# and the daemon is started from there.
#
#   PACKAGE_TEST=booted|scratch   force one of the two
#   RELEASE=trixie                build and test on another release of Debian (in a container only)
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
# shellcheck source=tests/package/boot.sh
. tests/package/boot.sh

say "building two packages for $release"
make_packages check
case ${PACKAGE_TEST:-} in
booted) mode=booted ;;
scratch) mode=scratch ;;
*) if [[ $release != "$here" ]]; then mode=booted; elif can_boot; then mode=auto; else mode=scratch; fi ;;
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
