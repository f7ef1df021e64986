#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/fresh_owner.sh VERSION -- runs the commands of the owner's guide (deploy/README.md) in a container, with a
# DynamoDB-compatible server, a real Redis and the simulator: installation, a signed request, migration of the four old
# tables, backup, restore, certificate renewal, upgrade, rollback and removal.
#
# tests/package/boot.sh boots the container, tests/package/owner.sh runs in it.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
# shellcheck source=tests/package/boot.sh
. tests/package/boot.sh
can_boot || { echo 'fresh_owner: needs root, mmdebstrap and systemd-nspawn' >&2; exit 1; }
say 'building two packages'
make_packages
base_folder || exit 1
BUILD=$build tests/dynamo/start.sh --install
mkdir -p "$work/machine/package/dynamo"
cp -r "$build/dynamo/node_modules" tests/dynamo/*.js "$work/machine/package/dynamo/"
say "running the owner's guide"
boot owner.sh || { echo 'fresh_owner: the container did not boot:'; tail -n 20 "$work/console"; exit 1; }
cat "$work/machine/package/said"
exit "$(cat "$work/machine/package/status")"
