#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/deb/release.sh -- prints what a package's version ends with on this machine: ~deb12u1 on Debian 12, ~ubuntu24.04.1
# on Ubuntu 24.04, nothing on Debian testing and unstable, which come after every release.
#
#   OS_RELEASE=     describes the release (default /etc/os-release)
set -eu
file=${OS_RELEASE:-/etc/os-release}
value() { sed -n "s/^$1=\"\\{0,1\\}\\([^\"]*\\)\"\\{0,1\\}\$/\\1/p" "$file"; }
[ -r "$file" ] || { echo "deb: cannot read $file, which names this machine's release" >&2; exit 1; }
id=$(value ID) number=$(value VERSION_ID)
case $id:$number in
debian: | raspbian:) ;;
debian:*[!0-9]* | raspbian:*[!0-9]* | ubuntu:*[!0-9.]* | ubuntu:) id='' ;;
debian:* | raspbian:*) echo "~deb${number}u1" ;;
ubuntu:*) echo "~ubuntu$number.1" ;;
*) id='' ;;
esac
[ -n "$id" ] || { echo "deb: unknown release in $file: packages can be built on Debian and Ubuntu" >&2; exit 1; }
