# SPDX-License-Identifier: Apache-2.0
# tests/wait_for.sh -- sourced by scripts that start programs.
#
# wait_for SECONDS FILE PATTERN [PID]: wait until a line of FILE matches PATTERN.  Prints the end of FILE and returns 1 after
# SECONDS, or when process PID has ended.
# shellcheck shell=bash

wait_for() {
    local deadline=$((SECONDS + $1))
    until grep -q -- "$3" "$2" 2>/dev/null; do
        if [[ $SECONDS -gt $deadline ]] || { [[ -n ${4:-} ]] && ! kill -0 "$4" 2>/dev/null; }; then
            echo "${0##*/}: no \"$3\" in $2" >&2
            tail -n 20 "$2" >&2 || true
            return 1
        fi
        sleep 0.02
    done
}
