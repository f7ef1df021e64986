#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/package/proxied.sh -- runs on the machine of tests/e2e/proxied_package.sh: nginx and Caddy pass requests on to the
# package's socket, on a loopback port and on a unix socket, with the configurations that the package installs.
set -uo pipefail
cd /package
# shellcheck source=tests/checks.sh
. /package/checks.sh
# shellcheck source=tests/package/machine.sh
. /package/machine.sh
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
conf=/etc/climacast/climacast.conf examples=/usr/share/doc/climacast/proxy unit=/etc/systemd/system/climacast.socket.d/listen.conf
grep -q localhost /etc/hosts || echo '127.0.0.1 localhost' >>/etc/hosts # as on a real machine; Caddy looks it up
systemctl stop nginx caddy # both start at boot, and both want port 80
systemctl reset-failed

check 'the package installs' dpkg -i first.deb
systemd-run --quiet --unit=climasim /package/climasim --listen 127.0.0.1:8090 --s3-listen 127.0.0.1:8091 \
    --s3-cert /package/certs/s3.pem --s3-key /package/certs/s3.key --chains /package/certs/chains
install -m 0644 certs/root.pem /etc/climacast/root.pem
fill_in $conf /etc/climacast 8090 8091
sed -i 's|^listen = 0.0.0.0:443.*|listen = 127.0.0.1:8443\ntls = no\ntrusted_proxies = 127.0.0.1|' $conf

# listens_on ADDRESS GROUP: as the owner's guide says; GROUP is for a unix socket
listens_on() {
    sed -i "/^\[server\]/,/^\[admin\]/s|^listen = .*|listen = $1|" $conf
    mkdir -p "${unit%/*}"
    printf '[Socket]\nListenStream=\nListenStream=%s\n' "${1#unix:}" >$unit
    [[ $1 != unix:* ]] || printf 'SocketMode=0660\nSocketGroup=%s\n' "$2" >>$unit
    systemctl daemon-reload
    systemctl stop climacast.service climacast.socket
    systemctl reset-failed climacast.service climacast.socket
    systemctl start climacast.socket climacast.service && is climacast.service active
}
start_nginx() { # start_nginx ADDRESS
    install -m 0600 certs/localhost.key /etc/ssl/private/localhost.key
    install -m 0644 certs/localhost.pem /etc/ssl/certs/localhost.pem
    sed -e 's|skill.example.org;|localhost;|' -e 's|ssl_certificate .*|ssl_certificate /etc/ssl/certs/localhost.pem;|' \
        -e 's|ssl_certificate_key .*|ssl_certificate_key /etc/ssl/private/localhost.key;|' \
        -e "s|^    server 127.0.0.1:8443;|    server $1;|" $examples/nginx.conf >/etc/nginx/conf.d/climacast.conf
    systemctl restart nginx && until_true 10 listens
}
start_caddy() { # start_caddy ADDRESS
    install -o caddy -m 0600 certs/localhost.key /etc/caddy/localhost.key
    install -m 0644 certs/localhost.pem /etc/caddy/localhost.pem
    sed -e 's|^skill.example.org {|https://localhost {\n\ttls /etc/caddy/localhost.pem /etc/caddy/localhost.key|' \
        -e "s|127.0.0.1:8443|${1/unix:/unix/}|" $examples/Caddyfile >/etc/caddy/Caddyfile
    systemctl restart caddy && until_true 10 listens
}
certified() { climacast --config $conf certify --dev /package/certs https://localhost/alexa; }
ask() { climacast --config "$conf" ask --dev /package/certs --url https://localhost/alexa "$@"; }
knows_client() {
    sleep 1.1 # refusals are logged 20 times a second, and certify has just caused more
    curl -s -o /dev/null --cacert certs/root.pem --interface "$1" -H 'X-Forwarded-For: 192.0.2.77' -d '{}' https://localhost/alexa &&
        until_true 5 bash -c "journalctl -u climacast -o cat | grep -q 'client=$1 '" && ! journalctl -u climacast -o cat | grep 192.0.2.77
}

client=5
for listen in 127.0.0.1:8443 unix:/run/climacast/alexa.sock; do
    for proxy in nginx caddy; do
        group=www-data
        [[ $proxy == nginx ]] || group=caddy
        where="$proxy, $listen"
        check "$where: the service listens" listens_on $listen $group
        check "$where: the proxy starts" start_$proxy $listen
        check "$where: a request is answered" says 'Seattle, Washington' ask MetricIntent metric=temperature 'location=Seattle, Washington'
        check "$where: climacast certify passes" certified
        check "$where: the log has the client's address" knows_client 127.0.0.$client
        systemctl stop $proxy
        client=$((client + 1))
    done
done
[[ $failed -eq 0 ]] || journalctl --no-pager -b -u climacast.service -u climacast.socket -u nginx -u caddy | tail -n 60
summary
