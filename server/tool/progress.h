/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/progress.h -- how far a long piece of work is, on stderr: a bar on a terminal, a
 * plain line now and then elsewhere.
 *
 *     struct progress p;
 *     progress_begin(&p, "reading", 500);
 *     ... progress_to(&p, done) ...
 *     progress_end(&p); */
#ifndef CLIMACAST_SERVER_TOOL_PROGRESS_H
#define CLIMACAST_SERVER_TOOL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* "reading"; a literal */
    int64_t total;    /* -1: unknown */
    int64_t done;
    bool terminal, told; /* told: something was written */
    int64_t told_ms;
};

void progress_begin(struct progress *p, const char *what, int64_t total);
void progress_to(struct progress *p, int64_t done);
/* The last word: "reading: 500". Nothing where nothing was told before, which is so with work that
 * took no time. */
void progress_end(struct progress *p);

#endif
