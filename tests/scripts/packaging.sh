#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/packaging.sh -- versions by release, other architectures, and what the maintainer scripts do without systemd.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-packaging.XXXXXX")
trap 'rm -rf "$work"' EXIT

# ---- versions ----
suffix() { # suffix ID [VERSION_ID]
    printf 'NAME="An OS"\nID=%s\n' "$1" >"$work/os-release"
    [[ -z ${2:-} ]] || printf 'VERSION_ID="%s"\n' "$2" >>"$work/os-release"
    OS_RELEASE=$work/os-release deploy/deb/release.sh
}
suffixes() {
    [[ $(suffix debian 12) == '~deb12u1' && $(suffix debian 13) == '~deb13u1' && $(suffix debian) == '' &&
        $(suffix ubuntu 24.04) == '~ubuntu24.04.1' ]]
}
check 'the version names the release' suffixes
ordered() {
    dpkg --compare-versions "0.1.0-1$(suffix debian 12)" lt "0.1.0-1$(suffix debian 13)" &&
        dpkg --compare-versions "0.1.0-1$(suffix debian 13)" lt "0.1.0-1$(suffix debian)" &&
        dpkg --compare-versions "0.1.0-1$(suffix debian 13)" lt "0.1.0-2$(suffix debian 12)" &&
        dpkg --compare-versions "0.1.0-1$(suffix ubuntu 22.04)" lt "0.1.0-1$(suffix ubuntu 24.04)"
}
check 'the package of a later release is an upgrade' ordered

# fails_with WORDS COMMAND...: COMMAND fails and prints one line, which contains WORDS.
fails_with() {
    local words=$1 said
    shift
    ! said=$("$@" 2>&1) || { echo "no failure: $said"; return 1; }
    [[ $said == *"$words"* && $(wc -l <<<"$said") -eq 1 ]] || { echo "$said"; return 1; }
}
check 'an unknown release is refused' fails_with 'unknown release' suffix fedora 40
check 'a Debian release that is not a number is refused' fails_with 'unknown release' suffix debian '12; rm'
check 'an unreadable description of the release is reported' fails_with 'cannot read' env OS_RELEASE="$work/none" deploy/deb/release.sh
named() { [[ $(deploy/deb/release.sh trixie) == '~deb13u1' && $(deploy/deb/release.sh 12) == '~deb12u1' && $(deploy/deb/release.sh sid) == '' ]]; }
check 'a release is named by its code name or number' named
check 'make deb refuses an unknown release' fails_with "unknown release 'woody': it can be bookworm trixie" deploy/deb/release.sh woody
check 'no root file system is made of an unknown release' fails_with "unknown release 'woody'" deploy/deb/in-release.sh woody '' true
check 'nor of Ubuntu' fails_with 'packages for Ubuntu are built on Ubuntu' deploy/deb/in-release.sh noble '' true
check 'an image is made of a package only' fails_with 'image: LICENSE is not a Debian package' deploy/container/image.sh LICENSE

# ---- architectures ----
run_make() { env -u MAKEFLAGS -u MAKELEVEL -u ARCH make --no-print-directory "$@"; }
check 'make refuses an unknown architecture' fails_with 'ARCH=sparc is unknown: it can be amd64 arm64' run_make deb ARCH=sparc
check 'make deps refuses an unknown architecture' fails_with "unknown architecture 'sparc'" env ARCH=sparc deploy/install-packages.sh build
check 'packaging refuses an unknown architecture' fails_with "unknown architecture 'sparc'" env ARCH=sparc deploy/deb/make.sh 0.1.0
check 'so do the unit tests of another release' fails_with "unknown architecture 'sparc'" tests/package/unit.sh trixie sparc
other=$([[ $(dpkg --print-architecture) == arm64 ]] && echo amd64 || echo arm64)
check 'make says how to install missing cross libraries' fails_with "run make deps ARCH=$other" run_make all ARCH=$other PKG_LIBS=
check 'make says how to install a missing cross compiler' fails_with "run make deps ARCH=$other" run_make all ARCH=$other CC=no-such-compiler

# ---- maintainer scripts ----
# A system whose PATH has no systemd-tmpfiles; systemd-sysusers is played by a script.
without_tmpfiles() {
    local root=$work/root bin=$work/bin tool
    mkdir -p "$bin" "$root/etc/climacast" "$root/usr/bin"
    for tool in sh sed mkdir chmod chgrp cat; do ln -sf "$(command -v $tool)" "$bin/$tool"; done
    printf '#!/bin/sh\necho climacast:x:%s: >>"$DPKG_ROOT/etc/group"\n' "$(id -g)" >"$bin/systemd-sysusers"
    printf '#!/bin/sh\necho alexa.skill_ids is empty; exit 1\n' >"$root/usr/bin/climacast"
    chmod +x "$bin/systemd-sysusers" "$root/usr/bin/climacast"
    echo secret >"$root/etc/climacast/climacast.conf"
    echo secret >"$root/etc/climacast/environment"
    chmod 0644 "$root/etc/climacast/climacast.conf" "$root/etc/climacast/environment"
    env -i PATH="$bin" DPKG_ROOT="$root" sh deploy/deb/postinst configure 2>&1 &&
        [[ $(stat -c '%a %g' "$root/etc/climacast/climacast.conf") == "640 $(id -g)" &&
            $(stat -c %a "$root/etc/climacast/environment") == 600 && $(stat -c %a "$root/etc/climacast/tls") == 700 ]]
}
check 'without systemd-tmpfiles, the configuration is readable by root and the service only' without_tmpfiles
summary
