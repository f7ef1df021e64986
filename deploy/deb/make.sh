#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/deb/make.sh VERSION -- packages what is in $BUILD as climacast_VERSION-REVISION~RELEASE_ARCH.deb, such as
# climacast_0.1.0-1~deb12u1_amd64.deb: ~deb12u1 sorts before ~deb13u1, so an upgrade of Debian also upgrades the package.
#
#   ARCH=           the architecture of the programs (default: this machine's)
#   DEB_FOLDER=     where the package is written (default: $BUILD)
#   DEB_REVISION=   counts packages of one version (default 1)
#   OS_RELEASE=     describes this machine's release (default /etc/os-release)
# Reproducible: all times are that of the last commit, or of the first entry in the changelog.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
folder=${DEB_FOLDER:-$build}
here=$(dpkg --print-architecture) arch=${ARCH:-}
arch=${arch:-$here} prefix=
if [ "$arch" != "$here" ]; then
    prefix=$(awk -v arch="$arch" '$1 == arch { print $2 "-" }' deploy/architectures.txt)
    [ -n "$prefix" ] || { echo "deb: unknown architecture '$arch'" >&2; exit 1; }
fi
release=$(deploy/deb/release.sh)
version=$1-${DEB_REVISION:-1}$release
work=$build/deb root=$build/deb/root package=${folder}/climacast_${version}_$arch.deb
export DEB_HOST_ARCH="$arch" # for dpkg-shlibdeps

commit_time() { git log -1 --format=%ct 2>/dev/null; }
changelog_time() { date -d "$(sed -n 's/^ -- .*>  //p' deploy/deb/changelog | head -n 1)" +%s; }
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(commit_time || changelog_time)}
export SOURCE_DATE_EPOCH
umask 022
rm -rf "$work"
mkdir -p "$root/DEBIAN" "$work/debian" "$folder"

BUILD=$build DESTDIR=$root PREFIX=/usr SYSCONFDIR=/etc deploy/install.sh install
for program in "$root/usr/sbin/climacastd" "$root/usr/bin/climacast"; do
    "${prefix}strip" --strip-unneeded --remove-section=.comment --remove-section=.note "$program"
done
doc=$root/usr/share/doc/climacast
rm "$doc/LICENSE" # the copyright file refers to the system's copy
cp deploy/deb/copyright "$doc/copyright"
sed "1s/(.*)/($version)/" deploy/deb/changelog >"$doc/changelog.Debian"
chmod 0644 "$doc/copyright" "$doc/changelog.Debian"
find "$root/usr/share/man" -type f -exec gzip -9n {} +
gzip -9n "$doc/changelog.Debian"

# The libraries, with the versions that their symbols require.
echo 'Source: climacast' >"$work/debian/control"
shlibs=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/sbin/climacastd" "$root/usr/bin/climacast" | sed 's/^shlibs:Depends=//')
[ -n "$shlibs" ] || { echo 'deb: dpkg-shlibdeps found no libraries' >&2; exit 1; }
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$root/DEBIAN/md5sums"
(cd "$root" && find etc -type f -printf '/%p\n' | LC_ALL=C sort) >"$root/DEBIAN/conffiles"
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SHLIBS@/$shlibs/" \
    -e "s/@SIZE@/$(du -k -s --apparent-size --exclude=DEBIAN "$root" | cut -f1)/" deploy/deb/control.in >"$root/DEBIAN/control"
for script in postinst prerm postrm; do
    cp "deploy/deb/$script" "$root/DEBIAN/$script"
    chmod 0755 "$root/DEBIAN/$script"
done
dpkg-deb --root-owner-group -Zxz --build "$root" "$package"
