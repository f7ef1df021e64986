#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/package.sh VERSION -- the Debian package, made twice, judged by lintian, and tried: installed, started, asked,
# upgraded, purged (make test-package).
#
# Where it can be, that happens in a Debian of its own (tests/package/boot.sh).  Elsewhere dpkg installs into a scratch
# folder, and the daemon is started by hand there.
#
#   PACKAGE_TEST=booted|scratch   that one and no other
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
# shellcheck source=tests/package/boot.sh
. tests/package/boot.sh

judge_packages() {
    local once
    once=$(sha256sum <"$first")
    BUILD=$build deploy/deb/make.sh "$version" >/dev/null
    [[ $(sha256sum <"$first") == "$once" ]] || { echo 'package: made twice, it is not the same' >&2; exit 1; }
    lintian --fail-on error,warning --no-tag-display-limit "$first" 2>"$work/lintian" || { cat "$work/lintian"; exit 1; }
}

say 'two packages'
make_packages
judge_packages
case ${PACKAGE_TEST:-} in
booted) way=booted ;;
scratch) way=scratch ;;
*) if can_boot; then way=auto; else way=scratch; fi ;;
esac
if [[ $way != scratch ]]; then
    if base_folder && say 'booted with systemd' && boot booted.sh; then
        cat "$work/machine/package/said"
        exit "$(cat "$work/machine/package/status")"
    fi
    echo 'package: no Debian of its own could be booted here:'
    tail -n 5 "$work/console" 2>/dev/null || true
    [[ $way == auto ]] || exit 1
fi
say 'in a scratch folder'
gather "$work/package"
PACKAGE=$work/package "$work/package/scratch.sh" "$work/scratch"
