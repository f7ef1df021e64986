#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_style.py -- checks the rules of our C style that clang-format does not cover.

    - a pointer is tested as `p` and `!p`, never against NULL (as a number: `!!p`)
    - a blank line follows the declarations at the top of a function
    - a section begins with /* ---- what it holds ---- */ on one line
    - a comment ends on its last line of text, not on a line of its own
    - no C++ keyword is a name: clang-format reads it as C++ and garbles the rest
    - bounds are called _MAX and _MIN
    - who includes uthash.h defines HASH_NONFATAL_OOM: without it uthash ends the process when it is out of memory
    - no function's name is in more than three files: a back trace must be readable
    - no file has more than 500 lines, and no line more than 100 characters: clang-format leaves comments alone
Prints every violation, then "N passed, M failed", counted in files."""
import collections
import re
import subprocess
import sys

LINES_MAX, COLUMNS_MAX = 500, 100
KEYWORDS = set('''and asm bitand bitor catch class compl concept consteval constexpr decltype delete explicit export
friend import module mutable namespace new noexcept not operator or private protected public requires template this
throw try typeid typename using virtual xor final override'''.split())
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
STATEMENT = re.compile(r'(return|goto|else|case|default|do|if|while|for|switch|break|continue|typedef)\b')
DECLARATION = re.compile(
    r'(?:(?:const|static|volatile|unsigned|signed|_Atomic|struct|enum|union)\s+)*[A-Za-z_]\w*'
    r'(?:\s+(?:const\b\s*)?|\s*\*+\s*(?:const\b\s*)?)+\**[A-Za-z_]\w*\s*(?:\[[^\]]*\]\s*)*(?:=|;|,|$)')
FUNCTION_POINTER = re.compile(r'(?:const |static |unsigned )*[\w ]+?[ *]+\(\*\w+(\[[^\]]*\])?\)\(')


def code_of(text):
    """The text with comments and literals blanked, line for line."""
    def blank(match):
        token = match[0]
        return '""' if token[0] in '"\'' else re.sub(r'[^\n]', ' ', token)
    return TOKEN.sub(blank, text)


def is_declaration(line):
    line = line.strip()
    return not STATEMENT.match(line) and bool(DECLARATION.match(line) or FUNCTION_POINTER.match(line))


def after_declarations(lines):
    """Yield the numbers of lines that follow a function's first declarations without a blank line."""
    for start, line in enumerate(lines):
        if line != '{' or start == 0 or not lines[start - 1].rstrip().endswith(')'):
            continue
        at, last = start + 1, None
        while at < len(lines) and (lines[at].strip() == '' or is_declaration(lines[at])):
            if lines[at].strip() == '' and last is not None and not is_declaration_next(lines, at):
                break
            if lines[at].strip():
                at = last = end_of_declaration(lines, at)
            at += 1
        if last is not None and lines[last + 1].strip() and lines[last + 1] != '}':
            yield last + 2


def is_declaration_next(lines, at):
    while at < len(lines) and lines[at].strip() == '':
        at += 1
    return at < len(lines) and is_declaration(lines[at])


def end_of_declaration(lines, at):
    depth = 0
    while True:
        depth += sum(map(lines[at].count, '({[')) - sum(map(lines[at].count, ')}]'))
        if depth <= 0 and lines[at].rstrip().endswith(';'):
            return at
        at += 1


def faults(path, text):
    code = code_of(text)
    lines = code.split('\n')
    for number, line in enumerate(lines, 1):
        if re.search(r'[!=]= NULL\b|\bNULL [!=]=', line):
            yield number, 'a pointer compared with NULL'
        if not line.lstrip().startswith('#'):
            for word in KEYWORDS.intersection(re.findall(r'\b[a-z]+\b', line)):
                yield number, f'`{word}` is a keyword of C++'
        if re.search(r'\b[A-Z][A-Z0-9_]*_(MOST|LEAST)\b', line):
            yield number, 'call a bound _MAX or _MIN'
    formatted = not path.endswith('.def')
    for number, line in enumerate(text.split('\n'), 1):
        formatted = (formatted or 'clang-format on' in line) and 'clang-format off' not in line
        if len(line) > COLUMNS_MAX and formatted:
            yield number, f'more than {COLUMNS_MAX} characters'
        if re.match(r'\s*\*/\s*$', line):
            yield number, 'a comment ends on a line of its own'
        if re.match(r'/\*+ ?-', line) and not re.fullmatch(r'/\* ---- \S.* ---- \*/', line):
            yield number, 'a section begins with /* ---- what it holds ---- */'
    if len(lines) > LINES_MAX + 1:
        yield len(lines) - 1, f'more than {LINES_MAX} lines: split the file by subject'
    if re.search(r'#include\s+[<"]uthash\.h[>"]', text) and not re.search(r'#define HASH_NONFATAL_OOM 1\b', text):
        yield 1, 'defines no HASH_NONFATAL_OOM, but includes uthash.h'
    if path.endswith('.c'):
        for number in after_declarations(lines):
            yield number, 'no blank line after the declarations'


def functions(text):
    """The names of the functions that the text defines."""
    return re.findall(r'^(?:[A-Za-z_][\w ]*[ *]+)(\w+)\([^;{]*?\)\n\{', code_of(text), re.M)


def shared_names(texts):
    """Yield the functions' names that more than three source files use, with those files."""
    homes = collections.defaultdict(set)
    for path, text in texts.items():
        if path.endswith('.c') and not path.startswith('tests/'):
            for name in functions(text):
                homes[name].add(path)
    for name, paths in sorted(homes.items()):
        if len(paths) > 3:
            yield f'{name}() is in {len(paths)} files: {" ".join(sorted(paths))}'


def main():
    listed = subprocess.run(['git', 'ls-files', '*.c', '*.h', '*.def'], capture_output=True, text=True, check=True)
    texts = {path: open(path, encoding='utf-8').read() for path in listed.stdout.split()}
    passed = failed = 0
    for path, text in texts.items():
        found = list(faults(path, text))
        for number, what in found:
            print(f'{path}:{number}: {what}', file=sys.stderr)
        failed += bool(found)
        passed += not found
    for what in shared_names(texts):
        print(what, file=sys.stderr)
        failed += 1
    print(f'{passed} passed, {failed} failed')
    return failed > 0


sys.exit(main())
