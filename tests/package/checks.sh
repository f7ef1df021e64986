# SPDX-License-Identifier: Apache-2.0
# tests/package/checks.sh -- sourced by the two ways of trying the package: checks that count, and what they have in common.

passed=0 failed=0
said=$(mktemp)

check() { # check WHAT COMMAND...; within COMMAND a failure stops nothing, so its steps are joined by &&
    local what=$1
    shift
    if "$@" >"$said" 2>&1; then
        echo "ok   $what"
        passed=$((passed + 1))
    else
        echo "FAIL $what"
        sed 's/^/     /' "$said"
        failed=$((failed + 1))
    fi
}

summary() {
    rm -f "$said"
    echo "$passed passed, $failed failed"
    [[ $failed -eq 0 && $passed -gt 0 ]]
}

says() { # says WORDS COMMAND...: does what it prints hold WORDS?
    local words=$1 text
    shift
    text=$("$@" 2>&1)
    grep -qF -- "$words" <<<"$text" || { echo "$text"; return 1; }
}

# fill_in CONF CERTS SIM_PORT S3_PORT: what the owner does, with the simulator for the world outside.
fill_in() {
    sed -i -e "s/^skill_ids =.*/skill_ids = amzn1.ask.skill.00000000-0000-0000-0000-000000000000\ntrust_anchors = ${2//\//\\/}\/root.pem\ncertificate_connect_to = 127.0.0.1:$4/" \
        -e "s/^contact =.*/contact = operator@example.org\nbase_url = http:\/\/127.0.0.1:$3/" "$1"
    printf '[http]\nca_bundle = %s/root.pem\n' "$2" >>"$1"
}
