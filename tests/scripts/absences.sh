#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/absences.sh -- every sentence of the skill that denies something is in tests/cases/absences.tsv, with what
# proves it. A new "there is no ..." fails here until its proof is named.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh

sentences() { # sentences CHECK: prints what is wrong, and fails if anything is
    python3 - "$1" <<'PYTHON'
import glob
import re
import sys

NEGATION = re.compile(r"\b(no|not|none|never|nothing|nobody|calm|isn't|aren't|doesn't|don't|didn't|hasn't|haven't"
                      r"|won't|wasn't|couldn't find)\b", re.I)
rows = [line.rstrip('\n').split('\t') for line in open('tests/cases/absences.tsv') if not line.startswith('#')]


def spoken(path):
    """The string literals of a file, joined as the compiler does; without comments, errors and comparisons."""
    text = re.sub(r'/\*.*?\*/', ' ', open(path).read(), flags=re.S)
    text = re.sub(r'err_(?:reason|set)\([^;]*;', ' ', text, flags=re.S)
    text = re.sub(r'contains\([^)]*\)', ' ', text)
    text = re.sub(r'"\s*\n\s*"', '', text)
    return re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)


def denials():
    for path in sorted(glob.glob('intents/*.c') + glob.glob('intents/ask/*.c') + ['intents/screen/radar.c', 'intents/screen/show.c'] + glob.glob('intents/talk/*.c') + glob.glob('intents/household/*.c') + glob.glob('intents/figures/*.def') + glob.glob('intents/apologies.def')):
        for literal in spoken(path):
            sentence = ' ' in literal.strip() or literal.rstrip().endswith('.') or literal == 'calm'
            if sentence and NEGATION.search(literal):
                yield path, literal


def unlisted():
    return [f'{path}: "{literal}"' for path, literal in denials()
            if not any(row[0] == path and literal.startswith(row[1]) for row in rows)]


def unused():
    found = list(denials())
    return [f'{row[0]}: "{row[1]}"' for row in rows
            if not any(path == row[0] and literal.startswith(row[1]) for path, literal in found)]


def unproven():
    code = '\n'.join(open(p).read() for p in glob.glob('intents/**/*.[ch]', recursive=True))
    tests = '\n'.join(open(p).read() for p in glob.glob('tests/unit/**/*.c', recursive=True) + glob.glob('tests/e2e/*.c'))
    return [f'{row[1]}: {row[3]}, {row[4]}' for row in rows if len(row) > 2 and not (
        len(row) == 5 and re.search(rf'\b{row[3]}\b', code) and f'TEST({row[4]})' in tests)]


wrong = {'unlisted': unlisted, 'unused': unused, 'unproven': unproven}[sys.argv[1]]()
for line in wrong:
    print('     ' + line)
sys.exit(1 if wrong else 0)
PYTHON
}
check 'every sentence that denies something is in the table' sentences unlisted
check 'every sentence of the table is spoken' sentences unused
check 'every proof and every test exists' sentences unproven
summary
