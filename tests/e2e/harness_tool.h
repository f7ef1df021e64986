/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness_tool.h -- `climacast` called as a person calls it, in a scratch folder of the
 * test's own.
 *
 * Needs TEST_BUILD (the build folder) in the environment, as tests/run.sh sets it. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_TOOL_H
#define CLIMACAST_TESTS_E2E_HARNESS_TOOL_H

#include <stddef.h>
#include <sys/types.h>

struct scratch {
    char dir[200];
    /* What the last call gave. */
    int status; /* 128 + signal when it was killed */
    char *out, *err;
};

void scratch_make(struct scratch *s);
void scratch_remove(struct scratch *s); /* with all that is in it */
/* The path of a name in the folder; good until 8 more are asked for. */
const char *scratch_path(const struct scratch *s, const char *name);
void scratch_write(const struct scratch *s, const char *name, const char *text);
char *scratch_read(const struct scratch *s, const char *name); /* malloc'd; "" when missing */

/* Run `climacast ARGUMENTS`, arguments as a shell reads them, with standard input from nothing. */
void tool_run(struct scratch *s, const char *arguments);
/* The same, not waited for: the pid is the caller's to end and to wait for. */
pid_t tool_start(struct scratch *s, const char *arguments);
/* Any commands of the shell, in the folder; the tool is "$climacast". */
void shell_run(struct scratch *s, const char *commands);
/* Exit status, and a text that out and err each hold (NULL: whatever); else the test fails. */
void tool_expect(const struct scratch *s, int status, const char *out, const char *err);
size_t text_lines(const char *text);

#endif
