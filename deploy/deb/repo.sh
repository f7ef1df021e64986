#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/deb/repo.sh FOLDER -- makes an APT repository in FOLDER of the packages in $DEB_FOLDER, for each release and
# architecture among them, signed with the owner's key. FOLDER then only needs to be copied to a web server.
#
#   DEB_FOLDER=build    where the packages are
#   KEY=                the GPG key (default: the first secret key)
# Needs apt-ftparchive (package apt-utils) and gpg (gnupg). Packages that were in FOLDER before are replaced.
set -eu
cd "$(dirname "$0")/../.."
folder=$1 new=$1.new packages=${DEB_FOLDER:-build} list=$PWD/deploy/releases.txt
fail() { echo "repo: $*" >&2; exit 1; }
command -v apt-ftparchive >/dev/null || fail 'apt-ftparchive is missing: install apt-utils'
command -v gpg >/dev/null || fail 'gpg is missing: install gnupg'
set -- "$packages"/climacast_*.deb
[ -e "$1" ] || fail "$packages has no packages: run make deb first"
key=$(gpg --batch --quiet --list-secret-keys --with-colons ${KEY:+"$KEY"} 2>/dev/null | sed -n 's/^fpr:*\([0-9A-F]*\):$/\1/p' | head -n 1)
[ -n "$key" ] || fail "no secret GPG key${KEY:+ '$KEY'}: make one (gpg --quick-generate-key NAME), or name another with KEY="

rm -rf "$new"
mkdir -p "$new"
for package; do
    version=$(dpkg-deb -f "$package" Version)
    suite=$(awk -v version="$version" '!/^#/ {
        start = length(version) - length($3) + 1
        if ($3 != "-" ? substr(version, start) == $3 : version !~ /~/) print $1
    }' "$list")
    [ -n "$suite" ] || fail "$package: its version, $version, names no release of deploy/releases.txt"
    mkdir -p "$new/pool/$suite" "$new/dists/$suite/main/binary-$(dpkg-deb -f "$package" Architecture)"
    cp "$package" "$new/pool/$suite/"
done

cd "$new"
for suite in dists/*; do
    suite=${suite#dists/} architectures=''
    for binary in "dists/$suite/main/binary-"*; do
        arch=${binary##*-} architectures="$architectures ${binary##*-}"
        apt-ftparchive --arch "$arch" packages "pool/$suite" >"$binary/Packages"
        gzip -9nk "$binary/Packages"
    done
    apt-ftparchive -o APT::FTPArchive::Release::Origin='Clima Cast' -o APT::FTPArchive::Release::Label='Clima Cast' \
        -o APT::FTPArchive::Release::Suite="$suite" -o APT::FTPArchive::Release::Codename="$suite" \
        -o APT::FTPArchive::Release::Components=main -o APT::FTPArchive::Release::Architectures="${architectures# }" \
        release "dists/$suite" >Release
    mv Release "dists/$suite/Release"
    gpg --batch --yes --quiet --local-user "$key" --clearsign --output "dists/$suite/InRelease" "dists/$suite/Release"
    gpg --batch --yes --quiet --local-user "$key" --armor --detach-sign --output "dists/$suite/Release.gpg" "dists/$suite/Release"
    echo "$suite:$architectures"
done
gpg --batch --quiet --armor --export "$key" >climacast.asc
cd - >/dev/null
rm -rf "$folder"
mv "$new" "$folder"
