/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/progress.c -- see the header. */
#include "server/tool/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"

enum {
    BAR = 30,            /* characters */
    BAR_EVERY_MS = 100,  /* on a terminal */
    LINE_EVERY_MS = 5000 /* elsewhere, such as in a log */
};

void progress_begin(struct progress *p, const char *what, int64_t total)
{
    *p = (struct progress){ .what = what,
                            .total = total,
                            .terminal = isatty(STDERR_FILENO) == 1,
                            .told_ms = clock_mono_ms() };
}

static void tell_bar(const struct progress *p)
{
    char bar[BAR + 1];
    int64_t done = p->done < p->total ? p->done : p->total;
    int full = p->total > 0 ? (int)(done * BAR / p->total) : BAR;

    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)full);
    bar[BAR] = '\0';
    fprintf(stderr, "\r%s [%s] %lld of %lld\033[K", p->what, bar, (long long)p->done,
            (long long)p->total);
}

static void tell(struct progress *p)
{
    p->told = true;
    p->told_ms = clock_mono_ms();
    if (p->terminal && p->total >= 0)
        tell_bar(p);
    else if (p->terminal)
        fprintf(stderr, "\r%s: %lld\033[K", p->what, (long long)p->done);
    else if (p->total >= 0)
        fprintf(stderr, "%s: %lld of %lld\n", p->what, (long long)p->done, (long long)p->total);
    else
        fprintf(stderr, "%s: %lld\n", p->what, (long long)p->done);
}

void progress_to(struct progress *p, int64_t done)
{
    p->done = done;
    if (clock_mono_ms() - p->told_ms >= (p->terminal ? BAR_EVERY_MS : LINE_EVERY_MS))
        tell(p);
}

void progress_end(struct progress *p)
{
    if (!p->told)
        return;
    tell(p);
    if (p->terminal)
        fputc('\n', stderr);
}
