# SPDX-License-Identifier: Apache-2.0
# tests/checks.sh -- sourced by test scripts: check() counts passed and failed checks, summary() prints the totals.

passed=0 failed=0
output=''

check() { # check WHAT COMMAND...: COMMAND runs without `set -e`, so join its steps with &&
    local what=$1
    shift
    [[ -n $output ]] || output=$(mktemp "${TMPDIR:-/tmp}/climacast-check.XXXXXX")
    if "$@" >"$output" 2>&1; then
        echo "ok   $what"
        passed=$((passed + 1))
    else
        echo "FAIL $what"
        sed 's/^/     /' "$output"
        failed=$((failed + 1))
    fi
}

summary() {
    rm -f "$output"
    echo "$passed passed, $failed failed"
    [[ $failed -eq 0 && $passed -gt 0 ]]
}
