# SPDX-License-Identifier: Apache-2.0
# tests/package/boot.sh -- sourced by tests/e2e/package.sh and tests/e2e/fresh_owner.sh: builds two versions of the Debian
# package, and boots a Debian system for them: a container with systemd and without a network, so that units, sandbox,
# socket and maintainer scripts run as on a server.
#
# Needs root, mmdebstrap, systemd-nspawn and, the first time, a Debian mirror.  The base system is cached in
# $BUILD/package.
#   RELEASE=trixie                another release of Debian than this machine's, with a package built there
#   DEBIAN_MIRROR=URL             a mirror other than those that apt uses here

build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
keep=$build/package
here=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
release=${RELEASE:-$here}
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-package.XXXXXX")
# A killed container may still write for a moment, and nspawn leaves a folder behind.
clean_up() {
    rm -rf "$work" 2>/dev/null || { sleep 2; rm -rf "$work"; }
    rm -rf "/run/systemd/nspawn/propagate/climacast-$$"
}
trap clean_up EXIT
say() { printf '== %s (%ss)\n' "$1" "$SECONDS"; }

# make_packages [check]: the second package differs only in its higher revision.
make_packages() {
    local end
    end=$(deploy/deb/release.sh "$release")_$(dpkg --print-architecture).deb
    if [[ $release == "$here" ]]; then
        BUILD=$build tests/package/build.sh "$version" "$@"
    else
        BUILD=$build deploy/deb/in-release.sh "$release" 'build run test deb root' \
            tests/package/build.sh "$version" "$@"
        build=$build/releases/$release
    fi
    first=$build/climacast_$version-1$end second=$build/climacast_$version-2$end
}

can_boot() {
    [[ $(id -u) -eq 0 ]] && command -v mmdebstrap >/dev/null && command -v systemd-nspawn >/dev/null
}

more_packages='' # of the base system, for one test

# Packages of the base system: our dependencies (the first of alternatives), what is needed to boot, and what an owner has
# installed besides.
base_packages() {
    {
        dpkg-deb -f "$first" Depends | tr ',' '\n' | sed 's/|.*//; s/(.*)//; s/ //g'
        # shellcheck disable=SC2086
        printf '%s\n' systemd systemd-sysv apt curl redis-server nodejs $more_packages
    } | sort -u | paste -s -d ,
}

# Unpack the base system, which is rebuilt only when the list of packages changes.
base_folder() {
    local kind=$release${more_packages:+-more} base
    base=$keep/$kind-$(base_packages | sha256sum | cut -c1-12).tar
    if [[ ! -e $base ]]; then
        say "building a base system of $release"
        mkdir -p "$keep"
        rm -f "$keep/$kind"-????????????.tar
        timeout 900 mmdebstrap --format=tar --variant=minbase --include="$(base_packages)" --dpkgopt='path-exclude=/usr/share/doc/*' \
            --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io "$release" "$base.new" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} \
            >"$work/mmdebstrap" 2>&1 || { tail -n 5 "$work/mmdebstrap"; return 1; }
        mv "$base.new" "$base"
    fi
    mkdir "$work/machine" && tar -C "$work/machine" -xf "$base" && rm -f "$work/machine/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
}

# gather FOLDER: what the machine finds in /package: packages, simulator, certificates, scripts, guide.
gather() {
    local to=$1
    mkdir -p "$to"
    certs/dev/make.sh --bad "$build/certs" >/dev/null
    cp "$first" "$to/first.deb"
    cp "$second" "$to/second.deb"
    cp "$build/climasim" "$to/climasim"
    [[ -e $to/certs ]] || cp -r "$build/certs" "$to/certs"
    cp tests/checks.sh tests/package/*.sh deploy/README.md "$to/"
    chmod -R go+rX "$to"
}

# boot SCRIPT: boot the machine with a unit that runs /package/SCRIPT, stores its output in `said` and its exit status in
# `status`, and powers off.  BOOT_SECONDS: how long it may run.
boot() {
    local seconds=${BOOT_SECONDS:-240} root=$work/machine unit=$work/machine/etc/systemd/system/package-test.service options=()
    gather "$root/package"
    cat >"$unit" <<UNIT
[Unit]
Description=tests/package/$1
After=multi-user.target
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/bin/bash -c '/package/$1 >/package/said 2>&1; echo \$? >/package/status; sync'
TimeoutStartSec=$seconds
UNIT
    mkdir -p "$root/etc/systemd/system/default.target.wants"
    ln -sf /etc/systemd/system/package-test.service "$root/etc/systemd/system/default.target.wants/package-test.service"
    [[ -d /run/systemd/system ]] || options=(--keep-unit)
    timeout -k 10 $((seconds + 60)) systemd-nspawn --quiet --directory="$root" --boot --register=no "${options[@]}" --private-network \
        --machine="climacast-$$" --console=read-only >"$work/console" 2>&1 </dev/null || true
    [[ -e $root/package/status ]]
}
