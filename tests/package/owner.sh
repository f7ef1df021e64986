#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/package/owner.sh -- runs the commands of the owner's guide (deploy/README.md).  Run by tests/e2e/fresh_owner.sh, which
# created /package: packages, simulator, certificates, DynamoDB emulator, guide.
#
# The outside world is simulated: the host name is in /etc/hosts, a fake certbot signs with an authority that this machine
# trusts, and the simulator plays the weather service and Amazon's certificate host.  Their addresses are in
# /etc/climacast/environment next to the AWS credentials, so the configuration is exactly what an owner would write.
set -uo pipefail
shopt -s expand_aliases
cd /package
# shellcheck source=tests/checks.sh
. /package/checks.sh
# shellcheck source=tests/package/machine.sh
. /package/machine.sh
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
conf=/etc/climacast/climacast.conf environment=/etc/climacast/environment host=skill.example.org
user=amzn1.ask.account.OWNER

# run_guide NAME: run the commands between the marks of that name in the guide, line by line, until one fails.  There is no
# terminal, so questions are answered in advance.
run_guide() {
    local line commands
    commands=$(sed -n "/^<!-- owner $1: begin -->\$/,/^<!-- owner $1: end -->\$/p" README.md | grep -v '^<!-- \|^```')
    [[ -n $commands ]] || { echo "the owner's guide has no commands marked \"owner $1\""; return 1; }
    while read -r line <&3; do
        case $line in *' --overwrite'* | *' --rekey') line="$line --yes" ;; esac
        echo "# $line"
        eval "$line" || return 1
    done 3<<<"$commands"
}
ask() { command climacast --config "$conf" ask --dev /package/certs --ca /package/authority.pem --user "$user" --url "https://$host/alexa" "$@"; }
set_key() { sed -i "s|^$1 =.*|$1 = $2|" "$conf"; }
restarted() { systemctl restart climacast.service && is climacast.service active; }

# ---- the outside world ----

trust() { # trust NAME FILE
    cp "$2" "/usr/local/share/ca-certificates/$1.crt" && update-ca-certificates
}
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout authority.key -out authority.pem -days 30 \
        -subj '/CN=An authority' && trust authority authority.pem && trust development certs/root.pem
}
# A fake certbot: certonly stores the name and the hook, renew uses them again.
install_certbot() {
    cat >/usr/local/bin/certbot <<'CERTBOT' && chmod 0755 /usr/local/bin/certbot
#!/bin/bash
set -euo pipefail
if [[ $1 == certonly ]]; then
    while [[ $# -gt 0 ]]; do
        case $1 in
        -d) echo "$2" >/package/certbot.name ;;
        --deploy-hook) echo "$2" >/package/certbot.hook ;;
        esac
        shift
    done
fi
name=$(cat /package/certbot.name) live=/etc/letsencrypt/live/$(cat /package/certbot.name)
mkdir -p "$live"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$live/privkey.pem" -subj "/CN=$name" 2>/dev/null |
    openssl x509 -req -CA /package/authority.pem -CAkey /package/authority.key -days 90 \
        -extfile <(echo "subjectAltName=DNS:$name") -out "$live/fullchain.pem" 2>/dev/null
RENEWED_LINEAGE=$live "$(cat /package/certbot.hook)"
CERTBOT
}
weather() {
    systemd-run --quiet --unit=climasim /package/climasim --listen 127.0.0.1:8090 --s3-listen 127.0.0.1:8091 \
        --s3-cert /package/certs/s3.pem --s3-key /package/certs/s3.key --chains /package/certs/chains
}
amazon() {
    systemd-run --quiet --unit=dynamodb --setenv=NODE_PATH=/package/dynamo/node_modules node /package/dynamo/serve.js /package/amazon &&
        until_true 20 test -e amazon
}
redis_is_up() { until_true 20 redis-cli ping; }
world() {
    . ./amazon && cat >$environment <<WORLD
AWS_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID
AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
CLIMACAST_DYNAMODB_ENDPOINT=$DYNAMO_ENDPOINT
CLIMACAST_WEATHER_BASE_URL=http://127.0.0.1:8090
CLIMACAST_ALEXA_CERTIFICATE_CONNECT_TO=127.0.0.1:8091
WORLD
    set -a
    . $environment
    set +a
}
ddb() { # ddb OPERATION JSON
    curl -sS --fail-with-body --aws-sigv4 aws:amz:us-east-1:dynamodb --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
        -H 'Content-Type: application/x-amz-json-1.0' -H "X-Amz-Target: DynamoDB_20120810.$1" -d "$2" "$CLIMACAST_DYNAMODB_ENDPOINT/"
}
old_table() { # old_table NAME KEY ITEM...
    local name=$1 key=$2 item
    shift 2
    ddb CreateTable "{\"TableName\":\"$name\",\"AttributeDefinitions\":[{\"AttributeName\":\"$key\",\"AttributeType\":\"S\"}],
        \"KeySchema\":[{\"AttributeName\":\"$key\",\"KeyType\":\"HASH\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}" && sleep 0.3 || return 1
    for item; do ddb PutItem "{\"TableName\":\"$name\",\"Item\":$item}" || return 1; done
}
old_tables() {
    local ttl=$((EPOCHSECONDS + 86400 * 20))
    old_table LocationCache location "{\"location\":{\"S\":\"fargo north dakota\"},\"ttl\":{\"N\":\"$ttl\"},\"coords\":{\"S\":\"46.8772,-96.7898\"}}" &&
        old_table StationCache id "{\"id\":{\"S\":\"KFAR\"},\"ttl\":{\"N\":\"$ttl\"},\"name\":{\"S\":\"Fargo, Hector International Airport\"}}" &&
        old_table ZoneCache id "{\"id\":{\"S\":\"NDZ039\"},\"ttl\":{\"N\":\"$ttl\"},\"name\":{\"S\":\"Cass\"}}" &&
        old_table UserCache userid "{\"userid\":{\"S\":\"amzn1.ask.account.OLD\"},\"location\":{\"S\":\"Fargo North Dakota\"},\"rate\":{\"N\":\"120\"},\"pitch\":{\"N\":\"100\"},\"metrics\":{\"L\":[{\"S\":\"temperature\"}]}}"
}

