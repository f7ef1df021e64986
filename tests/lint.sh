#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/lint.sh -- checks the source without running it: format, static analysis, style, includes, shell syntax.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${BUILD:-build}
failed=0

step() {
    name=$1
    shift
    if "$@"; then
        echo "ok   $name"
    else
        echo "FAIL $name"
        failed=$((failed + 1))
    fi
}

sources() {
    git ls-files '*.c' '*.h' 2>/dev/null | grep . || find server certs cache intents tests -name '*.[ch]'
}

format() {
    sources | xargs clang-format --dry-run -Werror
}

# Warnings and portability problems only; style and performance hints are noise.
cppcheck_run() {
    mkdir -p "$build/cppcheck"
    cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j 2 --cppcheck-build-dir="$build/cppcheck" \
        --enable=warning,portability --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
        --suppressions-list=tests/cppcheck-suppressions.txt \
        -D__GNUC__=12 -DCLIMACAST_VERSION='"lint"' -I. server certs cache intents
}

spdx() {
    bad=$(sources | xargs grep -L 'SPDX-License-Identifier: Apache-2.0')
    [ -z "$bad" ] || { echo "no license line: $bad"; return 1; }
}

leftovers() {
    # Split, so that this file does not contain the words itself.
    ! sources | xargs grep -nwE 'TO''DO|FIX''ME|X''XX'
}

scripts() {
    for s in $(git ls-files | xargs grep -lE '^#!/bin/(ba)?sh' 2>/dev/null); do
        case $(head -n 1 "$s") in *bash*) bash -n "$s" || return 1 ;; *) sh -n "$s" || return 1 ;; esac
    done
}

step 'clang-format' format
step 'cppcheck' cppcheck_run
step 'license lines' spdx
step 'no leftover notes' leftovers
step 'shell syntax' scripts
step 'style' tests/check_style.py
step 'interaction model' deploy/skill-package/model.py --check
step 'includes' tests/check_includes.sh
step 'dependency cycles' tests/check_links.sh
[ "$failed" -eq 0 ]
