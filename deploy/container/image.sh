#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# deploy/container/image.sh DEB -- builds the container image from a package, without a container daemon.
#
# mmdebstrap makes the root file system from Debian packages of this machine's release; nothing else is fetched. The result
# is $BUILD/container/climacast.tar, an OCI image that `podman load -i`, `docker load -i` (version 25) and `skopeo copy
# oci-archive:` read.  Needs root, or a user that mmdebstrap can work as (subordinate ids).
#
#   BUILD=build           the folder for the image
#   DEBIAN_MIRROR=URL     a mirror other than those that apt uses here
set -euo pipefail
cd "$(dirname "$0")/../.."
fail() { echo "image: $*" >&2; exit 1; }
[[ $# -eq 1 ]] || fail 'usage: deploy/container/image.sh DEB'
build=${BUILD:-build} deb=$(realpath "$1")
out=$build/container
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
version=$(dpkg-deb -f "$deb" Version 2>/dev/null) && arch=$(dpkg-deb -f "$deb" Architecture) || fail "$1 is not a Debian package"
command -v mmdebstrap >/dev/null || fail 'mmdebstrap is missing: apt-get install mmdebstrap'
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
mkdir -p "$out"

# What the programs need, without systemd.
packages=$(dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed -e 's/|.*//' -e 's/(.*)//' -e 's/ //g' | grep -v '^systemd' | paste -sd,)

# What happens in the root file system, $1, when the packages are there. The user's number is that of many other images
# without root; a volume at /data takes over the folder's owner.
fill='set -eu
dpkg-deb -x "$DEB" "$1"
rm -rf "$1/etc/climacast" "$1/usr/lib/systemd/system/climacast.service" "$1/usr/lib/systemd/system/climacast.socket" \
    "$1"/var/cache/* "$1"/var/log/* "$1"/var/lib/apt/lists/* "$1/usr/lib/climacast"
echo "climacast:x:65532:65532:Clima Cast:/data:/usr/sbin/nologin" >>"$1/etc/passwd"
echo "climacast:x:65532:" >>"$1/etc/group"
mkdir -p "$1/data"
chown 65532:65532 "$1/data"
chmod 0700 "$1/data"'
export DEB=$deb

mmdebstrap --quiet --format=tar --architectures="$arch" --variant=essential --include="$packages" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --customize-hook="sh -c '${fill//\'/\'\\\'\'}' fill \"\$1\"" \
    "$suite" "$out/root.tar" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
deploy/container/oci.py --root "$out/root.tar" --config deploy/container/config.json --version "$version" --arch "$arch" \
    --out "$out/climacast.tar"
rm -f "$out/root.tar"
echo "$out/climacast.tar"
