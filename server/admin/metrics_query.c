/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/metrics_query.c -- see the header. */
#include "server/admin/metrics_query.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_MAX = METRIC_LABELS_MAX };

struct sum {
    const char *names[PAIRS_MAX], *values[PAIRS_MAX];
    size_t pairs;
    double total;
};

static void add_up(void *data, const struct metric_sample *sample)
{
    struct sum *s = data;

    for (size_t i = 0; i < s->pairs; i++)
        if (!str_eqz(metric_label(sample->labels, s->names[i]), s->values[i]))
            return;
    s->total += sample->value;
}

double metrics_query_sum(struct metrics *m, const char *family, ...)
{
    struct sum s = { .pairs = 0 };
    const char *name;
    va_list pairs;

    va_start(pairs, family);
    while (s.pairs < PAIRS_MAX && (name = va_arg(pairs, const char *))) {
        s.names[s.pairs] = name;
        s.values[s.pairs++] = va_arg(pairs, const char *);
    }
    va_end(pairs);
    metrics_each(m, family, add_up, &s);
    return s.total;
}

struct group {
    const char *label;
    struct metrics_group figures[METRICS_GROUPS_MAX];
    size_t count;
};

static void put_into_group(void *data, const struct metric_sample *sample)
{
    struct group *g = data;
    struct str value = metric_label(sample->labels, g->label);
    char name[METRICS_GROUP_NAME_MAX + 1];
    size_t i = 0;

    (void)snprintf(name, sizeof name, "%.*s", STR_ARG(value));
    while (i < g->count && strcmp(g->figures[i].name, name) != 0)
        i++;
    if (i == METRICS_GROUPS_MAX)
        return;
    if (i == g->count) {
        g->figures[i] = (struct metrics_group){ .value = 0 };
        memcpy(g->figures[i].name, name, sizeof name);
        g->count++;
    }
    g->figures[i].value += sample->value;
    g->figures[i].sum += sample->sum;
}

static int most_first(const void *a, const void *b)
{
    const struct metrics_group *x = a, *y = b;

    if (x->value != y->value)
        return x->value < y->value ? 1 : -1;
    return strcmp(x->name, y->name);
}

size_t metrics_query_group_by(struct metrics *m, const char *family, const char *label,
                              struct metrics_group *ret_figures, size_t room)
{
    struct group g = { .label = label };
    size_t n = 0;

    metrics_each(m, family, put_into_group, &g);
    qsort(g.figures, g.count, sizeof g.figures[0], most_first);
    while (n < g.count && n < room && g.figures[n].value > 0) {
        ret_figures[n] = g.figures[n];
        n++;
    }
    return n;
}
