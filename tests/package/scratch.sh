#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/package/scratch.sh ROOT -- tests the package in a scratch folder, with dpkg and this machine's libraries, for machines
# that cannot boot a container.  $PACKAGE is the folder prepared by tests/e2e/package.sh.
set -uo pipefail
root=$1
# shellcheck source=tests/checks.sh
. "$PACKAGE/checks.sh"
# shellcheck source=tests/package/machine.sh
. "$PACKAGE/machine.sh"
conf=$root/etc/climacast/climacast.conf
sim='' daemon=''
stop() {
    local pid
    for pid in $daemon $sim; do
        kill -TERM "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
}
trap stop EXIT
mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers} "$root"/etc "$root"/var/lib/private
touch "$root/var/lib/dpkg/status"

dpkg_here() {
    dpkg --root="$root" --force-script-chrootless --force-not-root --force-depends --force-bad-path --log="$root/dpkg.log" "$@" >"$root/said" 2>&1 || { cat "$root/said"; return 1; }
}
ask() { "$root/usr/bin/climacast" --config "$conf" ask --dev "$PACKAGE/certs" --url "https://localhost:$port/alexa" "$@"; }
ready() { grep -q ' ready ' "$root/log"; }
start() { # what the unit would do
    : >"$root/log"
    env CLIMACAST_SERVER_CERTIFICATE="$root/etc/climacast/tls/fullchain.pem" CLIMACAST_SERVER_PRIVATE_KEY="$root/etc/climacast/tls/privkey.pem" \
        "$root/usr/sbin/climacastd" --config "$conf" --set server.listen="127.0.0.1:$port" --set admin.listen= \
        --set sqlite.path="$root/var/lib/private/climacast/climacast.db" 2>"$root/log" &
    daemon=$!
    local i
    for ((i = 0; i < 100; i++)); do
        ! ready || return 0
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.1
    done
    cat "$root/log"
    return 1
}
halt() {
    kill -TERM "$daemon" && wait "$daemon" && daemon=''
}
port=$((20000 + RANDOM % 20000))

check 'the package installs' dpkg_here -i "$PACKAGE/first.deb"
check 'the output says that the service is not running, and what is missing' grep -q 'installed but not running: .*alexa.skill_ids' "$root/said"
check 'the user was created' grep -q '^climacast:' "$root/etc/passwd"

"$PACKAGE/climasim" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$PACKAGE/certs/s3.pem" --s3-key "$PACKAGE/certs/s3.key" \
    --chains "$PACKAGE/certs/chains" --ports-file "$root/ports" >/dev/null 2>&1 &
sim=$!
for _ in {1..100}; do [[ ! -e $root/ports ]] || break; sleep 0.1; done
fill_in "$conf" "$PACKAGE/certs" "$(sed -n 's/^http=//p' "$root/ports")" "$(sed -n 's/^s3=//p' "$root/ports")"
mkdir -p "$root/lineage" "$root/var/lib/private/climacast"
cp "$PACKAGE/certs/localhost.pem" "$root/lineage/fullchain.pem"
cp "$PACKAGE/certs/localhost.key" "$root/lineage/privkey.pem"
check 'the certbot hook installs the certificate' env RENEWED_LINEAGE="$root/lineage" CLIMACAST_TLS_DIR="$root/etc/climacast/tls" \
    "$root/usr/lib/climacast/certbot-deploy-hook"
check 'the edited configuration is valid' "$root/usr/bin/climacast" --config "$conf" config --check
check 'the daemon starts' start
check 'a request is answered' says 'Seattle, Washington' ask MetricIntent metric=temperature 'location=Seattle, Washington'
check 'a setting is saved' says Boulder ask SetLocationIntent 'location=Boulder, Colorado'
check 'it stops' halt
check 'the package upgrades' dpkg_here -i "$PACKAGE/second.deb"
check 'the upgrade keeps the configuration' grep -q '^contact = operator@example.org' "$conf"
check 'the daemon starts again' start
check 'the upgrade keeps the settings' says Boulder ask LaunchRequest
check 'it stops' halt
echo mine >"$root/etc/climacast/notes"
check 'the package purges' dpkg_here --purge climacast
purged() {
    [[ ! -e $conf && ! -e $root/etc/climacast/tls && ! -e $root/var/lib/private/climacast && -e $root/etc/climacast/notes ]] && [[ -z $(find "$root/usr" -name '*climacast*') ]]
}
check 'purge deletes everything of the package and nothing else' purged
summary
