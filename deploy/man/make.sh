#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deploy/man/make.sh TOOL FOLDER VERSION -- makes the manual pages in FOLDER, with the tool's own help inserted.
#
# The line `.\" @COMMANDS@` in climacast.1 is replaced by the --help of each command, and `.\" @KEYS section@` in
# climacast.conf.5 by the keys of that section.  Fails when a section has no such line.
#
#   EMULATOR=COMMAND   runs the tool, which is for another architecture
set -eu
tool=$1 folder=$2 version=$3
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"

run_tool() { ${EMULATOR:-} "$tool" "$@"; }

# Escape plain text for troff.
literally() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/'/\\\\(aq/g" -e 's/`/\\(ga/g' -e 's/\^/\\(ha/g' -e 's/~/\\(ti/g' -e 's/^\./\\\&./'
}

commands() {
    run_tool --help | sed -n 's/^  \([a-z][a-z-]*\)  *\([^ ].*\)/\1 \2/p' | while read -r name summary; do
        printf '.SS %s\n' "$name"
        printf '%s.\n' "$summary" | awk '{ print toupper(substr($0, 1, 1)) substr($0, 2) }' | literally
        printf '.PP\n.RS 2\n.EX\n'
        run_tool "$name" --help | literally
        printf '.EE\n.RE\n'
    done
}

keys() { # keys SECTION
    run_tool config --keys | grep "^| \`$1\." | literally | awk -F ' [|] ' '{
        name = $1; sub(/^[|] \\\(ga[a-z]*\./, "", name); sub(/\\\(ga$/, "", name)
        value = $2; gsub(/\\\(ga/, "", value); gsub(/^ +| +$/, "", value)
        help = $4; sub(/ *[|]$/, "", help)
        printf ".TP\n.B %s\n%s%s.\n.br\nDefault: %s.  Allowed: %s.\n", name, toupper(substr(help, 1, 1)), substr(help, 2),
            value == "" ? "empty" : "\\fB" value "\\fP", $3
    }'
}

commands >"$work/COMMANDS"
for page in climacastd.8 climacast.1 climacast.conf.5; do
    while IFS= read -r line; do
        case $line in
        '.\" @COMMANDS@') cat "$work/COMMANDS" ;;
        '.\" @KEYS '*@)
            section=${line#'.\" @KEYS '}
            keys "${section%@}"
            ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$here/$page" | sed "s/@VERSION@/$version/g" >"$folder/$page.new"
    mv -f "$folder/$page.new" "$folder/$page"
done
for section in $(run_tool config --keys | sed -n 's/^| `\([a-z]*\)\..*/\1/p' | sort -u); do
    grep -qF ".\\\" @KEYS $section@" "$here/climacast.conf.5" || { echo "man: climacast.conf.5 has no @KEYS line for [$section]" >&2; exit 1; }
done
