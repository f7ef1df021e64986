#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# tests/fuzz/coverage.py [TARGET]... -- what the committed corpus of each fuzz target reaches, as a table: the edges, and
# of the source files in which it reaches anything, how many of their functions. `make fuzz-coverage` runs it.
#
# server/base/ counts only for the targets that include something from there, because nearly all use it. Functions are
# counted rather than edges, because the sanitizers' checks are edges, too, that nothing reaches.
import glob
import os
import re
import subprocess
import sys

FUNCTION = re.compile(r'^(UN)?COVERED_FUNC: .* (?:\./)?(\S+?\.c):\d+$')
EDGES = re.compile(r'^#\d+\s+(?:INITED|DONE)\s+cov: (\d+)', re.MULTILINE)
top = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
build = os.path.abspath(os.environ.get('BUILD', 'build/fuzz'))


def run(target):
    """libFuzzer's report on the target's corpus."""
    done = subprocess.run([f'{build}/fuzz/{target}', '-runs=0', '-print_coverage=1', f'tests/fuzz/corpus/{target}'],
                          capture_output=True, text=True, errors='replace', check=False)
    if done.returncode != 0:
        sys.exit(f'{target}: exit status {done.returncode}\n{done.stderr[-2000:]}')
    return done.stderr


def functions_of(target, report):
    """[reached, all] of each source file."""
    source = open(f'tests/fuzz/{target}.c', encoding='utf-8').read()
    base = {name + '.c' for name in re.findall(r'#include "(server/base/\w+)\.h"', source)}
    files = {}
    for line in report.splitlines():
        found = FUNCTION.match(line)
        if not found or found[2].startswith('tests/') or (found[2].startswith('server/base/') and found[2] not in base):
            continue
        counts = files.setdefault(found[2], [0, 0])
        counts[0] += not found[1]
        counts[1] += 1
    return {name: counts for name, counts in files.items() if counts[0] > 0}


def print_row(target):
    report = run(target)
    files = functions_of(target, report)
    inputs = len(os.listdir(f'tests/fuzz/corpus/{target}'))
    reached, known = (sum(counts[i] for counts in files.values()) for i in (0, 1))
    print(f'| {target} | {inputs} | {int(EDGES.findall(report)[-1]):,} | {len(files)} | {reached} of {known} |')


os.chdir(top)
print('| target | inputs | edges | files | their functions |\n|---|---|---|---|---|')
for name in sys.argv[1:] or sorted(os.path.basename(path)[:-2] for path in glob.glob('tests/fuzz/*.c')):
    print_row(name)
