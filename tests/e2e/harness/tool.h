/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/tool.h -- runs `climacast` and shell commands in a scratch folder.
 *
 * Needs TEST_BUILD (the build folder) in the environment; tests/run.sh sets it. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_TOOL_H
#define CLIMACAST_TESTS_E2E_HARNESS_TOOL_H

#include <stddef.h>
#include <sys/types.h>

#include "tests/e2e/harness/scratch.h"

/* Run `climacast ARGUMENTS`, with the arguments quoted as for a shell and empty standard input. */
void tool_run(struct scratch *s, const char *arguments);
/* The same without waiting. The caller ends the process and waits for it. */
pid_t tool_start(struct scratch *s, const char *arguments);
/* Run shell commands in the folder; "$climacast" is the tool. */
void tool_shell(struct scratch *s, const char *commands);
/* Fails the test unless the last command ended with this status, and its output and errors contain
 * these texts (NULL: anything). */
void tool_expect(const struct scratch *s, int status, const char *out, const char *err);
size_t tool_count_lines(const char *text);

#endif
