/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/scratch.h -- a scratch folder, and the results of the last command run in
 * it. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_SCRATCH_H
#define CLIMACAST_TESTS_E2E_HARNESS_SCRATCH_H

struct scratch {
    char dir[200];
    /* Results of the last command, see tool.h. */
    int status; /* exit status; 128 + signal if it was killed */
    char *out, *err;
};

void scratch_create(struct scratch *s);
/* Remove the folder and everything in it. */
void scratch_remove(struct scratch *s);
/* The path of a file in the folder. Valid until 8 more have been requested. */
const char *scratch_path(const struct scratch *s, const char *name);
void scratch_write(const struct scratch *s, const char *name, const char *text);
/* The contents of a file, "" if it does not exist. The caller frees it. */
char *scratch_read(const struct scratch *s, const char *name);

/* The folder of a test file that needs just one, and its fixture, for TESTS_EACH_WITH(). */
extern struct scratch scratch;
int scratch_setup(void **state);
int scratch_teardown(void **state);

#endif
