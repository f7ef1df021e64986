#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# tests/fuzz/keep.py [TARGET]... -- copies to the committed corpus the inputs of $BUILD/corpus that reach most of what
# the committed ones do not: at most 20 for each target, of at most 4 KB each.
import os
import shutil
import subprocess
import sys
import tempfile

COUNT_MAX, BYTES_MAX = 20, 4096
top = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
build = os.environ.get('BUILD', 'build/fuzz')


def edges_of(target, folder):
    """The edges that each file of a folder reaches, by its path."""
    with tempfile.TemporaryDirectory() as empty:
        control = os.path.join(empty, 'control')
        subprocess.run([f'{build}/fuzz/{target}', '-set_cover_merge=1', '-use_counters=0', '-timeout=10',
                        f'-merge_control_file={control}', os.path.join(empty, ''), folder],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        lines = open(control, encoding='utf-8').read().splitlines()
    paths = lines[2:2 + int(lines[0])]
    edges = {path: set() for path in paths}
    for line in lines[2 + len(paths):]:
        kind, number, *rest = line.split()
        if kind in ('FT', 'COV'):
            edges[paths[int(number)]].update(f'{kind} {edge}' for edge in rest)
    return edges


def keep(target):
    kept, found = f'tests/fuzz/corpus/{target}', f'{build}/corpus/{target}'
    os.makedirs(kept, exist_ok=True)
    if not os.path.isdir(found) or not os.listdir(found):
        return
    before = edges_of(target, kept) if os.listdir(kept) else {}
    reached = set().union(*before.values()) if before else set()
    rest = {path: edges for path, edges in edges_of(target, found).items() if os.path.getsize(path) <= BYTES_MAX}
    added = 0
    while rest and added < COUNT_MAX:
        best = max(rest, key=lambda path: (len(rest[path] - reached), -os.path.getsize(path), path))
        if not rest[best] - reached:
            break
        reached |= rest.pop(best)
        shutil.copy(best, kept)
        added += 1
    print(f'{target}: {len(before)} inputs kept, {added} added')


os.chdir(top)
for name in sys.argv[1:] or sorted(f[:-2] for f in os.listdir('tests/fuzz') if f.endswith('.c')):
    keep(name)
