#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/deb/release.sh [RELEASE] -- prints the suffix of a package's version on that release (deploy/releases.txt; code
# name or number), or on this machine: ~deb12u1 on Debian 12, ~ubuntu24.04.1 on Ubuntu 24.04, nothing on Debian testing
# and unstable.
#
#   OS_RELEASE=     describes this machine (default /etc/os-release)
set -eu
list=$(dirname "$0")/../releases.txt
file=${OS_RELEASE:-/etc/os-release}
fail() { echo "deb: $*" >&2; exit 1; }
value() { sed -n "s/^$1=\"\\{0,1\\}\\([^\"]*\\)\"\\{0,1\\}\$/\\1/p" "$file"; }
if [ $# -gt 0 ]; then
    end=$(awk -v name="$1" '!/^#/ && ($1 == name || $2 == name) { print $3 }' "$list")
    [ -n "$end" ] || fail "unknown release '$1': it can be $(awk '!/^#/ { print $1 }' "$list" | paste -s -d ' ')"
    [ "$end" = - ] || echo "$end"
    exit 0
fi
[ -r "$file" ] || fail "cannot read $file, which names this machine's release"
id=$(value ID) number=$(value VERSION_ID)
case $id:$number in
debian: | raspbian:) ;;
debian:*[!0-9]* | raspbian:*[!0-9]* | ubuntu:*[!0-9.]* | ubuntu:) id='' ;;
debian:* | raspbian:*) echo "~deb${number}u1" ;;
ubuntu:*) echo "~ubuntu$number.1" ;;
*) id='' ;;
esac
[ -n "$id" ] || fail "unknown release in $file: packages can be built on Debian and Ubuntu"
