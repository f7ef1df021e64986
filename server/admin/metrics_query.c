/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/metrics_query.c -- sums of the daemon's metrics, in total or grouped by a label. */
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

static void add_matching_sample(void *data, const struct metric_sample *sample)
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
    metrics_each(m, family, add_matching_sample, &s);
    return s.total;
}

struct grouping {
    const char *label;
    struct metrics_group groups[METRICS_GROUPS_MAX];
    size_t count;
};

static void add_to_group(void *data, const struct metric_sample *sample)
{
    struct grouping *g = data;
    struct str value = metric_label(sample->labels, g->label);
    char name[METRICS_GROUP_NAME_MAX + 1];
    size_t i = 0;

    (void)snprintf(name, sizeof name, "%.*s", STR_ARG(value));
    while (i < g->count && strcmp(g->groups[i].name, name) != 0)
        i++;
    if (i == METRICS_GROUPS_MAX)
        return;
    if (i == g->count) {
        g->groups[i] = (struct metrics_group){ .value = 0 };
        memcpy(g->groups[i].name, name, sizeof name);
        g->count++;
    }
    g->groups[i].value += sample->value;
    g->groups[i].sum += sample->sum;
}

static int compare_groups(const void *a, const void *b)
{
    const struct metrics_group *x = a, *y = b;

    if (x->value != y->value)
        return x->value < y->value ? 1 : -1;
    return strcmp(x->name, y->name);
}

size_t metrics_query_group_by(struct metrics *m, const char *family, const char *label,
                              struct metrics_group *ret_groups, size_t cap)
{
    struct grouping g = { .label = label };
    size_t n = 0;

    metrics_each(m, family, add_to_group, &g);
    qsort(g.groups, g.count, sizeof g.groups[0], compare_groups);
    while (n < g.count && n < cap && g.groups[n].value > 0) {
        ret_groups[n] = g.groups[n];
        n++;
    }
    return n;
}
