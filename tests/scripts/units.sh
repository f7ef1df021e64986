#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/units.sh -- what `make install` installs: systemd units, manual pages, completion, the certbot hook; and that
# uninstall removes it.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
build=${TEST_BUILD:-$PWD/build}
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-units.XXXXXX")
trap 'rm -rf "$work"' EXIT

root=$work/root
tool=$root/usr/bin/climacast
installer() { BUILD=$build DESTDIR=$root PREFIX=/usr SYSCONFDIR=/etc deploy/install.sh "$1"; }
deploy/man/make.sh "$build/climacast" "$work/man" 9.9.9

# Install from a copy, so that other tests can use the build folder meanwhile.
install_here() {
    mkdir -p "$work/built" && cp "$build/climacastd" "$build/climacast" "$work/built/" && cp -r "$work/man" "$work/built/man" &&
        build=$work/built installer install
}
check 'install into a folder' install_here

# ---- systemd ----
# 1.6 of 10; the unit gives the reason for each setting.
secure() { systemd-analyze security --offline=true --threshold=16 --no-pager "$root/usr/lib/systemd/system/climacast.service"; }
check 'systemd-analyze security: exposure at most 1.6' secure
limited() {
    local limit
    for limit in LimitCORE=0 MemoryMax=512M TasksMax=512; do
        grep -qx "$limit" "$root/usr/lib/systemd/system/climacast.service" || { echo "no $limit"; return 1; }
    done
}
check 'the unit limits memory and threads, and dumps no core' limited
verify() { # with the targets of a system, which the units refer to
    local said
    cp -r "$root" "$work/verify" && mkdir -p "$work/verify/bin" && cp /bin/sh "$work/verify/bin/sh" &&
        cp /lib/systemd/system/*.target /lib/systemd/system/*.slice "$work/verify/usr/lib/systemd/system/" || return 1
    said=$(systemd-analyze verify --man=no --recursive-errors=one --root="$work/verify" climacast.service climacast.socket 2>&1) || { echo "$said"; return 1; }
    [[ -z $said ]] || { echo "$said"; return 1; }
}
check 'systemd-analyze verify reports nothing' verify
# sysusers and tmpfiles must create the user, and folders whose modes protect the key and the configuration.
user() {
    systemd-sysusers --root="$root" climacast.conf && grep -q '^climacast:' "$root/etc/passwd" && grep -q '^climacast:' "$root/etc/group"
}
check 'sysusers creates the user' user
folders() {
    if [[ $(id -u) -eq 0 ]]; then
        systemd-tmpfiles --root="$root" --create climacast.conf &&
            [[ $(stat -c '%a %U' "$root/etc/climacast/tls") == '700 root' && $(stat -c %a "$root/etc/climacast/climacast.conf") == 640 ]] &&
            [[ $(stat -c %g "$root/etc/climacast/climacast.conf") == $(sed -n 's/^climacast:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/group") ]]
    else
        systemd-tmpfiles --root="$root" --cat-config climacast.conf # creating them takes root
    fi
}
check 'tmpfiles creates the folders: the key for root only, the configuration readable by the service' folders
prefixed() {
    BUILD=$work/built DESTDIR=$work/local PREFIX=/opt/cc deploy/install.sh install &&
        grep -q '^ExecStart=/opt/cc/sbin/climacastd ' "$work/local/opt/cc/lib/systemd/system/climacast.service" &&
        ! grep -rE '/usr/(sbin|bin|lib|share/doc)/climacast' "$work/local"
}
check 'another prefix is used in units, pages and configuration' prefixed

# ---- the configuration ----
unready() {
    ! "$tool" --config "$root/etc/climacast/climacast.conf" config --check >"$work/check" 2>&1 &&
        grep -q 'alexa.skill_ids.*must list' "$work/check"
}
check 'the installed configuration requires the skill id' unready
with_id() { "$tool" --config "$root/etc/climacast/climacast.conf" --set alexa.skill_ids=amzn1.ask.skill.1 config --check; }
check 'and is valid with one' with_id
kept() {
    echo '# mine' >>"$root/etc/climacast/climacast.conf" && build=$work/built installer install &&
        tail -n 1 "$root/etc/climacast/climacast.conf" | grep -q '^# mine$'
}
check 'an existing configuration is kept' kept

# ---- manual pages ----
pages() {
    local page said
    for page in "$root"/usr/share/man/man*/*; do
        said=$(groff -man -Tutf8 -ww -z "$page" 2>&1)
        [[ -z $said ]] || { echo "$page: $said"; return 1; }
        if grep -nE '@[A-Z]+' "$page"; then return 1; fi
        [[ $(head -n 2 "$page") == *'.TH '*9.9.9* ]] || return 1
    done
}
check 'the manual pages are valid' pages
all_keys() { # under the heading of their section, in the order of the table
    diff <(awk '/^\.SS \[/ { gsub(/[][]/, "", $2); section = $2 } tag && /^\.B / { print section "." $2 } { tag = /^\.TP/ }' \
        "$root/usr/share/man/man5/climacast.conf.5") <("$tool" config --keys | sed -n 's/^| `\([a-z_.0-9]*\)` .*/\1/p')
}
check 'climacast.conf(5) has every key' all_keys
all_commands() {
    local command
    for command in $("$tool" --help | sed -n 's/^  \([a-z][a-z-]*\)  *[^ ].*/\1/p'); do
        grep -q "^\.SS $command\$" "$root/usr/share/man/man1/climacast.1" || { echo "no command $command"; return 1; }
    done
}
check 'climacast(1) has every command' all_commands

