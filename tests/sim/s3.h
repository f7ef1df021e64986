/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/s3.h -- the host of request signing certificates: serves /echo.api/NAME from a folder.
 *
 * In addition, moved.pem redirects to good.pem, error.pem responds with 500, slow.pem never
 * responds, and endless.pem never ends. Everything else is 404. */
#ifndef CLIMACAST_TESTS_SIM_S3_H
#define CLIMACAST_TESTS_SIM_S3_H

#include "tests/sim/reply.h"

/* Fill *reply. Special names set *fault, unless there is one already. */
void s3_respond(const char *chains, const char *target, struct reply *reply, struct fault *fault);
/* The contents of a small text file, NULL when it cannot be read. The caller frees it. */
char *s3_read_file(const char *path, size_t *ret_size);
/* Casts away const, which libmicrohttpd's option table lacks. */
void *s3_option(const char *text);

#endif
