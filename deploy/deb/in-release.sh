#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# deploy/deb/in-release.sh RELEASE KINDS COMMAND... -- runs COMMAND in a copy of the sources in a fresh root file system of
# that release of Debian (code name or number), with the packages of those KINDS (deploy/packages.txt; '' for only what a
# checkout takes: git, make and gcc).
#
# The folder `build` of the copy is $BUILD/releases/RELEASE here and is kept, so a second run compiles only what changed.
# Needs root, mmdebstrap, systemd-nspawn (systemd-container) and, the first time, a Debian mirror; the root file system is
# cached in $BUILD/roots.
#
#   BUILD=build
#   DEBIAN_MIRROR=URL       a mirror other than those that apt uses here
#   SECURITY=no             without the suites of updates and security fixes, for tests while a mirror's lists of them are
#                           out of date
#   ISOLATED=yes            COMMAND has no network but its own loopback
#   CCACHE_DIR=FOLDER       compilers use ccache with this folder, but for the KINDS ''
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
fail() { echo "release: $*" >&2; exit 1; }
[[ $# -ge 3 ]] || fail 'usage: deploy/deb/in-release.sh RELEASE KINDS COMMAND...'
deploy/deb/release.sh "$1" >/dev/null
release=$(awk -v name="$1" '!/^#/ && ($1 == name || $2 == name) { print $1 }' deploy/releases.txt) kinds=$2
shift 2
[[ $(id -u) -eq 0 ]] || fail "$release: only root can make a root file system"
for program in mmdebstrap systemd-nspawn; do
    command -v $program >/dev/null || fail "$release: $program is missing (run: apt-get install mmdebstrap systemd-container)"
done
[[ $(deploy/deb/release.sh "$release") != *ubuntu* ]] || fail "$release: packages for Ubuntu are built on Ubuntu"

build=${BUILD:-build}
[[ $build == /* ]] || build=$top/$build
out=$build/releases/$release
caching=''
[[ -z $kinds || -z ${CCACHE_DIR:-} ]] || caching=ccache
packages=$({
    printf '%s\n' git make gcc ca-certificates $caching
    for kind in $kinds; do awk -v kind="$kind" '!/^#/ && $2 == kind { print $1 }' deploy/packages.txt; done
} | sed '/^$/d' | LC_ALL=C sort -u | paste -s -d ,)
mirror=${DEBIAN_MIRROR:-} kind_of_root=$release
if [[ ${SECURITY:-} == no ]]; then # mmdebstrap takes one suite alone from a mirror that is named
    mirror=${mirror:-http://deb.debian.org/debian} kind_of_root=$release-without-security
fi
cached=$build/roots/$kind_of_root-$(sha256sum <<<"$packages" | cut -c1-12).tar
mkdir -p "$build/roots"
exec 9>"$cached.lock"
flock 9
if [[ ! -e $cached ]]; then
    log=$cached.log
    echo "Making a root file system of $release ..." >&2
    # Unstable's lists expire after a week, and a mirror can lag behind; nothing that is built there is shipped.
    stale=()
    [[ $release != sid ]] || stale=(--aptopt='Acquire::Check-Valid-Until "false"')
    timeout 1800 mmdebstrap --format=tar --variant=minbase --include="$packages" --dpkgopt=force-unsafe-io \
        --aptopt='Acquire::Languages "none"' "${stale[@]}" --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' "$release" "$cached.new" ${mirror:+"$mirror"} >"$log" 2>&1 ||
        { tail -n 5 "$log" >&2; rm -f "$cached.new"; fail "$release: mmdebstrap failed, see $log"; }
    mv "$cached.new" "$cached"
fi
exec 9>&-

root=$(mktemp -d "${TMPDIR:-/tmp}/climacast-release.XXXXXX")
trap 'rm -rf "$root"' EXIT
tar -C "$root" -xf "$cached"
rm -f "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
mkdir -p "$root/src" "$out"
{ git ls-files -z 2>/dev/null || find . -path ./build -prune -o -type f -print0; } |
    tar --null --ignore-failed-read --files-from=- -cf - 2>/dev/null | tar -C "$root/src" -xf -
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo '')}
options=()
if [[ -n $caching ]]; then
    options+=(--bind="$CCACHE_DIR:/ccache" --setenv=CCACHE_DIR=/ccache --setenv=PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin)
fi
[[ -d /run/systemd/system ]] || options+=(--keep-unit)
[[ ${ISOLATED:-} != yes ]] || options+=(--private-network)
for name in ARCH SOURCE_DATE_EPOCH DEB_REVISION CC WERROR ONLY TESTS; do
    [[ -z ${!name:-} ]] || options+=("--setenv=$name=${!name}")
done
status=0
systemd-nspawn --quiet --directory="$root" --register=no --as-pid2 --pipe --resolv-conf=copy-host "${options[@]}" \
    --machine="climacast-$$" --bind="$out:/src/build" --chdir=/src --setenv=DEBIAN_FRONTEND=noninteractive "$@" </dev/null \
    2> >(grep -v 'Attempted to remove disk file system' >&2) || status=$?
rm -rf "/run/systemd/nspawn/propagate/climacast-$$"
exit $status
