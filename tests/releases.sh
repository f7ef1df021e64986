#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/releases.sh VERSION [WORD] -- shows on which releases of Debian, compilers and architectures Clima Cast works
# (make test-releases): each row of the table it prints is a fresh root file system.  WORD: only rows that contain it.
#
# Needs root, mmdebstrap, systemd-nspawn and a Debian mirror; takes about an hour the first time, less with CCACHE_DIR
# (deploy/deb/in-release.sh).  Debian unstable is tried, but its failure is not ours if its own packages cannot be installed.
set -uo pipefail
cd "$(dirname "$0")/.."
version=${1:?usage: tests/releases.sh VERSION [WORD]} only=${2:-}
build=${BUILD:-build}
[[ $build == /* ]] || build=$PWD/$build
logs=$build/releases/logs table=$build/releases/table
mkdir -p "$logs"
[[ -n $only ]] || rm -f "$table"
touch "$table"
unset ONLY TESTS # they choose among the tests within a row
failed=0 ran=0

# row RELEASE COMPILER ARCHITECTURE WHAT COMMAND...: one row of the table; the result is the sum of the counts in what COMMAND
# prints, which is in a log, or "yes".
row() {
    local release=$1 compiler=$2 arch=$3 what=$4 log result note began=$SECONDS
    shift 4
    case "$release, $compiler, $arch, $what" in *"$only"*) ;; *) return 0 ;; esac
    log="$release-$compiler-$arch-$what.log" log=$logs/${log// /-}
    echo "== $release, $compiler, $arch: $what"
    ran=$((ran + 1))
    if "$@" >"$log" 2>&1; then
        result=$(awk '/^[0-9]+ passed, 0 failed$/ { n += $1 } END { if (n) print n " passed, 0 failed" }' "$log")
        result=${result:-yes}
    elif grep -q 'mmdebstrap failed\|could not install' "$log" && [[ $release == sid ]]; then
        result='its packages cannot be installed'
    else
        result=FAILED
        failed=$((failed + 1))
        tail -n 20 "$log" | sed 's/^/    /'
    fi
    note=$(sed -n 's/^note: //p' "$log" | tail -n 1)
    result=$result${note:+, $note}
    compiler=$({ sed -n 's/^compiler: //p' "$log"; echo "$compiler"; } | head -n 1)
    echo "   $result ($((SECONDS - began)) s)"
    echo "| $release | $compiler | $arch | $what | $result | $(date +%F) |" >>"$table"
}

# within RELEASE KINDS COMMAND: a shell command in a root file system of that release, which also tells the version of the
# row's compiler.
within() {
    BUILD=$build ARCH='' deploy/deb/in-release.sh "$1" "$2" \
        bash -c "set -e
            version() { ! command -v $compiler >/dev/null || echo \"compiler: $compiler \$($compiler -dumpversion)\"; }
            version; $3
            version"
}

# The same ones as in tests/package, so that a release takes one root file system; what a row needs besides, it installs.
kinds='build run test deb root'

# compiles RELEASE ARCH: for that architecture.  The lists of a mirror for a lesser one may be out of date, which is not ours.
compiles() {
    local said=$logs/compiles.$$ status=0
    local command="ARCH=$2 deploy/install-packages.sh build test; make -k -s QUIET=1 -j\$(nproc) all unit-bins ARCH=$2"
    within "$1" "$kinds" "$command" >"$said" 2>&1 || status=$?
    cat "$said"
    if [[ $status -ne 0 ]] && grep -q 'File has unexpected size' "$said"; then
        echo "note: without security fixes, of which the mirror's list for $2 is out of date"
        status=0
        SECURITY=no within "$1" "$kinds" "$command" || status=$?
    fi
    rm -f "$said"
    return $status
}

# The commands of README in a root that has only git, make and gcc, and a checkout.
commands='mkdir /tmp/checkout; tar --exclude=./build -cf - . | tar -C /tmp/checkout -xf -; cd /tmp/checkout
make demo
make run WEATHER=simulated > /tmp/run 2>&1 & run=$!
for i in $(seq 600); do grep -q "is running at" /tmp/run && break; sleep 0.5; done
build/climacast --config data/run.conf ask --say "will it rain tomorrow in boulder colorado"
kill -TERM $run; wait $run || true
make deb; ls build/climacast_*.deb'

# Two compilations, in folders of different names, with different numbers of jobs.
equal='export CCACHE_DISABLE=1
for folder in /tmp/one /tmp/the/other/one; do
    mkdir -p $folder; tar --exclude=./build -cf - . | tar -C $folder -xf -
done
make -s -C /tmp/one QUIET=1 -j$(nproc) deb
make -s -C /tmp/the/other/one QUIET=1 -j1 deb
sha256sum /tmp/one/build/*.deb /tmp/the/other/one/build/*.deb
cmp /tmp/one/build/climacast_*.deb /tmp/the/other/one/build/climacast_*.deb'

clang="deploy/install-packages.sh lint
make -k -s QUIET=1 -j\$(nproc) all unit-bins CC=clang BUILD=build/clang"

for release in bookworm trixie; do
    row $release gcc amd64 "README's commands" within $release '' "$commands"
    row $release gcc amd64 'unit tests' env BUILD="$build" tests/package/unit.sh $release
    row $release gcc amd64 'package' env RELEASE=$release BUILD="$build" tests/e2e/package.sh "$version"
    row $release gcc amd64 'two builds are equal' within $release "$kinds" "$equal"
    row $release gcc amd64 'proxies' within $release "$kinds" 'make -s QUIET=1 test-proxy'
    row $release gcc amd64 'package behind proxies' env RELEASE=$release BUILD="$build" tests/e2e/proxied_package.sh "$version"
    row $release clang amd64 'build' within $release "$kinds" "$clang"
done
# The container image has this machine's release.
image() {
    echo "compiler: gcc $(gcc -dumpversion)"
    env -u MAKEFLAGS -u MAKELEVEL make -s QUIET=1 -j"$(nproc)" test-container BUILD="$build"
}
row "$(. /etc/os-release && echo "$VERSION_CODENAME")" gcc amd64 'container image' image
row bookworm-trixie '' amd64 'apt full-upgrade' env BUILD="$build" tests/e2e/release_upgrade.sh "$version" bookworm trixie
for release in bookworm trixie; do
    row $release gcc arm64 'unit tests' env BUILD="$build" tests/package/unit.sh $release arm64
    row $release gcc arm64 'package' within $release "$kinds" 'make -s QUIET=1 -j$(nproc) deb ARCH=arm64'
    for arch in armhf i386; do
        row $release gcc $arch 'build' compiles $release $arch
    done
done
row sid gcc amd64 'build' within sid 'build test lint' 'make -k -s QUIET=1 -j$(nproc) all unit-bins'
row sid clang amd64 'build' within sid 'build test lint' "$clang"
# Not the default one, but the newest that Debian has.
row sid newest-clang amd64 'build' within sid 'build test lint' 'apt-get update -q
c=$(apt-cache search --names-only "^clang-[0-9]+$" | cut -d" " -f1 | sort -V | tail -n 1)
apt-get install -y -q --no-install-recommends $c
echo "compiler: clang $($c -dumpversion)"
make -k -s QUIET=1 -j$(nproc) all unit-bins CC=$c BUILD=build/newest'

[[ $ran -gt 0 ]] || { echo "releases: no row contains '$only'" >&2; exit 1; }
echo
echo '| release | compiler | architecture | what | result | date |'
echo '|---|---|---|---|---|---|'
cat "$table"
[[ $failed -eq 0 ]]
