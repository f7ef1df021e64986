#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/package/booted.sh -- tests the package from first installation to purge on a machine booted with systemd, without
# a network.  Run by tests/e2e/package.sh, which created /package.
set -uo pipefail
cd /package
# shellcheck source=tests/checks.sh
. /package/checks.sh
# shellcheck source=tests/package/machine.sh
. /package/machine.sh
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
conf=/etc/climacast/climacast.conf hook=/usr/lib/climacast/certbot-deploy-hook
installed() { dpkg -i "/package/$1.deb" >"/package/dpkg.$1" 2>&1 || { cat "/package/dpkg.$1"; return 1; }; }
ask() { climacast --config "$conf" ask --dev /package/certs --url https://localhost/alexa "$@"; }

# ---- after installation ----
check 'the package installs' installed first
check 'the output says that the service is not running, and what is missing' grep -q 'installed but not running: .*alexa.skill_ids' dpkg.first
check 'the output says what to do next' grep -q 'systemctl enable --now climacast.socket climacast.service' dpkg.first
quiet() { is climacast.service inactive && is climacast.socket inactive && ! listens && ! systemctl is-enabled -q climacast.socket; }
check 'nothing runs, listens, or is enabled at boot' quiet
rights() {
    [[ $(stat -c '%a %U %G' $conf) == '640 root climacast' && $(stat -c '%a %U' /etc/climacast/tls) == '700 root' ]]
}
check 'the configuration is readable by root and the service only, the key by root only' rights
check 'the manual pages are installed' test -e /usr/share/man/man8/climacastd.8.gz -a -e /usr/share/man/man5/climacast.conf.5.gz
check 'the gazetteer licenses are installed' grep -q GeoNames /usr/share/doc/climacast/NOTICE.gazetteer
without_id() { ! systemctl start climacast.service && is climacast.service failed; systemctl stop climacast.socket; systemctl reset-failed; }
check 'starting the unconfigured service fails' without_id

# ---- configuration and start ----
systemd-run --quiet --unit=climasim /package/climasim --listen 127.0.0.1:8090 --s3-listen 127.0.0.1:8091 \
    --s3-cert /package/certs/s3.pem --s3-key /package/certs/s3.key --chains /package/certs/chains
install -m 0644 /package/certs/root.pem /etc/climacast/root.pem
fill_in $conf /etc/climacast 8090 8091
check 'the edited configuration is valid' climacast --config $conf config --check
mkdir -p lineage
lineage() { # lineage NAME: install a certificate the way certbot does
    cp "certs/$1.pem" lineage/fullchain.pem && cp "certs/$1.key" lineage/privkey.pem && RENEWED_LINEAGE=/package/lineage $hook
}
check 'the certbot hook installs the certificate' lineage localhost
check 'the service starts' systemctl enable --now climacast.socket climacast.service
check 'the service is active' is climacast.service active
check 'a request is answered' says 'Seattle, Washington' ask MetricIntent metric=temperature 'location=Seattle, Washington'
[[ $failed -eq 0 ]] || journalctl --no-pager -b -u climacast.service -u climacast.socket | head -n 40
check 'a setting is saved' says 'Boulder' ask SetLocationIntent 'location=Boulder, Colorado'
check 'climacast certify passes' climacast --config $conf certify --dev /package/certs https://localhost/alexa

# ---- sandbox and logging ----
bound() {
    local pid status
    pid=$(main_pid)
    status=$(cat "/proc/$pid/status")
    [[ $(awk '/^Uid:/ { print $2 }' <<<"$status") == "$(id -u climacast)" ]] && grep -q '^CapEff:.*0000000000000000$' <<<"$status" &&
        grep -q '^CapBnd:.*0000000000000000$' <<<"$status" && grep -q '^NoNewPrivs:.*1$' <<<"$status" && grep -q '^Seccomp:.*2$' <<<"$status" || { echo "$status"; return 1; }
}
check 'it runs as its own user, without capabilities, with a system call filter' bound
# systemd of Debian 13 maps the owner when it starts the service, so on disk the data belong to nobody.
state() {
    local owner
    owner=$(stat -c %U /var/lib/private/climacast/climacast.db)
    [[ $owner == climacast || $owner == nobody ]] && [[ $(stat -Lc %a /var/lib/climacast) == 700 && $(stat -c '%a %U' /var/lib/private) == '700 root' ]] ||
        { stat /var/lib/private /var/lib/private/climacast /var/lib/private/climacast/*; return 1; }
}
check 'only its own user can access its data' state
check 'systemd-analyze rates its exposure at 1.6 or less' systemd-analyze security --threshold=16 --no-pager climacast.service
journal() { journalctl -u climacast -o cat | grep -q '^ready ' && journalctl -u climacast -p info -o cat | grep -q '^request ' && ! journalctl -u climacast -o cat | grep -q '^<6>'; }
check 'the journal has its log lines, with their severity' journal
check 'the journal shows no blocked system call and no missing file' bash -c '! journalctl -b | grep -iE "seccomp|SIGSYS|climacast.*(denied|not permitted|No such file)"'
reload() { systemctl reload climacast && until_true 5 bash -c 'journalctl -u climacast -o cat | grep -q "^reloaded "' && is climacast.service active; }
check 'reload works' reload

# ---- failures ----
crash() {
    local before
    before=$(main_pid)
    kill -9 "$before" && until_true 10 bash -c "[[ \$(systemctl show -P MainPID climacast) != $before ]]" && says Boulder ask LaunchRequest
}
check 'after a crash it is restarted, and clients wait meanwhile' crash
watchdog() {
    local before
    mkdir -p /run/systemd/system/climacast.service.d &&
        printf '[Service]\nWatchdogSec=2\n' >/run/systemd/system/climacast.service.d/watchdog.conf &&
        systemctl daemon-reload && systemctl restart climacast && sleep 3 && before=$(main_pid) && is climacast.service active &&
        kill -STOP "$before" && until_true 15 bash -c "[[ \$(systemctl show -P MainPID climacast) != $before ]]" && says Boulder ask LaunchRequest &&
        journalctl -u climacast -o cat | grep -q 'Watchdog timeout' || return 1
    rm -r /run/systemd/system/climacast.service.d
    systemctl daemon-reload
}
check 'when it hangs, the watchdog kills and restarts it' watchdog
refused() {
    local starts
    sed -i 's/^skill_ids = /skill_ids = # /' $conf
    ! systemctl restart climacast.service && systemctl stop climacast.socket && starts=$(journalctl -u climacast -o cat | grep -c 'must list the skill ids') &&
        sleep 3 && [[ $(journalctl -u climacast -o cat | grep -c 'must list the skill ids') -eq $starts ]]
    local status=$?
    sed -i 's/^skill_ids = # /skill_ids = /' $conf
    systemctl reset-failed climacast.service climacast.socket
    systemctl start climacast.socket climacast.service && is climacast.service active && return $status
}
check 'an invalid configuration is reported once, and the start is not retried' refused

# ---- maintenance under load ----
check 'a restart drops no request' calls systemctl restart climacast
renewed() {
    local status=0
    lineage s3 && says s3.amazonaws.com bash -c 'openssl s_client -connect 127.0.0.1:443 </dev/null | openssl x509 -noout -ext subjectAltName' || status=$?
    lineage localhost && return $status
}
check 'a renewed certificate is served' renewed
upgrade() {
    local before
    before=$(main_pid) && calls installed second && [[ $(main_pid) != "$before" ]] && [[ $(dpkg-query -W -f '${Version}' climacast) == *-2* ]]
}
check 'an upgrade drops no request' upgrade
check 'the upgrade keeps the configuration' grep -q '^contact = operator@example.org' $conf
check 'the upgrade keeps the settings' says Boulder ask LaunchRequest
check 'the upgrade keeps the permissions' rights

# ---- behind a proxy ----
guided() { # guided NAME: the commands of the owner's guide with this mark
    local commands
    commands=$(sed -n "/^<!-- package $1: begin -->\$/,/^<!-- package $1: end -->\$/p" README.md | grep -v '^<!-- \|^```')
    [[ -n $commands ]] && eval "$commands"
}
unlimited() { systemctl reset-failed climacast.service climacast.socket; } # this test starts the service more often than systemd lets it
proxied() { # without a certificate
    unlimited
    sed -i 's|^listen = 0.0.0.0:443.*|listen = 127.0.0.1:8443\ntls = no\ntrusted_proxies = 127.0.0.1|' $conf && rm /etc/climacast/tls/* &&
        guided 'proxy socket' && installed second && ! grep -q 'not running' dpkg.second && is climacast.service active &&
        [[ $(curl -s -d '{}' http://127.0.0.1:8443/alexa) == '{"error":"signature_missing"}' ]]
}
check 'behind a proxy, it needs no certificate' proxied
direct() {
    systemctl stop climacast.socket climacast.service
    unlimited
    rm -r /etc/systemd/system/climacast.socket.d
    sed -i -e '/^tls = no/d; /^trusted_proxies/d' -e 's|^listen = 127.0.0.1:8443|listen = 0.0.0.0:443, [::]:443|' $conf
    systemctl daemon-reload && lineage localhost && systemctl start climacast.socket climacast.service && says Boulder ask LaunchRequest
}
check 'and without one, it serves TLS again' direct

# ---- removal ----
echo mine >/etc/climacast/notes
unlimited
removed() { dpkg -r climacast && ! listens && [[ -e $conf && -e /var/lib/private/climacast/climacast.db ]]; }
check 'removal stops the service and keeps configuration and data' removed
back() { installed first && is climacast.service active && says Boulder ask LaunchRequest; }
check 'reinstallation restores the service' back
purged() {
    dpkg --purge climacast && ! listens && [[ ! -e $conf && ! -e /etc/climacast/tls && ! -e /var/lib/climacast && ! -L /var/lib/climacast && ! -e /var/lib/private/climacast ]] &&
        [[ -z $(find /etc/systemd /usr/lib/systemd /lib/systemd/ -name 'climacast*') && -z $(find /usr -name '*climacast*') ]]
}
check 'purge deletes everything of the package' purged
others() { [[ $(cat /etc/climacast/notes) == mine && -e /etc/climacast/root.pem ]]; }
check 'purge keeps files of others' others
summary
