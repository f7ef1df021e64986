#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/install-packages.sh KIND... -- installs missing packages of these kinds from deploy/packages.txt (default:
# build run test lint).
#
#   ARCH=arm64     to build for another architecture (deploy/architectures.txt): its compiler in place of gcc, its
#                  libraries in place of this machine's, and an emulator; adds the architecture to dpkg's
#
# Needs apt and, unless run as root, sudo.  Prints one line, or the whole output of apt with V=1.  Does nothing when no
# package is missing.
set -eu
here=$(dirname "$0")
list=$here/packages.txt
kinds=" ${*:-build run test lint} "
native=$(dpkg --print-architecture)
foreign='' prefix=''
if [ -n "${ARCH:-}" ] && [ "$ARCH" != "$native" ]; then
    foreign=$ARCH
    prefix=$(awk -v arch="$ARCH" '$1 == arch { print $2 }' "$here/architectures.txt")
    [ -n "$prefix" ] || { echo "deps: unknown architecture '$ARCH': it can be $(awk '!/^#/ { print $1 }' "$here/architectures.txt" | paste -s -d ' ')" >&2; exit 1; }
    kinds="$kinds cross "
fi

# is_installed NAME[:ARCH]: a machine with several architectures may have a package of each.
is_installed() {
    case $1 in *:*) wanted=${1#*:} ;; *) wanted=$native ;; esac
    dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "$1" 2>/dev/null | grep -qE "^($wanted|all) installed$"
}

missing='' count=0
while read -r name kind _; do
    case $name in '' | '#'*) continue ;; esac
    case $kinds in *" $kind "*) ;; *) continue ;; esac
    case ${foreign:+$kind.$name} in
    build.gcc) name=gcc-$(echo "$prefix" | tr _ -) ;;
    build.lib*-dev | test.lib*-dev) name=$name:$foreign ;;
    esac
    is_installed "$name" || { missing="$missing $name" count=$((count + 1)); }
done < "$list"

if [ -z "$missing" ]; then
    exit 0
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "deps: run this as root, or install sudo" >&2; exit 1; }
    as_root=sudo
fi

install_missing() {
    { [ -z "$foreign" ] || $as_root dpkg --add-architecture "$foreign"; } &&
        $as_root apt-get update -q &&
        # shellcheck disable=SC2086
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

if [ "${V:-}" = 1 ]; then
    echo "Installing packages:$missing"
    install_missing
    exit
fi
echo "Installing $count Debian packages with apt ${foreign:+for $foreign }..."
log=$(mktemp "${TMPDIR:-/tmp}/climacast-deps.XXXXXX")
trap 'rm -f "$log"' EXIT
install_missing > "$log" 2>&1 || { cat "$log" >&2; echo "deps: could not install:$missing" >&2; exit 1; }
