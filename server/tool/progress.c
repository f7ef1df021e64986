/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/progress.c -- draws the bar or prints the lines, at a limited rate. */
#include "server/tool/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"

enum {
    BAR_WIDTH = 30,      /* characters */
    BAR_EVERY_MS = 100,  /* on a terminal */
    LINE_EVERY_MS = 5000 /* elsewhere, such as in a log */
};

void progress_begin(struct progress *p, const char *label, int64_t total)
{
    *p = (struct progress){ .label = label,
                            .total = total,
                            .terminal = isatty(STDERR_FILENO) == 1,
                            .printed_ms = clock_mono_ms() };
}

static void print_bar(const struct progress *p)
{
    char bar[BAR_WIDTH + 1];
    int64_t done = p->done < p->total ? p->done : p->total;
    int full = p->total > 0 ? (int)(done * BAR_WIDTH / p->total) : BAR_WIDTH;

    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)full);
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r%s [%s] %lld of %lld\033[K", p->label, bar, (long long)p->done,
            (long long)p->total);
}

static void print_progress(struct progress *p)
{
    p->printed = true;
    p->printed_ms = clock_mono_ms();
    if (p->terminal && p->total >= 0)
        print_bar(p);
    else if (p->terminal)
        fprintf(stderr, "\r%s: %lld\033[K", p->label, (long long)p->done);
    else if (p->total >= 0)
        fprintf(stderr, "%s: %lld of %lld\n", p->label, (long long)p->done, (long long)p->total);
    else
        fprintf(stderr, "%s: %lld\n", p->label, (long long)p->done);
}

void progress_update(struct progress *p, int64_t done)
{
    p->done = done;
    if (clock_mono_ms() - p->printed_ms >= (p->terminal ? BAR_EVERY_MS : LINE_EVERY_MS))
        print_progress(p);
}

void progress_end(struct progress *p)
{
    if (!p->printed)
        return;
    print_progress(p);
    if (p->terminal)
        fputc('\n', stderr);
}
