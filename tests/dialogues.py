#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""dialogues.py -- plays the conversations of tests/cases/dialogues with `climacast chat`, each as a user of its own.

    dialogues.py [--show] [--write] [--sim=URL] FILE... -- CLIMACAST [ARGUMENT]...

A file reads like the script of a play: what it shows after "# ", then "You:" and "Clima Cast:" in turn. An expected answer
is the whole answer, or the facts in it with "..." between them, in any order; capital letters do not count. "(end of the session)" follows the
last answer of a session; the next "You:" begins another. A line in parentheses tells what happens between two sessions, and
is one of STAGE below: what the simulator at URL makes Amazon say about the device's address, or that the user withdraws a
permission. In such a conversation Alexa sends the daemon a token. --show prints what is said. --write replaces what is expected by
the facts of what is said now, to be read before they are kept. Prints what is wrong, then "N passed, M failed", counted in
conversations."""
import json
import os
import re
import subprocess
import sys
import urllib.request

END = '(end of the session)'
PEOPLE = ('You: ', 'Clima Cast: ')
RULE, FAULT, EVENT = 'amazon', 'fault', 'event'
STAGE = {
    '(Amazon knows the address.)': None,
    '(Amazon says that there is no consent.)': (RULE, {'status': 403}),
    '(Amazon says that no address is entered.)': (RULE, {'status': 204}),
    '(Amazon says that the address is in Germany.)': (RULE, {'body': {'countryCode': 'DE', 'postalCode': '80331'}}),
    '(Amazon says that the ZIP code is 09012.)': (RULE, {'body': {'countryCode': 'US', 'postalCode': '09012'}}),
    '(Amazon says that the token has expired.)': (RULE, {'status': 401}),
    '(Amazon says that there are too many requests.)': (RULE, {'status': 429, 'retryAfter': '5'}),
    '(Amazon says nothing.)': (FAULT, {'match': 'amazon:', 'kind': 'hang', 'ms': 6000}),
    '(Amazon says that it has an error.)': (RULE, {'status': 500}),
    '(The user withdraws the permission.)': (EVENT, 'AlexaSkillEvent.SkillPermissionChanged'),
}


def read_script(text):
    """The lines of a script, with those that continue one joined to it."""
    lines = []
    for line in text.split('\n'):
        if line.startswith(PEOPLE) or line == END or line in STAGE:
            lines.append(line)
        elif line.strip() and not line.startswith('#') and lines:
            lines[-1] += ' ' + line.strip()
    return [re.sub(r'\s+', ' ', line).strip() for line in lines]


def tell_sim(sim, method, path, value=None):
    body = None if value is None else json.dumps(value).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(f'{sim}/_sim/{path}', body, method=method), timeout=10).close()


def act(direction, sim, user, command):
    kind, what = STAGE[direction] or (None, None)
    if kind == EVENT:
        at = command.index('chat')
        subprocess.run(command[:at] + ['ask'] + command[at + 1:] + ['--user', user, what], check=True, capture_output=True, timeout=60)
        return
    tell_sim(sim, 'DELETE', 'amazon')
    tell_sim(sim, 'DELETE', 'fault')
    if kind:
        tell_sim(sim, 'POST', kind, what)


def talk(sentences, user, command):
    if not sentences:
        return [], ''
    done = subprocess.run(command + ['--user', user], input='\n'.join(sentences) + '\n', capture_output=True, text=True, timeout=120)
    return (None if done.returncode else read_script(done.stdout)), done.stderr


def play(path, sim, command):
    user = 'amzn1.ask.account.' + os.path.basename(path).removesuffix('.txt')
    script = read_script(open(path).read())
    if any(line in STAGE for line in script):
        talking = command + ['--api-token', 'a-token']
    else:
        talking = command
    got, errors, sentences = [], '', []
    for line in script + [None]:
        if line and line.startswith('You: '):
            sentences.append(line[5:])
        if line is not None and line not in STAGE:
            continue
        heard, errors = talk(sentences, user, talking)
        if heard is None:
            return None, errors
        got, sentences = got + heard, []
        if line:
            act(line, sim, user, command)
            got.append(line)
    return got, errors


def matches(want, got):
    """The first part begins the answer and the last one ends it; those between may be in any order."""
    first, *parts = [part.strip().lower() for part in want.split('...')]
    got = got.lower()
    if not parts:
        return first == got
    return got.startswith(first) and got.endswith(parts[-1]) and all(part in got for part in parts)


def compare(want, got):
    for number, line in enumerate(want):
        if number >= len(got):
            return f'expected: {line}\n     nothing more was said'
        if not (matches(line, got[number]) if line.startswith('Clima Cast: ') else line == got[number]):
            return f'expected: {line}\n     heard:    {got[number]}'
    return f'not expected: {got[len(want)]}' if len(got) > len(want) else None


FACT = re.compile(r"""
    ^(?:Yes|No|Probably(?:\ not)?|Possibly)\b | \bDo\ you\ .*\?$ | \bWhich\ .*\?$ | \bWhat\ should\ .*\?$ | \bWould\ you\ .*\?$
  | \b[Tt]here\ (?:are\ no|is|are)\b | \b(?:about\ the\ same|colder|warmer|dry|calm|sunny|cloudy|clear)\b
  | -?\b\d[\d.,:]*(?:\ (?:degrees|percent|miles\ per\ hour|inches|[AP]\.M\.|hours?|minutes?|miles?))?
  | \b(?:noon|midnight|[Tt]onight|[Tt]omorrow(?:\ night)?|[Tt]oday|yesterday|weekend|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:\ night)?)\b
  | \b[A-Z][\w'.]+(?:\ [A-Z][\w'.]+)*,\ [A-Z][a-z]+(?:\ [A-Z][a-z]+)?
  | \b(?:Wind|Heat|Flood|Rip\ Current)\ (?:Advisory|Statement)\b
  | \b(?:I've\ saved|I've\ forgotten|You\ have\ saved|You\ haven't|didn't\ understand|still\ don't\ understand|Goodbye|Okay)\b
  | \b(?:Your\ location\ is\ now|The\ rate\ is\ now|National\ Weather\ Service|station\ at|computed)\b
""", re.X)


def facts(line):
    text = line[len('Clima Cast: '):]
    if text.startswith('Welcome to Clima Cast.'):
        return 'Clima Cast: Welcome to Clima Cast. ... What would you like to know?'
    found = [m[0].rstrip(',') for m in FACT.finditer(text)]
    if not found or len(text) < 30:
        return line
    out, at = '', 0
    for fact in found[:10]:
        begin = text.index(fact, at)
        gap = text[at:begin].strip() or (at == 0 and not fact.startswith(('Yes', 'No', 'Probably', 'Possibly', 'There')))
        out += (' ... ' if gap else text[at:begin]) + fact
        at = begin + len(fact)
    return 'Clima Cast: ' + re.sub(r' +', ' ', out + (' ...' if text[at:].strip() else '')).strip()


def rewrite(path, got):
    head = [line for line in open(path).read().split('\n') if line.startswith('#')]
    body = [facts(line) if line.startswith('Clima Cast: ') else line for line in got]
    with open(path, 'w') as f:
        f.write('\n'.join(head + [''] + body) + '\n')


def main():
    at = sys.argv.index('--')
    options = [word for word in sys.argv[1:at] if word.startswith('--')]
    sim = next((word.removeprefix('--sim=') for word in options if word.startswith('--sim=')), '')
    files, command = [word for word in sys.argv[1:at] if not word.startswith('--')], sys.argv[at + 1:]
    passed = failed = 0
    for path in files:
        got, errors = play(path, sim, command)
        wrong = errors if got is None else compare(read_script(open(path).read()), got)
        if '--show' in options and got:
            title = next((line[2:] for line in open(path).read().split('\n') if line.startswith('# ')), '')
            print(f'\n-- {title} --')
            for line in got:
                print(line.replace('\n', '\n    '))
        if '--write' in options and got:
            rewrite(path, got)
        elif wrong:
            failed += 1
            print(f'FAIL {path}\n     {wrong}')
            continue
        passed += 1
    print(f'\n{passed} passed, {failed} failed')
    return 1 if failed else 0


sys.exit(main())