# ---- completion ----
completes() { # completes WANT WORD...: WANT is among the completions of the last word
    local want=$1
    shift
    bash -c 'source "$1"; shift; want=$1; shift
        PATH=$(dirname "$1"):$PATH
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        _climacast 2>/dev/null
        printf "%s\n" "${COMPREPLY[@]}"
        printf "%s\n" "${COMPREPLY[@]}" | grep -qxF -- "$want"' \
        _ "$root/usr/share/bash-completion/completions/climacast" "$want" "$@"
}
check 'completion knows the commands' completes certify "$tool" cert
check 'and their options' completes --json "$tool" ask --js
check 'and their arguments' completes export "$tool" user ex
check 'of each command' completes permissions "$tool" table per
check 'and intents' completes MetricIntent "$tool" ask Metr
check 'and request types' completes LaunchRequest "$tool" request --user me Lau
check 'and the slots of an intent' completes location= "$tool" ask --user me MetricIntent metric=wind loc
check 'and the configuration keys' completes alexa.skill_ids= "$tool" --set alexa.sk
check 'and files' completes "$work/man" "$tool" --config "$work/ma"
check 'after each option that takes a file' completes "$work/man" "$tool" ask --model "$work/ma"
check 'and the daemon' completes --config "${tool%bin/climacast}sbin/climacastd" --c

# ---- the certbot hook ----
certs/dev/make.sh "$build/certs" >/dev/null 2>&1
hook() { env CLIMACAST_TLS_DIR="$work/tls" RENEWED_LINEAGE="$1" "$root/usr/lib/climacast/certbot-deploy-hook"; }
mkdir "$work/lineage" "$work/odd" "$work/empty"
cp "$build/certs/localhost.pem" "$work/lineage/fullchain.pem"
cp "$build/certs/localhost.key" "$work/lineage/privkey.pem"
cp "$build/certs/localhost.pem" "$work/odd/fullchain.pem"
cp "$build/certs/s3.key" "$work/odd/privkey.pem"
takes() { hook "$work/lineage" && cmp "$work/tls/fullchain.pem" "$work/lineage/fullchain.pem" && cmp "$work/tls/privkey.pem" "$work/lineage/privkey.pem"; }
check 'the certbot hook installs chain and key' takes
private() { [[ $(stat -c %a "$work/tls" "$work/tls/privkey.pem" "$work/tls/fullchain.pem" | tr '\n' ' ') == '700 600 600 ' ]]; }
check 'readable by their owner only' private
refuses() { # refuses LINEAGE WORDS
    ! hook "$1" >"$work/hook" 2>&1 && grep -q "$2" "$work/hook" && cmp "$work/tls/privkey.pem" "$work/lineage/privkey.pem" &&
        [[ $(find "$work" -maxdepth 1 -name 'tls.*' | wc -l) -eq 0 ]]
}
check 'and refuses a key of another certificate' refuses "$work/odd" 'is not the key of'
check 'and a lineage without files' refuses "$work/empty" 'cannot read'
check 'and to run without a lineage' refuses '' 'RENEWED_LINEAGE is not set'

# ---- uninstalling ----
gone() {
    build=$work/built installer uninstall &&
        [[ $(cd "$root" && find . -type f -name '*climacast*' ! -path './etc/*' | wc -l) -eq 0 && ! -e $root/usr/share/doc/climacast && -e $root/etc/climacast/climacast.conf ]]
}
check 'uninstall removes everything but the configuration' gone

summary
