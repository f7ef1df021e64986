/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/terminal.h -- runs `climacast` on a terminal, as a person does. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_TERMINAL_H
#define CLIMACAST_TESTS_E2E_HARNESS_TERMINAL_H

#include "tests/e2e/harness/scratch.h"

/* Run `climacast ARGUMENTS` on a pseudoterminal in the folder, and type `keys` ("y\n"). What it
 * shows, output, errors and echo, is the result's `out`; `err` is "". `environment`, such as
 * "NO_COLOR=1 ", comes before the command. */
void terminal_run(struct scratch *s, const char *environment, const char *arguments,
                  const char *keys);

#endif
