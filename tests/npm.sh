# SPDX-License-Identifier: Apache-2.0
# tests/npm.sh -- sourced by tests that need npm packages: installs node and the packages of a lock file.
#
# Needs node of Debian 12 or newer, and npm for what is not yet in the build folder; installs them with apt.

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# need_node PROGRAM
need_node() {
    command -v "$1" >/dev/null && return
    echo "npm: installing nodejs and npm" >&2
    as_root apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends nodejs npm >&2
}

# need_modules FROM HOME: install the packages of FROM/package-lock.json in HOME/node_modules, unless that was done already.
# npm downloads each only once: it keeps them in its cache (~/.npm).
need_modules() {
    lock=$(cksum < "$1/package-lock.json")
    [ "$(cat "$2/installed" 2>/dev/null)" = "$lock" ] && return
    need_node npm
    echo "npm: installing packages for $1" >&2
    rm -rf "$2/node_modules" "$2/installed"
    mkdir -p "$2"
    cp "$1/package.json" "$1/package-lock.json" "$2"
    (cd "$2" && timeout 300 npm ci --ignore-scripts --no-audit --no-fund --prefer-offline) > "$2/npm.log" 2>&1 || {
        cat "$2/npm.log" >&2
        exit 1
    }
    echo "$lock" > "$2/installed"
}
