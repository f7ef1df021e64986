#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/check_links.sh -- checks that there are no dependency cycles between source files.
#
# Calls can form a cycle even if includes do not, so this check reads the symbols of the object files: a file depends on
# another if it uses one of its functions or variables.
set -u
cd "$(dirname "$0")/.." || exit 2
objects=${BUILD:-build}/obj
[ -d "$objects/server" ] || { echo "check_links: $objects is empty: run make first" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-links.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT

sources() { git ls-files 'server/*.c' 'cache/*.c' 'certs/*.c' 'intents/*.c'; }

# One line per global symbol: FILE TYPE NAME, with nm's types (U: undefined).
for source in $(sources); do
    object=$objects/${source%.c}.o
    [ -f "$object" ] || { echo "check_links: $object has not been built" >&2; exit 2; }
    nm -g "$object" | awk -v file="$source" '{ print file, $(NF - 1), $NF }'
done > "$work/symbols"

# tsort prints the members of every cycle.
awk '$2 ~ /^[TDBRVW]$/ { home[$3] = home[$3] ? home[$3] : $1 }
     { line[NR] = $0 }
     END { for (i = 1; i <= NR; i++) { split(line[i], s, " ")
           if (s[2] == "U" && (s[3] in home) && home[s[3]] != s[1]) print s[1], home[s[3]] } }' "$work/symbols" |
    sort -u > "$work/needs"
tsort "$work/needs" > /dev/null 2> "$work/cycles"
bad=0
if [ -s "$work/cycles" ]; then
    echo 'dependency cycles:' >&2
    sed 's/^tsort: //' "$work/cycles" >&2
    bad=$((bad + $(grep -c 'contains a loop' "$work/cycles")))
fi

seen=$(sources | wc -l)
[ "$bad" -gt 0 ] || echo "check_links: $seen files, no cycles"
echo "$((bad == 0 ? seen : 0)) passed, $bad failed"
[ "$bad" -eq 0 ]
