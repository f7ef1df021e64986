#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/e2e/container.sh VERSION -- builds the container image and runs its root file system as a container would: the daemon
# is process 1 in namespaces of its own, without any privilege, on a read-only root, with /data and secrets mounted.
#
# Needs root, mmdebstrap and, for the image, a Debian mirror. IMAGE=FILE tests an image that is there already.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
version=$1 build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-container.XXXXXX")
skill=amzn1.ask.skill.00000000-0000-0000-0000-000000000000
sim='' runner='' daemon=''
stop_all() {
    [[ -z $daemon ]] || kill -KILL "$daemon" 2>/dev/null || true
    [[ -z $runner ]] || wait "$runner" 2>/dev/null || true
    [[ -z $sim ]] || { kill -TERM "$sim" 2>/dev/null && wait "$sim" 2>/dev/null; } || true
}
trap 'stop_all; rm -rf "$work"' EXIT
export no_proxy='*'
umask 022
chmod 755 "$work"
[[ $(id -u) -eq 0 ]] || { echo 'container: needs root' >&2; exit 1; }

image=${IMAGE:-}
build_image() {
    BUILD=$build deploy/deb/make.sh "$version" >"$work/deb" 2>&1 || { cat "$work/deb"; return 1; }
    image=$(BUILD=$build deploy/container/image.sh "$(ls -t "$build"/climacast_"$version"-*_"$(dpkg --print-architecture)".deb | head -n 1)" | tail -n 1)
    [[ -s $image ]]
}
[[ -n $image ]] || check 'the image is built from Debian packages, without a container daemon' build_image

# ---- the image ----
unpack() {
    mkdir -p "$work/oci" "$work/root" && tar -C "$work/oci" -xf "$image" && python3 - "$work/oci" "$work/layer" <<'PY'
import gzip, hashlib, json, os, shutil, sys
folder, out = sys.argv[1:]
def blob(d):
    path = os.path.join(folder, 'blobs', *d['digest'].split(':'))
    data = open(path, 'rb').read()
    assert hashlib.sha256(data).hexdigest() == d['digest'][7:] and len(data) == d['size'], d
    return data
assert json.load(open(folder + '/oci-layout')) == {'imageLayoutVersion': '1.0.0'}
manifest = json.loads(blob(json.load(open(folder + '/index.json'))['manifests'][0]))
config = json.loads(blob(manifest['config']))
layer = gzip.decompress(blob(manifest['layers'][0]))
assert config['rootfs']['diff_ids'] == ['sha256:' + hashlib.sha256(layer).hexdigest()]
assert config['config']['User'] == '65532:65532' and config['config']['Healthcheck']['Test'] == ['CMD', 'climacast', 'health']
open(out, 'wb').write(layer)
open(out + '.env', 'w').write('\n'.join(config['config']['Env']) + '\n')
PY
    tar -C "$work/root" -xf "$work/layer"
}
check 'it is a valid OCI layout, and its user is not root' unpack
same_settings() { # in the Dockerfile and in the image
    diff <(sed -n 's/^\(ENV\|   \) \([A-Z_]*=[^ ]*\).*/\2/p' deploy/container/Dockerfile) "$work/layer.env"
}
check 'the Dockerfile has the same settings' same_settings
no_setuid() { [[ -z $(find "$work/root/usr/sbin/climacastd" "$work/root/usr/bin/climacast" -perm /6000) && ! -e $work/root/etc/climacast ]]; }
check 'the programs are in it, without special rights' no_setuid

# ---- the container ----
certs=$work/certs
certs/dev/make.sh --bad "$certs" >"$work/certs.log" 2>&1
"$build/climasim" --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0 --s3-cert "$certs/s3.pem" --s3-key "$certs/s3.key" \
    --chains "$certs/chains" --ports-file "$work/ports" >/dev/null 2>"$work/climasim.log" &
