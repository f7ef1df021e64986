# SPDX-License-Identifier: Apache-2.0
# tests/package/machine.sh -- sourced by the package tests, after tests/checks.sh: functions they share.

says() { # says WORDS COMMAND...: does the output of COMMAND contain WORDS?
    local words=$1 text
    shift
    text=$("$@" 2>&1)
    grep -qF -- "$words" <<<"$text" || { echo "$text"; return 1; }
}

# fill_in CONF CERTS SIM_PORT S3_PORT: complete the configuration as an owner would, but use the simulator.
fill_in() {
    sed -i -e "s/^skill_ids =.*/skill_ids = amzn1.ask.skill.00000000-0000-0000-0000-000000000000\ntrust_anchors = ${2//\//\\/}\/root.pem\ncertificate_connect_to = 127.0.0.1:$4/" \
        -e "s/^contact =.*/contact = operator@example.org\nbase_url = http:\/\/127.0.0.1:$3/" "$1"
    printf '[http]\nca_bundle = %s/root.pem\n' "$2" >>"$1"
}

# ---- with systemd only ----

is() { # is UNIT STATE
    [[ $(systemctl is-active "$1") == "$2" ]] || { systemctl status --no-pager -l "$1"; return 1; }
}
listens() { (exec 3<>/dev/tcp/127.0.0.1/443) 2>/dev/null; }
main_pid() { systemctl show -P MainPID climacast.service; }

until_true() { # until_true SECONDS COMMAND...
    local i tries=$(($1 * 10))
    shift
    for ((i = 0; i < tries; i++)); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    "$@"
}

calls() { # calls COMMAND...: send requests, using the caller's `ask`, while COMMAND runs; all must be answered
    local status=0
    rm -f stop calls.failed calls.made
    (
        while [[ ! -e stop ]]; do
            ask LaunchRequest >calls.said 2>&1 || cat calls.said >>calls.failed
            echo >>calls.made
        done
    ) &
    local caller=$!
    "$@" || status=$?
    sleep 0.5
    touch stop
    wait $caller
    [[ $status -eq 0 && ! -e calls.failed && $(wc -l <calls.made) -ge 3 ]] || { cat calls.failed; return 1; }
}
