/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/s3.h -- the host of request-signing certificates: /echo.api/NAME from a folder.
 *
 * Besides the folder's files: moved.pem redirects to good.pem, error.pem is a 500, slow.pem never
 * comes, and endless.pem does not stop; all else is a 404. */
#ifndef CLIMACAST_TESTS_SIM_S3_H
#define CLIMACAST_TESTS_SIM_S3_H

#include "tests/sim/reply.h"

/* Fill *reply; names that behave badly become a fault, unless there is one already. */
void s3_answer(const char *chains, const char *target, struct reply *reply, struct fault *fault);
/* The whole of a small text file, NULL when it cannot be read; the caller's to free(). */
char *s3_read_file(const char *path, size_t *ret_size);
/* libmicrohttpd's option table has no const. */
void *s3_option(const char *text);

#endif
