#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/chat.sh -- `climacast chat` on a terminal: lines are edited, and called back with the arrow keys.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 - "${TEST_BUILD:-$PWD/build}/climacast" <<'PYTHON'
import ctypes
import os
import pty
import re
import select
import sys
import time

COMMAND = [sys.argv[1], '--set', 'alexa.skill_ids=amzn1.ask.skill.00000000-0000-0000-0000-000000000000',
           '--set', 'persistence.backend=memory', 'chat', '--direct', '--model',
           'deploy/skill-package/interactionModels/custom/en-US.json']


def read_until(terminal, want, count):
    """What is shown, until `want` has been shown so often; at most for a minute."""
    shown, until = '', time.monotonic() + 60
    while len(re.findall(want, shown)) < count and time.monotonic() < until:
        if select.select([terminal], [], [], 1)[0]:
            try:
                shown += os.read(terminal, 65536).decode('utf-8', 'replace')
            except OSError:  # the program has ended
                break
    return shown


def talk(*keys):
    """What is shown when these keys are typed, each after another answer; then the exit status."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM='xterm', LC_ALL='C.UTF-8')
        os.execv(COMMAND[0], COMMAND)
    shown = read_until(terminal, 'You: ', 1)
    for typed in keys:
        os.write(terminal, typed.encode())
        shown += read_until(terminal, 'Clima Cast: [^]*?You: '.replace('[^]', r'[\s\S]'), 1)
    os.write(terminal, b'\x04')
    shown += read_until(terminal, 'never shown', 1)
    return shown, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def has_library():
    try:
        ctypes.CDLL('libedit.so.2')
    except OSError:
        return False
    return True


passed = failed = 0


def check(what, holds, shown):
    global passed, failed
    print(('ok   ' if holds else 'FAIL ') + what + ('' if holds else '\n' + repr(shown)))
    passed, failed = passed + holds, failed + (not holds)


shown, status = talk('helq\x7fp\r')
check('a line is edited, understood and answered', 'AMAZON.HelpIntent' in shown and status == 0, shown)
if has_library():
    shown, status = talk('help\r', '\x1b[A\r')
    check('a line is called back', shown.count('AMAZON.HelpIntent') == 2 and status == 0, shown)
    shown, status = talk('elp\x01h\r')
    check('the cursor goes to the beginning', 'AMAZON.HelpIntent' in shown and status == 0, shown)
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed > 0)
PYTHON
