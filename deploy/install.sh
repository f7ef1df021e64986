#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/install.sh install|uninstall -- installs what is in $BUILD, or removes it.
#
#   PREFIX=/usr/local       programs, units, man pages; SYSCONFDIR=/etc the configuration
#   DESTDIR=                a root folder to install into, for packagers
# Never overwrites an existing configuration. uninstall leaves the configuration, the certificate and the data.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build} prefix=${PREFIX:-/usr/local} sysconfdir=${SYSCONFDIR:-/etc} destdir=${DESTDIR:-}
doc=$prefix/share/doc/climacast man=$prefix/share/man share=$prefix/share/climacast

# mode, kind, source, destination. Paths below /usr in a file of kind `text` are adapted to the prefix.
files() {
    cat <<LIST
0755 program $build/climacastd $prefix/sbin/climacastd
0755 program $build/climacast $prefix/bin/climacast
0755 text deploy/certbot-deploy-hook $prefix/lib/climacast/certbot-deploy-hook
0644 text deploy/climacast.service $prefix/lib/systemd/system/climacast.service
0644 text deploy/climacast.socket $prefix/lib/systemd/system/climacast.socket
0644 text deploy/climacast.sysusers $prefix/lib/sysusers.d/climacast.conf
0644 text deploy/climacast.tmpfiles $prefix/lib/tmpfiles.d/climacast.conf
0644 text deploy/climacast.bash-completion $prefix/share/bash-completion/completions/climacast
0644 text $build/man/climacastd.8 $man/man8/climacastd.8
0644 text $build/man/climacast.1 $man/man1/climacast.1
0644 text $build/man/climacast.conf.5 $man/man5/climacast.conf.5
0644 text deploy/prometheus-rules.yml $doc/prometheus-rules.yml
0644 text deploy/grafana-dashboard.json $doc/grafana-dashboard.json
0644 text deploy/openapi.yaml $doc/openapi.yaml
0644 text deploy/proxy/nginx.conf $doc/proxy/nginx.conf
0644 text deploy/proxy/Caddyfile $doc/proxy/Caddyfile
0644 text deploy/dynamodb-table.json $doc/dynamodb-table.json
0644 text deploy/dynamodb-policy.json $doc/dynamodb-policy.json
0644 text deploy/dynamodb-policy-operator.json $doc/dynamodb-policy-operator.json
0644 text deploy/skill-package/skill.json $doc/skill-package/skill.json
0644 text deploy/skill-package/privacy.html $doc/skill-package/privacy.html
0644 text deploy/skill-package/interactionModels/custom/en-US.json $doc/skill-package/interactionModels/custom/en-US.json
0644 text deploy/skill-package/interactionModels/custom/en-US.json $share/skill-package/interactionModels/custom/en-US.json
0644 text intents/weather/gazetteer/NOTICE $doc/NOTICE.gazetteer
0644 text LICENSE $doc/LICENSE
0644 text README.md $doc/README.md
0644 text deploy/README.md $doc/owners-guide.md
LIST
}

rebase() { # rebase FILE: prints the file with its paths adapted to the prefix
    sed -e "s#/usr/\(sbin/climacastd\|bin/climacast\|lib/climacast/\|share/doc/climacast\)#$prefix/\1#g" \
        -e "s#/etc/climacast#$sysconfdir/climacast#g" "$1"
}

put() { # put MODE KIND SOURCE PLACE
    [ -e "$3" ] || { echo "install: $3 is missing: run make first" >&2; exit 1; }
    mkdir -p "$destdir${4%/*}"
    rm -f "$destdir$4.new"
    if [ "$2" = text ]; then rebase "$3" >"$destdir$4.new"; else cp "$3" "$destdir$4.new"; fi
    chmod "$1" "$destdir$4.new"
    mv -f "$destdir$4.new" "$destdir$4"
}

# What only the owner knows is left empty, so the daemon asks for it instead of starting with an example's value.
configuration() {
    rebase deploy/climacast.conf | sed -e 's/^skill_ids = .*/skill_ids =/' -e 's/^contact = .*/contact =/'
}

install_all() {
    umask 022
    files | while read -r mode kind source place; do
        put "$mode" "$kind" "$source" "$place"
    done
    mkdir -p "$destdir$sysconfdir/climacast"
    if [ ! -e "$destdir$sysconfdir/climacast/climacast.conf" ]; then
        configuration >"$destdir$sysconfdir/climacast/climacast.conf"
        chmod 0644 "$destdir$sysconfdir/climacast/climacast.conf"
    fi
    [ -z "$destdir" ] || return 0
    cat <<SAY
Installed below $prefix; the configuration is $sysconfdir/climacast/climacast.conf.  To finish, as root:
  systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload
  fill in alexa.skill_ids and weather.contact, put the certificate into $sysconfdir/climacast/tls
  climacast --config $sysconfdir/climacast/climacast.conf config --check
  systemctl enable --now climacast.socket climacast.service
SAY
}

uninstall_all() {
    files | while read -r mode kind source place; do
        rm -f "$destdir$place"
    done
    for folder in "$doc/skill-package/interactionModels/custom" "$doc/skill-package/interactionModels" "$doc/skill-package" \
        "$share/skill-package/interactionModels/custom" "$share/skill-package/interactionModels" "$share/skill-package" \
        "$share" "$doc/proxy" "$doc" "$prefix/lib/climacast"; do
        [ ! -d "$destdir$folder" ] || rmdir "$destdir$folder"
    done
    [ -n "$destdir" ] || echo "Left in place: $sysconfdir/climacast and /var/lib/climacast (remove them with rm -r if you no longer need them)."
}

case ${1:-} in
install) install_all ;;
uninstall) uninstall_all ;;
*) echo "usage: deploy/install.sh install|uninstall" >&2; exit 2 ;;
esac
