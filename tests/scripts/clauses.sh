#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/clauses.sh -- every promise in tests/cases/clauses.tsv has its tests, every conversation belongs to a promise, and
# every intent has a conversation.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
table=tests/cases/clauses.tsv
declare -A is_test is_named
while IFS= read -r name; do
    is_test[$name]=yes
done < <(grep -rhoE '^TEST\([a-z0-9_]+\)' tests/unit tests/e2e | sed 's/TEST(\(.*\))/\1/')
while IFS= read -r name; do
    is_named[$name]=yes
done < <(awk -F '\t' '!/^#/ { print $2 }' "$table" | tr ' ' '\n' | grep .)

missing() { # missing WHAT: prints it and fails
    echo "     $1"
    return 1
}
all_there() { # each promise has tests, and all of them exist
    local clause names name bad=0
    while IFS=$'\t' read -r clause names; do
        [[ $clause != '#'* ]] || continue
        [[ -n $names ]] || missing "nothing tests: $clause" || bad=1
        for name in $names; do
            [[ -f tests/cases/skill/$name/talk || -n ${is_test[$name]:-} ]] ||
                missing "no such test: $name ($clause)" || bad=1
        done
    done <"$table"
    return $bad
}
none_left_out() {
    local folder name bad=0
    for folder in tests/cases/skill/*/; do
        name=$(basename "$folder")
        [[ -n ${is_named[$name]:-} ]] || missing "belongs to no promise: $folder" || bad=1
    done
    return $bad
}
each_intent_asked() {
    local name bad=0
    while IFS= read -r name; do
        grep -qE "^(ask|then) $name( |\$)" tests/cases/skill/*/talk || missing "no conversation uses: $name" || bad=1
    done < <(grep -hoE '\.name = "[A-Za-z.]+"' intents/*.c | cut -d '"' -f 2)
    return $bad
}
check 'every promise has its tests' all_there
check 'every conversation belongs to a promise' none_left_out
check 'every intent has a conversation' each_intent_asked
summary
