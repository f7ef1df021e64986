#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/package/upgrade.sh -- runs on the machine of tests/e2e/release_upgrade.sh: installs the package from the APT repository
# in /package/repo, upgrades Debian to its next release, and checks that service, configuration and settings are as before;
# the second time it is run, after a boot, only checks.
set -uo pipefail
cd /package
# shellcheck source=tests/checks.sh
. /package/checks.sh
# shellcheck source=tests/package/machine.sh
. /package/machine.sh
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
conf=/etc/climacast/climacast.conf
read -r from to <releases
ask() { climacast --config "$conf" ask --dev /package/certs --url https://localhost/alexa "$@"; }
simulator() { # simulator PROGRAM
    systemd-run --quiet --unit=climasim "$1" --listen 127.0.0.1:8090 --s3-listen 127.0.0.1:8091 \
        --s3-cert /package/certs/s3.pem --s3-key /package/certs/s3.key --chains /package/certs/chains
}
source_of() { # source_of RELEASE: our repository alone is read again, the lists of Debian's stay
    echo "deb [signed-by=/package/repo/climacast.asc] file:/package/repo $1 main" >/etc/apt/sources.list.d/climacast.list
    apt-get update -q -o Dir::Etc::SourceList=/etc/apt/sources.list.d/climacast.list -o Dir::Etc::SourceParts=/dev/null \
        -o APT::Get::List-Cleanup=false
}
version_of() { # version_of RELEASE: the installed package is that of the release
    local want
    want=$(sed -n 's/^Version: //p' repo/dists/"$1"/main/binary-*/Packages) && [[ $(dpkg-query -W -f '${Version}' climacast) == "$want" ]]
}
answers() { until_true 20 says Boulder ask LaunchRequest; }
kept() {
    grep -q '^contact = operator@example.org' $conf && [[ $(stat -c '%a %U %G' $conf) == '640 root climacast' ]]
}

if [[ -e upgraded ]]; then
    check 'the simulator starts' simulator /package/climasim-after
    check 'after a boot, the service is active' is climacast.service active
    check 'and answers with the setting of before' answers
    summary
    exit
fi

check "the package of $from is in the repository" source_of "$from"
check 'it installs' apt-get install -q -y climacast
check "it is that of $from" version_of "$from"
check 'the simulator starts' simulator /package/climasim
install -m 0644 certs/root.pem /etc/climacast/root.pem
fill_in $conf /etc/climacast 8090 8091
install -m 0600 certs/localhost.pem /etc/climacast/tls/fullchain.pem
install -m 0600 certs/localhost.key /etc/climacast/tls/privkey.pem
check 'the service starts' systemctl enable --now climacast.socket climacast.service
check 'a setting is saved' says Boulder ask SetLocationIntent 'location=Boulder, Colorado'
check "the package of $to is in the repository" source_of "$to"
check 'apt full-upgrade' apt-get full-upgrade -q -y -o Dpkg::Options::=--force-confold
check 'Debian was upgraded' grep -q "VERSION_CODENAME=$to" /etc/os-release
check "the package is that of $to" version_of "$to"
check 'the service is active' is climacast.service active
check 'it is enabled' systemctl is-enabled -q climacast.service climacast.socket
check 'the configuration and its permissions are kept' kept
check 'the setting is kept' answers
touch upgraded
summary
