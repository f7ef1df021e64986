#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/deb/make.sh VERSION -- packages what is in $BUILD as $BUILD/climacast_VERSION_ARCH.deb.
#
#   DEB_REVISION=   appended to the version when it is packaged again, such as +1
# Reproducible: all times are those of the first entry in the changelog.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build} version=$1${DEB_REVISION:-}
case $build in /*) ;; *) build=$PWD/$build ;; esac
arch=$(dpkg --print-architecture)
work=$build/deb root=$build/deb/root
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -d "$(sed -n 's/^ -- .*>  //p' deploy/deb/changelog | head -n 1)" +%s)}
export SOURCE_DATE_EPOCH
umask 022
rm -rf "$work"
mkdir -p "$root/DEBIAN" "$work/debian"

BUILD=$build DESTDIR=$root PREFIX=/usr SYSCONFDIR=/etc UNITDIR=/lib/systemd/system deploy/install.sh install
for program in "$root/usr/sbin/climacastd" "$root/usr/bin/climacast"; do
    strip --strip-unneeded --remove-section=.comment --remove-section=.note "$program"
done
doc=$root/usr/share/doc/climacast
rm "$doc/LICENSE" # the copyright file refers to the system's copy
cp deploy/deb/copyright "$doc/copyright"
sed "1s/(.*)/($version)/" deploy/deb/changelog >"$doc/changelog"
chmod 0644 "$doc/copyright" "$doc/changelog"
find "$root/usr/share/man" -type f -exec gzip -9n {} +
gzip -9n "$doc/changelog"

# The libraries, with the versions that their symbols require.
echo 'Source: climacast' >"$work/debian/control"
shlibs=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/sbin/climacastd" "$root/usr/bin/climacast" | sed 's/^shlibs:Depends=//')
[ -n "$shlibs" ] || { echo 'deb: dpkg-shlibdeps found no libraries' >&2; exit 1; }
(cd "$root" && find usr lib -type f | LC_ALL=C sort | xargs md5sum) >"$root/DEBIAN/md5sums"
(cd "$root" && find etc -type f -printf '/%p\n' | LC_ALL=C sort) >"$root/DEBIAN/conffiles"
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SHLIBS@/$shlibs/" \
    -e "s/@SIZE@/$(du -k -s --apparent-size --exclude=DEBIAN "$root" | cut -f1)/" deploy/deb/control.in >"$root/DEBIAN/control"
for script in postinst prerm postrm; do
    cp "deploy/deb/$script" "$root/DEBIAN/$script"
    chmod 0755 "$root/DEBIAN/$script"
done
dpkg-deb --root-owner-group -Zxz --build "$root" "$build/climacast_${version}_$arch.deb"
