#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/check_links.sh -- no two source files need each other, whatever their includes say.
#
# Includes can all point down while the calls run in a circle, so this reads the symbols of the built objects: a file
# needs another when it calls one of its functions or reads its data.
set -u
cd "$(dirname "$0")/.." || exit 2
objects=${BUILD:-build}/obj
[ -d "$objects/server" ] || { echo "check_links: nothing is built in $objects" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-links.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT

sources() { git ls-files 'server/*.c' 'cache/*.c' 'certs/*.c' 'intents/*.c'; }

# A line for each global symbol: FILE LETTER NAME, with nm's letters (U: defined elsewhere).
for source in $(sources); do
    object=$objects/${source%.c}.o
    [ -f "$object" ] || { echo "check_links: $object has not been built" >&2; exit 2; }
    nm -g "$object" | awk -v file="$source" '{ print file, $(NF - 1), $NF }'
done > "$work/symbols"

# tsort prints the members of every loop it finds.
awk '$2 ~ /^[TDBRVW]$/ { home[$3] = home[$3] ? home[$3] : $1 }
     { line[NR] = $0 }
     END { for (i = 1; i <= NR; i++) { split(line[i], s, " ")
           if (s[2] == "U" && (s[3] in home) && home[s[3]] != s[1]) print s[1], home[s[3]] } }' "$work/symbols" |
    sort -u > "$work/needs"
tsort "$work/needs" > /dev/null 2> "$work/circles"
bad=0
if [ -s "$work/circles" ]; then
    echo 'files that need each other:' >&2
    sed 's/^tsort: //' "$work/circles" >&2
    bad=$((bad + $(grep -c 'contains a loop' "$work/circles")))
fi

seen=$(sources | wc -l)
[ "$bad" -gt 0 ] || echo "check_links: $seen files, no circles"
echo "$((bad == 0 ? seen : 0)) passed, $bad failed"
[ "$bad" -eq 0 ]
