#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/package.sh VERSION -- the Debian package, made twice, judged by lintian, and tried: installed, started, asked,
# upgraded, purged (make test-package).
#
# Where it can be, that happens in a Debian of its own: a folder made by debootstrap, booted with systemd in a container
# without a network, so that units, sandbox, socket and maintainer scripts run as they will on a server.  That needs
# root, debootstrap, systemd-nspawn and, the first time, Debian's mirror; the folder's beginning is kept in
# $BUILD/package.  Elsewhere dpkg installs into a scratch folder, and the daemon is started by hand there.
#
#   PACKAGE_TEST=booted|scratch   that one and no other
#   DEBIAN_MIRROR=URL             instead of http://deb.debian.org/debian
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1 build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
arch=$(dpkg --print-architecture)
first=$build/climacast_${version}_$arch.deb second=$build/climacast_$version+1_$arch.deb
keep=$build/package
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-package.XXXXXX")
# A container that was killed may write for a moment more; and nspawn leaves a folder of the machine's name.
clean_up() {
    rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }
    rm -rf "/run/systemd/nspawn/propagate/climacast-$$"
}
trap clean_up EXIT
say() { printf '== %s (%ss)\n' "$1" "$SECONDS"; }

make_packages() {
    local twice
    BUILD=$build deploy/deb/make.sh "$version" >/dev/null
    twice=$(sha256sum <"$first")
    BUILD=$build deploy/deb/make.sh "$version" >/dev/null
    [[ $(sha256sum <"$first") == "$twice" ]] || { echo 'package: made twice, it is not the same' >&2; exit 1; }
    BUILD=$build DEB_REVISION=+1 deploy/deb/make.sh "$version" >/dev/null
    lintian --fail-on error,warning --no-tag-display-limit "$first" 2>"$work/lintian" || { cat "$work/lintian"; exit 1; }
}

# What the package depends on, the first of alternatives, and what boots.
needed() {
    { dpkg-deb -f "$first" Depends | tr ',' '\n' | sed 's/|.*//; s/(.*)//; s/ //g'; printf '%s\n' systemd systemd-sysv; } | sort -u | paste -s -d ,
}

# The folder as debootstrap makes it, kept for the next time as long as the package needs the same.
base_folder() {
    local base
    base=$keep/base-$(needed | sha256sum | cut -c1-12).tar
    if [[ ! -e $base ]]; then
        say 'a Debian of its own'
        mkdir -p "$keep"
        rm -f "$keep"/base-*.tar
        timeout 420 debootstrap --variant=minbase --include="$(needed)" bookworm "$work/base" \
            "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap" 2>&1 || { tail -n 5 "$work/debootstrap"; return 1; }
        rm -rf "$work"/base/var/cache/apt/archives/*.deb "$work"/base/usr/share/{doc,locale}/*
        tar -C "$work/base" -cf "$base.new" . && mv "$base.new" "$base"
        rm -rf "$work/base"
    fi
    mkdir "$work/root" && tar -C "$work/root" -xf "$base"
}

# What both ways find in /package (or $work/package): the packages, the simulator, certificates, the script.
gather() {
    local to=$1
    mkdir -p "$to"
    certs/dev/make.sh --bad "$build/certs" >/dev/null
    cp "$first" "$to/first.deb"
    cp "$second" "$to/second.deb"
    cp "$build/climasim" "$to/climasim"
    cp -r "$build/certs" "$to/certs"
    cp tests/package/*.sh "$to/"
    chmod -R go+rX "$to"
}

# The container runs one unit, which writes `said` and `status` and then ends it.
boot() {
    local root=$work/root unit=$work/root/etc/systemd/system/package-test.service options=()
    gather "$root/package"
    cat >"$unit" <<'UNIT'
[Unit]
Description=tests/package/booted.sh
After=multi-user.target
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/bin/bash -c '/package/booted.sh >/package/said 2>&1; echo $? >/package/status; sync'
TimeoutStartSec=240
UNIT
    mkdir -p "$root/etc/systemd/system/default.target.wants"
    ln -s /etc/systemd/system/package-test.service "$root/etc/systemd/system/default.target.wants/package-test.service"
    [[ -d /run/systemd/system ]] || options=(--keep-unit)
    timeout -k 10 300 systemd-nspawn --quiet --directory="$root" --boot --register=no "${options[@]}" --private-network \
        --machine="climacast-$$" --console=read-only >"$work/console" 2>&1 </dev/null || true
    [[ -e $root/package/status ]]
}

can_boot() {
    [[ $(id -u) -eq 0 ]] && command -v debootstrap >/dev/null && command -v systemd-nspawn >/dev/null
}

say 'two packages'
make_packages
case ${PACKAGE_TEST:-} in
booted) way=booted ;;
scratch) way=scratch ;;
*) if can_boot; then way=auto; else way=scratch; fi ;;
esac
if [[ $way != scratch ]]; then
    if base_folder && say 'booted with systemd' && boot; then
        cat "$work/root/package/said"
        exit "$(cat "$work/root/package/status")"
    fi
    echo 'package: no Debian of its own could be booted here:'
    tail -n 5 "$work/console" 2>/dev/null || true
    [[ $way == auto ]] || exit 1
fi
say 'in a scratch folder'
gather "$work/package"
PACKAGE=$work/package "$work/package/scratch.sh" "$work/scratch"