sim=$!
for _ in {1..100}; do [[ ! -e $work/ports ]] || break; sleep 0.1; done
port=$((20000 + RANDOM % 12000)) admin=$((20000 + RANDOM % 12000))
mkdir -p "$work/secrets" "$work/data" "$work/mnt" "$work/root/run/secrets" # as a container runtime makes mount points
cp "$certs/localhost.pem" "$work/secrets/climacast_certificate"
cp "$certs/localhost.key" "$work/secrets/climacast_private_key"
cp "$certs/root.pem" "$work/secrets/root.pem"
printf 'a-key-from-a-file\n' >"$work/secrets/here_api_key"
: >"$work/secrets/empty"
chown -R 65532:65532 "$work/secrets" "$work/data"
chmod 0400 "$work/secrets"/*
install -m 0600 /dev/null "$work/secrets/of_root"

cat >"$work/inside" <<'SH'
# Process 1 until it becomes the daemon: makes ROOT, read-only, the root of this mount namespace.
set -eu
mount --make-rprivate /
mount --bind "$ROOT" "$MNT"
mount -t proc -o nosuid,nodev,noexec proc "$MNT/proc"
mount --bind "$DATA" "$MNT/data"
mount --bind -o ro "$SECRETS" "$MNT/run/secrets"
mount -o remount,bind,ro "$SECRETS" "$MNT/run/secrets"
mount -o remount,bind,ro,nosuid,nodev "$MNT"
cd "$MNT"
pivot_root . mnt
cd /
/mnt/usr/bin/umount -l /mnt # the image has none
cd /data
exec setpriv --reuid=65532 --regid=65532 --clear-groups --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$@"
SH

in_container() { # in_container COMMAND...: as `docker run` would start it
    # shellcheck disable=SC2046
    env -i $(cat "$work/layer.env") ROOT="$work/root" MNT="$work/mnt" DATA="$work/data" SECRETS="$work/secrets" \
        CLIMACAST_SERVER_LISTEN=127.0.0.1:$port CLIMACAST_ADMIN_LISTEN=127.0.0.1:$admin CLIMACAST_ALEXA_SKILL_IDS=$skill \
        CLIMACAST_ALEXA_TRUST_ANCHORS=/run/secrets/root.pem CLIMACAST_HTTP_CA_BUNDLE=/run/secrets/root.pem \
        CLIMACAST_ALEXA_CERTIFICATE_CONNECT_TO="127.0.0.1:$(sed -n 's/^s3=//p' "$work/ports")" \
        CLIMACAST_WEATHER_BASE_URL="http://127.0.0.1:$(sed -n 's/^http=//p' "$work/ports")" \
        CLIMACAST_WEATHER_CONTACT=test@localhost \
        CLIMACAST_GEOCODER_HERE_API_KEY_FILE="/run/secrets/${secret:-here_api_key}" \
        unshare --mount --pid --ipc --uts --fork sh "$work/inside" "$@"
}
daemon_pid() { # of the process that is 1 in there
    local pid
    for pid in $(pgrep -x climacastd || true); do
        if grep -q "ROOT=$work/root" "/proc/$pid/environ" 2>/dev/null && grep -qE '^NSpid:.*\s1$' "/proc/$pid/status"; then
            echo "$pid"
        fi
    done
}
start() {
    in_container climacastd 2>"$work/log" &
    runner=$!
    for _ in {1..300}; do
        ! grep -q ' ready ' "$work/log" || break
        kill -0 "$runner" 2>/dev/null || break
        sleep 0.1
    done
    daemon=$(daemon_pid)
    grep -q ' ready ' "$work/log" && [[ -n $daemon ]] || { cat "$work/log"; return 1; }
}
entered() { nsenter -t "$daemon" -m -p setpriv --reuid=65532 --regid=65532 --clear-groups --no-new-privs "$@"; }
unprivileged() {
    local status
    status=$(cat "/proc/$daemon/status")
    grep -qE '^Uid:(\s65532){4}$' <<<"$status" && grep -qE '^Gid:(\s65532){4}$' <<<"$status" &&
        [[ $(grep -cE '^Cap(Inh|Prm|Eff|Bnd|Amb):\s0{16}$' <<<"$status") -eq 5 ]] && grep -qE '^NoNewPrivs:\s1$' <<<"$status" ||
        { echo "$status"; return 1; }
}
read_only() { ! nsenter -t "$daemon" -m touch /etc/x 2>"$work/touch" && grep -q 'Read-only file system' "$work/touch"; }
ask() { "$build/climacast" ask --dev "$certs" --url "https://localhost:$port/alexa" "$@"; }
answered() { ask MetricIntent metric=temperature location='Seattle, Washington' | grep -q degrees; }
saved() { ask SetLocationIntent location='Boulder, Colorado' | grep -q Boulder && [[ -s $work/data/climacast.db ]]; }
kept() { ask LaunchRequest | grep -q Boulder; }
healthy() { [[ $(entered env "CLIMACAST_ADMIN_LISTEN=127.0.0.1:$admin" climacast health) == ready ]]; }
stops() { # within 10 seconds, while a client keeps a connection open
    local began=$SECONDS
    exec 9<>"/dev/tcp/127.0.0.1/$port"
    kill -TERM "$daemon"
    local status=0
    wait "$runner" || status=$?
    exec 9>&-
    runner='' daemon=''
    [[ $status -eq 0 && $((SECONDS - began)) -lt 10 ]] && grep -q ' stopped ' "$work/log" || { echo "status $status"; cat "$work/log"; return 1; }
}
refuses() { # refuses SECRET WORDS: one line
    local secret=$1 status=0
    in_container climacastd >"$work/said" 2>&1 || status=$?
    [[ $status -eq 2 && $(wc -l <"$work/said") -eq 1 ]] && grep -q "$2" "$work/said" || { echo "status $status"; cat "$work/said"; return 1; }
}

check 'the daemon runs as process 1' start
check 'without root, capabilities and ways to get them' unprivileged
check 'on a read-only root' read_only
check 'it answers a signed request' answered
check 'it saves a setting in /data' saved
check 'climacast health says ready' healthy
check 'SIGTERM stops it within 10 seconds' stops
check 'it starts again' start
check 'with the settings of before' kept
check 'and stops' stops
check 'an empty secret is refused' refuses empty 'CLIMACAST_GEOCODER_HERE_API_KEY_FILE: /run/secrets/empty is empty'
check 'an unreadable secret is refused' refuses of_root 'CLIMACAST_GEOCODER_HERE_API_KEY_FILE: /run/secrets/of_root: .*ermission denied'

# ---- the compose files ----
compose_parses() {
    python3 - <<'PY'
import json
try:
    import yaml
except ImportError:
    raise SystemExit('python3-yaml is missing')
base = yaml.safe_load(open('deploy/container/compose.yaml'))
redis = yaml.safe_load(open('deploy/container/compose.redis.yaml'))
service = base['services']['climacast']
assert service['read_only'] and service['cap_drop'] == ['ALL'] and service['stop_grace_period'] == '10s'
assert set(service['secrets']) == set(base['secrets'])
image = json.load(open('deploy/container/config.json'))
assert service['healthcheck']['test'] == image['Healthcheck']['Test']
settings = dict(e.split('=', 1) for e in image['Env'])
for name in base['secrets']:
    assert '/run/secrets/' + name in settings.values(), name
assert 'redis' in redis['services'] and 'climacast' in redis['services']
PY
}
check 'the compose files are valid, and mount the secrets that the image expects' compose_parses
settings_known() { # every variable in them is a key of ours
    sed -nE 's/^ +#?(CLIMACAST_[A-Z_]+): (.*)/\1=\2/p' deploy/container/compose*.yaml | sed 's|_FILE=.*|=x|' >"$work/env" &&
        # shellcheck disable=SC2046
        env -i $(cat "$work/env") "$build/climacast" config >/dev/null
}
check 'and set keys that there are' settings_known
summary
