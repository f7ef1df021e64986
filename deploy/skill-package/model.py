#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""model.py -- writes the interaction model from its table, model.txt, which explains itself.

    model.py            write interactionModels/custom/en-US.json
    model.py --check    only compare: exit status 1 when the file is not current"""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / 'model.txt'
MODEL = HERE / 'interactionModels' / 'custom' / 'en-US.json'
WARNINGS = ['{} warnings', '{} warning', '{} watch', '{} watches', '{} alert', '{} alerts', '{} advisory', '{} advisories']


class TableError(Exception):
    pass


def blocks(text):
    """Yield (head words, indented lines) of each block of the table."""
    head, body = None, []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split('#')[0].rstrip()
        if not line:
            continue
        if line[0] != ' ':
            if head:
                yield head, body
            head, body = line.split(), []
        elif head:
            body.append(line.strip())
        else:
            raise TableError(f'line {number}: indented, but there is no block')
    if head:
        yield head, body


def parse_sequence(tokens, at, macros, stop):
    """The texts that tokens[at:] stand for, up to one in `stop`; and where that is."""
    alternatives, current = [], ['']
    while at < len(tokens) and tokens[at] not in stop:
        token = tokens[at]
        if token == '|':
            alternatives += current
            current = ['']
            at += 1
            continue
        if token in '([':
            inner, at = parse_sequence(tokens, at + 1, macros, ')]')
            if at == len(tokens):
                raise TableError('a bracket is not closed')
            options = inner if token == '(' else [''] + inner
        elif token.startswith('<'):
            if token[1:-1] not in macros:
                raise TableError(f'unknown macro {token}')
            options = macros[token[1:-1]]
        else:
            options = [token]
        current = [f'{before} {option}'.strip() for before in current for option in options]
        at += 1
    return alternatives + current, at


def expand(line, macros):
    tokens = re.findall(r"<\w+>|[()\[\]|]|\{\w+\}(?:'s)?|[^\s()\[\]|<]+", line)
    texts, at = parse_sequence(tokens, 0, macros, '')
    if at != len(tokens):
        raise TableError(f'a bracket too many in: {line}')
    return texts


def once(texts):
    return list(dict.fromkeys(text for text in texts if text))


def read_values(lines):
    values = []
    for line in lines:
        value, _, synonyms = line.partition(':')
        value, forms = value.strip(), [form.strip() for form in synonyms.split(',') if form.strip()]
        if value.startswith('@'):  # a hazard, whose alerts are meant
            named = [pattern.format(value[1:]) for pattern in WARNINGS]
            value, forms = named[0], named[1:] + forms
        values.append({'name': {'value': value, **({'synonyms': forms} if forms else {})}})
    return values


def read_type(like, lines, types):
    """The values of a block; "like OTHER" begins with those of another type, less the forms after a minus."""
    values = []
    if like:
        dropped = {line[1:].strip() for line in lines if line[0] == '-'}
        for value in next(t['values'] for t in types if t['name'] == like[1]):
            forms = [form for form in [value['name']['value'], *value['name'].get('synonyms', [])] if form not in dropped]
            values += read_values([f'{forms[0]}: {", ".join(forms[1:])}'] if forms else [])
    return values + read_values([line for line in lines if line[0] != '-'])


def read_slots(words, groups):
    slots = []
    for word in words:
        if word in groups:
            slots += groups[word]
        else:
            name, _, kind = word.partition(':')
            slots.append({'name': name, 'type': kind})
    return slots


def build(text):
    macros, groups, types, intents, invocation = {}, {}, [], [], ''
    for head, body in blocks(text):
        kind, name = head[0], head[1]
        if kind == 'invocation':
            invocation = ' '.join(head[1:])
        elif kind == 'macro':
            macros[name] = list(dict.fromkeys(text for line in body for text in expand(line.replace('NOTHING', '[]'), macros)))
        elif kind == 'slots':
            groups[name] = read_slots(body[0].split(), groups)
        elif kind == 'type':
            types.append({'name': name, 'values': read_type(head[2:], body, types)})
        elif kind == 'intent':
            intent = {'name': name}
            if not name.startswith('AMAZON.'):
                intent['slots'] = read_slots(head[2:], groups)
            intent['samples'] = once(text for line in body for text in expand(line, macros))
            intents.append(intent)
        else:
            raise TableError(f'unknown block {kind}')
    language = {'invocationName': invocation, 'modelConfiguration': {'fallbackIntentSensitivity': {'level': 'LOW'}},
                'intents': intents, 'types': types}
    return {'interactionModel': {'languageModel': language}}


def main():
    try:
        text = json.dumps(build(TABLE.read_text()), indent=1) + '\n'
    except TableError as error:
        sys.exit(f'{TABLE.name}: {error}')
    if sys.argv[1:] == ['--check']:
        if MODEL.read_text() != text:
            sys.exit(f'{MODEL.name} is not current: run deploy/skill-package/model.py')
    else:
        MODEL.write_text(text)


if __name__ == '__main__':
    main()
