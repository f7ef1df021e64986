#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/repo.sh -- the APT repository of `make repo`, with small packages: what apt finds in it, and what it refuses.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-repo.XXXXXX")
export GNUPGHOME=$work/gnupg
finish() {
    gpgconf --kill all || true
    rm -rf "$work"
}
trap finish EXIT
mkdir -m 0700 "$GNUPGHOME"
repo() { DEB_FOLDER=$work/packages KEY=${key:-} deploy/deb/repo.sh "$work/repo"; }
fails_with() { # fails_with WORDS COMMAND...: it fails and prints one line, which contains WORDS
    local words=$1 said
    shift
    ! said=$("$@" 2>&1) || { echo "no failure: $said"; return 1; }
    [[ $said == *"$words"* && $(wc -l <<<"$said") -eq 1 ]] || { echo "$said"; return 1; }
}
package() { # package VERSION ARCH
    mkdir -p "$work/one/DEBIAN" "$work/packages"
    printf 'Package: climacast\nVersion: %s\nArchitecture: %s\nMaintainer: A <a@example.org>\nDescription: a test\n' "$1" "$2" >"$work/one/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$work/one" "$work/packages/climacast_$1_$2.deb" >/dev/null
}

# ---- making it ----
check 'without packages, it says how to make them' fails_with 'run make deb first' repo
for arch in amd64 arm64; do
    package "0.1.0-1~deb12u1" $arch
    package "0.1.0-1~deb13u1" $arch
done
package 0.1.0-1 amd64
check 'without a key, it says how to make one' fails_with 'no secret GPG key: make one' repo
gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'Owner <owner@example.org>' ed25519 sign never
key=nobody@example.org
check 'an unknown key is named' fails_with "no secret GPG key 'nobody@example.org'" repo
key=owner@example.org
check 'it has every release and architecture' repo
content() {
    [[ -e $work/repo/dists/bookworm/main/binary-arm64/Packages && -e $work/repo/dists/trixie/main/binary-amd64/Packages.gz &&
        -e $work/repo/dists/sid/InRelease && ! -e $work/repo/dists/sid/main/binary-arm64 ]] &&
        gpg --batch --quiet --verify "$work/repo/dists/trixie/Release.gpg" "$work/repo/dists/trixie/Release"
}
check 'each release is signed' content
strange() {
    local status=0
    package "0.1.0-1~bpo1" amd64
    fails_with 'names no release' repo && [[ -e $work/repo/dists/sid/InRelease ]] || status=$?
    rm "$work/packages/climacast_0.1.0-1~bpo1_amd64.deb"
    return $status
}
check 'a package for no known release is refused, and the repository stays' strange

# ---- using it ----
apt_here() { # apt_here SUITE ARCH COMMAND...: apt of a machine of that release and architecture, with no other source
    local suite=$1 arch=$2 root=$work/apt-$1-$2
    shift 2
    mkdir -p "$root"/{etc/apt/{sources.list.d,trusted.gpg.d,preferences.d,apt.conf.d},var/lib/{apt/lists/partial,dpkg},var/cache/apt/archives/partial}
    touch "$root/var/lib/dpkg/status"
    printf 'Types: deb\nURIs: file:%s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$work/repo" "$suite" "$work/repo/climacast.asc" \
        >"$root/etc/apt/sources.list.d/climacast.sources"
    (cd "$root" && "$1" -o Dir="$root" -o Dir::State::status="$root/var/lib/dpkg/status" -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
        -o APT::Sandbox::User=root -q -o Dpkg::Use-Pty=0 "${@:2}")
}
finds() { # finds SUITE ARCH VERSION
    apt_here "$1" "$2" apt-get update && apt_here "$1" "$2" apt-cache policy climacast && apt_here "$1" "$2" apt-get download climacast &&
        [[ $(dpkg-deb -f "$work/apt-$1-$2"/climacast_*.deb Version) == "$3" && $(dpkg-deb -f "$work/apt-$1-$2"/climacast_*.deb Architecture) == "$2" ]]
}
check 'apt of Debian 12 finds its package' finds bookworm amd64 '0.1.0-1~deb12u1'
check 'apt of Debian 13 on arm64 finds its package' finds trixie arm64 '0.1.0-1~deb13u1'
check 'apt of Debian unstable finds its package' finds sid amd64 0.1.0-1
forged() {
    sed -i 's/^Size: .*/Size: 1/' "$work/repo/dists/bookworm/main/binary-amd64/Packages"
    rm "$work/repo/dists/bookworm/main/binary-amd64/Packages.gz"
    rm -rf "$work/apt-bookworm-amd64"
    ! apt_here bookworm amd64 apt-get update
}
check 'apt refuses a changed list of packages' forged
unsigned() {
    sed -i 's/^Origin: .*/Origin: Another/' "$work/repo/dists/trixie/InRelease"
    rm -rf "$work/apt-trixie-amd64"
    ! apt_here trixie amd64 apt-get update
}
check 'apt refuses a changed release file' unsigned
summary
