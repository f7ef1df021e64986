#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/install-packages.sh KIND... -- install what is missing of deploy/packages.txt (kinds: build run test lint).
#
# Says what it does; needs apt and, when not root, sudo.  Does nothing when nothing is missing.
set -eu
list=$(dirname "$0")/packages.txt
kinds=" ${*:-build run test lint} "

missing=
while read -r name kind _; do
    case $name in '' | '#'*) continue ;; esac
    case $kinds in *" $kind "*) ;; *) continue ;; esac
    state=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $name"
done < "$list"

if [ -z "$missing" ]; then
    exit 0
fi
echo "deps: installing$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "deps: become root, or install sudo, then try again" >&2; exit 1; }
    as_root=sudo
fi
$as_root apt-get update -q
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $missing
echo "deps: done"
