# SPDX-License-Identifier: Apache-2.0
# tests/checks.sh -- sourced by the tests that are scripts: checks that count, and their closing line.

passed=0 failed=0
said=''

check() { # check WHAT COMMAND...; within COMMAND a failure stops nothing, so its steps are joined by &&
    local what=$1
    shift
    [[ -n $said ]] || said=$(mktemp "${TMPDIR:-/tmp}/climacast-said.XXXXXX")
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
