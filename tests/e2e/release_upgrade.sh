#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/release_upgrade.sh VERSION [FROM TO] -- upgrades a machine with the package from one release of Debian to the next
# (default: bookworm trixie): installs from an APT repository that `make repo` made, `apt full-upgrade`, and boots again.
#
# tests/package/boot.sh boots the machine, tests/package/upgrade.sh runs in it.  It has no network: what the upgrade needs is
# downloaded beforehand.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1 from=${2:-bookworm} to=${3:-trixie}
# shellcheck source=tests/package/boot.sh
. tests/package/boot.sh
can_boot || { echo 'release_upgrade: needs root, mmdebstrap and systemd-nspawn' >&2; exit 1; }
top_build=$build
mkdir "$work/packages"
for release in "$to" "$from"; do
    say "building packages for $release"
    build=$top_build
    make_packages
    cp "$first" "$work/packages/"
    cp "$build/climasim" "$work/climasim-$release"
done
base_folder || exit 1
root=$work/machine
mkdir -p "$root/package" "$root/etc/apt/sources.list.d"
export GNUPGHOME=$work/gnupg
mkdir -m 0700 "$GNUPGHOME"
gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'Owner <owner@example.org>' ed25519 sign never
DEB_FOLDER=$work/packages deploy/deb/repo.sh "$root/package/repo"
gpgconf --kill all
cp "$work/climasim-$to" "$root/package/climasim-after"
echo "$from $to" >"$root/package/releases"
chmod -R go+rX "$root/package"

say "downloading what $to needs"
sed -i "s/\\b$from\\b/$to/g" "$root/etc/apt/sources.list"
cat >"$root/package/download.sh" <<DOWNLOAD
set -e
rm -f /etc/apt/apt.conf.d/docker-clean
echo 'deb [signed-by=/package/repo/climacast.asc] file:/package/repo $to main' >/etc/apt/sources.list.d/climacast.list
apt-get update -q
apt-get full-upgrade -q -y --download-only climacast+
rm /etc/apt/sources.list.d/climacast.list
DOWNLOAD
options=()
[[ -d /run/systemd/system ]] || options=(--keep-unit)
timeout 600 systemd-nspawn --quiet --directory="$root" --register=no --as-pid2 --pipe --resolv-conf=copy-host "${options[@]}" \
    --machine="climacast-$$" sh /package/download.sh >"$work/download" 2>&1 </dev/null || { tail -n 20 "$work/download"; exit 1; }

export BOOT_SECONDS=900
for pass in 'upgrading' 'booting again'; do
    say "$pass"
    rm -f "$root/package/status"
    boot upgrade.sh || { echo 'release_upgrade: the machine did not boot:'; tail -n 20 "$work/console"; exit 1; }
    cat "$root/package/said"
    [[ $(cat "$root/package/status") -eq 0 ]] || exit 1
done
