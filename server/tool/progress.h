/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/progress.h -- progress of a long operation on stderr: a bar on a terminal, elsewhere
 * a line every few seconds.
 *
 *     struct progress p;
 *     progress_begin(&p, "reading", 500);
 *     ... progress_update(&p, done) ...
 *     progress_end(&p); */
#ifndef CLIMACAST_SERVER_TOOL_PROGRESS_H
#define CLIMACAST_SERVER_TOOL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *label; /* such as "reading"; borrowed */
    int64_t total;     /* -1 when unknown */
    int64_t done;
    bool terminal, printed; /* printed: something was written */
    int64_t printed_ms;     /* when, on the monotonic clock */
};

void progress_begin(struct progress *p, const char *label, int64_t total);
void progress_update(struct progress *p, int64_t done);
/* Print the final count, unless the work was so fast that nothing was printed before. */
void progress_end(struct progress *p);

#endif
