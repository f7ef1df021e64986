#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/chat.sh -- `climacast chat` on a terminal: lines are edited, and recalled with the arrow keys.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 - "${TEST_BUILD:-$PWD/build}/climacast" <<'PYTHON'
import ctypes
import os
import pty
import re
import select
import signal
import sys
import time

COMMAND = [sys.argv[1], '--set', 'alexa.skill_ids=amzn1.ask.skill.00000000-0000-0000-0000-000000000000',
           '--set', 'persistence.backend=memory', 'chat', '--direct', '--model',
           'deploy/skill-package/interactionModels/custom/en-US.json']


def type_keys(terminal, keys):
    """Not at once after the prompt, which is shown before the terminal has changed its mode."""
    time.sleep(0.3)
    os.write(terminal, keys.encode())


def read_until(terminal, want, count, seconds=20):
    """What is shown, until `want` has been shown that often, for at most that many seconds."""
    shown, until = '', time.monotonic() + seconds
    while len(re.findall(want, shown)) < count and time.monotonic() < until:
        if select.select([terminal], [], [], 1)[0]:
            try:
                shown += os.read(terminal, 65536).decode('utf-8', 'replace')
            except OSError:  # the program has ended
                break
    return shown


def end(pid, terminal):
    """Types Ctrl-D and returns what is shown and the exit status, None when it does not end within ten seconds."""
    type_keys(terminal, '\x04')
    shown = read_until(terminal, 'never shown', 1, 10)
    for _ in range(100):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return shown, os.waitstatus_to_exitcode(status)
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return shown, None


def talk(*keys):
    """What is shown when these keys are typed, each after another answer; then the exit status."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM='xterm', LC_ALL='C.UTF-8')
        os.execv(COMMAND[0], COMMAND)
    shown = read_until(terminal, 'You: ', 1)
    for typed in keys:
        type_keys(terminal, typed)
        shown += read_until(terminal, r'Clima Cast: [\s\S]*?You: ', 1)
    rest, status = end(pid, terminal)
    return shown + rest, status


def has_library():
    try:
        ctypes.CDLL('libedit.so.2')
    except OSError:
        return False
    return True


passed = failed = 0


def check(what, answers, *keys):
    """Keys that come while the terminal changes its mode are lost, so a busy machine gets three tries."""
    global passed, failed
    for _ in range(3):
        shown, status = talk(*keys)
        holds = shown.count('AMAZON.HelpIntent') == answers and status == 0
        if holds:
            break
    print(('ok   ' if holds else 'FAIL ') + what + ('' if holds else f'\nexit status {status}\n' + repr(shown)[:2000]))
    passed, failed = passed + holds, failed + (not holds)


check('a line is edited, understood and answered', 1, 'helq\x7fp\r')
if has_library():
    check('a line is recalled', 2, 'help\r', '\x1b[A\r')
    check('the cursor goes to the beginning', 1, 'elp\x01h\r')
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed > 0)
PYTHON
