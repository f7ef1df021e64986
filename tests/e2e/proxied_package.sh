#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/proxied_package.sh VERSION -- the Debian package behind nginx and Caddy, each as Debian's package starts it, on a
# machine of its own (tests/package/boot.sh), which runs tests/package/proxied.sh.
#
#   RELEASE=trixie                another release of Debian than this machine's
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
# shellcheck source=tests/package/boot.sh
. tests/package/boot.sh
can_boot || { echo 'proxied_package: needs root, mmdebstrap and systemd-nspawn' >&2; exit 1; }
say "building packages for $release"
make_packages
more_packages='nginx caddy'
base_folder || exit 1
say 'testing in a container with systemd'
boot proxied.sh || { echo 'proxied_package: the machine did not boot:'; tail -n 20 "$work/console"; exit 1; }
cat "$work/machine/package/said"
exit "$(cat "$work/machine/package/status")"
