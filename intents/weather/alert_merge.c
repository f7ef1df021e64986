/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert_merge.c -- which alerts of several lists count now and here.
 *
 * An alert whose status can't be read is not spoken, because it may be a test, but as long as it
 * may be in force, nothing is clear.
 *
 * A query by zone also gives alerts for another part of it: those with a polygon are left out
 * unless the polygon reaches the place. */
#include <stdlib.h>
#include <string.h>

#include "intents/weather/alert_internal.h"

/* "This alert replaces that one." */
struct reference {
    const char *replaced;
    const struct alert *by;
};

struct merge {
    struct reference *references; /* sorted by what is replaced */
    size_t reference_count;
    struct alert *alerts;
    const struct listed_alert **listed; /* where each of them comes from */
    size_t count;
};

static int by_replaced(const void *a, const void *b)
{
    const struct reference *x = a, *y = b;

    return strcmp(x->replaced, y->replaced);
}

static int by_rank(const void *a, const void *b)
{
    const struct alert *x = a, *y = b;

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->sent != y->sent)
        return x->sent > y->sent ? -1 : 1;
    return strcmp(x->id, y->id);
}

static bool same_alert(const struct listed_alert *a, const struct listed_alert *b)
{
    if (a->alert.id[0] != '\0' && strcmp(a->alert.id, b->alert.id) == 0)
        return true;
    return a->text_hash == b->text_hash && alert_same_text(&a->alert, &b->alert);
}

/* Does another alert replace `a`? An alert can't replace one that was sent after it. */
static bool is_replaced(const struct merge *m, const struct alert *a)
{
    const struct reference key = { a->id, NULL };
    const struct reference *end = m->references + m->reference_count, *r;

    if (m->reference_count == 0 || a->id[0] == '\0')
        return false;
    r = bsearch(&key, m->references, m->reference_count, sizeof key, by_replaced);
    if (!r)
        return false;
    while (r > m->references && strcmp(r[-1].replaced, a->id) == 0)
        r--;
    for (; r < end && strcmp(r->replaced, a->id) == 0; r++)
        if (strcmp(r->by->id, a->id) != 0 && r->by->sent >= a->sent)
            return true;
    return false;
}

/* The index of the alert or its duplicate; m->count when there is none. */
static size_t find_alert(const struct merge *m, const struct listed_alert *l)
{
    size_t i = 0;

    while (i < m->count && !same_alert(m->listed[i], l))
        i++;
    return i;
}

/* Adds an alert, or keeps the later one of it and its duplicate. */
static void add_alert(struct merge *m, const struct listed_alert *l)
{
    size_t i = find_alert(m, l);

    if (i < m->count && m->alerts[i].sent >= l->alert.sent)
        return;
    m->alerts[i] = l->alert;
    m->listed[i] = l;
    if (i == m->count)
        m->count++;
}

static void gather_references(struct merge *m, const struct alert_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct listed_alert *l = &list->at[i];
        for (size_t k = 0; l->replaces && k < l->reference_count; k++)
            m->references[m->reference_count++] =
                (struct reference){ list->references[l->first_reference + k], &l->alert };
    }
}

/* An alert without a polygon is for its zones, and those were asked for. */
static bool reaches_place(const struct alert_list *list, const struct listed_alert *l,
                          const struct alert_scope *scope)
{
    return l->point_count == 0 || polygon_reaches(list->points + l->first_point, l->point_count,
                                                  scope->lat, scope->lon, scope->radius_km);
}

/* Of the alerts with this standing, is `l` one that counts now and here? */
static bool is_relevant(const struct merge *m, const struct alert_list *list,
                        const struct listed_alert *l, enum alert_standing standing,
                        const struct alert_scope *scope)
{
    bool expired = l->alert.until != 0 && l->alert.until <= scope->now;

    return l->standing == standing && !expired && !is_replaced(m, &l->alert) &&
           reaches_place(list, l, scope);
}

static void gather_active(struct merge *m, const struct alert_list *list,
                          const struct alert_scope *scope)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_relevant(m, list, &list->at[i], ALERT_IN_FORCE, scope))
            add_alert(m, &list->at[i]);
}

/* After gather_active(): an alert may be readable in another list. */
static size_t count_unreadable(const struct merge *m, const struct alert_list *list,
                               const struct alert_scope *scope)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += is_relevant(m, list, &list->at[i], ALERT_UNREADABLE, scope) &&
                 find_alert(m, &list->at[i]) == m->count;
    return count;
}

enum status alert_merge(struct arena *arena, const struct alert_list *const *lists, size_t count,
                        const struct alert_scope *scope, struct alerts *ret_alerts, struct err *err)
{
    size_t alerts = 0, references = 0;
    struct merge m = { 0 };

    for (size_t i = 0; i < count; i++) {
        alerts += lists[i]->count;
        for (size_t k = 0; k < lists[i]->count; k++)
            references += lists[i]->at[k].reference_count;
    }
    m.references = arena_alloc(arena, (references + 1) * sizeof *m.references);
    m.alerts = arena_alloc(arena, (alerts + 1) * sizeof *m.alerts);
    m.listed = arena_alloc(arena, (alerts + 1) * sizeof *m.listed);
    if (!m.references || !m.alerts || !m.listed)
        return err_no_memory(err);
    for (size_t i = 0; i < count; i++)
        gather_references(&m, lists[i]);
    qsort(m.references, m.reference_count, sizeof m.references[0], by_replaced);
    for (size_t i = 0; i < count; i++)
        gather_active(&m, lists[i], scope);
    ret_alerts->unreadable = 0;
    for (size_t i = 0; i < count; i++)
        ret_alerts->unreadable += count_unreadable(&m, lists[i], scope);
    qsort(m.alerts, m.count, sizeof m.alerts[0], by_rank);
    ret_alerts->count = m.count;
    ret_alerts->at = m.alerts;
    return ST_OK;
}