echo "127.0.0.1 $host" >>/etc/hosts
check 'trusted certificate authority' authority
check 'certbot' install_certbot
check 'weather service and certificate host' weather
check 'DynamoDB' amazon
check 'Redis' redis_is_up

# ---- installation ----

cp first.deb climacast_1.deb
check 'guide: host name' run_guide name
check 'guide: package' run_guide package
check 'the service is not running yet' is climacast.service inactive
check 'addresses of the outside world' world
check 'guide: certificate' run_guide certificate
configured() { set_key skill_ids amzn1.ask.skill.00000000-0000-0000-0000-000000000000 && set_key contact owner@example.org && run_guide configuration; }
check 'guide: configuration' configured
check 'guide: start' run_guide start
check 'a signed request is answered' says 'Seattle, Washington' ask MetricIntent metric=temperature 'location=Seattle, Washington'
check 'a setting is saved' says Boulder ask SetLocationIntent 'location=Boulder, Colorado'
check 'guide: journal' says 'request ' run_guide journal
admin() { curl -sS --fail "http://127.0.0.1:9180$1"; }
check 'the dashboard is served' says '</html>' admin /

# ---- moving to DynamoDB and Redis ----

to_dynamodb() {
    set_key backend dynamodb && printf '[redis]\nurl = redis://127.0.0.1:6379\n' >>$conf && climacast table create && climacast migrate --to dynamodb && restarted
}
check 'the data moves to DynamoDB' to_dynamodb
check 'the setting was migrated' says Boulder ask LaunchRequest
check 'the table is active' says ACTIVE climacast table describe

# ---- moving from the Python skill ----

check 'four old tables exist' old_tables
check 'guide: moving from the Python skill' run_guide migration
check 'the old user was migrated' says 'Fargo North Dakota' climacast user show amzn1.ask.account.OLD
old_user() { user=amzn1.ask.account.OLD says Fargo ask MetricIntent metric=temperature; }
check 'the old user gets weather for their location' old_user
check 'the migration can be repeated' climacast migrate --from-tables

# ---- operation ----

check 'guide: backup' run_guide backup
lost() { climacast user delete --yes "$user" && ! climacast user show "$user" | grep -q Boulder; }
check 'a user is deleted' lost
check 'guide: restore' run_guide restore
check 'the user is back' says Boulder ask LaunchRequest
serial() { openssl s_client -connect $host:443 -servername $host </dev/null 2>/dev/null | openssl x509 -noout -serial; }
renewal() {
    local before
    before=$(serial) && calls run_guide renewal && [[ $(serial) != "$before" ]]
}
check 'guide: renewal drops no request' renewal
upgrade() { rm climacast_1.deb && cp second.deb climacast_2.deb && calls run_guide upgrade && [[ $(dpkg-query -W -f '${Version}' climacast) == *-2* ]]; }
check 'guide: upgrade drops no request' upgrade
rollback() { rm climacast_2.deb && cp first.deb climacast_1.deb && calls run_guide rollback && [[ $(dpkg-query -W -f '${Version}' climacast) == *-1* ]]; }
check 'guide: rollback drops no request' rollback
check 'the configuration was kept' grep -q '^contact = owner@example.org' $conf
check 'guide: removal' run_guide removal
gone() { ! listens && [[ ! -e $conf && ! -e /usr/sbin/climacastd && ! -e /var/lib/private/climacast ]]; }
check 'nothing is listening and nothing is left' gone
check 'the data in DynamoDB was kept' says "$user" ddb Scan '{"TableName":"climacast_persistence"}'
summary
