#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/proxies.sh -- nginx and Caddy in front of the daemon, with the configurations of deploy/proxy: each runs as a
# process of ours on loopback ports, `climacast certify` passes through it, and the log has the client's address. And HAProxy
# in front of two daemons, as in deploy/fleet.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
# shellcheck source=tests/wait_for.sh
. tests/wait_for.sh
build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-proxies.XXXXXX")
skill=amzn1.ask.skill.00000000-0000-0000-0000-000000000000
pids=()
stop_all() {
    local pid
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    pids=()
}
trap 'stop_all; rm -rf "$work"' EXIT
export PATH=$PATH:/usr/sbin no_proxy='*'
umask 022
chmod 755 "$work"

for program in nginx caddy haproxy; do
    command -v "$program" >/dev/null || { echo "proxies: $program is missing: run make test-proxy" >&2; exit 1; }
done

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}
wait_for_port() {
    for _ in {1..300}; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    return 1
}

certs=$work/certs
certs/dev/make.sh --bad "$certs" >"$work/certs.log" 2>&1
"$build/climasim" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" --s3-key "$certs/s3.key" \
    --chains "$certs/chains" --ports-file "$work/ports" >/dev/null 2>"$work/climasim.log" &
pids+=($!)
wait_for 30 "$work/ports" '^s3='

# start_daemon LISTEN...: what it says goes to $work/daemon.log, its configuration to $work/conf
start_daemon() {
    cat >"$work/conf" <<CONF
[server]
listen = $1
tls = no
trusted_proxies = 127.0.0.1
[admin]
listen =
[alexa]
skill_ids = $skill
trust_anchors = $certs/root.pem
certificate_connect_to = 127.0.0.1:$(sed -n 's/^s3=//p' "$work/ports")
[http]
ca_bundle = $certs/root.pem
[weather]
base_url = http://127.0.0.1:$(sed -n 's/^http=//p' "$work/ports")
contact = test@localhost
[persistence]
backend = sqlite
[sqlite]
path = $work/climacast.db
CONF
    rm -f "$work/daemon.log"
    "$build/climacastd" --config "$work/conf" 2>"$work/daemon.log" &
    daemon=$!
    pids+=("$daemon")
    wait_for 30 "$work/daemon.log" ' ready '
}

# start_nginx UPSTREAM PORT: UPSTREAM as `server` has it
start_nginx() {
    mkdir -p "$work/nginx"
    sed -e "s|server 127.0.0.1:8443;|server $1;|" -e "s|listen 443 ssl|listen 127.0.0.1:$2 ssl|" -e '/listen \[::\]:443/d' \
        -e 's|skill.example.org;|localhost;|' -e "s|ssl_certificate .*|ssl_certificate $certs/localhost.pem;|" \
        -e "s|ssl_certificate_key .*|ssl_certificate_key $certs/localhost.key;|" \
        deploy/proxy/nginx.conf >"$work/nginx/site.conf"
    cat >"$work/nginx/nginx.conf" <<CONF
daemon off;
pid $work/nginx/pid;
error_log $work/nginx/error.log;
$([[ $(id -u) -ne 0 ]] || echo 'user root;')
events {}
http {
    access_log off;
    client_body_temp_path $work/nginx/body;
    proxy_temp_path $work/nginx/proxy;
    fastcgi_temp_path $work/nginx/fastcgi;
    uwsgi_temp_path $work/nginx/uwsgi;
    scgi_temp_path $work/nginx/scgi;
    include $work/nginx/site.conf;
}
CONF
    nginx -e "$work/nginx/error.log" -c "$work/nginx/nginx.conf" >"$work/nginx/out" 2>&1 &
    pids+=($!)
    wait_for_port "$2" || { cat "$work/nginx/out" "$work/nginx/error.log"; return 1; }
}

start_caddy() {
    mkdir -p "$work/caddy"
    {
        printf '{\n\tadmin off\n\tauto_https off\n}\n'
        sed -e "s|127.0.0.1:8443|$1|" -e "s|^skill.example.org {|https://localhost:$2 {\n\tbind 127.0.0.1\n\ttls $certs/localhost.pem $certs/localhost.key|" \
            deploy/proxy/Caddyfile
    } >"$work/caddy/Caddyfile"
    HOME=$work/caddy XDG_DATA_HOME=$work/caddy XDG_CONFIG_HOME=$work/caddy \
        caddy run --config "$work/caddy/Caddyfile" --adapter caddyfile >"$work/caddy/out" 2>&1 &
    pids+=($!)
    wait_for_port "$2" || { cat "$work/caddy/out"; return 1; }
}

certified() { # certified PORT
    "$build/climacast" --config "$work/conf" certify "https://localhost:$1/alexa" >"$work/certify" 2>&1 ||
        { grep -v '^ok' "$work/certify"; return 1; }
    tail -1 "$work/certify"
}
answered() {
    "$build/climacast" --config "$work/conf" ask --url "https://localhost:$1/alexa" MetricIntent metric=temperature \
        location='Seattle, Washington' | grep -q degrees
}
# A client at another address of this machine, which claims to be 192.0.2.77.
client_logged() {
    sleep 1.1 # refusals are logged 20 times a second, and certify has just caused more
    curl -s -o /dev/null --cacert "$certs/root.pem" --interface 127.0.0.5 -H 'X-Forwarded-For: 192.0.2.77' -d '{}' \
        "https://localhost:$1/alexa"
    wait_for 30 "$work/daemon.log" 'refused reason=signature_missing .*client=127\.0\.0\.5 ' && ! grep 192.0.2.77 "$work/daemon.log"
}
other_path() { [[ $(curl -s -o /dev/null -w '%{http_code}' --cacert "$certs/root.pem" "https://localhost:$1/") == 404 ]]; }

check_proxy() { # check_proxy NAME PORT
    check "$1: a signed request is answered" answered "$2"
    check "$1: climacast certify passes" certified "$2"
    check "$1: the log has the client's address, not what the client says of itself" client_logged "$2"
    check "$1: other paths do not reach the daemon" other_path "$2"
}

port=$(free_port) nginx_port=$(free_port) caddy_port=$(free_port)
check 'the daemon starts' start_daemon "127.0.0.1:$port"
check 'nginx starts' start_nginx "127.0.0.1:$port" "$nginx_port"
check_proxy nginx "$nginx_port"
check 'Caddy starts' start_caddy "127.0.0.1:$port" "$caddy_port"
check_proxy Caddy "$caddy_port"

# The same over a unix socket.
for pid in "${pids[@]:1}"; do kill -TERM "$pid" && wait "$pid" 2>/dev/null || true; done
pids=("${pids[0]}")
check 'the daemon starts on a unix socket' start_daemon "unix:$work/alexa.sock"
check 'nginx starts' start_nginx "unix:$work/alexa.sock" "$nginx_port"
check_proxy 'nginx, unix socket' "$nginx_port"
check 'Caddy starts' start_caddy "unix/$work/alexa.sock" "$caddy_port"
check_proxy 'Caddy, unix socket' "$caddy_port"

# ---- two daemons of one fleet ----
for pid in "${pids[@]:1}"; do kill -TERM "$pid" && wait "$pid" 2>/dev/null || true; done
pids=("${pids[0]}")

# start_member NAME PORT ADMIN_PORT: speaks TLS itself; the store that all share is one SQLite file
start_member() {
    sed -e "s|^listen = .*|listen = 127.0.0.1:$2|" -e "s|^listen =$|listen = 127.0.0.1:$3|" -e "s|^tls = no|tls = yes|" \
        -e "s|^trusted_proxies = .*|&\nproxy_protocol = yes\ncertificate = $certs/localhost.pem\nprivate_key = $certs/localhost.key|" \
        -e "/^\[admin\]/{n;s|.*|listen = 127.0.0.1:$3|}" "$work/conf" >"$work/conf.$1"
    "$build/climacastd" --config "$work/conf.$1" 2>"$work/$1.log" &
    pids+=($!)
    eval "member_$1=$!"
    wait_for 30 "$work/$1.log" ' ready '
}
# The balancer connects from 127.0.0.1, as does our client; the daemons are told the client's address all the same.
start_haproxy() {
    sed -e "s|bind :443|bind 127.0.0.1:$1|" -e "s|climacast-1:8443|127.0.0.1:$2 port $3|" -e "s|climacast-2:8443|127.0.0.1:$4 port $5|" \
        deploy/fleet/haproxy.cfg >"$work/haproxy.cfg"
    haproxy -c -f "$work/haproxy.cfg" && { haproxy -db -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 & } && pids+=($!) && wait_for_port "$1"
}
passes() { # 20 requests, over a connection each, at two addresses
    local i
    for i in {1..20}; do
        curl -s -o /dev/null --cacert "$certs/root.pem" --interface "127.0.0.$((5 + i % 2))" -d '{}' "https://localhost:$1/alexa" || return 1
    done
}
both_know_clients() {
    passes "$1" && wait_for 30 "$work/one.log" 'refused .* client=127\.0\.0\.[56] ' && wait_for 30 "$work/two.log" 'refused .* client=127\.0\.0\.[56] '
}
one_stops() {
    kill -TERM "$member_one" && passes "$1" && wait "$member_one" && grep -q ' stopped ' "$work/one.log" && passes "$1"
}
fleet_port=$(free_port) one=$(free_port) two=$(free_port) admin_one=$(free_port) admin_two=$(free_port)
check 'a daemon of the fleet starts' start_member one "$one" "$admin_one"
check 'and another one' start_member two "$two" "$admin_two"
check 'HAProxy accepts the configuration and starts' start_haproxy "$fleet_port" "$one" "$admin_one" "$two" "$admin_two"
check 'HAProxy: both daemons answer, and know the client by the PROXY header' both_know_clients "$fleet_port"
check 'HAProxy: a signed request is answered' answered "$fleet_port"
check 'HAProxy: no request is lost while one daemon stops' one_stops "$fleet_port"
check 'HAProxy: climacast certify passes' certified "$fleet_port"
fleet_parses() {
    python3 - <<'PY'
import yaml
fleet = yaml.safe_load(open('deploy/fleet/compose.yaml'))
services, daemon = fleet['services'], fleet['services']['climacast-1']
assert daemon == services['climacast-2'] and daemon['read_only'] and set(daemon['secrets']) == set(fleet['secrets'])
assert fleet['networks']['fleet']['ipam']['config'][0]['subnet'] == daemon['environment']['CLIMACAST_SERVER_TRUSTED_PROXIES']
# The balancer and the daemons have the trusted network in common, and no other.
assert set(daemon['networks']) & set(services['balancer']['networks']) == {'fleet'}
for service in services.values():
    assert set(service['networks']) <= set(fleet['networks']) and set(service.get('depends_on', [])) <= set(services)
PY
}
check 'the compose file of the fleet is valid' fleet_parses
summary
